"""docker-compose.yaml holds together without an engine: services, secrets, mounts, queues and pools."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yaml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DEPLOYMENT = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
#: Keys of a service in the Compose specification that this file uses.
KEYS = {
    "build", "command", "depends_on", "deploy", "entrypoint", "env_file", "environment", "healthcheck",
    "image", "init", "ports", "profiles", "restart", "secrets", "stop_grace_period", "user", "volumes",
}  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_watched_restarted_and_bounded(name: str) -> None:
    service = SERVICES[name]
    assert set(service) <= KEYS
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    if name != "init":
        assert service["restart"] == "unless-stopped"
        assert "test" in service["healthcheck"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_exists_and_can_become_ready(name: str) -> None:
    for other, condition in (SERVICES[name].get("depends_on") or {}).items():
        if condition["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other]
        else:
            assert SERVICES[other]["restart"] == "no"


def test_variables_have_defaults_and_a_line_in_the_docs() -> None:
    used = re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", TEXT)
    assert used
    for name, default in used:
        assert default.startswith(":-"), name
        assert f"`{name}`" in DEPLOYMENT, name


def test_secrets_and_mounts_are_made_by_the_script(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    script = shutil.copy(ROOT / "config" / "deployment-files.sh", tmp_path / "config")
    shutil.copy(ROOT / "jiancha.toml", tmp_path)
    subprocess.run(["bash", script], cwd=tmp_path, check=True, capture_output=True)
    for name, secret in COMPOSE["secrets"].items():
        file = tmp_path / secret["file"]
        assert len(file.read_text()) >= 24, name
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = (tmp_path / "secrets" / "jwt_secret").read_text()
    subprocess.run(["bash", script], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "secrets" / "jwt_secret").read_text() == first
    for service in SERVICES.values():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (tmp_path / source).exists() if source.startswith(".") else source in COMPOSE["volumes"]


def test_a_mistyped_file_of_variables_is_an_error() -> None:
    assert (ROOT / "config" / "none.env").exists()
    for service in SERVICES.values():
        assert all(file.get("required", True) for file in service.get("env_file", []))


def test_the_image_holds_what_the_services_name() -> None:
    copied = set(re.findall(r"^COPY (\w+) \w+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    named = {path.split("/")[0] for path in re.findall(r"/opt/jiancha/(\w+/?\w*)", TEXT)} - {"settings"}
    assert named <= copied
    for script in re.findall(r"/opt/jiancha/(config/[\w.-]+)", TEXT):
        subprocess.run(["bash", "-n", str(ROOT / script)], check=True)


def test_every_secret_command_prints_one_value(tmp_path: Path) -> None:
    """Airflow splits a ``_CMD`` as a shell does and runs it without one."""
    import shlex

    environment = SERVICES["api-server"]["environment"]
    commands = {name: text for name, text in environment.items() if name.endswith("_CMD")}
    assert len(commands) == 6
    for name, text in commands.items():
        (tmp_path / "value").write_text("s3cr-t_x")
        command = re.sub(r"/run/secrets/\w+", str(tmp_path / "value"), text.replace("$$", "$"))
        done = subprocess.run(
            shlex.split(command), capture_output=True, text=True, check=True, env=os.environ
        )
        assert "s3cr-t_x" in done.stdout, name
        assert "\n" not in done.stdout


def workers() -> set[str]:
    """The queues that some worker takes tasks from."""
    commands = (s["command"] for s in SERVICES.values() if "worker" in (s.get("command") or []))
    return {queue for words in commands for queue in words[words.index("--queues") + 1].split(",")}


def test_every_queue_has_a_worker() -> None:
    from jiancha.airflow import dag_parts

    assert workers() == {"default", dag_parts.SITES_QUEUE, dag_parts.ACCOUNTS_QUEUE}


def test_tasks_of_a_pool_stand_in_its_queue() -> None:
    pools = json.loads((ROOT / "config" / "pools.json").read_text())
    for file in (ROOT / "dags").glob("*.py"):
        for call in (n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Call)):
            words = {k.arg: ast.unparse(k.value) for k in call.keywords if k.arg in {"pool", "queue"}}
            if words:
                assert words == {
                    "pool": words["pool"],
                    "queue": words["pool"].replace("POOL", "QUEUE"),
                }, f"{file.name}:{call.lineno}"
    from jiancha.airflow import dag_parts

    assert set(pools) == {dag_parts.SITES_POOL, dag_parts.ACCOUNTS_POOL}
