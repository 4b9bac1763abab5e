"""One account's listing: from which source, what the rule makes of it, and what that leaves in the lake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from jiancha.accounts.adapters import ADAPTERS
from jiancha.accounts.adapters.base import Ask, Failure, Gathered
from jiancha.accounts.circuit import Circuit, circuit_name
from jiancha.accounts.connections import Connect
from jiancha.accounts.freshness import Judgement, back_to, judge
from jiancha.accounts.plan import post_based
from jiancha.accounts.rsshub import RssHub
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.evidence.records import EvidenceWriter, Recorder, masked
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.net.pace import LONGEST_WAIT, Pace, SharedPace
from jiancha.outcome import Visit, leave
from jiancha.posts.model import Listing
from jiancha.registry.model import Account, AccountSource
from jiancha.settings import Settings
from jiancha.windows import ZONE, Window, local


def fetch_account(  # noqa: PLR0913 - what a fetch needs, by name
    account: Account,
    sources: Sequence[AccountSource],
    window: Window,
    *,
    settings: Settings,
    lake: Lake,
    days: int = 14,
    hub: RssHub | None = None,
    connect: Connect | None = None,
    recorder: Recorder | None = None,
) -> None:
    """Read one account from the first of its sources that settles the matter; leave one outcome.

    Writes the tables ``posts``, ``listings`` and, for an app, ``app_availability``, the evidence and, last,
    the row in ``visits``; a retry replaces them all. ``days`` before the checkpoint are judged. ``hub`` is
    the RSSHub that sources of that kind are read through, ``connect`` finds other Connections. Raises
    TransientFailure or PermanentFailure after that, where no source did.
    """
    name = f"{account.name}（{account.platform}）"
    visit = Visit(account.target_id, "account", name, "", settings.now())
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
        found = reader.read(sources)
        if found.source is not None:
            visit.url, visit.adapter = found.source.address, found.source.adapter
        # what could not be read matters only where it left the rule without an answer
        visit.failure = found.gathered.failure if found.judgement.outcome == "unknown" else None
        visit.as_of = found.gathered.as_of
        visit.coverage = _coverage(found)
        row = listing_row(account.target_id, found.listing, found.judgement)
        visit.tables = {
            "posts": _post_rows(account, found.gathered),
            "listings": [row | {"confirmed_by": found.gathered.confirmed_by}],
        }
        if found.gathered.app is not None:
            visit.tables["app_availability"] = [found.gathered.app]
        leave(visit, window, lake, fetcher, evidence, settings.now())


_AVAILABLE = {"available": "可以访问", "unavailable": "无法访问", "unknown": "能否访问未能判定"}


class Checked(NamedTuple):
    """An account read and judged; ``source`` is the one that answered, None where there is none to ask."""

    source: AccountSource | None
    gathered: Gathered
    listing: Listing
    judgement: Judgement


def check_account(  # noqa: PLR0913 - what a fetch needs, by name
    account: Account,
    sources: Sequence[AccountSource],
    at: datetime,
    days: int,
    *,
    settings: Settings,
    hub: RssHub | None = None,
    circuit: Circuit | None = None,
    connect: Connect | None = None,
) -> Checked:
    """Read one account now and judge the ``days`` whole days before ``at`` (aware)."""
    moment = local(at)
    window = Window("check", moment.date(), moment.date(), moment)
    evidence = EvidenceWriter()
    with Fetcher(settings.http, now=settings.now, evidence=evidence, pace=_pace(settings)) as fetcher:
        reader = AccountReader(
            account, window, settings, fetcher, evidence, days=days, hub=hub, circuit=circuit, connect=connect
        )
        return reader.read(sources)


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
        hub: RssHub | None = None,
        connect: Connect | None = None,
        circuit: Circuit | None = None,
    ) -> None:
        self._identity = (account.account_code, account.platform, account.name)
        self._account, self._platform = account, account.platform
        self._window, self._settings, self._fetcher = window, settings, fetcher
        self._since = datetime.combine(window.cutoff(days), time(), ZONE)
        self._evidence, self._hub, self._circuit = evidence, hub, circuit
        self._connect = connect

    def read(self, sources: Sequence[AccountSource]) -> Checked:
        """The first source that settles the matter, else the most hopeful failure with what was read."""
        own = [s for s in sources if (s.account_code, s.platform, s.name) == self._identity]
        if not post_based(self._platform):
            return self._read_app(own)
        tried: list[Checked] = []
        for number, source in enumerate(own):
            found = self._read_source(source)
            if found.judgement.outcome != "unknown":
                return self._compared(found, own[number + 1 :])
            tried.append(found)
        if not tried:
            return self._nothing(FailureKind.NO_SOURCE, "名录未登记该账号的读取来源")
        readable = (each for each in tried if each.gathered.failure is None)
        hopeful = (each for each in tried if each.gathered.failure and each.gathered.failure.kind.transient)
        return next(readable, None) or next(hopeful, tried[0])

    def _read_app(self, own: Sequence[AccountSource]) -> Checked:
        """Whether an app can be had, where its page is known; it is never fresh or stale."""
        known = "移动客户端和小程序没有发布记录可查"
        source = next((each for each in own if each.adapter == "app"), None)
        if source is None:
            return self._nothing(FailureKind.NOT_POST_BASED, known)
        found = self._read_source(source)
        if found.gathered.app is not None:
            shown = _AVAILABLE[found.gathered.app["outcome"]]
            failure = UnreadableSource(FailureKind.NOT_POST_BASED, f"{known}；下载页{shown}")
            return self._judged(source, found.gathered, failure)
        return found

    def _compared(self, found: Checked, others: Sequence[AccountSource]) -> Checked:
        """Hold a settled listing against a second source, where settings ask for it.

        A source that lags behind proves nothing; one that shows what the first lacks is for a person.
        """
        if not self._settings.account.compare or found.source is None:
            return found
        for source in others:
            other = self._read_source(source)
            newest = other.judgement.newest
            if other.gathered.failure is not None or newest is None or newest.published_on is None:
                continue
            mine = found.judgement.newest
            ours = None if mine is None else mine.published_on
            if ours is None or newest.published_on > ours + timedelta(days=1):
                shown = f"{ours or '无'}，{masked(source.address)}为{newest.published_on}"
                failure = UnreadableSource(FailureKind.DISAGREEMENT, f"两个来源的最近发布不一致：{shown}")
                return self._judged(found.source, found.gathered, failure)
            found.gathered.confirmed_by = masked(source.address)
            break
        return found

    def _read_source(self, source: AccountSource) -> Checked:
        gathered = Gathered()
        line = circuit_name(source)
        broken = self._circuit.broken(line) if self._circuit else None
        adapter = ADAPTERS.get(source.adapter)
        try:
            if broken is not None:
                raise broken
            if adapter is None:
                raise UnreadableSource(FailureKind.NO_SOURCE, f"不支持的读取方式：{source.adapter[:40]}")
            adapter(self._ask(source), gathered)
        except (FetchFailure, UnreadableSource) as failure:
            if self._circuit is not None and failure is not broken:
                self._circuit.record(line, failure)
            return self._judged(source, gathered, failure)
        return self._judged(source, gathered)

    def _judged(self, source: AccountSource, gathered: Gathered, failure: Failure | None = None) -> Checked:
        gathered.failure = failure
        listing = self._ask(source).listing(gathered)
        return Checked(source, gathered, listing, judge(listing, self._since, self._window.checkpoint))

    def _nothing(self, kind: FailureKind, reason: str) -> Checked:
        """The outcome where there is no source to ask."""
        listing = Listing("", failure=kind, reason=reason)
        judged = judge(listing, self._since, self._window.checkpoint)
        return Checked(None, Gathered(failure=UnreadableSource(kind, reason)), listing, judged)

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


def _coverage(found: Checked) -> str:
    if not found.gathered.posts:
        return "none"
    return "complete" if found.judgement.complete and found.judgement.failure is None else "partial"


def _pace(settings: Settings) -> Pace:
    folder = settings.account.state / "turns"
    return SharedPace(folder, settings.http.pace_seconds, LONGEST_WAIT)


def _post_rows(account: Account, gathered: Gathered) -> list[dict[str, Any]]:
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
            "position": post.position,
            "evidence": record,
        }
        for post, record in gathered.posts
    ]


def listing_row(target_id: str, listing: Listing, judged: Judgement) -> dict[str, Any]:
    """The row of the table ``listings``: what the rule made of an account's listing."""
    oldest = back_to(listing) if listing.failure is None else None
    return {
        "target_id": target_id,
        "outcome": judged.outcome,
        "failure": None if judged.failure is None else str(judged.failure),
        "why": judged.why,
        "newest": None if judged.newest is None else judged.newest.position,
        "complete_back_to": None if oldest is None else oldest.published_on,
        "entries": len(listing.posts),
    }
