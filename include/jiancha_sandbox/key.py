"""The answer key: which targets fail in a window, counted from what the city published."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from jiancha.errors import WindowError
from jiancha.windows import ZONE, Window
from jiancha_sandbox import rules
from jiancha_sandbox.accounts import CityAccount
from jiancha_sandbox.channels import Channel, Fault, last_look
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.connections import WECHAT_DAYS
from jiancha_sandbox.mailboxes import lacking_guides, unanswered
from jiancha_sandbox.markup import STYLES
from jiancha_sandbox.outages import Trouble, hour_of, probe_moments
from jiancha_sandbox.rules import Kind, column_cutoff
from jiancha_sandbox.sites import CitySite, Column
from jiancha_sandbox.wording_errors import LAST


def answer_key(city: SandboxCity, window: Window, *, probed: bool = False) -> dict[str, Any]:
    """What an inspection of ``window`` must find; raises WindowError where the window is not over yet.

    Gives ``{"window", "checkpoint", "figures", "sites": [{"site_code", "name", "problems", "measured"}],
    "accounts": [{"account_code", "platform", "name", "owner", "problem", "age_days"}], "unknown": [...],
    "marks": [...], "slips": [...]}``; sites and accounts are failing targets only. ``unknown`` tells which
    accounts cannot be known, read at the city's clock by the channels that lead to them: ``{"account_code",
    "platform", "name", "fault", "problem"}``, ``fault`` None where a channel just does not reach back. An
    inspection must leave them open, also those that fail. ``marks`` tells what sites get wrong about their
    pages: ``{"site_code", "site_id_code": "missing" | "wrong" | None, "dead_links", "injected",
    "undated": {column: newest day}, "stubs": [column]}``; no verdict depends on it. ``slips`` are the wording
    errors of department sites: ``{"site_code", "wrong"}``. ``name`` is the
    registered name at the time, line breaks joined. Sites that did not open are among them only where home
    pages were probed in the window.
    """
    if window.checkpoint > city.clock:
        raise WindowError(f"window {window.key} is not over at the city's clock {city.clock.isoformat()}")
    sites = [row for site in city.sites if (row := _site_row(city, site, window, probed)) is not None]
    accounts = [row for account in city.accounts if (row := _account_row(city, account, window)) is not None]
    return {
        "window": window.key,
        "checkpoint": window.checkpoint.isoformat(),
        "figures": {
            "sites": {
                "registered": len(city.sites),
                "unqualified": len(sites),
                "by_level": dict(Counter(site.level.value for site in city.sites)),
            },
            "accounts": {
                "registered": len(city.accounts),
                "unqualified": len(accounts),
                "by_problem": dict(Counter(row["problem"] for row in accounts)),
            },
        },
        "sites": sites,
        "accounts": accounts,
        "unknown": [row for a in city.accounts if (row := _unknown_row(city, a, window)) is not None],
        "marks": [row for site in city.sites if (row := _marks_row(city, site, window)) is not None],
        "slips": _slip_rows(city, window),
    }


def _slip_rows(city: SandboxCity, window: Window) -> list[dict[str, Any]]:
    """Slips of the pen that stand there at the city's clock; none where they came after the window."""
    today = city.clock.date()
    return [
        {"site_code": slip.site_code, "wrong": slip.form.wrong}
        for slip in city.slips.values()
        if slip.mended > today and window.checkpoint_day >= LAST
    ]


def write_key(folder: Path, city: SandboxCity, windows: Iterable[Window]) -> list[Path]:
    """Write ``key-<window>.json`` for each window into ``folder``; gives the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for window in windows:
        path = folder / f"key-{window.key}.json"
        path.write_text(json.dumps(answer_key(city, window), ensure_ascii=False, indent=2), encoding="utf-8")
        paths.append(path)
    return paths


def measure_site(city: SandboxCity, site: CitySite, day: date) -> dict[str, int]:
    """The figures behind a site's verdict on the checkpoint day ``day``.

    ``home_age_days`` of the newest item that makes the home page fresh, and the numbers of columns that
    count in rules a, b and c, the letters that nobody answered in time and the guides that lack too much.
    """
    columns = [column for column in site.columns if city.is_open(column, day)]
    newest = {column.number: newest_item(city, column, day) for column in columns}
    stale = [column for column in columns if _is_stale(column, newest[column.number], day)]
    blank = [column for column in columns if newest[column.number] is None]
    home = [found for column in site.home_columns if (found := newest[column.number]) is not None]
    return {
        "home_age_days": (day - max(home)).days,
        "rule_a": sum(column.kind.in_rule_a for column in stale),
        "rule_b": len(stale),
        "rule_c": len(blank),
        "letters": unanswered(city.desk(site), day),
        "guides": lacking_guides(city.desk(site), day),
    }


def failed_probes(city: SandboxCity, site: CitySite, window: Window) -> tuple[int, int]:
    """At how many of how many probes of the window's last week the site did not open.

    A refusal tells nothing about the site, so such probes are in neither number.
    """
    outage = city.outages.get(site.site_code)
    moments = [hour_of(moment) for moment in probe_moments(window)]
    troubled = [moment for moment in moments if outage is not None and moment in outage.hours]
    if outage is not None and outage.trouble is Trouble.REFUSED:
        return 0, len(moments) - len(troubled)
    return len(troubled), len(moments)


def newest_item(city: SandboxCity, column: Column, day: date) -> date | None:
    """The day of the newest item on or before ``day``; None while the column is blank."""
    moments = city.items(column)
    count = bisect_left(moments, datetime.combine(day + timedelta(days=1), time(), tzinfo=ZONE))
    return moments[count - 1].date() if count else None


def account_age(city: SandboxCity, account: CityAccount, window: Window) -> int:
    """Whole local days from the newest post up to the checkpoint to the checkpoint day."""
    moments = city.posts(account)
    newest = moments[bisect_right(moments, window.checkpoint) - 1]
    return (window.checkpoint_day - newest.date()).days


def can_tell(city: SandboxCity, account: CityAccount, channel: Channel, window: Window) -> bool:
    """True where a channel, read at the city's clock, shows whether the account fails in a window."""
    if account.name_at(window.end) != account.name_at(city.clock.date()):
        return False  # the registry of that time has another name
    fault, looked = city.fault(account, channel.adapter), city.clock
    posts = city.posts(account)
    if fault is Fault.DEAD_COLLECTOR and city.latest_quarter is not None:
        fault, looked = None, last_look(city.latest_quarter)
    shown = posts[: bisect_right(posts, looked)][-(channel.shows or len(posts)) :]
    if fault is Fault.YEAR_2001 and shown[-1].year < city.clock.year:
        fault = None  # dates of earlier years are whole
    if fault is not None or shown[0] > window.checkpoint:
        return False
    age = (window.checkpoint_day - shown[bisect_right(shown, window.checkpoint) - 1].date()).days
    if looked < window.checkpoint:
        return age <= rules.ACCOUNT_DAYS
    return channel.adapter != "wechat" or age < WECHAT_DAYS


def _is_stale(column: Column, newest: date | None, day: date) -> bool:
    cutoff = column_cutoff(column.kind, day)
    return column.kind is not Kind.ARCHIVE and cutoff is not None and newest is not None and newest < cutoff


def _site_row(city: SandboxCity, site: CitySite, window: Window, probed: bool) -> dict[str, Any] | None:
    measured = measure_site(city, site, window.checkpoint_day)
    failed, probes = failed_probes(city, site, window) if probed else (0, 1)
    verdicts = (
        (measured["home_age_days"] > rules.NEWS_DAYS, rules.PROBLEM_HOME),
        (measured["rule_a"] >= rules.RULE_A_COLUMNS, rules.PROBLEM_A),
        (measured["rule_b"] >= rules.RULE_B_COLUMNS, rules.PROBLEM_B),
        (measured["rule_c"] >= rules.RULE_C_COLUMNS, rules.PROBLEM_C),
        (failed * 100 >= rules.PROBES_FAILED_PERCENT * probes, rules.PROBLEM_UNREACHABLE),
        (measured["letters"] > 0, rules.PROBLEM_LETTERS),
        (measured["guides"] >= rules.GUIDES, rules.PROBLEM_GUIDES),
    )
    problems = [problem for fails, problem in verdicts if fails]
    if not problems:
        return None
    return {"site_code": site.site_code, "name": site.name, "problems": problems, "measured": measured}


def _marks_row(city: SandboxCity, site: CitySite, window: Window) -> dict[str, Any] | None:
    faults = city.faults(site)
    code = "wrong" if site.claimed_code != site.site_code else None
    if faults.no_code or STYLES[site.template].meta_form == "missing":
        code = "missing"
    by_slug = {column.slug: column for column in site.columns}
    newest = {slug: newest_item(city, by_slug[slug], window.checkpoint_day) for slug in faults.undated}
    row = {
        "site_code": site.site_code,
        "site_id_code": code,
        "dead_links": list(faults.dead_links),
        "injected": faults.injected,
        "undated": {by_slug[slug].name: day.isoformat() for slug, day in newest.items() if day is not None},
        "stubs": [by_slug[slug].name for slug in faults.stubs],
    }
    return row if any(value for name, value in row.items() if name != "site_code") else None


def _unknown_row(city: SandboxCity, account: CityAccount, window: Window) -> dict[str, Any] | None:
    channels = city.channels(account)
    if any(can_tell(city, account, channel, window) for channel in channels):
        return None
    failing = _account_row(city, account, window)
    return {
        "account_code": account.code,
        "platform": account.platform,
        "name": account.name_at(window.end).replace("\n", ""),
        "fault": city.fault(account, channels[0].adapter),
        "problem": failing["problem"] if failing else None,
    }


def _account_row(city: SandboxCity, account: CityAccount, window: Window) -> dict[str, Any] | None:
    age = account_age(city, account, window)
    if age <= rules.ACCOUNT_DAYS:
        return None
    return {
        "account_code": account.code,
        "platform": account.platform,
        "name": account.name_at(window.end).replace("\n", ""),
        "owner": account.owner,
        "problem": rules.PROBLEM_ACCOUNT_LONG if age > rules.ACCOUNT_LONG_DAYS else rules.PROBLEM_ACCOUNT,
        "age_days": age,
    }
