"""Run a gate's checks with Great Expectations; every row that fails one is named by the body it is about.

Importing Great Expectations takes seconds, so it happens inside ``run_gate`` only. Its analytics are off:
nothing leaves the machine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from jiancha.errors import GateFailed
from jiancha.gates.frames import related
from jiancha.gates.suites import Check, checks
from jiancha.lake import SCHEMAS
from jiancha.settings import Settings
from jiancha.windows import Window

if TYPE_CHECKING:
    import pandas as pd

_EXAMPLES = 5
_LONGEST = 200  # characters of what a row shows


class FailingRow(NamedTuple):
    """One row that does not hold: the body it is about (empty: none), and what it shows (empty: its body)."""

    body: str
    shows: str

    def __str__(self) -> str:
        return "：".join(filter(None, self))


@dataclass(frozen=True, slots=True)
class GateRow:
    """The result of one check: ``count`` rows fail it, ``failing`` are those that can be named."""

    gate: str
    check: str
    severity: str
    passed: bool
    count: int
    failing: tuple[FailingRow, ...]
    message: str

    @property
    def examples(self) -> tuple[str, ...]:
        """The first of the failing rows."""
        return tuple(str(row) for row in self.failing[:_EXAMPLES])


def run_gate(
    gate: str, frames: Mapping[str, pd.DataFrame], *, window: Window, settings: Settings
) -> list[GateRow]:
    """Check a gate's frames; returns a row for each check.

    Whether they let the run go on is said by :func:`require`.
    """
    whole = related(gate, frames, window)
    by_frame: dict[str, list[Check]] = {}
    for check in checks(gate, settings):
        by_frame.setdefault(check.frame, []).append(check)
    context = _context()
    rows: list[GateRow] = []
    for name, own in by_frame.items():
        rows += _validate(context, gate, name, own, whole[name])
    return rows


def require(rows: Sequence[GateRow]) -> None:
    """Raise GateFailed, naming every critical check that does not hold."""
    failed = [row for row in rows if row.severity == "critical" and not row.passed]
    if failed:
        lines = [
            f"{row.gate}.{row.check}: {row.message}（{row.count}；{'、'.join(row.examples)}）"
            for row in failed
        ]
        raise GateFailed("; ".join(lines))


def rows_to_table(rows: Sequence[GateRow]) -> pa.Table:
    """The rows as the lake's table ``quality``."""
    plain = [
        {
            "gate": row.gate,
            "check": row.check,
            "severity": row.severity,
            "passed": row.passed,
            "count": row.count,
            "examples": json.dumps(row.examples, ensure_ascii=False),
            "message": row.message,
        }
        for row in rows
    ]
    return pa.Table.from_pylist(plain, schema=SCHEMAS["quality"])


def _context() -> Any:
    """An ephemeral context that writes no pages of its own: theirs load parts from other servers."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context


def _validate(context: Any, gate: str, name: str, own: Sequence[Check], frame: pd.DataFrame) -> list[GateRow]:
    """Validate one frame against its checks; an empty frame fails nothing but a row count."""
    import great_expectations as gx

    suite = context.suites.add(gx.ExpectationSuite(name=f"{gate}.{name}"))
    for check in own:
        expectation = getattr(gx.expectations, check.expectation)
        suite.add_expectation(expectation(**check.arguments, meta={"check": check.name}))
    batch = (
        context.data_sources.add_pandas(name)
        .add_dataframe_asset(name)
        .add_batch_definition_whole_dataframe("all")
    )
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=f"{gate}.{name}", data=batch, suite=suite)
    )
    result = definition.run(
        batch_parameters={"dataframe": frame}, result_format={"result_format": "COMPLETE"}
    )
    by_name = {check.name: check for check in own}
    return [_row(gate, by_name[r.expectation_config.meta["check"]], r, frame) for r in result.results]


def _row(gate: str, check: Check, result: Any, frame: pd.DataFrame) -> GateRow:
    raised = _exception(result.exception_info)
    if raised is not None:
        raise GateFailed(f"{gate}.{check.name} could not be checked: {raised}")
    detail = result.result
    count = 0 if result.success else int(detail.get("unexpected_count") or 1)
    places = [] if result.success else detail.get("unexpected_index_list") or []
    failing = tuple(_failing_rows(frame.iloc[places], check.shows))
    return GateRow(gate, check.name, check.severity, bool(result.success), count, failing, check.message)


def _failing_rows(rows: pd.DataFrame, shows: str | None) -> Iterator[FailingRow]:
    none = [""] * len(rows)
    bodies = rows["body"].tolist() if "body" in rows else none
    shown = none if shows is None else rows[shows].tolist()
    for body, text in zip(bodies, shown, strict=True):
        yield FailingRow(body, "" if text is None else str(text)[:_LONGEST])


def _exception(info: Mapping[str, Any] | None) -> str | None:
    """The message of an expectation that raised; Great Expectations nests it by metric."""
    entries = [info] if info and "raised_exception" in info else list((info or {}).values())
    for entry in entries:
        if entry["raised_exception"]:
            return str(entry["exception_message"])
    return None
