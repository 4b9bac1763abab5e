"""The outcome that every fetch leaves: exactly one row in ``visits``, whatever happened."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
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
from jiancha.text.characters import printed
from jiancha.windows import Window

log = logging.getLogger(__name__)

_LOGGED = 20  # unread columns that a log names


@dataclass(slots=True)
class Visit:
    """What a fetch of one target came to, before it is written."""

    target_id: str
    target_kind: str
    name: str
    url: str
    started_at: datetime
    adapter: str = ""
    coverage: str = "none"
    home_status: str | None = None
    failure: FetchFailure | UnreadableSource | None = None
    rendered: int = 0  # pages that a browser showed, and what it asked for
    rendering_requests: int = 0
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
        "rendered": visit.rendered,
        "rendering_requests": visit.rendering_requests,
    }
    lake.write_rows("visits", window.key, visit.target_id, [row])
    for line in summary_lines(visit, row):
        log.info("%s", printed(line))
    if failure is not None:
        raise_by_kind(failure)


def summary_lines(visit: Visit, row: dict[str, Any]) -> Iterator[str]:
    """The outcome of a visit as lines of a task's log."""
    failed = f"{row['failure']}: {row['reason']}" if row["failure"] else f"coverage {row['coverage']}"
    yield f"{visit.name} {row['url'] or 'without an address'}: {row['status']}, {failed}"
    pages = sum(column["pages"] for column in visit.tables.get("columns", []))
    of_columns = (
        f", {pages} list pages" if visit.target_kind == "site" else f", read by {visit.adapter or 'nothing'}"
    )
    yield f"{row['requests']} requests, {row['bytes'] / 1000:.0f} kB{of_columns}"
    if row["rendered"]:
        yield f"{row['rendered']} pages shown in a browser, {row['rendering_requests']} requests for them"
    if visit.target_kind == "site":
        yield from _column_lines(visit.tables.get("columns", []))
    yield _newest_line(visit.tables.get("items") or visit.tables.get("posts") or [])
    for listing in visit.tables.get("listings", []):
        yield f"judged {listing['outcome']}" + (f": {listing['why']}" if listing["why"] else "")


def _column_lines(columns: list[dict[str, Any]]) -> Iterator[str]:
    count = Counter(str(column["status"]) for column in columns)
    unread = [column for column in columns if column["status"] in {"unread", "failed"}]
    yield f"{len(columns)} columns: {count['ok']} read, {count['blank']} blank, {len(unread)} unread"
    for column in unread[:_LOGGED]:
        yield f"unread: {column['name']} {column['url']}: {column['reason']}"
    if len(unread) > _LOGGED:
        yield f"unread: {len(unread) - _LOGGED} more"


def _newest_line(entries: list[dict[str, Any]]) -> str:
    dated = [entry for entry in entries if entry["published_on"] is not None]
    if not dated:
        return f"{len(entries)} entries, none with a date"
    newest = max(dated, key=lambda entry: entry["published_on"])
    return f"{len(entries)} entries, the newest of {newest['published_on']}: {newest['title']}"


def raise_by_kind(failure: FetchFailure | UnreadableSource) -> None:
    """Tell Airflow whether asking again may help."""
    kind: type[JianchaError] = TransientFailure if failure.kind.transient else PermanentFailure
    if failure.kind is FailureKind.RATE_LIMITED:
        kind = RateLimited
    raise kind(f"{failure.kind}: {failure.reason}") from failure
