"""Bad answers of account sources, over a real server: a recorded kind, unknown, never an accusation."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from jiancha.accounts.plan import PlannedSource
from jiancha.accounts.reader import check_account
from jiancha.registry.model import Account
from jiancha.settings import HttpSettings, Settings
from jiancha.windows import ZONE

AT = datetime(2021, 2, 15, 23, 59, 59, tzinfo=ZONE)
WEIBO = Account("610402M001XL0001", "新浪微博", "秦都发布", "秦都区政府")
SETTINGS = Settings(
    clock="2021-02-16T09:00:00+08:00",
    http=HttpSettings(connect_timeout=5, total_timeout=20, max_bytes=5_000_000, allow_private=True),
)
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


def feed(*dates, title="秦都发布", ids=None):
    rows = [
        {"id": ids[n] if ids else f"p{n}", "title": f"第{n}篇", "date_published": day}
        for n, day in enumerate(dates)
    ]
    data = {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": rows}
    return json.dumps(data, ensure_ascii=False).encode()


def weibo_id(moment):
    return str(((int(moment.timestamp()) - 515_483_463) << 22) | 7)


def eight_hours_early():
    true = [datetime(2021, 1, day, 20, 0, tzinfo=ZONE) for day in (20, 10)]
    return feed(
        *((moment - timedelta(hours=8)).isoformat() for moment in true), ids=[weibo_id(m) for m in true]
    )


BAD = {
    "log-in page": "<html><title>登录 - 新浪通行证</title><p>请登录后查看</p></html>".encode(),
    "captcha": "<html><title>访问验证</title><p>请完成滑块验证码</p></html>".encode(),
    "empty list": feed(),
    "wrong account": feed("2021-01-20", "2021-01-10", title="渭城发布"),
    "renamed account": feed("2021-02-10", "2021-01-10", title="秦都融媒"),
    "year 2001": feed("2001-02-10", "2001-02-09"),
    "eight hours early": eight_hours_early(),
    "no date": feed("前些日子", "2021-01-10"),
    "two weeks ago, roughly": feed("2周前", "2021-01-01"),
    "deep JSON": b'{"items":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "entity bomb": (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "x">{ENTITIES}]>'
        "<rss version='2.0'><channel><title>&a9;</title></channel></rss>"
    ).encode(),
}

KINDS = {
    "log-in page": "needs_login",
    "captcha": "anti_bot",
    "empty list": "source_empty",
    "wrong account": "identity_mismatch",
    "renamed account": "identity_mismatch",
    "year 2001": "bad_date",
    "eight hours early": "bad_date",
    "no date": "bad_date",
    "two weeks ago, roughly": "bad_date",
    "deep JSON": "bad_content",
    "entity bomb": "bad_content",
}


def outcome(hostile, adapter, body):
    address = hostile.serve("/list", body)
    planned = PlannedSource(WEIBO.account_code, WEIBO.platform, WEIBO.name, adapter, address)
    return check_account(WEIBO, [planned], AT, 14, settings=SETTINGS).judgement


@pytest.mark.parametrize("adapter", ["feed", "export"])
@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_trusted_is_unknown_with_its_kind(hostile, adapter, case):
    told = outcome(hostile, adapter, BAD[case])
    assert (told.outcome, str(told.failure)) == ("unknown", KINDS[case])
    assert told.why


@pytest.mark.parametrize(("adapter", "kind"), [("feed", "bad_content"), ("export", "source_empty")])
def test_an_empty_answer(hostile, adapter, kind):
    told = outcome(hostile, adapter, b"")
    assert (told.outcome, str(told.failure)) == ("unknown", kind)


@pytest.mark.parametrize("adapter", ["feed", "export"])
@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("2021年2月10日", "2021年1月10日"), "fresh"),
        (("昨天 10:00", "2021-01-10"), "fresh"),
        (("3天前", "2021-01-10"), "fresh"),  # three or four days: in the span in any case
        (("2周前", "2021-01-10"), "unknown"),  # two or three weeks
        (("2021年1月20日", "2021年1月10日"), "stale"),
    ],
)
def test_chinese_and_relative_dates(hostile, adapter, dates, expected):
    assert outcome(hostile, adapter, feed(*dates)).outcome == expected


@pytest.mark.parametrize("adapter", ["feed", "export"])
def test_one_id_for_all_posts_hides_none(hostile, adapter):
    body = feed("2021-01-20", "2021-02-10", "2021-01-10", ids=["same"] * 3)
    assert outcome(hostile, adapter, body).outcome == "fresh"


@pytest.mark.parametrize("adapter", ["feed", "export"])
def test_ten_thousand_posts(hostile, adapter):
    newest = datetime(2021, 2, 10, tzinfo=ZONE)
    dates = [(newest - timedelta(hours=n)).isoformat() for n in range(10_000)]
    assert outcome(hostile, adapter, feed(*dates)).outcome == "fresh"
