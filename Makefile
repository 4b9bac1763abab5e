# Every job has one command; `make help` lists them.
PYTHON ?= python3
WINDOW ?= 2021Q1
AS_OF ?=
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help install dev demo up down test test-fast lint format confusion bench evaluation fuzz deployment-files lock clean

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# uv installs the locked requirements several times faster than pip; pip only fetches uv, by its hash.
$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "jiancha needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(VENV)/.installed: requirements/run.txt pyproject.toml | $(BIN)/uv
	@echo "installing the locked requirements into $(VENV) …"
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --require-hashes -r requirements/run.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt $(VENV)/.installed
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

install: $(VENV)/.installed ## install what running needs into .venv

dev: $(VENV)/.installed-dev ## install what developing needs into .venv

demo: $(VENV)/.installed ## inspect one quarter of the sandbox city through a real Airflow (WINDOW=2021Q1 QUARTERS=4 AS_OF=2021-03-15)
	@$(BIN)/jiancha demo --window $(WINDOW) $(if $(QUARTERS),--quarters $(QUARTERS)) $(if $(AS_OF),--as-of $(AS_OF))

up: $(VENV)/.installed ## start Airflow and the sandbox city on loopback and leave them running
	@$(BIN)/jiancha up

down: $(VENV)/.installed ## stop what `make up` started
	@$(BIN)/jiancha down

# The tests against a whole Airflow wait more than they compute: they run beside the others.
test: $(VENV)/.installed-dev ## run all tests
	@mkdir -p var && ($(BIN)/python -m pytest tests/e2e tests/integration > var/test-airflow.log 2>&1; echo $$? > var/test-airflow.rc) & \
	$(BIN)/python -m pytest tests/unit tests/docs tests/sandbox tests/evaluation; fast=$$?; \
	wait; cat var/test-airflow.log; exit $$((fast || $$(cat var/test-airflow.rc)))

test-fast: $(VENV)/.installed-dev ## run the tests that need no Airflow process
	@$(BIN)/python -m pytest tests/unit tests/docs tests/sandbox tests/evaluation

lint: $(VENV)/.installed-dev ## ruff, mypy, import layers
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## format the code
	@$(BIN)/ruff check --fix-only . ; $(BIN)/ruff format .

confusion: $(VENV)/.installed ## compare all quarters 2019Q2 to 2021Q4 with the sandbox's answer key
	@$(BIN)/jiancha confusion

# What jiancha is compared with stays out of its own environment: the peers' requirements need not agree with Airflow's.
$(VENV)-bench/.installed: requirements/bench.txt | $(BIN)/uv
	@test -x $(VENV)-bench/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)-bench
	@VIRTUAL_ENV=$(VENV)-bench $(BIN)/uv pip install --quiet --require-hashes -r requirements/bench.txt
	@touch $@

evaluation: $(VENV)/.installed-dev ## read the pages of the evaluation set: right, wrong and unknown per kind
	@$(BIN)/python tests/evaluation/score.py

bench: $(VENV)/.installed-dev $(VENV)-bench/.installed ## run the measured comparisons (PARTS="dates crawl" LABELS=FILE.json PAGES=FOLDER AT=DAY)
	@$(BIN)/python benchmarks/run.py --peers $(VENV)-bench $(if $(LABELS),--labels $(LABELS) --pages $(PAGES)) $(if $(AT),--at $(AT)) $(PARTS)

$(VENV)-fuzz/.installed: requirements/fuzz.txt $(VENV)/.installed
	@test -x $(VENV)-fuzz/bin/python || $(BIN)/uv venv --quiet --python $(BIN)/python $(VENV)-fuzz
	@VIRTUAL_ENV=$(VENV)-fuzz $(BIN)/uv pip install --quiet --require-hashes -r requirements/fuzz.txt \
	  || echo "atheris has no wheel for this platform: the guided part will be skipped"
	@touch $@

fuzz: $(VENV)-fuzz/.installed ## look for input that breaks or slows the readers (SECONDS=60 for each target)
	@mkdir -p var/fuzz
	@for target in dates decode feeds page robots visits accounts registry audit templates; do echo "== $$target"; \
	  (cd var/fuzz && PYTHONPATH=$(CURDIR)/include:$$($(CURDIR)/$(BIN)/python -c 'import site; print(site.getsitepackages()[0])') $(CURDIR)/$(VENV)-fuzz/bin/python $(CURDIR)/fuzz/readers.py $$target $(or $(SECONDS),60)) || exit 1; done
	@$(BIN)/python fuzz/growth.py

deployment-files: ## make the passwords and the settings folder that docker-compose.yaml expects
	@bash config/deployment-files.sh

lock: $(BIN)/uv ## resolve the requirements again and write their hashes
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements/run.txt --group dev pyproject.toml -o requirements/dev.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements/run.txt --extra distributed pyproject.toml -o requirements/distributed.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group bench -o requirements/bench.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements/run.txt --group fuzz -o requirements/fuzz.txt
	@echo uv | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate - -o requirements/uv.txt

clean: ## remove the virtual environment and everything under var/
	@rm -rf $(VENV) $(VENV)-bench $(VENV)-fuzz var
