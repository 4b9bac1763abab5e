"""Probing home pages (站点无法访问): does a site open in time, and does a failure speak against it?

A probe is one request for the home page as it is registered. docs/availability.md says in words what
:func:`judge` decides. Where it is unclear whether the site or our way to it is at fault, a probe is
``excused``: it is recorded for a person and counts neither for the site nor against it.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from jiancha.errors import FailureKind, FetchFailure
from jiancha.evidence.records import EvidenceWriter, Exchange, Recorder, masked
from jiancha.net.http import Fetcher
from jiancha.registry.model import Site
from jiancha.settings import HttpSettings, Settings
from jiancha.standard import ProbeRule
from jiancha.text.urls import host_of

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What a probe says of its site."""

    OK = "ok"
    FAILED = "failed"
    EXCUSED = "excused"


#: Answers with which a site itself tells that it does not open. Others (401, 403, 405, 412, 429, 521 ...) are
#: also what firewalls say to a visitor they take for a machine.
MAX_SECONDS = 1500.0  # for the probes of one task; sites not reached by then are not counted
THREADS = 16  # probes that one task makes at a time
_BROKEN = frozenset({500, 502, 503, 504})
#: At the root of a host these say the same. Below it the registered address may be out of date.
_MISSING = frozenset({404, 410})
#: A page that sets a cookie by script, sent with an error status, is a firewall's question.
_CHALLENGE = re.compile(rb"document\s{0,3}\.\s{0,3}cookie", re.IGNORECASE)
_LOOKED_AT = 200_000
_KEPT = 65_536  # bytes of an answer that are kept: a page above our own limit would be kept every hour


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe. ``seconds`` from the request to the finished page or to the failure; ``status`` of the last
    answer, if any; ``exchanges`` are kept of probes that are not ok."""

    site: Site
    probed_at: datetime
    seconds: float
    status: int | None
    outcome: Outcome
    failure: FailureKind | None = None
    reason: str | None = None
    exchanges: tuple[Exchange, ...] = ()


class _Overheard(Recorder):
    """Keeps the exchanges of one probe: only those of a probe that is not ok are written down."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []

    def add(self, exchange: Exchange) -> str:
        self.exchanges.append(exchange)
        return ""


def judge(
    seconds: float, rule: ProbeRule, failure: FetchFailure | None, last: Exchange | None, *, root: bool = True
) -> tuple[Outcome, FailureKind | None, str | None]:
    """The outcome of a probe, with the kind of failure and the reason in words where it is not ok.

    ``seconds`` is how long it took, ``failure`` why there is no finished page, ``last`` the last answer;
    ``root`` tells whether the registered address is a host's root. A page that is finished after
    ``rule.seconds`` or later has not opened.
    """
    if failure is None:
        if seconds < rule.seconds:
            return Outcome.OK, None, None
        return Outcome.FAILED, FailureKind.TIMEOUT, f"{rule.seconds:g}秒内未能打开"
    outcome = Outcome.FAILED if _against_site(failure.kind, last, root=root) else Outcome.EXCUSED
    return outcome, failure.kind, failure.reason


def _against_site(kind: FailureKind, last: Exchange | None, *, root: bool) -> bool:
    opened = last is not None and 200 <= last.status < 300
    if kind is FailureKind.NETWORK:
        return not opened  # broken off in the middle of the page: browsers show what has come
    if kind is FailureKind.TIMEOUT:
        return not (opened and last is not None and b"</html" in last.body.lower())  # only never closed
    if kind in (FailureKind.SERVER_ERROR, FailureKind.NOT_FOUND) and last is not None:
        telling = last.status in _BROKEN or (root and last.status in _MISSING)
        return telling and not _CHALLENGE.search(last.body[:_LOOKED_AT])
    return False


def probe(site: Site, rule: ProbeRule, http: HttpSettings, *, now: Callable[[], datetime]) -> Probe:
    """Ask for a home page once and wait for its end, ``rule.seconds`` at most."""
    # [http] may be more patient than the rule, or less so in connecting
    limited = replace(http, total_timeout=rule.seconds, connect_timeout=rule.seconds)
    heard, failure, probed_at = _Overheard(), None, now()
    with Fetcher(limited, now=now, evidence=heard) as fetcher:
        started = time.monotonic()
        try:
            fetcher.get(site.url)
        except FetchFailure as caught:
            failure = caught
        seconds = time.monotonic() - started
    last = heard.exchanges[-1] if heard.exchanges else None
    outcome, kind, reason = judge(seconds, rule, failure, last, root=_is_root(site.url))
    return Probe(
        site=site,
        probed_at=probed_at,
        seconds=seconds,
        status=last.status if last is not None else None,
        outcome=outcome,
        failure=kind,
        reason=reason,
        exchanges=() if outcome is Outcome.OK else tuple(heard.exchanges),
    )


def probe_sites(sites: Sequence[Site], rule: ProbeRule, settings: Settings) -> list[Probe]:
    """Probe each site once, several at a time but never two of one host.

    Sites that are not reached within ``MAX_SECONDS`` are excused.
    """
    hosts: dict[str, list[Site]] = {}
    for site in sites:
        hosts.setdefault(host_of(site.url) or site.url, []).append(site)
    deadline = time.monotonic() + MAX_SECONDS

    def probe_one(site: Site) -> Probe:
        if time.monotonic() >= deadline:
            reason = f"本轮探测超过{MAX_SECONDS:g}秒，未及探测"
            return _excused(site, settings, FailureKind.BUDGET, reason)
        try:
            return probe(site, rule, settings.http, now=settings.now)
        except Exception as error:  # what one site sends costs no other its probe
            log.exception("%s", site.target_id)
            return _excused(site, settings, FailureKind.UNEXPECTED, f"探测时出错：{type(error).__name__}")

    def probe_host(group: list[Site]) -> list[Probe]:
        return [probe_one(site) for site in group]

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return [probed for group in pool.map(probe_host, hosts.values()) for probed in group]


def rows(probes: Sequence[Probe], round_name: str, evidence: EvidenceWriter) -> list[dict[str, Any]]:
    """Rows of the table ``probes``; the answers of probes that are not ok go into ``evidence``."""
    made = []
    for each in probes:
        records = [evidence.add(_shortened(exchange)) for exchange in each.exchanges]
        made.append(
            {
                "target_id": each.site.target_id,
                "round": round_name,
                "url": masked(each.site.url),
                "probed_at": each.probed_at,
                "seconds": each.seconds,
                "status": each.status,
                "outcome": str(each.outcome),
                "failure": str(each.failure) if each.failure else None,
                "reason": each.reason,
                "evidence": records[-1] if records else None,
            }
        )
    return made


def _excused(site: Site, settings: Settings, kind: FailureKind, reason: str) -> Probe:
    return Probe(site, settings.now(), 0.0, None, Outcome.EXCUSED, kind, reason)


def _shortened(exchange: Exchange) -> Exchange:
    if len(exchange.body) <= _KEPT:
        return exchange
    return replace(exchange, body=exchange.body[:_KEPT], truncated="length")


def _is_root(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path in ("", "/") and not parts.query
