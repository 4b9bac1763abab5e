"""``jiancha evidence``: the stored body of one page, as it was when it was judged."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from jiancha import settings as configuration
from jiancha.assess.explain import target_rows
from jiancha.errors import InputError, LakeError
from jiancha.evidence.records import find_record, read_evidence
from jiancha.lake import Lake


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha evidence``."""
    parser.add_argument("record", help="id of a record, as `explain` names it, or the page's address")
    parser.add_argument("window", help="such as 2021Q1")
    parser.add_argument("code", help="网站标识码 or 新媒体标识码")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    """Write the body of a record (``<urn:uuid:…>``, with or without the brackets) or of an address.

    Raises LakeError where no target with this code has it, InputError where ``out`` cannot be written.
    """
    lake, out = Lake(configuration.load().lake), arguments.out
    body = stored_body(lake, arguments.record, arguments.window, arguments.code)
    if out is None:
        if sys.stdout.isatty():
            raise InputError("a stored page may steer a terminal: name a file with --out, or pipe it on")
        sys.stdout.buffer.write(body)
        return 0
    try:
        out.write_bytes(body)
    except OSError as error:
        raise InputError(f"{out}: {error.strerror or error}") from error
    return 0


def stored_body(lake: Lake, wanted: str, window: str, code: str) -> bytes:
    """The body of a record, or of the last answer of an address, from the targets that have the code."""
    targets = [row["target_id"] for row in lake.window_rows("sites", window) if row["site_code"] == code]
    targets += [
        row["target_id"] for row in lake.window_rows("accounts", window) if row["account_code"] == code
    ]
    if not targets:
        raise LakeError(f"no target with code {code} is registered in window {window}")
    problems = []
    for target in targets:
        for path in _files(lake, window, target, wanted):
            try:
                record = find_record(lake, path, wanted) if "://" in wanted else _bracketed(wanted)
                return read_evidence(lake, path, record)
            except LakeError as error:
                problems.append(str(error))
    raise LakeError("; ".join(problems) or f"no evidence of {code} in window {window}")


def _files(lake: Lake, window: str, target: str, wanted: str) -> Iterator[Path]:
    """Where a target's evidence lies: its visit's, then that of the round whose probe left the record."""
    for visit in target_rows(lake, "visits", window, target):
        if visit["evidence"]:
            yield lake.root / visit["evidence"]
    folder = lake.window_folder("probes", window)
    if "://" in wanted or not folder.exists():
        return
    record = _bracketed(wanted)
    for file in sorted(folder.glob("*.parquet")):
        if any(row["target_id"] == target and row["evidence"] == record for row in lake.read_rows(file)):
            yield lake.evidence_path(window, f"probe-{file.stem}")


def _bracketed(record: str) -> str:
    bare = record.strip("<>")
    return f"<{bare}>" if bare.startswith("urn:") else f"<urn:uuid:{bare}>"
