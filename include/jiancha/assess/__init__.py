"""Judging: SQL models over a window's tables, from freshness to verdicts."""

from jiancha.assess.runner import assess

__all__ = ["assess"]
