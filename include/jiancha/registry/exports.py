"""Exports of the two national reporting systems (全国政府网站信息报送系统, 全国政务新媒体信息报送系统).

Which table a file holds is told by its headers; rows above the header (a title, a date) are passed over.
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
from urllib.parse import urlsplit

from jiancha.errors import RegistryError
from jiancha.registry.identifiers import Warning, check_accounts, check_sites
from jiancha.registry.model import Account, AccountSource, Level, Site, SiteColumn
from jiancha.registry.sheets import Sheet, read_sheets
from jiancha.registry.ways import WAYS, adapter_of

_HEADER_WITHIN = 15  # rows in which a header is looked for
_OPTIONAL = {"site_columns": {"kind"}}
_LEVELS = {
    "市级政府门户网站": Level.MUNICIPAL_PORTAL,
    "市政府门户网站": Level.MUNICIPAL_PORTAL,
    "县级政府门户网站": Level.COUNTY_PORTAL,
    "市级政府部门网站": Level.MUNICIPAL_DEPARTMENT,
    "市级部门网站": Level.MUNICIPAL_DEPARTMENT,
}
_BREAK = re.compile(r"[\r\n]+")
_WORDS = re.compile(r"[A-Za-z0-9]{2}")
_DECIMAL_POINT = re.compile(r"([0-9]+)\.0+")
_PROBLEMS_TOLD = 20

Aliases = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(slots=True)
class RegistryTables:
    """Everything read from one set of exports, in the order of its rows."""

    sites: list[Site] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    columns: list[SiteColumn] = field(default_factory=list)
    sources: list[AccountSource] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)


class Cells(NamedTuple):
    """One data row with its place, for errors."""

    sheet: Sheet
    row: int
    values: Mapping[str, str]
    titles: Mapping[str, str]

    def fail(self, reason: str, column: str) -> RegistryError:
        return RegistryError(
            reason,
            file=self.sheet.file,
            sheet=self.sheet.name,
            row=self.row,
            column=self.titles.get(column, column),
            value=self.values.get(column, ""),
        )

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
            for sheet in read_sheets(name, data):
                problems += _read_sheet(sheet, known, tables)
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
    lines = [str(problem) for problem in problems[:_PROBLEMS_TOLD]]
    if len(problems) > _PROBLEMS_TOLD:
        lines.append(f"and {len(problems) - _PROBLEMS_TOLD} more")
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
    """A header name on one line, full-width letters and brackets made plain."""
    return unicodedata.normalize("NFKC", joined(header))


def _read_sheet(sheet: Sheet, aliases: Aliases, tables: RegistryTables) -> list[RegistryError]:
    """Add the rows of a sheet to their table; returns what is wrong in single rows."""
    table, header_at, places = _find_header(sheet, aliases)
    titles = {column: sheet.rows[header_at][1][place] for column, place in places.items()}
    problems: list[RegistryError] = []
    for number, cells in sheet.rows[header_at + 1 :]:
        values = {column: cells[place] if place < len(cells) else "" for column, place in places.items()}
        for optional in _OPTIONAL.get(table, set()) - values.keys():
            values[optional] = ""
        if any(values.values()):
            try:
                _READERS[table](Cells(sheet, number, values, titles), tables)
            except RegistryError as error:
                problems.append(error)
    return problems


def _find_header(sheet: Sheet, aliases: Aliases) -> tuple[str, int, dict[str, int]]:
    """Which table a sheet holds, at which index its header stands, and where its columns are."""
    nearest: tuple[int, list[str], list[str]] = (0, [], [])
    for index, (_, cells) in enumerate(sheet.rows[:_HEADER_WITHIN]):
        names = [_plain(cell) for cell in cells]
        for table in ("account_sources", "accounts", "site_columns", "sites"):
            places = _places(names, aliases[table])
            missing = aliases[table].keys() - places.keys() - _OPTIONAL.get(table, set())
            if not missing:
                return table, index, places
            if len(places) > nearest[0]:
                lacking = [aliases[table][column][0] for column in aliases[table] if column in missing]
                nearest = (len(places), lacking, [name for name in names if name])
    _, missing_names, found = nearest
    raise RegistryError(
        f"no header row: the nearest lacks {'、'.join(missing_names)}; found {'、'.join(found[:12])}"
        if found
        else "no header row: no known column name in the first rows",
        file=sheet.file,
        sheet=sheet.name,
    )


def _places(names: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    places: dict[str, int] = {}
    for column, known in columns.items():
        for name in known:
            if name in names:
                places[column] = names.index(name)
                break
    return places


def _read_site(cells: Cells, tables: RegistryTables) -> None:
    level = _LEVELS.get(joined(cells.values["level"]), Level.OTHER)
    site = Site(
        site_code=_code(cells.needed("site_code")),
        name=joined(cells.needed("name")),
        url=_address(cells, "url"),
        level=level,
        owner=joined(cells.values["owner"]),
        row=len(tables.sites) + 1,
    )
    if level is Level.OTHER:
        message = f"网站“{site.name}”的网站类型“{cells.values['level']}”不在已知类型中"
        tables.warnings.append(Warning("site_level", site.row, site.site_code, message))
    tables.sites.append(site)


def _read_account(cells: Cells, tables: RegistryTables) -> None:
    tables.accounts.append(
        Account(
            account_code=_code(cells.needed("account_code")),
            platform=joined(cells.needed("platform")),
            name=joined(cells.needed("name")),
            owner=joined(cells.values["owner"]),
            row=len(tables.accounts) + 1,
        )
    )


def _read_column(cells: Cells, tables: RegistryTables) -> None:
    tables.columns.append(
        SiteColumn(
            site_code=_code(cells.needed("site_code")),
            name=joined(cells.needed("name")),
            url=_address(cells, "url"),
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
            account_code=_code(cells.needed("account_code")),
            platform=joined(cells.needed("platform")),
            name=joined(cells.needed("name")),
            adapter=adapter,
            address=_address(cells, "address"),
        )
    )


_READERS: Mapping[str, Callable[[Cells, RegistryTables], Any]] = {
    "sites": _read_site,
    "accounts": _read_account,
    "site_columns": _read_column,
    "account_sources": _read_source,
}


def _code(text: str) -> str:
    """A code without blanks, full-width digits made plain, without the point of a decimal number."""
    code = "".join(unicodedata.normalize("NFKC", text).split())
    match = _DECIMAL_POINT.fullmatch(code)
    return match[1] if match else code


def _address(cells: Cells, column: str) -> str:
    text = "".join(cells.needed(column).split())
    address = text if "://" in text else f"http://{text}"
    try:
        parts = urlsplit(address)
        labels = (parts.hostname or "").removesuffix(".").split(".")
        usable = parts.scheme in ("http", "https") and len(labels) > 1 and all(labels)
        usable = usable and parts.port != 0 and address.isprintable()  # a port that is no number raises
    except ValueError:
        usable = False
    if not usable:
        raise cells.fail("not a web address", column)
    return address
