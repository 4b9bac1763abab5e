"""``jiancha registry``: exports of the reporting systems, checked without storing anything."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha registry``."""
    parser.add_argument("files", nargs="+", type=Path)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from jiancha import settings as configuration
    from jiancha.registry.exports import read_exports
    from jiancha.text.characters import printed

    files = [(path.name, path.read_bytes()) for path in arguments.files]
    tables = read_exports(files, aliases=configuration.load().registry.aliases)
    sys.stdout.write(f"{len(tables.sites)} 个网站，{len(tables.accounts)} 个账号\n")
    for closed in tables.closed:
        told = f"不检查（{closed.state}）：{closed.code} {closed.platform} {closed.name}"
        sys.stdout.write(printed(told) + "\n")
    for remark in tables.warnings:
        sys.stdout.write(printed(remark.message) + "\n")
    return 0
