"""The steps of an inspection, one function each, as the DAGs and the command line run them.

Every step takes the window's key and works between lake tables, so a step can be run again alone.
Settings are read at each step: an Airflow task is a process of its own.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict
from urllib.parse import urlsplit

from jiancha import settings as configuration
from jiancha.errors import (
    FailureKind,
    GateFailed,
    PermanentFailure,
    RegistryError,
    TransientFailure,
    UnreadableSource,
    WindowError,
)
from jiancha.standard import Standard, load_standard

if TYPE_CHECKING:
    from jiancha.collect.connections import Endpoint
    from jiancha.collect.hub import Hub
    from jiancha.lake import Lake
    from jiancha.notice.model import Notice
    from jiancha.registry.model import Account, AccountSource, Site
    from jiancha.settings import Settings
    from jiancha.windows import Window

log = logging.getLogger(__name__)

_ASSESSED = ("verdicts", "findings", "availability")
_COLLECTED = ("visits", "columns", "items", "posts")
_ROUND = timedelta(hours=1)
_REGISTERED = ("sites", "accounts", "registry_warnings")


class Batch(TypedDict):
    """The work of one mapped fetch task: ``label`` names it in Airflow's UI."""

    label: str
    targets: list[str]


class ProbeRound(TypedDict):
    """One hourly round of probes: ``name`` is its local hour, ``registry`` the snapshot's date."""

    window: str
    name: str
    opened_at: str
    registry: str


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


class RollUp(NamedTuple):
    """Counts of fetched targets, and those that failed."""

    sites: int
    accounts: int
    failed: list[FailedTarget]


def _open(window_key: str) -> tuple[Settings, Lake, Window]:
    settings = configuration.load()
    return settings, _lake(settings), settings.calendar().window(window_key)


def _lake(settings: Settings) -> Lake:
    from jiancha.lake import Lake  # pyarrow takes 0.5 s: not when Airflow parses the DAG

    return Lake(settings.lake)


def _standard(settings: Settings) -> Standard:
    return load_standard(settings.standard, settings.standards_folder)


def sync_registry() -> dict[str, Any]:
    """Read the exports, from the configured Connection or else the folder, into snapshots of the lake.

    Returns the snapshots made and the differences between them. Raises RegistryError for a faulty
    export; the last good snapshot then stays in force.
    """
    from jiancha.registry import snapshots

    settings = configuration.load()
    named = _connection_files(settings) if settings.registry.connection else _folder_files(settings)
    result = snapshots.sync(
        _lake(settings),
        named,
        default_date=settings.now().date(),
        aliases=settings.registry.aliases,
        max_cell=settings.registry.max_cell,
    )
    return result.to_dict()


def _folder_files(settings: Settings) -> list[tuple[str, bytes]]:
    folder = settings.registry.folder
    suffixes = {".xlsx", ".xls", ".csv"}
    if not folder.is_dir():
        raise RegistryError("the registry folder does not exist", file=str(folder))
    names = sorted(
        p for p in folder.iterdir() if p.suffix.lower() in suffixes and not p.name.startswith("~$")
    )
    if not names:
        raise RegistryError("no export (xlsx, xls, csv) in the registry folder", file=str(folder))
    return [(p.name, p.read_bytes()) for p in names]


def _connection_files(settings: Settings) -> list[tuple[str, bytes]]:
    """Exports behind an Airflow HTTP Connection: its secrets stay in Airflow."""
    from airflow.sdk import Connection

    from jiancha.collect.exports import download_exports

    connection = Connection.get(settings.registry.connection)
    scheme = connection.schema or "http"
    port = f":{connection.port}" if connection.port else ""
    folder = str(connection.extra_dejson.get("path", "")).strip("/")
    url = (
        f"{scheme}://{connection.host}{port}/{folder}/" if folder else f"{scheme}://{connection.host}{port}/"
    )
    auth = (connection.login, connection.password or "") if connection.login else None
    return download_exports(url, auth=auth, settings=settings)


def open_window(start: datetime, end: datetime) -> str:
    """The key of the window whose data interval a run has.

    Raises WindowError where the interval is no window, or where the window is not over yet: an
    account that has been silent for 13 days at the time of asking may still post.
    """
    settings = configuration.load()
    window = settings.calendar().of_interval(start, end)
    if settings.now() < window.checkpoint:
        raise WindowError(
            f"window {window.key} is not over: its checkpoint {window.checkpoint.isoformat()} "
            f"is later than now ({settings.now().isoformat()})"
        )
    return window.key


def freeze_registry(window_key: str) -> str:
    """Fix the registry of a window; returns the date of the snapshot taken."""
    from jiancha.registry import snapshots

    _, lake, window = _open(window_key)
    return str(snapshots.freeze(lake, window))


def list_sites(window_key: str) -> list[Batch]:
    """Batches of sites to visit, a site each up to the configured number of tasks."""
    from jiancha.registry import snapshots

    settings, lake, window = _open(window_key)
    named = [(site.name, site.target_id) for site in snapshots.read_sites(lake, window.key)]
    return batches(named, settings.run.tasks_per_kind)


def list_accounts(window_key: str) -> list[Batch]:
    """Batches of accounts to fetch, an account each up to the configured number of tasks."""
    from jiancha.registry import snapshots

    settings, lake, window = _open(window_key)
    rows = snapshots.read_accounts(lake, window.key)
    planned_sources(settings, [], [])  # a faulty source plan stops the run here, not in every task
    named = [(f"{account.name}({account.platform})", account.target_id) for account in rows]
    return batches(named, settings.run.tasks_per_kind)


def batches(named: Sequence[tuple[str, str]], limit: int) -> list[Batch]:
    """Split (name, target id) pairs into at most ``limit`` batches, in order and of even size."""
    if len(named) <= limit:
        return [Batch(label=name, targets=[target]) for name, target in named]
    size, larger = divmod(len(named), limit)
    result: list[Batch] = []
    first = 0
    for index in range(limit):
        last = first + size + (index < larger)
        part = named[first:last]
        label = part[0][0] if len(part) == 1 else f"{part[0][0]} … {part[-1][0]}"
        result.append(Batch(label=label, targets=[target for _, target in part]))
        first = last
    return result


def inspect_sites(window_key: str, targets: Sequence[str], elsewhere: Elsewhere | None = None) -> None:
    """Visit the sites of one batch; each leaves its outcome in the lake.

    Raises TransientFailure or PermanentFailure when a home page could not be had, after all sites of
    the batch were tried. ``elsewhere`` takes the outcomes instead, as of another moment.
    """
    from jiancha.collect.site import inspect_site
    from jiancha.registry import snapshots

    settings, lake, window = _open(window_key)
    if elsewhere is not None:
        lake, window = elsewhere
    standard = _standard(settings)
    sites = {site.target_id: site for site in snapshots.read_sites(lake, window_key)}
    columns = snapshots.read_site_columns(lake, window_key)

    def visit(target: str) -> None:
        site = sites[target]
        listed = [c for c in columns if c.site_code == site.site_code]
        inspect_site(site, window, columns=listed, standard=standard, settings=settings, lake=lake)

    _try_each(targets, visit)


def fetch_accounts(window_key: str, targets: Sequence[str], elsewhere: Elsewhere | None = None) -> None:
    """Fetch the listings of one batch of accounts; each leaves its outcome in the lake.

    Raises TransientFailure or PermanentFailure when a listing could not be had, after all accounts of
    the batch were tried.
    """
    from jiancha.collect.account import fetch_account
    from jiancha.registry import snapshots

    settings, lake, window = _open(window_key)
    if elsewhere is not None:
        lake, window = elsewhere
    accounts = {account.target_id: account for account in snapshots.read_accounts(lake, window_key)}
    registered = snapshots.read_account_sources(lake, window_key)
    sources = planned_sources(settings, list(accounts.values()), registered)
    hub, days = rsshub(settings), account_days(_standard(settings))

    def fetch(target: str) -> None:
        fetch_account(
            accounts[target],
            sources,
            window,
            days=days,
            settings=settings,
            lake=lake,
            hub=hub,
            connect=connection,
        )

    _try_each(targets, fetch)


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


def rsshub(settings: Settings) -> Hub | None:
    """The RSSHub behind the configured Airflow Connection: its access key stays in Airflow."""
    if not settings.account.rsshub_connection:
        return None
    from airflow.sdk import Connection

    from jiancha.collect.hub import Hub

    connection = Connection.get(settings.account.rsshub_connection)
    port = f":{connection.port}" if connection.port else ""
    return Hub(f"{connection.schema or 'http'}://{connection.host}{port}", connection.password or "")


def connection(name: str) -> Endpoint:
    """The Airflow Connection of a platform's interface; raises UnreadableSource, CONFIG, without one."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

    from jiancha.collect.connections import Endpoint

    try:
        found = Connection.get(name)
    except (AirflowNotFoundException, AirflowRuntimeError) as error:
        raise UnreadableSource(FailureKind.CONFIG, f"没有名为 {name} 的连接") from error
    port = f":{found.port}" if found.port else ""
    host = found.host or ""
    if host and "://" not in host:
        host = f"{found.schema or 'https'}://{host}"
    base = f"{host}{port}" if host else ""
    return Endpoint(name, base, found.login or "", found.password or "")


def account_days(standard: Standard) -> int:
    """Days before the checkpoint in which an account must have posted."""
    days = (each.threshold for each in standard.indicators if each.id == "account.stale")
    return int(next(days, 14))


def _try_each(targets: Sequence[str], action: Callable[[str], None]) -> None:
    """Run ``action`` for every target, then raise the most hopeful of the failures, if any."""
    transient: TransientFailure | None = None
    permanent: PermanentFailure | None = None
    for target in targets:
        try:
            action(target)
        except TransientFailure as failure:
            transient = failure
            log.warning("%s: %s", target, failure)
        except PermanentFailure as failure:
            permanent = failure
            log.warning("%s: %s", target, failure)
    if transient is not None:
        raise transient
    if permanent is not None:
        raise permanent


def open_probe_round(go_on: Callable[[], bool] | None = None) -> ProbeRound | None:
    """The round of the present hour; None outside the windows, or where the indicator set has no such rule.

    Where ``go_on`` says so there is one after a window, too: it is the window's, whose verdicts it does not
    touch. It is not asked inside a window.
    A window that is shorter than the days of the rule is probed from so many days before its checkpoint.
    There is one round an hour: a second one overwrites the first, so twenty probes a day are spread over
    twenty hours.
    """
    from jiancha.registry import snapshots

    settings = configuration.load()
    now = settings.now()
    rule = _standard(settings).probe_rule
    if rule is None:
        return None
    calendar = settings.calendar()
    window = calendar.current(now, days=rule.days)
    if window is None:
        if go_on is None or not go_on():
            return None
        window = calendar.at(now)
    day = snapshots.snapshot_for(_lake(settings), now.date())
    return ProbeRound(
        window=window.key, name=f"{now:%Y%m%dT%H}", opened_at=now.isoformat(), registry=day.isoformat()
    )


def list_probe_batches(opened: ProbeRound) -> list[Batch]:
    """Batches of sites to probe."""
    settings = configuration.load()
    sites = _probed_sites(_lake(settings), opened)
    named = [(site.name, target) for target, site in sites.items()]
    tasks = -(-len(named) // max(1, settings.probe.sites_per_task))
    return batches(named, min(tasks, settings.run.tasks_per_kind)) if named else []


def probe_sites(opened: ProbeRound, targets: Sequence[str]) -> None:
    """Probe the sites of one batch; one file holds what came of it.

    Raises PermanentFailure where the round's hour is over: a probe cannot be made for the past.
    """
    from jiancha.collect import probe
    from jiancha.collect.evidence import EvidenceWriter

    settings = configuration.load()
    lake, rule = _lake(settings), _standard(settings).probe_rule
    if settings.now() - datetime.fromisoformat(opened["opened_at"]) > _ROUND or rule is None:
        raise PermanentFailure(f"round {opened['name']} is over: a probe cannot be made for the past")
    sites = _probed_sites(lake, opened)
    name = f"{opened['name']}-{targets[0]}"
    evidence = EvidenceWriter(f"{opened['window']}/probe-{name}")
    rows = probe.rows(
        probe.probe_sites([sites[t] for t in targets], rule, settings), opened["name"], evidence
    )
    if any(row["evidence"] for row in rows):
        evidence.save(lake, lake.evidence_path(opened["window"], f"probe-{name}"))
    lake.write_rows("probes", opened["window"], name, rows)


def close_probe_round(opened: ProbeRound) -> dict[str, int]:
    """Count a round that is whole; only rounds with this count are judged.

    Raises GateFailed, after the count is written, where so many sites failed that our own line must be at
    fault: such a round does not count.
    """
    settings = configuration.load()
    lake = _lake(settings)
    folder = lake.window_folder("probes", opened["window"])
    files = sorted(folder.glob(f"{opened['name']}-*.parquet"))
    rows = [row for file in files for row in lake.read_rows(file)]
    outcomes = {row["target_id"]: row["outcome"] for row in sorted(rows, key=lambda row: row["probed_at"])}
    failed = sum(outcome == "failed" for outcome in outcomes.values())
    counted = failed + sum(outcome == "ok" for outcome in outcomes.values())
    own_line = failed > settings.probe.own_line_share * counted
    row = {
        "round": opened["name"],
        "sites": len(outcomes),
        "counted": counted,
        "failed": failed,
        "own_line": own_line,
    }
    lake.write_rows("probe_rounds", opened["window"], opened["name"], [row])
    if own_line:
        raise GateFailed(
            f"round {opened['name']} does not count: {failed} of {counted} home pages did not open, more "
            f"than probe.own_line_share ({settings.probe.own_line_share:g}) allows; is our own line down?"
        )
    return {"sites": len(outcomes), "counted": counted, "failed": failed}


def _probed_sites(lake: Lake, opened: ProbeRound) -> dict[str, Site]:
    """The sites of a round by target id, in registry order."""
    from jiancha.registry import snapshots

    listed = snapshots.snapshot_sites(lake, date.fromisoformat(opened["registry"]))
    return {site.target_id: site for site in listed}


def roll_up(window_key: str) -> RollUp:
    """Count what was fetched; a target whose task left no outcome gets one that says so."""
    from jiancha.registry import snapshots

    settings, lake, window = _open(window_key)
    visits = {row["target_id"]: row for row in lake.window_rows("visits", window_key)}
    sites = snapshots.read_sites(lake, window_key)
    accounts = snapshots.read_accounts(lake, window_key)
    named = [("site", s.target_id, s.name, s.site_code) for s in sites]
    named += [("account", a.target_id, f"{a.name}({a.platform})", a.account_code) for a in accounts]
    failed: list[FailedTarget] = []
    for kind, target, name, code in named:
        row = visits.get(target) or _record_lost(lake, window, kind, target, settings.now())
        if row["status"] == "failed":
            through = _connection_of(row) if kind == "account" else ""
            failed.append(
                FailedTarget(kind, name, code, row["failure"], row["reason"], row["url"] or "", through)
            )
    return RollUp(len(sites), len(accounts), failed)


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
    from jiancha.accounts.plan import CONNECTED

    adapter, address = row.get("adapter") or "", row["url"] or ""
    if row["failure"] not in _OF_CONNECTIONS or not adapter:
        return ""
    if adapter in CONNECTED:
        return f"连接 {address or adapter}"
    if adapter == "rsshub":
        return f"RSSHub /{address.strip('/').split('/')[0]}"
    return f"{adapter} {urlsplit(address).netloc}".strip()


def _record_lost(lake: Lake, window: Window, kind: str, target: str, now: datetime) -> dict[str, Any]:
    row = {
        "target_id": target,
        "target_kind": kind,
        "status": "failed",
        "failure": str(FailureKind.NO_OUTCOME),
        "reason": "采集任务未留下结果",
        "started_at": now,
        "finished_at": now,
        "as_of": now,
        "coverage": "none",
        "requests": 0,
        "bytes": 0,
    }
    lake.write_rows("visits", window.key, target, [row])
    return {**row, "url": None}


def assess_window(window_key: str) -> None:
    """Judge a window from its lake: freshness, findings, verdicts, summary."""
    from jiancha.assess import assess

    settings, lake, window = _open(window_key)
    assess(lake, window, _standard(settings))


def take_screenshots(window_key: str) -> dict[str, int]:
    """Take pictures of the pages that findings accuse; returns how many there are and how many failed.

    A picture that is there stays: the page may have been mended since. Raises SettingsError where
    ``evidence.screenshots`` is on and there is no browser.
    """
    from jiancha.collect.evidence import masked
    from jiancha.collect.screenshots import accused_pages, take_all

    settings, lake, _ = _open(window_key)
    findings: dict[str, list[dict[str, Any]]] = {}
    for row in lake.window_rows("findings", window_key):
        if row["target_kind"] == "site":
            findings.setdefault(row["target_id"], []).append(row)
    homes = {row["target_id"]: row["url"] for row in lake.window_rows("visits", window_key)}
    rows = []
    for target, found in findings.items():
        path = lake.table_path("screenshots", window_key, target)
        kept = [row for row in (lake.read_rows(path) if path.exists() else []) if row["path"]]
        had = {row["page_url"] for row in kept}
        pages = accused_pages(found, homes.get(target), settings.evidence.max_screenshots)
        missing = [page for page in pages if masked(page) not in had]
        kept += take_all(lake, window_key, target, missing, settings)
        lake.write_rows("screenshots", window_key, target, kept)
        rows += kept
    taken = sum(row["path"] is not None for row in rows)
    return {"pictures": taken, "failed": len(rows) - taken}


def run_gate(window_key: str, gate: str) -> str:
    """Check one gate, keep its rows and its Data Docs; returns the path of the docs.

    Raises GateFailed when a critical check does not hold.
    """
    from jiancha import gates

    settings, lake, window = _open(window_key)
    folder = lake.window_folder("data_docs", window_key) / gate
    frames = _gate_frames(gate, lake, window, settings)
    with tempfile.TemporaryDirectory() as docs:
        rows = gates.run_gate(gate, frames, window=window, settings=settings, docs=Path(docs))
        gates.write_checks_page(Path(docs), gate, window_key, rows)
        lake.replace_folder(folder, Path(docs))
    lake.write_table(lake.table_path("quality", window_key, gate), gates.rows_to_table(rows))
    gates.require(rows)
    return lake.relative(folder)


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
    from jiancha.notice.write import write_notice

    settings, lake, window = _open(window_key)
    notice = _notice(lake, window, settings)
    require_sound(notice)
    return lake.relative(write_notice(notice, lake))


def require_sound(notice: Notice) -> None:
    """The last gate: a notice of ours, as it will be read, must not contradict itself. Raises GateFailed.

    Doubtful identifiers are the registry's, whose own gate warns of them.
    """
    from jiancha.audit import audit_text
    from jiancha.audit.files import html_text
    from jiancha.notice.render_html import render_html

    found = audit_text(html_text(render_html(notice).decode())).findings
    wrong = [each for each in found if each.severity == "error" and not each.check.startswith("identifier_")]
    if wrong:
        first = wrong[0]
        raise GateFailed(
            f"the {notice.status} notice contradicts itself ({len(wrong)} findings), nothing is written: "
            f"{first.check}, “{first.quote}”: expected {first.expected}, found {first.found}"
        )


def _notice(lake: Lake, window: Window, settings: Settings) -> Notice:
    from jiancha.notice.model import build_notice
    from jiancha.notice.special import with_special_checks
    from jiancha.notice.write import next_version

    version = next_version(lake, window.key)  # a published notice is never written again
    notice = build_notice(lake, window, _standard(settings), settings, version=version)
    return with_special_checks(notice, lake, window, settings, window.checkpoint_day)
