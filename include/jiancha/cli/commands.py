"""How commands are declared: by name, what they are about, and their arguments."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any, NamedTuple


class Command(NamedTuple):
    """A command of ``jiancha``. ``declare`` names the function (module:function) that adds its arguments to a
    parser and sets ``run``, which takes what was parsed and returns the exit code."""

    about: str
    declare: str


def add_command(
    below: Any, name: str, about: str, run: Callable[[Namespace], int] | None = None
) -> ArgumentParser:
    """Add a command to what ``add_subparsers`` gave."""
    parser: ArgumentParser = below.add_parser(name, help=about, description=about)
    parser.set_defaults(run=run)
    return parser
