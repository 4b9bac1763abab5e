"""``feed`` (订阅源): JSON Feed, RSS or Atom at an address, paged back where it leads to older entries."""

from __future__ import annotations

from jiancha.accounts.adapters.base import FEED_TYPES, Ask, Gathered, ListingPage, read_back
from jiancha.accounts.detect import check_names, feed_names, plainer
from jiancha.errors import FailureKind, UnreadableSource
from jiancha.posts.clocks import checked
from jiancha.posts.feeds import read_feed


def fetch(ask: Ask, gathered: Gathered) -> None:
    """Page the feed back past the checkpoint."""
    read_back(ask, gathered, ask.source.address, lambda address: _page(ask, address))


def _page(ask: Ask, address: str) -> ListingPage:
    first = address == ask.source.address
    response = ask.fetcher.get(address, accept=FEED_TYPES)
    try:
        feed = read_feed(
            response.body,
            url=response.final_url,
            content_type=response.headers.get("content-type"),
            at=ask.settings.now(),
        )
    except UnreadableSource as error:
        if error.kind is FailureKind.SOURCE_EMPTY and not first:
            return ListingPage((), response.record_id)
        raise plainer(response.body, error) from error
    if first:
        check_names(feed_names(feed), ask.account.name)
    posts = checked(feed.entries, ask.account.platform)
    return ListingPage(posts, response.record_id, feed.next_url or "", feed.cut_off)
