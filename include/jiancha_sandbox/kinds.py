"""The catalogue of oddities: real sites, registries and tables have them, and none is a fault to accuse.

Each kind is given to carriers whose history stays as it is: the answer key does not change with it. A site
carries at most one kind; in most windows it is healthy, in one it may play its part in ``scenario``. The
kinds of exports strike all rows of a quarter's registry, those of tables a county's accounts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from jiancha.windows import Quarter
from jiancha_sandbox import odd_markup
from jiancha_sandbox.history import dice
from jiancha_sandbox.markup import STYLES, Style
from jiancha_sandbox.sites import BAD_IN_2021Q1, CitySite

_CARRIERS = 2
#: Of each template so many sites stay as they are.
_PLAIN = 2


class SiteKind(NamedTuple):
    """``oddity`` names what is odd; ``style`` holds the fields of :class:`Style` that make it so."""

    oddity: str
    style: Mapping[str, Any]


SITE_KINDS: Mapping[str, SiteKind] = {
    "heading_menu": SiteKind(
        "a menu of h3 headings with lists below them; its first link is empty", {"navigation": "headings"}
    ),
    "opened_menu": SiteKind(
        "a menu whose lists are hidden until a script opens them", {"navigation": "opened"}
    ),
    "picture_links": SiteKind(
        "columns whose links are pictures, named by alt or title", {"navigation": "pictures"}
    ),
    "two_addresses": SiteKind(
        "one column under several addresses: with a session, with a time, list.shtml",
        {"paging": "numbered", "home": "/", "addresses": "several"},
    ),
    "gbk_query": SiteKind(
        "Chinese in queries, encoded in the page's charset; in any other the list is empty",
        {"encoding": "gbk", "header": None, "meta": "gbk", "paging": "named", "home": "/"},
    ),
    "backslashes": SiteKind("links with backslashes", {"addresses": "backslashes", "home": "/"}),
    "mobile_switch": SiteKind(
        "a home page that sends phones to one address and desktops to another", {"home": "/pc/index.html"}
    ),
    "noscript_refresh": SiteKind(
        "whole pages with a refresh inside noscript", {"on_top": odd_markup.NOSCRIPT_REFRESH}
    ),
    "faulty_headers": SiteKind(
        "103 Early Hints, and header lines that are none", {"header_lines": odd_markup.HEADER_LINES}
    ),
    "gbk_footer": SiteKind(
        "UTF-8 pages with a footer in GBK",
        {"encoding": "utf-8", "header": "utf-8", "meta": "utf-8", "footer_encoding": "gbk"},
    ),
    "year_headings": SiteKind(
        "rows without a year below a heading that has it", {"items": odd_markup.below_years}
    ),
    "dates_in_titles": SiteKind(
        "the date in brackets at the end of each title", {"items": odd_markup.dates_in_titles}
    ),
    "three_siblings": SiteKind(
        "rows of title, summary and 发布时间 side by side", {"items": odd_markup.three_siblings}
    ),
    "column_records": SiteKind(
        "records of columns in a script, all released today", {"on_top": odd_markup.COLUMN_RECORDS}
    ),
    "no_attachments": SiteKind(
        "暂无 under a heading below whole lists", {"below_lists": odd_markup.NO_ATTACHMENTS}
    ),
    "timeless_pages": SiteKind("pages that need no update among the columns", {"timeless": True}),
}

#: Exports by quarter: what is odd about the registry of that time.
EXPORT_KINDS: Mapping[str, str] = {
    "states": "rows of sites and accounts that are 已注销, 已关停 or 停用; one state is unknown",
    "merged_types": "the type merged over all its sites or accounts",
    "hidden_sheets": "a hidden sheet of choices, a sheet of instructions, a hidden row of an example",
    "quoted_codes": "codes behind an apostrophe, between quotes, with zero-width signs",
    "noted_addresses": "an old address or a note behind the address of a site",
    "repeated_headers": "the header again inside the data, starred and with blanks",
}
_EXPORTS: Mapping[Quarter, tuple[str, ...]] = {
    Quarter(2019, 2): ("merged_types",),
    Quarter(2019, 3): ("quoted_codes",),
    Quarter(2019, 4): ("hidden_sheets", "repeated_headers"),
    Quarter(2020, 1): ("states",),
    Quarter(2020, 3): ("noted_addresses",),
    Quarter(2021, 2): ("states", "merged_types", "repeated_headers"),
    Quarter(2021, 3): ("hidden_sheets", "quoted_codes"),
    Quarter(2021, 4): tuple(EXPORT_KINDS),
}

#: Tables of posts: what is odd about the one of a county or of the monitoring firm.
TABLE_KINDS: Mapping[str, str] = {
    "monthly_sheets": "a sheet for each month",
    "merged_names": "the account's name merged over its posts",
    "approved": "a state of each post: 审核通过, 已审核, 定时发布成功, 未删除",
    "deleted_posts": "posts that were deleted afterwards, by their state or by their title",
    "invisible_signs": "zero-width signs in the names of accounts",
}
_REPORTS = ("approved", "deleted_posts", "invisible_signs")
_WORKBOOKS = ("monthly_sheets", "merged_names")


def site_kinds(seed: int, sites: Sequence[CitySite], beside: Collection[str]) -> dict[str, str]:
    """The kind of each site that carries one, by site code; those ``beside`` carry none."""
    plain = Counter(site.template for site in sites)
    pool = [s for s in sites if s.site_code not in beside and _is_usual(s)]
    dice(seed, "oddities").shuffle(pool)
    found: dict[str, str] = {}
    for kind in [*SITE_KINDS] * _CARRIERS:
        site = next((s for s in pool if plain[s.template] > _PLAIN), None)
        if site is not None:
            pool.remove(site)
            plain[site.template] -= 1
            found[site.site_code] = kind
    return found


def _is_usual(site: CitySite) -> bool:
    whole = all(column.listed for column in site.columns) and not site.navigation_only
    return whole and site.site_code not in BAD_IN_2021Q1


def style_of(site: CitySite, kind: str | None) -> Style:
    """The template of a site with what its kind changes."""
    style = STYLES[site.template]
    return style if kind is None else replace(style, **SITE_KINDS[kind].style)


def export_kinds(quarter: Quarter | None) -> tuple[str, ...]:
    """What is odd about the exports of a quarter."""
    return () if quarter is None else _EXPORTS.get(quarter, ())


def report_kind(region: str) -> str:
    """What is odd about the table in which a county reports its posts."""
    return _REPORTS[int(region) % len(_REPORTS)]


def workbook_kind(region: str) -> str:
    """What is odd about the workbook in which the monitoring firm exports a county's posts."""
    return _WORKBOOKS[int(region) // 2 % len(_WORKBOOKS)]
