# The image of docker-compose.yaml: the locked requirements and the project, run by a user without rights.
#   docker build .                       without a browser
#   docker build --target pictures .     with Chromium and Chinese fonts, for pictures and pages that only scripts fill
FROM python:3.12-slim AS base
RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --home-dir /opt/airflow --uid 50000 airflow
WORKDIR /opt/jiancha
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
 && uv pip install --system --no-cache --compile-bytecode --require-hashes -r requirements/distributed.txt
COPY pyproject.toml README.md LICENSE ./
COPY include include
RUN uv pip install --system --no-cache --no-deps .
COPY dags dags
COPY plugins plugins
COPY config config
RUN mkdir -p /var/lib/jiancha /run/jiancha /opt/airflow/logs && chown -R airflow /var/lib/jiancha /run/jiancha /opt/airflow
ENV AIRFLOW_HOME=/opt/airflow
USER airflow

FROM base AS pictures
USER root
RUN apt-get update && apt-get install -y --no-install-recommends chromium fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
USER airflow

FROM base
