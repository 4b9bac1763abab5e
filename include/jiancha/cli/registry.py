"""``jiancha registry``: exports of the reporting systems, checked without storing anything."""

from __future__ import annotations

import argparse
from pathlib import Path

from jiancha.cli.commands import say


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha registry``."""
    parser.add_argument("files", nargs="+", type=Path)
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from jiancha import settings as configuration
    from jiancha.registry.exports import read_exports

    files = [(path.name, path.read_bytes()) for path in arguments.files]
    tables = read_exports(files, aliases=configuration.load().registry.aliases)
    say(f"{len(tables.sites)} 个网站，{len(tables.accounts)} 个账号")
    say(*(f"不检查（{each.state}）：{each.code} {each.platform} {each.name}" for each in tables.closed))
    say(*(remark.message for remark in tables.warnings))
    return 0
