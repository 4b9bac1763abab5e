"""One source's answer about one account, and how its values are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple, NoReturn

from jiancha.errors import FailureKind, UnreadableSource
from jiancha.posts.feeds import Post, dated, is_gone, vagueness
from jiancha.text.characters import clean
from jiancha.windows import ZONE

MAX_POSTS = 10_000
_FIRST_SECOND = 1_104_508_800  # 2005-01-01 in Shanghai: before the platforms existed
_LAST_SECOND = 4_102_416_000  # 2100-01-01
_MILLISECONDS = 100_000_000_000

#: How posts lie in a listing. ``newest_first``: what is not in it is older than its last post.
#: ``table``: it holds all posts between its oldest and its newest, in any order. ``excerpt``: it tells
#: nothing about the posts that are not in it.
Order = Literal["newest_first", "table", "excerpt"]


@dataclass(frozen=True, slots=True)
class Listing:
    """What one source gave: posts in its order, and what it says about itself.

    ``names`` are those the source gives the account, ``uid`` its identity on the platform. ``as_of``
    (aware) is the moment the source speaks for, where that is earlier than the reading. With a ``failure``
    the posts can show that something was posted, never that nothing was.
    """

    form: str
    posts: tuple[Post, ...] = ()
    order: Order = "newest_first"
    names: tuple[str, ...] = ()
    uid: str = ""
    as_of: datetime | None = None
    failure: FailureKind | None = None
    reason: str = ""


class Moment(NamedTuple):
    """When something was posted: day and, where known, time; or neither, and ``rule`` says why."""

    day: date | None
    at: datetime | None
    rule: str
    vague_days: int = 0


class Reading(NamedTuple):
    """The circumstances of a reading: the time it was saved ``at``, and how far ``ahead`` dates may lie."""

    at: datetime
    ahead: timedelta = timedelta(days=1)

    def when(self, value: object) -> Moment:
        """The moment in a field: seconds or milliseconds since 1970, or text in any form that is read."""
        number = _number(value)
        if number is not None:
            return self._of_seconds(number)
        plain = text(value)
        day, moment, rule = dated(plain, self.at, ahead=self.ahead)
        return Moment(day, moment, rule, vagueness(plain, rule))

    def _of_seconds(self, number: int) -> Moment:
        seconds = number // 1000 if number >= _MILLISECONDS else number
        if not _FIRST_SECOND <= seconds < _LAST_SECOND:
            return Moment(None, None, f"implausible date {number!r}"[:60])
        moment = datetime.fromtimestamp(seconds, ZONE)
        if moment.date() > (self.at.astimezone(ZONE) + self.ahead).date():
            return Moment(None, None, f"implausible date {number!r}")
        return Moment(moment.date(), moment, "unix")


def post(  # noqa: PLR0913 - the parts of a post
    position: int,
    when: Moment,
    *,
    id: str,
    title: str = "",
    url: str = "",
    pinned: bool = False,
    repost: bool = False,
    public: bool = True,
) -> Post:
    """A post with its texts cut to what is stored."""
    return Post(
        id=(id or url or f"#{position}")[:500],
        title=title[:200],
        url=url[:2000],
        published_on=when.day,
        published_at=when.at,
        date_rule=when.rule,
        position=position,
        pinned=pinned,
        repost=repost,
        public=public and not is_gone(title),
        vague_days=when.vague_days,
    )


def refuse(kind: FailureKind, reason: str) -> NoReturn:
    """Raise UnreadableSource: ``reason`` is for a person."""
    raise UnreadableSource(kind, reason)


def load_json(source: str) -> Any:
    """Parsed JSON; raises UnreadableSource for what is cut off, malformed or nested beyond reason."""
    try:
        return json.loads(source)
    except RecursionError:
        refuse(FailureKind.BAD_CONTENT, "JSON 嵌套过深")
    except ValueError:
        refuse(FailureKind.BAD_CONTENT, "JSON 不完整或格式有误")


def text(value: object) -> str:
    """A string or number as text that can be stored; anything else is empty."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    if isinstance(value, int) and abs(value) >= 10**30:
        return ""
    return clean(str(value)).strip()


def table(value: object) -> Mapping[str, Any]:
    """A JSON object, or an empty one in place of anything else."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Any]:
    """A JSON array up to the number of posts that are read, or an empty one in place of anything else."""
    return value[:MAX_POSTS] if isinstance(value, list) else []


def flag(value: object) -> bool:
    """True for true, 1 and "1": platforms mix them."""
    return value in (1, "1")  # a tuple: what comes from outside may not be hashable


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if abs(value) < 10**15 else None
    if isinstance(value, int):
        return value
    plain = value.strip() if isinstance(value, str) else ""
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) in (10, 13) else None
