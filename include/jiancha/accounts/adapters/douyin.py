"""``douyin_owner`` (抖音接口): the videos of the account that authorised it."""

from __future__ import annotations

from urllib.parse import urlencode

from jiancha.accounts.adapters.base import Ask, Gathered, ListingPage, api_page, read_back
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.posts.model import flag, load_json, table, text

_API = "https://open.douyin.com"
_PATH = "/api/douyin/v1/video/video_list/"
_PER_PAGE = 20
_FIRST = "0"


def fetch(ask: Ask, gathered: Gathered) -> None:
    """Page the list of videos back past the checkpoint."""
    endpoint = ask.endpoint
    if not (endpoint.login and endpoint.password):
        raise UnreadableSource(FailureKind.CONFIG, f"连接 {endpoint.name} 缺少 open id 或 access token")

    def page(cursor: str) -> ListingPage:
        asked = urlencode({"open_id": endpoint.login, "cursor": cursor, "count": _PER_PAGE})
        address = f"{endpoint.address(_API, _PATH)}?{asked}"
        try:
            response = ask.fetcher.get(
                address,
                accept="application/json",
                headers={"access-token": endpoint.password},
                inside=endpoint.inside,
            )
        except FetchFailure as failure:
            raise ask.failure_of(failure) from None
        saved = api_page(ask, response, first=cursor == _FIRST)
        if cursor == _FIRST:
            gathered.as_of = saved.as_of
        return ListingPage(saved.posts, response.record_id, _cursor(response.body))

    read_back(ask, gathered, _FIRST, page)


def _cursor(body: bytes) -> str:
    page = table(table(load_json(body.decode("utf-8", "replace"))).get("data"))
    cursor = text(page.get("cursor"))
    return cursor if flag(page.get("has_more")) and cursor.isascii() and cursor.isdigit() else ""
