"""The rules of the wording check: a table of wrong forms, and how it is read.

The starter table is our own. An office adds tables of its own in a folder; a rule of the same number there
replaces the starter's, and one without a wrong form takes it out of force.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib import resources
from pathlib import Path

from jiancha.errors import InputError

COLUMNS = (
    *("编号", "类别", "程度", "错误表述", "正确表述", "除外", "适用起", "适用止", "依据"),
    *("应报例句", "不应报例句"),
)
_MAX_BYTES = 5_000_000
_ONE_SITE = re.compile(r"(\w{10}) ?[:\uff1a] ?(.+)")
#: Characters of the longest wrong form or exception.
MAX_PHRASE = 60
_LISTED_PROBLEMS = 20


class Severity(StrEnum):
    """How grave an error is: 严重, 一般, or 提示, which a person may well find right."""

    SERIOUS = "严重"
    ORDINARY = "一般"
    HINT = "提示"


@dataclass(frozen=True, slots=True)
class Rule:
    """One wrong form or several, and what is right.

    ``unless`` are phrases that hold a wrong form and are right: 发布署名文章 is no 布署. The rule is for
    texts dated from ``valid_from`` to ``valid_to``, both included; None leaves that side open. ``hit`` is a
    sentence in which it must find something, ``miss`` one in which no rule may.
    """

    id: str
    kind: str
    severity: Severity
    wrong: tuple[str, ...]
    right: str
    unless: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None
    source: str
    hit: str
    miss: str

    def applies_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


def load_rules(folder: Path | None = None) -> tuple[Rule, ...]:
    """The starter rules with those of an office's own folder (``*.csv``, UTF-8 or GB18030).

    Raises InputError naming file, row, column and value of all that is wrong.
    """
    shipped = resources.files("jiancha.wording") / "starter.csv"
    rules = {rule.id: rule for rule in read_rules("starter.csv", shipped.read_bytes())}
    for path in sorted(folder.glob("*.csv")) if folder is not None else ():
        for rule in read_rules(str(path), path.read_bytes()):
            rules[rule.id] = rule
    return tuple(rule for rule in rules.values() if rule.wrong)


def read_allowed(path: Path | None, site_code: str = "") -> frozenset[str]:
    """The phrases and rule numbers of a white list (白名单) that hold for a site.

    A line is for all sites, or for one where its 网站标识码 and a colon stand before; what follows a # is a
    remark. Raises InputError.
    """
    if path is None:
        return frozenset()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error})") from error
    allowed = set()
    for line in text.splitlines():
        said = line.partition("#")[0].strip()
        only = _ONE_SITE.match(said)
        if only is None:
            allowed.add(said)
        elif only[1] == site_code:
            allowed.add(only[2])
    return frozenset(allowed - {""})


def read_rules(file: str, data: bytes) -> list[Rule]:
    """The rules of one table; raises InputError naming all faulty rows."""
    if len(data) > _MAX_BYTES:
        raise InputError(f"{file}: larger than {_MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise InputError(f"{file}: neither UTF-8 nor GB18030") from error
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS[:9] if name not in (rows.fieldnames or ())]
    if missing:
        raise InputError(f"{file}: no column {', '.join(missing)}")
    rules, problems, seen = [], [], set()
    try:
        for row in rows:
            try:
                rule = _rule({name: (row.get(name) or "").strip() for name in COLUMNS})
                if rule.id in seen:
                    raise ValueError(f"编号 {rule.id!r} stands twice")
                seen.add(rule.id)
                rules.append(rule)
            except ValueError as error:
                problems.append(f"{file}: row {rows.line_num}: {error}")
    except csv.Error as error:
        raise InputError(f"{file}: row {rows.line_num}: {error}") from error
    if problems:
        raise InputError("\n".join(problems[:_LISTED_PROBLEMS]))
    return rules


def _rule(cells: Mapping[str, str]) -> Rule:
    """One row's rule; raises ValueError naming column and value."""
    if not cells["编号"]:
        raise ValueError("编号 is empty")
    try:
        severity = Severity(cells["程度"])
    except ValueError:
        raise ValueError(f"程度 {cells['程度']!r} is none of {', '.join(Severity)}") from None
    wrong, unless = _phrases(cells, "错误表述"), _phrases(cells, "除外")
    for phrase in unless:
        if not any(form in phrase for form in wrong):
            raise ValueError(f"除外 {phrase!r} holds none of the wrong forms")
    return Rule(
        cells["编号"],
        cells["类别"],
        severity,
        wrong,
        cells["正确表述"],
        unless,
        _day(cells, "适用起"),
        _day(cells, "适用止"),
        cells["依据"],
        cells["应报例句"],
        cells["不应报例句"],
    )


def _phrases(cells: Mapping[str, str], column: str) -> tuple[str, ...]:
    phrases = [phrase.strip() for phrase in cells[column].split("|") if phrase.strip()]
    for phrase in phrases:
        if not 2 <= len(phrase) <= MAX_PHRASE:
            raise ValueError(f"{column} {phrase[:80]!r}: 2 to {MAX_PHRASE} characters are wanted")
    return tuple(phrases)


def _day(cells: Mapping[str, str], column: str) -> date | None:
    try:
        return date.fromisoformat(cells[column]) if cells[column] else None
    except ValueError:
        raise ValueError(f"{column} {cells[column]!r} is no day such as 2018-04-10") from None
