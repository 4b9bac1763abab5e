"""Indicator sets (检查指标) as data: thresholds are rows that SQL joins, not numbers in code."""

from jiancha.standard.loader import ColumnKind, Indicator, Mark, ProbeRule, Standard, load_standard

__all__ = ["ColumnKind", "Indicator", "Mark", "ProbeRule", "Standard", "load_standard"]
