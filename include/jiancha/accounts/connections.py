"""Connections: where a platform's interface answers, and the keys to it. The keys live in Airflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An Airflow Connection as adapters need it: ``base`` is empty where the platform's own host is meant."""

    name: str
    base: str = ""
    login: str = ""
    password: str = field(default="", repr=False)

    @property
    def inside(self) -> bool:
        """True where the office names the server itself, which may stand in its own network."""
        return bool(self.base)

    def address(self, default: str, path: str) -> str:
        """The address of ``path`` on this server, or on the ``default`` one."""
        return f"{(self.base or default).rstrip('/')}{path}"


#: Finds a Connection by its id; raises UnreadableSource, CONFIG, where there is none.
Connect = Callable[[str], Endpoint]
