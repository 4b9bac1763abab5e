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

    files = [(path.name, path.read_bytes()) for path in arguments.files]
    tables = read_exports(files, aliases=configuration.load().registry.aliases)
    sys.stdout.write(f"{len(tables.sites)} 个网站,{len(tables.accounts)} 个账号\n")
    for warning in tables.warnings:
        sys.stdout.write(f"{warning.message}\n")
    return 0
