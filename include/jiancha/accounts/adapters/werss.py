"""``werss``: a collector of WeChat accounts (we-mp-rss, wewe-rss) that the office runs.

It goes on answering from what it keeps long after its log-in has run out: only its own time of
synchronisation, or its newest post, tells until when it has looked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from jiancha.accounts.adapters.base import FEED_TYPES, Ask, Gathered, take
from jiancha.errors import FailureKind, UnreadableSource
from jiancha.windows import ZONE

_NEVER = datetime(2000, 1, 1, tzinfo=ZONE)


def fetch(ask: Ask, gathered: Gathered) -> None:
    """Read the feed; raises COLLECTOR_STALE where it last looked too early and shows nothing recent."""
    response = ask.fetcher.get(ask.source.address, accept=FEED_TYPES)
    saved = ask.saved(response.body, response.final_url)
    newest = max((post.published_at for post in saved.posts if post.published_at), default=_NEVER)
    take(gathered, replace(saved, as_of=saved.as_of or newest), response)
    judged = ask.judge(gathered)
    if judged.failure is FailureKind.COLLECTOR_STALE:
        raise UnreadableSource(judged.failure, f"采集服务：{judged.why}")
