"""The services of the city that need a Connection, and the settings under which accounts are read there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

PLAN_NAME = "新媒体读取计划.csv"
HUB_HOST = "rsshub.xianyang.gov.cn"
#: The hub's access key: it takes the MD5 of route and key.
HUB_KEY = "sandbox-city"
COLLECTOR_HOST = "werss.xianyang.gov.cn"
MOBILE_HOST = "m-weibo.xianyang.gov.cn"
MOBILE_CONNECTION = "sandbox_weibo_mobile"
_HUB_CONNECTION = "sandbox_rsshub"
#: The official interfaces by adapter: their hosts, and how many owners have authorised the office.
OWNER_HOSTS = {
    "wechat": "weixin-api.xianyang.gov.cn",
    "weibo_owner": "weibo-api.xianyang.gov.cn",
    "douyin_owner": "douyin-api.xianyang.gov.cn",
}
GRANTS = {"wechat": 16, "weibo_owner": 8, "douyin_owner": 5}
#: So many days WeChat's statistics are read back.
WECHAT_DAYS = 120
#: What shows the latest posts only, or may break, comes before what has everything.
_ORDER = (
    "rsshub", "weibo_mobile", "wechat", "weibo_owner", "douyin_owner", "werss", "export", "self_report",
    "feed",
)  # fmt: skip


class Grant(NamedTuple):
    """An owner's authorisation: the Connection's id, its log-in and its secret."""

    connection: str
    login: str
    secret: str

    @classmethod
    def make(cls, adapter: str, number: int) -> Grant:
        """The ``number``-th of an adapter, from 0."""
        name = f"{adapter}_{number:02d}"
        return cls(f"sandbox_{name}", f"login_{name}", f"secret_{name}")

    @classmethod
    def named(cls, connection: str) -> Grant:
        name = connection.removeprefix("sandbox_")
        return cls(connection, f"login_{name}", f"secret_{name}")

    @classmethod
    def of_login(cls, login: str) -> Grant:
        return cls.named(f"sandbox_{login.removeprefix('login_')}")


def environment(plan: Path) -> dict[str, str]:
    """The variables under which the inspection reads the city's accounts by ``plan``."""
    connections = {
        _HUB_CONNECTION: _connection(HUB_HOST, password=HUB_KEY),
        MOBILE_CONNECTION: _connection(MOBILE_HOST),
    }
    for adapter, count in GRANTS.items():
        for grant in (Grant.make(adapter, number) for number in range(count)):
            connections[grant.connection] = _connection(
                OWNER_HOSTS[adapter], login=grant.login, password=grant.secret
            )
    return {
        "JIANCHA_ACCOUNT__SOURCES": str(plan),
        "JIANCHA_ACCOUNT__ORDER": ",".join(_ORDER),
        "JIANCHA_ACCOUNT__RSSHUB_CONNECTION": _HUB_CONNECTION,
        "JIANCHA_ACCOUNT__WEIBO_MOBILE": "true",
        "JIANCHA_ACCOUNT__STATE": str(plan.parent / "accounts"),
        **{f"AIRFLOW_CONN_{name.upper()}": text for name, text in connections.items()},
    }


def _connection(host: str, **more: str) -> str:
    return json.dumps({"conn_type": "http", "schema": "http", "host": host} | more)
