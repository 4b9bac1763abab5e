"""The page a gate's link opens: every check in Chinese, and the way to the Data Docs' own pages.

The index that Great Expectations builds fills its list by scripts from other servers, so without the
internet it stays empty; this page needs nothing but itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from jiancha.gates.core import GateRow

#: The page's name beside the Data Docs' index.html.
CHECKS_PAGE = "checks.html"


def write_checks_page(docs: Path, gate: str, window_key: str, rows: Sequence[GateRow]) -> None:
    """Write the page into the folder of a gate's Data Docs; failed checks come first, critical ones first."""
    pages = sorted(p.relative_to(docs).as_posix() for p in docs.rglob("*.html"))
    ordered = sorted(rows, key=lambda row: (row.passed, row.severity != "critical"))
    environment = Environment(
        loader=PackageLoader("jiancha.gates", "."), autoescape=True, undefined=StrictUndefined
    )
    html = environment.get_template("checks.html").render(
        gate=gate, window=window_key, rows=ordered, pages=pages
    )
    (docs / CHECKS_PAGE).write_text(html, encoding="utf-8")
