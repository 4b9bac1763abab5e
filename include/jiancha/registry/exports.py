"""Exports of the two national reporting systems (全国政府网站信息报送系统, 全国政务新媒体信息报送系统).

Which table a file holds follows from its headers; rows above the header (a title, a date) are passed over.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jiancha.errors import RegistryError
from jiancha.registry.cells import read_address, read_code, read_state
from jiancha.registry.identifiers import Remark, check_accounts, check_sites
from jiancha.registry.model import Account, AccountSource, Closed, Level, Site, SiteColumn
from jiancha.registry.ways import WAYS, adapter_of
from jiancha.text.characters import clean
from jiancha.text.sheets import Book, Sheet, column_name, read_book

_HEADER_WITHIN = 15  # rows in which a header is looked for
_MOST_COLUMNS = 2_000  # more are no registry
_OPTIONAL = {"site_columns": {"kind"}, "sites": {"state"}, "accounts": {"state"}}
#: Columns whose value a row can do without: where it cannot be read it is left empty, with a remark.
_SPARED = {"owner", "level", "kind"}
#: Sheets that explain a table or list what may be chosen in it.
_EXPLAINING = re.compile(r"说明|须知|示例|样例|范例|模板|字典|选项|下拉|代码表")
#: Rows that stand in a table without being of it: totals, and who filled it in.
_BESIDE_DATA = re.compile(r"(?:合计|总计|小计|共计|填[表报]|制表|审核|负责人|联系|备注|说明|注[::])")
_CODED = re.compile(r"^[^\u3400-\u9fff]*[0-9][^\u3400-\u9fff]*$")
_CODES = {
    "sites": "site_code",
    "accounts": "account_code",
    "site_columns": "site_code",
    "account_sources": "account_code",
}
_AROUND_HEADER = re.compile(r"[\s*::#]+")
_NOTE_OF_HEADER = re.compile(r"[((][^()()]{0,40}[))]$")
_LEVELS = {
    "市级政府门户网站": Level.MUNICIPAL_PORTAL,
    "市政府门户网站": Level.MUNICIPAL_PORTAL,
    "县级政府门户网站": Level.COUNTY_PORTAL,
    "市级政府部门网站": Level.MUNICIPAL_DEPARTMENT,
    "市级部门网站": Level.MUNICIPAL_DEPARTMENT,
}
_BREAK = re.compile(r"[\r\n]+")
_WORDS = re.compile(r"[A-Za-z0-9]{2}")
_LISTED_PROBLEMS = 20

Aliases = Mapping[str, Mapping[str, Sequence[str]]]
_Standing = tuple[Mapping[str, int], Mapping[str, int]]


@dataclass(slots=True)
class RegistryTables:
    """Everything read from one set of exports, in the order of its rows."""

    sites: list[Site] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    columns: list[SiteColumn] = field(default_factory=list)
    sources: list[AccountSource] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


class Cells(NamedTuple):
    """One data row with its place, for errors and remarks; ``titles`` are the headers of its columns."""

    sheet: Sheet
    row: int
    values: Mapping[str, str]
    titles: Mapping[str, str]
    faults: Mapping[str, str]

    def fail(self, reason: str, column: str) -> RegistryError:
        return RegistryError(
            reason,
            file=self.sheet.file,
            sheet=self.sheet.name,
            row=self.row,
            column=self.titles.get(column, column),
            value=self.values.get(column, ""),
        )

    def remark(self, check: str, message: str) -> Remark:
        """A remark on this row: ``message`` follows the place."""
        return Remark(check, self.row, "", f"{_named(self.sheet)}第{self.row}行：{message}")

    def needed(self, column: str) -> str:
        value = self.values[column]
        if not value:
            raise self.fail("an empty cell where a value is needed", column)
        return value


def read_exports(files: Sequence[tuple[str, bytes]], *, aliases: Path | None = None) -> RegistryTables:
    """Read one set of exports, given as (file name, content).

    Raises RegistryError naming file, sheet, row, column and value of what is wrong, of all files together.
    Duplicated and contradictory identifiers become warnings; no row is dropped.
    """
    known = _aliases(aliases)
    tables = RegistryTables()
    problems: list[RegistryError] = []
    for name, data in files:
        try:
            problems += _read_book(read_book(name, data), known, tables)
        except RegistryError as error:
            problems.append(error)
    if problems:
        raise _together(problems)
    tables.warnings += check_sites(tables.sites) + check_accounts(tables.accounts)
    return tables


def _together(problems: Sequence[RegistryError]) -> RegistryError:
    """One error for all: whoever mends an export wants to mend it once."""
    if len(problems) == 1:
        return problems[0]
    lines = [str(problem) for problem in problems[:_LISTED_PROBLEMS]]
    if len(problems) > _LISTED_PROBLEMS:
        lines.append(f"and {len(problems) - _LISTED_PROBLEMS} more")
    names = dict.fromkeys(problem.file for problem in problems)
    return RegistryError(f"{len(problems)} problems:\n" + "\n".join(lines) + "\n", file=", ".join(names))


def joined(text: str) -> str:
    """A name on one line: exports break long names over lines of a cell.

    A break is no space between Chinese characters, but one between words of letters.
    """
    name = ""
    for part in filter(None, (piece.strip() for piece in _BREAK.split(text))):
        name += (" " if _WORDS.fullmatch(name[-1:] + part[0]) else "") + part
    return name


@cache
def _aliases(path: Path | None) -> Aliases:
    shipped: dict[str, dict[str, list[str]]] = tomllib.loads(
        (Path(__file__).parent / "headers.toml").read_text(encoding="utf-8")
    )
    if path is None:
        return shipped
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RegistryError(f"the header names cannot be read: {error}", file=str(path)) from error
    for table, columns in own.items():
        if not isinstance(columns, dict):
            raise RegistryError(f"{table} must be a table", file=str(path))
        for column, names in columns.items():
            if column not in shipped.get(table, {}):
                raise RegistryError(f"unknown column [{table}] {column}", file=str(path))
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                raise RegistryError(f"[{table}] {column} must be a list of header names", file=str(path))
            shipped[table][column] += [_plain(name) for name in names]
    return shipped


def _plain(header: str) -> str:
    """A header name without blanks, stars and colons, full-width letters and brackets made plain."""
    return _AROUND_HEADER.sub("", unicodedata.normalize("NFKC", joined(clean(header))))


def _named(sheet: Sheet) -> str:
    return f"{sheet.file}“{sheet.name}”" if sheet.name else sheet.file


def _read_book(book: Book, aliases: Aliases, tables: RegistryTables) -> list[RegistryError]:
    """Add the rows of a file's sheets to their tables; returns what is wrong in single rows.

    Sheets without a table are passed over, with a remark, where another sheet of the file has one.
    """
    found: list[tuple[Sheet, _Header]] = []
    lacking: list[RegistryError] = []
    problems: list[RegistryError] = []
    for sheet in book.hidden:
        tables.warnings.append(Remark("hidden", 0, "", f"{_named(sheet)}是隐藏的工作表，未读取"))
    explained = [sheet for sheet in book.sheets if sheet.name and _EXPLAINING.search(sheet.name)]
    sheets = [sheet for sheet in book.sheets if sheet not in explained] or explained
    for sheet in sheets:
        try:
            found.append((sheet, _find_header(sheet, aliases)))
        except _NoHeader as problem:
            (problems if problem.known > 1 else lacking).append(problem)
    if not found and not problems:
        raise lacking[0]
    skipped = {problem.sheet for problem in lacking}
    skipped |= {sheet.name for sheet in explained if sheet not in sheets}
    tables.warnings += [
        Remark("sheet_skipped", 0, "", f"{_named(sheet)}没有名录的表头，未读取")
        for sheet in book.sheets
        if sheet.name in skipped
    ]
    for sheet, header in found:
        problems += _read_sheet(sheet, header, aliases, tables)
    return problems


def _read_sheet(
    sheet: Sheet, header: _Header, aliases: Aliases, tables: RegistryTables
) -> list[RegistryError]:
    if sheet.hidden:
        rows = "、".join(map(str, sheet.hidden[:20])) + ("等" if len(sheet.hidden) > 20 else "")
        tables.warnings.append(Remark("hidden", 0, "", f"{_named(sheet)}有隐藏的行未读取：第{rows}行"))
    problems: list[RegistryError] = []
    known = {column: {_plain(name) for name in names} for column, names in aliases[header.table].items()}
    for number, cells in sheet.rows[header.at + 1 :]:
        values = {c: cells[place] if place < len(cells) else "" for c, place in header.places.items()}
        faults = {
            c: f"{reason} ({column_name(place)}{number})"
            for c, place in header.places.items()
            if (reason := sheet.faults.get((number, place)))
        }
        if not (any(values.values()) or faults) or _is_no_data(values, known):
            continue
        if not _CODED.search(values[_CODES[header.table]]) and _BESIDE_DATA.match("".join(cells)):
            shown = "".join(cells)[:40]
            message = f"{_named(sheet)}第{number}行“{shown}”没有标识码，按表外说明未读取"
            tables.warnings.append(Remark("row_skipped", 0, "", message))
            continue
        for optional in _OPTIONAL.get(header.table, set()) - values.keys():
            values[optional] = ""
        row = Cells(sheet, number, values, header.titles, faults)
        try:
            _refuse_faults(row, tables)
            _READERS[header.table](row, tables)
        except RegistryError as error:
            problems.append(error)
    return problems


def _is_no_data(values: Mapping[str, str], known: Mapping[str, set[str]]) -> bool:
    """True for the header said again inside the data, and for a heading over a group of rows."""
    said = {column: value for column, value in values.items() if value}
    headers = sum(_plain(value) in known[column] for column, value in said.items())
    return headers > 1 or (len(said) > 2 and len(set(said.values())) == 1)


def _refuse_faults(row: Cells, tables: RegistryTables) -> None:
    for column, reason in row.faults.items():
        if column not in _SPARED:
            raise row.fail(reason, column)
        title = row.titles[column]
        tables.warnings.append(
            row.remark("cell", f"“{title}”没有值：公式未计算或出错 {reason.rpartition(' ')[2]}")
        )


class _Header(NamedTuple):
    """Which table a sheet holds, at which index its header ends, and where its columns are."""

    table: str
    at: int
    places: Mapping[str, int]
    titles: Mapping[str, str]


class _NoHeader(RegistryError):
    """A sheet without a whole header; ``known`` of its names stand in the row that is nearest to one."""

    known = 0


def _find_header(sheet: Sheet, aliases: Aliases) -> _Header:
    """Look for the header, in one row or in two: names of a group over those of its columns."""
    nearest: tuple[int, int, list[str], list[str]] = (0, 0, [], [])
    rows = sheet.rows[:_HEADER_WITHIN]
    for number, cells in rows:
        if len(cells) > _MOST_COLUMNS:
            reason = f"{len(cells):,} columns, more than {_MOST_COLUMNS:,}"
            raise RegistryError(reason, file=sheet.file, sheet=sheet.name, row=number)
    for index, (_, cells) in enumerate(rows):
        below = rows[index + 1][1] if index + 1 < len(rows) else []
        for at, names in ((index, [(cell,) for cell in cells]), (index + 1, _paired(cells, below))):
            standing = _standing(names)
            for table in ("accounts", "sites", "site_columns", "account_sources"):
                columns = aliases[table]
                places = _places(standing, columns)
                missing = columns.keys() - places.keys() - _OPTIONAL.get(table, set())
                if not missing and _best(aliases, standing) == table:
                    titles = {c: next(filter(None, reversed(names[p]))) for c, p in places.items()}
                    return _Header(table, at, places, titles)
                if places and at == index and (len(places), -len(missing)) > nearest[:2]:
                    lacking = [columns[column][0] for column in columns if column in missing]
                    nearest = (len(places), -len(missing), lacking, [name for name in cells if name])
    known, _, missing_names, found = nearest
    reason = (
        f"no header row: the nearest lacks {'、'.join(missing_names)}; found {'、'.join(found[:12])}"
        if found
        else "no header row: no known column name in the first rows"
    )
    error = _NoHeader(reason, file=sheet.file, sheet=sheet.name)
    error.known = known
    raise error


def _best(aliases: Aliases, standing: _Standing) -> str:
    """The table of which most columns are there, of those that lack none: some share their names."""
    whole = {
        table: len(places)
        for table, columns in aliases.items()
        if not columns.keys() - (places := _places(standing, columns)).keys() - _OPTIONAL.get(table, set())
    }
    return max(whole, key=lambda table: whole[table], default="")


def _paired(upper: Sequence[str], lower: Sequence[str]) -> list[tuple[str, ...]]:
    width = max(len(upper), len(lower))
    first, second = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    return list(zip(first, second, strict=True))


def _standing(names: Sequence[tuple[str, ...]]) -> _Standing:
    """Where each name stands first: names whole, and without the note in brackets (必填) that may follow."""
    whole: dict[str, int] = {}
    bare: dict[str, int] = {}
    for n, said in enumerate(names):
        for name in filter(None, map(_plain, said)):
            whole.setdefault(name, n)
            bare.setdefault(_NOTE_OF_HEADER.sub("", name), n)
    return whole, bare


def _places(standing: _Standing, columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where the columns stand."""
    places: dict[str, int] = {}
    for column, known in columns.items():
        for name in map(_plain, known):
            found = next((said[name] for said in standing if name in said), None)
            if found is not None:
                places[column] = found
                break
    return places


def _read_site(cells: Cells, tables: RegistryTables) -> None:
    name, code = joined(cells.needed("name")), _code(cells, "site_code")
    if not _in_use(cells, tables):
        tables.closed.append(_closed("site", cells, code, ""))
        return
    level = _LEVELS.get(joined(cells.values["level"]), Level.OTHER)
    site = Site(
        site_code=code,
        name=name,
        url=_address(cells, "url", tables),
        level=level,
        owner=joined(cells.values["owner"]),
        row=len(tables.sites) + 1,
    )
    if level is Level.OTHER:
        message = f"网站“{site.name}”的网站类型“{cells.values['level']}”不在已知类型中"
        tables.warnings.append(Remark("site_level", site.row, site.site_code, message))
    tables.sites.append(site)


def _read_account(cells: Cells, tables: RegistryTables) -> None:
    code, platform = _code(cells, "account_code"), joined(cells.needed("platform"))
    name = joined(cells.needed("name"))
    if not _in_use(cells, tables):
        tables.closed.append(_closed("account", cells, code, platform))
        return
    owner = joined(cells.values["owner"])
    tables.accounts.append(Account(code, platform, name, owner, row=len(tables.accounts) + 1))


def _in_use(cells: Cells, tables: RegistryTables) -> bool:
    used, remark = read_state(cells.values["state"])
    if remark:
        tables.warnings.append(cells.remark("state", remark))
    return used


def _closed(kind: str, cells: Cells, code: str, platform: str) -> Closed:
    values = cells.values
    return Closed(
        kind, code, platform, joined(values["name"]), joined(values["owner"]), joined(values["state"])
    )


def _read_column(cells: Cells, tables: RegistryTables) -> None:
    tables.columns.append(
        SiteColumn(
            site_code=_code(cells, "site_code"),
            name=joined(cells.needed("name")),
            url=_address(cells, "url", tables),
            kind=cells.values["kind"],
        )
    )


def _read_source(cells: Cells, tables: RegistryTables) -> None:
    adapter = adapter_of(cells.needed("adapter"))
    if not adapter or WAYS[adapter].place != "web":
        names = "、".join(name for name, way in WAYS.items() if way.place == "web")
        raise cells.fail(f"the way of reading must be one that has a web address: {names}", "adapter")
    tables.sources.append(
        AccountSource(
            account_code=_code(cells, "account_code"),
            platform=joined(cells.needed("platform")),
            name=joined(cells.needed("name")),
            adapter=adapter,
            address=_address(cells, "address", tables),
        )
    )


_READERS: Mapping[str, Callable[[Cells, RegistryTables], Any]] = {
    "sites": _read_site,
    "accounts": _read_account,
    "site_columns": _read_column,
    "account_sources": _read_source,
}


def _code(cells: Cells, column: str) -> str:
    try:
        return read_code(cells.needed(column))
    except ValueError as error:
        raise cells.fail(str(error), column) from error


def _address(cells: Cells, column: str, tables: RegistryTables) -> str:
    try:
        found = read_address(cells.needed(column))
    except ValueError as error:
        failure = cells.fail(str(error), column)
        if "password" in str(error):  # which may not stand in a log
            raise RegistryError(
                failure.reason, file=failure.file, sheet=failure.sheet, row=failure.row, column=failure.column
            ) from None
        raise failure from error
    if found.remark:
        tables.warnings.append(cells.remark("address", found.remark))
    return found.value
