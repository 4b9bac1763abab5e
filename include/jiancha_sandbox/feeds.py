"""Feeds of accounts (JSON Feed 1.1, RSS 2.0, Atom) and the tables in which counties report posts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import NamedTuple

from jiancha_sandbox.accounts import CityAccount
from jiancha_sandbox.channels import Fault
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.gazetteer import headline
from jiancha_sandbox.kinds import report_kind
from jiancha_sandbox.rules import Kind

FEED_TYPES = {
    "json": "application/feed+json; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}
_WEIBO_EPOCH = 515_483_463  # a Weibo id holds the seconds since then in its upper bits
_NO_INDEX = 90_000  # of a post that is in no history
_DELETED = "该内容已被发布者删除"
#: States of public posts by the kind of their table; other tables tell none.
_STATES = {"approved": ("审核通过", "已审核", "定时发布成功", "未删除"), "deleted_posts": ("已发布",)}
_PINNED_AT = 3  # the fourth post ever stays on top


def feed_page(city: SandboxCity, account: CityAccount, page: int) -> bytes | None:
    """Page ``page`` (from 1) of an account's feed, newest first; None past the end.

    With some faults it is another account's, or under another name.
    """
    fault = city.fault(account, "feed")
    if fault is Fault.STRANGER:
        account = replace(city.stranger(account), form=account.form, address=account.address)
    shelf = _shelf(city, account)
    rows = shelf[(page - 1) * account.page_size : page * account.page_size]
    if page < 1 or not rows:
        return None
    more = page * account.page_size < len(shelf)
    following = f"{account.address}?page={page + 1}" if more else None
    render = {"json": _json_feed, "rss": _rss, "atom": _atom}[account.form]
    called = replace(account, registered_name=city.shown_name(account, fault))
    return render(called, rows, following).encode("utf-8")


class _Reported(NamedTuple):
    """A row of a county's table."""

    moment: datetime
    account: CityAccount
    title: str
    link: str
    state: str


def report_table(city: SandboxCity, accounts: Sequence[CityAccount]) -> bytes:
    """The table of a county's posts up to the clock, newest first.

    Odd region codes write GB18030 and slashes, even ones UTF-8 with a mark and dashes.
    """
    region = accounts[0].region
    kind, gb = report_kind(region), int(region) % 2 == 1 or region == "610422"
    rows = [row for a in accounts for row in _reported(city, a, kind)]
    rows.sort(key=lambda row: (row.moment, row.account.number), reverse=True)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    header = ("新媒体标识码", "账号类型", "账号名称", "发布时间", "标题", "链接", "状态")
    columns = len(header) if kind in _STATES else len(header) - 1
    writer.writerow(header[:columns])
    for moment, a, title, link, state in rows:
        slashes = f"{moment.year}/{moment.month}/{moment.day} {moment:%H:%M}"
        when = slashes if gb else f"{moment:%Y-%m-%d %H:%M:%S}"
        name = a.name_at(city.clock.date()).replace("\n", "")
        if kind == "invisible_signs":
            name = f"\u200b{name[:2]}\ufeff{name[2:]}\u200e"
        writer.writerow((a.code, a.platform, name, when, title, link, state)[:columns])
    return text.getvalue().encode("gb18030" if gb else "utf-8-sig")


def _reported(city: SandboxCity, account: CityAccount, kind: str) -> Iterator[_Reported]:
    """An account's posts, and one that was deleted again where the kind is such; it is in no history."""
    states = _STATES.get(kind, ("",))
    for index, moment in enumerate(city.posts(account)):
        title, link = title_of(account, index, moment), link_of(account, index, moment)
        yield _Reported(moment, account, title, link, states[index % len(states)])
    if kind == "deleted_posts":
        windows = city.windows()
        moment = windows[-1].checkpoint - timedelta(days=3) if windows else city.clock
        by_title = account.number % 2 == 1
        title, state = (_DELETED, "已发布") if by_title else ("测试", "已删除")
        yield _Reported(moment, account, title, link_of(account, _NO_INDEX, moment), state)


def _shelf(city: SandboxCity, account: CityAccount) -> list[tuple[int, datetime]]:
    """Posts in feed order: newest first, in some feeds with an old one on top."""
    moments = city.posts(account)
    shelf = [(index, moments[index]) for index in range(len(moments) - 1, -1, -1)]
    if account.pinned and len(shelf) > account.page_size:
        shelf.insert(0, shelf.pop(-1 - _PINNED_AT))
    return shelf


def _json_feed(account: CityAccount, rows: list[tuple[int, datetime]], following: str | None) -> str:
    feed: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": account.name,
        "home_page_url": account.address.rsplit(".", 1)[0],
        "feed_url": account.address,
        "language": "zh-CN",
        "authors": [{"name": account.name}],
    }
    if following:
        feed["next_url"] = following
    feed["items"] = [
        {
            "id": post_id(account, index, moment),
            "url": link_of(account, index, moment),
            "title": title_of(account, index, moment),
            "content_text": title_of(account, index, moment) + "。",
            "date_published": _time(account, moment),
        }
        for index, moment in rows
    ]
    return json.dumps(feed, ensure_ascii=False)


def _rss(account: CityAccount, rows: list[tuple[int, datetime]], following: str | None) -> str:
    items = "".join(
        f"<item><title>{escape(title_of(account, index, moment))}</title>"
        f"<link>{link_of(account, index, moment)}</link>"
        f'<guid isPermaLink="false">{post_id(account, index, moment)}</guid>'
        f"<description><![CDATA[<p>{title_of(account, index, moment)}。</p>]]></description>"
        f"<pubDate>{_rss_time(account, moment)}</pubDate></item>\n"
        for index, moment in rows
    )
    paging = f'<atom:link rel="next" href="{following}" type="application/rss+xml"/>' if following else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"<title>{escape(account.name)}</title><link>{account.address.rsplit('.', 1)[0]}</link>"
        f"<description>{escape(account.name)}({account.platform})</description>"
        f'<atom:link rel="self" href="{account.address}" type="application/rss+xml"/>{paging}\n'
        f"{items}</channel></rss>"
    )


def _atom(account: CityAccount, rows: list[tuple[int, datetime]], following: str | None) -> str:
    entries = "".join(
        f"<entry><id>tag:feeds.xianyang.gov.cn,2019:{post_id(account, index, moment)}</id>"
        f"<title>{escape(title_of(account, index, moment))}</title>"
        f'<link rel="alternate" href="{link_of(account, index, moment)}"/>'
        f"<published>{_time(account, moment)}</published>"
        f"<updated>{_time(account, moment)}</updated></entry>\n"
        for index, moment in rows
    )
    paging = f'<link rel="next" href="{following}"/>' if following else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{account.address}</id><title>{escape(account.name)}</title>"
        f"<updated>{_time(account, rows[0][1])}</updated>"
        f'<link rel="self" href="{account.address}"/>{paging}\n{entries}</feed>'
    )


def _time(account: CityAccount, moment: datetime) -> str:
    if account.time_form == "utc":
        return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if account.time_form == "naive":
        return f"{moment:%Y-%m-%dT%H:%M:%S}"
    return moment.isoformat()


def _rss_time(account: CityAccount, moment: datetime) -> str:
    if account.time_form == "chinese":
        return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    if account.time_form == "utc":
        return format_datetime(moment.astimezone(UTC), usegmt=True)
    return format_datetime(moment)


def title_of(account: CityAccount, index: int, moment: datetime) -> str:
    return headline(Kind.NEWS, account.owner, moment, account.number * 7919 + index)


def post_id(account: CityAccount, index: int, moment: datetime) -> str:
    """Ids in the platforms' own forms; those of Weibo, Douyin and Toutiao hold the time."""
    seconds = int(moment.timestamp())
    low = (account.number * 4096 + index) & 0x3FFFFF
    if account.platform == "新浪微博":
        return str(((seconds - _WEIBO_EPOCH) << 22) | low)
    return str((seconds << 32) | low)


def link_of(account: CityAccount, index: int, moment: datetime) -> str:
    post = post_id(account, index, moment)
    return {
        "新浪微博": f"https://weibo.com/{200_000 + account.number}/{post}",
        "今日头条": f"https://www.toutiao.com/item/{post}/",
        "抖音短视频": f"https://www.douyin.com/video/{post}",
        "快手": f"https://www.kuaishou.com/short-video/{post}",
    }.get(account.platform, f"https://mp.weixin.qq.com/s/{post}")
