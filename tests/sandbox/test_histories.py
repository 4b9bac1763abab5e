"""Histories: rhythm, silences, determinism, nothing after the clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jiancha.standard import load_standard
from jiancha.windows import ZONE
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.history import Rhythm, Silence, dice, early, late, publish
from jiancha_sandbox.rules import Kind

FIRST = date(2019, 1, 1)
UNTIL = datetime(2021, 3, 31, 9, tzinfo=ZONE)


@given(seed=st.integers(0, 10_000), least=st.integers(1, 20), extra=st.integers(0, 20))
def test_a_rhythm_never_pauses_longer_than_it_says(seed: int, least: int, extra: int) -> None:
    moments = publish(dice(seed), Rhythm(FIRST, least, least + extra), None, UNTIL)
    days = [m.date() for m in moments]
    assert days[0] - FIRST <= timedelta(days=extra)
    assert all(least <= (b - a).days <= least + extra for a, b in pairwise(days))
    assert UNTIL.date() - days[-1] <= timedelta(days=least + extra)


@given(
    seed=st.integers(0, 10_000),
    start=st.dates(date(2019, 2, 1), date(2020, 12, 1)),
    length=st.integers(2, 90),
)
def test_a_silence_has_exactly_its_ends(seed: int, start: date, length: int) -> None:
    resume = start + timedelta(days=length)
    moments = publish(dice(seed), Rhythm(FIRST, 1, 3), Silence(late(start), resume), UNTIL)
    days = [m.date() for m in moments]
    assert start in days
    assert resume in days
    assert not [d for d in days if start < d < resume]
    assert list(moments) == sorted(moments)


def test_a_silence_without_ends() -> None:
    never = publish(dice(1), Rhythm(FIRST, 1, 3), Silence(None, None), UNTIL)
    opened = publish(dice(1), Rhythm(FIRST, 1, 3), Silence(None, date(2020, 5, 5)), UNTIL)
    ended = publish(dice(1), Rhythm(FIRST, 1, 3), Silence(early(date(2020, 5, 5)), None), UNTIL)
    assert never == ()
    assert opened[0].date() == date(2020, 5, 5)
    assert ended[-1] == datetime(2020, 5, 5, 0, 20, tzinfo=ZONE)


def test_histories_end_before_the_clock_and_grow_with_it(city: SandboxCity, old_city: SandboxCity) -> None:
    for site in city.sites:
        for column in site.columns:
            seen = city.items(column)
            assert all(moment <= city.clock for moment in seen)
            assert old_city.items(column)[: len(seen)] == seen
    for account in city.accounts:
        seen = city.posts(account)
        assert seen[-1] <= city.clock
        assert old_city.posts(account)[: len(seen)] == seen


def test_frequencies_are_those_of_real_offices(old_city: SandboxCity) -> None:
    weeks = (old_city.clock.date() - FIRST).days / 7
    steady = [len(old_city.posts(a)) / weeks for a in old_city.accounts]
    assert 1.8 < sorted(steady)[len(steady) // 2] < 4
    assert max(len(old_city.items(c)) for s in old_city.sites for c in s.columns) < 30 * 20 + 20


def test_the_same_seed_plays_the_same_city_and_another_seed_another() -> None:
    first, again, other = SandboxCity(5, UNTIL), SandboxCity(5, UNTIL), SandboxCity(6, UNTIL)
    assert first.sites == again.sites
    assert first.accounts == again.accounts
    column = first.sites[20].columns[0]
    assert first.items(column) == again.items(column)
    assert first.sites != other.sites


def test_column_names_tell_their_kind_to_the_indicator_set(city: SandboxCity) -> None:
    """Two hands wrote down the kinds; they must agree on every name, or the key would be unfair."""
    standard = load_standard("guoban-2019")
    limits = {Kind.NEWS: (14, None), Kind.NOTICE: (None, 6), Kind.POLICY: (None, 6), Kind.YEARLY: (None, 12)}
    for column in {(c.name, c.kind) for s in city.sites for c in s.columns}:
        kind = standard.kind_of(column[0])
        assert (kind.days, kind.months) == limits.get(column[1], (None, None)), column
        assert ("a" in kind.groups) == column[1].in_rule_a, column


def test_the_cast(city: SandboxCity) -> None:
    assert len(city.sites) == 56
    assert len({s.site_code for s in city.sites}) == 56
    assert len({s.host for s in city.sites}) == 56
    assert len(city.accounts) == 252
    assert len({(a.code, a.platform, a.name) for a in city.accounts}) == 252
    assert len({a.code for a in city.accounts}) == 251  # 610424M014WX0001 is registered twice
    assert sum(s.navigation_only for s in city.sites) == 3
    assert all(12 <= len(s.columns) <= 24 for s in city.sites)
    assert {s.template for s in city.sites} == {
        "trs", "gbktable", "wrongheader", "definition", "daybox", "scriptlist", "jsonlist", "relative",
        "dynamic",
    }  # fmt: skip
