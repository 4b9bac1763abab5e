"""``export`` (厂商导出): a vendor's table, or any other answer that is one whole gathered."""

from __future__ import annotations

from jiancha.accounts.adapters.base import Ask, Gathered, read_whole


def fetch(ask: Ask, gathered: Gathered) -> None:
    """Read the whole answer at the source's address."""
    read_whole(ask, gathered, ask.source.address)
