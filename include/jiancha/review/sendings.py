"""Letters to owners (整改通知单) by their files, and when they were sent.

That is said by people, since how a letter travels is the office's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date

from jiancha.errors import ReviewError
from jiancha.lake import Lake
from jiancha.notice.text import one_line

TABLE = "letters_sent"
_UNSAFE = re.compile(r"[^\w一-鿿-]")


def file_name(number: int, owner: str) -> str:
    """An owner's name may hold anything: what a file system could mistake is replaced, a hash tells apart."""
    return f"{number:03}-{_UNSAFE.sub('_', owner)[:40]}{mark(owner)}"


def addressee(owner: str | None, name: str) -> str:
    """Whom the letter on a target goes to: its owner, or the body that it is named after."""
    return one_line(owner) or one_line(name)


def belongs_to(name: str, owner: str) -> bool:
    """True for the file name of the letter to an owner."""
    return mark_of(name) == mark(owner)


def mark_of(name: str) -> str:
    """The mark in a letter's file name."""
    return name[name.rfind("-") :]


def mark(owner: str) -> str:
    """What the file names of the letters to an owner end in."""
    return f"-{hashlib.sha256(owner.encode()).hexdigest()[:6]}.docx"


def record(  # noqa: PLR0913, PLR0917 - one note
    lake: Lake, window: str, version: int, letters: Sequence[str], owners: Sequence[str], day: date
) -> int:
    """Note that the letters to ``owners``, of all where none is named, were sent on a day; a later note wins.

    ``letters`` are the file names of a published version's. Raises ReviewError naming owners without a
    letter; then nothing is noted.
    """
    wanted, marks = {mark(owner): owner for owner in owners}, set(map(mark_of, letters))
    without = [owner for each, owner in wanted.items() if each not in marks]
    if without or not letters:
        raise ReviewError(f"{window}第{version}版没有给{'、'.join(without) or '任何单位'}的整改通知单")
    chosen = [name for name in letters if not owners or mark_of(name) in wanted]
    for name in chosen:
        row = {"version": version, "letter": name, "sent_on": day}
        lake.write_rows(TABLE, window, f"v{version}-{name.rpartition('.')[0]}", [row])
    return len(chosen)


def sent(lake: Lake, window: str) -> dict[tuple[int, str], date]:
    """The day on which each letter was sent, by its version and file name."""
    return {(row["version"], row["letter"]): row["sent_on"] for row in lake.window_rows(TABLE, window)}
