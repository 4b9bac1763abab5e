"""The steps of ``publish_notice``: what people are asked, what they answer, and the final notice."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict

from jiancha.errors import ReviewError
from jiancha.pipeline.context import open_lake, open_run
from jiancha.pipeline.quarterly_inspection import require_sound
from jiancha.pipeline.second_look import revisit
from jiancha.windows import local

if TYPE_CHECKING:
    from pathlib import Path

    from jiancha.lake import Lake
    from jiancha.notice.model import Rectification
    from jiancha.notice.render_docx import LetterPicture
    from jiancha.review.actions import Asked
    from jiancha.review.model import Decision, Settlement, Suspect
    from jiancha.windows import Window

log = logging.getLogger(__name__)

#: Folder beside a published notice with a letter for each owner.
ORDERS = "orders"


class Review(TypedDict):
    """What one run reviews."""

    windows: list[str]
    asked: list[Asked]


class RecordedAnswers(TypedDict):
    """What became of the answers: decisions kept, answers not taken (why), targets to measure again."""

    kept: int
    not_taken: list[str]
    again: dict[str, list[str]]


def windows_to_review(drafts: Sequence[Mapping[str, Any]], named: str) -> list[str]:
    """The windows of the drafts' events (their extras), or else the one that a person named."""
    found = {window for extra in drafts for window in extra.get("windows", [extra.get("window")])}
    return sorted(found or {named})


def open_review(windows: Sequence[str]) -> Review:
    """What people are asked about these windows: what was found and has no decision that holds."""
    from jiancha.review import wording
    from jiancha.review.actions import ask, ask_errors
    from jiancha.review.history import history
    from jiancha.review.publish import settlement

    asked: list[Asked] = []
    for key in windows:
        settings, lake, window, _ = open_run(key)
        settled = settlement(lake, window.key)
        found = [r.suspect for r in settled.rulings if not r.state.settled]
        asked += ask(key, found, history(lake, key, found, settled), most=settings.review.most_actions)
        errors = [r.error for r in wording.rulings(lake, window.key, settings) if not r.state.settled]
        asked += ask_errors(key, errors)
        log.info(
            "%s: %d findings, %d of them settled; %d wording errors to be asked about",
            key,
            len(settled.rulings),
            len(settled.rulings) - len(found),
            len(errors),
        )
    return Review(windows=list(windows), asked=asked)


def take(question: Asked, answer: Mapping[str, Any], *, last: bool) -> None:
    """Look whether an answer can be taken, and keep why not.

    Raises ReviewError where it cannot, so that people are asked again, unless this is the ``last`` time.
    """
    from jiancha.review import store
    from jiancha.review.actions import answered

    try:
        answered(question, answer)
    except ReviewError as error:
        store.keep_refused(open_lake().lake, question, str(error), answer)
        if not last:
            raise


class Published(NamedTuple):
    """A published notice as it is mailed: its files (name, content), and how many letters lie beside it."""

    version: int
    files: Sequence[tuple[str, bytes]]
    letters: int


def published(folder: str) -> Published:
    """What of a published notice is mailed. Letters are not: a province has 50 MB of them."""
    root = open_lake().lake.root / folder
    files = [(name, (root / name).read_bytes()) for name in ("notice.docx", "annexes.xlsx")]
    return Published(int(folder.rpartition("/v")[2]), files, len(_letters(root)))


def _letters(version: Path) -> list[str]:
    """The file names of the letters in a version's folder."""
    folder = version / ORDERS
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def letters_sent(window_key: str, owners: Sequence[str], day: date) -> int:
    """Note that the newest version's letters were sent, to all owners where none is named."""
    from jiancha.notice.write import final_versions
    from jiancha.review import sendings

    opened = open_run(window_key)
    lake, key = opened.lake, opened.window.key
    letters = {version: _letters(lake.notice_folder(key, version)) for version in final_versions(lake, key)}
    newest = max((version for version, names in letters.items() if names), default=0)
    return sendings.record(lake, key, newest, letters.get(newest, []), owners, day)


def record(asked: Sequence[Asked], answers: Sequence[Mapping[str, Any]]) -> RecordedAnswers:
    """Keep the decisions that answers make; what was not taken is in the log."""
    from jiancha.review import store
    from jiancha.review.actions import answered, not_taken
    from jiancha.review.model import Choice

    found = RecordedAnswers(kept=0, not_taken=[], again={})
    for question, answer in zip(asked, answers, strict=True):
        decisions, fault = [], ""
        try:
            decisions = answered(question, answer)
        except ReviewError as error:
            fault = str(error)
        if not decisions:
            found["not_taken"].append(f"{question['subject']}：{not_taken(answer, fault)}")
            log.warning("%s", found["not_taken"][-1])
            continue
        _, lake, window, _ = open_run(question["window"])
        suspects = {each.finding_id: each for each in store.read_suspects(lake, window.key)}
        table = store.WORDING if question["about"] == "wording" else store.TABLE
        found["kept"] += store.keep(lake, _with_facts(decisions, suspects), table)
        ids = [each.finding_id for each in decisions if each.choice is Choice.MEASURE_AGAIN]
        named = [suspects[each].target_id for each in ids if each in suspects]
        if named:
            found["again"].setdefault(window.key, []).extend(named)
    log.info("%d decisions kept, %d answers decided nothing", found["kept"], len(found["not_taken"]))
    return found


def _with_facts(decisions: Sequence[Decision], suspects: Mapping[str, Suspect]) -> list[Decision]:
    """The decisions with a hash of what was measured when they were made."""
    return [
        replace(each, facts=suspects[each.finding_id].facts)
        if each.finding_id in suspects and suspects[each.finding_id].fingerprint == each.fingerprint
        else each
        for each in decisions
    ]


def measure_again(again: Mapping[str, Sequence[str]]) -> list[str]:
    """Visit the targets again and judge their windows anew; returns the windows.

    A target that cannot be read now keeps what was measured before.
    """
    from jiancha.assess import assess
    from jiancha.review import looks

    for key, named in again.items():
        settings, lake, window, standard = open_run(key)
        targets = list(dict.fromkeys(named))  # a target may have several findings
        into = looks.shadow(lake, "asked", key)
        looks.prepare(lake, into, key, targets)
        revisit(into, window, targets)
        assess(into, window, standard)
        findings = [row for row in lake.assessed("findings", key) if row["target_id"] in targets]
        now = settings.now()
        rows = looks.compare(lake, into, key, findings, lake.assessed("verdicts", key), moment=now)
        lake.write_rows("remeasured", key, f"{now:%Y%m%dT%H%M%S}", rows)
        for row in rows:
            log.info("%s %s: %s", row["name"], row["indicator"], row["note"])
        read = {row["target_id"] for row in into.window_rows("visits", key) if row["status"] == "ok"}
        for target in sorted(read & set(targets)):
            looks.adopt(lake, into, key, target)
        assess(lake, window, standard)
    return list(again)


def publish_ready(windows: Sequence[str], again: Collection[str]) -> dict[str, str]:
    """Publish the windows of which nothing is measured again; returns the notices' folders by window."""
    return {window: publish(window) for window in windows if window not in again}


def publish(window_key: str, rectification: Rectification | None = None) -> str:
    """Write the final notice, and letters on what is published first; returns the notice's folder.

    A notice that would say what the last published one says is not written again. Whoever publishes the
    same window meanwhile waits.
    """
    from jiancha.notice.write import write_notice, writing
    from jiancha.review import ledger, publish
    from jiancha.review.letters import orders
    from jiancha.review.wording import read_errors

    settings, lake, window, standard = open_run(window_key)
    day = settings.now().date()
    deadline = day + timedelta(days=settings.review.rectify_days)
    with writing(lake, window.key):
        notice = publish.final_notice(lake, window, standard, settings, rectification)
        rulings = publish.settlement(lake, window.key).rulings
        last = publish.already_published(lake, notice)
        if last is None:
            require_sound(notice)
            last = notice.version
            new = ledger.not_opened(lake, window.key, rulings)
            ids = {e.error_id for e in notice.wording_errors} - publish.published_errors(lake, window.key)
            errors = [each for each in read_errors(lake, window.key, settings) if each.error_id in ids]
            letters = orders(
                new,
                errors,
                window,
                settings,
                published=day,
                deadline=deadline,
                pictures=_pictures(lake, window),
            )
            write_notice(notice, lake, {f"{ORDERS}/{name}": data for name, data in letters.items()})
        ledger.open_findings(lake, window.key, rulings, settings.now(), deadline)
    return lake.relative(lake.notice_folder(window.key, last))


def _pictures(lake: Lake, window: Window) -> dict[str, list[LetterPicture]]:
    """The pictures that were taken of accused pages, by target id."""
    from jiancha.notice.render_docx import LetterPicture, is_picture

    found: dict[str, list[LetterPicture]] = {}
    for row in lake.window_rows("screenshots", window.key):
        file = lake.root / row["path"] if row["path"] else None
        if file is None or not file.is_file():
            continue
        if not is_picture(png := file.read_bytes()):
            log.warning("%s is no picture that a letter can show", row["path"])
            continue
        caption = f"{row['page_url']}　截于{local(row['taken_at']):%Y-%m-%d %H:%M}"
        found.setdefault(row["target_id"], []).append(LetterPicture(png, caption))
    return found


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
    by_id = {each.finding_id: each for each in found}
    new = store.keep(lake, _with_facts(decisions, by_id)) + store.keep(lake, of_errors, store.WORDING)
    current = {(each.finding_id, each.fingerprint) for each in found}
    current |= {(each.error_id, each.fingerprint) for each in errors}
    read = [*decisions, *of_errors]
    idle = sum((each.finding_id, each.fingerprint) not in current for each in read)
    return {"read": len(read), "new": new, "idle": idle}


def _settlement(lake: Lake, window: Window) -> Settlement:
    from jiancha.review.publish import settlement

    return settlement(lake, window.key)
