"""The command line. ``jiancha COMMAND --help`` tells the options of each command."""

from __future__ import annotations

import logging
import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib import import_module

from jiancha.cli.commands import Command, PlainFormatter, add_command, say
from jiancha.errors import JianchaError

COMMANDS = {
    "read": Command(
        "tell what saved pages say: kind, column, items, dates, charset", "jiancha.cli.read:declare"
    ),
    "visit": Command("inspect one website now, without Airflow and registry", "jiancha.cli.visit:declare"),
    "doctor": Command("check that everything an inspection needs is there", "jiancha.cli.doctor:declare"),
    "registry": Command(
        "check exports of the reporting systems without storing anything", "jiancha.cli.registry:declare"
    ),
    "explain": Command("tell in Chinese how a target's verdict came about", "jiancha.cli.explain:declare"),
    "replay": Command(
        "read a window's evidence again and judge again, without network", "jiancha.cli.replay:declare"
    ),
    "evidence": Command("write a page as it was stored when it was judged", "jiancha.cli.evidence:declare"),
    "account": Command(
        "accounts: judge a saved answer of a source, plan the sources", "jiancha.cli.account:declare"
    ),
    "audit": Command(
        "read any published notice (通报) and tell what in it does not add up", "jiancha.cli.audit:declare"
    ),
    "wording": Command(
        "look for wording errors (错误表述) in pages, texts and documents", "jiancha.cli.wording:declare"
    ),
    "review": Command(
        "people's review: sheets for paper, the final notice, amended notices", "jiancha.cli.review:declare"
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors made on purpose are printed in one line, exit code 1."""
    words = sys.argv[1:] if argv is None else argv
    arguments = make_parser(words).parse_args(words)
    if logging.lastResort is not None:  # where nobody set logging up, it writes warnings to the terminal
        logging.lastResort.setFormatter(PlainFormatter())
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except JianchaError as error:
        say(f"jiancha: {error}", to=sys.stderr)
        return 1
    except KeyboardInterrupt:
        say("jiancha: interrupted", to=sys.stderr)
        return 130
    except BrokenPipeError:  # `jiancha read … | head`: nobody listens any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def make_parser(words: Sequence[str] | None = None) -> ArgumentParser:
    """The parser of all commands; with ``words`` only the command that they name has its arguments."""
    parser = ArgumentParser(prog="jiancha", description=__doc__)
    commands = COMMANDS
    if not words or words[0] not in COMMANDS:
        from importlib.metadata import entry_points  # reads every installed package: 0.1 s

        for extension in entry_points(group="jiancha.commands"):  # the sandbox city, where it is installed
            commands = commands | extension.load()
    below = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command in commands.items():
        own = add_command(below, name, command.about)
        if words is None or name in words:  # the others need not be imported
            module, _, function = command.declare.partition(":")
            getattr(import_module(module), function)(own)
    return parser


if __name__ == "__main__":
    sys.exit(main())
