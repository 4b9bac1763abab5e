"""Identifiers of sites and accounts: their form, and what contradicts itself. Nothing is ever dropped."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from jiancha.registry.model import Account, Site

#: Pattern of 网站标识码: region and serial number, or the forms of ministries and of national bodies.
SITE_CODE = r"[0-9]{10}|bm[0-9]{8}|N[0-9]{9}"
#: Pattern of 新媒体标识码: the old ten digits, or region, M, organisation, platform letters, serial number.
ACCOUNT_CODE = r"[0-9]{10}|[0-9]{6}M[0-9]{3}[A-Z]{2,}[0-9]{4}"

_LETTERS_AT = re.compile(r"[0-9]{6}M[0-9]{3}(?P<letters>[A-Z]{2,})[0-9]{4}")
#: Letters seen in account codes, and what 账号类型 then begins with. Other letters tell nothing.
_LETTERS = {"WX": "微信", "XL": "新浪微博", "DY": "抖音", "JR": "今日头条"}


class Remark(NamedTuple):
    """A remark on one row of the registry for a person; ``row`` counts the table's rows from 1."""

    check: str
    row: int
    code: str
    message: str


HOST_CHECK = "host_unresolved"
#: Tells which of some hosts have no address.
Unresolved = Callable[[Sequence[str]], Iterable[str]]


class _Regions(NamedTuple):
    """Codes of GB/T 2260: names of known regions, codes that took another's place, provinces."""

    regions: Mapping[str, str]
    succeeded_by: Mapping[str, str]
    provinces: Mapping[str, str]


def check_sites(sites: Sequence[Site]) -> list[Remark]:
    """Malformed, unknown-region and duplicated codes of websites (网站标识码)."""
    found: list[Remark] = []
    for site in sites:
        if re.fullmatch(SITE_CODE, site.site_code) is None:
            found.append(
                Remark("site_code_form", site.row, site.site_code, f"网站标识码“{site.site_code}”格式不符")
            )
        elif site.site_code.isdigit():
            found += _region_warning("site_region", site.row, site.site_code, site.name, site.owner)
    return found + _duplicates(
        "site_code_duplicate", ((s.row, s.site_code, s.name) for s in sites), "网站标识码"
    )


def check_hosts(sites: Sequence[Site], unresolved: Unresolved) -> list[Remark]:
    """Websites whose host has no address: a person asks their owners before any probe counts.

    Where no host at all has one, the remark is about this machine and about none of them.
    """
    hosts = {site.target_id: urlsplit(site.url).hostname or "" for site in sites}
    lost = set(unresolved(sorted(set(hosts.values()))))
    if len(lost) > 1 and lost == set(hosts.values()):
        message = "名录中的主机名都解析不到地址，请检查本机的域名解析"
        return [Remark(HOST_CHECK, 0, "", message)]
    return [
        Remark(HOST_CHECK, site.row, site.site_code, f"“{site.name}”的主机名{host}解析不到地址，请核对网址")
        for site in sites
        if (host := hosts[site.target_id]) in lost
    ]


def check_accounts(accounts: Sequence[Account]) -> list[Remark]:
    """Malformed, contradictory and duplicated codes of accounts (新媒体标识码)."""
    found: list[Remark] = []
    for account in accounts:
        code = account.account_code
        if re.fullmatch(ACCOUNT_CODE, code) is None:
            found.append(Remark("account_code_form", account.row, code, f"新媒体标识码“{code}”格式不符"))
            continue
        stated = platform_of_code(code)
        if stated is not None and not account.platform.startswith(stated):
            platform = f"与账号类型“{account.platform}”不符"
            message = f"“{account.name}”标识码 {code} 的平台字母表示{stated}，{platform}"
            found.append(Remark("account_code_platform", account.row, code, message))
        found += _region_warning("account_region", account.row, code, account.name, account.owner)
    rows = ((a.row, a.account_code, a.name) for a in accounts)
    return found + _duplicates("account_code_duplicate", rows, "新媒体标识码")


def platform_of_code(account_code: str) -> str | None:
    """What 账号类型 begins with by the letters of a code; None for letters of no platform."""
    match = _LETTERS_AT.fullmatch(account_code)
    return _LETTERS.get(match["letters"]) if match else None


def region_name(code: str) -> str:
    """The region that an identifier begins with, by its name today; empty where it is unknown."""
    known = _regions()
    return known.regions.get(known.succeeded_by.get(code[:6], code[:6]), "")


@cache
def _regions() -> _Regions:
    data = tomllib.loads((Path(__file__).parent / "regions.toml").read_text(encoding="utf-8"))
    return _Regions(**data)


def _region_warning(check: str, row: int, code: str, name: str, owner: str) -> list[Remark]:
    """A code of an unknown region, or one whose holder is named after another region."""
    region = code[:6]
    known = _regions().regions
    if region[:2] not in _regions().provinces:
        message = f"“{name}”标识码 {code} 的行政区划 {region} 不属于任何省份"
        return [Remark(f"{check}_unknown", row, code, message)]
    if region not in known:
        message = f"“{name}”标识码 {code} 的行政区划 {region} 不在已知区划中"
        return [Remark(f"{check}_unknown", row, code, message)]
    named = _named_regions(name) | _named_regions(owner)
    own = {region, _regions().succeeded_by.get(region, region)}
    if named and not named & own and not any(_stem(known[r]) in name + owner for r in own):
        others = "、".join(known[r] for r in sorted(named))
        message = f"“{name}”属{others}，标识码 {code} 的行政区划却是{known[region]}（{region}）"
        return [Remark(f"{check}_mismatch", row, code, message)]
    return []


def _named_regions(text: str) -> set[str]:
    """Counties and districts in a name: written out anywhere (秦都区), or short at its beginning (秦都)."""
    cities = [name for code, name in _regions().regions.items() if code.endswith("00")]
    for city in cities:
        text = text.removeprefix(city)
    return {
        code
        for code, name in _regions().regions.items()
        if not code.endswith("00") and (name in text or text.startswith(_stem(name)))
    }


def _stem(region: str) -> str:
    """The name without 市, 县 or 区 where something telling remains: 秦都区 → 秦都, but 乾县."""
    return region[:-1] if len(region) > 2 else region


def _duplicates(check: str, rows: Iterable[tuple[int, str, str]], label: str) -> list[Remark]:
    by_code: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row, code, name in rows:
        by_code[code].append((row, name))
    return [
        Remark(
            check,
            group[0][0],
            code,
            f"{label} {code} 重复：" + "、".join(f"第{row}行“{name}”" for row, name in group),
        )
        for code, group in by_code.items()
        if len(group) > 1
    ]
