"""The page that a gate's link opens: every check in Chinese, and all rows that fail one by their bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from jiancha.gates.core import GateRow

#: The page's name in the folder of its gate.
CHECKS_PAGE = "checks.html"
GATES = {"registry": "名录", "observations": "采集", "verdicts": "结论", "notice": "通报"}


def checks_page(gate: str, window_key: str, rows: Sequence[GateRow]) -> str:
    """The page as HTML that needs nothing but itself; failed checks come first, critical ones at the top."""
    ordered = sorted(rows, key=lambda row: (row.passed, row.severity != "critical"))
    environment = Environment(
        loader=PackageLoader("jiancha.gates", "."), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("checks.html").render(
        gate=gate, title=GATES[gate], window=window_key, rows=[(row, by_body(row)) for row in ordered]
    )


def by_body(row: GateRow) -> Mapping[str, list[str]]:
    """What the failing rows of a check show, under the body that each is about."""
    found: dict[str, list[str]] = {}
    for body, shows in row.failing:
        found.setdefault(body, []).append(shows)
    return found
