"""The steps of ``quarterly_inspection``, one function each, as the DAG and the command line run them.

Every step takes the window's key and works between lake tables, so a step can be run again alone.
Settings are read at each step: an Airflow task is a process of its own.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from jiancha import settings as configuration
from jiancha.errors import (
    FailureKind,
    GateFailed,
    LakeError,
    PermanentFailure,
    TransientFailure,
    WindowError,
)
from jiancha.pipeline.connections import connect_platform, connect_rsshub
from jiancha.pipeline.context import Batch, batches, open_lake, open_run
from jiancha.standard import load_standard
from jiancha.text.characters import printed

if TYPE_CHECKING:
    from jiancha.gates import GateRow
    from jiancha.lake import Lake
    from jiancha.notice.model import Notice
    from jiancha.registry.model import Account, AccountSource
    from jiancha.settings import Settings
    from jiancha.windows import Window

log = logging.getLogger(__name__)

_ASSESSED = ("verdicts", "findings", "availability")
_COLLECTED = ("visits", "columns", "items", "posts")
_LOGGED = 20  # failing rows of one check, and failed targets, that a log names
_REGISTERED = ("sites", "accounts", "registry_warnings")


class Elsewhere(NamedTuple):
    """A lake with the registry of some targets, and the window as of which they are looked at again."""

    lake: Lake
    window: Window


class FailedTarget(NamedTuple):
    """A target without a usable answer, as the roll-up reports it.

    ``connection`` (Chinese) is what its source goes through where that is what failed, for all that use it.
    """

    kind: str
    name: str
    code: str
    failure: str
    reason: str
    url: str
    connection: str = ""
    target_id: str = ""


class RollUp(NamedTuple):
    """Counts of fetched targets, and those that failed."""

    sites: int
    accounts: int
    failed: list[FailedTarget]

    def counts(self) -> dict[str, int]:
        return {"sites": self.sites, "accounts": self.accounts, "failed": len(self.failed)}


def open_window(start: datetime, end: datetime, reason: str | None = "", by: str | None = "") -> str:
    """The key of the window whose data interval a run has.

    A window whose notice is published is inspected again only for a ``reason``, which is kept with who gave
    it. Raises WindowError without one, where the interval is no window, and where the window is not over
    yet: an account that has been silent for 13 days at the time of asking may still post.
    """
    settings = configuration.load()
    window = settings.calendar().of_interval(start, end)
    if settings.now() < window.checkpoint:
        raise WindowError(
            f"window {window.key} is not over: its checkpoint {window.checkpoint.isoformat()} "
            f"is later than now ({settings.now().isoformat()})"
        )
    _require_reason(window, (reason or "").strip(), by or "")
    return window.key


def _require_reason(window: Window, reason: str, by: str) -> None:
    from jiancha.notice.write import final_versions

    settings, lake, _ = open_lake()
    published = final_versions(lake, window.key)
    if not published:
        return
    if not reason:
        raise WindowError(
            f"the notice of window {window.key} is published (version {max(published)}); to inspect it "
            "again, trigger the DAG with the parameter recheck (重新检查的理由)"
        )
    now = settings.now()
    row = {"reason": reason, "asked_by": by, "asked_at": now, "after_version": max(published)}
    lake.write_rows("rechecks", window.key, f"{now:%Y%m%dT%H%M%S}", [row])
    log.info("window %s is inspected again after version %d: %s", window.key, max(published), reason)


def freeze_registry(window_key: str) -> str:
    """Fix the registry of a window; returns the date of the snapshot taken."""
    from jiancha.registry import snapshots

    _, lake, window, _ = open_run(window_key)
    return str(snapshots.freeze(lake, window))


def list_sites(window_key: str) -> list[Batch]:
    """Batches of sites to visit, a site each up to the configured number of tasks."""
    from jiancha.registry import snapshots

    settings, lake, window, _ = open_run(window_key)
    named = [(site.name, site.target_id) for site in snapshots.read_sites(lake, window.key)]
    return batches(named, settings.run.tasks_per_kind)


def list_accounts(window_key: str) -> list[Batch]:
    """Batches of accounts to fetch, an account each up to the configured number of tasks."""
    from jiancha.registry import snapshots

    settings, lake, window, _ = open_run(window_key)
    rows = snapshots.read_accounts(lake, window.key)
    planned_sources(settings, [], [])  # a faulty source plan stops the run here, not in every task
    named = [(f"{account.name}({account.platform})", account.target_id) for account in rows]
    return batches(named, settings.run.tasks_per_kind)


def inspect_sites(window_key: str, targets: Sequence[str], elsewhere: Elsewhere | None = None) -> None:
    """Visit the sites of one batch; each leaves its outcome in the lake.

    Raises TransientFailure or PermanentFailure when a home page could not be had, after all sites of
    the batch were tried. ``elsewhere`` takes the outcomes instead, as of another moment.
    """
    from jiancha.registry import snapshots
    from jiancha.sites.visit import inspect_site

    settings, lake, window, standard = open_run(window_key)
    if elsewhere is not None:
        lake, window = elsewhere
    sites = {site.target_id: site for site in snapshots.read_sites(lake, window_key)}
    columns = snapshots.read_site_columns(lake, window_key)

    def visit(target: str) -> None:
        site = sites[target]
        listed = [c for c in columns if c.site_code == site.site_code]
        inspect_site(site, window, columns=listed, standard=standard, settings=settings, lake=lake)

    def surprised(target: str, reason: str) -> None:
        record_failed(lake, window, "site", target, settings.now(), FailureKind.UNEXPECTED, reason)

    _try_each(targets, visit, surprised)


def fetch_accounts(window_key: str, targets: Sequence[str], elsewhere: Elsewhere | None = None) -> None:
    """Fetch the listings of one batch of accounts; each leaves its outcome in the lake.

    Raises TransientFailure or PermanentFailure when a listing could not be had, after all accounts of
    the batch were tried.
    """
    from jiancha.accounts.freshness import rule_days
    from jiancha.accounts.reader import fetch_account
    from jiancha.registry import snapshots

    settings, lake, window, standard = open_run(window_key)
    if elsewhere is not None:
        lake, window = elsewhere
    accounts = {account.target_id: account for account in snapshots.read_accounts(lake, window_key)}
    registered = snapshots.read_account_sources(lake, window_key)
    sources = planned_sources(settings, list(accounts.values()), registered)
    hub, days = connect_rsshub(settings), rule_days(standard)

    def fetch(target: str) -> None:
        fetch_account(
            accounts[target],
            sources,
            window,
            days=days,
            settings=settings,
            lake=lake,
            hub=hub,
            connect=connect_platform,
        )

    def surprised(target: str, reason: str) -> None:
        record_failed(lake, window, "account", target, settings.now(), FailureKind.UNEXPECTED, reason)

    _try_each(targets, fetch, surprised)


def planned_sources(
    settings: Settings, accounts: Sequence[Account], registered: Sequence[AccountSource]
) -> Sequence[AccountSource]:
    """Where accounts are read: the plan and the registry in the order to try; without a plan the registry."""
    if settings.account.sources is None:
        return registered
    from jiancha.accounts.plan import load_entries, plan_sources

    entries = load_entries(settings.account.sources)
    plan = plan_sources(accounts, entries, registered, order=settings.account.order)
    return [source for planned in plan.accounts for source in planned.sources]


def _try_each(
    targets: Sequence[str], action: Callable[[str], None], surprised: Callable[[str, str], None]
) -> None:
    """Run ``action`` for every target, then raise the most hopeful of the failures, if any.

    Whatever one target's pages make our own code do costs that target alone: ``surprised`` takes the reason
    as its outcome. What is wrong with the machine (disk, memory, lake) ends the batch, to be tried again.
    """
    failures: list[TransientFailure | PermanentFailure] = []
    for target in targets:
        try:
            action(target)
        except (TransientFailure, PermanentFailure) as failure:
            failures.append(failure)
            log.warning("%s: %s", target, failure)
        except (OSError, MemoryError, LakeError):
            raise
        except Exception as error:
            reason = surprise(error)
            log.exception("%s: %s", target, reason)
            surprised(target, reason)
            failures.append(PermanentFailure(f"{target}: {reason}"))
    hopeful = [each for each in failures if isinstance(each, TransientFailure)]
    if failures:
        raise [*hopeful, *failures][0]


def surprise(error: Exception) -> str:
    """An unforeseen error as the reason of an outcome, in valid and short text."""
    words = f"{type(error).__name__} {error}".encode(errors="replace").decode()
    return f"读取时出现未预料的错误：{words[:200]}"


def roll_up(window_key: str | None) -> RollUp:
    """Count what was fetched; a target whose task left no outcome gets one that says so.

    Raises WindowError where no window was opened: the step waits for the end of what goes before, not for its
    success.
    """
    from jiancha.registry import snapshots

    if window_key is None:
        raise WindowError("no window was opened, so nothing was fetched")
    settings, lake, window, _ = open_run(window_key)
    visits = {row["target_id"]: row for row in lake.window_rows("visits", window_key)}
    sites = snapshots.read_sites(lake, window_key)
    accounts = snapshots.read_accounts(lake, window_key)
    named = [("site", s.target_id, s.name, s.site_code) for s in sites]
    named += [("account", a.target_id, f"{a.name}({a.platform})", a.account_code) for a in accounts]
    failed: list[FailedTarget] = []
    for kind, target, name, code in named:
        row = visits.get(target)
        if row is None:
            lost = (FailureKind.NO_OUTCOME, "采集任务未留下结果")
            row = record_failed(lake, window, kind, target, settings.now(), *lost)
        if row["status"] == "failed":
            through = _connection_of(row) if kind == "account" else ""
            failed.append(
                FailedTarget(
                    kind, name, code, row["failure"], row["reason"], row["url"] or "", through, target
                )
            )
    result = RollUp(len(sites), len(accounts), failed)
    log.info("%s: %d sites, %d accounts, %d without an answer", window_key, *result.counts().values())
    for (kind, failure), count in Counter((f.kind, f.failure) for f in failed).most_common():
        log.info("%s %s: %d", kind, failure, count)
    return result


#: Failures that are a connection's and not one account's.
_OF_CONNECTIONS = {
    FailureKind.ANTI_BOT,
    FailureKind.AUTH_EXPIRED,
    FailureKind.COLLECTOR_STALE,
    FailureKind.CONFIG,
    FailureKind.NEEDS_LOGIN,
    FailureKind.NOT_AUTHORISED,
    FailureKind.RATE_LIMITED,
}


def _connection_of(row: dict[str, Any]) -> str:
    """What a failed account is read through, where its failure is of that."""
    from jiancha.registry.ways import WAYS

    adapter, address = row.get("adapter") or "", row["url"] or ""
    if row["failure"] not in _OF_CONNECTIONS or not adapter:
        return ""
    if adapter in WAYS and WAYS[adapter].place == "connection":
        return f"连接 {address or adapter}"
    if adapter == "rsshub":
        return f"RSSHub /{address.strip('/').split('/')[0]}"
    return f"{adapter} {urlsplit(address).netloc}".strip()


def record_failed(  # noqa: PLR0913, PLR0917 - an outcome
    lake: Lake, window: Window, kind: str, target: str, now: datetime, failure: FailureKind, reason: str
) -> dict[str, Any]:
    """Write the outcome of a target whose visit wrote none itself; returns it."""
    row = {
        "target_id": target,
        "target_kind": kind,
        "status": "failed",
        "failure": str(failure),
        "reason": reason,
        "url": None,
        "started_at": now,
        "finished_at": now,
        "as_of": now,
        "coverage": "none",
        "requests": 0,
        "bytes": 0,
    }
    lake.write_rows("visits", window.key, target, [row])
    return row


def assess_window(window_key: str) -> dict[str, int]:
    """Judge a window from its lake: freshness, findings, verdicts, summary; returns the verdicts' counts."""
    from jiancha.assess import assess

    _, lake, window, standard = open_run(window_key)
    assess(lake, window, standard)
    counts = Counter(str(row["outcome"]) for row in lake.assessed("verdicts", window.key))
    findings = Counter(str(row["indicator"]) for row in lake.assessed("findings", window.key))
    log.info("%s: %s; %d findings: %s", window.key, dict(counts), findings.total(), dict(findings))
    return dict(counts)


def take_screenshots(window_key: str) -> dict[str, int]:
    """Take pictures of the pages that findings accuse; returns how many there are and how many failed.

    A picture that is there stays: the page may have been mended since. Raises SettingsError where
    ``evidence.screenshots`` is on and there is no browser.
    """
    from jiancha.evidence.records import masked
    from jiancha.sites.screenshots import MAX_PICTURES, accused_pages, take_all

    settings, lake, _, _ = open_run(window_key)
    findings: dict[str, list[dict[str, Any]]] = {}
    for row in lake.window_rows("findings", window_key):
        if row["target_kind"] == "site":
            findings.setdefault(row["target_id"], []).append(row)
    homes = {row["target_id"]: row["url"] for row in lake.window_rows("visits", window_key)}
    rows = []
    for target, found in findings.items():
        path = lake.table_path("screenshots", window_key, target)
        kept = [row for row in lake.rows_if_whole(path) if row["path"]]
        had = {row["page_url"] for row in kept}
        pages = accused_pages(found, homes.get(target), MAX_PICTURES)
        missing = [page for page in pages if masked(page) not in had]
        kept += take_all(lake, window_key, target, missing, settings)
        lake.write_rows("screenshots", window_key, target, kept)
        rows += kept
    taken = sum(row["path"] is not None for row in rows)
    return {"pictures": taken, "failed": len(rows) - taken}


def run_gate(window_key: str, gate: str) -> str:
    """Check one gate, keep its rows and its page; returns the path of the page's folder.

    Raises GateFailed when a critical check does not hold.
    """
    from jiancha import gates

    settings, lake, window, _ = open_run(window_key)
    folder = lake.window_folder("data_docs", window_key) / gate
    frames = _gate_frames(gate, lake, window, settings)
    rows = gates.run_gate(gate, frames, window=window, settings=settings)
    page = gates.checks_page(gate, window_key, rows)
    lake.write_bytes(folder / gates.CHECKS_PAGE, page.encode("utf-8", "replace"))
    lake.write_table(lake.table_path("quality", window_key, gate), gates.rows_to_table(rows))
    _log_gate(gate, rows)
    gates.require(rows)
    return lake.relative(folder)


def _log_gate(gate: str, rows: Sequence[GateRow]) -> None:
    from jiancha.gates import by_body

    failed = [row for row in rows if not row.passed]
    log.info("%s: %d checks, %d did not hold", gate, len(rows), len(failed))
    for row in failed:
        named = [
            f"{body}：{'；'.join(filter(None, shown))}".strip("：") for body, shown in by_body(row).items()
        ]
        more = f" … and {len(named) - _LOGGED} more" if len(named) > _LOGGED else ""
        shown_names = printed("，".join(named[:_LOGGED]))
        log.warning("%s %s: %s（%d）%s%s", row.severity, row.check, row.message, row.count, shown_names, more)


def _gate_frames(gate: str, lake: Lake, window: Window, settings: Settings) -> dict[str, Any]:
    if gate == "notice":
        from jiancha.notice.figures import gate_frames

        return gate_frames(_notice(lake, window, settings))
    tables = {"registry": _REGISTERED, "observations": _REGISTERED + _COLLECTED}.get(gate)
    if tables is not None:
        return {name: lake.window_frame(name, window.key) for name in tables}
    return {name: lake.window_frame(name, window.key) for name in _REGISTERED[:2] + _ASSESSED}


def draft_notice(window_key: str) -> str:
    """Write the draft notice in all its forms; returns the path of its folder in the lake.

    Raises GateFailed, before anything is written, where the audit finds the notice contradicting itself.
    """
    from jiancha.notice.write import write_notice, writing

    settings, lake, window, _ = open_run(window_key)
    with writing(lake, window.key):
        notice = _notice(lake, window, settings)
        require_sound(notice)
        return lake.relative(write_notice(notice, lake))


def require_sound(notice: Notice) -> None:
    """The last gate: a notice of ours, in all four forms as they will be read, must not contradict itself.

    Raises GateFailed. Doubtful identifiers are the registry's, whose own gate warns of them.
    """
    from jiancha.audit.own import audit_own
    from jiancha.notice.write import forms

    found = audit_own(forms(notice))
    wrong = [each for each in found if each.severity == "error" and not each.check.startswith("identifier_")]
    if wrong:
        first = wrong[0]
        raise GateFailed(
            f"the {notice.status} notice contradicts itself ({len(wrong)} findings), nothing is written: "
            f"{first.check}, “{first.quote}”: expected {first.expected}, found {first.found}"
        )


def _notice(lake: Lake, window: Window, settings: Settings) -> Notice:
    from jiancha.notice.build import build_notice
    from jiancha.notice.special import with_special_checks
    from jiancha.notice.write import next_version

    version = next_version(lake, window.key)  # a published notice is never written again
    notice = build_notice(
        lake, window, load_standard(settings.standard, settings.standards_folder), settings, version=version
    )
    return with_special_checks(notice, lake, window, settings, window.checkpoint_day)
