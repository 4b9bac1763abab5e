"""Wording errors (错误表述): rules with dates, and the texts they are held against. Pure; docs/wording.md."""

from jiancha.wording.engine import Checker, Error, Hit, distinct
from jiancha.wording.rules import Rule, Severity, load_rules, read_allowed
from jiancha.wording.text import visible_text

__all__ = [
    "Checker",
    "Error",
    "Hit",
    "Rule",
    "Severity",
    "distinct",
    "load_rules",
    "read_allowed",
    "visible_text",
]
