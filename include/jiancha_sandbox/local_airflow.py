"""A real Airflow and the sandbox city on loopback, for the demo, for browsing and for tests.

Everything is kept below one folder and listens on 127.0.0.1 with free ports. Each process leads a
session of its own, so stopping it takes all of its children along.
"""

from __future__ import annotations

import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil
import requests

from jiancha.errors import JianchaError
from jiancha_sandbox.connections import PLAN_NAME, environment

_HOST = "127.0.0.1"
_STOP_SECONDS = 15.0
_START_SECONDS = 180.0
_BACKFILL_TRIES = 8
_TRIES, _PAUSE = 5, 2.0  # calls of Airflow's API, and seconds between them
#: The scheduler loads what fetch tasks need before it forks their processes; see preload.py.
_PRELOAD = {"AIRFLOW__CORE__LAZY_LOAD_PLUGINS": "False", "JIANCHA_RUN__PRELOAD": "true"}
_COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")


class LocalError(JianchaError):
    """A local service did not start, or stopped by itself. The message names its log."""


@dataclass(slots=True)
class Service:
    """One started process and where it logs."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raise LocalError, quoting the log's end, if the process has gone."""
        if self.process.poll() is not None:
            tail = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
            raise LocalError(
                f"{self.name} stopped with exit code {self.process.returncode}; the end of {self.log}:\n"
                + "\n".join(tail)
            )


@dataclass(slots=True)
class LocalCity:
    """Airflow and the sandbox under ``folder`` (kept state) for the project in ``project``.

    ``lake`` is where inspections are kept; ``last_window`` bounds the calendar, so that a catch-up-free
    schedule runs exactly that window; ``extra`` are more environment variables (tests use them). With
    ``mails`` there is a mail sink, and mails are sent to it.
    """

    project: Path
    folder: Path
    lake: Path
    last_window: str
    clock: str
    seed: int
    extra: Mapping[str, str] = field(default_factory=dict)
    mails: bool = False
    services: list[Service] = field(default_factory=list)
    airflow_port: int = 0
    sandbox_port: int = 0
    smtp_port: int = 0
    mail_page_port: int = 0

    @property
    def airflow_url(self) -> str:
        return f"http://{_HOST}:{self.airflow_port}"

    @property
    def state_file(self) -> Path:
        return self.folder / "running.json"

    def environment(self) -> dict[str, str]:
        """The variables that any process of this city needs; also written to ``env.sh``."""
        secrets_of = self._secrets()
        return {
            "AIRFLOW_HOME": str(self.folder / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.project / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(self.project / "plugins"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "8",
            "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.airflow_url}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.folder / "passwords.json"),
            "AIRFLOW__CORE__FERNET_KEY": secrets_of["fernet"],
            "AIRFLOW__API__HOST": _HOST,
            "AIRFLOW__API__PORT": str(self.airflow_port),
            "AIRFLOW__API__BASE_URL": self.airflow_url,
            "AIRFLOW__API__SECRET_KEY": secrets_of["api"],
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets_of["jwt"],
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.folder / 'airflow' / 'airflow.db'}",
            # The DAG files do not change while this runs: parsing them again costs the tasks their CPU.
            "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
            "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",  # what tasks tell of their work
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            "JIANCHA_LAKE": str(self.lake),
            "JIANCHA_CLOCK": self.clock,
            "JIANCHA_WINDOWS": str(self.folder / "windows.toml"),
            "JIANCHA_REGISTRY__FOLDER": str(self.folder / "registry"),
            "JIANCHA_HTTP__PROXY": f"http://{_HOST}:{self.sandbox_port}",
            "JIANCHA_HTTP__PACE_SECONDS": "0",  # the sandbox city needs no sparing
            "JIANCHA_RUN__RATE_LIMITED_RETRY_SECONDS": "1",
            **environment(self.folder / PLAN_NAME),
            **(self._mail_settings() if self.mails else {}),
            **self.extra,
        }

    def _mail_settings(self) -> dict[str, str]:
        address = f"smtp://{_HOST}:{self.smtp_port}/?disable_ssl=true&disable_tls=true&timeout=10"
        return {
            "AIRFLOW_CONN_SMTP_DEFAULT": address,
            "JIANCHA_MAIL__RECIPIENTS": "ops@example.gov.cn",
            "JIANCHA_REVIEW__RECIPIENTS": "review@example.gov.cn",
            "JIANCHA_REVIEW__ESCALATION_RECIPIENTS": "leader@example.gov.cn",
        }

    def start(self, components: tuple[str, ...] = _COMPONENTS) -> None:
        """Start the sandbox and Airflow and wait until they answer; raises LocalError otherwise."""
        stop_recorded(self.state_file)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.airflow_port, self.sandbox_port = free_port(), free_port()
        self.smtp_port, self.mail_page_port = free_port(), free_port()
        (self.folder / "windows.toml").write_text(
            f'[calendar]\nfirst = "2019Q2"\nlast = "{self.last_window}"\n', encoding="utf-8"
        )
        self._write_private("passwords.json", json.dumps({"admin": self._secrets()["password"]}))
        self._write_env_file()
        self._start_sandbox()
        if self.mails:
            ports = ["--smtp-port", str(self.smtp_port), "--page-port", str(self.mail_page_port)]
            folder = str(self.folder / "mail")
            self._spawn("mail-sink", [sys.executable, "-m", "jiancha_sandbox.mail_sink", folder, *ports])
        is_new = not (self.folder / "airflow" / "airflow.db").exists()
        self._airflow("db", "migrate")
        if is_new:  # later their slots are what people made of them
            self._airflow("pools", "import", str(self.project / "config" / "pools.json"))
        for component in components:
            flags = ["--skip-serve-logs"] if component in ("scheduler", "triggerer") else []
            self._spawn(
                component,
                [*_airflow_command(), component, *flags],
                _PRELOAD if component == "scheduler" else {},
            )
        self._record()
        self._wait_for_airflow()

    def stop(self) -> None:
        """Stop everything that was started, children included."""
        for service in reversed(self.services):
            stop_session(service.process.pid)
            service.process.wait()
        self.services.clear()
        self.state_file.unlink(missing_ok=True)

    def check(self) -> None:
        for service in self.services:
            service.check()

    def reset(self) -> None:
        """Forget Airflow's runs and the exports (not the lake)."""
        stop_recorded(self.state_file)
        for name in ("airflow", "registry", "key", "logs"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    @property
    def password(self) -> str:
        return self._secrets()["password"]

    def _start_sandbox(self) -> None:
        command = [sys.executable, "-m", "jiancha.cli.main", "sandbox", "--port", str(self.sandbox_port)]
        command += ["--seed", str(self.seed), "--clock", self.clock]
        command += ["--exports", str(self.folder / "registry"), "--key", str(self.folder / "key")]
        command += ["--plan", str(self.folder)]
        service = self._spawn("sandbox", command)
        deadline = time.monotonic() + _START_SECONDS
        while not _accepts(self.sandbox_port):
            service.check()
            if time.monotonic() > deadline:
                raise LocalError(
                    f"the sandbox did not answer within {_START_SECONDS:.0f} s; see {service.log}"
                )
            time.sleep(0.2)

    def _spawn(
        self, name: str, command: list[str], more: Mapping[str, str] = MappingProxyType({})
    ) -> Service:
        logs = self.folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        path = logs / f"{name}.log"
        with path.open("wb") as sink:
            process = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                env={**os.environ, **self.environment(), **more},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        service = Service(name, process, path)
        self.services.append(service)
        self._record()
        return service

    def _airflow(self, *arguments: str) -> None:
        """Run one of Airflow's commands to its end; raises LocalError with what it said where it fails."""
        done = subprocess.run(  # noqa: S603 - our own commands
            [*_airflow_command(), *arguments],
            env={**os.environ, **self.environment()},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise LocalError(f"airflow {' '.join(arguments)} failed:\n{done.stderr[-3000:]}")

    def backfill(self, first: date, last: date, *, at_once: int) -> None:
        """Ask for the windows of ``quarterly_inspection`` whose days lie between two.

        A scheduler that writes meanwhile makes SQLite refuse; Airflow then takes back what it made of it.
        """
        days = ["--from-date", str(first), "--to-date", str(last)]
        command = ["backfill", "create", "--dag-id", "quarterly_inspection", *days]
        for left in reversed(range(_BACKFILL_TRIES)):
            try:
                return self._airflow(*command, "--max-active-runs", str(at_once))
            except LocalError as error:
                if not left or "database is locked" not in str(error):
                    raise
                time.sleep(_PAUSE)

    def _wait_for_airflow(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            self.check()
            try:
                health = requests.get(f"{self.airflow_url}/api/v2/monitor/health", timeout=5).json()
                if (
                    health["scheduler"]["status"] == "healthy"
                    and health["dag_processor"]["status"] == "healthy"
                ):
                    return
            except (requests.RequestException, ValueError, KeyError):
                pass  # not up yet: the deadline below decides
            if time.monotonic() > deadline:
                raise LocalError(
                    f"Airflow did not come up within {_START_SECONDS:.0f} s; see {self.folder / 'logs'}"
                )
            time.sleep(0.5)

    def _record(self) -> None:
        rows = [
            {"pid": s.process.pid, "started": psutil.Process(s.process.pid).create_time()}
            for s in self.services
        ]
        state = {"services": rows, "airflow": self.airflow_url, "sandbox_port": self.sandbox_port}
        self.state_file.write_text(json.dumps(state), encoding="utf-8")

    def _secrets(self) -> dict[str, str]:
        """Secrets of this city, made once and readable by its owner alone."""
        path = self.folder / "secrets.json"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            from cryptography.fernet import Fernet

            made = {name: secrets.token_urlsafe(64) for name in ("api", "jwt")}
            made |= {"fernet": Fernet.generate_key().decode(), "password": secrets.token_urlsafe(9)}
            self._write_private(path.name, json.dumps(made))
        loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return loaded

    def _write_private(self, name: str, text: str) -> None:
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")

    def _write_env_file(self) -> None:
        lines = [f"export {key}={shlex.quote(value)}" for key, value in self.environment().items()]
        lines.append(f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"')
        self._write_private("env.sh", "\n".join(lines) + "\n")


class AirflowApi:
    """The few calls of Airflow's public REST API that the demo and the tests make."""

    def __init__(self, url: str, password: str) -> None:
        self._base = url
        self._session = requests.Session()
        self._session.trust_env = False
        answer = self._session.post(
            f"{url}/auth/token", json={"username": "admin", "password": password}, timeout=30
        )
        answer.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        return self._call("GET", path, params=params)

    def patch(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._call("PATCH", path, json=body)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._call("POST", path, json=body)

    def _call(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        """One call. Where another process writes, SQLite makes Airflow answer 500: then it is made again.

        Nothing was done where that happens: it fails when the call is noted, before it is carried out.
        """
        for left in range(_TRIES, 0, -1):
            answer = self._session.request(method, f"{self._base}/api/v2{path}", timeout=60, **kwargs)
            if answer.status_code != 500 or left == 1:
                break
            time.sleep(_PAUSE)
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return body


def stop_recorded(state_file: Path) -> bool:
    """Stop what an earlier start left running, by the pids it recorded; returns whether there was any."""
    try:
        state = json.loads(state_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    stopped = False
    for row in reversed(state["services"]):
        # A pid may have been given to a stranger since: its start time tells.
        if psutil.pid_exists(row["pid"]) and _started(row["pid"]) == row["started"]:
            stop_session(row["pid"])
            stopped = True
    state_file.unlink(missing_ok=True)
    return stopped


def stop_session(leader: int) -> None:
    """Stop a session leader and everything in its session: politely, then for good."""
    for number, patience in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, _STOP_SECONDS)):
        members = list(_session_members(leader))
        for process in members:
            with _gone_is_fine():
                process.send_signal(number)
        psutil.wait_procs(members, timeout=patience)
        if not any(True for _ in _session_members(leader)):
            return


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _session_members(leader: int) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with _gone_is_fine():
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _gone_is_fine() -> suppress:
    """For processes that end between being listed and being asked."""
    return suppress(psutil.NoSuchProcess, ProcessLookupError)


def _started(pid: int) -> float | None:
    try:
        started: float = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None
    return started


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((_HOST, port)) == 0


def _airflow_command() -> list[str]:
    return [sys.executable, "-m", "airflow"]
