"""SandboxCity: who publishes, and everything published up to the city's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from jiancha.windows import ZONE, Calendar, Quarter, Window, local
from jiancha_sandbox.accounts import CityAccount, build_accounts
from jiancha_sandbox.channels import Channel, Fault, Habit, Mishaps, build_channels, build_mishaps
from jiancha_sandbox.faults import PageFaults, page_faults
from jiancha_sandbox.history import Silence, dice, late, publish
from jiancha_sandbox.kinds import site_kinds, style_of
from jiancha_sandbox.mailboxes import Desk, build_desks
from jiancha_sandbox.markup import Style
from jiancha_sandbox.outages import Outage, Trouble, hour_of, line_down, outages
from jiancha_sandbox.rules import Kind
from jiancha_sandbox.scenario import ARCHIVES_CLOSED, account_silences, column_openings, site_silences
from jiancha_sandbox.sites import CitySite, Column, build_sites
from jiancha_sandbox.wording_errors import LAST, Slip, build_slips, may_slip

DEFAULT_SEED = 2021
DEFAULT_CLOCK = datetime(2021, 3, 31, 9, tzinfo=ZONE)
_ARCHIVED = Silence(late(ARCHIVES_CLOSED), None)


class SandboxCity:
    """A city as a pure function of ``seed``, seen at ``clock`` (naive means Asia/Shanghai).

    Outages go by ``now``, which may be set while the city is served: what is published goes by the clock.
    Histories are made on first use and kept; making one twice in two threads gives the same value.
    """

    def __init__(self, seed: int = DEFAULT_SEED, clock: datetime = DEFAULT_CLOCK) -> None:
        self.seed = seed
        self.clock = local(clock)
        self.now = self.clock
        cast = build_sites(seed)
        self._site_silences = site_silences(seed, cast)
        self._openings = column_openings(self._site_silences)
        self._faults = page_faults(seed, cast, self._site_silences)
        self.sites: tuple[CitySite, ...] = tuple(self._at_clock(site) for site in cast)
        self.kinds: Mapping[str, str] = site_kinds(seed, cast, self._faults)
        self._desks = build_desks(seed, cast, self._site_silences)
        self.accounts: tuple[CityAccount, ...] = build_accounts(seed)
        self._items: dict[tuple[str, int], tuple[datetime, ...]] = {}
        self._posts: dict[int, tuple[datetime, ...]] = {}

    def _at_clock(self, site: CitySite) -> CitySite:
        """The site without the columns that are opened after the clock."""
        today = self.clock.date()
        return replace(site, columns=tuple(c for c in site.columns if self.is_open(c, today)))

    def is_open(self, column: Column, day: date) -> bool:
        """True where a column had been opened by ``day``."""
        opened = self._openings.get((column.site_code, column.number))
        return opened is None or opened <= day

    @cached_property
    def outages(self) -> dict[str, Outage]:
        """Outages by site code."""
        return outages(self.seed, self._site_silences)

    def trouble(self, site_code: str) -> Trouble | None:
        """What keeps a site from opening now, if anything."""
        outage = self.outages.get(site_code)
        return outage.trouble if outage is not None and hour_of(self.now) in outage.hours else None

    @property
    def line_is_down(self) -> bool:
        """True while nothing in the city can be reached from where the inspector sits."""
        window = Calendar().current(self.now)
        return window is not None and hour_of(self.now) in map(hour_of, line_down(window))

    @cached_property
    def _account_silences(self) -> dict[int, Silence]:
        return account_silences(self.seed, self.accounts)

    def faults(self, site: CitySite) -> PageFaults:
        """What a site gets wrong about its pages."""
        return self._faults.get(site.site_code, PageFaults())

    def style(self, site: CitySite) -> Style:
        """How a site is made: its template, and the kind that it carries."""
        return style_of(site, self.kinds.get(site.site_code))

    @cached_property
    def slips(self) -> dict[tuple[str, int, int], Slip]:
        """Slips of the pen by site code, column and article; none before the last of them was made."""
        if self.clock.date() < LAST:
            return {}
        return build_slips(
            self.seed,
            {
                site.site_code: {
                    column.number: self.items(column)
                    for column in site.columns
                    if may_slip(site, column, self.faults(site))
                }
                for site in self.sites
            },
        )

    def site(self, site_code: str) -> CitySite:
        return next(s for s in self.sites if s.site_code == site_code)

    def desk(self, site: CitySite) -> Desk:
        """What a site offers beside its columns."""
        return self._desks.get(site.site_code) or Desk()

    def items(self, column: Column) -> tuple[datetime, ...]:
        """When each item of a column was published, oldest first, up to the clock."""
        at = (column.site_code, column.number)
        if at not in self._items:
            silence = self._site_silences.get(column.site_code, {}).get(column.number)
            if column.kind is Kind.ARCHIVE:
                silence = _ARCHIVED
            rng = dice(self.seed, "items", column.site_code, column.slug)
            self._items[at] = publish(rng, column.rhythm, silence, self.clock)
        return self._items[at]

    def posts(self, account: CityAccount) -> tuple[datetime, ...]:
        """When each post of an account was published, oldest first, up to the clock."""
        if account.number not in self._posts:
            silence = self._account_silences.get(account.number)
            rng = dice(self.seed, "posts", account.number)
            self._posts[account.number] = publish(rng, account.rhythm, silence, self.clock)
        return self._posts[account.number]

    def channels(self, account: CityAccount) -> tuple[Channel, ...]:
        """The ways to read an account, the first to be asked first."""
        return self._channels[account.number]

    def fault(self, account: CityAccount, adapter: str) -> Fault | None:
        """What is wrong now with one of an account's channels, if anything."""
        quarter = self.latest_quarter
        if quarter is None or self._channels[account.number][0].adapter != adapter:
            return None
        everywhere = self._mishaps.wide.get((adapter, account.family, quarter))
        return everywhere or self._mishaps.struck.get((account.number, quarter))

    def habit(self, account: CityAccount) -> Habit | None:
        """How an account posts, where that is odd."""
        return self._mishaps.habits.get(account.number)

    def stranger(self, account: CityAccount) -> CityAccount:
        """Another account of the same platform."""
        others = [a for a in self.accounts if a.platform == account.platform and a.name != account.name]
        return others[account.number % len(others)]

    def shown_name(self, account: CityAccount, fault: Fault | None) -> str:
        """The name that the platform shows, line breaks joined."""
        name = account.name_at(self.clock.date()).replace("\n", "")
        return f"{name[:-2]}融媒体中心" if fault is Fault.RENAMED else name

    @cached_property
    def latest_quarter(self) -> Quarter | None:
        """The latest quarter whose window is over at the clock."""
        windows = self.windows()
        return windows[-1].quarter if windows else None

    @cached_property
    def _channels(self) -> dict[int, tuple[Channel, ...]]:
        return build_channels(self.seed, self.accounts)

    @cached_property
    def _mishaps(self) -> Mishaps:
        return build_mishaps(self.seed, self.accounts, self._channels, self._account_silences)

    def windows(self, calendar: Calendar | None = None) -> list[Window]:
        """The inspection windows that are over at the clock, oldest first."""
        windows = []
        for window in (calendar or Calendar()).starting_from(date(2019, 1, 1)):
            if window.checkpoint > self.clock:
                break
            windows.append(window)
        return windows
