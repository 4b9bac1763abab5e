"""Matching: all rules at once over a text, by one automaton."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from jiancha.wording.rules import MAX_PHRASE, Rule

_AROUND = 12  # characters of a snippet on each side
_CONTEXT = re.compile(r"[\u4e00-\u9fff]{0,6}")
_CUT = re.compile(r"[\u4e00-\u9fff]{0,6}(?:…|\.{3})")


class Hit(NamedTuple):
    """One wrong form in a text: ``text[start:end]``; ``before`` and ``after`` are the words around it.

    ``cut`` tells that the text breaks off behind it (a title that was shortened).
    """

    rule: Rule
    start: int
    end: int
    wrong: str
    snippet: str
    before: str
    after: str
    cut: bool


class Error(NamedTuple):
    """One error of a site, however many of its pages repeat it; ``place`` is the first of them."""

    hit: Hit
    place: str
    pages: int


class Checker:
    """Finds the wrong forms of the rules that apply on a day; make one for many texts.

    ``allowed`` are phrases that are right wherever they stand (白名单), and numbers of rules not to use.
    """

    def __init__(self, rules: Iterable[Rule], on: date, allowed: Collection[str] = ()) -> None:
        self._wrong: list[Rule | None] = []
        self._right: list[frozenset[str] | None] = []  # numbers of the rules that a phrase excepts; None: all
        excepted: dict[str, set[str]] = {}
        patterns: list[str] = []
        for rule in rules:
            if not rule.applies_on(on) or rule.id in allowed:
                continue
            for form in rule.wrong:
                patterns.append(form)
                self._wrong.append(rule)
                self._right.append(frozenset())
            for phrase in rule.unless:
                excepted.setdefault(phrase, set()).add(rule.id)
        for phrase, numbers in excepted.items():
            patterns.append(phrase)
            self._wrong.append(None)
            self._right.append(frozenset(numbers))
        for phrase in sorted({phrase for phrase in allowed if phrase}):
            patterns.append(phrase)
            self._wrong.append(None)
            self._right.append(None)
        self._automaton = AhoCorasick(patterns)

    def check(self, text: str) -> list[Hit]:
        """The errors of a text in its order; of those that overlap the first and longest."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not found:
            return []
        right = sorted((start, end, n) for n, start, end in found if self._wrong[n] is None)
        wrong = [
            (rule, start, end)
            for n, start, end in found
            if (rule := self._wrong[n]) is not None and not self._is_right(rule, start, end, right)
        ]
        hits: list[Hit] = []
        for rule, start, end in sorted(wrong, key=lambda each: (each[1], -each[2])):
            if not hits or hits[-1].end <= start:
                hits.append(_hit(text, rule, start, end))
        return hits

    def _is_right(self, rule: Rule, start: int, end: int, right: Sequence[tuple[int, int, int]]) -> bool:
        """True where a phrase that is right holds the wrong form; ``right`` is in order."""
        for begin, stop, number in islice(right, bisect_left(right, (start - MAX_PHRASE,)), None):
            if begin > start:
                return False
            numbers = self._right[number]
            if end <= stop and (numbers is None or rule.id in numbers):
                return True
        return False


def _hit(text: str, rule: Rule, start: int, end: int) -> Hit:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    said = text[first:last].replace("\r", " ").replace("\n", " ").strip()
    snippet = f"{'…' if first else ''}{said}{'…' if last < len(text) else ''}"
    before = _CONTEXT.match(text[max(0, start - 6) : start][::-1])
    after = _CONTEXT.match(text, end)
    return Hit(
        rule,
        start,
        end,
        text[start:end],
        snippet,
        before[0][::-1] if before else "",
        after[0] if after else "",
        _CUT.match(text, end) is not None,
    )


def distinct(found: Iterable[tuple[str, Hit]]) -> list[Error]:
    """Each error once, with the place where it was found first and how many places repeat it.

    The same wrong form between the same words is one error: a title stands on the home page, in lists and
    over its article, perhaps shortened there.
    """
    errors: dict[tuple[str, str, str, str], tuple[Hit, str, set[str]]] = {}
    shortened: list[tuple[str, Hit]] = []
    for place, hit in found:
        if hit.cut:
            shortened.append((place, hit))
            continue
        key = (hit.rule.id, hit.wrong, hit.before, hit.after)
        errors.setdefault(key, (hit, place, set()))[2].add(place)
    for place, hit in shortened:
        whole = (
            key
            for key in errors
            if key[:3] == (hit.rule.id, hit.wrong, hit.before) and key[3].startswith(hit.after)
        )
        key = next(whole, (hit.rule.id, hit.wrong, hit.before, hit.after))
        errors.setdefault(key, (hit, place, set()))[2].add(place)
    return [Error(hit, place, len(places)) for hit, place, places in errors.values()]
