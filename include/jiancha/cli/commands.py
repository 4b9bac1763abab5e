"""How commands are declared, and how they say what they found: the only way to a terminal."""

from __future__ import annotations

import logging
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Any, NamedTuple, TextIO

from jiancha.text.characters import printed, printed_json


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


def say(*lines: str, to: TextIO | None = None) -> None:
    """Write lines to standard output, or ``to``: names, titles and reasons in them come from outside."""
    out = to or sys.stdout
    out.writelines(f"{printed(line)}\n" for line in lines)


def say_json(value: object, indent: int | None = None) -> None:
    """Write one JSON value as UTF-8, whatever the terminal's charset."""
    sys.stdout.buffer.write(printed_json(value, indent).encode() + b"\n")


class PlainFormatter(logging.Formatter):
    """Log lines for a terminal: their breaks stay, all else is as ``say`` writes it."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(printed, super().format(record).split("\n")))
