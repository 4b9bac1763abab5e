"""One account's listing: from which source, back to where, and what came of it.

The newest post on or before the checkpoint must be certain, or the account stays undetermined. So a
listing is read back until a page holds nothing but posts from before the checkpoint, and one page
further, since a pinned or misplaced post may hide a newer one behind it. A listing that is not sorted
newest first is read to its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any, NamedTuple

from jiancha.accounts.judge import Judgement, back_to, judge
from jiancha.accounts.plan import PlannedSource, post_based
from jiancha.accounts.saved import check_names, feed_names, plainer, read_saved
from jiancha.collect.evidence import EvidenceWriter, Recorder, masked
from jiancha.collect.http import Fetcher, Response
from jiancha.collect.hub import Circuit, Hub
from jiancha.collect.outcome import Visit, leave
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.lake import Lake
from jiancha.read.feeds import Feed, Post, read_feed
from jiancha.read.posts.clocks import checked
from jiancha.read.posts.model import Listing as Saved
from jiancha.read.posts.model import Reading
from jiancha.read.posts.tables import Wanted
from jiancha.read.reports import read_report
from jiancha.registry.model import Account, AccountSource
from jiancha.settings import Settings
from jiancha.windows import ZONE, Window

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
    confirmed_by: str | None = None


def fetch_account(  # noqa: PLR0913 - what a fetch needs, by name
    account: Account,
    sources: Sequence[AccountSource],
    window: Window,
    *,
    settings: Settings,
    lake: Lake,
    hub: Hub | None = None,
    recorder: Recorder | None = None,
) -> None:
    """Read one account from the first of its sources that settles the matter; leave one outcome.

    Writes the tables ``posts`` and ``listings``, the evidence and, last, the row in ``visits``; a retry
    replaces them all. ``hub`` is the RSSHub that sources of that kind are read through. Raises
    TransientFailure or PermanentFailure after that, where no source did.
    """
    visit = Visit(account.target_id, "account", "", settings.now())
    evidence = recorder or EvidenceWriter(f"{window.key}/{account.target_id}")
    with Fetcher(settings.http, now=settings.now, evidence=evidence) as fetcher:
        minutes = settings.account.circuit_minutes
        circuit = Circuit(lake, window.key, minutes=minutes, now=settings.now)
        reader = AccountReader(account, window, settings, fetcher, evidence, hub=hub, circuit=circuit)
        source, listing = reader.read(sources)
        if source is not None:
            visit.url, visit.adapter = source.address, source.adapter
        visit.failure, visit.as_of = listing.failure, listing.as_of
        visit.coverage = _coverage(listing, window)
        visit.tables = {"posts": _post_rows(account, listing), "listings": [_listing_row(account, listing)]}
        leave(visit, window, lake, fetcher, evidence, settings.now())


class Checked(NamedTuple):
    """An account read now and judged, without a trace in the lake; ``source`` is the one that told."""

    source: AccountSource | None
    listing: Saved
    judgement: Judgement


def check_account(  # noqa: PLR0913 - what a fetch needs, by name
    account: Account,
    sources: Sequence[AccountSource],
    at: datetime,
    days: int,
    *,
    settings: Settings,
    hub: Hub | None = None,
) -> Checked:
    """Read one account now and judge the ``days`` whole days before ``at`` (aware)."""
    local = at.astimezone(ZONE)
    window = Window("check", local.date(), local.date(), local)
    evidence = EvidenceWriter()
    with Fetcher(settings.http, now=settings.now, evidence=evidence) as fetcher:
        source, listing = AccountReader(account, window, settings, fetcher, evidence, hub=hub).read(sources)
    table = source is not None and source.adapter in ("self_report", "export")
    read = Saved(
        source.adapter if source else "",
        tuple(post for post, _ in listing.posts),
        order="table" if table else "newest_first",
        as_of=listing.as_of or settings.now(),
        failure=listing.failure.kind if listing.failure else None,
        reason=listing.failure.reason if listing.failure else "",
    )
    since = datetime.combine(window.cutoff(days), time(), ZONE)
    return Checked(source, read, judge(read, since, local))


class AccountReader:
    """Reads one account's sources."""

    def __init__(  # noqa: PLR0913 - what a reading needs
        self,
        account: Account,
        window: Window,
        settings: Settings,
        fetcher: Fetcher,
        evidence: Recorder,
        *,
        hub: Hub | None = None,
        circuit: Circuit | None = None,
    ) -> None:
        self._identity = (account.account_code, account.platform, account.name)
        self._account, self._platform = account, account.platform
        self._window, self._settings, self._fetcher = window, settings, fetcher
        self._evidence, self._hub, self._circuit = evidence, hub, circuit

    def read(self, sources: Sequence[AccountSource]) -> tuple[AccountSource | None, Listing]:
        """The first listing that settles the matter, else the most hopeful failure with what was read."""
        if not post_based(self._platform):
            return None, _failed(FailureKind.NOT_POST_BASED, "移动客户端和小程序没有发布记录可查")
        tried: list[tuple[AccountSource | None, Listing]] = []
        own = [s for s in sources if (s.account_code, s.platform, s.name) == self._identity]
        for number, source in enumerate(own):
            listing = self._read_source(source)
            if _settles(listing, self._window):
                self._compare(listing, own[number + 1 :])
                return source, listing
            tried.append((source, listing))
        readable = next((t for t in tried if t[1].failure is None), None)
        if readable is not None:
            return readable
        hopeful = (t for t in tried if t[1].failure is not None and t[1].failure.kind.transient)
        nothing = (None, _failed(FailureKind.NO_SOURCE, "名录未登记该账号的读取来源"))
        return next(hopeful, tried[0] if tried else nothing)

    def _compare(self, listing: Listing, others: Sequence[AccountSource]) -> None:
        """Hold a settled listing against a second source, where settings ask for it.

        A source that lags behind proves nothing; one that shows what the first lacks is for a person.
        """
        if not self._settings.account.compare:
            return
        for source in others:
            other = self._read_source(source)
            theirs = newest_day(other, self._window)
            if other.failure is not None or theirs is None:
                continue
            ours = newest_day(listing, self._window)
            if ours is None or theirs > ours + timedelta(days=1):
                shown = f"{ours or '无'},{masked(source.address)}为{theirs}"
                listing.failure = UnreadableSource(
                    FailureKind.DISAGREEMENT, f"两个来源的最近发布不一致:{shown}"
                )
            else:
                listing.confirmed_by = masked(source.address)
            return

    def _read_source(self, source: AccountSource) -> Listing:
        listing = Listing()
        try:
            if source.adapter == "feed":
                self._read_feed(source, listing)
            elif source.adapter == "self_report":
                self._read_report(source, listing)
            elif source.adapter == "export":
                self._read_body(source, source.address, listing)
            elif source.adapter == "rsshub":
                self._read_hub(source, listing)
            else:
                raise UnreadableSource(FailureKind.NO_SOURCE, f"不支持的读取方式:{source.adapter[:40]}")
        except (FetchFailure, UnreadableSource) as failure:
            listing.failure = failure
        return listing

    def _read_hub(self, source: AccountSource, listing: Listing) -> None:
        """A route of the RSSHub; its errors are told by the page that comes with them."""
        if self._hub is None:
            raise UnreadableSource(FailureKind.CONFIG, "未配置 RSSHub 的连接(account.rsshub_connection)")
        broken = self._circuit.broken(self._platform) if self._circuit else None
        if broken is not None:
            raise broken
        try:
            self._read_body(source, self._hub.address(source.address), listing)
        except FetchFailure as failure:
            told = self._told(failure, source)
            self._trip(told)
            raise told from None
        except UnreadableSource as failure:
            self._trip(failure)
            raise

    def _trip(self, failure: Failure) -> None:
        if self._circuit is not None:
            self._circuit.record(self._platform, failure)

    def _told(self, failure: FetchFailure, source: AccountSource) -> Failure:
        """What the page of an HTTP error says, where it says anything: a hub answers 503 to everything."""
        last = self._evidence.last
        if last is None or last.status < 400 or not last.body:
            return failure
        saved = self._saved(last.body, source, source.address)
        wordless = last.status < 500 and saved.failure is FailureKind.SERVER_ERROR  # the status says more
        vague = (None, FailureKind.BAD_CONTENT, FailureKind.SCHEMA)
        if wordless or saved.failure in vague:
            return failure
        return UnreadableSource(saved.failure, saved.reason)

    def _read_body(self, source: AccountSource, address: str, listing: Listing) -> None:
        """One answer of any form that is one whole listing; what is not public is left out."""
        response = self._fetcher.get(address, accept=_FEED_TYPES)
        saved = self._saved(response.body, source, response.final_url)
        public = [_certain(post) for post in saved.posts if post.public]
        listing.posts = [(post, response.record_id) for post in public]
        listing.as_of = saved.as_of
        if saved.failure is not None:
            raise UnreadableSource(saved.failure, saved.reason)
        oldest = back_to(saved)
        listing.complete_back_to = None if oldest is None else oldest.published_on

    def _saved(self, body: bytes, source: AccountSource, url: str) -> Saved:
        uid = source.uid if isinstance(source, PlannedSource) else ""
        wanted = Wanted(self._platform, self._account.name, uid)
        return read_saved(body, reading=Reading(self._settings.now()), wanted=wanted, url=url)

    def _read_feed(self, source: AccountSource, listing: Listing) -> None:
        """Page a feed back past the checkpoint; raises INCOMPLETE where a budget or the pager ends first."""
        pages: list[Sequence[Post]] = []
        known: set[tuple[str, str, str, date | None]] = set()
        following, unordered = source.address, False
        for number in range(self._settings.account.max_feed_pages):
            record, feed = self._feed_page(following, first=number == 0)
            if feed is None:
                listing.reached_end = True
                break
            entries = checked(feed.entries, self._platform)
            fresh = [_certain(post) for post in entries if _key(post) not in known]
            if not fresh:
                break  # the pager goes in circles
            known.update(map(_key, entries))
            pages.append(fresh)
            listing.posts += [(post, record) for post in fresh]
            if feed.next_url is None:
                # a single page may be the latest posts of many: out of order it proves nothing
                listing.reached_end = not feed.cut_off and (number > 0 or _in_order(fresh))
                unordered = not listing.reached_end and not feed.cut_off
                break
            listing.complete_back_to = certain_back_to(pages, self._window)
            if listing.complete_back_to is not None or len(listing.posts) >= self._settings.account.max_posts:
                break
            following = feed.next_url
        if listing.reached_end:
            listing.complete_back_to = _oldest(listing)
        elif listing.complete_back_to is None and not unordered:
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
            raise plainer(response.body, error) from error
        if first:
            check_names(feed_names(feed), self._account.name)
        return response.record_id, feed

    def _read_report(self, source: AccountSource, listing: Listing) -> None:
        """The account's rows of a self-report: the table is the whole listing as of the day it was filed."""
        response = self._fetcher.get(source.address, accept="text/csv, */*;q=0.5")
        rows = read_report(response.body, at=self._settings.now())
        mine = [row.post for row in rows if (row.account_code, row.platform, row.name) == self._identity]
        own = [_certain(post) for post in checked(mine, self._platform)]
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
    endless = listing.complete_back_to is None and not listing.reached_end
    undated = undated_on_top([post for post, _ in listing.posts], window)
    return "partial" if listing.failure is not None or endless or undated else "complete"


def _settles(listing: Listing, window: Window) -> bool:
    """True where no other source is needed: every post back past the checkpoint, told after it."""
    complete = listing.failure is None and _coverage(listing, window) == "complete"
    spoken = listing.as_of is None or listing.as_of >= window.checkpoint
    return complete and spoken and newest_day(listing, window) is not None


def _oldest(listing: Listing) -> date | None:
    return min(
        (post.published_on for post, _ in listing.posts if post.published_on is not None), default=None
    )


def _in_order(posts: Sequence[Post]) -> bool:
    return back_to(Saved("feed", tuple(posts))) is not None


def newest_day(listing: Listing, window: Window) -> date | None:
    """The newest day on or before the checkpoint."""
    days = [p.published_on for p, _ in listing.posts if p.published_on is not None and before(p, window)]
    return max(days, default=None)


def _certain(post: Post) -> Post:
    """The post, without a date that is only roughly known."""
    if not post.vague_days:
        return post
    return replace(post, published_on=None, published_at=None, date_rule="only roughly known", vague_days=0)


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
        "confirmed_by": listing.confirmed_by,
    }
