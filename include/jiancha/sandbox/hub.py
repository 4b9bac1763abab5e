"""The hub (RSSHub) that the city's office runs: JSON feeds by route, and error pages when it fails."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from jiancha.sandbox.accounts import CityAccount
from jiancha.sandbox.answer import HTML_TYPE, JSON_TYPE, Answer, Request
from jiancha.sandbox.channels import Channel, Fault, Habit, hub_route, platform_uid
from jiancha.sandbox.city import SandboxCity
from jiancha.sandbox.connections import HUB_HOST, HUB_KEY
from jiancha.sandbox.feeds import link_of, title_of
from jiancha.sandbox.gazetteer import CITY

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
            return _error(403, "RejectError: Authentication failed. Access denied.", path)
        account = self._routes.get(path)
        channels = self._city.channels(account) if account is not None else ()
        channel = next((c for c in channels if c.adapter == "rsshub"), None)
        if account is None or channel is None:
            return _gone(path)
        return self._read(account, channel, path)

    def _read(self, account: CityAccount, channel: Channel, path: str) -> Answer:
        fault = self._city.fault(account, channel.adapter)
        platform = _FAILED_AT.get(account.family, "https://wechat2rss.xlab.app/feed/")
        if fault is Fault.ROUTE_GONE:
            return _gone(path)
        if fault is Fault.HUB_ERROR:
            return _error(503, f'FetchError: [GET] "{platform}": <no response> fetch failed', path)
        if fault is Fault.HUB_BLOCKED:
            return _error(503, f'FetchError: [GET] "{platform}": 432 ', path)
        if fault is Fault.HUB_LOGGED_OUT:
            return _error(503, "Error: Cookies expired. Please update WEIBO_COOKIES", path)
        shown = self._city.stranger(account) if fault is Fault.STRANGER else account
        rows = [] if fault is Fault.EMPTY else self._rows(shown, channel.shows)
        feed = _feed(shown, self._city.shown_name(shown, fault), path)
        feed["items"] = [
            _item(shown, index, moment, _date(moment, fault, self._city.clock.year), self._city.habit(shown))
            for index, moment in rows
        ]
        if self._city.habit(shown) is Habit.SAME_IDS:
            feed["items"] = [{**item, "id": feed["home_page_url"]} for item in feed["items"]]
        return Answer(200, JSON_TYPE, json.dumps(feed, ensure_ascii=False, indent=4).encode())

    def _rows(self, account: CityAccount, shows: int | None) -> list[_Row]:
        """The latest posts, newest first."""
        posts = self._city.posts(account)
        rows = [(number, posts[number]) for number in range(len(posts) - 1, -1, -1)][:shows]
        if account.pinned and account.family == "weibo":
            rows.insert(0, rows.pop())  # the hub keeps a pinned post unless it is older than all others
        if self._city.habit(account) is Habit.TWICE:
            rows = [row for row in rows[:3] for _ in range(2)] + rows[3:]
        return rows


def _feed(account: CityAccount, name: str, path: str) -> dict[str, Any]:
    title = _TITLES.get(account.family, "{name}").format(name=name)
    home = _HOMES.get(account.family, "https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz={uid}")
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": home.format(uid=platform_uid(account)),
        "feed_url": f"http://{HUB_HOST}{path}?format=json",
        "description": f"{title} - Powered by RSSHub",
        "language": "zh-cn",
    }


def _item(
    account: CityAccount, index: int, moment: datetime, date: str, habit: Habit | None
) -> dict[str, Any]:
    title = title_of(account, index, moment)
    content = escape(title)
    if habit is Habit.REPOSTS:
        content = f"转发微博<br><blockquote> - 转发 <a>@{CITY.short}发布</a>: {escape(title)}</blockquote>"
        title = f"转发微博 - 转发 @{CITY.short}发布: {title}"
    link = link_of(account, index, moment)
    return {"id": link, "url": link, "title": title, "content_html": content, "date_published": date}


def _date(moment: datetime, fault: Fault | None, year: int) -> str:
    if fault is Fault.EIGHT_HOURS:
        moment -= _PLATFORM_TIME_AHEAD
    if fault is Fault.YEAR_2001 and moment.year == year:
        leap = (moment.month, moment.day) == (2, 29)
        moment = moment.replace(year=2001, day=28 if leap else moment.day)
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def _gone(path: str) -> Answer:
    return _error(404, "NotFoundError: The route does not exist or has been deleted.", path)


def _error(status: int, message: str, path: str) -> Answer:
    """The hub's page for errors: labels and values a reader finds the message by."""
    page = (
        "<html><head><title>Welcome to RSSHub!</title></head><body><h1>Looks like something went wrong</h1>"
        f"<p>Error Message:<br/><code>{escape(message)}</code></p>"
        f"<p>Route: <code>{escape(path)}</code></p><p>Full Route: <code>{escape(path)}</code></p>"
        "<p>Node Version: <code>v24.11.0</code></p></body></html>"
    )
    return Answer(status, HTML_TYPE, page.encode())
