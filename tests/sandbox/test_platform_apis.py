"""The platforms' own interfaces, their mobile pages and the collector, as the city serves them."""

from __future__ import annotations

import http.client
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from jiancha.accounts.detect import AHEAD, read_saved
from jiancha.posts.model import Listing, Reading
from jiancha.posts.tables import Wanted
from jiancha.windows import ZONE
from jiancha_sandbox.accounts import CityAccount
from jiancha_sandbox.channels import Channel, Fault, Habit, platform_uid
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.collector import last_visit
from jiancha_sandbox.connections import COLLECTOR_HOST, MOBILE_HOST, OWNER_HOSTS, Grant
from jiancha_sandbox.server import serve
from jiancha_sandbox.web import CityWeb

MORNING = datetime(2021, 2, 16, 9, tzinfo=ZONE)  # after the checkpoint of 2021Q1
FEED_PATH = "/feeds/MP_WXS_3000000001.atom"


class OneAccountCity(SandboxCity):
    """A city in which one account of a platform is read through one channel, perhaps with a fault."""

    def __init__(
        self, adapter: str, family: str, *, clock: datetime = MORNING, fault: Fault | None = None
    ) -> None:
        super().__init__(2021, clock)
        address = f"http://{COLLECTOR_HOST}{FEED_PATH}" if adapter == "werss" else f"sandbox_{adapter}_00"
        self.channel = Channel(adapter, address, shows=30 if adapter == "werss" else None)
        self.one = next(a for a in self.accounts if a.family == family and a.pinned)
        self._fault = fault

    def channels(self, account: CityAccount) -> tuple[Channel, ...]:
        return (self.channel,) if account == self.one else (Channel("feed", account.address),)

    def fault(self, account: CityAccount, adapter: str) -> Fault | None:
        return self._fault if (account, adapter) == (self.one, self.channel.adapter) else None

    def ask(self, host: str, target: str, body: object = None, token: str = "") -> Any:
        answer = CityWeb(self).answer(host, target, body=json.dumps(body).encode(), token=token)
        assert answer is not None
        return json.loads(answer.body)


def read(city: OneAccountCity, answer: object, **wanted: str) -> Listing:
    """The answer as the inspection reads it."""
    data = answer if isinstance(answer, bytes) else json.dumps(answer, ensure_ascii=False).encode()
    return read_saved(data, reading=Reading(city.clock, AHEAD), wanted=Wanted(city.one.platform, **wanted))


def moments(listing: Listing) -> list[datetime | None]:
    return [post.published_at for post in listing.posts]


# --- WeChat's statistics ---

WECHAT = OWNER_HOSTS["wechat"]
GRANT = Grant.make("wechat", 0)
TOTALS = "/datacube/getarticletotaldetail?access_token=token-login_wechat_00"


def on(day: str, until: str | None = None) -> dict[str, str]:
    return {"begin_date": day, "end_date": until or day}


def test_wechat_gives_a_token_for_the_right_secret_only() -> None:
    city = OneAccountCity("wechat", "wechat")
    asked = {"grant_type": "client_credential", "appid": GRANT.login, "secret": GRANT.secret}
    assert city.ask(WECHAT, "/cgi-bin/stable_token", asked) == {
        "access_token": "token-login_wechat_00",
        "expires_in": 7200,
    }
    assert city.ask(WECHAT, "/cgi-bin/stable_token", asked | {"secret": "x"})["errcode"] == 40125
    assert city.ask(WECHAT, "/cgi-bin/stable_token", [])["errcode"] == 47001


def test_wechat_tells_single_days_up_to_yesterday() -> None:
    city = OneAccountCity("wechat", "wechat")
    posted = {moment.date() for moment in city.posts(city.one)}
    days = [MORNING.date() - timedelta(days=back) for back in range(1, 40)]
    answers = {day: city.ask(WECHAT, TOTALS, on(str(day))) for day in days}
    assert {day for day, answer in answers.items() if answer["list"]} == posted & set(days)
    newest = max(posted & set(days))
    (post,) = read(city, answers[newest]).posts
    assert (post.published_on, post.published_at) == (newest, None)
    assert post.url.startswith("https://mp.weixin.qq.com/s/")
    for wrong, code in (
        (on("2021-02-16"), 61501),  # today
        (on("2021-02-01", "2021-02-02"), 61501),  # two days
        (on("16.2.2021"), 61500),
        ({}, 61500),
    ):
        assert city.ask(WECHAT, TOTALS, wrong)["errcode"] == code
    assert city.ask(WECHAT, TOTALS.replace("_00", "_07"), on("2021-02-01"))["errcode"] == 40001


def test_wechats_figures_of_a_day_are_there_at_eight() -> None:
    early = OneAccountCity("wechat", "wechat", clock=MORNING.replace(hour=7, minute=59))
    assert early.ask(WECHAT, TOTALS, on("2021-02-15"))["errcode"] == 61503
    assert "list" in early.ask(WECHAT, TOTALS, on("2021-02-14"))


def test_a_grant_that_has_run_out() -> None:
    for adapter, family, kind in (
        ("wechat", "wechat", "not_authorised"),
        ("weibo_owner", "weibo", "auth_expired"),
        ("douyin_owner", "douyin", "auth_expired"),
    ):
        city = OneAccountCity(adapter, family, fault=Fault.GRANT_EXPIRED)
        answer = {
            "wechat": lambda c: c.ask(WECHAT, TOTALS, on("2021-02-10")),
            "weibo_owner": lambda c: c.ask(OWNER_HOSTS["weibo_owner"], timeline(c)),
            "douyin_owner": lambda c: videos(c, 0),
        }[adapter](city)
        assert read(city, answer).failure == kind


# --- the owner's timelines ---


def timeline(city: OneAccountCity, page: int = 1) -> str:
    uid = platform_uid(city.one)
    return (
        f"/2/statuses/user_timeline.json?access_token=secret_weibo_owner_00&uid={uid}&count=100&page={page}"
    )


def test_weibos_timeline_pages_through_all_posts() -> None:
    city = OneAccountCity("weibo_owner", "weibo")
    host, posts = OWNER_HOSTS["weibo_owner"], list(reversed(city.posts(city.one)))
    first, second = (city.ask(host, timeline(city, page)) for page in (1, 2))
    assert moments(read(city, first, name=city.one.name, uid=platform_uid(city.one))) == posts[:100]
    assert moments(read(city, second)) == posts[100:200]
    assert first["total_number"] == len(posts)
    assert city.ask(host, timeline(city, 99))["statuses"] == []
    assert city.ask(host, timeline(city).replace("_00", "_01"))["error_code"] == 21332
    assert city.ask(host, timeline(city).replace("uid=", "uid=9"))["error_code"] == 21335


def videos(city: OneAccountCity, cursor: int, token: str = "secret_douyin_owner_00") -> Any:
    target = f"/api/douyin/v1/video/video_list/?open_id=login_douyin_owner_00&cursor={cursor}&count=20"
    return city.ask(OWNER_HOSTS["douyin_owner"], target, token=token)


def test_douyins_list_goes_on_by_its_cursor_to_the_end() -> None:
    city = OneAccountCity("douyin_owner", "douyin")
    found: list[datetime | None] = []
    cursor, more = 0, True
    while more:
        answer = videos(city, cursor)
        listing = read(city, answer)
        assert listing.as_of == city.clock
        found += moments(listing)
        cursor, more = answer["data"]["cursor"], answer["data"]["has_more"]
    assert found == list(reversed(city.posts(city.one)))
    assert videos(city, 0, token="wrong")["data"]["error_code"] == 2190002


# --- m.weibo.cn ---


def mobile(city: OneAccountCity, more: str = "") -> Any:
    uid = platform_uid(city.one)
    return city.ask(
        MOBILE_HOST, f"/api/container/getIndex?type=uid&value={uid}&containerid=107603{uid}{more}"
    )


def test_the_mobile_pages_mark_what_is_pinned_and_page_back() -> None:
    city = OneAccountCity("weibo_mobile", "weibo")
    posts = list(reversed(city.posts(city.one)))
    first = mobile(city)
    listing = read(city, first, name=city.one.name, uid=platform_uid(city.one))
    assert listing.failure is None
    assert [post.pinned for post in listing.posts] == [True] + [False] * 10
    assert moments(listing) == [posts[-4], *posts[:10]]
    since = first["data"]["cardlistInfo"]["since_id"]
    assert moments(read(city, mobile(city, f"&since_id={since}"))) == posts[10:20]
    assert moments(read(city, mobile(city, "&page=2"))) == posts[10:20]
    assert read(city, mobile(city, "&page=999")).failure == "source_empty"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.CAPTCHA, "anti_bot"),
        (Fault.LOGIN, "needs_login"),
        (Fault.EMPTY, "source_empty"),
        (Fault.RENAMED, "renamed"),
        (Fault.STRANGER, "identity_mismatch"),
    ],
)
def test_what_stands_in_the_way_of_the_mobile_pages(fault: Fault, kind: str) -> None:
    city = OneAccountCity("weibo_mobile", "weibo", fault=fault)
    listing = read(city, mobile(city), name=city.one.name, uid=platform_uid(city.one))
    assert listing.failure == kind


def test_reposts_carry_what_they_repost() -> None:
    city = OneAccountCity("weibo_mobile", "weibo")
    city.habit = lambda _: Habit.REPOSTS  # type: ignore[method-assign]
    assert all(post.repost for post in read(city, mobile(city)).posts)


# --- the collector ---


def collected(city: OneAccountCity) -> Listing:
    answer = CityWeb(city).answer(COLLECTOR_HOST, FEED_PATH)
    assert answer is not None
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return read(city, answer.body, name=city.one.name)


def test_the_collector_tells_when_it_last_looked() -> None:
    city = OneAccountCity("werss", "wechat")
    listing = collected(city)
    assert moments(listing) == list(reversed(city.posts(city.one)))[:30]
    assert listing.as_of == datetime(2021, 2, 16, 5, 35, tzinfo=ZONE)


def test_a_dead_collector_knows_nothing_newer_than_its_last_look() -> None:
    city = OneAccountCity("werss", "wechat", fault=Fault.DEAD_COLLECTOR)
    listing = collected(city)
    assert listing.as_of == datetime(2021, 1, 23, 23, 40, tzinfo=ZONE)  # 23 days before the checkpoint
    newest = listing.posts[0].published_at
    assert newest is not None
    assert newest <= listing.as_of


def test_a_stranger_in_the_collector() -> None:
    assert collected(OneAccountCity("werss", "wechat", fault=Fault.STRANGER)).failure == "identity_mismatch"
    assert collected(OneAccountCity("werss", "wechat", fault=Fault.EMPTY)).failure == "source_empty"


@pytest.mark.parametrize(
    ("now", "looked"),
    [
        (datetime(2021, 2, 16, 5, 34), datetime(2021, 2, 15, 17, 35)),
        (datetime(2021, 2, 16, 5, 35), datetime(2021, 2, 16, 5, 35)),
        (datetime(2021, 2, 16, 23, 59), datetime(2021, 2, 16, 17, 35)),
    ],
)
def test_the_collector_looks_twice_a_day(now: datetime, looked: datetime) -> None:
    assert last_visit(now.replace(tzinfo=ZONE)) == looked.replace(tzinfo=ZONE)


# --- over the proxy ---


def test_a_question_with_a_body_goes_through_the_proxy() -> None:
    with serve(OneAccountCity("wechat", "wechat")) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        asked = json.dumps({"appid": GRANT.login, "secret": GRANT.secret})
        for _ in range(2):  # the connection stays usable: the body was read
            connection.request("POST", f"http://{WECHAT}/cgi-bin/stable_token", body=asked)
            answer = json.loads(connection.getresponse().read())
            assert answer["access_token"] == "token-login_wechat_00"
        connection.close()


def test_a_body_that_is_too_long_is_not_read() -> None:
    with serve(OneAccountCity("wechat", "wechat")) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.putrequest("POST", f"http://{WECHAT}/cgi-bin/stable_token")
        connection.putheader("Content-Length", "100001")
        connection.endheaders()
        answer = connection.getresponse()
        assert json.loads(answer.read())["errcode"] == 40125
        assert answer.headers["Connection"] == "close"
        connection.close()
