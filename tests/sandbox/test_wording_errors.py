"""The slips of the pen that the city makes on purpose."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from jiancha.windows import ZONE, Calendar
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.key import answer_key
from jiancha_sandbox.web import CityWeb
from jiancha_sandbox.wording_errors import FIRST, FORMS, LAST

AFTER = SandboxCity(clock=datetime(2021, 2, 16, 9, tzinfo=ZONE))


def test_42_department_sites_make_332_slips() -> None:
    assert len(AFTER.slips) == 332
    assert len({slip.site_code for slip in AFTER.slips.values()}) == 42
    # one form is made once on a site: what is found twice there is the same slip
    assert max(Counter((s.site_code, s.form.wrong) for s in AFTER.slips.values()).values()) == 1
    assert len(FORMS) >= 60


def test_they_stand_in_articles_of_the_weeks_before_the_checkpoint() -> None:
    for slip in AFTER.slips.values():
        site = AFTER.site(slip.site_code)
        (column,) = (column for column in site.columns if column.number == slip.column)
        assert FIRST <= AFTER.items(column)[slip.index].date() <= LAST


def test_312_are_mended_by_15_march_and_all_by_the_next_window() -> None:
    window = Calendar().window("2021Q1")
    for clock, left in (((2021, 2, 16), 332), ((2021, 3, 15), 20), ((2021, 5, 16), 0)):
        city = SandboxCity(clock=datetime(*clock, 9, tzinfo=ZONE))
        assert len(answer_key(city, window)["slips"]) == left


def test_a_headline_has_its_slip_until_it_is_mended() -> None:
    slip = next(slip for slip in AFTER.slips.values() if slip.in_headline)
    pages = []
    for city in (AFTER, SandboxCity(clock=datetime(2021, 5, 16, 9, tzinfo=ZONE))):
        site = city.site(slip.site_code)
        (column,) = (column for column in site.columns if column.number == slip.column)
        moment = city.items(column)[slip.index]
        number = (101 + column.number) * 100_000 + slip.index
        path = f"{column.path}{moment:%Y%m}/t{moment:%Y%m%d}_{number}.html"
        answer = CityWeb(city).answer(site.host, path)
        assert answer is not None
        pages.append(answer.body.decode("gb18030" if "gb" in site.template else "utf-8", "replace"))
    assert slip.form.wrong in pages[0]
    assert slip.form.wrong not in pages[1]
    assert slip.form.right in pages[1]


def test_earlier_windows_have_none() -> None:
    city = SandboxCity(clock=datetime(2020, 11, 16, 9, tzinfo=ZONE))
    assert answer_key(city, Calendar().window("2020Q4"))["slips"] == []
