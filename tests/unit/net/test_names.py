"""Which hosts have an address: asked of the system's resolver."""

from __future__ import annotations

import socket
import threading

import pytest

from jiancha.net import names


def test_what_has_an_address_and_what_has_none() -> None:
    hosts = ["127.0.0.1", "nowhere.invalid", "localhost", "a" * 300, ".", "nowhere.invalid"]
    assert names.unresolved(hosts) == ["nowhere.invalid", "a" * 300, "."]


def test_hosts_without_an_answer_in_time_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def slow(host: str, port: object) -> list[object]:
        if host == "slow.invalid":
            over.wait(20)
        raise socket.gaierror

    monkeypatch.setattr(names.socket, "getaddrinfo", slow)
    monkeypatch.setattr(names, "_SECONDS", 0.3)
    try:
        assert names.unresolved(["slow.invalid", "gone.invalid"]) == ["gone.invalid"]
    finally:
        over.set()
