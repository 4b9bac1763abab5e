"""Run a program and tell what it cost: CPU seconds of that process, by the kernel's account."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any, NamedTuple


class Cost(NamedTuple):
    """CPU seconds (user and system) of a program, and what it printed."""

    seconds: float
    printed: str


def cost_of(command: Sequence[str]) -> Cost:
    """Run ``command`` to its end; raises RuntimeError with the end of its errors where it fails."""
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=printed, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        if process.returncode != 0:
            raise RuntimeError(f"{command[0]} … gave {process.returncode}: {errors.read()[-2000:]}")
        printed.seek(0)
        return Cost(usage.ru_utime + usage.ru_stime, printed.read())


def interleaved(methods: Sequence[str], repeats: int, run: Callable[[str], Any]) -> dict[str, list[Any]]:
    """All methods once, then all again: what else the machine does falls on each of them alike."""
    found: dict[str, list[Any]] = {method: [] for method in methods}
    for _ in range(repeats):
        for method in methods:
            found[method].append(run(method))
    return found


def spread(values: Sequence[float]) -> str:
    """Median and least, as the tables show them."""
    return f"{median(values):.2f} ({min(values):.2f})"
