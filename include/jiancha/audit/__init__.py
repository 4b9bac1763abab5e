"""Audit of published notices (通报): what a notice says, and what in it does not add up."""

from __future__ import annotations

from jiancha.audit.report import audit_text

__all__ = ["audit_text"]
