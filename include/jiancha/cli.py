"""The command line. ``jiancha COMMAND --help`` tells the options of each command."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path

from jiancha.commands import account, audit, review, wording
from jiancha.errors import InputError, JianchaError

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

    _add_city(command)
    _add_pages(command)
    _add_lake(command)
    account.add_commands(commands)
    audit.add_command(commands)
    wording.add_command(commands)
    review.add_commands(commands)
    return parser


def _add_city(command: _Command) -> None:
    """The sandbox city: shown, served, and compared with its key."""
    demo = command("demo", _demo, "run one quarter of the sandbox city through a real Airflow, then stop it")
    demo.add_argument("--window", help="such as 2021Q1 (default)")
    demo.add_argument("--as-of", metavar="DATE", help="go on to how rectification stands on that day")
    up = command("up", _up, "start Airflow and the sandbox city on loopback and leave them running")
    down = command("down", _down, "stop what `up` started")
    sandbox = command("sandbox", _sandbox, "serve the sandbox city as a forward proxy on loopback")
    sandbox.add_argument("--host", default="127.0.0.1")
    sandbox.add_argument("--port", type=int, default=0, help="0: any free port")
    sandbox.add_argument("--exports", type=Path, help="write the registry's exports into this folder first")
    sandbox.add_argument("--key", type=Path, help="write the answer key into this folder first")
    sandbox.add_argument("--plan", type=Path, help="write the accounts' source plan into this folder first")
    for sub in (demo, up, sandbox):
        sub.add_argument("--clock", help="the city's present (default: the morning of 2021-03-31)")
        sub.add_argument("--seed", type=int)
    for sub in (demo, up, down):
        sub.add_argument(
            "--project", type=Path, default=Path.cwd(), help="the folder with dags/ (default: here)"
        )
    confusion = command(
        "confusion", _confusion, "inspect the sandbox city without Airflow and compare with its answer key"
    )
    confusion.add_argument("--windows", nargs="+", metavar="WINDOW", help="default: 2019Q2 to 2021Q4")
    confusion.add_argument(
        "--clock", type=datetime.fromisoformat, help="default: the morning after each window"
    )
    confusion.add_argument("--seed", type=int)
    confusion.add_argument("--jobs", type=int, default=2, help="processes that fetch (default 2)")


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


def _demo(arguments: argparse.Namespace) -> int:
    from jiancha.demo import DEFAULT_WINDOW, run_demo

    project = arguments.project.resolve()
    return run_demo(
        project,
        arguments.window or DEFAULT_WINDOW,
        clock=arguments.clock and _clock(arguments),
        seed=_seed(arguments),
        as_of=_as_of(arguments.as_of),
    )


def _as_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"--as-of {text!r} is not a day such as 2021-03-15") from error


def _up(arguments: argparse.Namespace) -> int:
    from jiancha.demo import run_up

    return run_up(arguments.project.resolve(), clock=_clock(arguments), seed=_seed(arguments))


def _clock(arguments: argparse.Namespace) -> str:
    from jiancha.demo import DEFAULT_CLOCK  # its imports are too heavy for a parser that every command needs

    return arguments.clock or DEFAULT_CLOCK


def _seed(arguments: argparse.Namespace) -> int:
    from jiancha.demo import DEFAULT_SEED

    return DEFAULT_SEED if arguments.seed is None else int(arguments.seed)


def _down(arguments: argparse.Namespace) -> int:
    from jiancha.demo import run_down

    return run_down(arguments.project.resolve())


def _sandbox(arguments: argparse.Namespace) -> int:
    from jiancha.sandbox.server import run

    return run(
        host=arguments.host,
        port=arguments.port,
        clock=datetime.fromisoformat(_clock(arguments)),
        seed=_seed(arguments),
        exports=arguments.exports,
        key=arguments.key,
        plan=arguments.plan,
    )


def _confusion(arguments: argparse.Namespace) -> int:
    from jiancha.confusion import run_confusion

    return run_confusion(arguments.windows, clock=arguments.clock, seed=_seed(arguments), jobs=arguments.jobs)


def _read(arguments: argparse.Namespace) -> int:
    from jiancha.commands.read import Request, run_read

    return run_read(Request(**{name: getattr(arguments, name) for name in Request._fields}))


def _visit(arguments: argparse.Namespace) -> int:
    from jiancha.commands.visit import Request, run_visit

    return run_visit(Request(**{name: getattr(arguments, name) for name in Request._fields}))


def _registry(arguments: argparse.Namespace) -> int:
    from jiancha import settings as configuration
    from jiancha.registry.exports import read_exports

    settings = configuration.load().registry
    files = [(path.name, path.read_bytes()) for path in arguments.files]
    tables = read_exports(files, aliases=settings.aliases, max_cell=settings.max_cell)
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
    from jiancha.commands.replay import run_replay

    return run_replay(arguments.window, save=arguments.save, jobs=arguments.jobs, as_json=arguments.json)


def _evidence(arguments: argparse.Namespace) -> int:
    from jiancha.commands.evidence import run_evidence

    return run_evidence(arguments.record, arguments.window, arguments.code, arguments.out)


if __name__ == "__main__":
    sys.exit(main())
