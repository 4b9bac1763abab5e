"""Judging: SQL models over a window's tables, from freshness to verdicts."""

from jiancha.assess.runner import assess, judge_again

__all__ = ["assess", "judge_again"]
