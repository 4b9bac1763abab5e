"""The rectification ledger (整改台账): what happened to each published finding, as events that add up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from jiancha.lake import Lake
from jiancha.review.model import Ruling
from jiancha.windows import ZONE

TABLE = "rectifications"


class Event(StrEnum):
    OPENED = "opened"  # published; note is JSON of what the ledger prints, with the deadline
    CHECKED = "checked"  # looked at again, not mended or not to be note
    MENDED = "mended"
    ANSWERED = "answered"  # the owner says so; only a look closes a finding
    REMINDED = "reminded"
    OVERDUE = "overdue"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One published finding as of a day."""

    finding_id: str
    target_id: str
    kind: str
    code: str
    name: str
    platform: str
    owner: str
    indicator: str
    problem: str
    opened_on: date
    deadline: date
    mended_on: date | None
    note: str  # the last look in words
    evidence: str
    answer: str
    events: frozenset[Event]

    @property
    def mended(self) -> bool:
        return self.mended_on is not None


def not_opened(lake: Lake, window: str, rulings: Sequence[Ruling]) -> list[Ruling]:
    """Confirmed findings that the ledger does not have yet."""
    known = {row["finding_id"] for row in lake.window_rows(TABLE, window) if row["event"] == Event.OPENED}
    return [r for r in rulings if r.state.published and r.suspect.finding_id not in known]


def open_findings(
    lake: Lake, window: str, rulings: Sequence[Ruling], moment: datetime, deadline: date
) -> None:
    """Enter confirmed findings that the ledger does not have yet, with their deadline."""
    for ruling in not_opened(lake, window, rulings):
        suspect = ruling.suspect
        note = {
            "kind": suspect.finding["target_kind"],
            **{key: suspect.verdict[key] or "" for key in ("code", "name", "platform", "owner")},
            "indicator": suspect.indicator,
            "problem": suspect.finding["problem"],
            "deadline": deadline.isoformat(),
        }
        add(
            lake,
            window,
            suspect.finding_id,
            suspect.target_id,
            Event.OPENED,
            moment,
            note=json.dumps(note, ensure_ascii=False),
            measured=float(suspect.finding["measured"]),
            evidence=suspect.finding["evidence"] or "",
        )


def add(  # noqa: PLR0913, PLR0917 - one event
    lake: Lake,
    window: str,
    finding_id: str,
    target_id: str,
    event: Event,
    moment: datetime,
    *,
    note: str,
    measured: float | None = None,
    evidence: str = "",
) -> None:
    """Add one event; the same event of the same local day is added once, whatever is run again."""
    day = moment.astimezone(ZONE).date()
    digest = hashlib.sha256(note.encode()).hexdigest()[:8] if event is Event.ANSWERED else ""
    name = f"{day:%Y%m%d}-{finding_id}-{event}{digest}"
    if lake.table_path(TABLE, window, name).exists():
        return
    row = {
        "finding_id": finding_id,
        "target_id": target_id,
        "event": str(event),
        "happened_at": moment.astimezone(UTC),
        "note": note,
        "measured": measured,
        "evidence": evidence,
    }
    lake.write_rows(TABLE, window, name, [row])


def entries(rows: Iterable[Mapping[str, Any]], as_of: date) -> list[LedgerEntry]:
    """The ledger as it stood at the end of a local day: sites, then accounts, by owner and name; pure."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda r: (r["happened_at"], r["finding_id"])):
        if _day(row) <= as_of:
            grouped.setdefault(row["finding_id"], []).append(row)
    found = [_entry(events) for events in grouped.values() if any(e["event"] == Event.OPENED for e in events)]
    return sorted(found, key=lambda e: (e.kind != "site", e.owner, e.name, e.finding_id))


def _entry(rows: Sequence[Mapping[str, Any]]) -> LedgerEntry:
    opened = next(row for row in rows if row["event"] == Event.OPENED)
    note = json.loads(opened["note"])
    looks = [row for row in rows if row["event"] in (Event.CHECKED, Event.MENDED)]
    mended = [row for row in rows if row["event"] == Event.MENDED]
    answers = [row["note"] for row in rows if row["event"] == Event.ANSWERED]
    last = mended[0] if mended else looks[-1] if looks else None
    return LedgerEntry(
        finding_id=opened["finding_id"],
        target_id=opened["target_id"],
        kind=note["kind"],
        code=note["code"],
        name=note["name"],
        platform=note["platform"],
        owner=note["owner"],
        indicator=note["indicator"],
        problem=note["problem"],
        opened_on=_day(opened),
        deadline=date.fromisoformat(note["deadline"]),
        mended_on=_day(mended[0]) if mended else None,
        note=last["note"] if last else "",
        evidence=(last["evidence"] if last else opened["evidence"]) or "",
        answer="；".join(answers),
        events=frozenset(Event(row["event"]) for row in rows),
    )


def _day(row: Mapping[str, Any]) -> date:
    moment: datetime = row["happened_at"]
    return moment.astimezone(ZONE).date()
