"""``jiancha review``: the review sheet out and in, publication by hand, the state of a day."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from jiancha.cli.commands import add_command, say
from jiancha.errors import InputError


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the commands of ``jiancha review``."""
    below = parser.add_subparsers(required=True, metavar="COMMAND")
    commands = {
        name: add_command(below, name, about, run)
        for name, about, run in (
            ("export", "write the review sheet (核查表) as xlsx", _export),
            ("import", "take the decisions of a filled review sheet, all of them or none", _import),
            ("status", "tell what became of each finding, and of decisions that apply to none", _status),
            ("publish", "write the final notice of what is confirmed by now", _publish),
            ("sent", "note that letters (整改通知单) were sent, to all owners or to those named", _sent),
            ("amend", "publish the next version with the state of rectification as of a day", _amend),
        )
    }
    for command in commands.values():
        command.add_argument("window", help="such as 2021Q1")
    commands["export"].add_argument("--out", type=Path, required=True, metavar="FILE")
    commands["import"].add_argument("file", type=Path)
    commands["sent"].add_argument("owner", nargs="*", help="an owner as in the annexes (default: all)")
    commands["sent"].add_argument("--on", required=True, metavar="DAY", help="such as 2021-02-25")
    commands["amend"].add_argument("--as-of", required=True, metavar="DAY", help="such as 2021-03-15")


def _export(arguments: argparse.Namespace) -> int:
    from jiancha.pipeline.publish_notice import export_sheet

    data = export_sheet(arguments.window)
    try:
        arguments.out.write_bytes(data)
    except OSError as error:
        raise InputError(f"{arguments.out}: {error.strerror}") from error
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from jiancha.pipeline.publish_notice import import_sheet

    if not arguments.file.is_file():
        raise InputError(f"{arguments.file} is not a file")
    counts = import_sheet(arguments.window, arguments.file)
    line = f"读取决定{counts['read']}个，新存入{counts['new']}个"
    if counts["idle"]:
        line += f"；其中{counts['idle']}个所指问题已变化或不复存在，已保存但不适用"
    say(line)
    return 0


def _status(arguments: argparse.Namespace) -> int:
    from jiancha.pipeline.context import open_run
    from jiancha.review import wording
    from jiancha.review.actions import title
    from jiancha.review.model import CHOICE_NAMES, STATE_NAMES
    from jiancha.review.publish import settlement

    opened = open_run(arguments.window)
    settled = settlement(opened.lake, opened.window.key)
    for ruling in settled.rulings:
        line = (
            f"{ruling.suspect.finding_id} {STATE_NAMES[ruling.state]} {title(ruling.suspect)}：{ruling.note}"
        )
        say(line)
    for error in wording.rulings(opened.lake, opened.window.key, opened.settings):
        row = error.error.row
        words = f"{error.error.site['name']}：“{row['wrong']}”应为“{row['right']}”"
        line = f"{error.error.error_id} {STATE_NAMES[error.state]} {words}：{error.note}"
        say(line)
    for row in opened.lake.window_rows("remeasured", opened.window.key):
        say(f"{row['name']} {row['indicator']} 已重新检测：{row['note']}")
    for why, decisions in (("证据已变化", settled.changed), ("问题已不存在", settled.gone)):
        for each in decisions:
            choice = CHOICE_NAMES[each.choice]
            line = f"{each.finding_id} {why}，不再适用：{each.decided_by}{choice} {each.reason}"
            say(line)
    return 0


def _publish(arguments: argparse.Namespace) -> int:
    from jiancha.pipeline.publish_notice import publish

    say(publish(arguments.window))
    return 0


def _sent(arguments: argparse.Namespace) -> int:
    from jiancha.pipeline.publish_notice import letters_sent

    count = letters_sent(arguments.window, arguments.owner, _day(arguments.on, "--on"))
    say(f"已记录{count}份整改通知单于{arguments.on}发出")
    return 0


def _amend(arguments: argparse.Namespace) -> int:
    from jiancha.pipeline.rectification import amend

    say(amend(arguments.window, _day(arguments.as_of, "--as-of")))
    return 0


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError(f"{option}: {text!r} is not an ISO date") from error
