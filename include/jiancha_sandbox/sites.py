"""The cast of websites: 1 city portal, 13 county portals, 42 city departments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jiancha.registry.model import Level
from jiancha_sandbox.gazetteer import (
    CITY,
    COUNTIES,
    DEPARTMENT_COLUMNS,
    DEPARTMENTS,
    PORTAL_COLUMNS,
    Area,
    ColumnName,
)
from jiancha_sandbox.history import Rhythm, dice
from jiancha_sandbox.rules import Kind

#: Codes that stand in real notices; the other departments get free ones.
_KNOWN_CODES = {"fgw": "6104000028", "kjj": "6104000054"}
BAD_IN_2021Q1 = ("6104000028", "6104000054")
_PORTAL_CODE = "6104000004"

_FIRST_SLOW = date(2018, 1, 3)  # seldom updated columns reach back a year further
_FIRST_FAST = date(2019, 1, 1)
_SLOW_RHYTHM = {
    Kind.NOTICE: (4, 11),
    Kind.POLICY: (20, 45),
    Kind.YEARLY: (50, 150),
}
_NEWS_RHYTHMS = ((1, 3), (2, 5), (2, 6), (5, 9))  # four to one a week
_FIRST_ARCHIVED = date(2018, 11, 1)  # archives end two months later: see scenario.ARCHIVES_CLOSED

TEMPLATES = (
    "trs", "gbktable", "wrongheader", "definition", "daybox", "scriptlist", "jsonlist", "relative", "dynamic",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a site. ``number`` is its position; ``listed`` tells whether the navigation has it."""

    site_code: str
    number: int
    slug: str
    name: str
    kind: Kind
    rhythm: Rhythm
    featured: bool = False
    listed: bool = True

    @property
    def path(self) -> str:
        """Its folder on the site, such as ``/zwgk/tzgg/``."""
        return f"/{'xwzx' if self.kind is Kind.NEWS else 'zwgk'}/{self.slug}/"


@dataclass(frozen=True, slots=True)
class CitySite:
    """A website. ``claimed_code`` is what its pages say in SiteIDCode, ``former_host`` its older address."""

    site_code: str
    name: str
    level: Level
    owner: str
    host: str
    template: str
    navigation_only: bool
    claimed_code: str
    columns: tuple[Column, ...]
    former_host: str | None = None

    def of_kind(self, *kinds: Kind) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.kind in kinds)

    @property
    def home_columns(self) -> tuple[Column, ...]:
        """The columns whose newest item decides how fresh the home page is."""
        if self.navigation_only:
            return self.of_kind(Kind.NEWS, Kind.NOTICE, Kind.POLICY, Kind.YEARLY)
        return tuple(c for c in self.columns if c.featured)

    def host_at(self, day: date) -> str:
        """The address that the registry has on a day."""
        return self.former_host if self.former_host and day < MOVED_ON else self.host


#: The day on which one department's new address enters the registry.
MOVED_ON = date(2020, 6, 20)
_MOVED = ("jtj", "xyjtj.xianyang.gov.cn")


def build_sites(seed: int) -> tuple[CitySite, ...]:
    """All sites of the city in registry order."""
    rng = dice(seed, "sites")
    templates = [TEMPLATES[i % len(TEMPLATES)] for i in range(1 + len(COUNTIES) + len(DEPARTMENTS))]
    rng.shuffle(templates)
    plain = [label for label, _ in DEPARTMENTS if label not in (*_KNOWN_CODES, _MOVED[0])]
    rng.shuffle(plain)
    navigation_only, with_hidden, careless = set(plain[:3]), set(plain[3:6]), set(plain[6:9])

    sites = [_portal(seed, area, templates.pop()) for area in (CITY, *COUNTIES)]
    for number, (label, name) in enumerate(DEPARTMENTS):
        code = _KNOWN_CODES.get(label) or f"61040001{number:02d}"
        sites.append(
            CitySite(
                site_code=code,
                name=f"{CITY.name}{name}",
                level=Level.MUNICIPAL_DEPARTMENT,
                owner=f"{CITY.name}{name}",
                host=f"{label}.xianyang.gov.cn",
                template=templates.pop(),
                navigation_only=label in navigation_only,
                claimed_code=_PORTAL_CODE if label in careless else code,
                columns=_department_columns(seed, code, hidden=label in with_hidden),
                former_host=_MOVED[1] if label == _MOVED[0] else None,
            )
        )
    return tuple(sites)


def _portal(seed: int, area: Area, template: str) -> CitySite:
    code = _PORTAL_CODE if area == CITY else f"{area.code}0001"
    names = [c._replace(name=c.name.format(p=area.short)) for c in PORTAL_COLUMNS]
    return CitySite(
        site_code=code,
        name=f"{area.name}人民政府",
        level=Level.MUNICIPAL_PORTAL if area == CITY else Level.COUNTY_PORTAL,
        owner=f"{area.name}人民政府办公室",
        host=f"www.{area.label}.gov.cn",
        template=template,
        navigation_only=False,
        claimed_code=code,
        columns=_columns(seed, code, names),
    )


def _department_columns(seed: int, code: str, *, hidden: bool) -> tuple[Column, ...]:
    """15 to 19 columns; with ``hidden``, 统计信息 is missing from the navigation."""
    rng = dice(seed, code, "columns")
    names = list(DEPARTMENT_COLUMNS)
    for optional in ("gsgg", "fzjs", "jytabl", "wqzt"):
        if rng.random() < 0.3:
            names = [c for c in names if c.slug != optional]
    return _columns(seed, code, names, hidden="tjxx" if hidden else None)


def _columns(seed: int, code: str, names: list[ColumnName], hidden: str | None = None) -> tuple[Column, ...]:
    rng = dice(seed, code, "rhythms")
    featured = {c.slug for c in [c for c in names if c.kind is Kind.NEWS][:2]} | {"tzgg"}
    return tuple(
        Column(
            site_code=code,
            number=number,
            slug=c.slug,
            name=c.name,
            kind=c.kind,
            rhythm=_rhythm(c.kind, rng.choice(_NEWS_RHYTHMS)),
            featured=c.slug in featured,
            listed=c.slug != hidden,
        )
        for number, c in enumerate(names)
    )


def _rhythm(kind: Kind, news: tuple[int, int]) -> Rhythm:
    if kind is Kind.NEWS:
        return Rhythm(_FIRST_FAST, *news)
    if kind is Kind.ARCHIVE:
        return Rhythm(_FIRST_ARCHIVED, 1, 9)
    return Rhythm(_FIRST_SLOW, *_SLOW_RHYTHM[kind])
