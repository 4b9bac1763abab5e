"""What every step works with (settings, lake, window, indicator set), and batches of mapped tasks.

Settings are read at each step: an Airflow task is a process of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from jiancha import settings as configuration
from jiancha.standard import load_standard

if TYPE_CHECKING:
    from jiancha.lake import Lake
    from jiancha.settings import Settings
    from jiancha.standard import Standard
    from jiancha.windows import Window


class Opened(NamedTuple):
    """What one step works with, whatever the window."""

    settings: Settings
    lake: Lake
    standard: Standard


class RunContext(NamedTuple):
    """What one step of one window works with."""

    settings: Settings
    lake: Lake
    window: Window
    standard: Standard


def open_lake() -> Opened:
    """Settings, lake and indicator set; raises SettingsError or StandardError."""
    from jiancha.lake import Lake  # pyarrow takes 0.5 s: not when Airflow parses the DAG

    settings = configuration.load()
    return Opened(settings, Lake(settings.lake), load_standard(settings.standard, settings.standards_folder))


def open_run(window_key: str) -> RunContext:
    """The same for one window; raises WindowError outside the calendar."""
    settings, lake, standard = open_lake()
    return RunContext(settings, lake, settings.calendar().window(window_key), standard)


class Batch(TypedDict):
    """The work of one mapped fetch task: ``label`` names it in Airflow's UI."""

    label: str
    targets: list[str]


def batches(named: Sequence[tuple[str, str]], limit: int) -> list[Batch]:
    """Split (name, target id) pairs into at most ``limit`` batches, in order and of even size."""
    if len(named) <= limit:
        return [Batch(label=name, targets=[target]) for name, target in named]
    size, larger = divmod(len(named), limit)
    result: list[Batch] = []
    first = 0
    for index in range(limit):
        last = first + size + (index < larger)
        part = named[first:last]
        label = part[0][0] if len(part) == 1 else f"{part[0][0]} … {part[-1][0]}"
        result.append(Batch(label=label, targets=[target for _, target in part]))
        first = last
    return result
