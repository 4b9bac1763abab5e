"""The steps of ``publish_notice``: what people are asked, what they answer, and the final notice."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jiancha.pipeline.context import open_lake, open_run
from jiancha.pipeline.quarterly_inspection import require_sound
from jiancha.pipeline.second_look import revisit

if TYPE_CHECKING:
    from pathlib import Path

    from jiancha.lake import Lake
    from jiancha.notice.model import Rectification
    from jiancha.review.actions import Asked
    from jiancha.review.model import Settlement
    from jiancha.windows import Window

log = logging.getLogger(__name__)

#: Folder beside a published notice with a letter for each owner.
ORDERS = "orders"
#: The default of an action at its time-out; as review.actions names it.
WITHHOLD = "暂不公布"


def open_review(windows: Sequence[str]) -> list[Asked]:
    """What people are asked about these windows: what was found and has no decision that holds."""
    from jiancha.review import wording
    from jiancha.review.actions import ask, ask_errors
    from jiancha.review.history import history
    from jiancha.review.model import State
    from jiancha.review.publish import settlement

    settled = {State.CONFIRMED, State.OVERRULED, State.EXEMPTED}
    asked: list[Asked] = []
    for key in windows:
        settings, lake, window, _ = open_run(key)
        found = [r.suspect for r in settlement(lake, window.key).rulings if r.state not in settled]
        asked += ask(key, found, history(lake, key, found), most=settings.review.most_actions)
        errors = [r.error for r in wording.rulings(lake, window.key, settings) if r.state not in settled]
        asked += ask_errors(key, errors)
    return asked


def questions(asked: Sequence[Asked]) -> list[Any]:
    """What Airflow's operator is made from, for each question."""
    from jiancha.review.actions import shown

    return [shown(each) for each in asked]


def attachments(folder: str) -> list[tuple[str, bytes]]:
    """Name and content of a published notice's files and of its letters, for a mail."""
    lake = open_lake().lake
    root = lake.root / folder
    letters = sorted((root / ORDERS).iterdir()) if (root / ORDERS).exists() else []
    files = [root / "notice.docx", root / "annexes.xlsx", *letters]
    return [(file.name, file.read_bytes()) for file in files]


def record(asked: Sequence[Asked], answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Keep the decisions that answers make; returns their number, what was not taken, and what to measure."""
    from jiancha.review import store
    from jiancha.review.actions import answered
    from jiancha.review.model import Choice

    kept, told = 0, []
    again: dict[str, list[str]] = {}
    for question, answer in zip(asked, answers, strict=True):
        decisions, refused = answered(question, answer)
        told += [refused] if refused else []
        _, lake, window, _ = open_run(question["window"])
        kept += store.keep(lake, decisions, store.WORDING if question["about"] == "wording" else store.TABLE)
        ids = {each.finding_id for each in decisions if each.choice is Choice.MEASURE_AGAIN}
        if ids:
            named = [s.target_id for s in store.read_suspects(lake, window.key) if s.finding_id in ids]
            again.setdefault(window.key, []).extend(named)
    return {"kept": kept, "not_taken": told, "again": again}


def measure_again(again: Mapping[str, Sequence[str]]) -> list[str]:
    """Visit the targets again and judge their windows anew; returns the windows.

    A target that cannot be read now keeps what was measured before.
    """
    from jiancha.assess import assess
    from jiancha.review import looks

    for key, named in again.items():
        _, lake, window, standard = open_run(key)
        targets = list(dict.fromkeys(named))  # a target may have several findings
        into = looks.shadow(lake, "asked", key)
        looks.prepare(lake, into, key, targets)
        revisit(into, window, targets)
        read = {row["target_id"] for row in into.window_rows("visits", key) if row["status"] == "ok"}
        for target in sorted(read & set(targets)):
            looks.adopt(lake, into, key, target)
        assess(lake, window, standard)
    return list(again)


def publish(window_key: str, rectification: Rectification | None = None) -> str:
    """Write the final notice, and letters on what is published first; returns the notice's folder.

    A notice that would say what the last published one says is not written again.
    """
    from jiancha.notice.write import write_notice
    from jiancha.review import ledger, publish
    from jiancha.review.letters import orders
    from jiancha.review.wording import read_errors

    settings, lake, window, standard = open_run(window_key)
    notice = publish.final_notice(lake, window, standard, settings, rectification)
    rulings = publish.settlement(lake, window.key).rulings
    day = settings.now().date()
    deadline = day + timedelta(days=settings.review.rectify_days)
    last = publish.already_published(lake, notice)
    if last is None:
        require_sound(notice)
        last = notice.version
        folder = lake.notice_folder(window.key, last)
        new = ledger.not_opened(lake, window.key, rulings)
        untold = {error.error_id for error in notice.wording_errors} - publish.told_errors(lake, window.key)
        errors = [each for each in read_errors(lake, window.key, settings) if each.error_id in untold]
        letters = orders(new, errors, window, settings, published=day, deadline=deadline)
        for name, data in letters.items():
            lake.write_bytes(folder / ORDERS / name, data)
        write_notice(notice, lake)
    ledger.open_findings(lake, window.key, rulings, settings.now(), deadline)
    return lake.relative(lake.notice_folder(window.key, last))


def export_sheet(window_key: str) -> bytes:
    """The review sheet (核查表) of a window as xlsx."""
    from jiancha.review import wording
    from jiancha.review.sheet import write_sheet

    settings, lake, window, _ = open_run(window_key)
    errors = wording.rulings(lake, window.key, settings)
    return write_sheet(window.key, _settlement(lake, window).rulings, errors)


def import_sheet(window_key: str, path: Path) -> dict[str, int]:
    """Keep the decisions of a filled review sheet; raises ReviewError, and keeps none, where one is faulty.

    Returns how many were read, are new, and apply to nothing that is found today (kept all the same).
    """
    from jiancha.review import store, wording
    from jiancha.review.sheet import read_sheet

    settings, lake, window, _ = open_run(window_key)
    found = store.read_suspects(lake, window.key)
    errors = wording.read_errors(lake, window.key, settings)
    decisions, of_errors = read_sheet(path.name, path.read_bytes(), window.key, found, errors)
    new = store.keep(lake, decisions) + store.keep(lake, of_errors, store.WORDING)
    current = {(each.finding_id, each.fingerprint) for each in found}
    current |= {(each.error_id, each.fingerprint) for each in errors}
    read = [*decisions, *of_errors]
    idle = sum((each.finding_id, each.fingerprint) not in current for each in read)
    return {"read": len(read), "new": new, "idle": idle}


def _settlement(lake: Lake, window: Window) -> Settlement:
    from jiancha.review.publish import settlement

    return settlement(lake, window.key)
