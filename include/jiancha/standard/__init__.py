"""Indicator sets (检查指标) as data: thresholds are rows that SQL joins, not numbers in code."""

from jiancha.standard.loader import (
    ColumnKind,
    Indicator,
    Mark,
    ProbeRule,
    ServiceElement,
    Standard,
    StandardError,
    load_standard,
    months_before,
)

__all__ = [
    "ColumnKind",
    "Indicator",
    "Mark",
    "ProbeRule",
    "ServiceElement",
    "Standard",
    "StandardError",
    "load_standard",
    "months_before",
]
