"""The list of owners' mail addresses (主办单位, 邮箱), a CSV file or a workbook."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from jiancha.errors import RegistryError
from jiancha.text.sheets import read_sheets

_OWNER = ("主办单位", "开设主体", "owner")
_ADDRESS = ("邮箱", "电子邮箱", "email")
_MAIL = re.compile(r"[A-Za-z0-9._+\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,250})[A-Za-z0-9]")
_APART = re.compile(r"[;;,,、\s]+")
_MAX_CELL = 2_000


class OwnersError(RegistryError):
    """The list of owners' addresses cannot be read. The message names file, row, column and value."""


class Owners:
    """Addresses by owner; names are compared without blanks and in one width."""

    def __init__(self, addresses: Mapping[str, tuple[str, ...]]) -> None:
        self._addresses = {_plain(owner): found for owner, found in addresses.items()}

    def of(self, owner: str) -> tuple[str, ...]:
        """The owner's addresses; empty where none is listed."""
        return self._addresses.get(_plain(owner), ())


def load_owners(path: Path | None) -> Owners:
    """The configured list; without one nobody has an address. Raises OwnersError."""
    if path is None:
        return Owners({})
    try:
        return read_owners(path.name, path.read_bytes())
    except OSError as error:
        raise OwnersError(f"the list of owners cannot be read: {error.strerror}", file=str(path)) from error


def read_owners(file: str, data: bytes) -> Owners:
    """The list in a file: an owner may have several lines, a line several addresses. Raises OwnersError."""
    try:
        sheets = read_sheets(file, data, max_cell=_MAX_CELL)
    except RegistryError as error:
        raise OwnersError(
            error.reason, file=file, row=error.row, column=error.column, value=error.value
        ) from error
    found: dict[str, tuple[str, ...]] = {}
    for sheet in sheets:
        (first, names), *rows = sheet.rows
        owner_at, address_at = (_place(file, first, names, aliases) for aliases in (_OWNER, _ADDRESS))
        for row, cells in rows:
            owner, text = (_cell(cells, at) for at in (owner_at, address_at))
            if not owner:
                raise OwnersError("the owner is needed", file=file, row=row, column=_OWNER[0])
            known = found.get(_plain(owner), ())
            found[_plain(owner)] = tuple(dict.fromkeys((*known, *_addresses(file, row, text))))
    return Owners(found)


def _addresses(file: str, row: int, text: str) -> list[str]:
    """The addresses of one cell; an empty one is an owner that has none yet."""
    parts = [part for part in _APART.split(text) if part]
    for part in parts:
        if not _MAIL.fullmatch(part) or ".." in part:  # it becomes a header of a mail
            raise OwnersError("not a mail address", file=file, row=row, column=_ADDRESS[0], value=part)
    return parts


def _place(file: str, row: int, names: list[str], aliases: tuple[str, ...]) -> int:
    plain = [name.strip().lower() for name in names]
    for alias in aliases:
        if alias in plain:
            return plain.index(alias)
    raise OwnersError(f"no column {aliases[0]}", file=file, row=row, column=aliases[0])


def _cell(cells: list[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _plain(owner: str) -> str:
    return "".join(unicodedata.normalize("NFKC", owner).split())
