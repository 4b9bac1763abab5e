"""Decisions in the lake: one file each, written once, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from jiancha.lake import Lake
from jiancha.notice.text import one_line
from jiancha.review.model import Choice, Decision, Suspect, suspects

if TYPE_CHECKING:
    from jiancha.review.actions import Asked

TABLE = "decisions"
#: Decisions on wording errors (错误表述).
WORDING = "wording_decisions"
#: Answers that were not taken.
REFUSED = "refused_answers"
_ASSESSMENT = "assessment"


def keep(lake: Lake, decisions: Sequence[Decision], table: str = TABLE) -> int:
    """Append decisions; returns how many are new. Keeping the same decision twice changes nothing."""
    new = 0
    for decision in decisions:
        path = lake.table_path(table, decision.window, _name(decision))
        if path.exists():
            continue
        lake.write_rows(table, decision.window, _name(decision), [_row(decision)])
        new += 1
    return new


def read(lake: Lake, window: str, table: str = TABLE) -> list[Decision]:
    """All decisions ever made on a window's findings, or on its wording errors, oldest first."""
    rows = lake.window_rows(table, window)
    return sorted(
        (_decision(window, row) for row in rows), key=lambda each: (each.decided_at, each.decided_by)
    )


def keep_refused(lake: Lake, asked: Asked, fault: str, answer: Mapping[str, Any]) -> None:
    """Keep why an answer was not taken, until the next one to the same question is not."""
    user = answer.get("responded_by_user") or {}
    row = {
        "question": _question(asked),
        "subject": asked["subject"],
        "fault": fault,
        "chosen": "；".join(answer["chosen_options"]),
        "answered_by": one_line(user.get("name") or user.get("id")),
        "answered_at": answer["responded_at"],
    }
    lake.write_rows(REFUSED, asked["window"], row["question"], [row])


def refused(lake: Lake, window: str) -> list[dict[str, Any]]:
    """The answers that were not taken, the last one to each question."""
    return lake.window_rows(REFUSED, window)


def _question(asked: Asked) -> str:
    """A name of a question that is the same while the same findings are asked about."""
    return hashlib.sha256(json.dumps(asked["findings"]).encode()).hexdigest()[:16]


def read_suspects(lake: Lake, window: str) -> list[Suspect]:
    """The findings of an assessed window with their fingerprints; raises LakeError where there are none."""
    findings = lake.read_rows(lake.table_path("findings", window, _ASSESSMENT))
    verdicts = lake.read_rows(lake.table_path("verdicts", window, _ASSESSMENT))
    accused = sorted({row["target_id"] for row in findings})
    return suspects(
        window, findings, verdicts, {target: _records(lake, window, target) for target in accused}
    )


def _records(lake: Lake, window: str, target: str) -> list[str]:
    """Ids of the evidence records that a target's facts were read from."""
    found: set[str] = set()
    for table in ("columns", "items", "posts", "messages", "guides"):
        path = lake.table_path(table, window, target)
        if path.exists():
            found.update(row["evidence"] for row in lake.read_rows(path) if row["evidence"])
    return sorted(found)


def _name(decision: Decision) -> str:
    stamp = decision.decided_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
    basis = "\0".join(
        (
            decision.finding_id,
            decision.fingerprint,
            decision.choice,
            decision.reason,
            *decision.columns,
            decision.decided_by,
            decision.decided_at.isoformat(),
        )
    )
    return f"{stamp}-{decision.finding_id}-{hashlib.sha256(basis.encode()).hexdigest()[:8]}"


def _row(decision: Decision) -> dict[str, Any]:
    return {
        "finding_id": decision.finding_id,
        "fingerprint": decision.fingerprint,
        "choice": str(decision.choice),
        "reason": decision.reason,
        "columns": list(decision.columns),
        "decided_by": decision.decided_by,
        "decided_at": decision.decided_at,
        "via": decision.via,
        "facts": decision.facts,
    }


def _decision(window: str, row: dict[str, Any]) -> Decision:
    return Decision(
        window=window,
        finding_id=row["finding_id"],
        fingerprint=row["fingerprint"],
        choice=Choice(row["choice"]),
        reason=row["reason"],
        columns=tuple(row["columns"] or ()),
        decided_by=row["decided_by"],
        decided_at=row["decided_at"],
        via=row["via"],
        facts=row["facts"] or "",
    )
