"""Airflow's own API application with the plugin, and people who may see its pages or may not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient


@pytest.fixture(scope="session")
def airflow_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Built once: it takes half a minute. The lake that it serves is named by each module's own fixture."""
    passwords = tmp_path_factory.mktemp("auth") / "passwords.json"
    passwords.write_text(json.dumps({"admin": "let-me-in", "guest": "look"}))
    patch = pytest.MonkeyPatch()
    patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "admin:admin,guest:viewer")
    patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(passwords))
    subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True, env=os.environ
    )
    from airflow.api_fastapi.app import create_app

    with TestClient(create_app(), raise_server_exceptions=False) as running:
        yield running
    patch.undo()


@pytest.fixture(scope="session")
def token(airflow_app: TestClient) -> Callable[[str], dict[str, str]]:
    """The headers of a signed-in person, by name."""
    known: dict[str, dict[str, str]] = {}

    def headers(user: str = "admin") -> dict[str, str]:
        if user not in known:
            password = {"admin": "let-me-in", "guest": "look"}[user]
            answer = airflow_app.post("/auth/token", json={"username": user, "password": password})
            assert answer.status_code == 201
            known[user] = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        return known[user]

    return headers
