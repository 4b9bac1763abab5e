"""The outcome that every fetch leaves: exactly one row in ``visits``, whatever happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jiancha.errors import (
    FailureKind,
    FetchFailure,
    JianchaError,
    PermanentFailure,
    RateLimited,
    TransientFailure,
    UnreadableSource,
)
from jiancha.evidence.records import Recorder, masked
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.windows import Window


@dataclass(slots=True)
class Visit:
    """What a fetch of one target came to, before it is written."""

    target_id: str
    target_kind: str
    url: str
    started_at: datetime
    adapter: str = ""
    coverage: str = "none"
    home_status: str | None = None
    failure: FetchFailure | UnreadableSource | None = None
    as_of: datetime | None = None  # what was read speaks for this moment; None: for the visit's start
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def leave(  # noqa: PLR0913, PLR0917 - what a visit leaves comes from all of these
    visit: Visit, window: Window, lake: Lake, fetcher: Fetcher, evidence: Recorder, now: datetime
) -> None:
    """Write evidence, the tables and, last, the visit's row; then raise if the target could not be read.

    Each table is written also when it is empty, so that a retry leaves nothing of the try before.
    Raises TransientFailure or PermanentFailure by the kind of ``visit.failure``.
    """
    path = evidence.save(lake, lake.evidence_path(window.key, visit.target_id))
    for table, rows in visit.tables.items():
        lake.write_rows(table, window.key, visit.target_id, rows)
    failure = visit.failure
    row = {
        "target_id": visit.target_id,
        "target_kind": visit.target_kind,
        "status": "failed" if failure else "ok",
        "failure": str(failure.kind) if failure else None,
        "reason": failure.reason if failure else None,
        "url": masked(visit.url),
        "started_at": visit.started_at,
        "finished_at": now,
        "as_of": visit.as_of or visit.started_at,
        "coverage": visit.coverage,
        "adapter": visit.adapter,
        "evidence": path,
        "requests": fetcher.requests,
        "bytes": fetcher.bytes,
        "home_status": visit.home_status,
    }
    lake.write_rows("visits", window.key, visit.target_id, [row])
    if failure is not None:
        raise_by_kind(failure)


def raise_by_kind(failure: FetchFailure | UnreadableSource) -> None:
    """Tell Airflow whether asking again may help."""
    kind: type[JianchaError] = TransientFailure if failure.kind.transient else PermanentFailure
    if failure.kind is FailureKind.RATE_LIMITED:
        kind = RateLimited
    raise kind(f"{failure.kind}: {failure.reason}") from failure
