"""The services of the city that need a Connection, and the settings under which accounts are read there."""

from __future__ import annotations

import json
from pathlib import Path

PLAN_NAME = "新媒体读取计划.csv"
HUB_HOST = "rsshub.xianyang.gov.cn"
#: The hub's access key: it takes the MD5 of route and key.
HUB_KEY = "sandbox-city"
_HUB = "sandbox_rsshub"
#: What shows the latest posts only, or may break, comes before what has everything.
_ORDER = ("rsshub", "export", "self_report", "feed")


def environment(plan: Path) -> dict[str, str]:
    """The variables under which the inspection reads the city's accounts by ``plan``."""
    hub = {"conn_type": "http", "schema": "http", "host": HUB_HOST, "password": HUB_KEY}
    return {
        "JIANCHA_ACCOUNT__SOURCES": str(plan),
        "JIANCHA_ACCOUNT__ORDER": ",".join(_ORDER),
        "JIANCHA_ACCOUNT__RSSHUB_CONNECTION": _HUB,
        f"AIRFLOW_CONN_{_HUB.upper()}": json.dumps(hub),
    }
