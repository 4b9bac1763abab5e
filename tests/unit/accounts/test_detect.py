"""One saved answer of every supported source: read and judged."""

from __future__ import annotations

import io
import json
import time
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st
from support.answers import (
    AT,
    FRESH,
    OLD,
    OLDER,
    SINCE,
    article,
    card,
    feed,
    hours,
    hub_error,
    mblog,
    mid,
    mobile,
    outcome,
    read,
    rfc822,
    rss,
    timeline,
    totals,
    video,
    videos,
    weibo_time,
)

from jiancha.windows import ZONE

STALE, UNKNOWN = ("stale", None), "unknown"

# --- feeds ---


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (feed(FRESH, OLD), ("fresh", None)),
        (feed(OLD, OLDER), STALE),
        (feed(OLD), STALE),
        (feed(AT + hours(30), OLD), STALE),  # after the checkpoint: does not count
        (feed(AT + hours(30)), (UNKNOWN, "incomplete")),
        (feed(), (UNKNOWN, "source_empty")),
        ({"version": "https://jsonfeed.org/version/1.1", "title": "秦都发布"}, (UNKNOWN, "source_empty")),
        (feed("2001-02-10", "2001-02-09"), (UNKNOWN, "bad_date")),
        (feed("2001-02-10", OLD, OLDER), (UNKNOWN, "bad_date")),
        (feed(OLD, "2001-02-10", OLDER), (UNKNOWN, "bad_date")),  # the first may be pinned
        (feed(OLD, OLDER, "2001-02-10"), STALE),
        (feed(OLDER, OLD), (UNKNOWN, "incomplete")),  # oldest first: the newest may be on the next page
        (feed(OLDER - hours(900), OLDER, OLD, OLD + hours(99)), (UNKNOWN, "incomplete")),
        (feed(OLDER, OLD, OLD - hours(30), OLDER - hours(90)), STALE),  # a pinned one without a mark on top
        (feed("2020年12月24日", "2020年12月1日"), STALE),
        (feed("2021年2月1日", OLD), ("fresh", None)),
        (rss(rfc822(FRESH)), ("fresh", None)),
        (rss(rfc822(OLD), rfc822(OLDER)), STALE),
        (rss("2周前", rfc822(OLDER)), (UNKNOWN, "bad_date")),  # 14 to 21 days
        (rss("4周前"), STALE),
        (rss("3小时前", rfc822(OLD)), ("fresh", None)),
    ],
)
def test_feeds(body, expected):
    assert outcome(body, "微信公众号") == expected


@pytest.mark.parametrize("missing", [1, 30, 100, 250])
def test_a_feed_that_breaks_off_is_no_listing(missing):
    whole = rss(rfc822(OLD), rfc822(OLDER))
    assert outcome(whole[:-missing]) == (UNKNOWN, "bad_content")


def test_a_feed_names_its_account():
    body = feed(FRESH, title="渭城发布")
    assert outcome(body, name="渭城发布") == ("fresh", None)
    assert outcome(body, name="秦都发布") == (UNKNOWN, "identity_mismatch")
    assert outcome(feed(OLD, title="渭城发布"), name="秦都发布") == (UNKNOWN, "identity_mismatch")
    for title in ("秦都发布的微博", "秦都发布 - 微信公众号", "微信公众号:秦都发布", "秦都发布"):
        assert outcome(feed(FRESH, title=title), name="秦都发布") == ("fresh", None), title
    assert outcome(feed(FRESH), "抖音短视频", name="秦都发布") == ("fresh", None)
    assert outcome(mobile(card(FRESH)), "抖音短视频") == (UNKNOWN, "identity_mismatch")
    assert outcome(feed(FRESH), "移动客户端") == (UNKNOWN, "not_post_based")
    by_author = feed(FRESH, title="最新文章", authors=[{"name": "秦都发布"}])
    assert outcome(by_author, name="秦都发布") == ("fresh", None)
    assert outcome(feed(FRESH, title=""), name="秦都发布") == ("fresh", None)
    # a name inside another name is another account
    assert outcome(feed(OLD, title="咸阳秦都发布"), name="秦都发布") == (UNKNOWN, "identity_mismatch")


def test_a_collector_that_last_looked_before_the_checkpoint_proves_nothing():
    def collected(stated, *posts, name="WeWe-RSS"):
        head = f"<generator>{name}</generator><lastBuildDate>{rfc822(stated)}</lastBuildDate>"
        return rss(*map(rfc822, posts), head=head)

    assert outcome(collected(AT - hours(9), OLD, OLDER)) == (UNKNOWN, "collector_stale")
    assert outcome(collected(AT - hours(9), OLD, name="Mp-We-Rss")) == (UNKNOWN, "collector_stale")
    assert outcome(collected(AT - hours(9), FRESH, OLD)) == ("fresh", None)
    # this one states when the answer was made, whether or not it can still look
    assert outcome(collected(AT + hours(9), OLD, name="Mp-We-Rss")) == (UNKNOWN, "collector_stale")
    assert outcome(collected(AT + hours(9), AT + hours(2), OLD, name="Mp-We-Rss")) == STALE
    kept = feed(OLD, OLDER, feed_url="https://wewe.example.org/feeds/MP_WXS_3200000001.json")
    assert outcome(kept) == (UNKNOWN, "collector_stale")
    assert outcome(kept | {"_sync_time": int((AT + hours(1)).timestamp())}) == STALE
    assert outcome(collected(AT + hours(1), OLD, OLDER)) == STALE
    assert outcome(collected(AT - hours(9), AT + hours(2), OLD)) == STALE  # it has looked since
    # this one asks the platform when it is asked, and keeps the answer for a while
    assert outcome(collected(AT - hours(0.5), OLD, name="RSSHub")) == STALE
    assert outcome(collected(AT - hours(2), OLD, name="RSSHub")) == (UNKNOWN, "collector_stale")
    # for other programs the date is that of the last change
    assert outcome(collected(AT - hours(9), OLD, name="WordPress")) == STALE
    assert outcome(feed(OLD, OLDER, _sync_time=int(OLD.timestamp()))) == (UNKNOWN, "collector_stale")


# --- error pages ---


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("NotFoundError: The route does not exist or has been deleted.", "not_found"),
        ("Error: this route is empty, please check the original site", "source_empty"),
        ("ConfigNotFoundError: WEIBO_COOKIES is not set", "config"),
        ("Error: Twitter RSS is disabled due to the lack of relevant config", "config"),
        ("RejectError: Authentication failed. Access denied.", "not_authorised"),
        ("CaptchaError: 遇到源站风控校验,请填写验证码", "anti_bot"),
        ("FetchError: [GET] &quot;https://m.weibo.cn/api&quot;: 432", "anti_bot"),
        ("Response code 403 (Forbidden): target website might be blocking our access", "anti_bot"),
        ("Error: 该用户仅登录可见", "needs_login"),
        ("Error: Cookies expired. Please update WEIBO_COOKIES", "auth_expired"),
        ("RequestError: Timeout awaiting 'request' for 20000ms", "network"),
        ("FetchError: [GET] &quot;https://m.weibo.cn/&quot;: &lt;no response&gt; fetch failed", "network"),
        ("RequestError: getaddrinfo EAI_AGAIN m.weibo.cn", "network"),
        ("HTTPError: Response code 429 (Too Many Requests)", "rate_limited"),
        ("TypeError: Cannot read properties of undefined (reading 'screen_name')", "server_error"),
    ],
)
def test_error_messages_of_a_collector(message, kind):
    assert outcome(hub_error(message)) == (UNKNOWN, kind)
    plain = message.replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">")
    assert outcome({"error": {"message": plain}}) == (UNKNOWN, kind)


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("<html><head><title>Sina Visitor System</title></head><body></body></html>", "anti_bot"),
        ("<!DOCTYPE html><html><body><div>请完成验证后继续访问</div></body></html>", "anti_bot"),
        ("<html><head><title>登录 - 新浪微博</title></head><body>扫码</body></html>", "needs_login"),
        ("<html><body><p>您访问的页面不存在</p></body></html>", "not_found"),
        ("<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", "server_error"),
        ("<html><body>欢迎光临</body></html>", "bad_content"),
        ("", "source_empty"),
        ("  \r\n", "source_empty"),
        ("ok", "schema"),
        ("请登录后再试", "needs_login"),
        ("{", "bad_content"),
        ("[]", "source_empty"),
        ("{}", "schema"),
        ('{"code": 401, "message": "请先登录"}', "needs_login"),
        ('{"statusCode": 400, "message": "不存在该feed!"}', "not_found"),
        ('{"detail": {"code": 40401, "message": "公众号不存在"}}', "not_found"),
        ('{"detail": {"code": 40101, "message": "未授权的RSS访问"}}', "not_authorised"),
        ('{"status_code": 8, "status_msg": "用户未登录"}', "needs_login"),
        ("<html><title>Just a moment...</title><body>Checking your browser</body></html>", "anti_bot"),
        ('<?xml version="1.0"?><html xmlns="x"><body>请登录</body></html>', "needs_login"),
        ("<rss><channel><item><title>如何登录政务网</title>", "bad_content"),  # broken off, no log-in page
        ("[" * 200_000, "bad_content"),
        ("<rss>" + "<a>" * 90 + "</a>" * 90 + "</rss>", "bad_content"),
        (
            '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>',
            "bad_content",
        ),
        ("\x00\x01\x02", "schema"),
    ],
)
def test_what_stands_in_the_place_of_a_listing(page, kind):
    assert outcome(page) == (UNKNOWN, kind)


# --- Weibo ---


@pytest.mark.parametrize(
    "pinned",
    [
        card(OLDER, profile="proweibotop_"),
        card(OLDER, isTop=1),
        card(OLDER, title={"text": "置顶"}),
        card(OLDER, mblogtype=2),
        {**card(OLDER), "is_top": True},
    ],
)
def test_each_mark_of_a_pinned_post(pinned):
    listing = read(mobile(pinned, card(FRESH), card(OLD)))
    assert [post.pinned for post in listing.posts] == [True, False, False]
    assert outcome(mobile(pinned)) == (UNKNOWN, "incomplete")  # pinned posts reach back to nowhere
    assert outcome(mobile(pinned, card(OLD), card(OLDER))) == STALE


def test_a_pinned_post_counts_by_its_own_time():
    assert outcome(mobile(card(FRESH, isTop=1), card(OLD))) == ("fresh", None)


def test_reposts_count_and_hidden_posts_do_not():
    gone = {"id": "1", "deleted": "1", "text": "抱歉,此微博已被作者删除"}
    repost = mobile(card(FRESH, retweeted_status=gone), card(OLD))
    assert outcome(repost) == ("fresh", None)
    assert [post.repost for post in read(repost).posts] == [True, False]
    for hidden in (
        {"visible": {"type": 1, "list_id": 0}},
        {"visible": {"type": 10, "list_id": 0}},
        {"deleted": "1"},
        {"text": "抱歉,此微博已被作者删除。查看帮助"},
    ):
        assert outcome(mobile(card(FRESH, **hidden), card(OLD), card(OLDER))) == STALE, hidden
    assert outcome(mobile(card(FRESH, deleted=1))) == (UNKNOWN, "source_empty")


def test_what_the_account_liked_is_not_its_own():
    liked = card(FRESH, uid=99, name="别人", title={"text": "他赞过的微博"})
    assert outcome(mobile(liked, card(OLD), card(OLDER))) == STALE
    assert outcome(mobile(card(FRESH, uid=99, name="别人"), card(OLD), card(OLDER))) == STALE


def test_cards_in_groups_and_cards_without_posts():
    group = {"card_type": 11, "card_group": [{"card_type": 42, "desc": "全部微博"}, card(FRESH)]}
    assert outcome(mobile({"card_type": 2}, group, card(OLD))) == ("fresh", None)


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (FRESH, "Wed Feb 10 09:30:00 +0800 2021"),
        (FRESH, "02-10"),
        (FRESH, "2021-02-10"),
        (datetime(2021, 2, 14, 10, 0, tzinfo=ZONE), "昨天 10:00"),
        (AT - hours(3), "3小时前"),
        (AT - timedelta(minutes=20), "20分钟前"),
        (AT, "刚刚"),
        (datetime(2020, 12, 25, 8, 0, tzinfo=ZONE), "12-25"),
    ],
)
def test_the_forms_of_a_weibo_time(moment, shown):
    (post,) = read(mobile(card(moment, shown=shown))).posts
    assert post.published_on == moment.date()


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (FRESH, weibo_time(FRESH - hours(8))),  # the collector's clock runs on UTC
        (FRESH, weibo_time(FRESH + hours(8))),
        (OLD, weibo_time(FRESH)),  # an old post dressed up as a new one
        (FRESH, weibo_time(OLD)),
        (FRESH, "Sat Feb 10 09:30:00 +0800 2001"),
        (FRESH, "2021-02-09"),
        (FRESH, ""),
    ],
)
def test_a_date_that_contradicts_the_id_is_no_date(moment, shown):
    assert outcome(mobile(card(moment, shown=shown))) == (UNKNOWN, "bad_date")
    assert outcome(mobile(card(moment, shown=shown), card(OLD), card(OLDER)))[0] == UNKNOWN


def test_the_clock_in_the_addresses_of_a_feed():
    """A post of 2021-02-23 12:28:47, its number written in base 62 as in Weibo's addresses."""
    at, since = datetime(2021, 3, 1, tzinfo=ZONE), datetime(2021, 2, 15, tzinfo=ZONE)

    def with_address(shown):
        body = feed(shown, OLD)
        body["items"][0]["url"] = body["items"][0]["id"] = "https://weibo.com/1645372340/K3fnuEfZK"
        return body

    assert outcome(with_address("2021-02-23T12:28:47+08:00"), at=at, since=since) == ("fresh", None)
    assert outcome(with_address("2021-02-23T12:28:47Z"), at=at, since=since) == (UNKNOWN, "bad_date")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"ok": -100, "url": "https://passport.weibo.com/sso/signin?entry=wapsso"}, "needs_login"),
        (
            {"ok": -100, "errno": "-100", "msg": "", "url": "https://m.weibo.cn/api/geetest?testType=1"},
            "anti_bot",
        ),
        ({"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}}, "source_empty"),
        ({"ok": 0, "msg": "请求过于频繁,歇歇吧", "errno": "100005"}, "rate_limited"),
        ({"ok": 0, "msg": "用户不存在"}, "not_found"),
        ({"ok": 0, "msg": "该账号因被投诉违反法律法规,现已无法查看"}, "banned"),
        ({"ok": 1, "data": {"cards": []}}, "source_empty"),
        ({"ok": 1, "data": {"userInfo": {"id": 1}}}, "source_empty"),
    ],
)
def test_errors_of_the_mobile_pages(answer, kind):
    assert outcome(answer) == (UNKNOWN, kind)


def test_the_mobile_pages_know_whose_they_are():
    body = mobile(card(FRESH), card(OLD))
    assert outcome(body, uid="2000000001", name="秦都发布") == ("fresh", None)
    assert outcome(body, uid="2000000002") == (UNKNOWN, "identity_mismatch")
    assert outcome(body, uid="2000000001", name="秦都在线") == (UNKNOWN, "renamed")
    assert outcome(body, name="渭城发布") == (UNKNOWN, "identity_mismatch")


def test_the_owners_timeline():
    assert outcome(timeline(mblog(FRESH), mblog(OLD))) == ("fresh", None)
    assert outcome(timeline(mblog(OLD), mblog(OLDER))) == STALE
    assert outcome(timeline()) == (UNKNOWN, "source_empty")
    for code, kind in (
        (21327, "auth_expired"),
        (21332, "auth_expired"),
        (10023, "rate_limited"),
        (10014, "not_authorised"),
    ):
        assert outcome({"error": "e", "error_code": code, "request": "/2/statuses"}) == (UNKNOWN, kind)


# --- WeChat ---


def test_the_official_figures_know_days_and_nothing_after_yesterday():
    later = AT + hours(48)
    assert outcome(totals("2021-02-01"), "微信公众号") == ("fresh", None)  # the cut-off's own day
    assert outcome(totals("2021-01-31"), "微信公众号") == (UNKNOWN, "collector_stale")
    assert outcome(totals("2021-01-31"), "微信公众号", at=later, since=SINCE + hours(48)) == (
        UNKNOWN,
        "collector_stale",
    )
    listing = read(totals("2021-01-20", "2021-01-31"), "微信公众号", at=later)
    # it does not tell which days it was asked for: the last that it shows is all it speaks for
    assert listing.as_of == datetime(2021, 1, 31, 23, 59, 59, tzinfo=ZONE)
    assert [post.published_at for post in listing.posts] == [None, None]
    delayed = read(totals("2021-01-31", is_delay=True), "微信公众号", at=later)
    assert delayed.as_of == datetime(2021, 1, 30, 23, 59, 59, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (40001, "auth_expired"),
        (42001, "auth_expired"),
        (45009, "rate_limited"),
        (48001, "not_authorised"),
        (40164, "config"),
        (61501, "config"),
        (61503, "collector_stale"),
        (50002, "banned"),
        (-1, "server_error"),
    ],
)
def test_errors_of_the_official_interface(code, kind):
    assert outcome({"errcode": code, "errmsg": "some hint: [abc]"}, "微信公众号") == (UNKNOWN, kind)
    assert outcome(totals(), "微信公众号") == (UNKNOWN, "source_empty")


def test_the_list_of_published_drafts_is_an_excerpt():
    def published(moment):
        news = {"title": "春耕", "url": "http://mp.weixin.qq.com/s?1", "is_deleted": False}
        item = {"article_id": "a1", "content": {"news_item": [news], "create_time": int(moment.timestamp())}}
        return {"total_count": 1, "item_count": 1, "item": [item]}

    assert outcome(published(FRESH), "微信公众号") == ("fresh", None)
    assert outcome(published(OLD), "微信公众号") == (UNKNOWN, "incomplete")


SECONDS = int(FRESH.timestamp())


@pytest.mark.parametrize(
    "script",
    [
        f'var ct = "{SECONDS}";',
        f"var oriCreateTime = '{SECONDS}';",
        f"window.cgiData = {{create_time: '{SECONDS}' * 1}}",
        "var createTime = '2021-02-10 09:30';",
        'var publish_time = "2021-02-10 09:30" || "";',
    ],
)
def test_the_time_of_an_article(script):
    listing = read(article(script), "微信公众号")
    assert [(post.published_on, post.published_at) for post in listing.posts] == [(FRESH.date(), FRESH)]
    assert outcome(article(script), "微信公众号") == ("fresh", None)


def test_one_old_article_proves_nothing():
    script = f'var ct = "{int(OLD.timestamp())}";'
    assert outcome(article(script), "微信公众号") == (UNKNOWN, "incomplete")


def test_the_sending_counts_not_the_writing():
    script = f"var ct = \"{SECONDS}\"; var oriCreateTime = '{int(OLD.timestamp())}';"
    assert outcome(article(script), "微信公众号") == ("fresh", None)
    torn = f"var ct = \"{SECONDS}\"; var createTime = '2021-02-10 17:30';"
    assert outcome(article(torn), "微信公众号") == (UNKNOWN, "bad_date")


def test_an_article_names_its_account():
    script = f'var ct = "{SECONDS}"; var nickname = htmlDecode("秦都发布"); var biz = "MzA1MDAwMDAwMQ==";'
    assert outcome(article(script), "微信公众号", name="秦都发布", uid="MzA1MDAwMDAwMQ==") == ("fresh", None)
    assert outcome(article(script), "微信公众号", name="秦都在线", uid="MzA1MDAwMDAwMQ==") == (
        UNKNOWN,
        "renamed",
    )
    assert outcome(article(script), "微信公众号", name="渭城发布") == (UNKNOWN, "identity_mismatch")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("该内容已被发布者删除", "not_found"),
        ("此内容因违规无法查看", "banned"),
        ("此帐号已被屏蔽, 内容无法查看", "banned"),
        ("此帐号已自主注销,内容无法查看", "not_found"),
        ("该公众号已迁移", "renamed"),
        ("环境异常 当前环境异常,完成验证后即可继续访问。", "anti_bot"),
        ("访问过于频繁,请用微信扫描二维码进行访问", "rate_limited"),
        ("请在微信客户端打开链接", "needs_login"),
    ],
)
def test_pages_in_the_place_of_an_article(words, kind):
    page = article(body=f'<div class="weui-msg"><p class="title">{words}</p></div>')
    assert outcome(page, "微信公众号") == (UNKNOWN, kind)


# --- Douyin and Toutiao ---


def test_the_owners_videos():
    now = AT + hours(1)
    assert outcome(videos(video(FRESH), video(OLD), now=now), "抖音短视频") == ("fresh", None)
    assert outcome(videos(video(OLD), video(OLDER), now=now), "抖音短视频") == STALE
    assert outcome(videos(video(OLD), now=AT - hours(1)), "抖音短视频") == (UNKNOWN, "collector_stale")
    assert outcome(videos(video(OLDER, is_top=True), now=now), "抖音短视频") == (UNKNOWN, "incomplete")
    assert outcome(videos(video(OLD), video(FRESH, is_top=True)), "抖音短视频") == ("fresh", None)
    for status in (2, 4, 6, 7):
        assert outcome(videos(video(FRESH, video_status=status), video(OLD)), "抖音短视频") == STALE
    assert outcome(videos(video(FRESH, is_reviewed=False), video(OLD)), "抖音短视频") == STALE
    assert outcome(videos(), "抖音短视频") == (UNKNOWN, "source_empty")
    for code, kind in (
        (2190008, "auth_expired"),
        ("2190002", "auth_expired"),
        (2190004, "not_authorised"),
        (2100004, "server_error"),
    ):
        answer = {"data": {"error_code": code, "description": "d"}, "extra": {"logid": "1"}}
        assert outcome(answer, "抖音短视频") == (UNKNOWN, kind)


def test_a_videos_date_against_its_id():
    shifted = video(FRESH) | {"create_time": int((FRESH + hours(8)).timestamp())}
    assert outcome(videos(shifted), "抖音短视频") == (UNKNOWN, "bad_date")


def test_a_toutiao_id_is_a_lower_bound():
    def toutiao(shown):
        body = feed(shown, OLDER)
        body["items"][0]["url"] = f"https://www.toutiao.com/i{int(OLD.timestamp()) << 32}/"
        return body

    assert outcome(toutiao(FRESH), "今日头条") == ("fresh", None)  # written earlier, published later
    assert outcome(toutiao(OLD - hours(8)), "今日头条") == (UNKNOWN, "bad_date")
    assert outcome(toutiao(FRESH), "抖音短视频") == (UNKNOWN, "bad_date")


# --- tables ---

HEAD = "新媒体标识码,账号类型,账号名称,发布时间,标题,链接\r\n"


def report(*rows):
    return HEAD + "".join(f"610402M001WX0001,{row}\r\n" for row in rows)


def test_a_self_report_with_links():
    good = f"新浪微博,秦都发布,2021-02-10 09:30,春耕,https://weibo.com/2000000001/{mid(FRESH)}"
    assert outcome(report(good)) == ("fresh", None)
    late = f"新浪微博,秦都发布,2021-02-10 09:30,春耕,https://weibo.com/2000000001/{mid(OLD)}"
    assert outcome(report(late)) == (UNKNOWN, "bad_date")  # the link is older than it claims
    old = "新浪微博,秦都发布,2021/1/20,春耕,https://a.cn/1"
    assert outcome(report(old)) == STALE
    assert outcome(report(old).encode("gb18030")) == STALE
    assert outcome(report()) == (UNKNOWN, "source_empty")


def test_a_table_of_several_accounts_needs_a_name():
    body = report(
        "新浪微博,秦都发布,2021-02-10,a,",
        "新浪微博,渭城发布,2021-01-10,b,",
        "微信公众号,秦都发布,2021-01-11,c,",
    )
    assert outcome(body) == (UNKNOWN, "identity_mismatch")
    assert outcome(body, name="秦都发布") == ("fresh", None)
    assert outcome(body, name="渭城发布") == STALE
    assert outcome(body, "微信公众号", name="秦都发布") == STALE
    assert outcome(body, name="三原发布") == (UNKNOWN, "identity_mismatch")


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_vendors_workbook():
    rows = (
        ["新媒体监测报表"],
        ["昵称", "发布时间", "标题", "原文链接", "状态", "采集时间"],
        ["秦都发布", datetime(2021, 1, 20, 9, 30), "春耕", "https://a.cn/1", "正常", "2021-02-16 08:00"],
        ["秦都发布", 44237.4, "防火", "https://a.cn/2", "已删除", "2021-02-16 08:00"],
    )
    assert outcome(workbook(*rows), "微信公众号") == STALE
    listing = read(workbook(*rows), "微信公众号")
    assert [post.published_on for post in listing.posts] == [date(2021, 1, 20), date(2021, 2, 10)]
    early = [*rows[:2], [*rows[2][:5], "2021-02-15 08:00"]]
    assert outcome(workbook(*early), "微信公众号") == (UNKNOWN, "collector_stale")
    assert outcome(workbook(["甲", "乙"], ["1", "2"])) == (UNKNOWN, "schema")
    assert outcome(b"PK\x03\x04 no workbook") == (UNKNOWN, "bad_content")


@pytest.mark.parametrize(
    "wrap", [lambda r: r, lambda r: {"data": r}, lambda r: {"code": 0, "data": {"list": r, "total": 1}}]
)
def test_a_vendors_json(wrap):
    def rows(moment):
        return wrap(
            [{"nickname": "秦都发布", "title": "春耕", "posttime": f"{moment:%Y-%m-%d %H:%M:%S}", "url": "u"}]
        )

    assert outcome(rows(FRESH), "微信公众号") == ("fresh", None)
    assert outcome(rows(OLD), "微信公众号") == STALE
    assert outcome(wrap([]), "微信公众号") == (UNKNOWN, "source_empty")


# --- hostile and large ---


def test_ten_thousand_posts_and_duplicate_ids_in_bounded_time():
    started = time.process_time()
    cards = [card(OLD - timedelta(minutes=n)) for n in range(10_500)]
    listing = read(mobile(*cards))
    assert len(listing.posts) == 10_000
    assert time.process_time() - started < 5
    body = feed(OLD, OLD, OLDER)
    for item in body["items"]:
        item["id"] = "same"
    assert outcome(body) == STALE
    many = feed(*[OLD] * 10_001)
    assert outcome(many) == (UNKNOWN, "too_large")


KEYS = [
    "ok",
    "data",
    "cards",
    "mblog",
    "list",
    "items",
    "statuses",
    "error_code",
    "error",
    "errcode",
    "created_at",
    "create_time",
    "is_delay",
    "ref_date",
    "item",
    "total_count",
    "extra",
    "now",
    "title",
    "visible",
    "user",
    "card_group",
    "date_published",
    "content",
    "news_item",
    "video_status",
    "has_more",
    "mid",
]
WEIRD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=20,
)


@rules(max_examples=300)
@given(WEIRD)
def test_no_json_breaks_the_reader_or_proves_silence(data):
    result = outcome(json.dumps(data))
    assert result[0] != "stale" or "20" in json.dumps(data)
    assert result[0] != UNKNOWN or result[1] is not None


@rules(max_examples=200)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"{", b"<rss>", b"<html>", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"a,b\n"]),
)
def test_no_bytes_break_the_reader(tail, head):
    assert outcome(head + tail)[0] == UNKNOWN


@pytest.mark.parametrize(
    "body",
    [
        "<script>" * 40_000,
        "<" * 200_000,
        '<html id="js_content">' + "var ct = " * 30_000,
        "<html>" + "Error Message: " * 20_000,
        "<html>" + " " * 300_000,
        "<div>" * 50_000,
        "<meta " * 50_000 + "mp.weixin.qq.com",
        "," * 200_000,
        '"' * 200_001,
    ],
)
def test_no_page_takes_long(body):
    started = time.process_time()
    assert outcome(body)[0] == UNKNOWN
    assert time.process_time() - started < 3


@pytest.mark.parametrize(("more", "said"), [(True, ("unknown", "incomplete")), (False, ("stale", None))])
def test_a_vendors_answer_that_pages_as_douyin_does_is_no_answer_of_douyin(more, said):
    days = [OLD, OLD - timedelta(days=3)]
    rows = [
        {"title": "通知", "publish_time": f"{day:%Y-%m-%d %H:%M:%S}", "url": f"http://a.cn/{day:%d}"}
        for day in days
    ]
    assert outcome(json.dumps({"code": 0, "data": {"has_more": more, "list": rows}})) == said
