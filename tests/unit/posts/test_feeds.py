"""Feeds of every kind, and everything that is none."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from jiancha.errors import FailureKind, UnreadableSource
from jiancha.posts.feeds import dated, read_feed
from jiancha.windows import ZONE

AT = datetime(2021, 2, 20, 12, 0, tzinfo=ZONE)
URL = "https://feeds.example.cn/u/1"


def read(body, content_type=None, at=AT):
    data = body if isinstance(body, bytes) else body.encode()
    return read_feed(data, url=URL, content_type=content_type, at=at)


def refusal(body, content_type=None):
    with pytest.raises(UnreadableSource) as caught:
        read(body, content_type)
    return caught.value


def json_feed(*items, **more):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": list(items)} | more)


def rss(*items, head="", declaration='<?xml version="1.0" encoding="UTF-8"?>'):
    return (
        f'{declaration}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>秦都发布</title>{head}'
        + "".join(f"<item>{item}</item>" for item in items)
        + "</channel></rss>"
    )


GOOD = "<title>好</title><pubDate>Fri, 19 Feb 2021 19:35:00 +0800</pubDate>"


# --- the three formats ---


def test_json_feed():
    feed = read(
        json_feed(
            {
                "id": "7",
                "url": "/p/7",
                "title": "春耕",
                "date_published": "2021-02-19T19:35:00+08:00",
                "_pinned": True,
            },
            {
                "id": 8,
                "external_url": "https://a.cn/8",
                "content_text": "正文",
                "date_modified": "2021-02-18",
            },
            title="秦都发布",
            next_url="?page=2",
        )
    )
    assert (feed.title, feed.format, feed.next_url, feed.cut_off) == (
        "秦都发布",
        "json_feed",
        URL + "?page=2",
        False,
    )
    first, second = feed.entries
    assert (first.id, first.url, first.title, first.position) == (
        "7",
        "https://feeds.example.cn/p/7",
        "春耕",
        0,
    )
    assert (first.published_on, first.pinned) == (date(2021, 2, 19), True)
    assert first.published_at == datetime(2021, 2, 19, 11, 35, tzinfo=UTC)
    assert (second.id, second.url, second.title) == ("8", "https://a.cn/8", "正文")
    assert (second.published_on, second.published_at, second.pinned) == (date(2021, 2, 18), None, False)
    assert second.date_rule.startswith("modified:")


def test_rss_with_paging_and_the_other_names_of_a_date():
    feed = read(
        rss(
            "<title><![CDATA[[置顶] 公告 & <b>通知</b>]]></title><link>https://a.cn/1</link><guid>g1</guid>"
            "<pubDate>Fri, 19 Feb 2021 16:30:00 GMT</pubDate>",
            "<title>二</title><dc:date>2021-02-18T08:00:00+08:00</dc:date>",
            head='<atom:link rel="self" href="x"/><atom:link rel="next" href="/u/1?p=2"/>',
        )
    )
    assert (feed.format, feed.title, feed.next_url) == ("rss", "秦都发布", "https://feeds.example.cn/u/1?p=2")
    first, second = feed.entries
    assert (first.id, first.url, first.title) == ("g1", "https://a.cn/1", "[置顶] 公告 & <b>通知</b>")
    assert first.pinned
    assert first.published_on == date(2021, 2, 20)  # 16:30 in Greenwich is half past midnight in Shanghai
    assert (second.published_on, second.id) == (date(2021, 2, 18), "#1")


def test_atom():
    feed = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>号</title><link rel="next" href="?b=2"/>'
        '<entry><id>t:1</id><title>一</title><link rel="alternate" href="/1"/><link rel="edit" href="/e"/>'
        "<published>2021-02-19T19:35:00Z</published><updated>2021-03-01T00:00:00Z</updated></entry>"
        "<entry><id>t:2</id><updated>2021-02-01T10:00:00+08:00</updated></entry></feed>"
    )
    assert (feed.format, feed.next_url) == ("atom", URL + "?b=2")
    first, second = feed.entries
    assert (first.id, first.url) == ("t:1", "https://feeds.example.cn/1")
    assert (first.published_on, first.date_rule) == (date(2021, 2, 20), "timestamp")
    assert (second.published_on, second.date_rule) == (date(2021, 2, 1), "modified:timestamp")


def test_rss_1_has_its_items_beside_the_channel():
    feed = read(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>号</title></channel>'
        "<item><title>一</title><link>https://a.cn/1</link><dc:date>2021-02-19</dc:date></item></rdf:RDF>"
    )
    assert (feed.format, feed.title, feed.entries[0].published_on) == ("rss", "号", date(2021, 2, 19))


# --- charsets and mended faults ---


@pytest.mark.parametrize("declared", ["UTF-8", "GBK", "gb2312", "iso-8859-1"])
@pytest.mark.parametrize("actual", ["utf-8", "gb18030", "utf-8-sig"])
def test_a_charset_that_is_declared_wrongly(declared, actual):
    body = rss(GOOD, declaration=f'<?xml version="1.0" encoding="{declared}"?>').encode(actual)
    feed = read(body, f"application/xml; charset={declared}")
    assert (feed.title, feed.entries[0].title) == ("秦都发布", "好")


def test_a_json_feed_in_gbk():
    body = '{"items": [{"title": "好", "date_published": "2021年2月19日"}]}'.encode("gbk")
    assert read(body, "application/json").entries[0].title == "好"


def test_control_characters_and_names_of_html_are_mended():
    feed = read(rss(f"<title>一&nbsp;二\x0b&amp;三</title>{GOOD.partition('</title>')[2]}"))
    assert feed.entries[0].title == "一\xa0二&三"


def test_lone_surrogates_can_be_stored():
    feed = read('{"items": [{"id": "\\ud800", "title": "a\\udfff", "date_published": "2021-02-19"}]}')
    feed.entries[0].title.encode("utf-8")
    feed.entries[0].id.encode("utf-8")


def test_addresses_that_are_none_do_not_stop_a_feed():
    feed = read(json_feed({"url": "http://[bad", "date_published": "2021-02-19"}, next_url="http://[bad"))
    assert feed.entries[0].url == "http://[bad"
    assert feed.next_url == "http://[bad"


# --- what is no feed ---


@pytest.mark.parametrize(
    "body",
    [
        "<!DOCTYPE html><html><head><title>登录</title></head><body>请登录</body></html>",
        "\ufeff\n <HTML><BODY>x</BODY></HTML>",
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x"><html xmlns="x"></html>',
        "<script>location.href='/verify'</script>",
    ],
)
@pytest.mark.parametrize("content_type", [None, "text/html", "application/rss+xml"])
def test_a_page_instead_of_a_feed(body, content_type):
    found = refusal(body, content_type)
    assert (found.kind, found.reason) == (FailureKind.BAD_CONTENT, "数据源返回网页而不是订阅源")


def test_a_feed_that_is_sent_as_a_page_is_a_feed():
    assert read(rss(GOOD), "text/html").entries
    assert read(json_feed({"date_published": "2021-02-19"}), "text/html").entries


@pytest.mark.parametrize(
    "body",
    [
        "",
        "error",
        "null",
        "[]",
        "{",
        '{"error": {"message": "login"}}',
        '{"items": {}}',
        '{"items": [}',
        "<rss",
        "<opml/>",
        "<rss/>",
        rss(GOOD, GOOD)[:-40],
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\x00" * 1000,
    ],
)
def test_what_is_broken_or_something_else(body):
    assert refusal(body).kind is FailureKind.BAD_CONTENT


def test_an_empty_feed_proves_nothing():
    for body in (json_feed(), rss(), '<feed xmlns="http://www.w3.org/2005/Atom"/>'):
        assert refusal(body).kind is FailureKind.SOURCE_EMPTY


def test_a_feed_without_any_readable_date():
    assert refusal(rss("<title>一</title>", "<title>二</title>")).kind is FailureKind.BAD_DATE
    found = refusal(json_feed({"date_published": "not long ago"}))
    assert found.kind is FailureKind.BAD_DATE
    assert "not long ago" in found.reason


def test_undated_entries_are_kept_beside_dated_ones():
    feed = read(json_feed({"title": "?"}, {"date_published": "2021-02-19"}, "nonsense"))
    assert [post.published_on for post in feed.entries] == [None, date(2021, 2, 19), None]
    assert [post.date_rule for post in feed.entries] == ["no date", "timestamp", "no date"]


# --- bombs ---

LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


@pytest.mark.parametrize("padding", ["", f"<!--{'x' * 50_000}-->"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_entity_bombs_are_refused_before_they_expand(padding, charset):
    bomb = rss("<title>&j;</title>", declaration=f'<?xml version="1.0"?>{padding}{LAUGHS}]>')
    begun = time.process_time()
    found = refusal(bomb.encode(charset))
    assert (found.kind, found.reason) == (FailureKind.BAD_CONTENT, "XML 含有实体声明，拒绝解析")
    assert time.process_time() - begun < 0.5


def test_external_entities_are_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    doctype = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
    assert refusal(rss("<title>&x;</title>", declaration=doctype)).kind is FailureKind.BAD_CONTENT


def test_deep_nesting():
    deep_json = b'{"items": ' + b"[" * 2_000_000
    deep_xml = b"<rss>" + b"<a>" * 1_000_000
    for body in (deep_json, deep_xml, b"[" * 200_000 + b"]" * 200_000):
        begun = time.process_time()
        assert refusal(body).kind is FailureKind.BAD_CONTENT
        assert time.process_time() - begun < 1


def test_unbalanced_brackets_in_texts_are_no_nesting():
    assert len(read(json_feed(*[{"title": "[[[[", "date_published": "2021-02-19"}] * 100)).entries) == 100


@pytest.mark.parametrize(
    "body",
    [b"<" * 5_000_000, b"&a" * 2_500_000, b"<rss>" + b"&amp" * 1_200_000, b"<?xml" + b" " * 5_000_000],
    ids=["open", "names", "amps", "declaration"],
)
def test_five_megabytes_of_nonsense_take_no_time(body):
    begun = time.process_time()
    refusal(body)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("extra", [0, 1])
def test_ten_thousand_entries(extra):
    count = 10_000 + extra
    begun = time.process_time()
    for feed in (read(rss(*[GOOD] * count)), read(json_feed(*[{"date_published": "2021-02-19"}] * count))):
        assert len(feed.entries) == 10_000
        assert feed.cut_off is bool(extra)
    assert time.process_time() - begun < 5


# --- dates ---


@pytest.mark.parametrize(
    ("text", "day", "moment"),
    [
        ("2021年2月19日 19:35", "2021-02-19", "2021-02-19T19:35:00+08:00"),
        ("2021年02月19日", "2021-02-19", None),
        ("2021-02-19 19:35:00", "2021-02-19", "2021-02-19T19:35:00+08:00"),
        ("2021-02-19T19:35:00", "2021-02-19", "2021-02-19T19:35:00+08:00"),
        ("2021-02-19T19:35:00Z", "2021-02-20", "2021-02-20T03:35:00+08:00"),
        ("2021-02-19T19:35:00.123+08:00", "2021-02-19", "2021-02-19T19:35:00.123+08:00"),
        ("2021-02-19", "2021-02-19", None),
        ("2021/2/9 8:05", "2021-02-09", "2021-02-09T08:05:00+08:00"),
        ("Fri, 19 Feb 2021 19:35:00 +0800", "2021-02-19", "2021-02-19T19:35:00+08:00"),
        ("Fri, 19 Feb 2021 19:35:00 GMT", "2021-02-20", "2021-02-20T03:35:00+08:00"),
        ("Fri, 19 Feb 2021 19:35:00 -0000", "2021-02-20", "2021-02-20T03:35:00+08:00"),
        ("19 Feb 2021 19:35", "2021-02-19", "2021-02-19T19:35:00+08:00"),
        ("Fri Feb 19 19:35:00 CST 2021", "2021-02-19", "2021-02-19T19:35:00+08:00"),
        ("Fri, 19 Feb 2021 19:35:00 CST", "2021-02-19", "2021-02-19T19:35:00+08:00"),
        ("Fri Feb 19 19:35:00 +0800 2021", "2021-02-19", "2021-02-19T19:35:00+08:00"),
        ("2021-02-21", "2021-02-21", None),  # a day after the reading: clocks differ
    ],
)
def test_dates(text, day, moment):
    found_day, found_moment, rule = dated(text, AT)
    assert found_day == date.fromisoformat(day)
    assert found_moment == (None if moment is None else datetime.fromisoformat(moment))
    assert rule in ("timestamp", "full")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no date"),
        ("  ", "no date"),
        ("soon", "unreadable date 'soon'"),
        ("2021-02-30", "unreadable date '2021-02-30'"),
        ("1970-01-01T00:00:00Z", "unreadable date '1970-01-01T00:00:00Z'"),
        ("2001-02-19T10:00:00", "implausible date '2001-02-19T10:00:00'"),
        ("2004-12-31", "implausible date '2004-12-31'"),
        ("2021-02-22", "implausible date '2021-02-22'"),
        ("2099-01-01T00:00:00Z", "implausible date '2099-01-01T00:00:00Z'"),
    ],
)
def test_dates_that_are_none(text, why):
    assert dated(text, AT) == (None, None, why)


MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
moments = st.datetimes(
    min_value=datetime(2005, 1, 2), max_value=datetime(2021, 2, 19), timezones=st.just(ZONE)
).map(lambda moment: moment.replace(microsecond=0, fold=0))


@given(moments, st.integers(-11, 11))
def test_a_moment_is_the_same_in_every_zone_and_form(moment, hours):
    other = (moment.astimezone(UTC) + timedelta(hours=hours)).replace(tzinfo=None)
    sign = "-" if hours < 0 else "+"
    for text in (
        f"{other.isoformat()}{sign}{abs(hours):02}:00",
        f"{other:%d} {MONTHS[3 * other.month - 3 : 3 * other.month]} "
        f"{other:%Y %H:%M:%S} {sign}{abs(hours):02}00",
        f"{moment:%Y-%m-%d %H:%M:%S}",
        f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M:%S}",
        format_datetime(moment),
    ):
        day, found, _ = dated(text, AT)
        assert (day, found) == (moment.date(), moment), text


@given(st.text(max_size=60))
@rules(max_examples=300)
def test_any_text_is_a_plausible_date_or_none(text):
    day, moment, rule = dated(text, AT)
    assert rule
    if day is None:
        assert moment is None
    else:
        assert date(2005, 1, 1) <= day <= date(2021, 2, 21)
        assert moment is None or (moment.tzinfo is not None and moment.astimezone(ZONE).date() == day)


@given(st.text("0123456789-+:TZ年月日 GMTCS/.,FriJan", max_size=40))
@rules(max_examples=500)
def test_near_dates_too(text):
    day, _, _ = dated(text, AT)
    assert day is None or date(2005, 1, 1) <= day <= date(2021, 2, 21)


@given(st.binary(max_size=300) | st.text("<>/!?[]&;{}:\"',rsitemchanl置顶= \n", max_size=200).map(str.encode))
@rules(max_examples=400)
def test_any_bytes_are_a_feed_or_an_unreadable_source(body):
    with suppress(UnreadableSource):
        assert read(body).entries


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "url", "title", "date_published", "next_url", "items", "_pinned"]), inner
        )
    ),
)


@given(st.lists(json_values, max_size=3), json_values)
@rules(max_examples=60)
def test_any_json_under_items(items, following):
    with suppress(UnreadableSource):
        feed = read(json.dumps({"items": items, "next_url": following, "title": following}))
        assert len(feed.entries) == len(items)
