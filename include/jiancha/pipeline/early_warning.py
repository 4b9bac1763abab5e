"""The steps of the early warning (预警): check every account each day, and warn its owner in time.

A light check beside the inspection: it keeps no evidence and judges nobody. An account that could not be
read is listed as such and never warned of.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from jiancha import settings as configuration
from jiancha.errors import FailureKind, GateFailed, JianchaError, LakeError
from jiancha.pipeline.connections import connect_platform, connect_rsshub
from jiancha.pipeline.context import Batch, batches, open_lake
from jiancha.pipeline.quarterly_inspection import planned_sources, surprise
from jiancha.windows import local

if TYPE_CHECKING:
    from jiancha.accounts.circuit import Circuit
    from jiancha.accounts.history import History
    from jiancha.accounts.reader import Checked
    from jiancha.accounts.rsshub import RssHub
    from jiancha.lake import Lake
    from jiancha.registry.model import Account, AccountSource
    from jiancha.settings import Settings
    from jiancha.standard import Standard

log = logging.getLogger(__name__)

GAPS, READINGS = "account_gaps", "account_readings"
GAP_DAYS = 90  # over which the longest gap and the days out of compliance are counted
_FILE = "accounts"  # one file a day: every account's row is read together
_PER_TASK = 20  # a reading takes a second or two, Airflow's task about as long

_Row = dict[str, Any]


class MailError(JianchaError):
    """Some mail could not be sent; the message says to whom and why. All other mail was."""


class OwnerWarning(NamedTuple):
    """One mail: to whom, and the accounts it tells of. ``owner`` is None for owners without an address.

    ``rule_days``: a post so many days old still keeps the rule.
    """

    owner: str | None
    to: tuple[str, ...]
    at: datetime
    rule_days: int
    rows: tuple[_Row, ...]


def open_check() -> str:
    """The moment as of which this run looks: an ISO time, Asia/Shanghai."""
    return configuration.load().now().isoformat()


def list_accounts(at: str) -> list[Batch]:
    """Batches of the accounts in the registry of today.

    Raises SettingsError or RegistryError where a setting, the source plan or the list of owners is faulty,
    before anything is fetched.
    """
    from jiancha.accounts.owners import load_owners

    settings, lake, _ = open_lake()
    accounts = _accounts(lake, _day(at))
    planned_sources(settings, [], [])
    load_owners(settings.early_warning.owners)
    named = [(f"{a.name}({a.platform})", a.target_id) for a in accounts]
    tasks = min(-(-len(named) // _PER_TASK), settings.run.tasks_per_kind)
    return batches(named, tasks) if named else []


def check(at: str, targets: Sequence[str]) -> None:
    """Read the newest posts of one batch's accounts; one file holds what was seen."""
    from jiancha.accounts.circuit import Circuit
    from jiancha.registry import snapshots

    settings, lake, _ = open_lake()
    day = _day(at)
    accounts = {account.target_id: account for account in _accounts(lake, day)}
    registered = snapshots.snapshot_account_sources(lake, snapshots.snapshot_for(lake, day))
    sources = planned_sources(settings, list(accounts.values()), registered)
    hub = connect_rsshub(settings)
    circuit = Circuit(lake, day.isoformat(), now=settings.now)
    moment = datetime.fromisoformat(at)

    def read(target: str) -> _Row:
        try:
            found = look(accounts[target], sources, moment, settings, hub, circuit)
            return _reading(target, found, moment, settings)
        except (OSError, MemoryError, LakeError):
            raise
        except Exception as error:  # what one account's source sends costs no other its reading
            log.exception("%s", target)
            failed = {"failure": str(FailureKind.UNEXPECTED), "reason": surprise(error)}
            return {**_lost(target), **failed, "read_at": settings.now()}

    rows = [read(target) for target in targets]
    lake.write_rows(READINGS, day.isoformat(), targets[0], rows)


def look(  # noqa: PLR0913, PLR0917 - what a reading needs
    account: Account,
    sources: Sequence[AccountSource],
    at: datetime,
    settings: Settings,
    hub: RssHub | None = None,
    circuit: Circuit | None = None,
) -> Checked:
    """Read an account as far as the warning needs: one page of a listing, if a recent post stands on it.

    Stale then means: no post on the day of ``at`` and the ``early_warning.days`` - 1 days before.
    """
    from jiancha.accounts.reader import check_account

    days = settings.early_warning.days - 1
    own = (account.account_code, account.platform, account.name)
    mine = [s for s in sources if (s.account_code, s.platform, s.name) == own]
    light = replace(settings, account=replace(settings.account, max_feed_pages=1, compare=False))
    looks = []
    for source in mine:
        one = check_account(
            account, [source], at, days, settings=light, hub=hub, circuit=circuit, connect=connect_platform
        )
        if one.judgement.outcome != "unknown":
            return one
        looks.append(one)
    if looks and all(one.judgement.failure is not FailureKind.INCOMPLETE for one in looks):
        return looks[0]
    return check_account(
        account, mine, at, days, settings=settings, hub=hub, circuit=circuit, connect=connect_platform
    )


def _reading(target: str, found: Checked, at: datetime, settings: Settings) -> _Row:
    from jiancha.accounts.history import seen
    from jiancha.evidence.records import masked

    judged, source = found.judgement, found.source
    day = local(at).date()
    known = judged.outcome != "unknown"  # what cannot be trusted may be another account's
    as_of = found.listing.as_of or at
    history = seen(found.listing, min(day, local(as_of).date())) if known else None
    newest = judged.newest if known else None
    return {
        "target_id": target,
        "read_at": settings.now(),
        "outcome": judged.outcome,
        "failure": None if known or judged.failure is None else str(judged.failure),
        "reason": None if known else judged.why,
        "adapter": source.adapter if source else None,
        "source": masked(source.address) if source else None,
        "newest": newest.published_on if newest else None,
        "newest_title": newest.title if newest else None,
        "newest_url": newest.url if newest else None,
        "post_days": list(history.days) if history else [],
        "whole_since": history.since if history else None,
        "known_until": history.until if history else None,
    }


def settle(at: str) -> dict[str, int]:
    """Write the day's table, a row for each account, from what was seen today and known before.

    Returns how many accounts are fresh, due for a warning (``stale``) and ``unknown``. A step that is run
    again gives the same table. Raises LakeError where no batch was read at all.
    """
    settings, lake, standard = open_lake()
    day = _day(at)
    readings = {r["target_id"]: r for r in _newest_last(lake.window_rows(READINGS, day.isoformat()))}
    before = {row["target_id"]: row for row in latest(lake, day)}
    accounts = _accounts(lake, day)
    if accounts and not readings:
        raise LakeError(f"no account was read on {day}: see the tasks list_accounts and check")
    limit = _limits(settings, standard)[-1]
    rows = [
        day_row(
            account,
            day,
            readings.get(account.target_id) or _lost(account.target_id),
            before.get(account.target_id),
            span=GAP_DAYS,
            limit=limit,
        )
        for account in accounts
    ]
    lake.write_rows(GAPS, day.isoformat(), _FILE, rows)
    return {name: sum(row["outcome"] == name for row in rows) for name in ("fresh", "stale", "unknown")}


def day_row(  # noqa: PLR0913 - all that a row is made of
    account: Account, day: date, reading: _Row, before: _Row | None, *, span: int, limit: int
) -> _Row:
    """The row of one account and day, from today's reading and the last row before; pure.

    ``span`` is the number of days, with today, over which gaps are counted; ``limit`` the days of the rule.
    A mail about a silence is forgotten once something newer was posted.
    """
    from jiancha.accounts.history import History, joined

    was = before or {}
    seen = History(tuple(reading["post_days"]), reading["whole_since"], reading["known_until"])
    kept = History(tuple(was.get("post_days") or ()), was.get("known_since"), was.get("known_until"))
    history = joined(kept, seen, kept_from=day - timedelta(days=span + limit))
    known = reading["outcome"] != "unknown"
    source = reading if known else was
    newest: date | None = source.get("newest")
    warned_of: date | None = was.get("warned_newest")
    still = warned_of is not None and (newest is None or newest <= warned_of)
    return {
        "target_id": account.target_id,
        "row": account.row,
        "account_code": account.account_code,
        "platform": account.platform,
        "name": account.name,
        "owner": account.owner,
        "day": day,
        **{key: reading[key] for key in ("outcome", "failure", "reason", "adapter", "source")},
        **{key: source.get(key) for key in ("newest", "newest_title", "newest_url")},
        "days_without": (day - newest).days if known and newest is not None else None,
        "post_days": list(history.days),
        "known_since": history.since,
        "known_until": history.until,
        **_counted(history, day - timedelta(days=span - 1), limit),
        "warned_newest": warned_of if still else None,
        "warned_days": was.get("warned_days") if still else None,
    }


def _counted(history: History, span_from: date, limit: int) -> _Row:
    from jiancha.accounts.gaps import gaps

    if history.since is None or history.until is None or history.until < span_from:
        return {}
    since = max(span_from, history.since)
    found = gaps(history.days, history.until, since, limit=limit)
    return {
        "longest_gap": found.longest,
        "gap_first": found.first,
        "gap_last": found.last,
        "days_out": found.days_out,
        "days_counted": (history.until - since).days + 1,
    }


def due(rows: Iterable[_Row], limits: Sequence[int]) -> list[tuple[_Row, int]]:
    """The accounts of which a mail is due, each with the limit (whole days) that it has reached; pure.

    Each limit is due once in a silence; of two that are reached together only the greater.
    """
    found = []
    for row in rows:
        days = row["days_without"]
        if row["outcome"] != "stale" or days is None:
            continue
        reached = max((limit for limit in limits if days >= limit), default=None)
        if reached is not None and reached > (row["warned_days"] or 0):
            found.append((row, reached))
    return found


def warn(at: str, send: Callable[[OwnerWarning], bool]) -> dict[str, int]:
    """Send each owner one mail about the accounts that reached a limit; ``send`` says whether it was sent.

    Owners without an address are named in one mail to the configured recipients. What was sent is entered
    before the next one goes out, so that nobody is mailed twice. Raises MailError, after all were tried,
    where a mail could not be sent.
    """
    settings, lake, standard = open_lake()
    sent, failed = 0, []
    for letter in letters(at):
        try:
            done = send(letter)
        except OSError as error:  # every error of SMTP and of the connection is one
            log.warning("the mail for %s was not sent: %s", letter.owner, error)
            failed.append(f"{letter.owner or 'owners without an address'}: {error}")
            continue
        if done:
            _enter(lake, _day(at), letter, _limits(settings, standard))
            sent += 1
    if failed:
        raise MailError(f"{len(failed)} of {sent + len(failed)} mails were not sent: " + "; ".join(failed))
    return {"mails": sent}


def letters(at: str) -> list[OwnerWarning]:
    """The mails that are due, in registry order of their first account."""
    from jiancha.accounts.owners import load_owners

    settings, lake, standard = open_lake()
    owners = load_owners(settings.early_warning.owners)
    by_owner: dict[str | None, list[_Row]] = {}
    limits = _limits(settings, standard)
    for row, _ in due(lake.window_rows(GAPS, _day(at).isoformat()), limits):
        known = row["owner"] if owners.of(row["owner"]) else None
        by_owner.setdefault(known, []).append(row)
    moment = datetime.fromisoformat(at)
    return [
        OwnerWarning(
            owner,
            settings.mail.recipients if owner is None else owners.of(owner),
            moment,
            limits[-1],
            tuple(rows),
        )
        for owner, rows in by_owner.items()
    ]


def require_readable(counts: Mapping[str, int]) -> None:
    """Fail where so many accounts could not be read that the plan or our own line must be at fault.

    Raises GateFailed. Warnings are not held back by it: each stands on what was read of its account.
    """
    total, limit = sum(counts.values()), configuration.load().run.max_undetermined_share
    if total and counts["unknown"] > limit * total:
        raise GateFailed(
            f"{counts['unknown']} of {total} accounts could not be read, more than "
            f"run.max_undetermined_share ({limit:g}) allows; the page of early warnings says why"
        )


def latest(lake: Lake, day: date | None = None) -> list[_Row]:
    """The rows of the last day with a table, on or before ``day``; in registry order."""
    found = max((name for name in lake.windows(GAPS) if day is None or name <= day.isoformat()), default=None)
    return lake.window_rows(GAPS, found) if found is not None else []


def _enter(lake: Lake, day: date, letter: OwnerWarning, limits: Sequence[int]) -> None:
    rows = lake.window_rows(GAPS, day.isoformat())
    warned = {row["target_id"] for row in letter.rows}
    for row, reached in due((row for row in rows if row["target_id"] in warned), limits):
        row.update(warned_newest=row["newest"], warned_days=reached)
    lake.write_rows(GAPS, day.isoformat(), _FILE, rows)


def _limits(settings: Settings, standard: Standard) -> tuple[int, int]:
    from jiancha.accounts.freshness import rule_days

    return settings.early_warning.days, rule_days(standard)


def _lost(target: str) -> _Row:
    """The reading of an account whose task ended without leaving one."""
    empty = dict.fromkeys(
        ("read_at", "adapter", "source", "newest", "newest_title", "newest_url", "whole_since", "known_until")
    )
    return {
        "target_id": target,
        "outcome": "unknown",
        "failure": str(FailureKind.NO_OUTCOME),
        "reason": "采集任务未留下结果",
        "post_days": [],
        **empty,
    }


def _newest_last(rows: list[_Row]) -> list[_Row]:
    return sorted(rows, key=lambda row: row["read_at"])


def _day(at: str) -> date:
    return local(datetime.fromisoformat(at)).date()


def _accounts(lake: Lake, day: date) -> list[Account]:
    """The accounts with posts in the registry of a day, each once; apps and mini-programs have none."""
    from jiancha.accounts.plan import post_based
    from jiancha.registry import snapshots

    rows = snapshots.snapshot_accounts(lake, snapshots.snapshot_for(lake, day))
    return list({a.target_id: a for a in reversed(rows) if post_based(a.platform)}.values())[::-1]
