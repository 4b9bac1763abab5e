"""Sources that claim something: self-reports and their links, people's entries, collectors, apps."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

import pytest

from jiancha.accounts.plan import Looked, PlannedSource
from jiancha.accounts.reader import check_account, fetch_account
from jiancha.assess import assess
from jiancha.errors import PermanentFailure, TransientFailure
from jiancha.evidence.records import read_evidence
from jiancha.lake import Lake
from jiancha.registry.model import Account
from jiancha.settings import AccountSettings, HttpSettings, Settings
from jiancha.standard import load_standard
from jiancha.windows import ZONE, Calendar

WINDOW = Calendar().window("2021Q1")  # checkpoint: 2021-02-15 23:59:59
WECHAT = Account("610402M001WX0001", "微信公众号", "秦都发布", "秦都区政府")
WEIBO = Account("610402M001XL0001", "新浪微博", "秦都发布", "秦都区政府")
APP = Account("610402M001XX0001", "移动客户端", "秦都发布", "秦都区政府")
SETTINGS = Settings(
    clock="2021-02-21T09:00:00+08:00",
    http=HttpSettings(connect_timeout=5, total_timeout=20, allow_private=True),
)
VERDICTS = {"qualified": "fresh", "unqualified": "stale", "undetermined": "unknown"}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    """A server that asks to be left alone is not asked a second time."""
    monkeypatch.setattr("jiancha.accounts.reader.LONGEST_WAIT", 0)


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path)


def source(adapter, address="", account=WECHAT, looked=None):
    return PlannedSource(account.account_code, account.platform, account.name, adapter, address, "", looked)


def fetch(lake, *sources, account=WECHAT, settings=SETTINGS):
    with suppress(TransientFailure, PermanentFailure):
        fetch_account(account, sources, WINDOW, settings=settings, lake=lake)
    rows = [
        lake.read_rows(lake.table_path(table, WINDOW.key, account.target_id))
        for table in ("visits", "listings", "posts")
    ]
    return rows[0][0], rows[1][0], rows[2]


def verdict(lake, account=WECHAT):
    """What a run makes of what was read."""
    columns = ("target_id", "account_code", "platform", "name", "owner", "row")
    row = {name: getattr(account, name) for name in columns}
    lake.write_rows("sites", WINDOW.key, "registry", [])
    lake.write_rows("accounts", WINDOW.key, "registry", [row])
    assess(lake, WINDOW, load_standard("guoban-2019"))
    return VERDICTS[lake.window_rows("verdicts", WINDOW.key)[0]["outcome"]]


def unix(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


# --- self-reports and their links ---


def article(text):
    return (
        '<!DOCTYPE html><html><head><meta property="og:title" content="春耕" /></head>'
        '<body class="rich_media">'
        f'<div id="js_content">正文</div><script>var ct = "{unix(text)}";</script></body></html>'
    ).encode()


def report(hostile, *rows, account=WECHAT):
    lines = [
        f"{account.account_code},{account.platform},{account.name},{day},标题,{link}" for day, link in rows
    ]
    table = "\r\n".join(["新媒体标识码,账号类型,账号名称,发布时间,标题,链接", *lines])
    return source("self_report", hostile.serve("/report.csv", table.encode()), account)


def test_a_link_that_shows_the_claimed_day_confirms_it(hostile, lake):
    link = hostile.serve("/s/new", article("2021-02-10 09:00"))
    visit, listing, _ = fetch(lake, report(hostile, ("2021-02-10 11:00", link), ("2021-01-02", "")))
    assert (visit["status"], listing["confirmed_by"]) == ("ok", link)
    assert verdict(lake) == "fresh"


@pytest.mark.parametrize("shown", ["2021-01-10 09:00", "2021-02-09 23:59", "2021-02-11 00:00"])
def test_a_link_that_shows_another_day_goes_to_a_person(hostile, lake, shown):
    link = hostile.serve("/s/new", article(shown))
    visit, listing, _ = fetch(lake, report(hostile, ("2021-02-10", link)))
    assert (visit["failure"], listing["confirmed_by"]) == ("disagreement", None)
    assert shown[:10] in visit["reason"]
    assert verdict(lake) == "unknown"
    found = report(hostile, ("2021-02-10", link))
    checked = check_account(WECHAT, [found], WINDOW.checkpoint, 14, settings=SETTINGS)
    assert checked.judgement.outcome == "unknown"


def test_only_the_newest_claim_of_the_span_is_looked_at(hostile, lake):
    newer, claimed, older = (hostile.serve(f"/s/{n}", article("2021-02-10 09:00")) for n in range(3))
    rows = [("2021-01-10", older), ("2021-02-20", newer), ("2021-02-10", claimed)]
    _, listing, _ = fetch(lake, report(hostile, *rows))
    assert listing["confirmed_by"] == claimed
    assert [path for path, _ in hostile.seen] == ["/report.csv", "/s/1"]


def test_a_deleted_article_bears_nothing_out(hostile, lake):
    gone = '<html><body class="weui-msg">该内容已被发布者删除</body></html>'
    link = hostile.serve("/s/gone", gone.encode())
    visit, *_ = fetch(lake, report(hostile, ("2021-02-10", link)))
    assert visit["failure"] == "disagreement"


@pytest.mark.parametrize(
    "page",
    [
        None,  # 404
        b"<html><title>news</title><body>no article of WeChat, 2021-01-01</body></html>",
        '<html><body class="weui-msg">环境异常,完成验证后即可继续访问</body></html>'.encode(),
        b"",
        b"\x00\xff" * 500,
    ],
)
def test_where_the_link_tells_nothing_the_report_stands(hostile, lake, page):
    link = f"{hostile.url}/s/x" if page is None else hostile.serve("/s/x", page)
    visit, listing, _ = fetch(lake, report(hostile, ("2021-02-10", link)))
    assert (visit["status"], listing["confirmed_by"]) == ("ok", None)
    assert verdict(lake) == "fresh"


@pytest.mark.parametrize("link", ["", "nonsense", "javascript:alert(1)", "http://[::1", "ftp://a.cn/x"])
def test_links_that_are_no_addresses(hostile, lake, link):
    visit, listing, _ = fetch(lake, report(hostile, ("2021-02-10", link)))
    assert (visit["status"], listing["confirmed_by"]) == ("ok", None)


@pytest.mark.parametrize(
    ("made", "failure"), [("2021-02-10 09:00", None), ("2021-01-10 09:00", "disagreement")]
)
def test_a_weibo_tells_its_time_by_its_id(hostile, lake, made, failure):
    number = (unix(made) - 515_483_463) << 22
    link = hostile.serve(f"/status/{number}", b"<html>post</html>")
    # the claim's own date is not compared with its id where the table gives another link for it
    visit, listing, _ = fetch(lake, report(hostile, ("2021-02-10 09:00", link), account=WEIBO), account=WEIBO)
    if failure is None:
        assert (visit["failure"], listing["confirmed_by"]) == (None, link)
    else:
        assert visit["status"] == "failed"


def test_links_are_left_alone_where_settings_say_so(hostile, lake):
    link = hostile.serve("/s/new", article("2021-01-10 09:00"))
    trusting = replace(SETTINGS, account=AccountSettings(verify_links=False))
    visit, listing, _ = fetch(lake, report(hostile, ("2021-02-10", link)), settings=trusting)
    assert (visit["status"], listing["confirmed_by"]) == ("ok", None)
    assert len(hostile.seen) == 1


# --- people's entries ---


def looked(posted, seen, by="王工"):
    at = datetime.fromisoformat(seen).replace(tzinfo=ZONE)
    return Looked(date.fromisoformat(posted), None, at, by)


@pytest.mark.parametrize(
    ("posted", "seen", "expected"),
    [
        ("2021-02-10", "2021-02-16 09:00", "fresh"),
        ("2021-02-01", "2021-02-16 09:00", "fresh"),  # the cut-off's day
        ("2021-01-31", "2021-02-16 09:00", "stale"),
        ("2021-01-10", "2021-02-15 12:00", "unknown"),  # looked before the checkpoint
        ("2021-02-10", "2021-02-11 12:00", "fresh"),
    ],
)
def test_what_a_person_saw_is_judged_like_any_source(lake, posted, seen, expected):
    entry = source("manual", looked=looked(posted, seen))
    visit, listing, posts = fetch(lake, entry)
    assert (visit["status"], visit["adapter"], visit["requests"]) == ("ok", "manual", 0)
    assert "王工" in posts[0]["date_rule"]
    assert listing["confirmed_by"] is None
    kept = json.loads(read_evidence(lake, lake.root / visit["evidence"], posts[0]["evidence"]))
    assert (kept["seen_by"], kept["seen_at"][:16]) == ("王工", seen.replace(" ", "T"))
    assert verdict(lake) == expected
    checked = check_account(WECHAT, [entry], WINDOW.checkpoint, 14, settings=SETTINGS)
    assert checked.judgement.outcome == expected


def test_nobody_looks_from_the_future(lake):
    visit, *_ = fetch(lake, source("manual", looked=looked("2021-02-10", "2021-03-01 09:00")))
    assert visit["failure"] == "config"


# --- collectors ---


def kept(*days, sync=None):
    items = [
        {"id": f"{n}", "title": "t", "date_published": f"{day}T08:00:00+08:00"} for n, day in enumerate(days)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "秦都发布", "items": items}
    return json.dumps(
        feed | ({} if sync is None else {"_sync_time": unix(sync)}), ensure_ascii=False
    ).encode()


@pytest.mark.parametrize(
    ("kept_posts", "expected", "failure"),
    [
        ((["2021-02-10", "2021-01-10"], "2021-02-16 03:00"), "fresh", None),
        ((["2021-01-20", "2021-01-10"], "2021-02-16 03:00"), "stale", None),
        ((["2021-01-20", "2021-01-10"], "2021-02-15 23:59:58"), "unknown", "collector_stale"),
        ((["2021-01-20", "2021-01-10"], None), "unknown", "collector_stale"),
        ((["2021-02-10", "2021-01-10"], None), "fresh", None),
        ((["2021-02-17", "2021-01-10"], None), "stale", None),  # a later post shows that it looked
        ((["2021-02-10", "2021-01-10"], "2021-02-11 03:00"), "fresh", None),
    ],
)
def test_a_dead_collector_accuses_nobody(hostile, lake, kept_posts, expected, failure):
    days, sync = kept_posts
    address = hostile.serve("/feeds/MP_WXS_1.json", kept(*days, sync=sync))
    visit, *_ = fetch(lake, source("werss", address))
    assert visit["failure"] == failure
    assert verdict(lake) == expected


# --- roughly dated posts: one rule for a run and for a check ---


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("1周前", "fresh"),  # 02-07 to 02-14
        ("2周前", "unknown"),  # 01-31 to 02-07: the cut-off is 02-01
        ("3周前", "stale"),  # 01-24 to 01-31
        ("6天前", "fresh"),  # 02-14 or 02-15
        ("5天前", "unknown"),  # 02-15 or 02-16: the checkpoint is the end of 02-15
        ("4天前", "stale"),  # 02-16 or 02-17
    ],
)
@pytest.mark.parametrize("adapter", ["feed", "export"])
def test_a_rough_date_counts_where_it_is_certain(hostile, lake, adapter, shown, expected):
    feed = json.loads(kept("2021-02-10", "2021-01-10"))
    feed["items"][0]["date_published"] = shown
    address = hostile.serve("/f", json.dumps(feed).encode())
    found = source(adapter, address)
    fetch(lake, found)
    assert verdict(lake) == expected
    checked = check_account(WECHAT, [found], WINDOW.checkpoint, 14, settings=SETTINGS)
    assert checked.judgement.outcome == expected


# --- a part that was read ---


@pytest.mark.parametrize(
    ("first_page", "expected"),
    [
        (["2021-02-20", "2021-02-15"], "fresh"),
        (["2021-02-20", "2021-02-01"], "fresh"),  # the cut-off's day
        (["2021-02-20", "2021-01-31"], "unknown"),
        (["2021-02-20", "2021-02-16"], "unknown"),
    ],
)
def test_a_recent_post_is_enough_whatever_fails_behind_it(hostile, lake, first_page, expected):
    feed = json.loads(kept(*first_page)) | {"next_url": f"{hostile.url}/gone"}
    found = source("feed", hostile.serve("/f", json.dumps(feed).encode()))
    visit, *_ = fetch(lake, found)
    assert verdict(lake) == expected
    assert visit["coverage"] == "partial"
    assert (visit["failure"] is None) is (expected == "fresh")
    checked = check_account(WECHAT, [found], WINDOW.checkpoint, 14, settings=SETTINGS)
    assert checked.judgement.outcome == expected


# --- apps ---


@pytest.mark.parametrize(
    ("page", "status", "outcome"),
    [
        (b"<html><title>App</title><a href=/x.apk>download</a></html>", 200, "available"),
        (b"PK\x03\x04 the package itself", 200, "available"),
        (b"", 404, "unavailable"),
        (b"", 410, "unavailable"),
        ("<html><body>页面不存在</body></html>".encode(), 200, "unavailable"),
        (b"", 403, "unknown"),
        (b"", 500, "unknown"),
        ("<html><body>请完成安全验证</body></html>".encode(), 200, "unknown"),
    ],
)
def test_apps_are_available_or_not_and_never_stale(hostile, lake, page, status, outcome):
    hostile.routes["/app"] = lambda handler: handler.answer(page, status=status)
    visit, _, posts = fetch(lake, source("app", f"{hostile.url}/app", APP), account=APP)
    assert (visit["failure"], visit["adapter"], posts) == ("not_post_based", "app", [])
    (row,) = lake.read_rows(lake.table_path("app_availability", WINDOW.key, APP.target_id))
    assert (row["outcome"], row["url"]) == (outcome, f"{hostile.url}/app")
    assert verdict(lake, APP) == "unknown"


def test_an_app_without_an_address_is_looked_at_by_nobody(lake):
    visit, *_ = fetch(lake, account=APP)
    assert (visit["failure"], visit["adapter"]) == ("not_post_based", "")
    assert not lake.table_path("app_availability", WINDOW.key, APP.target_id).exists()
