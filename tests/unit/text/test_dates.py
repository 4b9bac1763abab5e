"""Every form of a date that pages write is read back; what is no publish date is not."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.text.dates import (
    address_day,
    box_date,
    find_date,
    find_dates,
    in_future,
    parse_timestamp,
    plain,
    whole_date,
)
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, 0, tzinfo=ZONE)
DAYS = st.dates(date(1995, 1, 1), date(2035, 12, 31))
FULL = [
    "{d:%Y-%m-%d}",
    "{d:%Y/%m/%d}",
    "{d:%Y.%m.%d}",
    "{d.year}-{d.month}-{d.day}",
    "{d.year}/{d.month}/{d.day}",
    "{d.year}.{d.month}.{d.day}",
    "{d.year}年{d.month}月{d.day}日",
    "{d:%Y}年{d:%m}月{d:%d}日",
    "{d.year} 年 {d.month} 月 {d.day} 日",
    "[{d:%Y-%m-%d}]",
    "({d:%Y-%m-%d})",
    "\uff08{d:%Y-%m-%d}\uff09",
    "\u3010{d:%Y-%m-%d}\u3011",
    "发布时间\uff1a{d:%Y-%m-%d}",
    "{d:%Y-%m-%d} 星期五",
]
BOXES = [
    "{d:%d} {d:%Y-%m}",
    "{d:%Y-%m} {d:%d}",
    "{d.day} {d.year}年{d.month}月",
    "{d:%m-%d} {d.year}",
    "{d.year} {d:%m-%d}",
    "{d:%d} | {d:%Y.%m}",
]
TIMES = [
    "{t:%Y-%m-%d %H:%M}",
    "{t:%Y-%m-%dT%H:%M:%S}",
    "{t.year}年{t.month}月{t.day}日 {t.hour}:{t:%M}",
    "{t:%Y/%m/%d %H\u2236%M}",
]


@given(DAYS, st.sampled_from(FULL))
def test_every_complete_form_is_read_back(day: date, form: str) -> None:
    found = whole_date(form.format(d=day), AT)
    assert found is not None
    assert (found.day, found.moment, found.rule) == (day, None, "full")


@given(st.datetimes(datetime(1995, 1, 1), datetime(2035, 12, 31)), st.sampled_from(TIMES))
def test_times_of_day_are_local(moment: datetime, form: str) -> None:
    found = find_date(form.format(t=moment), AT)
    assert found is not None
    assert found.moment is not None
    assert found.moment.strftime("%Y%m%d%H%M") == moment.strftime("%Y%m%d%H%M")
    assert found.moment.utcoffset() == timedelta(hours=8)


@given(DAYS)
def test_full_width_digits_are_read(day: date) -> None:
    wide = f"{day:%Y-%m-%d}".translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)} | {ord("-"): 0xFF0D})
    found = find_date(wide, AT)
    assert found is not None
    assert found.day == day


@given(
    DAYS,
    st.integers(1, 330),
    st.sampled_from(["{d:%m-%d}", "[{d:%m-%d}]", "{d.month}月{d.day}日", "({d.month}/{d.day})"]),
)
def test_a_date_without_year_is_the_last_such_day(day: date, age: int, form: str) -> None:
    """Also across new year: what is fetched in January shows December of the year before."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE) + timedelta(days=age)
    found = whole_date(form.format(d=day), at)
    assert found is not None
    assert (found.day, found.rule) == (day, "yearless")


def test_a_leap_day_without_year_is_the_last_one() -> None:
    found = whole_date("[02-29]", AT)
    assert found is not None
    assert found.day == date(2020, 2, 29)


def test_the_address_tells_the_year_of_a_date_without_one() -> None:
    found = whole_date("[02-10]", AT, "http://a.gov.cn/tzgg/201902/t20190210_123.html")
    assert found is not None
    assert (found.day, found.rule) == (date(2019, 2, 10), "yearless+address")
    across = whole_date("[01-02]", AT, "http://a.gov.cn/tzgg/201912/t20191231_123.html")
    assert across is not None
    assert across.day == date(2020, 1, 2)


def test_an_address_with_another_day_tells_nothing() -> None:
    found = whole_date("[02-10]", AT, "http://a.gov.cn/tzgg/201907/t20190701_123.html")
    assert found is not None
    assert (found.day, found.rule) == (date(2021, 2, 10), "yearless")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2小时前", date(2021, 3, 31)),
        ("10小时前", date(2021, 3, 30)),  # fetched at 9 in the morning
        ("5分钟前", date(2021, 3, 31)),
        ("刚刚", date(2021, 3, 31)),
        ("今天 08:10", date(2021, 3, 31)),
        ("昨天 10:20", date(2021, 3, 30)),
        ("前天", date(2021, 3, 29)),
        ("3天前", date(2021, 3, 28)),
        ("2周前", date(2021, 3, 17)),
        ("21-02-19", date(2021, 2, 19)),
        ("20210219", date(2021, 2, 19)),
    ],
)
def test_relative_and_short_forms(text: str, day: date) -> None:
    found = whole_date(text, AT)
    assert found is not None
    assert found.day == day


def test_yesterday_with_a_time_is_a_moment() -> None:
    found = find_date("昨天 10:20", AT)
    assert found is not None
    assert found.moment == datetime(2021, 3, 30, 10, 20, tzinfo=ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-30",
        "2021-13-01",
        "1970-01-01",
        "1994-12-31",
        "2021-2",
        "13-40",
        "99-99-99",
        "12345678",
        "第1/16页",
        "3/4页",
        "2021年第3期",
    ],
)
def test_what_is_no_publish_date(text: str) -> None:
    assert whole_date(text, AT) is None


@pytest.mark.parametrize(
    "text",
    [
        "关于2021年2月19日空气质量的通报",
        "2021-02-19 至 2021-03-01",
        "编号2021-02-19甲",
        "预计2021年2月19日完成",
    ],
)
def test_a_sentence_with_a_date_is_no_date(text: str) -> None:
    assert whole_date(text, AT) is None


def test_hours_of_business_are_no_zone() -> None:
    found = find_date("2021-02-19 08:30-17:30", AT)
    assert found is not None
    assert found.day == date(2021, 2, 19)
    morning = find_date("2021-02-19 08:30-11:30", AT)
    assert morning is not None
    assert morning.moment == datetime(2021, 2, 19, 8, 30, tzinfo=ZONE)
    odd = find_date("2021-02-19 08:30:00+9999", AT)
    assert odd is not None
    assert odd.day == date(2021, 2, 19)


def test_a_written_zone_is_heeded() -> None:
    found = find_date("2021-02-19T20:00:00Z", AT)
    assert found is not None
    assert found.moment == datetime(2021, 2, 20, 4, 0, tzinfo=ZONE)


@given(DAYS, st.sampled_from(BOXES))
def test_day_boxes(day: date, form: str) -> None:
    found = box_date(form.format(d=day))
    assert found is not None
    assert (found.day, found.moment) == (day, None)


@pytest.mark.parametrize("text", ["31 2021-02", "5 2021-02-19", "19 2021", "2021-02", "40 2021-02"])
def test_what_is_no_day_box(text: str) -> None:
    assert box_date(text) is None


def test_one_day_is_left_to_clocks_that_differ() -> None:
    assert not in_future(date(2021, 4, 1), AT)
    assert in_future(date(2021, 4, 2), AT)


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("/art/2021/2/19/art_1_2.html", date(2021, 2, 19)),
        ("/202102/t20210219_7.html", date(2021, 2, 19)),
        ("/2021-02/19/content_1.htm", date(2021, 2, 19)),
        ("/202102/1.html", date(2021, 2, 1)),
        ("/20219999/1.html", None),
        ("/a/1.html", None),
    ],
)
def test_days_in_addresses(address: str, day: date | None) -> None:
    assert address_day(address) == day


def test_plain_text_keeps_its_places() -> None:
    wide = "发布\uff1a\uff12\uff10\uff12\uff11\uff0d\uff10\uff12\uff0d\uff11\uff19\u3011完"
    assert len(plain(wide)) == len(wide)
    (found,) = find_dates(wide)
    assert wide[found.end :] == "\u3011完"


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    find_date(text, AT)
    whole_date(text, AT, text)
    box_date(text)
    parse_timestamp(text, AT)


@given(st.integers(1, 12), st.integers(1, 31), st.datetimes(datetime(1999, 1, 1), datetime(2035, 12, 31)))
def test_a_date_without_year_is_never_later_than_tomorrow(month: int, day: int, at: datetime) -> None:
    local = at.replace(tzinfo=ZONE)
    found = whole_date(f"{month:02}-{day:02}", local)
    if found is not None:
        assert found.day <= at.date() + timedelta(days=1)
        assert (found.day.month, found.day.day) == (month, day)


@pytest.mark.parametrize(
    ("at", "text", "day"),
    [
        (datetime(2021, 1, 3, 9, tzinfo=ZONE), "12-31", date(2020, 12, 31)),
        (datetime(2020, 12, 31, 9, tzinfo=ZONE), "01-01", date(2021, 1, 1)),  # a clock that is ahead
        (datetime(2020, 12, 31, 9, tzinfo=ZONE), "01-02", date(2020, 1, 2)),
        (datetime(2021, 1, 1, 0, 10, tzinfo=ZONE), "2小时前", date(2020, 12, 31)),
        (datetime(2021, 1, 1, 0, 10, tzinfo=ZONE), "昨天 10:20", date(2020, 12, 31)),
        # 2020-12-31 17:00 in London is already 2021-01-01 here
        (datetime(2020, 12, 31, 17, tzinfo=UTC), "今天", date(2021, 1, 1)),
    ],
)
def test_across_new_year(at: datetime, text: str, day: date) -> None:
    found = whole_date(text, at)
    assert found is not None
    assert found.day == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-02-19T20:00:00+00:00", datetime(2021, 2, 20, 4, 0, tzinfo=ZONE)),
        ("2021-02-19T20:00+00:00", datetime(2021, 2, 20, 4, 0, tzinfo=ZONE)),
        ("2021-02-19T20:00:00+0800", datetime(2021, 2, 19, 20, 0, tzinfo=ZONE)),
        ("2021-02-19T20:00:00-05:00", datetime(2021, 2, 20, 9, 0, tzinfo=ZONE)),
        ("2021-02-19T20:00:00.123Z", datetime(2021, 2, 20, 4, 0, tzinfo=ZONE)),
        ("2021年2月19日 19时35分", datetime(2021, 2, 19, 19, 35, tzinfo=ZONE)),
        ("2021年2月19日 19:35", datetime(2021, 2, 19, 19, 35, tzinfo=ZONE)),
        ("2021-2-9 9:05", datetime(2021, 2, 9, 9, 5, tzinfo=ZONE)),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    found = find_date(text, AT)
    assert found is not None
    assert (found.moment, found.day) == (moment, moment.date())


def test_an_impossible_time_leaves_the_day() -> None:
    found = find_date("2021-02-19 24:61", AT)
    assert found is not None
    assert (found.day, found.moment) == (date(2021, 2, 19), None)


@pytest.mark.parametrize(
    "piece",
    [
        "2021-02-19 ",
        "02-19 ",
        "3天",
        " ",
        "1",
        "19   2021-",
        "2021-02-19T1:1:1.1",
        "2021.",
        "2021 年 2 月 ",
        "/2021/",
    ],
)
def test_hostile_texts_are_read_in_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.process_time()
    find_date(text, AT)
    whole_date(text, AT, text)
    parse_timestamp(text, AT)
    box_date(text)
    address_day(text)
    list(find_dates(text))
    assert time.process_time() - began < 1
