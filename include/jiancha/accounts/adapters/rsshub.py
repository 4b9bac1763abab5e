"""``rsshub``: a route of the office's RSSHub; its error pages name the failure."""

from __future__ import annotations

from jiancha.accounts.adapters.base import Ask, Gathered, read_whole
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource


def fetch(ask: Ask, gathered: Gathered) -> None:
    """Read one route."""
    if ask.hub is None:
        raise UnreadableSource(FailureKind.CONFIG, "未配置 RSSHub 的连接(account.rsshub_connection)")
    ask.fetcher.hide(ask.hub.key)
    try:
        read_whole(ask, gathered, ask.hub.address(ask.source.address), inside=True)
    except FetchFailure as failure:
        raise ask.failure_of(failure) from None  # a hub answers 503 to everything
