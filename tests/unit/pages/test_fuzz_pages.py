"""Hostile pages: each is read within a budget of CPU time and memory, without an error, and to no wrong end.

The budget is the kernel's limit on the process that reads (5 CPU seconds, 1 GB), not a stopwatch. Pages are
made at a twentieth of their full size here; ``make fuzz`` reads them whole and compares sizes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import hostile_pages

SCRIPT = Path(hostile_pages.__file__).with_name("read_in_budget.py")
SCALE = "0.05"
#: Pages around or beside a list of five items of 10 to 14 February 2021 that a browser would show.
WHOLE_LISTS = (
    "cut_at_99_percent",
    "in_gb18030",
    "in_utf_16",
    *(name for name in hostile_pages.names() if name.startswith(("gbk_said_to_be_", "base_"))),
    "many_attributes",
    "many_meta_tags",
    "many_comments",
    "closing_tags_only",
    "a_pager_with_an_address_of_megabytes",
    "a_sprite_of_icons",
    "markup_in_scripts",
    "markup_in_comments",
)
#: Pages that show no list, and must not be read as if one of them had a date.
NO_LISTS = (
    "empty",
    "random_bytes",
    "a_picture",
    "a_zip",
    "a_soft_404",
    "a_login_wall",
    "a_frameset",
    "an_open_comment",
    "open_text_areas",
    "redirects_to_odd_places",
)
TO_NOWHERE = ("a_redirect_to_itself", "redirects_to_odd_places", "a_script_redirect")


@pytest.fixture(scope="session")
def outcomes() -> dict[str, dict[str, Any]]:
    """What came of every page, by its name."""
    ran = subprocess.run([sys.executable, str(SCRIPT), SCALE], capture_output=True, text=True, check=True)
    return {row["page"]: row for row in map(json.loads, ran.stdout.splitlines())}


@pytest.mark.parametrize("name", hostile_pages.names())
def test_a_hostile_page_is_read_within_its_budget(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    outcome = outcomes[name]
    assert "error" not in outcome, outcome
    assert outcome["odd"] == []  # every address is a web address
    assert outcome["future"] == 0  # what lies after the reading is marked as such, and nothing else is


@pytest.mark.parametrize("name", WHOLE_LISTS)
def test_a_list_is_read_whatever_stands_around_it(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    outcome = outcomes[name]
    assert (outcome["kind"], outcome["dated"], outcome["newest"]) == ("list", 5, "2021-02-14")


@pytest.mark.parametrize("name", NO_LISTS)
def test_no_dates_are_found_where_there_are_none(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    outcome = outcomes[name]
    assert (outcome["dated"], outcome["published"]) == (0, None)
    assert outcome["kind"] not in ("list", "blank")


@pytest.mark.parametrize("name", TO_NOWHERE)
def test_a_redirect_that_leads_nowhere_is_none(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    assert outcomes[name]["kind"] != "stub"
