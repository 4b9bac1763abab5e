"""Who falls silent when: the failing targets of every quarter, and the near misses beside them.

Windows other than 2021 Q1 each get one site per rule (a, b, home page) and nine accounts; after 2021 Q1
one site a quarter opens more columns than it has anything to put into. 2021 Q1 gets exactly the two sites
and 25 accounts of the published notice. Every window also gets targets that are just good enough.
A target plays at most one part, so that each verdict has one cause. (Outages have a script of their own:
outages.py.)
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from jiancha.registry.model import Level
from jiancha.windows import Calendar, Quarter
from jiancha_sandbox.accounts import NOTICE_2021Q1, CityAccount
from jiancha_sandbox.history import Silence, dice, early, late
from jiancha_sandbox.rules import ACCOUNT_DAYS, ACCOUNT_LONG_DAYS, NEWS_DAYS, Kind, column_cutoff
from jiancha_sandbox.sites import BAD_IN_2021Q1, CitySite, Column

FIRST_QUARTER, LAST_QUARTER = Quarter(2019, 2), Quarter(2021, 4)
NOTICE_QUARTER = Quarter(2021, 1)
_NAVIGATION_HOME_QUARTER = Quarter(2020, 2)  # a navigation-only home page fails
_HIDDEN_COLUMN_QUARTER = Quarter(2020, 3)  # rule b is met only with a column that no link leads to
ARCHIVES_CLOSED = date(2018, 12, 28)

#: Sites that open columns and leave them blank: (how many, the day they are opened, the day they are
#: filled or None, how many of them stay blank). Later nobody can tell from the pages whether a column was
#: blank or not there yet, so every window is judged with the columns that had been opened by then.
_BLANK_SITES = (
    (5, date(2021, 4, 12), date(2021, 7, 20), 0),
    (6, date(2021, 7, 5), date(2021, 10, 12), 2),
    (6, date(2021, 10, 11), None, 6),
)

ColumnSilences = dict[int, Silence]  # by Column.number
_Case = Callable[[CitySite, date, random.Random], ColumnSilences]


def quarters() -> Iterator[Quarter]:
    """The quarters with a script."""
    quarter = FIRST_QUARTER
    while quarter <= LAST_QUARTER:
        yield quarter
        quarter = quarter.next()


def checkpoint_of(quarter: Quarter) -> date:
    """The day the script is written for: the default calendar's."""
    return Calendar().window(str(quarter)).checkpoint_day


# --- websites ---------------------------------------------------------------------------------------


def site_silences(seed: int, sites: Sequence[CitySite]) -> dict[str, ColumnSilences]:
    """Silences of columns by site code. Archives are not in it: they always end at ARCHIVES_CLOSED."""
    rng = dice(seed, "site cases")
    silences: dict[str, ColumnSilences] = {}
    by_code = {s.site_code: s for s in sites}
    pool = [s for s in sites if s.level is not Level.MUNICIPAL_PORTAL and s.site_code not in BAD_IN_2021Q1]
    rng.shuffle(pool)

    def play(case: _Case, quarter: Quarter, wanted: Callable[[CitySite], bool] = _plain) -> None:
        site = next(s for s in pool if wanted(s))
        pool.remove(site)
        silences[site.site_code] = case(site, checkpoint_of(quarter), rng)

    for code in BAD_IN_2021Q1:
        silences[code] = _rule_b(by_code[code], checkpoint_of(NOTICE_QUARTER), rng)
    play(_home_stale, _NAVIGATION_HOME_QUARTER, lambda s: s.navigation_only)
    play(_rule_b, _HIDDEN_COLUMN_QUARTER, _has_hidden)
    play(_blank_and_nine, NOTICE_QUARTER, lambda s: s.level is Level.COUNTY_PORTAL)
    for near_miss in (_nine_stale, _four_of_rule_a, _on_the_last_day, _home_on_the_last_day, _silent_since):
        play(near_miss, NOTICE_QUARTER)
    for number, quarter in enumerate(q for q in quarters() if q != NOTICE_QUARTER):
        play(_rule_a, quarter)
        if quarter != _HIDDEN_COLUMN_QUARTER:
            play(_rule_b, quarter)
        if quarter != _NAVIGATION_HOME_QUARTER:
            play(_home_stale, quarter)
        near_misses = (_nine_stale, _four_of_rule_a, _on_the_last_day, _home_on_the_last_day)
        play(near_misses[number % len(near_misses)], quarter)
    for blank in _BLANK_SITES:
        play(_blank(*blank), LAST_QUARTER)
    return silences


def column_openings(silences: dict[str, ColumnSilences]) -> dict[tuple[str, int], date]:
    """The day on which a column was opened, by (site code, Column.number), for those opened late."""
    return {
        (code, number): silence.opened
        for code, columns in silences.items()
        for number, silence in columns.items()
        if silence.opened is not None
    }


def _plain(site: CitySite) -> bool:
    return not site.navigation_only and not _has_hidden(site)


def _has_hidden(site: CitySite) -> bool:
    return any(not c.listed for c in site.columns)


def _silence(column: Column, day: date, rng: random.Random) -> Silence:
    """The column is stale at the checkpoint ``day``, was not a quarter before, and recovers soon after."""
    limit = column_cutoff(column.kind, day) or day
    margin = 50 if column.kind is Kind.NEWS else 80
    return Silence(late(limit - timedelta(days=rng.randint(1, margin))), _recovery(day, rng))


def _recovery(day: date, rng: random.Random) -> date:
    return day + timedelta(days=rng.randint(4, 40))


def _stale(columns: Sequence[Column], day: date, rng: random.Random) -> ColumnSilences:
    return {c.number: _silence(c, day, rng) for c in columns}


def _rule_a_columns(site: CitySite) -> list[Column]:
    """Columns of rule a but the first, which keeps the home page fresh."""
    return list(site.of_kind(Kind.NEWS, Kind.NOTICE, Kind.POLICY)[1:])


def _rule_a(site: CitySite, day: date, rng: random.Random) -> ColumnSilences:
    return _stale(rng.sample(_rule_a_columns(site), rng.randint(5, 6)), day, rng)


def _stale_columns(site: CitySite, total: int, of_rule_a: int, rng: random.Random) -> list[Column]:
    yearly = sorted(site.of_kind(Kind.YEARLY), key=lambda c: (c.listed, rng.random()))
    return rng.sample(_rule_a_columns(site), of_rule_a) + yearly[: total - of_rule_a]


def _rule_b(site: CitySite, day: date, rng: random.Random) -> ColumnSilences:
    total = 10 if _has_hidden(site) else rng.randint(10, 11)
    return _stale(_stale_columns(site, total, rng.randint(3, 4), rng), day, rng)


def _home_stale(site: CitySite, day: date, rng: random.Random) -> ColumnSilences:
    resume = _recovery(day, rng)
    return {
        c.number: Silence(late(day - timedelta(days=rng.randint(NEWS_DAYS + 1, 40))), resume)
        for c in site.home_columns
    }


def _nine_stale(site: CitySite, day: date, rng: random.Random) -> ColumnSilences:
    return _stale(_stale_columns(site, 9, 4, rng), day, rng)


def _four_of_rule_a(site: CitySite, day: date, rng: random.Random) -> ColumnSilences:
    return _stale(rng.sample(_rule_a_columns(site), 4), day, rng)


def _on_the_last_day(site: CitySite, day: date, rng: random.Random) -> ColumnSilences:
    """Every column was last updated on the very last day that counts."""
    return {
        c.number: Silence(early(limit), _recovery(day, rng))
        for c in site.columns
        if (limit := column_cutoff(c.kind, day)) is not None
    }


def _home_on_the_last_day(site: CitySite, day: date, rng: random.Random) -> ColumnSilences:
    silences = _home_stale(site, day, rng)
    first = site.home_columns[0].number
    silences[first] = Silence(early(day - timedelta(days=NEWS_DAYS)), silences[first].resume)
    return silences


def _silent_since(site: CitySite, day: date, rng: random.Random) -> ColumnSilences:
    """Fresh at the checkpoint, silent for long when the city is looked at some weeks later."""
    resume = day + timedelta(days=rng.randint(50, 60))
    return {
        c.number: Silence(early(day - timedelta(days=rng.randint(0, 5))), resume)
        for c in site.of_kind(Kind.NEWS, Kind.NOTICE)
    }


def _blank(count: int, opened: date, filled: date | None, stay_blank: int) -> _Case:
    def case(site: CitySite, _: date, rng: random.Random) -> ColumnSilences:
        columns = rng.sample(site.of_kind(Kind.YEARLY), count)
        return {
            c.number: Silence(None, None if number < stay_blank else filled, opened)
            for number, c in enumerate(columns)
        }

    return case


def _blank_and_nine(site: CitySite, day: date, rng: random.Random) -> ColumnSilences:
    """4 blank columns, 4 stale of rule a, 9 stale in all: one below every limit."""
    yearly = rng.sample(site.of_kind(Kind.YEARLY), 9)
    blank: ColumnSilences = {c.number: Silence(None, None) for c in yearly[:4]}
    return blank | _stale([*rng.sample(_rule_a_columns(site), 4), *yearly[4:]], day, rng)


# --- accounts ---------------------------------------------------------------------------------------

#: Ages in days at the checkpoint of the accounts that fail in a quarter; the limits stand among them.
#: At most 100, so that an account that fails for 长期 was still fresh a quarter (89 days or more) before.
_FAILING_AGES = (
    ACCOUNT_DAYS + 1, 22, 37, 58, ACCOUNT_LONG_DAYS, ACCOUNT_LONG_DAYS + 1, 94, 97, 100,
)  # fmt: skip
_NEAR_MISSES = 3


def account_silences(seed: int, accounts: Sequence[CityAccount]) -> dict[int, Silence]:
    """Silences by CityAccount.number."""
    rng = dice(seed, "account cases")
    notice = {(row.code, row.name): row for row in NOTICE_2021Q1}
    silences: dict[int, Silence] = {}
    pool = []
    for account in accounts:
        row = notice.get((account.code, account.registered_name))
        if row is None:
            pool.append(account.number)
        else:
            last = checkpoint_of(NOTICE_QUARTER) - timedelta(days=row.age)
            silences[account.number] = Silence(late(last), row.resume)
    rng.shuffle(pool)
    for quarter in quarters():
        day = checkpoint_of(quarter)
        for age in () if quarter == NOTICE_QUARTER else _FAILING_AGES:
            silences[pool.pop()] = Silence(late(day - timedelta(days=age)), _recovery(day, rng))
        for _ in range(_NEAR_MISSES):
            last = early(day - timedelta(days=ACCOUNT_DAYS))
            silences[pool.pop()] = Silence(last, _recovery(day, rng))
        silences[pool.pop()] = Silence(early(day), day + timedelta(days=rng.randint(50, 60)))
    return silences
