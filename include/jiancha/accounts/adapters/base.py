"""What every adapter is asked and gives: one protocol for all ways of reading an account."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from jiancha.accounts.connections import Connect, Endpoint
from jiancha.accounts.detect import read_saved
from jiancha.accounts.freshness import Judgement, judge
from jiancha.accounts.plan import PlannedSource
from jiancha.accounts.rsshub import RssHub
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.evidence.records import Recorder, masked
from jiancha.net.http import Fetcher, Response
from jiancha.posts.feeds import Post
from jiancha.posts.model import MAX_POSTS, Listing, Order, Reading
from jiancha.posts.tables import Wanted
from jiancha.registry.model import Account, AccountSource
from jiancha.settings import Settings
from jiancha.windows import Window

FEED_TYPES = "application/feed+json, application/atom+xml, application/rss+xml, application/json, */*;q=0.5"
Failure = FetchFailure | UnreadableSource
#: Kinds that say no more than that an answer is none: the HTTP error itself tells as much.
_VAGUE = (FailureKind.BAD_CONTENT, FailureKind.SCHEMA)


@dataclass(slots=True)
class Gathered:
    """What is gathered from one source. ``posts`` stand in its order, each with the evidence of its page.

    ``order`` and ``as_of`` as in a Listing. ``confirmed_by`` is what else says the same. ``app`` is a row of
    the table ``app_availability``.
    """

    posts: list[tuple[Post, str]] = field(default_factory=list)
    order: Order = "newest_first"
    as_of: datetime | None = None
    failure: Failure | None = None
    confirmed_by: str | None = None
    app: dict[str, Any] | None = None

    def add(self, posts: Iterable[Post], record: str) -> None:
        """Take in the public posts of one page."""
        for post in posts:
            if post.public:
                self.posts.append((replace(post, position=len(self.posts)), record))


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
    hub: RssHub | None = None
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
        endpoint = self.connect(self.source.address)
        self.fetcher.hide(endpoint.password)
        return endpoint

    def listing(self, gathered: Gathered) -> Listing:
        """What was gathered so far, as the rule wants it."""
        failure = gathered.failure
        return Listing(
            self.source.adapter,
            tuple(post for post, _ in gathered.posts),
            order=gathered.order,
            as_of=gathered.as_of or self.settings.now(),
            failure=None if failure is None else failure.kind,
            reason="" if failure is None else failure.reason,
        )

    def judge(self, gathered: Gathered) -> Judgement:
        return judge(self.listing(gathered), self.since, self.window.checkpoint)

    def saved(self, body: bytes, url: str, uid: str = "") -> Listing:
        """An answer, whatever its form, read as the account's."""
        account = self.account
        wanted = Wanted(account.platform, account.name, uid or self.uid, account.account_code)
        return read_saved(body, reading=self.reading, wanted=wanted, url=url)

    def failure_of(self, failure: FetchFailure) -> Failure:
        """The failure that the body of an HTTP error names, else the one given."""
        last = self.evidence.last
        if last is None or last.status < 400 or not last.body or masked(last.url) != failure.url:
            return failure
        saved = self.saved(last.body, last.url)
        wordless = last.status < 500 and saved.failure is FailureKind.SERVER_ERROR  # the status says more
        if wordless or saved.failure is None or saved.failure in _VAGUE:
            return failure
        return UnreadableSource(saved.failure, saved.reason)


class Adapter(Protocol):
    """One way of reading: fills ``gathered`` as far as it gets.

    Raises FetchFailure or UnreadableSource where that proves nothing about what is missing; the posts read
    until then stay in it.
    """

    def __call__(self, ask: Ask, gathered: Gathered) -> None: ...


class ListingPage(NamedTuple):
    """One page of a listing: ``following`` leads to older posts, empty where the source has none.

    A page without posts stands behind the last one. ``cut_off``: there is more that was not read.
    """

    posts: Sequence[Post]
    record: str
    following: str = ""
    cut_off: bool = False


def read_back(ask: Ask, gathered: Gathered, first: str, fetch: Callable[[str], ListingPage]) -> None:
    """Page back until the matter is settled; raises INCOMPLETE where a budget or the pager ends first.

    A post from the span settles it. Silence needs two pages behind the checkpoint: a pinned or misplaced post
    may hide a newer one behind it.
    """
    known: set[tuple[str, str, str, date | None]] = set()
    following, behind = first, 0
    top = last = date.max  # the newest days of a page and of the one before it
    for _ in range(ask.settings.account.max_feed_pages):
        page = fetch(following)
        new = [post for post in page.posts if _key(post) not in known]
        if page.posts and not new:
            break  # the pager goes in circles
        known.update(map(_key, new))
        gathered.add(new, page.record)
        following = page.following if page.posts else ""
        if not following and not page.cut_off:
            return
        dated = [post for post in new if post.published_on is not None and not post.pinned]
        before = bool(dated) and all(ask.window.counts(p.published_on, p.published_at) for p in dated)
        top = max((post.published_on for post in dated if post.published_on), default=top)
        behind = behind + 1 if before and top <= last else 0
        last = top
        outcome = ask.judge(gathered).outcome
        if outcome == "fresh" or (outcome == "stale" and behind > 1):
            return
        if not following or len(gathered.posts) >= MAX_POSTS:
            break
    raise UnreadableSource(FailureKind.INCOMPLETE, "发布记录未能回溯到监测时间点之前")


def read_whole(ask: Ask, gathered: Gathered, address: str, *, inside: bool = False) -> None:
    """One answer of any form that is one whole listing; what is not public is left out."""
    response = ask.fetcher.get(address, accept=FEED_TYPES, inside=inside)
    take(gathered, ask.saved(response.body, response.final_url), response)


def take(gathered: Gathered, saved: Listing, response: Response) -> None:
    """Take over what one whole answer holds; raises UnreadableSource with its failure."""
    gathered.add(saved.posts, response.record_id)
    gathered.order, gathered.as_of = saved.order, saved.as_of
    if saved.failure is not None:
        raise UnreadableSource(saved.failure, saved.reason)


def api_page(ask: Ask, response: Response, *, first: bool, uid: str = "") -> Listing:
    """One page of a platform's interface; empty behind the last page. Raises UnreadableSource."""
    saved = ask.saved(response.body, response.final_url, uid)
    if saved.failure is FailureKind.SOURCE_EMPTY and not first:
        return Listing(saved.form)
    if saved.failure is not None:
        raise UnreadableSource(saved.failure, saved.reason)
    return saved


def _key(post: Post) -> tuple[str, str, str, date | None]:
    """Ids alone are not enough: some feeds give all entries the same one, or none."""
    return post.id, post.url, post.title, post.published_on
