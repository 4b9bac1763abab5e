"""The ways of reading an account (读取方式), each with what a source plan may say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple


class Way(NamedTuple):
    """One way of reading.

    ``place`` is what its address is: a web address, a route of the RSSHub, or the id of an Airflow
    Connection, which may be left out where it is ``optional``. ``platform`` is the only one that has it.
    ``owned``: it answers for whoever granted the key; under another's name it would accuse that one.
    """

    aliases: tuple[str, ...] = ()
    place: Literal["web", "route", "connection"] = "web"
    optional: bool = False
    platform: str = ""
    owned: bool = False


#: By the names of their adapters.
WAYS: Mapping[str, Way] = {
    "wechat": Way(("微信接口",), "connection", platform="wechat", owned=True),
    "weibo_owner": Way(("微博接口",), "connection", platform="weibo", owned=True),
    "douyin_owner": Way(("抖音接口",), "connection", platform="douyin", owned=True),
    "self_report": Way(("自主填报",)),
    "manual": Way(("人工查看",), optional=True),
    "export": Way(("厂商导出", "第三方导出")),
    "feed": Way(("订阅源", "rss")),
    "werss": Way(platform="wechat"),
    "rsshub": Way(place="route"),
    "weibo_mobile": Way(("微博移动端",), "connection", optional=True, platform="weibo"),
    "app": Way(("下载地址",)),
}
_BY_NAME = {name: adapter for adapter, way in WAYS.items() for name in (adapter, *way.aliases)}


def adapter_of(name: str) -> str:
    """The adapter that a plan or the registry means by a name; empty where there is none of it."""
    return _BY_NAME.get(name.strip().lower(), "")


def known_names() -> str:
    """All names that a way of reading may have, for a message."""
    return ", ".join(_BY_NAME)
