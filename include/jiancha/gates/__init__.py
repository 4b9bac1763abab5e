"""Data-quality gates (质量闸门): critical checks stop a run, warnings are printed in the notice."""

from jiancha.gates.core import GateRow, require, rows_to_table, run_gate
from jiancha.gates.page import CHECKS_PAGE, write_checks_page

__all__ = ["CHECKS_PAGE", "GateRow", "require", "rows_to_table", "run_gate", "write_checks_page"]
