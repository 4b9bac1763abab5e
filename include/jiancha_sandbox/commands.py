"""The commands of the sandbox city; ``jiancha`` finds them by the entry point group ``jiancha.commands``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date, datetime
from pathlib import Path

from jiancha.cli.commands import Command
from jiancha.errors import InputError

COMMANDS = {
    "demo": Command(
        "run one quarter of the sandbox city through a real Airflow, then stop it", f"{__name__}:declare_demo"
    ),
    "up": Command(
        "start Airflow and the sandbox city on loopback and leave them running", f"{__name__}:declare_up"
    ),
    "down": Command("stop what `up` started", f"{__name__}:declare_down"),
    "sandbox": Command(
        "serve the sandbox city as a forward proxy on loopback", f"{__name__}:declare_sandbox"
    ),
    "confusion": Command(
        "inspect the sandbox city without Airflow and compare with its answer key",
        f"{__name__}:declare_confusion",
    ),
}


def declare_demo(parser: ArgumentParser) -> None:
    """Add the arguments of ``jiancha demo``."""
    parser.add_argument("--window", help="such as 2021Q1 (default)")
    parser.add_argument("--quarters", type=int, default=1, metavar="N", help="of them the last (default 1)")
    parser.add_argument("--as-of", metavar="DATE", help="go on to how rectification stands on that day")
    _add_city(parser, "the morning after the window")
    _add_project(parser)
    parser.set_defaults(run=_demo)


def declare_up(parser: ArgumentParser) -> None:
    """Add the arguments of ``jiancha up``."""
    _add_city(parser, "the morning after the window 2021Q1, as in `demo`")
    _add_project(parser)
    parser.set_defaults(run=_up)


def declare_down(parser: ArgumentParser) -> None:
    """Add the arguments of ``jiancha down``."""
    _add_project(parser)
    parser.set_defaults(run=_down)


def declare_sandbox(parser: ArgumentParser) -> None:
    """Add the arguments of ``jiancha sandbox``."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--exports", type=Path, help="write the registry's exports into this folder first")
    parser.add_argument("--key", type=Path, help="write the answer key into this folder first")
    parser.add_argument("--plan", type=Path, help="write the accounts' source plan into this folder first")
    _add_city(parser, "the morning of 2021-03-31")
    parser.set_defaults(run=_sandbox)


def declare_confusion(parser: ArgumentParser) -> None:
    """Add the arguments of ``jiancha confusion``."""
    parser.add_argument("--windows", nargs="+", metavar="WINDOW", help="default: 2019Q2 to 2021Q4")
    parser.add_argument("--clock", type=datetime.fromisoformat, help="default: the morning after each window")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--jobs", type=int, default=2, help="processes that fetch (default 2)")
    parser.set_defaults(run=_confusion)


def _add_city(parser: ArgumentParser, clock: str) -> None:
    parser.add_argument("--clock", type=datetime.fromisoformat, help=f"the city's present (default: {clock})")
    parser.add_argument("--seed", type=int)


def _add_project(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--project", type=Path, default=Path.cwd(), help="the folder with dags/ (default: here)"
    )


def _demo(arguments: Namespace) -> int:
    from jiancha_sandbox.demo import DEFAULT_WINDOW, run_demo

    project = arguments.project.resolve()
    return run_demo(
        project,
        arguments.window or DEFAULT_WINDOW,
        clock=_present(arguments),
        seed=_seed(arguments),
        quarters=_quarters(arguments.quarters),
        as_of=_as_of(arguments.as_of),
    )


def _quarters(count: int) -> int:
    if count < 1:
        raise InputError(f"--quarters {count}: at least 1")
    return count


def _as_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise InputError(f"--as-of {text!r} is not a day such as 2021-03-15") from error


def _up(arguments: Namespace) -> int:
    from jiancha_sandbox.demo import run_up

    return run_up(arguments.project.resolve(), clock=_present(arguments), seed=_seed(arguments))


def _present(arguments: Namespace) -> str | None:
    return arguments.clock.isoformat() if arguments.clock else None


def _seed(arguments: Namespace) -> int:
    from jiancha_sandbox.city import DEFAULT_SEED  # too heavy for a parser that every command needs

    return DEFAULT_SEED if arguments.seed is None else int(arguments.seed)


def _down(arguments: Namespace) -> int:
    from jiancha_sandbox.demo import run_down

    return run_down(arguments.project.resolve())


def _sandbox(arguments: Namespace) -> int:
    from jiancha_sandbox.city import DEFAULT_CLOCK
    from jiancha_sandbox.server import run

    return run(
        host=arguments.host,
        port=arguments.port,
        clock=arguments.clock or DEFAULT_CLOCK,
        seed=_seed(arguments),
        exports=arguments.exports,
        key=arguments.key,
        plan=arguments.plan,
    )


def _confusion(arguments: Namespace) -> int:
    from jiancha_sandbox.confusion import run_confusion

    return run_confusion(arguments.windows, clock=arguments.clock, seed=_seed(arguments), jobs=arguments.jobs)
