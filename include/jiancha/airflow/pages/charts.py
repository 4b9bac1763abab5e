"""Charts as SVG made on the server: they need no script, print well, and say their figures as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 16, 14, 30
_CELL, _GAP = 11, 2
_LEVELS = (1, 2, 4, 8)


class Series(NamedTuple):
    """One line or one colour of bars; ``values`` stand beside the chart's labels, None for none."""

    name: str
    values: Sequence[float | None]


def lines(title: str, labels: Sequence[str], series: Sequence[Series], unit: str = "") -> Markup:
    """Lines over the quarters, with each value written at its point."""
    known = [value for each in series for value in each.values if value is not None]
    low, high = _scale(known, unit)
    parts = _grid(labels, low, high, unit)
    highest: dict[float, float] = {}
    for each in series:
        for place, value in enumerate(each.values):
            x = _x(place, len(labels))
            highest[x] = max(highest.get(x, value or 0.0), value or 0.0)
    for number, each in enumerate(series):
        points = [
            (_x(place, len(labels)), _y(value, low, high), value)
            for place, value in enumerate(each.values)
            if value is not None
        ]
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
        parts.append(Markup('<polyline class="line s{}" points="{}"/>').format(number, way))
        for x, y, value in points:
            above = -9 if value >= highest[x] else 17  # the values of two lines never lie on each other
            parts.append(
                Markup('<circle class="dot s{}" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(number, x, y)
            )
            parts.append(
                Markup('<text class="value s{}" x="{:.1f}" y="{:.1f}">{}{}</text>').format(
                    number, x, y + above, f"{value:g}", unit
                )
            )
    return _drawn(title, labels, series, parts, unit)


def bars(title: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    """Bars beside each other for each quarter, each with its value."""
    high = _round_up(max([value or 0 for each in series for value in each.values] or [0]) * 1.1)
    parts = _grid(labels, 0, high, "")
    room = (_WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    width = min(34.0, room * 0.8 / max(1, len(series)))
    for number, each in enumerate(series):
        for place, value in enumerate(each.values):
            if value is None:
                continue
            x = _x(place, len(labels)) + (number - len(series) / 2) * width
            y = _y(value, 0, high)
            tall = _HEIGHT - _BOTTOM - y
            parts.append(
                Markup('<rect class="bar s{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                    number, x, y, width - 2, tall
                )
            )
            parts.append(
                Markup('<text class="value s{}" x="{:.1f}" y="{:.1f}">{}</text>').format(
                    number, x + width / 2 - 1, y - 4, f"{value:g}"
                )
            )
    return _drawn(title, labels, series, parts, "")


def calendar(
    title: str, first: date, last: date, counts: Mapping[date, int], weekdays: Sequence[str]
) -> Markup:
    """One square a day, a column a week, from the Monday before ``first`` to ``last``. ``weekdays`` are the
    names of Monday, Wednesday and Friday."""
    start = first - timedelta(days=first.weekday())
    weeks = (last - start).days // 7 + 1
    parts = []
    for number in range((last - start).days + 1):
        day = start + timedelta(days=number)
        if day < first:
            continue
        x, y = 26 + number // 7 * (_CELL + _GAP), 18 + number % 7 * (_CELL + _GAP)
        count = counts.get(day, 0)
        level = sum(count >= each for each in _LEVELS)
        parts.append(
            Markup(
                '<rect class="day d{}" x="{}" y="{}" width="{}" height="{}"><title>{} {}</title></rect>'
            ).format(level, x, y, _CELL, _CELL, day, count)
        )
        if day.day == 1 or day == first:
            parts.append(Markup('<text class="tick start" x="{}" y="12">{}</text>').format(x, f"{day:%m}"))
    for place, name in zip((0, 2, 4), weekdays, strict=True):
        parts.append(
            Markup('<text class="tick start" x="6" y="{}">{}</text>').format(
                27 + place * (_CELL + _GAP), name
            )
        )
    wide, high = 30 + weeks * (_CELL + _GAP), 20 + 7 * (_CELL + _GAP)
    return Markup(
        '<svg class="calendar" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}</svg>'
    ).format(wide, high, wide, high, title, Markup("").join(parts))


def _drawn(
    title: str, labels: Sequence[str], series: Sequence[Series], parts: Sequence[Markup], unit: str
) -> Markup:
    """The whole figure, with its figures in words for those who do not see it."""
    described = "；".join(
        f"{each.name}："
        + "，".join(
            f"{label} {value:g}{unit}"
            for label, value in zip(labels, each.values, strict=True)
            if value is not None
        )
        for each in series
    )
    keys = Markup("").join(
        Markup('<span class="key s{}">{}</span>').format(number, each.name)
        for number, each in enumerate(series)
    )
    return Markup(
        '<figure class="chart"><figcaption>{} <span class="keys">{}</span></figcaption>'
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg></figure>'
    ).format(title, keys, _WIDTH, _HEIGHT, f"{title}。{described}", Markup("").join(parts))


def _grid(labels: Sequence[str], low: float, high: float, unit: str) -> list[Markup]:
    parts = []
    for step in range(5):
        value = low + (high - low) * step / 4
        y = _y(value, low, high)
        parts.append(
            Markup('<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(
                _LEFT, _WIDTH - _RIGHT, y, y
            )
        )
        parts.append(
            Markup('<text class="tick end" x="{}" y="{:.1f}">{}{}</text>').format(
                _LEFT - 6, y + 4, f"{value:.0f}", unit
            )
        )
    # of many quarters only some have room for their name
    every = -(-len(labels) // 12)
    for place, label in enumerate(labels):
        if place % every == 0:
            x = _x(place, len(labels))
            parts.append(
                Markup('<text class="tick" x="{:.1f}" y="{}">{}</text>').format(x, _HEIGHT - 8, escape(label))
            )
    return parts


def _round_up(value: float) -> float:
    """The next number that has four even steps below it: 4, 8, 20, 40, 80, 200 …"""
    step = 1
    while step * 4 < value:
        step = step * 2 if str(step)[0] in "1" else step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step * 4.0


def _scale(values: Sequence[float], unit: str) -> tuple[float, float]:
    """From and to; shares need not start at 0, else a city's 95 % and 97 % look the same."""
    if not values:
        return 0.0, 100.0 if unit == "%" else 1.0
    if unit != "%":
        return 0.0, max(values) * 1.15 or 1.0
    low = max(0.0, (min(values) - 5) // 10 * 10)
    return low, 100.0


def _x(place: int, count: int) -> float:
    room = (_WIDTH - _LEFT - _RIGHT) / max(1, count)
    return _LEFT + room * (place + 0.5)


def _y(value: float, low: float, high: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.0
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)
