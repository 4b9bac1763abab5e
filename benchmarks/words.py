"""Throughput of the wording check beside the mere automaton on the same text and patterns."""

from __future__ import annotations

import resource
import statistics
from collections.abc import Callable
from datetime import date
from pathlib import Path

import made_pages
from ahocorasick_rs import AhoCorasick
from rich.table import Table

from jiancha.pages.outline import parse
from jiancha.text.charset import decode
from jiancha.wording import Checker, load_rules, visible_text

_MEGABYTES = 8
_ROUNDS = 5


def tables(folder: Path, pages: Path | None) -> list[Table]:
    """MB of text a CPU second; over the pages of a folder, or over pages that the benchmark makes."""
    text = _text(folder, pages)
    rules = load_rules()
    checker = Checker(rules, date(2021, 2, 15))
    patterns = sorted({phrase for rule in rules for phrase in (*rule.wrong, *rule.unless)})
    raw = AhoCorasick(patterns)
    size = len(text.encode()) / 1e6
    table = Table(title=f"Wording, {size:.1f} MB of text, {len(patterns):,} patterns", title_justify="left")
    for name in ("", "MB per CPU s", "time, ratio to the automaton", "found"):
        table.add_column(name, justify="left" if not name else "right")
    base = _cpu(lambda: raw.find_matches_as_indexes(text, overlapping=True))
    ours = _cpu(lambda: checker.check(text))
    found = len(raw.find_matches_as_indexes(text, overlapping=True))
    table.add_row("ahocorasick_rs", f"{size / base:.0f}", "1.00", str(found))
    table.add_row("Checker.check", f"{size / ours:.0f}", f"{ours / base:.2f}", str(len(checker.check(text))))
    return [table]


def _text(folder: Path, pages: Path | None) -> str:
    if pages is None:
        pages = folder / "pages"
        made_pages.write(pages)
    texts = [
        visible_text(parse(decode(path.read_bytes(), None).text)) for path in sorted(pages.glob("**/*.htm*"))
    ]
    text = "\n".join(texts)
    times = max(1, int(_MEGABYTES * 1e6 / max(1, len(text.encode()))))
    return "\n".join([text] * times)


def _cpu(action: Callable[[], object]) -> float:
    action()
    seconds = []
    for _ in range(_ROUNDS):
        before = resource.getrusage(resource.RUSAGE_SELF)
        action()
        after = resource.getrusage(resource.RUSAGE_SELF)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(seconds)
