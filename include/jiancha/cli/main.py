"""The command line. ``jiancha COMMAND --help`` tells the options of each command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from pathlib import Path

from jiancha.cli import account, audit, review, wording
from jiancha.errors import JianchaError

_Command = Callable[..., argparse.ArgumentParser]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors made on purpose are printed in one line, exit code 1."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except JianchaError as error:
        sys.stderr.write(f"jiancha: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("jiancha: interrupted\n")
        return 130
    except BrokenPipeError:  # `jiancha read … | head`: nobody listens any more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jiancha", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, about: str) -> argparse.ArgumentParser:
        sub: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        return sub

    _add_pages(command)
    _add_lake(command)
    account.add_commands(commands)
    audit.add_command(commands)
    wording.add_command(commands)
    review.add_commands(commands)
    for extension in entry_points(group="jiancha.commands"):  # the sandbox city, where it is installed
        extension.load()(command)
    return parser


def _add_pages(command: _Command) -> None:
    """Pages and sites, without Airflow and registry."""
    read = command("read", _read, "tell what saved pages say: kind, column, items, dates, charset")
    read.add_argument("path", metavar="FILE", help="a page, - for standard input, or a folder of pages")
    read.add_argument("--url", help="the page's own address; links and the page's kind depend on it")
    read.add_argument(
        "--url-base", default="http://localhost/", help="address of the folder (default %(default)s)"
    )
    read.add_argument(
        "--at", metavar="TIME", help="when it was fetched, ISO, naive: Asia/Shanghai (default: now)"
    )
    read.add_argument("--content-type", help="the Content-Type header it was sent with")
    read.add_argument("--glob", default="*.html", help="pages of a folder (default %(default)s)")
    form = read.add_mutually_exclusive_group()
    for name, about in (("json", "one JSON object"), ("jsonl", "one JSON line per page, with its file")):
        form.add_argument(
            f"--{name}", dest="form", action="store_const", const=name, default="text", help=about
        )
    read.add_argument(
        "--all", action="store_true", help="JSON with title, charset_rule, redirect_to, trail, columns too"
    )
    visit = command("visit", _visit, "inspect one website now, without Airflow and registry")
    visit.add_argument("url", metavar="URL", help="the home page")
    visit.add_argument("--as-of", metavar="DAY", help="judge as of the end of this day (default: now)")
    visit.add_argument(
        "--max-pages", type=int, metavar="N", help="read the whole site, at most so many pages"
    )
    visit.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    visit.add_argument("--allow-private", action="store_true", help="allow private and loopback addresses")
    visit.add_argument("--lake", type=Path, metavar="FOLDER", help="keep all tables in this folder")
    visit.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the evidence (WARC) in this folder")


def _add_lake(command: _Command) -> None:
    """What comes into the lake and how it came about."""
    registry = command(
        "registry", _registry, "check exports of the reporting systems without storing anything"
    )
    registry.add_argument("files", nargs="+", type=Path)
    explain = command("explain", _explain, "tell in Chinese how a target's verdict came about")
    explain.add_argument("code", help="网站标识码 or 新媒体标识码")
    explain.add_argument("window", help="such as 2021Q1")
    replay = command("replay", _replay, "read a window's evidence again and judge again, without network")
    replay.add_argument("window", help="such as 2021Q1")
    replay.add_argument("--save", action="store_true", help="keep what was read again as the window's own")
    replay.add_argument("--jobs", type=int, default=2, help="processes that read (default 2)")
    replay.add_argument("--json", action="store_true", help="for programs")
    evidence = command("evidence", _evidence, "write a page as it was stored when it was judged")
    evidence.add_argument("record", help="id of a record, as `explain` names it, or the page's address")
    evidence.add_argument("window", help="such as 2021Q1")
    evidence.add_argument("code", help="网站标识码 or 新媒体标识码")
    evidence.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")


def _read(arguments: argparse.Namespace) -> int:
    from jiancha.cli.read import Request, run_read

    return run_read(Request(**{name: getattr(arguments, name) for name in Request._fields}))


def _visit(arguments: argparse.Namespace) -> int:
    from jiancha.cli.visit import Request, run_visit

    return run_visit(Request(**{name: getattr(arguments, name) for name in Request._fields}))


def _registry(arguments: argparse.Namespace) -> int:
    from jiancha import settings as configuration
    from jiancha.registry.exports import read_exports

    settings = configuration.load().registry
    files = [(path.name, path.read_bytes()) for path in arguments.files]
    tables = read_exports(files, aliases=settings.aliases)
    sys.stdout.write(f"{len(tables.sites)} 个网站,{len(tables.accounts)} 个账号\n")
    for warning in tables.warnings:
        sys.stdout.write(f"{warning.message}\n")
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from jiancha import settings as configuration
    from jiancha.assess.explain import explain
    from jiancha.lake import Lake
    from jiancha.standard import load_standard

    settings = configuration.load()
    standard = load_standard(settings.standard, settings.standards_folder)
    told = explain(Lake(settings.lake), arguments.window, arguments.code, standard)
    sys.stdout.write(told + "\n")
    return 0


def _replay(arguments: argparse.Namespace) -> int:
    from jiancha.cli.replay import run_replay

    return run_replay(arguments.window, save=arguments.save, jobs=arguments.jobs, as_json=arguments.json)


def _evidence(arguments: argparse.Namespace) -> int:
    from jiancha.cli.evidence import run_evidence

    return run_evidence(arguments.record, arguments.window, arguments.code, arguments.out)


if __name__ == "__main__":
    sys.exit(main())
