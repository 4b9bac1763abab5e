"""Stopping what was started: sessions with children, and only those."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from jiancha_sandbox.local_airflow import free_port, stop_recorded, stop_session

#: A leader that ignores SIGTERM, with a child in a process group of its own.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], process_group=0)
print(child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def family(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, int]]:
    monkeypatch.setattr("jiancha_sandbox.local_airflow._STOP_SECONDS", 1.0)
    leader = subprocess.Popen(
        [sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    child = int(leader.stdout.readline())
    yield leader.pid, child
    with suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    leader.kill()
    leader.wait()
    leader.stdout.close()


def running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_session_is_stopped_with_children_that_left_its_process_group(family: tuple[int, int]) -> None:
    stop_session(family[0])
    assert [running(pid) for pid in family] == [False, False]


def test_what_an_earlier_start_recorded_is_stopped(family: tuple[int, int], tmp_path: Path) -> None:
    state = tmp_path / "running.json"
    state.write_text(
        json.dumps({"services": [{"pid": family[0], "started": psutil.Process(family[0]).create_time()}]})
    )
    assert stop_recorded(state) is True
    assert not running(family[0])
    assert not state.exists()


def test_a_pid_that_belongs_to_somebody_else_by_now_is_left_alone(
    family: tuple[int, int], tmp_path: Path
) -> None:
    state = tmp_path / "running.json"
    state.write_text(json.dumps({"services": [{"pid": family[0], "started": time.time() - 86400}]}))
    assert stop_recorded(state) is False
    assert running(family[0])


def test_nothing_recorded_nothing_stopped(tmp_path: Path) -> None:
    assert stop_recorded(tmp_path / "running.json") is False


def test_free_ports_are_free() -> None:
    assert 1024 < free_port() < 65536
