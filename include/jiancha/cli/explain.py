"""``jiancha explain``: how a target's verdict came about."""

from __future__ import annotations

import argparse

from jiancha.cli.commands import say


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha explain``."""
    parser.add_argument("code", help="网站标识码 or 新媒体标识码")
    parser.add_argument("window", help="such as 2021Q1")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from functools import partial

    from jiancha.assess.explain import explain
    from jiancha.pipeline.context import open_lake
    from jiancha.review.history import of_target

    _, lake, standard = open_lake()
    decided = partial(of_target, lake, arguments.window)
    say(*explain(lake, arguments.window, arguments.code, standard, decided).split("\n"))
    return 0
