"""Feeds and report tables show every post of the history, in each form they come in."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest

from jiancha.windows import ZONE
from jiancha_sandbox.accounts import CityAccount
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.web import CityWeb

ATOM = "{http://www.w3.org/2005/Atom}"

INVISIBLE = re.compile("[\u200b\u200e\ufeff]")


@pytest.fixture(scope="module")
def web(city: SandboxCity) -> CityWeb:
    return CityWeb(city)


def get(web: CityWeb, address: str) -> bytes:
    parts = urlsplit(address)
    answer = web.answer(parts.netloc, parts.path + (f"?{parts.query}" if parts.query else ""))
    assert answer is not None
    assert answer.status == 200, address
    return answer.body


def json_pages(web: CityWeb, address: str | None) -> Iterator[list[str]]:
    while address:
        feed = json.loads(get(web, address))
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
        yield [item["date_published"] for item in feed["items"]]
        address = feed.get("next_url")


def xml_pages(web: CityWeb, address: str | None, entry: str, when: str) -> Iterator[list[str]]:
    while address:
        root = ET.fromstring(get(web, address))
        yield [e.findtext(when) or "" for e in root.iter(entry)]
        following = [link.get("href") for link in root.iter(f"{ATOM}link") if link.get("rel") == "next"]
        address = following[0] if following else None


def pages_of(web: CityWeb, account: CityAccount) -> list[list[str]]:
    if account.form == "json":
        return list(json_pages(web, account.address))
    if account.form == "rss":
        return list(xml_pages(web, account.address, "item", "pubDate"))
    return list(xml_pages(web, account.address, f"{ATOM}entry", f"{ATOM}published"))


def read_time(text: str) -> datetime:
    chinese = re.fullmatch(r"(\d+)年(\d+)月(\d+)日 (\d\d):(\d\d)", text)
    if chinese:
        return datetime(*map(int, chinese.groups()), tzinfo=ZONE)
    moment = parsedate_to_datetime(text) if "," in text else datetime.fromisoformat(text)
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment


def test_every_feed_shows_the_whole_history_and_ends(city: SandboxCity, web: CityWeb) -> None:
    for account in city.accounts:
        if account.form == "csv":
            continue
        pages = pages_of(web, account)
        assert all(20 <= len(page) <= 30 for page in pages[:-1])
        times = [read_time(text) for page in pages for text in page]
        assert sorted(times) == list(city.posts(account)), account.address
        assert (times == sorted(times, reverse=True)) != account.pinned


def test_times_come_in_several_forms(city: SandboxCity) -> None:
    forms = {(a.form, a.time_form) for a in city.accounts}
    assert {
        ("json", "naive"),
        ("json", "utc"),
        ("rss", "chinese"),
        ("atom", "offset"),
        ("csv", "naive"),
    } <= forms
    assert sum(a.pinned for a in city.accounts) >= 5


def test_weibo_ids_hold_the_time(city: SandboxCity, web: CityWeb) -> None:
    account = next(a for a in city.accounts if a.platform == "新浪微博" and a.form == "json")
    for item in json.loads(get(web, account.address))["items"]:
        seconds = (int(item["id"]) >> 22) + 515_483_463
        assert seconds == int(read_time(item["date_published"]).timestamp())


def test_report_tables_hold_all_posts_of_their_accounts(city: SandboxCity, web: CityWeb) -> None:
    encodings = set()
    reported = [a for a in city.accounts if a.form == "csv"]
    assert len(reported) == 30
    for address in {a.address for a in reported}:
        body = get(web, address)
        encoding = "utf-8-sig" if body.startswith(b"\xef\xbb\xbf") else "gb18030"
        encodings.add(encoding)
        rows = list(csv.DictReader(io.StringIO(body.decode(encoding))))
        assert list(rows[0])[:6] == ["新媒体标识码", "账号类型", "账号名称", "发布时间", "标题", "链接"]
        public = [r for r in rows if r.get("状态") != "已删除" and r["标题"] != "该内容已被发布者删除"]
        for account in (a for a in reported if a.address == address):
            times = [
                datetime(*map(int, re.findall(r"\d+", row["发布时间"])), tzinfo=ZONE)
                for row in public
                if (row["新媒体标识码"], INVISIBLE.sub("", row["账号名称"])) == (account.code, account.name)
            ]
            assert times == list(reversed(city.posts(account)))
    assert encodings == {"utf-8-sig", "gb18030"}


def test_pages_that_do_not_exist(city: SandboxCity, web: CityWeb) -> None:
    address = urlsplit(next(a for a in city.accounts if a.form == "json").address).path
    for target in (f"{address}?page=0", f"{address}?page=999", f"{address}?page=x", "/weibo/1.json"):
        answer = web.answer("feeds.xianyang.gov.cn", target)
        assert answer is not None
        assert answer.status == 404
