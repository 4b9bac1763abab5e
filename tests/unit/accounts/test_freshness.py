"""The rule of freshness: the cases of its documentation, and its properties."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.accounts.freshness import judge
from jiancha.errors import FailureKind
from jiancha.posts.feeds import Post
from jiancha.posts.model import Listing
from jiancha.windows import ZONE

DOC = Path(__file__).resolve().parents[3] / "docs" / "account-rules.md"
AT = datetime(2021, 2, 15, 23, 59, 59, tzinfo=ZONE)
SINCE = datetime(2021, 2, 1, tzinfo=ZONE)
_POST = re.compile(r"(?:(\d{4})-)?(\d\d)-(\d\d)(?: (\d\d):(\d\d)(?::(\d\d))?)?((?: [a-z]+(?: \d)?)*)")


def documented():
    section = DOC.read_text(encoding="utf-8").partition("## Cases")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line[:1] == "|"
    ]
    return [pytest.param(*row[1:], id=row[0]) for row in rows[2:]]


def post_of(text, position):
    if text == "?":
        return Post("?", "", "", None, None, "unreadable", position)
    year, month, day, hour, minute, second, words = _POST.fullmatch(text).groups()
    on = date(int(year or 2021), int(month), int(day))
    moment = hour and datetime(
        on.year, on.month, on.day, int(hour), int(minute), int(second or 0), tzinfo=ZONE
    )
    about = re.search(r"about (\d)", words)
    assert set(re.findall("[a-z]+", words)) <= {"pinned", "repost", "hidden", "about"}
    return Post(
        text,
        "",
        "",
        on,
        moment,
        "test",
        position,
        pinned="pinned" in words,
        repost="repost" in words,
        public="hidden" not in words,
        vague_days=int(about[1]) if about else 0,
    )


def listing_of(posts, about):
    parts = [part.strip() for part in posts.split(";") if part.strip()]
    found = tuple(post_of(part, n) for n, part in enumerate(parts))
    if about in ("table", "excerpt"):
        return Listing("t", found, order=about)
    if about.startswith("as of "):
        return Listing("t", found, as_of=post_of(about.removeprefix("as of "), 0).published_at)
    if about.startswith("failed "):
        return Listing("t", found, failure=FailureKind(about.removeprefix("failed ")), reason="r")
    assert not about
    return Listing("t", found)


@pytest.mark.parametrize(("posts", "about", "expected", "because"), documented())
def test_the_documented_cases(posts, about, expected, because):
    result = judge(listing_of(posts, about), SINCE, AT)
    assert (result.outcome, str(result.failure or "")) == (expected, because)
    assert result.why


def test_the_table_is_there():
    assert len(documented()) > 30


# --- properties ---

MOMENTS = st.datetimes(datetime(2020, 11, 1), datetime(2021, 3, 15)).map(
    lambda m: m.replace(tzinfo=ZONE, microsecond=0)
)
ZONES = st.sampled_from([ZONE, UTC, timezone(timedelta(hours=-11)), timezone(timedelta(hours=14))])


@st.composite
def posts(draw, moments=MOMENTS):
    moment = draw(moments)
    known = draw(st.booleans())
    return Post(
        "p",
        "",
        "",
        moment.date(),
        moment if known else None,
        "test",
        0,
        pinned=draw(st.booleans()),
        repost=draw(st.booleans()),
        public=draw(st.sampled_from([True, True, True, False])),
    )


def listed(found, **more):
    return Listing("t", tuple(found), **more)


def in_span(post):
    if not post.public:
        return False
    if post.published_at is None:
        return SINCE.date() <= post.published_on <= AT.date()
    return SINCE <= post.published_at <= AT


@given(st.lists(posts(), max_size=6))
def test_fresh_if_and_only_if_a_public_post_lies_in_the_span(found):
    result = judge(listed(found), SINCE, AT)
    assert (result.outcome == "fresh") is any(map(in_span, found))
    if result.outcome == "fresh":
        assert in_span(result.newest)


@given(st.lists(posts(), max_size=6), st.randoms())
def test_order_never_makes_a_fresh_account_stale(found, random):
    before = judge(listed(found), SINCE, AT).outcome
    shuffled = list(found)
    random.shuffle(shuffled)
    after = judge(listed(shuffled), SINCE, AT).outcome
    assert (before == "fresh") is (after == "fresh")


@given(st.lists(posts(), max_size=6), ZONES, ZONES)
def test_time_zones_change_nothing(found, zone, other):
    moved = [
        Post(
            p.id,
            "",
            "",
            p.published_on,
            p.published_at and p.published_at.astimezone(zone),
            "test",
            0,
            p.pinned,
            p.repost,
            p.public,
        )
        for p in found
    ]
    shifted = judge(listed(moved), SINCE.astimezone(other), AT.astimezone(zone))
    plain = judge(listed(found), SINCE, AT)
    assert (shifted.outcome, shifted.failure) == (plain.outcome, plain.failure)


@given(st.lists(posts(), max_size=6), st.sampled_from(FailureKind))
def test_a_failed_reading_never_accuses(found, kind):
    assert judge(listed(found, failure=kind), SINCE, AT).outcome != "stale"


@given(st.lists(posts(), max_size=6), st.timedeltas(timedelta(seconds=1), timedelta(days=30)))
def test_a_source_from_before_the_checkpoint_never_accuses(found, earlier):
    assert judge(listed(found, as_of=AT - earlier), SINCE, AT).outcome != "stale"


@given(st.lists(posts(), max_size=6))
def test_an_excerpt_never_accuses(found):
    assert judge(listed(found, order="excerpt"), SINCE, AT).outcome != "stale"


@given(st.lists(posts(), max_size=5), st.integers(0, 5))
def test_an_undated_post_on_top_never_leaves_an_accusation(found, place):
    undated = Post("?", "", "", None, None, "unreadable", 0)
    assert judge(listed([undated, *found]), SINCE, AT).outcome != "stale"
    mixed = [*found[:place], undated, *found[place:]]
    assert judge(listed(mixed, order="table"), SINCE, AT).outcome != "stale"


@given(st.lists(posts(), max_size=6))
def test_an_accusation_rests_on_an_older_post_and_every_unknown_says_why(found):
    result = judge(listed(found), SINCE, AT)
    if result.outcome == "stale":
        assert result.complete
        assert any(p.public and not p.pinned and not in_span(p) for p in found)
        assert result.newest is not None
    assert (result.failure is not None) is (result.outcome == "unknown")


@given(MOMENTS, st.integers(0, 3))
def test_the_limits_to_the_second(checkpoint, seconds):
    since = checkpoint - timedelta(days=14)
    for offset in (-seconds, seconds):
        moment = since + timedelta(seconds=offset)
        single = Post("p", "", "", moment.date(), moment, "test", 0)
        assert judge(listed([single]), since, checkpoint).outcome == ("fresh" if offset >= 0 else "stale")
