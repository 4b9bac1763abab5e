"""Each reason for which something could not be read is explained to who meets it."""

from __future__ import annotations

import re
from pathlib import Path

from jiancha.errors import FailureKind

DOCS = Path(__file__).resolve().parents[2] / "docs"


def rows(name: str) -> dict[str, str]:
    """The first cells of a document's table of failures, taken apart, each with its second cell."""
    text = (DOCS / name).read_text(encoding="utf-8").partition("## What stands in the way")[2]
    lines = re.findall(r"^\| ([a-z_, *]+) \| (.+?) \|", text, re.MULTILINE)
    return {kind: told for cell, told in lines[1:] for kind in cell.split(", ")}


def test_every_kind_of_failure_is_explained_for_sites_or_for_accounts() -> None:
    told = {kind.removesuffix(" *") for kind in (*rows("visiting-sites.md"), *rows("account-rules.md"))}
    assert told >= {str(kind) for kind in FailureKind}


def test_what_is_marked_as_passing_is_what_is_tried_again() -> None:
    marked = {kind.removesuffix(" *") for kind in rows("visiting-sites.md") if kind.endswith(" *")}
    assert marked == {str(kind) for kind in FailureKind if kind.transient}
