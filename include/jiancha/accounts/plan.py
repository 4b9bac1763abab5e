"""The source plan: where each registered account's posts can be read, and in which order to try.

A file (TOML, CSV or a workbook) names accounts and sources; the registry's own sources join them. Access
keys do not belong in it: they live in Airflow Connections.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from jiancha.errors import RegistryError
from jiancha.posts.clocks import family
from jiancha.registry.model import Account, AccountSource
from jiancha.registry.ways import WAYS, adapter_of, known_names
from jiancha.text.sheets import Sheet, read_sheets
from jiancha.windows import ZONE

APPS = ("移动客户端", "小程序")
_FIELDS = {
    "platform": ("账号类型", "平台", "platform"),
    "name": ("账号名称", "新媒体名称", "name"),
    "code": ("新媒体标识码", "标识码", "code"),
    "adapter": ("读取方式", "adapter"),
    "address": ("地址", "来源地址", "address"),
    "uid": ("平台账号", "账号ID", "uid"),
    "posted": ("最近发布", "posted"),
    "seen_at": ("查看时间", "seen_at"),
    "seen_by": ("查看人", "seen_by"),
}
#: Routes of an RSSHub for plans that give the uid only. A parameter would make the Weibo one drop reposts.
_ROUTES = {"weibo": "/weibo/user/{uid}", "douyin": "/douyin/user/{uid}"}
_UID = re.compile(r"[0-9A-Za-z_=\-]{1,200}")
_CONNECTION = re.compile(r"[0-9A-Za-z_.\-]{1,250}")
_ROUTE = re.compile(r"/[0-9A-Za-z_./%=&,@:\-]{1,500}")
_SECRET = re.compile(r"^(?:.*[_-])?(?:key|token|secret|password|sign|ticket)$", re.IGNORECASE)
_LISTED_PROBLEMS = 20
_MAX_CELL = 4_000
_LONGEST_NAME = 60


class PlanError(RegistryError):
    """The source plan cannot be read. The message names file, row, column and value."""


class Looked(NamedTuple):
    """What a person saw: the newest post's day and, where noted, time; who looked and when (aware)."""

    posted_on: date
    posted_at: datetime | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class PlannedSource(AccountSource):
    """A source of one account; ``uid`` is the account's identity on the platform, to tell others by."""

    uid: str = ""
    looked: Looked | None = None


class PlanLine(NamedTuple):
    """One line of a plan: ``platform`` and one of ``name`` and ``code`` tell the account."""

    platform: str
    name: str
    code: str
    adapter: str
    address: str
    uid: str
    row: int
    looked: Looked | None = None

    def means(self, account: Account) -> bool:
        return (
            self.platform == account.platform
            and self.name in ("", account.name)
            and self.code in ("", account.account_code)
        )


class Planned(NamedTuple):
    """An account and its sources in the order to try; ``missing`` where it has none and needs one."""

    account: Account
    sources: tuple[AccountSource, ...]

    @property
    def missing(self) -> bool:
        return not self.sources and post_based(self.account.platform)


class Plan(NamedTuple):
    """All accounts, and what in the file fits none of them or several (Chinese, with its row)."""

    accounts: tuple[Planned, ...]
    remarks: tuple[str, ...]


def post_based(platform: str) -> bool:
    """False for apps and mini-programs: there are no posts to date."""
    return not any(app in platform for app in APPS)


def plan_sources(
    accounts: Sequence[Account],
    entries: Sequence[PlanLine],
    registered: Iterable[AccountSource] = (),
    *,
    order: Sequence[str] = (),
) -> Plan:
    """Give each account its sources: those of the plan and the registry, by the ``order`` of adapters.

    An adapter that is not in ``order`` comes last. A line of the plan that fits no account, or several, is
    given to none and remarked upon: a source read for the wrong account would judge it by another's posts.
    """
    found: dict[Account, list[AccountSource]] = {account: [] for account in accounts}
    remarks = []
    known: dict[tuple[str, str], list[Account]] = {}
    for account in found:
        for key in {account.name, account.account_code}:
            known.setdefault((account.platform, key), []).append(account)
    for entry in entries:
        named = known.get((entry.platform, entry.name or entry.code), ())
        meant = [account for account in named if entry.means(account)]
        if len(meant) != 1:
            about = (
                "没有对应的登记账号" if not meant else f"对应{len(meant)}个登记账号，需同时写明名称和标识码"
            )
            remarks.append(f"第{entry.row}行 {entry.platform} {entry.name or entry.code}：{about}")
            continue
        found[meant[0]].append(_source(meant[0], entry))
    for source in registered:
        for account in known.get((source.platform, source.name), ()):
            if (source.account_code, source.name) == (account.account_code, account.name):
                found[account].append(source)
    rank = {adapter: number for number, adapter in enumerate(order)}
    planned = tuple(
        Planned(account, tuple(sorted(_once(sources), key=lambda s: rank.get(s.adapter, len(rank)))))
        for account, sources in found.items()
    )
    return Plan(planned, tuple(remarks))


def load_entries(path: Path) -> list[PlanLine]:
    """The lines of a plan's file; raises PlanError."""
    try:
        return read_entries(path.name, path.read_bytes())
    except OSError as error:
        raise PlanError(f"the plan cannot be read: {error.strerror}", file=str(path)) from error


def read_entries(file: str, data: bytes) -> list[PlanLine]:
    """The lines of a plan; raises PlanError naming file, row, column and value of all that is wrong."""
    try:
        rows = _toml_rows(file, data) if file.lower().endswith(".toml") else _sheet_rows(file, data)
    except RegistryError as error:
        if isinstance(error, PlanError):
            raise
        raise PlanError(
            error.reason, file=file, row=error.row, column=error.column, value=error.value
        ) from error
    entries: list[PlanLine] = []
    problems: list[PlanError] = []
    seen: dict[tuple[str, ...], int] = {}
    owners: dict[tuple[str, str], int] = {}
    for row, values in rows:
        try:
            entry = _entry(file, row, values)
            first = seen.setdefault(tuple(entry[:5]), row)
            if first != row:
                raise PlanError(f"the same source as in row {first}", file=file, row=row)
            owned = WAYS[entry.adapter].owned
            owner = owners.setdefault((entry.adapter, entry.address), row) if owned else row
            if owner != row:
                raise PlanError(
                    f"a Connection speaks for one account, and this one does for that of row {owner}",
                    file=file,
                    row=row,
                    column="address",
                    value=entry.address,
                )
            entries.append(entry)
        except PlanError as problem:
            problems.append(problem)
    if problems:
        raise _together(file, problems)
    return entries


def _entry(file: str, row: int, values: Mapping[str, str]) -> PlanLine:
    def require(holds: object, reason: str, column: str) -> None:
        if not holds:
            raise PlanError(reason, file=file, row=row, column=column, value=values.get(column, ""))

    platform = values.get("platform", "")
    require(platform, "the account type is needed", "platform")
    require(values.get("name") or values.get("code"), "the account's name or code is needed", "name")
    adapter = adapter_of(values.get("adapter", ""))
    require(adapter, f"the way of reading must be one of {known_names()}", "adapter")
    wrong = _wrong_platform(adapter, platform)
    require(wrong is None, wrong or "", "adapter")
    uid, address = values.get("uid", ""), values.get("address", "")
    require(not uid or _UID.fullmatch(uid), "not an identity on a platform", "uid")
    require(uid or adapter != "weibo_mobile", "the uid is needed", "uid")
    if adapter == "rsshub" and not address:
        route = _ROUTES.get(family(platform), "") if uid else ""
        wanted = "a route such as /weibo/user/1234567890 is needed, or for Weibo and Douyin a uid"
        require(route, wanted, "address")
        address = route.format(uid=uid)
    looked, column = _looked(values) if adapter == "manual" else (None, "")
    wanted = "who looked (seen_by), when (seen_at) and the newest post (posted) are needed"
    require(looked or adapter != "manual", wanted, column)
    wrong = _wrong_place(adapter, address)
    require(wrong is None, wrong or "", "address")
    texts = (platform, values.get("name", ""), values.get("code", ""))
    return PlanLine(*texts, adapter, address, uid, row, looked)


def _wrong_platform(adapter: str, platform: str) -> str | None:
    """Why accounts of a platform cannot be read in this way."""
    if (adapter == "app") is post_based(platform):
        return "app is for 移动客户端 and 小程序, and they can be read in no other way"
    if WAYS[adapter].platform not in ("", family(platform)):
        return f"{adapter} reads no accounts of this type"
    return None


def _wrong_place(adapter: str, address: str) -> str | None:
    """Why an address does not suit its way of reading."""
    way = WAYS[adapter]
    if way.optional and not address:
        return None
    if way.place == "connection":
        return None if _CONNECTION.fullmatch(address) else "not the id of an Airflow Connection"
    return _wrong_route(address) if way.place == "route" else _wrong_address(address)


def _looked(values: Mapping[str, str]) -> tuple[Looked | None, str]:
    """What a person entered, or None and the column that is wrong."""
    try:
        column = "posted"
        posted = datetime.fromisoformat(values.get(column, ""))
        column = "seen_at"
        seen = datetime.fromisoformat(values.get(column, ""))
    except ValueError:
        return None, column
    by = values.get("seen_by", "")
    if not by or not by.isprintable() or len(by) > _LONGEST_NAME:
        return None, "seen_by"
    posted, seen = (moment.replace(tzinfo=moment.tzinfo or ZONE) for moment in (posted, seen))
    day = posted.astimezone(ZONE).date()
    if day > seen.astimezone(ZONE).date():
        return None, "posted"
    only_day = posted.time() == time()  # a sheet's cell that holds a day, or no time at all
    return Looked(day, None if only_day else posted, seen, by), ""


def _wrong_route(route: str) -> str | None:
    """Why a route cannot be asked for: base address and access key come from the Connection."""
    if not _ROUTE.fullmatch(route) or ".." in route or "//" in route:
        return "a route of the RSSHub begins with / and holds neither host nor query"
    return None


def _wrong_address(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
        secrets = [name for name, _ in parse_qsl(parts.query) if _SECRET.match(name[:100])]
    except ValueError:
        return "not a web address"
    if parts.scheme not in ("http", "https") or not host or not address.isprintable():
        return "not a web address"
    if parts.username is not None or parts.password is not None or secrets:
        return "access keys do not belong in the plan: use a Connection"
    return None


def _toml_rows(file: str, data: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(f"the plan cannot be read: {error}", file=file) from error
    tables = document.get("source")
    if not isinstance(tables, list) or set(document) != {"source"}:
        raise PlanError("a list of [[source]] tables is wanted, and nothing else", file=file)
    rows = []
    for number, values in enumerate(tables, 1):
        for key, value in values.items():
            if key not in _FIELDS:
                raise PlanError("an unknown key", file=file, row=number, column=key, value=value)
            if not isinstance(value, str):
                raise PlanError("a text in quotes is wanted", file=file, row=number, column=key, value=value)
        rows.append((number, {key: value.strip() for key, value in values.items()}))
    return rows


def _sheet_rows(file: str, data: bytes) -> list[tuple[int, dict[str, str]]]:
    return [row for sheet in read_sheets(file, data, max_cell=_MAX_CELL) for row in _rows_of(sheet)]


def _rows_of(sheet: Sheet) -> list[tuple[int, dict[str, str]]]:
    names = [cell.strip() for cell in sheet.rows[0][1]]
    places = {
        key: next(names.index(known) for known in aliases if known in names)
        for key, aliases in _FIELDS.items()
        if any(known in names for known in aliases)
    }
    for needed in ("platform", "adapter"):
        if needed not in places:
            wanted = "/".join(_FIELDS[needed])
            raise PlanError(f"no column {wanted}", file=sheet.file, row=sheet.rows[0][0], column=needed)
    return [
        (number, {key: cells[place].strip() if place < len(cells) else "" for key, place in places.items()})
        for number, cells in sheet.rows[1:]
    ]


def _source(account: Account, entry: PlanLine) -> PlannedSource:
    return PlannedSource(
        account.account_code,
        account.platform,
        account.name,
        entry.adapter,
        entry.address,
        entry.uid,
        entry.looked,
    )


def _once(sources: Iterable[AccountSource]) -> list[AccountSource]:
    """The sources, each address once per adapter; the plan's, which know more, come first."""
    return list({(source.adapter, source.address): source for source in reversed(list(sources))}.values())[
        ::-1
    ]


def _together(file: str, problems: Sequence[PlanError]) -> PlanError:
    """One error for all: whoever mends a plan wants to mend it once."""
    if len(problems) == 1:
        return problems[0]
    lines = [str(problem) for problem in problems[:_LISTED_PROBLEMS]]
    if len(problems) > _LISTED_PROBLEMS:
        lines.append(f"and {len(problems) - _LISTED_PROBLEMS} more")
    return PlanError(f"{len(problems)} problems:\n" + "\n".join(lines) + "\n", file=file)
