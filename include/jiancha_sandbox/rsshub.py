"""The hub (RSSHub) that the city's office runs: JSON feeds by route, and errors when it fails.

Its form is that of a real one, version 1.0.0 of September 2026; tests/integration/test_rsshub.py compares.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from jiancha_sandbox.accounts import CityAccount
from jiancha_sandbox.answer import HTML_TYPE, Answer, Request
from jiancha_sandbox.channels import Channel, Fault, Habit, hub_route, platform_uid
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.connections import HUB_KEY
from jiancha_sandbox.feeds import link_of, title_of
from jiancha_sandbox.gazetteer import CITY

_PLATFORM_TIME_AHEAD = timedelta(hours=8)
_TITLES = {
    "weibo": "{name}的微博",
    "toutiao": "{name}的头条主页 - 今日头条(www.toutiao.com)",
}
_HOMES = {
    "weibo": "https://weibo.com/{uid}/",
    "douyin": "https://www.douyin.com/user/{uid}",
    "toutiao": "https://www.toutiao.com/c/user/token/{uid}/",
}
_FAILED_AT = {
    "weibo": "https://m.weibo.cn/api/container/getIndex",
    "toutiao": "https://www.toutiao.com/api/pc/list/feed",
    "douyin": "https://www.douyin.com/",
}

_NAMES_AUTHORS = ("weibo", "toutiao")
_FEED_TYPE = "application/feed+json; charset=UTF-8"
#: Status, name and message of the hub's errors.
_ERRORS: dict[Fault | None, tuple[int, str, str]] = {
    Fault.HUB_ERROR: (503, "FetchError", '[GET] "{platform}": <no response> fetch failed'),
    Fault.HUB_BLOCKED: (503, "FetchError", '[GET] "{platform}": 432 '),
    Fault.HUB_LOGGED_OUT: (503, "Error", "Cookies expired. Please update WEIBO_COOKIES"),
    Fault.ROUTE_GONE: (404, "NotFoundError", "The route does not exist or has been deleted."),
}

_Row = tuple[int, datetime]


class Hub:
    """Answers for the hub's host."""

    def __init__(self, city: SandboxCity) -> None:
        self._city = city
        self._routes = {hub_route(a): a for a in city.accounts}

    def answer(self, request: Request) -> Answer:
        """A JSON feed for a route that an account is read through, an error page for anything else."""
        path = request.path
        if (
            request.value("code")
            != hashlib.md5(f"{path}{HUB_KEY}".encode(), usedforsecurity=False).hexdigest()
        ):
            return _error(403, f"Authentication failed. Access denied.\n{path}")
        account = self._routes.get(path)
        channels = self._city.channels(account) if account is not None else ()
        channel = next((c for c in channels if c.adapter == "rsshub"), None)
        if account is None or channel is None:
            return _error(404, "")
        return self._read(account, channel, path)

    def _read(self, account: CityAccount, channel: Channel, path: str) -> Answer:
        fault = self._city.fault(account, channel.adapter)
        if fault in _ERRORS:
            status, name, message = _ERRORS[fault]
            reason = message.format(
                platform=_FAILED_AT.get(account.family, "https://wechat2rss.xlab.app/feed/")
            )
            old = account.number % 2 == 0  # every other route answers as older versions of the hub do
            return _error_page(status, f"{name}: {reason}", path) if old else _error(status, reason)
        shown = self._city.stranger(account) if fault is Fault.STRANGER else account
        rows = [] if fault is Fault.EMPTY else self._rows(shown, channel.shows)
        name = self._city.shown_name(shown, fault)
        feed = _feed(shown, name)
        feed["items"] = [
            _item(shown, row, _date(row[1], fault, self._city.clock.year), self._city.habit(shown))
            for row in rows
        ]
        if account.family in _NAMES_AUTHORS:
            feed["items"] = [{**item, "authors": [{"name": name}]} for item in feed["items"]]
        if self._city.habit(shown) is Habit.SAME_IDS:
            feed["items"] = [{**item, "id": feed["home_page_url"]} for item in feed["items"]]
        return Answer(200, _FEED_TYPE, json.dumps(feed, ensure_ascii=False).encode())

    def _rows(self, account: CityAccount, shows: int | None) -> list[_Row]:
        """The latest posts, newest first."""
        posts = self._city.posts(account)
        rows = [(number, posts[number]) for number in range(len(posts) - 1, -1, -1)][:shows]
        if account.pinned and account.family == "weibo":
            rows.insert(0, rows.pop())  # the hub keeps a pinned post unless it is older than all others
        if self._city.habit(account) is Habit.TWICE:
            rows = [row for row in rows[:3] for _ in range(2)] + rows[3:]
        return rows


def _feed(account: CityAccount, name: str) -> dict[str, Any]:
    title = _TITLES.get(account.family, "{name}").format(name=name)
    home = _HOMES.get(account.family, "https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz={uid}")
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": home.format(uid=platform_uid(account)),
        "description": f"{title} - Powered by RSSHub",
        "language": "zh-cn",
    }


def _item(account: CityAccount, row: _Row, date: str, habit: Habit | None) -> dict[str, Any]:
    title = title_of(account, *row)
    content = escape(title)
    if habit is Habit.REPOSTS:
        content = f"转发微博<br><blockquote> - 转发 <a>@{CITY.short}发布</a>: {escape(title)}</blockquote>"
        title = f"转发微博 - 转发 @{CITY.short}发布: {title}"
    link = link_of(account, *row)
    return {"id": link, "url": link, "title": title, "content_html": content, "date_published": date}


def _date(moment: datetime, fault: Fault | None, year: int) -> str:
    if fault is Fault.EIGHT_HOURS:
        moment -= _PLATFORM_TIME_AHEAD
    if fault is Fault.YEAR_2001 and moment.year == year:
        leap = (moment.month, moment.day) == (2, 29)
        moment = moment.replace(year=2001, day=28 if leap else moment.day)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _error(status: int, message: str) -> Answer:
    """The hub's answer for errors where JSON was asked for; it leaves out the error's name."""
    body = json.dumps({"error": {"message": message}}, ensure_ascii=False)
    return Answer(status, _FEED_TYPE, body.encode())


def _error_page(status: int, message: str, path: str) -> Answer:
    """The page of older versions: labels and values a reader finds the message by."""
    page = (
        "<html><head><title>Welcome to RSSHub!</title></head><body><h1>Looks like something went wrong</h1>"
        f"<p>Error Message:<br/><code>{escape(message)}</code></p>"
        f"<p>Route: <code>{escape(path)}</code></p><p>Full Route: <code>{escape(path)}</code></p>"
        "<p>Node Version: <code>v24.11.0</code></p></body></html>"
    )
    return Answer(status, HTML_TYPE, page.encode())
