"""``jiancha doctor``: is everything there that an inspection needs?"""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from jiancha.cli.commands import say, say_json
from jiancha.errors import SettingsError


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha doctor``."""
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from jiancha.pipeline.doctor import Health, examine
    from jiancha.settings import load

    rows = examine(load(), _pools)
    if arguments.json:
        say_json([row._asdict() for row in rows], indent=1)
    else:
        for row in rows:
            advice = f" → {row.advice}" if row.advice else ""
            say(f"{row.state:<8}{row.check:<18}{row.message}{advice}")
    return 1 if any(row.state is Health.FAILED for row in rows) else 0


def _pools() -> Mapping[str, int]:
    from airflow.models.pool import Pool
    from airflow.utils.session import create_session
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with create_session() as session:
            return {str(pool.pool): pool.slots for pool in Pool.get_pools(session=session)}
    except SQLAlchemyError as error:
        raise SettingsError(f"Airflow's database cannot be asked: {str(error).splitlines()[0]}") from error
