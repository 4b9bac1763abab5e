"""The commands of the sandbox city; ``jiancha`` finds them by the entry point ``jiancha.commands``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from jiancha.errors import InputError


def add_commands(command: Callable[..., argparse.ArgumentParser]) -> None:
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


def _demo(arguments: argparse.Namespace) -> int:
    from jiancha_sandbox.demo import DEFAULT_WINDOW, run_demo

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
    from jiancha_sandbox.demo import run_up

    return run_up(arguments.project.resolve(), clock=_clock(arguments), seed=_seed(arguments))


def _clock(arguments: argparse.Namespace) -> str:
    from jiancha_sandbox.demo import (
        DEFAULT_CLOCK,  # its imports are too heavy for a parser that every command needs
    )

    return arguments.clock or DEFAULT_CLOCK


def _seed(arguments: argparse.Namespace) -> int:
    from jiancha_sandbox.demo import DEFAULT_SEED

    return DEFAULT_SEED if arguments.seed is None else int(arguments.seed)


def _down(arguments: argparse.Namespace) -> int:
    from jiancha_sandbox.demo import run_down

    return run_down(arguments.project.resolve())


def _sandbox(arguments: argparse.Namespace) -> int:
    from jiancha_sandbox.server import run

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
    from jiancha_sandbox.confusion import run_confusion

    return run_confusion(arguments.windows, clock=arguments.clock, seed=_seed(arguments), jobs=arguments.jobs)
