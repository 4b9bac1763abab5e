"""Which hosts have an address, as this machine's resolver tells."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait

_AT_ONCE = 16
_SECONDS = 30.0


def unresolved(hosts: Iterable[str]) -> list[str]:
    """The hosts that have no address, in their order; those without an answer in time are left out."""
    threads = ThreadPoolExecutor(_AT_ONCE)
    asked = {host: threads.submit(_resolves, host) for host in dict.fromkeys(hosts)}
    wait(asked.values(), _SECONDS)
    threads.shutdown(wait=False, cancel_futures=True)
    return [
        host for host, found in asked.items() if found.done() and not found.cancelled() and not found.result()
    ]


def _resolves(host: str) -> bool:
    try:
        return bool(socket.getaddrinfo(host, None))
    except (OSError, UnicodeError):
        return False
