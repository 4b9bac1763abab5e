"""When letters were sent: each version's by itself, the last note wins, and nothing is noted half."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jiancha.errors import ReviewError
from jiancha.lake import Lake
from jiancha.review.sendings import addressee, belongs_to, file_name, record, sent

WINDOW = "2021Q1"
FIRST, SECOND = file_name(1, "市发展改革委"), file_name(2, "市/教育局")


def test_a_letter_of_the_next_version_is_not_sent_because_the_first_was(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    assert record(lake, WINDOW, 1, [FIRST, SECOND], [], date(2021, 2, 25)) == 2
    assert record(lake, WINDOW, 2, [FIRST], ["市发展改革委"], date(2021, 4, 1)) == 1
    assert sent(lake, WINDOW) == {
        (1, FIRST): date(2021, 2, 25),
        (1, SECOND): date(2021, 2, 25),
        (2, FIRST): date(2021, 4, 1),
    }
    record(lake, WINDOW, 1, [FIRST, SECOND], ["市/教育局"], date(2021, 2, 26))
    assert sent(lake, WINDOW)[1, SECOND] == date(2021, 2, 26)
    assert sent(lake, WINDOW)[1, FIRST] == date(2021, 2, 25)


def test_nothing_is_noted_where_an_owner_has_no_letter(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    with pytest.raises(ReviewError, match="市教育局"):
        record(lake, WINDOW, 1, [FIRST, SECOND], ["市发展改革委", "市教育局"], date(2021, 2, 25))
    assert sent(lake, WINDOW) == {}


def test_names_that_a_file_system_would_mistake_stay_apart() -> None:
    one, other = file_name(1, "市/教育局"), file_name(1, "市\\教育局")
    assert one != other
    assert "/" not in one
    assert belongs_to(one, "市/教育局")
    assert not belongs_to(one, "市\\教育局")


def test_a_body_without_an_owner_gets_its_letter_under_its_own_name() -> None:
    assert addressee("某县政府\n", "某县政府门户网站") == "某县政府"
    assert addressee(None, "某县政府门户网站") == addressee(" ", "某县政府门户网站") == "某县政府门户网站"
