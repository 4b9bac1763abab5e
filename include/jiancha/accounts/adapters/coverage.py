"""How far back a listing is certain: what may follow, and what may be missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from jiancha.posts.feeds import Post
from jiancha.windows import Window

_PAGES_BEYOND = 2  # pages from before the checkpoint: the first of them, and one more to be sure
_MILD_DISORDER = 3  # posts that stand behind an older one, in a listing that still counts as newest first


def certain_back_to(pages: Sequence[Sequence[Post]], window: Window) -> date | None:
    """The day down to which the pages read so far hold every post, or None while a newer one may follow.

    It is known once the last two pages hold no post from after the checkpoint, the listing runs newest
    first, and the second of them brought nothing newer than the first. The first post of all may be a
    pinned one (置顶), so it proves neither order nor age.
    """
    if len(pages) < _PAGES_BEYOND:
        return None
    days: list[list[date]] = []
    for number, page in enumerate(pages):
        plain = [
            post
            for post in (page if number else page[1:])
            if post.published_on is not None and not post.pinned
        ]
        if number >= len(pages) - _PAGES_BEYOND and not (plain and all(before(p, window) for p in plain)):
            return None
        days.append([post.published_on for post in plain if post.published_on is not None])
    if max(days[-1]) > max(days[-2]) or not _newest_first([day for page in days for day in page]):
        return None
    return max(days[-1])


def before(post: Post, window: Window) -> bool:
    """True for a dated post on or before the checkpoint."""
    if post.published_at is not None:
        return post.published_at <= window.checkpoint
    return post.published_on is not None and post.published_on <= window.checkpoint_day


def undated_on_top(posts: Sequence[Post], window: Window) -> bool:
    """True where a post without a date may be newer than the newest dated one before the checkpoint."""
    undated = [index for index, post in enumerate(posts) if post.published_on is None]
    if not undated:
        return False
    # the first post may be pinned: what follows it may still be newer
    candidates = {
        index: post.published_on
        for index, post in enumerate(posts)
        if index > 0 and not post.pinned and post.published_on is not None and before(post, window)
    }
    plain = [post.published_on for post in posts[1:] if post.published_on is not None and not post.pinned]
    if not candidates or not _newest_first(plain):
        return True
    newest = max(candidates, key=lambda index: (candidates[index], -index))
    return undated[0] < newest


def _newest_first(days: Sequence[date]) -> bool:
    return sum(later > earlier + timedelta(days=1) for earlier, later in pairwise(days)) <= _MILD_DISORDER
