"""``export`` (厂商导出): a vendor's table, or any other answer that is one whole listing."""

from __future__ import annotations

from jiancha.accounts.adapters.base import Ask, Listing, read_whole


def fetch(ask: Ask, listing: Listing) -> None:
    """Read the whole answer at the source's address."""
    read_whole(ask, listing, ask.source.address)
