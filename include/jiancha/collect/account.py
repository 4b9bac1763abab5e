"""One account's listing: from which source, back to where, and what came of it.

The newest post on or before the checkpoint must be certain, or the account stays undetermined. So a
listing is read back until a page holds nothing but posts from before the checkpoint, and one page
further, since a pinned or misplaced post may hide a newer one behind it. A listing that is not sorted
newest first is read to its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

from jiancha.collect.evidence import EvidenceWriter
from jiancha.collect.http import Fetcher, Response
from jiancha.collect.outcome import Visit, leave
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.lake import Lake
from jiancha.read.feeds import Feed, Post, read_feed
from jiancha.read.reports import read_report
from jiancha.registry.model import Account, AccountSource
from jiancha.settings import Settings
from jiancha.windows import ZONE, Window

_APPS = ("移动客户端", "小程序")
_FEED_TYPES = "application/feed+json, application/atom+xml, application/rss+xml, application/json, */*;q=0.5"
_PAGES_BEYOND = 2  # pages from before the checkpoint: the first of them, and one more to be sure
_MILD_DISORDER = 3  # posts that stand behind an older one, in a listing that still counts as newest first

Failure = FetchFailure | UnreadableSource


@dataclass(slots=True)
class Listing:
    """What one source gave. ``posts`` stand in its order, each with the evidence of its page.

    ``complete_back_to`` is the oldest day down to which every post was read; ``as_of`` (aware) the moment
    the source speaks for, where that is earlier than the visit.
    """

    posts: list[tuple[Post, str]] = field(default_factory=list)
    reached_end: bool = False
    complete_back_to: date | None = None
    as_of: datetime | None = None
    failure: Failure | None = None


def fetch_account(
    account: Account, sources: Sequence[AccountSource], window: Window, *, settings: Settings, lake: Lake
) -> None:
    """Read one account from the first of its sources that settles the matter; leave one outcome.

    Writes the tables ``posts`` and ``listings``, the evidence and, last, the row in ``visits``; a retry
    replaces them all. Raises TransientFailure or PermanentFailure after that, where no source did.
    """
    visit = Visit(account.target_id, "account", "", settings.now())
    evidence = EvidenceWriter(f"{window.key}/{account.target_id}")
    with Fetcher(settings.http, now=settings.now, evidence=evidence) as fetcher:
        reader = _Reader(account, window, settings, fetcher)
        source, listing = reader.read(sources)
        if source is not None:
            visit.url, visit.adapter = source.address, source.adapter
        visit.failure, visit.as_of = listing.failure, listing.as_of
        visit.coverage = _coverage(listing, window)
        visit.tables = {"posts": _post_rows(account, listing), "listings": [_listing_row(account, listing)]}
        leave(visit, window, lake, fetcher, evidence, settings.now())


class _Reader:
    """Reads one account's sources."""

    def __init__(self, account: Account, window: Window, settings: Settings, fetcher: Fetcher) -> None:
        self._identity = (account.account_code, account.platform, account.name)
        self._platform = account.platform
        self._window, self._settings, self._fetcher = window, settings, fetcher

    def read(self, sources: Sequence[AccountSource]) -> tuple[AccountSource | None, Listing]:
        """The first listing that settles the matter, else the most hopeful failure with what was read."""
        if any(app in self._platform for app in _APPS):
            return None, _failed(FailureKind.NOT_POST_BASED, "移动客户端和小程序没有发布记录可查")
        tried: list[tuple[AccountSource | None, Listing]] = []
        for source in sources:
            if (source.account_code, source.platform, source.name) == self._identity:
                listing = self._read_source(source)
                if listing.failure is None:
                    return source, listing
                tried.append((source, listing))
        hopeful = (t for t in tried if t[1].failure is not None and t[1].failure.kind.transient)
        nothing = (None, _failed(FailureKind.NO_SOURCE, "名录未登记该账号的读取来源"))
        return next(hopeful, tried[0] if tried else nothing)

    def _read_source(self, source: AccountSource) -> Listing:
        listing = Listing()
        try:
            if source.adapter == "feed":
                self._read_feed(source, listing)
            elif source.adapter == "self_report":
                self._read_report(source, listing)
            else:
                raise UnreadableSource(FailureKind.NO_SOURCE, f"不支持的读取方式:{source.adapter[:40]}")
        except (FetchFailure, UnreadableSource) as failure:
            listing.failure = failure
        return listing

    def _read_feed(self, source: AccountSource, listing: Listing) -> None:
        """Page a feed back past the checkpoint; raises INCOMPLETE where a budget or the pager ends first."""
        pages: list[Sequence[Post]] = []
        known: set[tuple[str, str, str, date | None]] = set()
        following = source.address
        for number in range(self._settings.account.max_feed_pages):
            record, feed = self._feed_page(following, first=number == 0)
            if feed is None:
                listing.reached_end = True
                break
            fresh = [post for post in feed.entries if _key(post) not in known]
            if not fresh:
                break  # the pager goes in circles
            known.update(map(_key, fresh))
            pages.append(fresh)
            listing.posts += [(post, record) for post in fresh]
            if feed.next_url is None:
                listing.reached_end = not feed.cut_off
                break
            listing.complete_back_to = certain_back_to(pages, self._window)
            if listing.complete_back_to is not None or len(listing.posts) >= self._settings.account.max_posts:
                break
            following = feed.next_url
        if listing.reached_end:
            listing.complete_back_to = _oldest(listing)
        elif listing.complete_back_to is None:
            raise UnreadableSource(FailureKind.INCOMPLETE, "发布记录未能回溯到监测时间点之前")

    def _feed_page(self, address: str, *, first: bool) -> tuple[str, Feed | None]:
        """A page and the id of its evidence; None for an empty page behind the last one."""
        response = self._fetcher.get(address, accept=_FEED_TYPES)
        try:
            feed = read_feed(
                response.body,
                url=response.final_url,
                content_type=response.headers.get("content-type"),
                at=self._settings.now(),
            )
        except UnreadableSource as error:
            if error.kind is FailureKind.SOURCE_EMPTY and not first:
                return response.record_id, None
            raise
        return response.record_id, feed

    def _read_report(self, source: AccountSource, listing: Listing) -> None:
        """The account's rows of a self-report: the table is the whole listing as of the day it was filed."""
        response = self._fetcher.get(source.address, accept="text/csv, */*;q=0.5")
        rows = read_report(response.body, at=self._settings.now())
        own = [row.post for row in rows if (row.account_code, row.platform, row.name) == self._identity]
        if not own:
            raise UnreadableSource(FailureKind.SOURCE_EMPTY, "自主填报表中没有该账号的条目")
        if all(post.published_on is None for post in own):
            raise UnreadableSource(FailureKind.BAD_DATE, f"自主填报的发布时间都无法识别({own[0].date_rule})")
        listing.posts = [(post, response.record_id) for post in own]
        listing.reached_end = True
        listing.complete_back_to = _oldest(listing)
        listing.as_of = _filed_at(response)


def certain_back_to(pages: Sequence[Sequence[Post]], window: Window) -> date | None:
    """The day down to which the pages read so far hold every post, or None while a newer one may follow.

    It is known once the last two pages hold no post from after the checkpoint, the listing runs newest
    first, and the second of them brought nothing newer than the first. The first post of all may be a
    pinned one (置顶), so it proves neither order nor age.
    """
    if len(pages) < _PAGES_BEYOND:
        return None
    days: list[list[date]] = []
    for number, page in enumerate(pages):
        plain = [
            post
            for post in (page if number else page[1:])
            if post.published_on is not None and not post.pinned
        ]
        if number >= len(pages) - _PAGES_BEYOND and not (plain and all(before(p, window) for p in plain)):
            return None
        days.append([post.published_on for post in plain if post.published_on is not None])
    if max(days[-1]) > max(days[-2]) or not _newest_first([day for page in days for day in page]):
        return None
    return max(days[-1])


def before(post: Post, window: Window) -> bool:
    """True for a dated post on or before the checkpoint."""
    if post.published_at is not None:
        return post.published_at <= window.checkpoint
    return post.published_on is not None and post.published_on <= window.checkpoint_day


def undated_on_top(posts: Sequence[Post], window: Window) -> bool:
    """True where a post without a date may be newer than the newest dated one before the checkpoint."""
    undated = [index for index, post in enumerate(posts) if post.published_on is None]
    if not undated:
        return False
    # the first post may be pinned: what follows it may still be newer
    candidates = {
        index: post.published_on
        for index, post in enumerate(posts)
        if index > 0 and not post.pinned and post.published_on is not None and before(post, window)
    }
    plain = [post.published_on for post in posts[1:] if post.published_on is not None and not post.pinned]
    if not candidates or not _newest_first(plain):
        return True
    newest = max(candidates, key=lambda index: (candidates[index], -index))
    return undated[0] < newest


def _newest_first(days: Sequence[date]) -> bool:
    return sum(later > earlier + timedelta(days=1) for earlier, later in pairwise(days)) <= _MILD_DISORDER


def _coverage(listing: Listing, window: Window) -> str:
    if not listing.posts:
        return "none"
    partial = listing.failure is not None or undated_on_top([post for post, _ in listing.posts], window)
    return "partial" if partial else "complete"


def _oldest(listing: Listing) -> date | None:
    return min(
        (post.published_on for post, _ in listing.posts if post.published_on is not None), default=None
    )


def _failed(kind: FailureKind, reason: str) -> Listing:
    return Listing(failure=UnreadableSource(kind, reason))


def _key(post: Post) -> tuple[str, str, str, date | None]:
    """Ids alone are not enough: some feeds give all entries the same one, or none."""
    return post.id, post.url, post.title, post.published_on


def _filed_at(response: Response) -> datetime | None:
    """When a report was last changed, where its server says so: it is silent about what came later."""
    try:
        changed = parsedate_to_datetime(response.headers.get("last-modified", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = changed.replace(tzinfo=ZONE) if changed.tzinfo is None else changed
    return min(aware, response.fetched_at)


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
