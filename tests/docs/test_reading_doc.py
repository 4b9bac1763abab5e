"""docs/reading-pages.md names every rule that the output can give, and no other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import jiancha
from jiancha.pages.page import PageKind
from jiancha.pages.published import RULES, WEAK
from jiancha.pages.row_dates import IN_TITLE
from jiancha.pages.rows import YEARLESS

ROOT = Path(__file__).parents[2]
PACKAGE = Path(jiancha.__file__).parent
#: What makes a date, and which argument is its form.
MAKERS = {"Dated": 2, "_build": 3, "_made": 3}


def named(section: str) -> list[str]:
    """The names in the first column of a section's table, in order."""
    text = (ROOT / "docs" / "reading-pages.md").read_text(encoding="utf-8")
    part = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)


def forms() -> set[str]:
    """The forms that the code gives to dates."""
    calls = (
        node
        for name in ("text/dates", "text/rare_dates", "pages/script_data")
        for node in ast.walk(ast.parse((PACKAGE / f"{name}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS
    )
    arguments = (call.args[MAKERS[call.func.id]] for call in calls if isinstance(call.func, ast.Name))
    return {argument.value for argument in arguments if isinstance(argument, ast.Constant)}


def test_rules_are_listed_in_their_order() -> None:
    assert named("The publish date of an article") == list(RULES)
    assert set(RULES) > WEAK


def test_forms_are_listed() -> None:
    assert set(named("Forms of a date")) == forms() | {IN_TITLE, f"{YEARLESS}+list"}


def test_kinds_are_listed() -> None:
    assert set(named("Kinds of pages")) == {str(kind) for kind in PageKind}


def test_the_readme_leads_to_it() -> None:
    assert "(docs/reading-pages.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
