"""``jiancha explain``: how a target's verdict came about."""

from __future__ import annotations

import argparse
import sys


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha explain``."""
    parser.add_argument("code", help="网站标识码 or 新媒体标识码")
    parser.add_argument("window", help="such as 2021Q1")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from jiancha import settings as configuration
    from jiancha.assess.explain import explain
    from jiancha.lake import Lake
    from jiancha.standard import load_standard

    settings = configuration.load()
    standard = load_standard(settings.standard, settings.standards_folder)
    sys.stdout.write(explain(Lake(settings.lake), arguments.window, arguments.code, standard) + "\n")
    return 0
