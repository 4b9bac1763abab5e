"""``self_report`` (自主填报): a table that owners fill in, and whether its newest link bears it out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

from jiancha.accounts.adapters.base import Ask, Gathered, take
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.evidence.records import masked
from jiancha.net.http import Response
from jiancha.posts.clocks import id_clock
from jiancha.posts.wechat import is_article, read_article
from jiancha.text.charset import decode
from jiancha.windows import local

#: What a link's own page may say of a post that is not there any more.
_GONE = {FailureKind.NOT_FOUND, FailureKind.BANNED}
_CLOCK_SLACK = timedelta(hours=1)


def fetch(ask: Ask, gathered: Gathered) -> None:
    """The account's rows: the table is the whole listing as of the day it was filed."""
    response = ask.fetcher.get(ask.source.address, accept="text/csv, */*;q=0.5")
    take(gathered, ask.saved(response.body, response.final_url), response)
    gathered.as_of = _filed_at(response) or gathered.as_of
    if ask.settings.account.verify_links:
        _verify(ask, gathered)


def _verify(ask: Ask, gathered: Gathered) -> None:
    """Hold the newest claim against its link; raises DISAGREEMENT where the link tells another day.

    A link that cannot be opened, or a page without a time, proves nothing either way.
    """
    claim = ask.judge(gathered).newest
    if claim is None or not claim.url:
        return
    try:
        response = ask.fetcher.get(claim.url)
        days = _linked_days(ask, response)
    except FetchFailure:
        return
    if days is None:
        return
    if claim.published_on not in days:
        shown = "、".join(f"{day}" for day in sorted(days)) or "文章已不存在"
        raise UnreadableSource(
            FailureKind.DISAGREEMENT, f"填报的最近发布为{claim.published_on}，其链接显示{shown}"
        )
    gathered.confirmed_by = masked(claim.url)


def _linked_days(ask: Ask, response: Response) -> set[date] | None:
    """The days on which a linked post may have been published; empty where it is gone, None where unknown."""
    clock = id_clock(ask.account.platform, "", response.final_url)
    if clock is not None and clock.exact:
        return {local(clock.moment + slack).date() for slack in (-_CLOCK_SLACK, _CLOCK_SLACK)}
    page = decode(response.body, response.headers.get("content-type")).text
    if not is_article(page):
        return None
    try:
        (article,) = read_article(page, ask.reading).posts
    except UnreadableSource as failure:
        return set() if failure.kind in _GONE else None
    return None if article.published_on is None else {article.published_on}


def _filed_at(response: Response) -> datetime | None:
    """When a report was last changed, where its server says so: it is silent about what came later."""
    try:
        changed = parsedate_to_datetime(response.headers.get("last-modified", ""))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(local(changed), response.fetched_at)
