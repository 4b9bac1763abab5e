"""The command line. ``jiancha COMMAND --help`` tells the options of each command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from jiancha.errors import JianchaError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors made on purpose are printed in one line, exit code 1."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except JianchaError as error:
        sys.stderr.write(f"jiancha: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("jiancha: interrupted\n")
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    from jiancha import account_cli
    from jiancha.demo import DEFAULT_CLOCK, DEFAULT_SEED, DEFAULT_WINDOW

    parser = argparse.ArgumentParser(prog="jiancha", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        return sub

    demo = command("demo", _demo, "run one quarter of the sandbox city through a real Airflow, then stop it")
    demo.add_argument("--window", default=DEFAULT_WINDOW, help="such as 2021Q1 (default)")
    up = command("up", _up, "start Airflow and the sandbox city on loopback and leave them running")
    down = command("down", _down, "stop what `up` started")
    sandbox = command("sandbox", _sandbox, "serve the sandbox city as a forward proxy on loopback")
    sandbox.add_argument("--host", default="127.0.0.1")
    sandbox.add_argument("--port", type=int, default=0, help="0: any free port")
    sandbox.add_argument("--exports", type=Path, help="write the registry's exports into this folder first")
    sandbox.add_argument("--key", type=Path, help="write the answer key into this folder first")
    for sub in (demo, up, sandbox):
        sub.add_argument(
            "--clock", default=DEFAULT_CLOCK, help=f"the city's present (default {DEFAULT_CLOCK})"
        )
        sub.add_argument("--seed", type=int, default=DEFAULT_SEED)
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
    confusion.add_argument("--seed", type=int, default=DEFAULT_SEED)
    confusion.add_argument("--jobs", type=int, default=2, help="processes that fetch (default 2)")
    registry = command(
        "registry", _registry, "check exports of the reporting systems without storing anything"
    )
    registry.add_argument("files", nargs="+", type=Path)
    explain = command("explain", _explain, "tell in Chinese how a target's verdict came about")
    explain.add_argument("code", help="网站标识码 or 新媒体标识码")
    explain.add_argument("window", help="such as 2021Q1")
    account_cli.add_commands(commands)
    return parser


def _demo(arguments: argparse.Namespace) -> int:
    from jiancha.demo import run_demo

    project = arguments.project.resolve()
    return run_demo(project, arguments.window, clock=arguments.clock, seed=arguments.seed)


def _up(arguments: argparse.Namespace) -> int:
    from jiancha.demo import run_up

    return run_up(arguments.project.resolve(), clock=arguments.clock, seed=arguments.seed)


def _down(arguments: argparse.Namespace) -> int:
    from jiancha.demo import run_down

    return run_down(arguments.project.resolve())


def _sandbox(arguments: argparse.Namespace) -> int:
    from jiancha.sandbox.server import run

    return run(
        host=arguments.host,
        port=arguments.port,
        clock=datetime.fromisoformat(arguments.clock),
        seed=arguments.seed,
        exports=arguments.exports,
        key=arguments.key,
    )


def _confusion(arguments: argparse.Namespace) -> int:
    from jiancha.confusion import run_confusion

    return run_confusion(arguments.windows, clock=arguments.clock, seed=arguments.seed, jobs=arguments.jobs)


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

    sys.stdout.write(explain(Lake(configuration.load().lake), arguments.window, arguments.code) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
