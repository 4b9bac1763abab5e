"""Sources beyond the plain feed: RSSHub and its brake, exports, identities, and a second source."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import date, datetime

import pytest

from jiancha.accounts.circuit import Circuit, circuit_name
from jiancha.accounts.plan import PlannedSource
from jiancha.accounts.reader import check_account, fetch_account
from jiancha.accounts.rsshub import RssHub
from jiancha.cli.main import main
from jiancha.errors import FailureKind, PermanentFailure, TransientFailure, UnreadableSource
from jiancha.lake import Lake
from jiancha.registry.model import Account
from jiancha.settings import AccountSettings, HttpSettings, Settings
from jiancha.windows import ZONE, Calendar

WINDOW = Calendar().window("2021Q1")  # checkpoint: 2021-02-15 23:59:59
WEIBO = Account("610402M001XL0001", "新浪微博", "秦都发布", "秦都区政府")
WECHAT = Account("610402M001WX0001", "微信公众号", "秦都发布", "秦都区政府")
SETTINGS = Settings(
    clock="2021-02-16T09:00:00+08:00",
    http=HttpSettings(connect_timeout=5, total_timeout=20, max_bytes=2_000_000, allow_private=True),
)
COMPARING = replace(SETTINGS, account=AccountSettings(compare=True))


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path)


def source(address, adapter="rsshub", account=WEIBO, uid=""):
    return PlannedSource(account.account_code, account.platform, account.name, adapter, address, uid)


def items(*days, title="秦都发布的微博", **more):
    rows = [
        {"id": f"{day}-{n}", "title": day, "date_published": f"{day}T08:00:00+08:00"}
        for n, day in enumerate(days)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": title, "items": rows}
    return json.dumps(feed | more, ensure_ascii=False).encode()


def error_page(message):
    page = f"<html><title>Welcome to RSSHub!</title><p>Error Message:<br/>{message}</p><p>Route: /x</p>"
    return lambda handler: handler.answer(page.encode(), status=503, Content_Type="text/html; charset=UTF-8")


def fetch(lake, *sources, account=WEIBO, settings=SETTINGS, hub=None):
    error = None
    try:
        fetch_account(account, sources, WINDOW, settings=settings, lake=lake, hub=hub)
    except (TransientFailure, PermanentFailure) as raised:
        error = raised
    visit, listing, posts = (
        lake.read_rows(lake.table_path(table, WINDOW.key, account.target_id))
        for table in ("visits", "listings", "posts")
    )
    assert (error is None) is (visit[0]["status"] == "ok")
    return visit[0], listing[0], posts


def asked(hostile):
    return [path for path, _ in hostile.seen]


# --- several sources ---


def export(*days, made):
    rows = "".join(f"微博,秦都发布,{day} 08:00,{made}\n" for day in days)
    return f"平台,账号名称,发布时间,导出时间\n{rows}".encode()


def test_a_collector_that_looked_too_early_leaves_it_to_the_next_source(hostile, lake):
    hostile.serve("/old.csv", export("2021-01-20", made="2021-01-21 09:00"))
    hostile.serve("/weibo/user/7", items("2021-02-10", "2021-01-20"))
    both = [source(f"{hostile.url}/old.csv", "export"), source("/weibo/user/7")]
    visit, _, posts = fetch(lake, *both, hub=RssHub(hostile.url))
    assert (visit["adapter"], posts[0]["published_on"]) == ("rsshub", date(2021, 2, 10))
    visit, *_ = fetch(lake, both[0])
    assert (visit["adapter"], visit["as_of"]) == ("export", datetime(2021, 1, 21, 9, tzinfo=ZONE))


def test_a_page_that_holds_later_posts_only_leaves_it_to_the_next_source(hostile, lake):
    hostile.serve("/weibo/user/7", items("2021-03-29", "2021-03-20"))
    hostile.serve("/all.csv", export("2021-03-29", "2021-01-20", made="2021-03-30 09:00"))
    both = [source("/weibo/user/7"), source(f"{hostile.url}/all.csv", "export")]
    later = replace(SETTINGS, clock="2021-03-31T09:00:00+08:00")
    visit, *_ = fetch(lake, *both, hub=RssHub(hostile.url), settings=later)
    assert visit["adapter"] == "export"


# --- RSSHub ---


def test_a_route_of_the_hub(hostile, lake):
    hostile.serve("/hub/weibo/user/7", items("2021-02-10", "2021-01-10"))
    visit, listing, posts = fetch(lake, source("/weibo/user/7"), hub=RssHub(f"{hostile.url}/hub/"))
    assert (visit["status"], visit["coverage"], visit["adapter"]) == ("ok", "complete", "rsshub")
    assert listing["complete_back_to"] == date(2021, 1, 10)
    assert [post["published_on"] for post in posts] == [date(2021, 2, 10), date(2021, 1, 10)]
    assert asked(hostile) == ["/hub/weibo/user/7?format=json"]


def test_the_access_key_is_neither_sent_nor_stored(hostile, lake):
    hostile.serve("/weibo/user/7", items("2021-02-10"))
    fetch(lake, source("/weibo/user/7"), hub=RssHub(hostile.url, "hunter2"))
    code = hashlib.md5(b"/weibo/user/7hunter2").hexdigest()
    assert asked(hostile) == [f"/weibo/user/7?format=json&code={code}"]
    stored = b"".join(path.read_bytes() for path in lake.root.rglob("*") if path.is_file())
    assert b"hunter2" not in stored
    assert code.encode() not in stored


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Error: this route is empty, please check the original site", "source_empty"),
        ("CaptchaError: 请完成验证", "anti_bot"),
        ("Error: 该用户仅登录可见", "needs_login"),
        ("RequestError: Timeout awaiting 'request' for 20000ms", "network"),
        ("TypeError: x is undefined", "server_error"),
    ],
)
def test_the_hubs_errors_come_with_503(hostile, lake, message, kind):
    hostile.routes["/weibo/user/7"] = error_page(message)
    visit, *_ = fetch(lake, source("/weibo/user/7"), hub=RssHub(hostile.url))
    assert (visit["status"], visit["failure"]) == ("failed", kind)


@pytest.mark.parametrize(("status", "kind"), [(404, "not_found"), (503, "server_error")])
def test_an_error_without_words_is_what_its_status_says(hostile, lake, status, kind):
    body = b'{"error":{"message":""}}'
    hostile.routes["/weibo/user/7"] = lambda handler: handler.answer(body, status=status)
    visit, *_ = fetch(lake, source("/weibo/user/7"), hub=RssHub(hostile.url))
    assert (visit["status"], visit["failure"]) == ("failed", kind)


def test_a_hub_that_does_not_answer_or_is_not_there(hostile, lake):
    hostile.routes["/weibo/user/7"] = lambda handler: handler.reset()
    visit, *_ = fetch(lake, source("/weibo/user/7"), hub=RssHub(hostile.url))
    assert visit["failure"] == "network"
    visit, *_ = fetch(lake, source("/weibo/user/7"))
    assert (visit["failure"], visit["requests"]) == ("config", 0)


def test_a_block_stops_the_platforms_other_accounts(hostile, lake):
    hostile.routes["/weibo/user/7"] = error_page("CaptchaError: 请完成验证")
    hostile.serve("/weibo/user/8", items("2021-02-10"))
    hostile.serve("/wechat/x", items("2021-02-10", title="秦都发布"))
    hub = RssHub(hostile.url)
    fetch(lake, source("/weibo/user/7"), hub=hub)
    other = replace(WEIBO, account_code="610402M001XL0002")
    visit, *_ = fetch(lake, source("/weibo/user/8", account=other), account=other, hub=hub)
    assert (visit["failure"], visit["requests"]) == ("anti_bot", 0)
    assert "暂停" in visit["reason"]
    visit, *_ = fetch(lake, source("/wechat/x", account=WECHAT), account=WECHAT, hub=hub)
    assert visit["status"] == "ok"  # another platform
    later = replace(SETTINGS, clock="2021-02-16T10:00:00+08:00")
    visit, *_ = fetch(lake, source("/weibo/user/8", account=other), account=other, hub=hub, settings=later)
    assert visit["status"] == "ok"  # an hour later


def test_one_accounts_own_failure_breaks_no_circuit(hostile, lake):
    hostile.routes["/weibo/user/7"] = error_page("Error: 该用户仅登录可见")
    fetch(lake, source("/weibo/user/7"), hub=RssHub(hostile.url))
    assert not (lake.root / "circuits").exists()


def test_a_damaged_circuit_file_stops_nothing(lake):
    circuit = Circuit(lake, "w", now=SETTINGS.now)
    circuit.record("weibo", UnreadableSource(FailureKind.ANTI_BOT, "r"))
    assert circuit.broken("weibo").kind is FailureKind.ANTI_BOT
    for damaged in (b"", b"[]", b'{"kind": "x", "at": "y"}', b'{"kind": 1}'):
        lake.write_bytes(lake.root / "circuits" / "window=w" / "weibo.json", damaged)
        assert circuit.broken("weibo") is None


CAPTCHA = "<html><title>安全验证</title><body>请完成验证码</body></html>".encode()


def test_a_block_at_a_host_stops_the_platform_there_and_nothing_else(hostile, lake):
    hostile.serve("/blocked", CAPTCHA)
    hostile.serve("/f", items("2021-02-10", title="秦都发布"))
    elsewhere = hostile.url.replace("127.0.0.1", "localhost")
    visit, *_ = fetch(lake, source(f"{hostile.url}/blocked", "feed"))
    assert visit["failure"] == "anti_bot"
    visit, *_ = fetch(lake, source(f"{hostile.url}/f", "feed"))
    assert (visit["failure"], visit["requests"]) == ("anti_bot", 0)
    visit, *_ = fetch(lake, source(f"{elsewhere}/f", "feed"))
    assert visit["status"] == "ok"  # another host
    visit, *_ = fetch(lake, source(f"{hostile.url}/f", "feed", WECHAT), account=WECHAT)
    assert visit["status"] == "ok"  # another platform
    visit, *_ = fetch(lake, source("/weibo/user/7"), hub=RssHub(hostile.url))
    assert visit["failure"] == "not_found"  # another way
    other = Lake(lake.root / "other")
    visit, *_ = fetch(other, source(f"{hostile.url}/f", "feed"))
    assert visit["status"] == "ok"  # another lake


@pytest.mark.parametrize(
    ("headers", "closed", "open_again"),
    [
        ({}, "2021-02-16T09:09:59", "2021-02-16T09:10:00"),
        ({"Retry_After": "60"}, "2021-02-16T09:00:59", "2021-02-16T09:01:00"),
        ({"Retry_After": "7200"}, "2021-02-16T10:59:59", "2021-02-16T11:00:00"),
        ({"Retry_After": "99999999"}, "2021-02-17T08:59:59", "2021-02-17T09:00:00"),  # a day at most
    ],
)
def test_too_many_questions_close_a_line_for_as_long_as_is_asked(
    hostile, lake, monkeypatch, *, headers, closed, open_again
):
    monkeypatch.setattr("jiancha.accounts.reader.LONGEST_WAIT", 0)
    hostile.routes["/f"] = lambda handler: handler.answer(b"", status=429, **headers)
    visit, *_ = fetch(lake, source(f"{hostile.url}/f", "feed"), settings=SETTINGS)
    assert visit["failure"] == "rate_limited"
    hostile.serve("/f", items("2021-02-10"))
    for clock, status in ((closed, "failed"), (open_again, "ok")):
        settings = replace(SETTINGS, clock=f"{clock}+08:00")
        visit, *_ = fetch(lake, source(f"{hostile.url}/f", "feed"), settings=settings)
        assert visit["status"] == status


def test_lines_have_names_that_are_files():
    for address in (
        "http://[::1]:80/a",
        "http://../../x",
        "http://a b/",
        "http://[bad",
        "http://" + "x" * 500,
    ):
        name = circuit_name(source(address, "feed"))
        assert re.fullmatch(r"weibo-[\w.-]{1,200}", name)
        assert "/" not in name
    assert circuit_name(source("../../x", "weibo_owner")) == "weibo_owner-.._.._x"


# --- identities and dates ---


def test_another_accounts_feed_is_no_answer(hostile, lake):
    hostile.serve("/f", items("2021-01-10", title="渭城发布"))
    visit, _, posts = fetch(lake, source(hostile.url + "/f", "feed"))
    assert (visit["failure"], posts) == ("identity_mismatch", [])
    hostile.serve("/f", items("2021-01-10", title="秦都发布 - 最新文章"))
    visit, *_ = fetch(lake, source(hostile.url + "/f", "feed"))
    assert visit["status"] == "ok"


def test_dates_that_contradict_their_ids_are_not_stored(hostile, lake):
    feed = json.loads(items("2021-02-10", "2021-01-10"))
    old = int(datetime(2021, 1, 20, tzinfo=ZONE).timestamp())
    feed["items"][0]["id"] = str((old - 515_483_463) << 22)
    hostile.serve("/f", json.dumps(feed).encode())
    visit, _, posts = fetch(lake, source(hostile.url + "/f", "feed"))
    assert [post["published_on"] for post in posts] == [None, date(2021, 1, 10)]
    assert visit["coverage"] == "partial"


def test_a_date_that_is_only_roughly_known_decides_nothing(hostile, lake):
    feed = json.loads(items("2021-02-10", "2021-01-10"))
    feed["items"][0]["date_published"] = "2周前"
    hostile.serve("/f", json.dumps(feed).encode())
    visit, listing, _ = fetch(lake, source(hostile.url + "/f", "feed"))
    assert (listing["outcome"], listing["failure"], visit["coverage"]) == ("unknown", "bad_date", "partial")


# --- exports ---


def test_a_vendors_export(hostile, lake):
    table = (
        "昵称,平台,发布时间,标题,状态,采集时间\r\n"
        "秦都发布,微博,2021-01-10 08:00,a,正常,2021-02-16 08:00\r\n"
        "渭城发布,微博,2021-02-10 08:00,b,正常,2021-02-16 08:00\r\n"
        "秦都发布,微博,2021-02-11 08:00,c,已删除,2021-02-16 08:00\r\n"
    )
    address = hostile.serve("/e.csv", table.encode("gb18030"))
    visit, listing, posts = fetch(lake, source(address, "export"))
    assert (visit["status"], listing["complete_back_to"]) == ("ok", date(2021, 1, 10))
    assert [post["title"] for post in posts] == ["a"]
    assert visit["as_of"] == datetime(2021, 2, 16, 8, 0, tzinfo=ZONE)
    hostile.serve("/e.csv", table.encode())
    other = replace(WEIBO, name="三原发布")
    visit, *_ = fetch(lake, source(address, "export", account=other), account=other)
    assert visit["failure"] == "identity_mismatch"


# --- a second source ---


def test_a_partial_listing_is_not_the_last_word(hostile, lake):
    first = json.loads(items("2021-02-10", "2021-01-10"))
    del first["items"][0]["date_published"]
    hostile.serve("/first", json.dumps(first).encode())
    hostile.serve("/second", items("2021-02-09", "2021-01-10"))
    sources = [source(f"{hostile.url}/{name}", "feed") for name in ("first", "second")]
    visit, *_ = fetch(lake, *sources)
    assert visit["url"] == f"{hostile.url}/second"
    visit, *_ = fetch(lake, sources[0])
    assert (visit["status"], visit["coverage"]) == ("ok", "partial")


@pytest.mark.parametrize(
    ("theirs", "failure", "confirmed"),
    [
        (items("2021-01-10", "2021-01-05"), None, True),
        (items("2021-01-11", "2021-01-05"), None, True),  # a day is the clocks'
        (items("2021-01-02"), None, True),  # it lags behind
        (items("2021-02-20", "2021-01-10"), None, True),  # after the checkpoint
        (items("2021-02-10", "2021-01-10"), "disagreement", False),
        (items(), None, False),
        (items("2021-02-10", title="渭城发布"), None, False),
    ],
)
def test_two_sources_are_compared_where_settings_ask_for_it(hostile, lake, theirs, failure, confirmed):
    hostile.serve("/a", items("2021-01-10", "2021-01-05"))
    hostile.serve("/b", theirs)
    sources = [source(f"{hostile.url}/{name}", "feed") for name in "ab"]
    later = replace(COMPARING, clock="2021-02-21T09:00:00")
    visit, listing, _ = fetch(lake, *sources, settings=later)
    assert visit["failure"] == failure
    assert listing["confirmed_by"] == (f"{hostile.url}/b" if confirmed else None)
    visit, listing, _ = fetch(lake, *sources)
    assert (visit["status"], listing["confirmed_by"]) == ("ok", None)


# --- judged at once ---


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2021-02-01", "2021-01-10"], ("fresh", None)),  # the fourteenth day back
        (["2021-01-31", "2021-01-10"], ("stale", None)),
        (["2021-02-16", "2021-01-31"], ("stale", None)),  # after the checkpoint
        ([], ("unknown", FailureKind.SOURCE_EMPTY)),
    ],
)
def test_an_account_read_and_judged_at_once(hostile, days, expected):
    hostile.serve("/weibo/user/7", items(*days))
    checked = check_account(
        WEIBO, [source("/weibo/user/7")], WINDOW.checkpoint, 14, settings=SETTINGS, hub=RssHub(hostile.url)
    )
    assert (checked.judgement.outcome, checked.judgement.failure) == expected


def test_what_was_read_before_the_checkpoint_accuses_nobody(hostile):
    hostile.serve("/weibo/user/7", items("2021-01-10"))
    early = replace(SETTINGS, clock="2021-02-15T12:00:00")
    checked = check_account(
        WEIBO, [source("/weibo/user/7")], WINDOW.checkpoint, 14, settings=early, hub=RssHub(hostile.url)
    )
    assert checked.judgement.failure is FailureKind.COLLECTOR_STALE


def test_the_command(hostile, tmp_path, monkeypatch, capsys):
    hostile.serve("/f", items("2021-02-10", "2021-01-05"))
    (tmp_path / "accounts.csv").write_text(
        "新媒体标识码,账号类型,账号名称,开设主体\r\n610402M001XL0001,新浪微博,秦都发布,区政府\r\n"
        "610402M001WX0001,微信公众号,秦都发布,区政府\r\n",
        encoding="utf-8",
    )
    (tmp_path / "plan.toml").write_text(
        '[[source]]\nplatform = "新浪微博"\nname = "秦都发布"\nadapter = "feed"\n'
        f'address = "{hostile.url}/f"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("JIANCHA_HTTP__ALLOW_PRIVATE", "true")
    monkeypatch.setenv("JIANCHA_ACCOUNT__SOURCES", str(tmp_path / "plan.toml"))
    monkeypatch.setenv("JIANCHA_CLOCK", "2021-02-16T09:00:00")
    base = ["account", "check", "--registry", str(tmp_path / "accounts.csv"), "--as-of", "2021-02-15"]
    assert main([*base, "610402M001XL0001", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["outcome"], shown["newest"]) == ("fresh", "2021-02-10T08:00:00+08:00")
    assert (shown["address"], shown["at"]) == (f"{hostile.url}/f", "2021-02-15T23:59:59+08:00")
    assert main([*base, "秦都发布", "--platform", "微信公众号"]) == 0
    assert "无法判定" in capsys.readouterr().out
    assert main([*base, "秦都发布"]) == 1
    assert "means 2" in capsys.readouterr().err
