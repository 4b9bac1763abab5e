"""One account's listing: from which source, back to where, and what came of it.

The newest post on or before the checkpoint must be certain, or the account stays undetermined. So a
listing is read back until a page holds nothing but posts from before the checkpoint, and one page
further, since a pinned or misplaced post may hide a newer one behind it. A listing that is not sorted
newest first is read to its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from jiancha.accounts.adapters import ADAPTERS
from jiancha.accounts.adapters.base import Ask, Listing
from jiancha.accounts.adapters.coverage import before, undated_on_top
from jiancha.accounts.connections import Connect
from jiancha.accounts.freshness import NEVER_PROOF, ROUGH, Judgement, judge
from jiancha.accounts.plan import post_based
from jiancha.accounts.rsshub import Circuit, Hub, circuit_name
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.evidence.records import EvidenceWriter, Recorder, masked
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.net.pace import LONGEST_WAIT, Pace, SharedPace
from jiancha.outcome import Visit, leave
from jiancha.posts.model import Listing as Saved
from jiancha.registry.model import Account, AccountSource
from jiancha.settings import Settings
from jiancha.windows import ZONE, Window


def fetch_account(  # noqa: PLR0913 - what a fetch needs, by name
    account: Account,
    sources: Sequence[AccountSource],
    window: Window,
    *,
    settings: Settings,
    lake: Lake,
    days: int = 14,
    hub: Hub | None = None,
    connect: Connect | None = None,
    recorder: Recorder | None = None,
) -> None:
    """Read one account from the first of its sources that settles the matter; leave one outcome.

    Writes the tables ``posts``, ``listings`` and, for an app, ``app_availability``, the evidence and, last,
    the row in ``visits``; a retry replaces them all. ``days`` before the checkpoint are judged. ``hub`` is
    the RSSHub that sources of that kind are read through, ``connect`` finds other Connections. Raises
    TransientFailure or PermanentFailure after that, where no source did.
    """
    visit = Visit(account.target_id, "account", "", settings.now())
    evidence = recorder or EvidenceWriter(f"{window.key}/{account.target_id}")
    with Fetcher(settings.http, now=settings.now, evidence=evidence, pace=_pace(settings)) as fetcher:
        circuit = Circuit(lake, window.key, now=settings.now)
        reader = AccountReader(
            account,
            window,
            settings,
            fetcher,
            evidence,
            days=days,
            hub=hub,
            connect=connect,
            circuit=None if evidence.offline else circuit,
        )
        source, listing = reader.read(sources)
        if source is not None:
            visit.url, visit.adapter = source.address, source.adapter
        visit.failure, visit.as_of = listing.failure, listing.as_of
        visit.coverage = _coverage(listing, window)
        visit.tables = {"posts": _post_rows(account, listing), "listings": [_listing_row(account, listing)]}
        if listing.app is not None:
            visit.tables["app_availability"] = [listing.app]
        leave(visit, window, lake, fetcher, evidence, settings.now())


#: Ways of reading whose posts stand in no order.
_TABLES = ("self_report", "export", "wechat", "manual")
_AVAILABLE = {"available": "可以访问", "unavailable": "无法访问", "unknown": "能否访问未能判定"}


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
    circuit: Circuit | None = None,
    connect: Connect | None = None,
) -> Checked:
    """Read one account now and judge the ``days`` whole days before ``at`` (aware)."""
    local = at.astimezone(ZONE)
    window = Window("check", local.date(), local.date(), local)
    evidence = EvidenceWriter()
    with Fetcher(settings.http, now=settings.now, evidence=evidence, pace=_pace(settings)) as fetcher:
        reader = AccountReader(
            account, window, settings, fetcher, evidence, days=days, hub=hub, circuit=circuit, connect=connect
        )
        source, listing = reader.read(sources)
    table = source is not None and source.adapter in _TABLES
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
        days: int,
        hub: Hub | None = None,
        connect: Connect | None = None,
        circuit: Circuit | None = None,
    ) -> None:
        self._identity = (account.account_code, account.platform, account.name)
        self._account, self._platform = account, account.platform
        self._window, self._settings, self._fetcher = window, settings, fetcher
        self._since = datetime.combine(window.cutoff(days), time(), ZONE)
        self._evidence, self._hub, self._circuit = evidence, hub, circuit
        self._connect = connect

    def read(self, sources: Sequence[AccountSource]) -> tuple[AccountSource | None, Listing]:
        """The first listing that settles the matter, else the most hopeful failure with what was read."""
        own = [s for s in sources if (s.account_code, s.platform, s.name) == self._identity]
        if not post_based(self._platform):
            return self._read_app(own)
        tried: list[tuple[AccountSource | None, Listing]] = []
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

    def _read_app(self, own: Sequence[AccountSource]) -> tuple[AccountSource | None, Listing]:
        """Whether an app can be had, where its page is known; it is never fresh or stale."""
        told = "移动客户端和小程序没有发布记录可查"
        source = next((each for each in own if each.adapter == "app"), None)
        if source is None:
            return None, _failed(FailureKind.NOT_POST_BASED, told)
        listing = self._read_source(source)
        if listing.app is not None:
            shown = _AVAILABLE[listing.app["outcome"]]
            listing.failure = UnreadableSource(FailureKind.NOT_POST_BASED, f"{told};下载页{shown}")
        return source, listing

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
        line = circuit_name(source)
        broken = self._circuit.broken(line) if self._circuit else None
        adapter = ADAPTERS.get(source.adapter)
        try:
            if broken is not None:
                raise broken
            if adapter is None:
                raise UnreadableSource(FailureKind.NO_SOURCE, f"不支持的读取方式:{source.adapter[:40]}")
            adapter(self._ask(source), listing)
        except (FetchFailure, UnreadableSource) as failure:
            listing.failure = failure
            if self._circuit is not None and failure is not broken:
                self._circuit.record(line, failure)
            if self._shows_recent(listing):
                listing.failure = None  # what is missing cannot make it stale
        return listing

    def _shows_recent(self, listing: Listing) -> bool:
        """True where what was read until a failure holds a post of the span (accounts.judge)."""
        if listing.failure is None or listing.failure.kind in NEVER_PROOF:
            return False
        newest = newest_day(listing, self._window)
        return newest is not None and newest >= self._since.date()

    def _ask(self, source: AccountSource) -> Ask:
        return Ask(
            self._account,
            source,
            self._window,
            self._since,
            self._settings,
            self._fetcher,
            self._evidence,
            hub=self._hub,
            connect=self._connect,
        )


def _coverage(listing: Listing, window: Window) -> str:
    if not listing.posts:
        return "none"
    endless = listing.complete_back_to is None and not listing.reached_end
    posts = [post for post, _ in listing.posts]
    undated = undated_on_top(posts, window) or any(post.date_rule == ROUGH for post in posts)
    return "partial" if listing.failure is not None or endless or undated else "complete"


def _settles(listing: Listing, window: Window) -> bool:
    """True where no other source is needed: every post back past the checkpoint, told after it."""
    complete = listing.failure is None and _coverage(listing, window) == "complete"
    spoken = listing.as_of is None or listing.as_of >= window.checkpoint
    return complete and spoken and newest_day(listing, window) is not None


def newest_day(listing: Listing, window: Window) -> date | None:
    """The newest day on or before the checkpoint."""
    days = [p.published_on for p, _ in listing.posts if p.published_on is not None and before(p, window)]
    return max(days, default=None)


def _pace(settings: Settings) -> Pace:
    folder = settings.account.state / "turns"
    return SharedPace(folder, settings.http.pace_seconds, LONGEST_WAIT)


def _failed(kind: FailureKind, reason: str) -> Listing:
    return Listing(failure=UnreadableSource(kind, reason))


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
