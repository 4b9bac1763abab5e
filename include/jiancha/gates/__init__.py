"""Data-quality gates (质量闸门): critical checks stop a run, warnings are printed in the notice."""

from jiancha.gates.core import FailingRow, GateRow, require, rows_to_table, run_gate
from jiancha.gates.page import CHECKS_PAGE, by_body, checks_page

__all__ = [
    "CHECKS_PAGE",
    "FailingRow",
    "GateRow",
    "by_body",
    "checks_page",
    "require",
    "rows_to_table",
    "run_gate",
]
