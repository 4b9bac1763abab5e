"""``self_report`` (自主填报): a table that owners fill in, and whether its newest link bears it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

from jiancha.accounts.adapters.base import Ask, Listing
from jiancha.accounts.adapters.coverage import before
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.evidence.records import masked
from jiancha.net.http import Response
from jiancha.posts.clocks import checked, id_clock
from jiancha.posts.feeds import Post
from jiancha.posts.reports import read_report
from jiancha.posts.wechat import is_article, read_article
from jiancha.text.charset import decode
from jiancha.windows import ZONE

#: What a link's own page may say of a post that is not there any more.
_GONE = {FailureKind.NOT_FOUND, FailureKind.BANNED}
_CLOCK_SLACK = timedelta(hours=1)


def fetch(ask: Ask, listing: Listing) -> None:
    """The account's rows: the table is the whole listing as of the day it was filed."""
    response = ask.fetcher.get(ask.source.address, accept="text/csv, */*;q=0.5")
    identity = (ask.account.account_code, ask.account.platform, ask.account.name)
    rows = read_report(response.body, at=ask.settings.now())
    mine = [row.post for row in rows if (row.account_code, row.platform, row.name) == identity]
    own = ask.firm(checked(mine, ask.account.platform))
    if not own:
        raise UnreadableSource(FailureKind.SOURCE_EMPTY, "自主填报表中没有该账号的条目")
    if all(post.published_on is None for post in own):
        raise UnreadableSource(FailureKind.BAD_DATE, f"自主填报的发布时间都无法识别({own[0].date_rule})")
    listing.posts = [(post, response.record_id) for post in own]
    listing.reached_end = True
    listing.complete_back_to = listing.oldest
    listing.as_of = _filed_at(response)
    if ask.settings.account.verify_links:
        _verify(ask, listing, own)


def _verify(ask: Ask, listing: Listing, own: Sequence[Post]) -> None:
    """Hold the newest claim against its link; raises DISAGREEMENT where the link tells another day.

    A link that cannot be opened, or a page without a time, proves nothing either way.
    """
    claims = [post for post in own if post.published_on is not None and before(post, ask.window)]
    claim = max(claims, key=lambda post: post.published_on or date.min, default=None)
    if claim is None or not claim.url:
        return
    try:
        response = ask.fetcher.get(claim.url)
        told = _told(ask, response)
    except FetchFailure:
        return
    if told is None:
        return
    if claim.published_on not in told:
        shown = "、".join(f"{day}" for day in sorted(told)) or "文章已不存在"
        raise UnreadableSource(
            FailureKind.DISAGREEMENT, f"填报的最近发布为{claim.published_on},其链接显示{shown}"
        )
    listing.confirmed_by = masked(claim.url)


def _told(ask: Ask, response: Response) -> set[date] | None:
    """The days on which a linked post may have been published; empty where it is gone, None: not told."""
    clock = id_clock(ask.account.platform, "", response.final_url)
    if clock is not None and clock.exact:
        return {(clock.moment + slack).astimezone(ZONE).date() for slack in (-_CLOCK_SLACK, _CLOCK_SLACK)}
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
    aware = changed.replace(tzinfo=ZONE) if changed.tzinfo is None else changed
    return min(aware, response.fetched_at)
