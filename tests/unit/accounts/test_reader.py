"""One account's outcome: which rows it leaves, and which failure where it cannot be told."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

import jiancha
from jiancha.accounts.adapters.base import Ask, Gathered, ListingPage, read_back
from jiancha.accounts.reader import check_account, fetch_account
from jiancha.errors import FailureKind, PermanentFailure, TransientFailure, UnreadableSource
from jiancha.evidence.records import read_evidence
from jiancha.lake import Lake
from jiancha.posts.feeds import Post
from jiancha.registry.model import Account, AccountSource
from jiancha.settings import AccountSettings, HttpSettings, Settings
from jiancha.windows import ZONE, Calendar

WINDOW = Calendar().window("2021Q1")  # checkpoint: 2021-02-15 23:59:59
LAST_DAY = date(2021, 2, 15)
SINCE = datetime(2021, 2, 1, tzinfo=ZONE)
ACCOUNT = Account("610402M001WX0001", "微信公众号", "秦都发布", "秦都区政府")
SETTINGS = Settings(
    clock="2021-02-16T09:00:00+08:00",
    http=HttpSettings(connect_timeout=5, total_timeout=20, max_bytes=2_000_000, allow_private=True),
    account=AccountSettings(max_feed_pages=6),
)


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path)


def source(address, adapter="feed", account=ACCOUNT):
    return AccountSource(account.account_code, account.platform, account.name, adapter, address)


def entry(day, number=0, **more):
    when = {} if day is None else {"date_published": f"{day}T08:00:00+08:00"}
    return {"id": f"{day}-{number}", "title": f"{day}", "url": f"https://a.cn/{number}"} | when | more


def serve_feed(hostile, *pages, path="/feed", loop=False):
    """Serve pages of days (None: undated) that lead to each other; returns the first address."""
    for number, days in enumerate(pages):
        following = f"{path}{number + 1}" if number + 1 < len(pages) else (f"{path}0" if loop else None)
        items = [entry(day, 100 * number + n) for n, day in enumerate(days)]
        feed = {"items": items} | ({"next_url": following} if following else {})
        hostile.serve(f"{path}{number}", json.dumps(feed).encode(), Content_Type="application/feed+json")
    return f"{hostile.url}{path}0"


def fetch(lake, *sources, account=ACCOUNT, settings=SETTINGS):
    """Fetch an account; returns its visit, listing and posts, and the error raised."""
    error = None
    try:
        fetch_account(account, sources, WINDOW, settings=settings, lake=lake)
    except (TransientFailure, PermanentFailure) as raised:
        error = raised
    rows = [
        lake.read_rows(lake.table_path(table, WINDOW.key, account.target_id))
        for table in ("visits", "listings", "posts")
    ]
    assert len(rows[0]) == len(rows[1]) == 1
    assert (error is None) is (rows[0][0]["status"] == "ok")
    return rows[0][0], rows[1][0], rows[2], error


def asked(hostile):
    return [path for path, _ in hostile.seen]


# --- what a good listing leaves ---


def test_a_listing_leaves_its_rows_and_evidence(hostile, lake):
    address = serve_feed(hostile, ["2021-02-16", "2021-02-10", "2021-01-31"])
    visit, listing, posts, error = fetch(lake, source(address))
    assert error is None
    assert (visit["status"], visit["failure"], visit["coverage"]) == ("ok", None, "complete")
    assert (visit["target_kind"], visit["url"], visit["adapter"]) == ("account", address, "feed")
    assert (visit["requests"], visit["home_status"]) == (1, None)
    assert visit["bytes"] > 100
    assert visit["as_of"] == datetime(2021, 2, 16, 9, 0, tzinfo=ZONE)
    assert (listing["outcome"], listing["complete_back_to"], listing["entries"]) == (
        "fresh",
        date(2021, 1, 31),
        3,
    )
    assert posts[listing["newest"]]["published_on"] == date(2021, 2, 10)
    assert [post["published_on"] for post in posts] == [
        date(2021, 2, 16),
        date(2021, 2, 10),
        date(2021, 1, 31),
    ]
    assert posts[0]["published_at"] == datetime(2021, 2, 16, 8, 0, tzinfo=ZONE)
    body = read_evidence(lake, lake.root / visit["evidence"], posts[0]["evidence"])
    assert json.loads(body)["items"][0]["id"] == posts[0]["post_id"]


def test_a_retry_overwrites_and_never_duplicates(hostile, lake):
    hostile.routes["/feed0"] = lambda handler: handler.reset()
    visit, _, posts, error = fetch(lake, source(f"{hostile.url}/feed0"))
    assert isinstance(error, TransientFailure)
    assert (visit["failure"], posts) == ("network", [])
    address = serve_feed(hostile, ["2021-02-10", "2021-02-01"])
    fetch(lake, source(address))
    visit, _, posts, _ = fetch(lake, source(address))
    assert (visit["status"], len(posts)) == ("ok", 2)
    for table in ("visits", "posts", "listings"):
        assert len(list(lake.window_folder(table, WINDOW.key).iterdir())) == 1


# --- how far back ---


def test_a_page_from_before_the_checkpoint_and_one_more(hostile, lake):
    address = serve_feed(
        hostile,
        ["2021-02-20", "2021-02-18"],
        ["2021-02-16", "2021-02-14"],
        ["2021-02-12", "2021-02-11"],
        ["2021-02-09", "2021-02-08"],
        ["2021-02-01"],
    )
    settings = replace(SETTINGS, clock="2021-03-01T09:00:00")
    visit, listing, posts, _ = fetch(lake, source(address), settings=settings)
    assert asked(hostile) == ["/feed0", "/feed1"]  # a post from the span settles it
    assert (visit["coverage"], listing["outcome"], len(posts)) == ("partial", "fresh", 4)
    pages = [["2021-02-20", "2021-02-18"], ["2021-02-16", "2021-01-30"], ["2021-01-20"], ["2021-01-12"]]
    address = serve_feed(hostile, *pages, ["2021-01-01"], path="/old")
    visit, listing, posts, _ = fetch(lake, source(address), settings=settings)
    assert asked(hostile)[2:] == ["/old0", "/old1", "/old2", "/old3"]
    assert (visit["coverage"], listing["outcome"]) == ("complete", "stale")
    assert (listing["complete_back_to"], len(posts)) == (date(2021, 1, 12), 6)


def test_an_old_pinned_post_does_not_hide_the_newer_ones(hostile, lake):
    address = serve_feed(
        hostile,
        ["2019-05-01", "2021-02-13"],
        ["2021-02-12", "2021-02-11"],
        ["2021-02-10", "2021-02-09"],
        ["2021-01-01"],
    )
    _, listing, posts, _ = fetch(lake, source(address))
    assert max(post["published_on"] for post in posts) == date(2021, 2, 13)
    assert (listing["outcome"], asked(hostile)) == ("fresh", ["/feed0"])


def test_a_page_of_pinned_posts_does_not_end_the_search(hostile, lake):
    address = serve_feed(
        hostile, ["2018-05-01", "2019-05-01"], ["2021-02-13", "2021-02-12"], ["2021-02-11"], ["2021-02-10"]
    )
    _, _, posts, _ = fetch(lake, source(address))
    assert date(2021, 2, 13) in {post["published_on"] for post in posts}


def test_a_listing_that_runs_oldest_first_is_read_to_its_end(hostile, lake):
    pages = [["2020-01-01", "2020-03-01"], ["2020-05-01", "2020-07-01"], ["2020-09-01", "2021-02-14"]]
    visit, listing, posts, _ = fetch(lake, source(serve_feed(hostile, *pages)))
    assert max(post["published_on"] for post in posts) == date(2021, 2, 14)
    assert (visit["status"], listing["outcome"]) == ("ok", "fresh")


@pytest.mark.parametrize(
    "days",
    [
        ["2019-01-01", "2020-01-01", "2019-06-01", "2020-06-01"],  # by popularity, perhaps
        ["2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01", "2020-05-01", "2020-06-01"],  # oldest first
    ],
)
def test_a_single_page_out_of_order_may_lack_the_newest(hostile, lake, days):
    visit, listing, *_ = fetch(lake, source(serve_feed(hostile, days)))
    assert (visit["status"], visit["coverage"]) == ("ok", "partial")
    assert (listing["complete_back_to"], listing["failure"]) == (None, "incomplete")


def test_nine_posts_on_two_pages_with_three_out_of_order_accuse_nobody(hostile, lake):
    first = ["2021-01-25", "2021-01-20", "2021-01-22", "2021-01-15", "2021-01-18"]
    second = ["2021-01-10", "2021-01-12", "2021-01-05", "2021-01-01"]
    found = source(serve_feed(hostile, first, second))
    _, listing, posts, _ = fetch(lake, found)
    assert (listing["outcome"], listing["failure"], len(posts)) == ("unknown", "incomplete", 9)
    checked = check_account(ACCOUNT, [found], WINDOW.checkpoint, 14, settings=SETTINGS)
    assert (checked.judgement.outcome, checked.judgement.failure) == ("unknown", FailureKind.INCOMPLETE)


def test_oldest_first_beyond_the_budget_is_incomplete_never_stale(hostile, lake):
    pages = [[f"20{10 + n}-01-01", f"20{10 + n}-06-01"] for n in range(10)]
    visit, listing, posts, error = fetch(lake, source(serve_feed(hostile, *pages)))
    assert isinstance(error, PermanentFailure)
    assert (visit["failure"], visit["coverage"]) == ("incomplete", "partial")
    assert (listing["complete_back_to"], listing["outcome"]) == (None, "unknown")
    assert len(posts) == 12  # what was read is kept


def test_budgets_end_in_incomplete(hostile, lake, monkeypatch):
    pages = [["2021-02-16", "2021-02-16"]] * 10
    visit, *_ = fetch(lake, source(serve_feed(hostile, *pages)))
    assert (visit["failure"], visit["requests"]) == ("incomplete", 6)
    monkeypatch.setattr("jiancha.accounts.adapters.base.MAX_POSTS", 4)
    visit, *_ = fetch(lake, source(serve_feed(hostile, *pages)))
    assert (visit["failure"], visit["requests"]) == ("incomplete", 2)


def test_a_pager_that_goes_in_circles_has_no_end(hostile, lake):
    address = serve_feed(hostile, ["2021-02-16"], ["2021-02-16", "2021-02-16"], loop=True)
    visit, listing, posts, _ = fetch(lake, source(address))
    assert (visit["failure"], listing["outcome"]) == ("incomplete", "unknown")
    assert (visit["requests"], len(posts)) == (3, 3)


def test_posts_that_slid_to_the_next_page_count_once(hostile, lake):
    shared = entry("2021-01-12", 5)
    first = {"items": [entry("2021-01-13", 1), shared], "next_url": "/p2"}
    second = {"items": [shared, entry("2021-01-11", 2)]}
    address = hostile.serve("/p1", json.dumps(first).encode())
    hostile.serve("/p2", json.dumps(second).encode())
    _, _, posts, _ = fetch(lake, source(address))
    assert [post["title"] for post in posts] == ["2021-01-13", "2021-01-12", "2021-01-11"]
    assert [post["position"] for post in posts] == [0, 1, 2]


def test_an_empty_page_behind_the_last_is_the_end(hostile, lake):
    visit, listing, _, _ = fetch(lake, source(serve_feed(hostile, ["2021-01-10"], [])))
    assert (visit["status"], listing["outcome"]) == ("ok", "stale")


def test_a_later_page_that_fails_leaves_the_matter_open(hostile, lake):
    address = serve_feed(hostile, ["2021-02-16", "2021-02-16"], ["2021-02-01"])
    hostile.routes["/feed1"] = lambda handler: handler.answer(b"", status=503)
    visit, _, posts, error = fetch(lake, source(address))
    assert isinstance(error, TransientFailure)
    assert (visit["failure"], visit["coverage"], len(posts)) == ("server_error", "partial", 2)


def test_a_feed_with_more_entries_than_are_read_has_not_ended(hostile, lake):
    for day, failure in (("2021-02-10", None), ("2021-01-10", "incomplete")):  # a recent post is enough
        items = [entry(day, n) for n in range(10_001)]
        address = hostile.serve("/", json.dumps({"items": items}).encode())
        visit, listing, posts, _ = fetch(lake, source(address))
        outcome = "fresh" if failure is None else "unknown"
        assert (visit["failure"], listing["outcome"], len(posts)) == (failure, outcome, 10_000)
        assert visit["coverage"] == "partial"


# --- undated entries ---


@pytest.mark.parametrize(
    ("days", "coverage"),
    [
        (["2021-02-14", "2021-01-10", None], "complete"),
        (["2021-02-14", "2021-02-10", None, "2021-01-10"], "complete"),
        (["2021-01-14", "2021-01-10", None], "complete"),
        ([None, "2021-01-10", "2021-01-01"], "partial"),
        (["2021-02-16", None, "2021-01-10"], "partial"),
        (["2021-01-14", None, "2021-01-10"], "partial"),  # the first may be pinned
        (["2019-01-01", "2018-01-01", None, "2021-01-10"], "partial"),  # pinned ones on top
        (["2021-02-16", None], "partial"),
    ],
)
def test_an_undated_post_that_may_be_the_newest_makes_the_listing_partial(hostile, lake, days, coverage):
    visit, _, posts, _ = fetch(lake, source(serve_feed(hostile, days)))
    assert (visit["status"], visit["coverage"]) == ("ok", coverage)
    assert len(posts) == len(days)


# --- failures ---


def serve_body(body, **headers):
    return lambda handler: handler.answer(body, **headers)


FAILURES = {
    "page": (serve_body(b"<html>please log in</html>", Content_Type="text/html"), "needs_login", "网页"),
    "welcome": (serve_body(b"<html>welcome</html>", Content_Type="text/html"), "bad_content", "网页"),
    "cut off": (serve_body("<rss><channel><item><title>登录".encode()), "bad_content", "XML"),
    "hub": (serve_body('{"error": {"message": "请完成验证"}}'.encode()), "anti_bot", "报错"),
    "empty": (serve_body(b'{"items": []}'), "source_empty", "没有任何条目"),
    "undated": (serve_body(b'{"items": [{"title": "x"}]}'), "bad_date", "发布时间"),
    "bomb": (serve_body(b'<!DOCTYPE r [<!ENTITY a "ha">]><rss/>'), "bad_content", "实体"),
    "deep": (serve_body(b"[" * 900_000), "bad_content", "嵌套过深"),
    "reset": (lambda handler: handler.reset(), "network", "网络错误"),
    "blocked": (lambda handler: handler.answer(b"", status=403), "forbidden", "403"),
    "gone": (lambda handler: handler.answer(b"", status=404), "not_found", "404"),
    "busy": (lambda handler: handler.answer(b"", status=429), "rate_limited", "429"),
    "down": (lambda handler: handler.answer(b"", status=502), "server_error", "502"),
    "large": (serve_body(b"x" * 2_000_001), "too_large", "超过"),
    "circle": (lambda handler: handler.answer(b"", status=302, Location="/"), "redirect_loop", "循环"),
}


@pytest.mark.parametrize(("route", "kind", "words"), FAILURES.values(), ids=FAILURES.keys())
def test_every_failure_is_an_outcome(hostile, lake, route, kind, words):
    hostile.routes["/"] = route
    visit, listing, posts, error = fetch(lake, source(hostile.url + "/"))
    assert (visit["status"], visit["failure"], visit["coverage"]) == ("failed", kind, "none")
    assert words in visit["reason"]
    assert (listing["entries"], posts) == (0, [])
    assert isinstance(error, TransientFailure) is FailureKind(kind).transient
    assert lake.evidence_path(WINDOW.key, ACCOUNT.target_id).exists()


def test_a_silent_source_is_an_outcome_too(hostile, lake):
    hostile.routes["/"] = lambda handler: handler.server.stopping.wait(10)
    hurried = replace(SETTINGS, http=replace(SETTINGS.http, total_timeout=0.5))
    visit, *_, error = fetch(lake, source(hostile.url + "/"), settings=hurried)
    assert (visit["failure"], visit["reason"]) == ("timeout", "0.5秒内未能读完")
    assert isinstance(error, TransientFailure)


def test_a_private_address_is_refused(hostile, lake):
    closed = replace(SETTINGS, http=replace(SETTINGS.http, allow_private=False))
    visit, *_ = fetch(lake, source(hostile.url + "/"), settings=closed)
    assert (visit["failure"], asked(hostile)) == ("private_address", [])


def test_accounts_that_nobody_can_read(lake):
    visit, _, _, error = fetch(lake)
    assert (visit["failure"], visit["url"]) == ("no_source", "")
    assert isinstance(error, PermanentFailure)
    for platform in ("移动客户端", "小程序", "微信小程序"):
        app = replace(ACCOUNT, platform=platform)
        visit, *_ = fetch(lake, source("http://127.0.0.1:1/", account=app), account=app)
        assert (visit["failure"], visit["requests"]) == ("not_post_based", 0)


def test_an_unknown_adapter_is_no_source(lake):
    visit, *_ = fetch(lake, source("http://127.0.0.1:1/", "telepathy"))
    assert visit["failure"] == "no_source"
    assert "telepathy" in visit["reason"]


def test_secrets_in_an_address_are_not_stored(hostile, lake):
    hostile.routes["/f"] = lambda handler: handler.reset()
    visit, *_, error = fetch(lake, source(f"{hostile.url}/f?key=hunter2&page=1"))
    assert visit["url"] == f"{hostile.url}/f?key=***&page=1"
    assert "hunter2" not in f"{error} {error.__cause__}"


# --- several sources ---


def test_only_the_accounts_own_sources_are_read(hostile, lake):
    address = serve_feed(hostile, ["2021-02-10"])
    same_code = source(address, account=replace(ACCOUNT, platform="新浪微博"))
    same_name = source(address, account=replace(ACCOUNT, account_code="610402M002WX0001"))
    visit, *_ = fetch(lake, same_code, same_name)
    assert (visit["failure"], asked(hostile)) == ("no_source", [])


def test_sources_are_tried_until_one_settles_the_matter(hostile, lake):
    empty = hostile.serve("/empty", b'{"items": []}')
    good = serve_feed(hostile, ["2021-02-10"])
    visit, *_ = fetch(lake, source(empty), source(good), source(hostile.url + "/never"))
    assert (visit["status"], visit["url"]) == ("ok", good)
    assert asked(hostile) == ["/empty", "/feed0"]


def test_of_several_failures_the_one_that_may_pass_is_reported(hostile, lake):
    hostile.serve("/empty", b'{"items": []}')
    hostile.routes["/down"] = lambda handler: handler.answer(b"", status=503)
    for paths in (["/empty", "/down"], ["/down", "/empty"]):
        visit, *_, error = fetch(lake, *(source(hostile.url + path) for path in paths))
        assert isinstance(error, TransientFailure)
        assert visit["url"] == hostile.url + "/down"


# --- self-reports ---

HEAD = "新媒体标识码,账号类型,账号名称,发布时间,标题,链接\n"
OWN = "610402M001WX0001,微信公众号,秦都发布,"


def test_a_self_report_gives_the_accounts_own_rows(hostile, lake):
    text = (
        HEAD
        + OWN
        + "2021-02-10,一,\n610402M001WX0001,新浪微博,秦都发布,2021-02-14,他,\n"
        + OWN
        + "2021-01-10,二,\n"
    )
    address = hostile.serve("/report.csv", text.encode("gb18030"))
    visit, listing, posts, _ = fetch(lake, source(address, "self_report"))
    assert (visit["status"], visit["adapter"]) == ("ok", "self_report")
    assert [post["title"] for post in posts] == ["一", "二"]
    assert (listing["outcome"], listing["complete_back_to"]) == ("fresh", date(2021, 1, 10))


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ("", "source_empty"),
        ("x,微信公众号,秦都发布,2021-02-10,,\n", "identity_mismatch"),
        (OWN + "上周五,,\n", "bad_date"),
    ],
)
def test_self_reports_without_a_dated_row_of_the_account(hostile, lake, rows, kind):
    address = hostile.serve("/report.csv", (HEAD + rows).encode())
    visit, *_ = fetch(lake, source(address, "self_report"))
    assert visit["failure"] == kind


@pytest.mark.parametrize(
    ("changed", "as_of"),
    [
        ("Wed, 10 Feb 2021 01:00:00 GMT", datetime(2021, 2, 10, 9, 0, tzinfo=ZONE)),
        ("Mon, 10 Feb 2031 01:00:00 GMT", datetime(2021, 2, 16, 9, 0, tzinfo=ZONE)),
        ("nonsense", datetime(2021, 2, 16, 9, 0, tzinfo=ZONE)),
    ],
)
def test_a_self_report_speaks_for_the_day_it_was_filed(hostile, lake, changed, as_of):
    address = hostile.serve("/report.csv", (HEAD + OWN + "2021-02-01,一,\n").encode(), Last_Modified=changed)
    visit, *_ = fetch(lake, source(address, "self_report"))
    assert visit["as_of"] == as_of


# --- properties ---

ages = st.integers(-40, 400)  # days before the checkpoint; below none: after it


def posts_of(days):
    return [
        Post(str(n), "", "", None if age is None else LAST_DAY - timedelta(days=age), None, "", n)
        for n, age in enumerate(days)
    ]


def read_pages(days, size):
    """What reading the pages of a listing back comes to, and how many posts of the span it holds in truth."""
    posts = posts_of(days)
    pages = [posts[at : at + size] for at in range(0, len(posts), size)]
    ask = Ask(ACCOUNT, source("http://a.cn/"), WINDOW, SINCE, SETTINGS, None, None)
    gathered = Gathered()

    def page(number):
        following = str(int(number) + 1)
        return ListingPage(pages[int(number)], "", following if int(following) < len(pages) else "")

    try:
        read_back(ask, gathered, "0", page)
    except UnreadableSource as failure:
        gathered.failure = failure
    return ask.judge(gathered), sum(age is not None and 0 <= age <= 14 for age in days)


@given(st.lists(ages, min_size=1, max_size=60), st.integers(1, 12), st.none() | ages)
@rules(max_examples=200)
def test_paging_back_never_makes_a_fresh_account_stale(days, size, pinned):
    judged, recent = read_pages(([] if pinned is None else [pinned]) + sorted(days), size)
    assert judged.outcome != "stale" or not recent
    assert judged.outcome != "fresh" or recent


@given(st.lists(ages, min_size=4, max_size=60), st.integers(2, 12), st.data())
@rules(max_examples=200)
def test_nor_does_it_where_one_post_stands_up_to_a_page_too_low(days, size, data):
    days = sorted(days)
    at = data.draw(st.integers(0, len(days) - 1))
    moved = days.pop(at)
    days.insert(min(at + data.draw(st.integers(0, size - 1)), len(days)), moved)
    judged, recent = read_pages(days, size)
    assert judged.outcome != "stale" or not recent


@given(st.lists(ages, min_size=3, max_size=40, unique=True), st.integers(1, 12))
@rules(max_examples=200)
def test_nor_does_it_where_posts_run_oldest_first(days, size):
    judged, recent = read_pages(sorted(days, reverse=True), size)
    assert judged.outcome != "stale" or not recent


def test_one_rule_decides_for_run_check_and_warning():
    """Whatever else compares a post's date with a checkpoint or a cut-off is a second rule."""
    package = Path(jiancha.__file__).parent
    rule = re.compile(r"published_(?:on|at) ?(?:[<>]=?) ?|fresh.? if ")
    found = {
        path.relative_to(package).as_posix()
        for path in [*package.rglob("*.py"), *package.rglob("*.sql")]
        if path.parts[-2] not in ("pages", "sites") and rule.search(path.read_text(encoding="utf-8"))
    }
    assert found == {
        "accounts/freshness.py",  # the rule
        "accounts/reader.py",  # two sources held against each other
        "assess/models/00_counted.sql",  # items of columns
        "posts/clocks.py",  # a date against the clock in its id
    }


def test_the_log_tells_the_reading_in_lines_that_no_title_breaks(hostile, lake, caplog):
    caplog.set_level("INFO", "jiancha.outcome")
    feed = {"items": [entry("2021-02-10") | {"title": "甲\n2021-02-16 forged: ok"}, entry("2021-01-31", 1)]}
    hostile.serve("/feed0", json.dumps(feed).encode(), Content_Type="application/feed+json")
    fetch(lake, source(f"{hostile.url}/feed0"))
    assert caplog.messages == [
        f"秦都发布（微信公众号） {hostile.url}/feed0: ok, coverage complete",
        "1 requests, 0 kB, read by feed",
        "2 entries, the newest of 2021-02-10: 甲 2021-02-16 forged: ok",
        "judged fresh: 监测期内有发布：2021-02-10 08:00《甲 2021-02-16 forged: ok》",
    ]
    caplog.clear()
    fetch(lake, account=replace(ACCOUNT, name="无来源"))
    assert caplog.messages == [
        "无来源（微信公众号） without an address: failed, no_source: 名录未登记该账号的读取来源",
        "0 requests, 0 kB, read by nothing",
        "0 entries, none with a date",
        "judged unknown: 名录未登记该账号的读取来源",
    ]
