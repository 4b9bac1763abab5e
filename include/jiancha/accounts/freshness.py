"""Is an account fresh as of a checkpoint? One pure rule, the same for every source.

docs/account-rules.md tells the rule in words and by cases; a test runs the cases of that page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Literal

from jiancha.errors import FailureKind
from jiancha.posts.feeds import Post
from jiancha.posts.model import Listing
from jiancha.standard import Standard
from jiancha.windows import ZONE, counts, local

Outcome = Literal["fresh", "stale", "unknown"]
#: 国办秘函〔2019〕19号: an account must have posted within the two weeks before the day that is judged.
TWO_WEEKS = 14
_PINNED_UNMARKED = 3  # posts on top that may be pinned without a mark
_DISORDER = timedelta(days=1)
#: Why a roughly dated post has no date: the limits of the span lie within what it may mean.
ROUGH = "only roughly known"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome; ``newest`` is the newest post that counts, ``why`` (Chinese) for inspectors.

    ``complete``: the listing holds every post back past the cut-off. ``failure`` is set where the outcome
    is unknown.
    """

    outcome: Outcome
    newest: Post | None
    why: str
    complete: bool
    failure: FailureKind | None = None


def rule_days(standard: Standard) -> int:
    """The days of the rule (内容不更新) that an indicator set has: a post so many days old still keeps it."""
    rules = (each for each in standard.indicators if each.id == "account.stale")
    return next((int(each.threshold) - (each.compare == "at_least") for each in rules), TWO_WEEKS)


def judge(listing: Listing, since: datetime, at: datetime) -> Judgement:
    """Judge a listing for the span from ``since`` to the checkpoint ``at`` (both aware, both inclusive).

    Fresh: a public post in the span. Stale: none, and a listing that is certain to show it if there were
    one. Anything else is unknown, with the failure that stands in the way.
    """
    listing = replace(listing, posts=tuple(firm(post, since, at) for post in listing.posts))
    counted = [p for p in listing.posts if p.public and counts(p.published_on, p.published_at, at)]
    newest = max(counted, key=_age_key, default=None)
    complete = listing.failure is None and covers(listing, since)
    recent = max((post for post in counted if not _is_before(post, since)), key=_age_key, default=None)
    if recent is not None and listing.failure not in NEVER_PROOF:
        return Judgement("fresh", recent, f"监测期内有发布：{_shown(recent)}", complete)
    doubt = next(_doubts(listing, since, at), None)
    if doubt is not None:
        return Judgement("unknown", newest, doubt[1], complete, doubt[0])
    return Judgement("stale", newest, f"监测期内没有发布，最近一次：{_shown(newest)}", complete)


#: A source of another account, of a shape that nobody knows, or one that another contradicts proves nothing
#: whatever it holds.
NEVER_PROOF = {
    FailureKind.IDENTITY_MISMATCH,
    FailureKind.RENAMED,
    FailureKind.SCHEMA,
    FailureKind.CONFIG,
    FailureKind.DISAGREEMENT,
}


def firm(post: Post, since: datetime, at: datetime) -> Post:
    """A roughly dated post, its date kept where all that it may mean lies in the span from ``since`` to
    ``at``, or all before it, or all after; near one of the limits it is left without a date."""
    if not post.vague_days or post.published_on is None:
        return post
    first, last = local(since).date(), local(at).date()
    latest, earliest = post.published_on, post.published_on - timedelta(days=post.vague_days)
    if latest < first or earliest > last or (earliest >= first and latest <= last):
        return replace(post, published_at=None, vague_days=0)
    return replace(post, published_on=None, published_at=None, date_rule=ROUGH, vague_days=0)


def covers(listing: Listing, since: datetime) -> bool:
    """True where the listing holds every post back past ``since``."""
    oldest = back_to(listing)
    return oldest is not None and _is_before(oldest, since)


def back_to(listing: Listing) -> Post | None:
    """The post back to which the listing holds every one, or None where nothing is certain.

    It is public and not pinned; a list that is not a table must run newest first. Posts on top that are
    older than what follows may be pinned ones without a mark: they prove nothing.
    """
    dated = [post for post in listing.posts if post.published_on and post.public and not post.pinned]
    if listing.order == "excerpt" or not dated:
        return None
    if listing.order == "table":
        return min(dated, key=_age_key)
    days = [post.published_on for post in dated if post.published_on is not None]
    for top in range(min(_PINNED_UNMARKED, len(days) - 1) + 1):
        slack = timedelta(0) if top else _DISORDER
        if _newest_first(days[top:], slack) and (top == 0 or len(days) - top > max(top, 1)):
            return dated[-1]
    return None


def _doubts(listing: Listing, since: datetime, at: datetime) -> Iterator[tuple[FailureKind, str]]:
    """Why silence cannot be concluded, the plainest reason first; nothing where it can."""
    if listing.failure is not None:
        yield listing.failure, listing.reason
    if not any(post.public for post in listing.posts):
        yield FailureKind.SOURCE_EMPTY, "没有可计入的公开发布记录"
    if listing.as_of is not None and listing.as_of < at:
        known = f"{local(listing.as_of):%Y-%m-%d %H:%M}"
        yield FailureKind.COLLECTOR_STALE, f"数据源截至{known}，早于监测时间点"
    if any(post.public and post.date_rule == ROUGH for post in listing.posts):
        yield FailureKind.BAD_DATE, "发布时间只有大概，不能确定是否在监测期内"
    undated = _undated_that_may_be_newer(listing, since)
    if undated is not None:
        yield FailureKind.BAD_DATE, f"有发布时间不可用的记录（{undated.date_rule}）"
    if not covers(listing, since):
        yield FailureKind.INCOMPLETE, "发布记录不能证明已完整回溯到监测期之前"


def _undated_that_may_be_newer(listing: Listing, since: datetime) -> Post | None:
    """A public post without a date that does not stand behind one from before ``since``."""
    for index, post in enumerate(listing.posts):
        if listing.order == "newest_first" and index > 0 and not post.pinned and _is_before(post, since):
            return None
        if post.public and post.published_on is None:
            return post
    return None


def _newest_first(days: Sequence[date], slack: timedelta) -> bool:
    """No day stands behind one that is older by more than ``slack``, however many stand between them."""
    oldest_so_far = accumulate(days, min)
    return all(day <= oldest + slack for day, oldest in zip(days, oldest_so_far, strict=True))


def _is_before(post: Post, since: datetime) -> bool:
    if post.published_at is not None:
        return post.published_at < since
    return post.published_on is not None and post.published_on < local(since).date()


def _age_key(post: Post) -> tuple[date, datetime, int]:
    day = post.published_on or date.min
    return day, post.published_at or datetime(day.year, day.month, day.day, tzinfo=ZONE), -post.position


def _shown(post: Post | None) -> str:
    if post is None or post.published_on is None:
        return "无"
    shown = f"{local(post.published_at):%Y-%m-%d %H:%M}" if post.published_at else f"{post.published_on}"
    return f"{shown}《{post.title[:40]}》"
