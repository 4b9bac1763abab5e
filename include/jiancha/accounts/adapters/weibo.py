"""``weibo_owner`` (微博接口), with the account's own authorisation, and ``weibo_mobile``, anonymous."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from jiancha.accounts.adapters.base import Ask, Failure, Gathered, ListingPage, api_page, read_back
from jiancha.accounts.connections import Endpoint
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.posts.model import load_json, table, text

_API = "https://api.weibo.com"
_MOBILE = "https://m.weibo.cn"
_PER_PAGE = 100
_FIRST = "page=1"
_UID = re.compile(r"\d{5,20}")
#: The mobile site's answers to visitors that it takes for programs.
_BLOCKED = {403, 414, 418, 432}


def fetch_owner(ask: Ask, gathered: Gathered) -> None:
    """Page ``statuses/user_timeline`` back past the checkpoint."""
    endpoint = ask.endpoint
    uid = ask.uid or endpoint.login
    if not (endpoint.password and _UID.fullmatch(uid)):
        raise UnreadableSource(FailureKind.CONFIG, f"连接 {endpoint.name} 缺少 uid 或 access token")
    asked = {"access_token": endpoint.password, "uid": uid, "count": _PER_PAGE}
    base = f"{endpoint.address(_API, '/2/statuses/user_timeline.json')}?{urlencode(asked)}"

    def page(following: str) -> ListingPage:
        try:
            response = ask.fetcher.get(
                f"{base}&{following}", accept="application/json", inside=endpoint.inside
            )
        except FetchFailure as failure:
            raise ask.failure_of(failure) from None
        saved = api_page(ask, response, first=following == _FIRST, uid=uid)
        return ListingPage(saved.posts, response.record_id, _next(following))

    read_back(ask, gathered, _FIRST, page)


def fetch_mobile(ask: Ask, gathered: Gathered) -> None:
    """Page ``api/container/getIndex`` back past the checkpoint, where settings allow it at all."""
    if not ask.settings.account.weibo_mobile:
        raise UnreadableSource(FailureKind.CONFIG, "微博移动端未启用(account.weibo_mobile)")
    if not _UID.fullmatch(ask.uid):
        raise UnreadableSource(FailureKind.CONFIG, "读取微博移动端需要账号的 uid")
    endpoint = ask.endpoint if ask.source.address else Endpoint("")
    asked = {"type": "uid", "value": ask.uid, "containerid": f"107603{ask.uid}"}
    base = f"{endpoint.address(_MOBILE, '/api/container/getIndex')}?{urlencode(asked)}"

    def page(following: str) -> ListingPage:
        address = base if following == _FIRST else f"{base}&{following}"
        try:
            response = ask.fetcher.get(
                address, accept="application/json, text/plain, */*", inside=endpoint.inside
            )
        except FetchFailure as failure:
            raise _mobile_failure(ask, failure) from None
        saved = api_page(ask, response, first=following == _FIRST)
        return ListingPage(saved.posts, response.record_id, _cursor(response.body) or _next(following))

    read_back(ask, gathered, _FIRST, page)


def _next(following: str) -> str:
    """The page behind one that was numbered; a page by its cursor has none."""
    name, _, number = following.partition("=")
    return f"page={int(number) + 1}" if name == "page" else ""


def _cursor(body: bytes) -> str:
    """Where the mobile site says that older posts are."""
    page = table(table(load_json(body.decode("utf-8", "replace"))).get("data"))
    since = text(table(page.get("cardlistInfo")).get("since_id"))
    return f"since_id={since}" if since.isascii() and since.isdigit() and since != "0" else ""


def _mobile_failure(ask: Ask, failure: FetchFailure) -> Failure:
    last = ask.evidence.last
    if failure.kind in (FailureKind.FORBIDDEN, FailureKind.NOT_FOUND) and last and last.status in _BLOCKED:
        return UnreadableSource(FailureKind.ANTI_BOT, f"微博移动端拒绝访问（HTTP {last.status}）")
    return ask.failure_of(failure)
