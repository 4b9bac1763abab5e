"""The steps of rectification (整改): published findings are looked at again until they are mended."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from jiancha.errors import ReviewError
from jiancha.pipeline import publish_notice
from jiancha.pipeline.context import batches, open_lake, open_run
from jiancha.pipeline.second_look import revisit

if TYPE_CHECKING:
    from jiancha.lake import Lake
    from jiancha.review.ledger import LedgerEntry
    from jiancha.windows import Window

log = logging.getLogger(__name__)

REMIND_BEFORE_DAYS = 3
ESCALATE_AFTER_DAYS = 5
_EVENTS = {"remind": "reminded", "overdue": "overdue", "escalate": "escalated"}
#: Not measured by a visit but by a week of probes.
_PROBED = "site.unreachable"
_SINCE = "since"


class Recheck(TypedDict):
    """Targets of one window to be visited as of one moment; ``label`` names the task in Airflow's UI."""

    window: str
    at: str
    label: str
    targets: list[str]


def list_checks() -> list[Recheck]:
    """What is to be looked at today: targets with published findings that are not mended, of all windows."""
    from jiancha.review import looks

    settings, lake, _ = open_lake()
    now = settings.now()
    checks: list[Recheck] = []
    for key in _published_windows(lake):
        names = {
            entry.target_id: entry.name
            for entry in published_entries(lake, key, now.date())
            if not entry.mended
        }
        if not names:
            continue
        looks.prepare(lake, _shadow(lake, key, now), key, list(names))
        named = [(name, target) for target, name in names.items()]
        for batch in batches(named, max(1, settings.run.tasks_per_kind // 4)):
            checks.append(Recheck(window=key, at=now.isoformat(), **batch))
    return checks


def check(work: Recheck) -> None:
    """Visit the targets as they are now, into a lake of this day."""
    lake, at = open_lake().lake, datetime.fromisoformat(work["at"])
    revisit(_shadow(lake, work["window"], at), _as_of(work["window"], at), work["targets"])


def settle(checks: Sequence[Recheck]) -> dict[str, int]:
    """Enter what the visits showed: mended where it was measured and holds, else still open."""
    counts = {"mended": 0, "open": 0, "unknown": 0}
    for key, moment in dict.fromkeys((each["window"], each["at"]) for each in checks):
        for outcome in _settle_window(open_lake().lake, key, datetime.fromisoformat(moment)):
            counts[outcome] += 1
    return counts


def _settle_window(lake: Lake, key: str, at: datetime) -> list[str]:
    from jiancha.assess import assess
    from jiancha.review import ledger

    again, window = _shadow(lake, key, at), _as_of(key, at)
    entries = [e for e in published_entries(lake, key, at.date()) if not e.mended]
    if any(entry.indicator == _PROBED for entry in entries):
        _carry_probes(lake, again, key)
    assess(again, window, open_run(key).standard)
    rows = again.read_rows(again.table_path("measurements", key, "assessment"))
    measured = {(row["target_id"], row["indicator"]): row for row in rows}
    seen = {row["target_id"] for row in again.window_rows("visits", key)}
    outcomes = []
    for entry in entries:
        if entry.target_id not in seen:
            continue
        outcome, note, value = _outcome(measured.get((entry.target_id, entry.indicator)))
        probed = entry.indicator == _PROBED
        evidence = again.window_folder("probes", key) if probed else again.evidence_path(key, entry.target_id)
        event = ledger.Event.MENDED if outcome == "mended" else ledger.Event.CHECKED
        ledger.add(
            lake,
            key,
            entry.finding_id,
            entry.target_id,
            event,
            at,
            note=note,
            measured=value,
            evidence=lake.relative(evidence),
        )
        outcomes.append(outcome)
    return outcomes


def _carry_probes(lake: Lake, again: Lake, key: str) -> None:
    """Give a recheck the probes made since its window was judged, those of later windows included."""
    since = open_run(key).window.checkpoint
    later = [each for each in lake.windows("probes") if each >= key]
    probes = [row for each in later for row in lake.window_rows("probes", each) if row["probed_at"] > since]
    hours = {row["round"] for row in probes}
    rounds = [
        row for each in later for row in lake.window_rows("probe_rounds", each) if row["round"] in hours
    ]
    again.write_rows("probes", key, _SINCE, probes)
    again.write_rows("probe_rounds", key, _SINCE, rounds)


def _outcome(row: dict[str, Any] | None) -> tuple[str, str, float | None]:
    if row is None or not row["measured"]:
        return "unknown", f"复查未能测得：{(row or {}).get('reason') or '没有结果'}", None
    if row["failed"]:
        return "open", f"复查仍不合格，测得{row['value']:g}", row["value"]
    return "mended", f"复查合格，测得{row['value']:g}", row["value"]


def check_wording() -> dict[str, int]:
    """Look at the published wording errors that are not mended; returns the outcomes' counts."""
    from jiancha.notice.special import latest_states
    from jiancha.review import store, wording
    from jiancha.sites.wording_recheck import look_again

    settings, lake, _ = open_lake()
    now = settings.now()
    counts = {"mended": 0, "open": 0, "unknown": 0}
    for key in lake.windows(store.WORDING):
        states = latest_states(lake, key, now.date())
        published = wording.confirmed(wording.rulings(lake, key, settings))
        waiting = [
            row
            for row in lake.window_rows("wording", key)
            if row["error_id"] in published and states.get(row["error_id"], {}).get("outcome") != "mended"
        ]
        if waiting:
            rows = look_again(waiting, key, settings=settings, lake=lake)
            lake.write_rows("wording_states", key, f"{now:%Y%m%d}", rows)
            for row in rows:
                counts[row["outcome"]] += 1
    return counts


def import_answers() -> int:
    """Take owners' answers from the ledgers in the configured folder; returns how many are new.

    A file is taken whole or not at all. Raises ReviewError that names the faulty ones after all were read.
    """
    from jiancha.review import ledger
    from jiancha.review.ledger_sheet import read_answers

    settings, lake, _ = open_lake()
    folder, new, faults = settings.review.answers, 0, []
    if folder is None or not folder.is_dir():
        return 0
    opened = {
        entry.finding_id: (key, entry)
        for key in _published_windows(lake)
        for entry in published_entries(lake, key)
    }
    for path in sorted(p for p in folder.glob("*.xlsx") if not p.name.startswith("~$")):
        try:
            answers = read_answers(path.name, path.read_bytes(), [entry for _, entry in opened.values()])
        except ReviewError as error:
            faults.append(str(error))
            continue
        for entry, note in answers:
            key = opened[entry.finding_id][0]
            event, now = ledger.Event.ANSWERED, settings.now()
            ledger.add(lake, key, entry.finding_id, entry.target_id, event, now, note=note)
            new += 1
    if faults:
        raise ReviewError("；".join(faults))
    return new


def due() -> dict[str, list[str]]:
    """Lines to remind of (``remind``), that are overdue (``overdue``) and to escalate (``escalate``).

    Each finding comes once under each; what is returned here has been entered in the ledger.
    """
    from jiancha.review import ledger

    settings, lake, _ = open_lake()
    now = settings.now()
    found: dict[str, list[str]] = {"remind": [], "overdue": [], "escalate": []}
    for key in _published_windows(lake):
        for entry in published_entries(lake, key, now.date()):
            name = stage(
                entry,
                now.date(),
                before=REMIND_BEFORE_DAYS,
                after=ESCALATE_AFTER_DAYS,
            )
            if name is None:
                continue
            line = f"{key} {entry.name}（{entry.owner}）：{entry.problem}，期限{entry.deadline}"
            event = ledger.Event(_EVENTS[name])
            ledger.add(lake, key, entry.finding_id, entry.target_id, event, now, note=line)
            found[name].append(line)
    return found


def stage(entry: LedgerEntry, today: date, *, before: int, after: int) -> str | None:
    """What is due of an entry today and was not yet; pure. The deadline day is in time."""
    from jiancha.review.ledger import Event

    if entry.mended:
        return None
    if today > entry.deadline + timedelta(days=after):
        return None if Event.ESCALATED in entry.events else "escalate"
    if today > entry.deadline:
        return None if Event.OVERDUE in entry.events else "overdue"
    if today >= entry.deadline - timedelta(days=before):
        return None if Event.REMINDED in entry.events else "remind"
    return None


def write_ledgers() -> list[str]:
    """Write the ledger of every window; returns their paths in the lake."""
    from jiancha.review.ledger_sheet import write_ledger

    settings, lake, _ = open_lake()
    today = settings.now().date()
    paths = []
    for key in _published_windows(lake):
        path = lake.window_folder("ledgers", key) / "ledger.xlsx"
        lake.write_bytes(path, write_ledger(published_entries(lake, key, today), today))
        paths.append(lake.relative(path))
    return paths


def amend_due() -> dict[str, str]:
    """Publish amended notices where the deadline has passed or all is mended; returns folders by window.

    One amended notice tells one state: none is written while the findings' figures stay what was last
    published. Of wording errors, of which there may be hundreds, the last that is mended makes a new one.
    """
    from jiancha.notice.write import final_versions
    from jiancha.review import store

    settings, lake, _ = open_lake()
    today = settings.now().date()
    folders: dict[str, str] = {}
    for key in sorted({*_published_windows(lake), *lake.windows(store.WORDING)}):
        published = final_versions(lake, key)
        if not published:
            continue
        entries, errors = published_entries(lake, key, today), _wording_figures(key, today)
        if not _is_due(entries, errors, today):
            continue
        last = published[max(published)]
        state = last.get("rectification") or {}
        before = (state.get("found"), state.get("rectified"), _whole(_wording_published(last)))
        if before != (len(entries), sum(entry.mended for entry in entries), _whole(errors)):
            folders[key] = amend(key, today)
    return folders


def _is_due(entries: Sequence[LedgerEntry], errors: tuple[int, int], today: date) -> bool:
    """Whether the deadline of the findings has passed or all are mended; without any, all wording errors."""
    if entries:
        return all(entry.mended for entry in entries) or today > max(entry.deadline for entry in entries)
    return _whole(errors)


def _whole(errors: tuple[int, int]) -> bool:
    found, rectified = errors
    return 0 < found == rectified


def _wording_figures(window_key: str, as_of: date) -> tuple[int, int]:
    """Published wording errors of a window, and how many of them are mended at the end of a day."""
    from jiancha.notice.special import wording_check
    from jiancha.review import wording

    settings, lake, window, _ = open_run(window_key)
    confirmed = wording.confirmed(wording.rulings(lake, window.key, settings))
    check, _ = wording_check(lake, window, settings, as_of, confirmed)
    return (check.found, check.rectified) if check is not None else (0, 0)


def _wording_published(notice: dict[str, Any]) -> tuple[int, int]:
    """The same figures in a published notice."""
    checks = notice.get("special_checks") or []
    return (checks[0]["found"], checks[0]["rectified"]) if checks else (0, 0)


def amend(window_key: str, as_of: date) -> str:
    """Publish the next version with the state of rectification at the end of a day; returns its folder.

    Versions that were published stay as they are.
    """
    from jiancha.notice.model import Rectification

    entries = published_entries(open_lake().lake, window_key, as_of)
    state = Rectification(len(entries), sum(entry.mended for entry in entries), as_of)
    return publish_notice.publish(window_key, state)


def go_on_probing() -> bool:
    """True while a published 站点无法访问 is not mended: whether a site opens again, only probes can tell."""
    lake = open_lake().lake
    return any(
        entry.indicator == _PROBED and not entry.mended
        for key in _published_windows(lake)
        for entry in published_entries(lake, key)
    )


def _published_windows(lake: Lake) -> list[str]:
    """Windows with a ledger."""
    from jiancha.review.ledger import TABLE

    return lake.windows(TABLE)


def published_entries(lake: Lake, window_key: str, as_of: date | None = None) -> list[LedgerEntry]:
    """Published findings that people still hold to be true: one that was overruled since is left out."""
    from jiancha.review import ledger
    from jiancha.review.publish import settlement

    rejected = {r.suspect.finding_id for r in settlement(lake, window_key).rulings if r.state.rejected}
    rows = lake.window_rows(ledger.TABLE, window_key)
    return [e for e in ledger.entries(rows, as_of or date.max) if e.finding_id not in rejected]


def _as_of(window_key: str, at: datetime) -> Window:
    """The window as if it ended now: what counts is how things stand today."""
    window = open_run(window_key).window
    return replace(window, end=at.date(), checkpoint=at)


def _shadow(lake: Lake, window_key: str, at: datetime) -> Lake:
    from jiancha.review import looks

    return looks.shadow(lake, f"rechecks/{at:%Y%m%d}", window_key)
