"""The office's source plan for the city's accounts."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from jiancha_sandbox.channels import REGISTERED
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.connections import PLAN_NAME

_HEADER = ("新媒体标识码", "账号类型", "账号名称", "读取方式", "地址", "平台账号")


def write_plan(folder: Path, city: SandboxCity) -> Path:
    """Write the plan into ``folder``; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / PLAN_NAME
    path.write_bytes(build_plan(city))
    return path


def build_plan(city: SandboxCity) -> bytes:
    """The plan: one line for each channel that is not in the registry's list.

    Accounts go by their codes, as names change; where two share a code the name tells them apart.
    """
    shared = Counter(account.code for account in city.accounts)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    for a in city.accounts:
        name = a.name if shared[a.code] > 1 else ""
        for channel in city.channels(a):
            if channel.adapter not in REGISTERED:
                writer.writerow((a.code, a.platform, name, channel.adapter, channel.address, channel.uid))
    return text.getvalue().encode("utf-8-sig")
