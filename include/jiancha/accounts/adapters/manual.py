"""``manual`` (人工查看): what a person saw who opened the account, as entered in the plan."""

from __future__ import annotations

import json

from jiancha.accounts.adapters.base import Ask, Gathered
from jiancha.accounts.plan import Looked, PlannedSource
from jiancha.errors import FailureKind, UnreadableSource
from jiancha.evidence.records import Exchange
from jiancha.posts.feeds import Post


def fetch(ask: Ask, gathered: Gathered) -> None:
    """The newest post that the person saw, as of the moment they looked."""
    looked = ask.source.looked if isinstance(ask.source, PlannedSource) else None
    if looked is None:
        raise UnreadableSource(FailureKind.CONFIG, "人工查看缺少最近发布、查看时间或查看人")
    if looked.at > ask.settings.now():
        raise UnreadableSource(FailureKind.CONFIG, "人工查看的查看时间晚于现在")
    post = Post(
        id=ask.source.address or f"manual {looked.at.isoformat()}",
        title="",
        url=ask.source.address,
        published_on=looked.posted_on,
        published_at=looked.posted_at,
        date_rule=f"seen by {looked.by}, {looked.at:%Y-%m-%d %H:%M}",
        position=0,
    )
    gathered.add([post], _noted(ask, looked))
    gathered.order, gathered.as_of = "table", looked.at


def _noted(ask: Ask, looked: Looked) -> str:
    """Keep the entry among the evidence, as it stood in the plan; returns the id of its record."""
    address = f"urn:jiancha:manual:{ask.account.target_id}"
    if ask.evidence.offline:
        kept = ask.evidence.answer(address)
        return kept.record_id if kept else ""
    entry = {
        "account": ask.account.name,
        "platform": ask.account.platform,
        "posted": (looked.posted_at or looked.posted_on).isoformat(),
        "link": ask.source.address,
        "seen_at": looked.at.isoformat(),
        "seen_by": looked.by,
    }
    body = json.dumps(entry, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return ask.evidence.add(Exchange(address, {}, 200, "Seen", headers, body, looked.at))
