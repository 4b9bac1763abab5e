"""What every adapter is asked and gives: one protocol for all ways of reading an account."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from jiancha.accounts.adapters.coverage import certain_back_to
from jiancha.accounts.connections import Connect, Endpoint
from jiancha.accounts.detect import read_saved
from jiancha.accounts.freshness import back_to, firm
from jiancha.accounts.plan import PlannedSource
from jiancha.accounts.rsshub import Hub
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.evidence.records import Recorder, masked
from jiancha.net.http import Fetcher, Response
from jiancha.posts.feeds import Post
from jiancha.posts.model import Listing as Saved
from jiancha.posts.model import Reading
from jiancha.posts.tables import Wanted
from jiancha.registry.model import Account, AccountSource
from jiancha.settings import Settings
from jiancha.windows import Window

FEED_TYPES = "application/feed+json, application/atom+xml, application/rss+xml, application/json, */*;q=0.5"
Failure = FetchFailure | UnreadableSource
#: Kinds that say no more than that an answer is none: the HTTP error itself tells as much.
MAX_POSTS = 10_000  # of one account
_VAGUE = (FailureKind.BAD_CONTENT, FailureKind.SCHEMA)


@dataclass(slots=True)
class Listing:
    """What one source gave. ``posts`` stand in its order, each with the evidence of its page.

    ``complete_back_to`` is the oldest day down to which every post was read; ``as_of`` (aware) the moment
    the source speaks for, where that is earlier than the visit. ``confirmed_by`` is what else says the same.
    ``app`` is a row of the table ``app_availability``.
    """

    posts: list[tuple[Post, str]] = field(default_factory=list)
    reached_end: bool = False
    complete_back_to: date | None = None
    as_of: datetime | None = None
    failure: Failure | None = None
    confirmed_by: str | None = None
    app: dict[str, Any] | None = None

    @property
    def oldest(self) -> date | None:
        days = (post.published_on for post, _ in self.posts if post.published_on is not None)
        return min(days, default=None)


@dataclass(frozen=True, slots=True)
class Ask:
    """One source of one account, to be read from the checkpoint back past ``since`` (aware, the cut-off)."""

    account: Account
    source: AccountSource
    window: Window
    since: datetime
    settings: Settings
    fetcher: Fetcher
    evidence: Recorder
    hub: Hub | None = None
    connect: Connect | None = None

    @property
    def uid(self) -> str:
        """The account's identity on the platform, where the plan tells it."""
        return self.source.uid if isinstance(self.source, PlannedSource) else ""

    @property
    def reading(self) -> Reading:
        return Reading(self.settings.now())

    @property
    def endpoint(self) -> Endpoint:
        """The Connection that the source's address names; raises UnreadableSource, CONFIG, without one."""
        if self.connect is None:
            raise UnreadableSource(FailureKind.CONFIG, f"无法取得连接 {self.source.address}")
        return self.connect(self.source.address)

    def firm(self, posts: Iterable[Post]) -> list[Post]:
        """The posts, roughly dated ones only where that decides (accounts.judge)."""
        return [firm(post, self.since, self.window.checkpoint) for post in posts]

    def saved(self, body: bytes, url: str, uid: str = "") -> Saved:
        """An answer, whatever its form, read as the account's."""
        wanted = Wanted(self.account.platform, self.account.name, uid or self.uid)
        return read_saved(body, reading=self.reading, wanted=wanted, url=url)

    def told(self, failure: FetchFailure) -> Failure:
        """What the answer that came with an HTTP error says, where it says anything."""
        last = self.evidence.last
        if last is None or last.status < 400 or not last.body or masked(last.url) != failure.url:
            return failure
        saved = self.saved(last.body, last.url)
        wordless = last.status < 500 and saved.failure is FailureKind.SERVER_ERROR  # the status says more
        if wordless or saved.failure is None or saved.failure in _VAGUE:
            return failure
        return UnreadableSource(saved.failure, saved.reason)


class Adapter(Protocol):
    """One way of reading: fills ``listing`` as far as it gets.

    Raises FetchFailure or UnreadableSource where that proves nothing about what is missing; the posts read
    until then stay in the listing.
    """

    def __call__(self, ask: Ask, listing: Listing) -> None: ...


class Page(NamedTuple):
    """One page of a listing: ``following`` leads to older posts, empty where the source has none.

    A page without posts stands behind the last one. ``cut_off``: there is more that was not read.
    """

    posts: Sequence[Post]
    record: str
    following: str = ""
    cut_off: bool = False


def read_back(
    ask: Ask, listing: Listing, first: str, fetch: Callable[[str], Page], *, shows_all: bool = True
) -> None:
    """Page back until nothing newer can follow; raises INCOMPLETE where a budget or the pager ends first.

    A source that does not show all (not ``shows_all``) may end early: out of order it proves nothing then.
    """
    pages: list[Sequence[Post]] = []
    known: set[tuple[str, str, str, date | None]] = set()
    following, unordered = first, False
    for number in range(ask.settings.account.max_feed_pages):
        page = fetch(following)
        if not page.posts:
            listing.reached_end = shows_all or in_order([post for each in pages for post in each])
            unordered = not listing.reached_end
            break
        new = [post for post in page.posts if _key(post) not in known]
        if not new:
            break  # the pager goes in circles
        known.update(map(_key, page.posts))
        public = ask.firm(post for post in new if post.public)
        pages += [public] if public else []
        listing.posts += [(post, page.record) for post in public]
        if not page.following:
            # a single page may be the latest posts of many: out of order it proves nothing
            listing.reached_end = not page.cut_off and (number > 0 or in_order(public))
            unordered = not listing.reached_end and not page.cut_off
            break
        listing.complete_back_to = certain_back_to(pages, ask.window)
        if listing.complete_back_to is not None or len(listing.posts) >= MAX_POSTS:
            break
        following = page.following
    if listing.reached_end:
        listing.complete_back_to = listing.oldest
    elif listing.complete_back_to is None and not unordered:
        raise UnreadableSource(FailureKind.INCOMPLETE, "发布记录未能回溯到监测时间点之前")


def read_whole(ask: Ask, listing: Listing, address: str) -> None:
    """One answer of any form that is one whole listing; what is not public is left out."""
    response = ask.fetcher.get(address, accept=FEED_TYPES)
    take(ask, listing, ask.saved(response.body, response.final_url), response)


def take(ask: Ask, listing: Listing, saved: Saved, response: Response) -> None:
    """Take over what one whole answer holds; raises UnreadableSource with its failure."""
    listing.posts = [
        (post, response.record_id) for post in ask.firm(post for post in saved.posts if post.public)
    ]
    listing.as_of = saved.as_of
    if saved.failure is not None:
        raise UnreadableSource(saved.failure, saved.reason)
    oldest = back_to(saved)
    listing.complete_back_to = None if oldest is None else oldest.published_on


def api_page(ask: Ask, response: Response, *, first: bool, uid: str = "") -> Saved:
    """One page of a platform's interface; empty behind the last page. Raises UnreadableSource."""
    saved = ask.saved(response.body, response.final_url, uid)
    if saved.failure is FailureKind.SOURCE_EMPTY and not first:
        return Saved(saved.form)
    if saved.failure is not None:
        raise UnreadableSource(saved.failure, saved.reason)
    return saved


def in_order(posts: Sequence[Post]) -> bool:
    """True where posts run newest first."""
    return back_to(Saved("feed", tuple(posts))) is not None


def _key(post: Post) -> tuple[str, str, str, date | None]:
    """Ids alone are not enough: some feeds give all entries the same one, or none."""
    return post.id, post.url, post.title, post.published_on
