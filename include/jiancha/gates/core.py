"""Run a gate's checks with Great Expectations and build its Data Docs.

Importing Great Expectations takes seconds, so it happens inside ``run_gate`` only. Its analytics are off:
nothing leaves the machine.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
# Great Expectations writes values into its pages as they are, and takes $ for the start of a placeholder.
_HARMLESS = str.maketrans({"<": "＜", ">": "＞", '"': "＂", "'": "＇", "$": "＄"})


@dataclass(frozen=True, slots=True)
class GateRow:
    """The result of one check; ``count`` is how many rows fail it, ``examples`` name some of them."""

    gate: str
    check: str
    severity: str
    passed: bool
    count: int
    examples: tuple[str, ...]
    message: str


def run_gate(
    gate: str,
    frames: Mapping[str, pd.DataFrame],
    *,
    window: Window,
    settings: Settings,
    docs: Path | None = None,
) -> list[GateRow]:
    """Check a gate's frames and write its Data Docs (index.html) into the folder ``docs``, if one is given.

    Returns a row for each check; whether they let the run go on is said by :func:`require`.
    """
    whole = related(gate, frames, window)
    by_frame: dict[str, list[Check]] = {}
    for check in checks(gate, settings):
        by_frame.setdefault(check.frame, []).append(check)
    context = _context(docs)
    rows: list[GateRow] = []
    for name, own in by_frame.items():
        rows += _validate(context, gate, name, own, whole[name])
    if docs is not None:
        context.build_data_docs()
    return rows


def require(rows: Sequence[GateRow]) -> None:
    """Raise GateFailed, naming every critical check that does not hold."""
    failed = [row for row in rows if row.severity == "critical" and not row.passed]
    if failed:
        lines = [
            f"{row.gate}.{row.check}: {row.message}({row.count};{'、'.join(row.examples)})" for row in failed
        ]
        raise GateFailed("; ".join(lines))


def rows_to_table(rows: Sequence[GateRow]) -> pa.Table:
    """The rows as the lake's table ``quality``."""
    plain = [{**asdict(row), "examples": json.dumps(row.examples, ensure_ascii=False)} for row in rows]
    return pa.Table.from_pylist(plain, schema=SCHEMAS["quality"])


def _context(docs: Path | None) -> Any:
    """An ephemeral context that knows one Data Docs site, or none."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    for site in list(context.get_site_names()):
        context.delete_data_docs_site(site)
    if docs is None:
        return context
    site_config: Any = {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(docs)},
    }
    context.add_data_docs_site(site_name="gate", site_config=site_config)
    return context


def _validate(context: Any, gate: str, name: str, own: Sequence[Check], frame: pd.DataFrame) -> list[GateRow]:
    """Validate one frame against its checks; an empty frame fails nothing but a row count."""
    import great_expectations as gx

    suite = context.suites.add(gx.ExpectationSuite(name=f"{gate}.{name}"))
    for check in own:
        expectation = getattr(gx.expectations, check.expectation)
        suite.add_expectation(expectation(**check.arguments, meta={"check": check.name}, notes=check.message))
    batch = (
        context.data_sources.add_pandas(name)
        .add_dataframe_asset(name)
        .add_batch_definition_whole_dataframe("all")
    )
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=f"{gate}.{name}", data=batch, suite=suite)
    )
    result = definition.run(
        batch_parameters={"dataframe": _harmless(frame)}, result_format={"result_format": "COMPLETE"}
    )
    by_name = {check.name: check for check in own}
    return [_row(gate, by_name[r.expectation_config.meta["check"]], r, frame) for r in result.results]


def _row(gate: str, check: Check, result: Any, frame: pd.DataFrame) -> GateRow:
    raised = _exception(result.exception_info)
    if raised is not None:
        raise GateFailed(f"{gate}.{check.name} could not be checked: {raised}")
    detail = result.result
    places = detail.get("unexpected_index_list") or []
    count = 0 if result.success else int(detail.get("unexpected_count") or 1)
    examples: tuple[str, ...] = ()
    if check.example is not None and not result.success:
        examples = tuple(str(frame[check.example].iloc[place])[:200] for place in places[:_EXAMPLES])
    return GateRow(gate, check.name, check.severity, bool(result.success), count, examples, check.message)


def _exception(info: Mapping[str, Any] | None) -> str | None:
    """The message of an expectation that raised; Great Expectations nests it by metric."""
    entries = [info] if info and "raised_exception" in info else list((info or {}).values())
    for entry in entries:
        if entry["raised_exception"]:
            return str(entry["exception_message"])
    return None


def _harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with text that is markup nowhere: its Data Docs quote names that others wrote."""
    from pandas.api.types import is_object_dtype, is_string_dtype

    text = [c for c in frame.columns if is_object_dtype(frame[c]) or is_string_dtype(frame[c])]
    return frame.assign(
        **{c: [v.translate(_HARMLESS) if isinstance(v, str) else v for v in frame[c].tolist()] for c in text}
    )
