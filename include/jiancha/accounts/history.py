"""The days on which an account posted, pieced together from daily looks that see only the latest posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from jiancha.accounts.freshness import back_to
from jiancha.posts.model import Listing


class History(NamedTuple):
    """Days with a post, oldest first: all of those from ``since`` to ``until`` (both included, both known or
    both None). ``since`` is a day with a post."""

    days: tuple[date, ...] = ()
    since: date | None = None
    until: date | None = None


def seen(listing: Listing, until: date) -> History:
    """What one listing tells for certain up to ``until``; nothing where it may lack posts in between.

    A post without a date may lie on any day, so with one of them no silence is certain.
    """
    oldest = back_to(listing)
    public = [post for post in listing.posts if post.public]
    if oldest is None or oldest.published_on is None or any(post.published_on is None for post in public):
        return History()
    since = oldest.published_on
    days = {post.published_on for post in public if post.published_on is not None}
    return _within(sorted(days), since, until)


def joined(before: History, now: History, *, kept_from: date) -> History:
    """A history and what was seen since as one; where they do not meet the later one alone.

    Where both speak of a day the later one is right: it has also what was posted after the first look, and
    no longer what was deleted. Days before ``kept_from`` are dropped but for the last post before it, which
    tells how long the account had been silent then.
    """
    if now.since is None or now.until is None:
        return before
    if before.since is None or before.until is None or before.until < now.since:
        whole = now
    else:
        older = [day for day in before.days if day < now.since]
        whole = History((*older, *now.days), min(before.since, now.since), now.until)
    last_before = max((day for day in whole.days if day < kept_from), default=None)
    kept = [day for day in whole.days if day >= (last_before or kept_from)]
    return History(tuple(kept), kept[0] if kept else None, whole.until if kept else None)


def _within(days: Sequence[date], since: date, until: date) -> History:
    kept = tuple(day for day in days if since <= day <= until)
    return History(kept, since, until) if kept else History()
