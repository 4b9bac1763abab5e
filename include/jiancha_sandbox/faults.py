"""What some sites get wrong about their pages, beside what they publish: tags, links, stubs, injected links.

None of it touches a verdict: columns that play a part in ``scenario`` are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jiancha.registry.model import Level
from jiancha_sandbox.history import dice
from jiancha_sandbox.rules import Kind
from jiancha_sandbox.sites import BAD_IN_2021Q1, CitySite

#: Templates with an address per column and proper tags, so that each fault stands alone.
_TEMPLATES = ("daybox", "wrongheader", "definition")
DEAD_LINKS = ("/old/2016/zthd.html", "/upload/none/1.html")
INJECTED_LINK = ("http://www.injected-sample.com/ssc/", "时时彩平台")


@dataclass(frozen=True, slots=True)
class PageFaults:
    """The faults of one site's pages.

    ``undated`` and ``stubs`` name columns by their slugs: lists that show no dates, and addresses that only
    send on, by ``refresh`` or ``script``.
    """

    no_code: bool = False
    dead_links: tuple[str, ...] = ()
    injected: bool = False
    undated: tuple[str, ...] = ()
    stubs: Mapping[str, str] = field(default_factory=dict)


def page_faults(
    seed: int, sites: Sequence[CitySite], silent: Mapping[str, Mapping[int, object]]
) -> dict[str, PageFaults]:
    """Faults by site code; ``silent`` are the columns that play a part, by site code and number."""
    usual = [site for site in sites if _is_usual(site)]
    dice(seed, "page faults").shuffle(usual)
    usual.sort(key=lambda site: len(silent.get(site.site_code, {})))  # those that stand near no limit first
    found: dict[str, PageFaults] = {}
    for number, site in enumerate(usual[:4]):
        playing = silent.get(site.site_code, {})
        columns = site.of_kind(Kind.POLICY, Kind.NOTICE, Kind.YEARLY)
        slugs = [c.slug for c in columns if c.number not in playing and not c.featured]
        found[site.site_code] = (
            PageFaults(no_code=True, undated=tuple(slugs[:2])),
            PageFaults(injected=True, undated=tuple(slugs[:1])),
            PageFaults(dead_links=DEAD_LINKS),
            PageFaults(stubs=dict(zip(slugs, ("refresh", "script"), strict=False))),
        )[number]
    return found


def _is_usual(site: CitySite) -> bool:
    department = site.level is Level.MUNICIPAL_DEPARTMENT and not site.navigation_only
    plain = site.template in _TEMPLATES and site.claimed_code == site.site_code
    return department and plain and site.site_code not in BAD_IN_2021Q1
