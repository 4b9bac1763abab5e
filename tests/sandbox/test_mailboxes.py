"""Letters and guides of the city: who fails when, and that pages show the records."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from jiancha.windows import Calendar
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.key import answer_key, measure_site
from jiancha_sandbox.mailbox_pages import desk_page
from jiancha_sandbox.mailboxes import Desk, Guide, Letter, Mailbox, lacking_guides, unanswered
from jiancha_sandbox.web import CityWeb

CHECKPOINT = date(2021, 2, 15)
FAILING = {  # letters left lying or never answered, spoilt guides
    "2019Q2": (0, 0), "2019Q3": (0, 1), "2019Q4": (1, 0), "2020Q1": (1, 0), "2020Q2": (2, 0),
    "2020Q3": (2, 0), "2020Q4": (0, 0), "2021Q1": (0, 0), "2021Q2": (1, 0), "2021Q3": (0, 1),
    "2021Q4": (1, 0),
}  # fmt: skip


@pytest.mark.parametrize("quarter", FAILING)
def test_who_fails_when(old_city: SandboxCity, quarter: str) -> None:
    key = answer_key(old_city, Calendar().window(quarter))
    problems = ["".join(site["problems"]) for site in key["sites"]]
    letters = problems.count("超过3个月未对网民留言作出答复。")
    guides = problems.count("办事指南要素缺失的事项数量超过（含）5个。")
    assert (letters, guides) == FAILING[quarter]


@pytest.mark.parametrize(
    ("asked", "answered", "count"),
    [
        (date(2020, 11, 14), None, 1),
        (date(2020, 11, 15), None, 0),
        (date(2020, 2, 15), None, 1),
        (date(2020, 2, 14), None, 0),
        (date(2020, 6, 1), date(2021, 2, 15), 0),
        (date(2020, 6, 1), date(2021, 2, 16), 1),
    ],
)
def test_the_rule_by_hand(asked: date, answered: date | None, count: int) -> None:
    box = Mailbox("局长信箱", "xx", "table", (Letter(0, "来信", asked, answered),))
    assert unanswered(Desk(mailbox=box), CHECKPOINT) == count
    assert unanswered(Desk(complaints=box), CHECKPOINT) == 0


def test_near_misses_stand_on_both_limits_in_every_window(old_city: SandboxCity) -> None:
    for key in FAILING:
        day = Calendar().window(key).checkpoint_day
        limit = date(day.year - (day.month < 4), (day.month - 4) % 12 + 1, day.day)
        boxes = [box for site in old_city.sites if (box := old_city.desk(site).mailbox) is not None]
        letters = [letter for box in boxes for letter in box.letters]
        assert any(each.asked == limit and (each.answered or day) > day for each in letters)
        assert any(each.asked < limit and each.answered == day for each in letters)
    old = [site for site in old_city.sites if old_city.desk(site).complaints]
    assert old
    assert all(measure_site(old_city, site, CHECKPOINT)["letters"] == 0 for site in old)


def test_guides_one_below_both_limits(city: SandboxCity) -> None:
    counts = [len(g.lacking(CHECKPOINT)) for s in city.sites for g in city.desk(s).guides]
    assert max(counts) == 4
    (near,) = (s for s in city.sites if lacking_guides(city.desk(s), CHECKPOINT) == 4)
    lacking = sorted(len(g.lacking(CHECKPOINT)) for g in city.desk(near).guides)
    assert lacking == [3] * 5 + [4] * 4


def test_letters_show_no_answer_before_it_is_given(city: SandboxCity) -> None:
    letter = Letter(7, "来信", date(2021, 1, 5), date(2021, 1, 9))
    for form in ("table", "states", "list", "cards", "grid"):
        desk = Desk(mailbox=Mailbox("局长信箱", "xx", form, (letter,)))  # type: ignore[arg-type]
        for today, given in ((date(2021, 1, 8), False), (date(2021, 1, 9), True)):
            page = desk_page(desk, "/hdjl/xx/", today)
            assert page is not None
            assert bool(re.search(r"答:|已答复|已办结|已回复", page.body)) == given
        unborn = desk_page(desk, "/hdjl/xx/", date(2021, 1, 4))
        assert unborn is not None
        assert "来信时间" not in unborn.body
        assert "暂无留言" in unborn.body


def test_every_letter_is_listed_once(city: SandboxCity) -> None:
    web = CityWeb(city)
    site = next(s for s in city.sites if (b := city.desk(s).mailbox) and b.form == "table")
    box = city.desk(site).mailbox
    assert box is not None
    shown: list[str] = []
    for number in range(1, 20):
        answer = web.answer(site.host, box.path + (f"index_{number}.html" if number > 1 else ""))
        assert answer is not None
        if answer.status == 404:
            break
        shown += re.findall(r"letter_(\d+)\.html", answer.body.decode(city.style(site).encoding))
    assert sorted(map(int, shown)) == [x.number for x in box.letters if x.asked <= city.clock.date()]


def test_a_guide_s_page_lacks_what_its_record_lacks() -> None:
    for form in ("table", "definitions", "headings", "tabs", "lines"):
        whole = Guide(0, "取水许可", form)  # type: ignore[arg-type]
        lame = Guide(1, "取水许可", form, frozenset({"联系电话", "设定依据"}))  # type: ignore[arg-type]
        pages = [
            desk_page(Desk(guides=(whole, lame)), f"/bsfw/bszn/guide_{n}.html", CHECKPOINT) for n in (0, 1)
        ]
        assert [page is not None and "029-33210000" in page.body for page in pages] == [True, False]
        assert [page is not None and "行政许可法" in page.body for page in pages] == [True, False]
        assert [page is not None and "不收费" in page.body for page in pages] == [True, True]


def test_guides_are_spoilt_for_a_while() -> None:
    guide = Guide(0, "取水许可", "table", frozenset(), frozenset({"设定依据"}))
    days = [date(2019, 6, 30), date(2019, 7, 1), date(2019, 9, 9), date(2019, 9, 10)]
    assert [bool(guide.lacking(day)) for day in days] == [False, True, True, False]
    assert days[1] + timedelta(days=45) == Calendar().window("2019Q3").checkpoint_day
