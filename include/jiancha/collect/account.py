"""One account's listing: from which source, back to where, and what came of it.

The newest post on or before the checkpoint must be certain, or the account stays undetermined. So a
listing is read back until a page holds nothing but posts from before the checkpoint, and one page
further, since a pinned or misplaced post may hide a newer one behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from jiancha.collect.evidence import EvidenceWriter
from jiancha.collect.http import Fetcher, Response
from jiancha.collect.outcome import Visit, leave
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.lake import Lake
from jiancha.read.feeds import Post, read_feed
from jiancha.read.reports import read_report
from jiancha.registry.model import Account, AccountSource
from jiancha.settings import Settings
from jiancha.windows import Window

_APPS = ("移动客户端", "小程序")
_FEED_TYPES = "application/feed+json, application/atom+xml, application/rss+xml, application/json, */*;q=0.5"


@dataclass(slots=True)
class Listing:
    """Posts in the order of the source, with the evidence of each page."""

    posts: list[tuple[Post, str]] = field(default_factory=list)
    reached_end: bool = False
    complete_back_to: date | None = None

    @property
    def certain(self) -> bool:
        return self.reached_end or self.complete_back_to is not None


def fetch_account(
    account: Account, sources: Sequence[AccountSource], window: Window, *, settings: Settings, lake: Lake
) -> None:
    """Read one account from the first of its sources that settles the matter; leave one outcome.

    Raises TransientFailure or PermanentFailure after the outcome was written.
    """
    visit = Visit(account.target_id, "account", "", settings.now())
    evidence = EvidenceWriter(f"{window.key}/{account.target_id}")
    listing = Listing()
    with Fetcher(settings.http, now=settings.now, evidence=evidence) as fetcher:
        try:
            listing = _read_sources(account, sources, window, fetcher, settings, visit)
        except (FetchFailure, UnreadableSource) as failure:
            visit.failure = failure
        visit.tables = {"posts": _post_rows(account, listing), "listings": [_listing_row(account, listing)]}
        leave(visit, window, lake, fetcher, evidence, settings.now())


def _read_sources(
    account: Account,
    sources: Sequence[AccountSource],
    window: Window,
    fetcher: Fetcher,
    settings: Settings,
    visit: Visit,
) -> Listing:
    """Try the account's sources in their order; the first conclusive one wins."""
    if any(app in account.platform for app in _APPS):
        raise UnreadableSource(FailureKind.NOT_POST_BASED, "移动客户端和小程序没有发布记录可查")
    identity = (account.account_code, account.platform, account.name)
    own = [s for s in sources if (s.account_code, s.platform, s.name) == identity]
    failure: FetchFailure | UnreadableSource = UnreadableSource(FailureKind.NO_SOURCE, "名录未登记该账号的读取来源")
    for source in own:
        visit.url, visit.adapter = source.address, source.adapter
        try:
            reader = _READERS[source.adapter]
            listing = reader(source, account, window, fetcher, settings)
        except (FetchFailure, UnreadableSource) as error:
            failure = error
            continue
        if listing.certain:
            visit.coverage = "partial" if _undated_on_top(listing, window) else "complete"
            return listing
        failure = UnreadableSource(FailureKind.INCOMPLETE, "发布记录未能回溯到监测时间点之前")
    raise failure


def _read_feed_source(
    source: AccountSource, account: Account, window: Window, fetcher: Fetcher, settings: Settings
) -> Listing:
    """Page a feed back past the checkpoint."""
    listing = Listing()
    pages_beyond = 0
    for number, (response, posts) in enumerate(_feed_pages(source.address, fetcher, settings)):
        listing.posts += [(post, response.record_id) for post in posts]
        if _all_before(posts, window, skip_first=number == 0):
            pages_beyond += 1
        if pages_beyond == 2 or len(listing.posts) >= settings.account.max_posts:
            break
        if number + 1 == settings.account.max_feed_pages:
            break
    else:
        listing.reached_end = True
    if pages_beyond:
        listing.complete_back_to = _newest_before(listing, window)
    return listing


def _feed_pages(address: str, fetcher: Fetcher, settings: Settings) -> Iterator[tuple[Response, tuple[Post, ...]]]:
    """Pages of a feed until it has no next one. A later page that fails ends the listing by its failure."""
    seen = set()
    following: str | None = address
    while following is not None and following not in seen:
        seen.add(following)
        response = fetcher.get(following, accept=_FEED_TYPES)
        try:
            feed = read_feed(
                response.body,
                url=response.final_url,
                content_type=response.headers.get("content-type"),
                at=settings.now(),
            )
        except UnreadableSource as error:
            if error.kind is FailureKind.SOURCE_EMPTY and len(seen) > 1:
                return  # an empty page behind the last one
            raise
        yield response, feed.entries
        following = feed.next_url


def _read_report_source(
    source: AccountSource, account: Account, window: Window, fetcher: Fetcher, settings: Settings
) -> Listing:
    """The account's rows of a self-report: the table is the whole listing."""
    response = fetcher.get(source.address, accept="text/csv, */*;q=0.5")
    identity = (account.account_code, account.platform, account.name)
    rows = read_report(response.body, at=settings.now())
    own = [row.post for row in rows if (row.account_code, row.platform, row.name) == identity]
    if not own:
        raise UnreadableSource(FailureKind.SOURCE_EMPTY, "自主填报表中没有该账号的条目")
    return Listing(posts=[(post, response.record_id) for post in own], reached_end=True)


_READERS = {"feed": _read_feed_source, "self_report": _read_report_source}


def _before(post: Post, window: Window) -> bool:
    """True for a dated post on or before the checkpoint."""
    if post.published_on is None:
        return False
    if post.published_at is not None:
        return post.published_at <= window.checkpoint
    return post.published_on <= window.checkpoint_day


def _all_before(posts: Sequence[Post], window: Window, *, skip_first: bool) -> bool:
    """True where a page holds only posts from before the checkpoint, and more than a pinned one."""
    relevant = posts[1:] if skip_first and len(posts) > 1 else posts
    dated = [post for post in relevant if post.published_on is not None]
    return bool(dated) and all(_before(post, window) for post in dated)


def _newest_before(listing: Listing, window: Window) -> date | None:
    days = [post.published_on for post, _ in listing.posts if _before(post, window) and post.published_on]
    return max(days, default=None)


def _undated_on_top(listing: Listing, window: Window) -> bool:
    """True where a post without a date may be newer than the newest dated one before the checkpoint."""
    newest = _newest_before(listing, window)
    if newest is None:
        return any(post.published_on is None for post, _ in listing.posts)
    dated = [index for index, (post, _) in enumerate(listing.posts) if post.published_on == newest]
    limit = max(dated) if listing.reached_end and not _descending(listing) else min(dated)
    return any(post.published_on is None for post, _ in listing.posts[: limit + 1])


def _descending(listing: Listing) -> bool:
    days = [post.published_on for post, _ in listing.posts if post.published_on is not None]
    return sum(later > earlier + timedelta(days=1) for earlier, later in zip(days, days[1:], strict=False)) <= 1


def _post_rows(account: Account, listing: Listing) -> list[dict[str, Any]]:
    return [
        {
            "target_id": account.target_id,
            "post_id": post.id,
            "title": post.title,
            "url": post.url,
            "published_on": post.published_on,
            "published_at": post.published_at,
            "pinned": post.pinned,
            "date_rule": post.date_rule,
            "position": position,
            "evidence": record,
        }
        for position, (post, record) in enumerate(listing.posts)
    ]


def _listing_row(account: Account, listing: Listing) -> dict[str, Any]:
    return {
        "target_id": account.target_id,
        "complete_back_to": listing.complete_back_to,
        "reached_end": listing.reached_end,
        "entries": len(listing.posts),
    }
