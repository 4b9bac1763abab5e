"""Run a function in a process of its own, so that the memory of what it imported is given back."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from jiancha.errors import JianchaError


class _WithoutFrames:
    """pyarrow imports numpy, and pandas whenever it meets a Python list: 65 MB and 0.9 s for nothing."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name in ("pandas", "numpy"):
            raise ModuleNotFoundError(name, name=name)


def run_apart(function: Callable[..., Any], *arguments: object) -> Any:
    """What ``function`` returns in a new process without pandas and numpy; its JianchaError is raised here.

    Function, arguments and result must be picklable. An interrupt ends the process too.
    """
    context = multiprocessing.get_context("fork")  # nothing heavy is imported yet, and no thread runs
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(sender, function, arguments), daemon=True)
    # Arrow's own pool keeps what it once had
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    process.start()
    sender.close()
    try:
        result, message = receiver.recv()
    except EOFError:
        process.join()
        raise JianchaError(
            f"{function.__name__.strip('_')} ended with exit code {process.exitcode}"
        ) from None
    finally:
        process.kill()
        process.join()
    if message is not None:
        raise JianchaError(message)
    return result


def _send(sender: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    sys.meta_path.insert(0, _WithoutFrames)
    try:
        sender.send((function(*arguments), None))
    except JianchaError as error:
        sender.send((None, str(error)))
    except KeyboardInterrupt:
        sys.exit(130)
