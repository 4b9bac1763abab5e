"""The steps of the second look (复测): suspected targets are visited again before anyone sees them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jiancha.errors import PermanentFailure, TransientFailure
from jiancha.pipeline.context import Batch, batches, open_run

if TYPE_CHECKING:
    from jiancha.lake import Lake
    from jiancha.windows import Window

log = logging.getLogger(__name__)

_SECOND = "second"


def list_suspects(window_key: str) -> list[Batch]:
    """Batches of targets with findings, to be looked at again; none where that is switched off."""
    from jiancha.review import looks

    settings, lake, window, _ = open_run(window_key)
    findings = lake.assessed("findings", window.key)
    accused = {row["target_id"] for row in findings} if settings.review.second_look else set()
    named = [
        (str(row["name"]), str(row["target_id"]))
        for row in lake.assessed("verdicts", window.key)
        if row["target_id"] in accused
    ]
    again = looks.shadow(lake, _SECOND, window.key)
    looks.prepare(lake, again, window.key, sorted(accused))
    return batches(named, settings.run.tasks_per_kind)


def look_again(window_key: str, targets: Sequence[str]) -> None:
    """Visit suspected targets a second time; what comes of it waits beside the first look."""
    from jiancha.review import looks

    _, lake, window, _ = open_run(window_key)
    revisit(looks.shadow(lake, _SECOND, window.key), window, targets)


def settle_looks(window_key: str) -> dict[str, int]:
    """Compare both looks; findings that did not repeat are dropped with a record. Returns the counts.

    A target with a finding that the second look contradicts is judged by its second look altogether; the
    files of the first are kept. Run again, it keeps the records of what it dropped before.
    """
    from jiancha.assess import assess
    from jiancha.review import looks

    settings, lake, window, standard = open_run(window_key)
    again = looks.shadow(lake, _SECOND, window.key)
    seen = {row["target_id"] for row in again.window_rows("visits", window.key)}
    looked = [row for row in lake.assessed("findings", window.key) if row["target_id"] in seen]
    if not looked:
        return {}
    assess(again, window, standard)
    verdicts = lake.assessed("verdicts", window.key)
    rows = looks.compare(lake, again, window.key, looked, verdicts, moment=settings.now())
    kept = looks.earlier_drops(lake.window_rows("second_looks", window.key), rows)
    lake.write_rows("second_looks", window.key, "second", [*kept, *rows])
    dropped = sorted({row["target_id"] for row in rows if row["outcome"] == "dropped"})
    for target in dropped:
        looks.adopt(lake, again, window.key, target)
    if dropped:
        assess(lake, window, standard)
    for row in rows:
        if row["outcome"] != "repeated":
            log.info("%s %s %s: %s", row["outcome"], row["name"], row["indicator"], row["note"])
    counts = {
        name: sum(row["outcome"] == name for row in rows) for name in ("repeated", "dropped", "unknown")
    }
    log.info("%s: %s", window_key, counts)
    return counts


def revisit(into: Lake, window: Window, targets: Sequence[str]) -> None:
    """Visit targets into a lake that was prepared; one that cannot be read is an outcome, no failure."""
    from jiancha.pipeline import quarterly_inspection

    kinds = {row["target_id"]: "site" for row in into.window_rows("sites", window.key)}
    for target in targets:
        fetch = (
            quarterly_inspection.inspect_sites
            if kinds.get(target) == "site"
            else quarterly_inspection.fetch_accounts
        )
        try:
            fetch(window.key, [target], quarterly_inspection.Elsewhere(into, window))
        except (TransientFailure, PermanentFailure) as failure:
            log.warning("%s could not be read again: %s", target, failure)
