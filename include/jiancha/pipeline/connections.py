"""Airflow Connections as the steps need them: where a service answers, and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jiancha.errors import FailureKind, UnreadableSource

if TYPE_CHECKING:
    from jiancha.accounts.connections import Endpoint
    from jiancha.accounts.rsshub import RssHub
    from jiancha.settings import Settings


class ServiceConnection(NamedTuple):
    """The parts of an Airflow Connection; ``path`` is of its extra."""

    host: str
    port: int | None
    scheme: str
    login: str
    password: str
    path: str

    def address(self, scheme: str) -> str:
        """Such as ``https://host:8080``, with ``scheme`` where it names none; empty without a host."""
        if not self.host:
            return ""
        base = self.host if "://" in self.host else f"{self.scheme or scheme}://{self.host}"
        return f"{base}:{self.port}" if self.port else base


def get_connection(name: str) -> ServiceConnection:
    """An Airflow Connection; raises UnreadableSource, CONFIG, where there is none of that name."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

    try:
        found = Connection.get(name)
    except (AirflowNotFoundException, AirflowRuntimeError) as error:
        raise UnreadableSource(FailureKind.CONFIG, f"没有名为 {name} 的连接") from error
    return ServiceConnection(
        found.host or "",
        found.port,
        found.schema or "",
        found.login or "",
        found.password or "",
        str(found.extra_dejson.get("path", "")),
    )


def connect_rsshub(settings: Settings) -> RssHub | None:
    """The configured RSSHub, with its access key; None without one."""
    if not settings.account.rsshub_connection:
        return None
    from jiancha.accounts.rsshub import RssHub

    connection = get_connection(settings.account.rsshub_connection)
    return RssHub(connection.address("http"), connection.password)


def connect_platform(name: str) -> Endpoint:
    """The Connection of a platform's interface; raises UnreadableSource, CONFIG, without one."""
    from jiancha.accounts.connections import Endpoint

    connection = get_connection(name)
    return Endpoint(name, connection.address("https"), connection.login, connection.password)
