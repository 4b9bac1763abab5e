"""Identifiers of sites and accounts: their form, and what contradicts itself. Nothing is ever dropped."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jiancha.registry.model import Account, Site

_SITE_CODE = re.compile(r"\d{10}|bm\d{8}|N\d{9}")
_ACCOUNT_CODE = re.compile(r"\d{10}|(?P<region>\d{6})M(?P<organisation>\d{3})(?P<letters>[A-Z]{2,})(?P<serial>\d{4})")
#: Letters seen in account codes, and what 账号类型 then begins with. Other letters tell nothing.
_LETTERS = {"WX": "微信", "XL": "新浪微博", "DY": "抖音", "JR": "今日头条"}


class Warning(NamedTuple):
    """A remark on one row of the registry for a person; ``row`` counts the table's rows from 1."""

    check: str
    row: int
    code: str
    message: str


def check_sites(sites: Sequence[Site]) -> list[Warning]:
    """Malformed, unknown-region and duplicated codes of websites (网站标识码)."""
    found: list[Warning] = []
    for site in sites:
        if _SITE_CODE.fullmatch(site.site_code) is None:
            found.append(Warning("site_code_form", site.row, site.site_code, f"网站标识码“{site.site_code}”格式不符"))
        elif site.site_code.isdigit():
            found += _region_warning("site_region", site.row, site.site_code, site.name, site.owner)
    return found + _duplicates("site_code_duplicate", ((s.row, s.site_code, s.name) for s in sites), "网站标识码")


def check_accounts(accounts: Sequence[Account]) -> list[Warning]:
    """Malformed, contradictory and duplicated codes of accounts (新媒体标识码)."""
    found: list[Warning] = []
    for account in accounts:
        match = _ACCOUNT_CODE.fullmatch(account.account_code)
        if match is None:
            message = f"新媒体标识码“{account.account_code}”格式不符"
            found.append(Warning("account_code_form", account.row, account.account_code, message))
            continue
        expected = _LETTERS.get(match["letters"] or "")
        if expected is not None and not account.platform.startswith(expected):
            message = f"“{account.name}”标识码中的 {match['letters']} 与账号类型“{account.platform}”不符"
            found.append(Warning("account_code_platform", account.row, account.account_code, message))
        found += _region_warning("account_region", account.row, account.account_code, account.name, account.owner)
    rows = ((a.row, a.account_code, a.name) for a in accounts)
    return found + _duplicates("account_code_duplicate", rows, "新媒体标识码")


@cache
def regions() -> Mapping[str, str]:
    """Known region codes (GB/T 2260) and their names."""
    data = tomllib.loads((Path(__file__).parent / "regions.toml").read_text(encoding="utf-8"))
    names: dict[str, str] = data["regions"]
    return names


def _region_warning(check: str, row: int, code: str, name: str, owner: str) -> list[Warning]:
    region = code[:6]
    known = regions()
    if region not in known:
        return [Warning(f"{check}_unknown", row, code, f"“{name}”标识码的行政区划 {region} 不在已知区划中")]
    named = _named_region(name) or _named_region(owner)
    if named is not None and named != region and known[region] not in name + owner:
        message = f"“{name}”属{known[named]},标识码的行政区划却是{known[region]}({region})"
        return [Warning(f"{check}_mismatch", row, code, message)]
    return []


def _named_region(text: str) -> str | None:
    """The county or district that a name begins with; the city's own name says nothing of the county."""
    for code, name in regions().items():
        if not code.endswith("00") and (text.startswith((name, name[:-1] if len(name) > 2 else name))):
            return code
    return None


def _duplicates(check: str, rows: Iterable[tuple[int, str, str]], label: str) -> list[Warning]:
    by_code: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row, code, name in rows:
        by_code[code].append((row, name))
    return [
        Warning(check, group[0][0], code, f"{label} {code} 重复:" + "、".join(f"第{row}行“{name}”" for row, name in group))
        for code, group in by_code.items()
        if len(group) > 1
    ]
