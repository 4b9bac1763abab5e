"""``jiancha wording``: wording errors (错误表述) of saved pages and documents."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiancha import settings as configuration
from jiancha.cli.commands import say, say_json
from jiancha.errors import InputError

if TYPE_CHECKING:
    from jiancha.wording import Error

_MAX_BYTES = 20_000_000


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha wording``."""
    parser.add_argument("path", type=Path, metavar="FILE|FOLDER", help="html, txt, docx or pdf")
    parser.add_argument("--glob", default="**/*.htm*", help="files of a folder (default **/*.htm*)")
    parser.add_argument("--on", metavar="DATE", help="day of the texts (default today)")
    parser.add_argument("--rules", type=Path, metavar="FOLDER", help="further rule tables (csv)")
    parser.add_argument("--allow", type=Path, metavar="FILE", help="phrases and rule numbers to let pass")
    parser.add_argument("--hints", action="store_true", help="also tell what may well be right (提示)")
    parser.add_argument("--json", action="store_true", help="one JSON object: files, bytes and errors")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from jiancha.wording import Checker, Severity, distinct, load_rules, read_allowed

    settings = configuration.load()
    rules = load_rules(arguments.rules or settings.wording.rules)
    if not arguments.hints:
        rules = tuple(rule for rule in rules if rule.severity is not Severity.HINT)
    checker = Checker(rules, _day(arguments.on, settings.now().date()), read_allowed(arguments.allow))
    found, files, size = [], 0, 0
    for name, text in _texts(arguments.path, arguments.glob):
        files, size = files + 1, size + len(text.encode("utf-8", "surrogatepass"))
        found += [(name, hit) for hit in checker.check(text)]
    errors = distinct(found)
    if arguments.json:
        report = {"files": files, "bytes": size, "errors": [_row(error) for error in errors]}
        say_json(report, indent=1)
    else:
        _print(errors, files)
    return 0


def _texts(path: Path, glob: str) -> Iterator[tuple[str, str]]:
    if not path.is_dir():
        yield str(path), _text(path)
        return
    names = sorted(each for each in path.glob(glob) if each.is_file())
    if not names:
        raise InputError(f"no file in {path} matches {glob!r}")
    for each in names:
        yield each.relative_to(path).as_posix(), _text(each)


def _text(path: Path) -> str:
    from jiancha.audit.files import text_of
    from jiancha.pages.outline import parse
    from jiancha.text.charset import decode
    from jiancha.wording import visible_text

    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) > _MAX_BYTES:
        raise InputError(f"{path}: larger than {_MAX_BYTES:,} bytes")
    head = data[:2000].lstrip().lower()
    if path.suffix.lower() in (".html", ".htm", ".shtml") or head.startswith((b"<!doctype html", b"<html")):
        return visible_text(parse(decode(data, None).text))
    return text_of(str(path), data)


def _day(text: str | None, today: date) -> date:
    try:
        return date.fromisoformat(text) if text is not None else today
    except ValueError as error:
        raise InputError(f"--on {text!r} is not a day such as 2021-02-15") from error


def _row(error: Error) -> dict[str, Any]:
    hit = error.hit
    return {
        "rule": hit.rule.id,
        "kind": hit.rule.kind,
        "severity": str(hit.rule.severity),
        "wrong": hit.wrong,
        "right": hit.rule.right,
        "snippet": hit.snippet,
        "file": error.place,
        "position": hit.start,
        "files": error.pages,
        "source": hit.rule.source,
    }


def _print(errors: list[Error], files: int) -> None:
    lines = [f"检查{files}个文件，发现错误表述{len(errors)}个"]
    for error in errors:
        hit, rule = error.hit, error.hit.rule
        repeated = f"，另见{error.pages - 1}个文件" if error.pages > 1 else ""
        lines.append(
            f"[{rule.severity}] {error.place} “{hit.snippet}”：“{hit.wrong}”应为“{rule.right}”"
            f"（{rule.kind} {rule.id}，依据{rule.source}{repeated}）"
        )
    say(*lines)
