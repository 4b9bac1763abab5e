"""Data-quality gates (质量闸门): critical checks stop a run, warnings are printed in the notice."""

from jiancha.gates.core import GateRow, require, rows_to_table, run_gate

__all__ = ["GateRow", "require", "rows_to_table", "run_gate"]
