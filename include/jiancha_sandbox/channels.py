"""Which ways lead to an account's posts, and what goes wrong on them in which quarter.

An account's first channel is the one that suits its platform; most that show only the latest posts, or
break, have a second one. What goes wrong never touches what was published: it decides whether anybody can
know. In the quarter of the published notice it strikes only where a second channel settles the matter.
"""

from __future__ import annotations

import random
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import cycle
from typing import NamedTuple

from jiancha.windows import Quarter
from jiancha_sandbox.accounts import NOTICE_2021Q1, CityAccount
from jiancha_sandbox.connections import COLLECTOR_HOST, GRANTS, MOBILE_CONNECTION, Grant
from jiancha_sandbox.history import Silence, dice, early, late
from jiancha_sandbox.rules import ACCOUNT_DAYS
from jiancha_sandbox.scenario import NOTICE_QUARTER, checkpoint_of, quarters

#: What a registry's own list of sources holds; everything else is for the office's plan.
REGISTERED = ("feed", "self_report")
FEED_HOST = "feeds.xianyang.gov.cn"
VENDOR_HOST = "export.xianyang.gov.cn"

#: How many posts a hub's answer holds: what the platform shows on one page.
HUB_SHOWS = {"weibo": 10, "wechat": 20, "douyin": 20, "toutiao": 15}

#: How many articles the collector's feeds hold.
COLLECTOR_SHOWS = 30

#: Weights of the first channel by platform.
_FIRST = {
    "wechat": (("rsshub", 4), ("werss", 4), ("wechat", 3), ("export", 2), ("feed", 3)),
    "weibo": (("rsshub", 4), ("weibo_mobile", 3), ("weibo_owner", 2), ("export", 1), ("feed", 2)),
    "douyin": (("rsshub", 4), ("douyin_owner", 3), ("export", 1), ("feed", 2)),
    "toutiao": (("rsshub", 5), ("export", 2), ("feed", 3)),
    "kuaishou": (("export", 1), ("feed", 1)),  # the hub's route has no dates
}
#: How many accounts of a platform may have such a channel alone; others have it alone or not.
_ALONE_AT_MOST = {"rsshub": 2, "weibo_mobile": 2}
#: What shows the latest posts only; alone it is enough for who posts seldom.
_SHALLOW = ("rsshub", "werss")
_SELDOM, _REACHES = 2, 20  # days between posts, and posts in one answer, at least


class Channel(NamedTuple):
    """A way to read an account, as a source plan names it. ``shows``: only so many of the latest posts."""

    adapter: str
    address: str
    uid: str = ""
    shows: int | None = None


class Fault(StrEnum):
    """What a reader gets from a channel in place of the account's posts, or with them."""

    HUB_ERROR = "hub_error"  # the hub could not reach the platform: 503 and a page
    ROUTE_GONE = "route_gone"  # the hub knows no such route: 404 and a page
    HUB_BLOCKED = "hub_blocked"  # the platform wants a captcha from the hub: all its accounts
    HUB_LOGGED_OUT = "hub_logged_out"  # the hub's cookie of the platform has run out: all its accounts
    EMPTY = "empty"  # 200 and no entries
    YEAR_2001 = "year_2001"  # dates without a year, taken for 2001
    EIGHT_HOURS = "eight_hours"  # local times written as UTC
    CAPTCHA = "captcha"  # 200 and a page that wants a captcha
    LOGIN = "login"  # 200 and a page that wants a log-in
    GRANT_EXPIRED = "grant_expired"  # the owner's authorisation has run out
    DEAD_COLLECTOR = "dead_collector"  # it last looked weeks ago, and answers from what it has
    RENAMED = "renamed"  # the account goes by a new name, the registry has the old one
    STRANGER = "stranger"  # another account's posts


#: Faults by adapter, in the order in which quarters take them.
_FAULTS: Mapping[str, tuple[Fault, ...]] = {
    "rsshub": (
        Fault.HUB_ERROR, Fault.EMPTY, Fault.STRANGER, Fault.ROUTE_GONE, Fault.RENAMED,
    ),
    "weibo_mobile": (Fault.LOGIN, Fault.RENAMED, Fault.EMPTY, Fault.STRANGER),
    "wechat": (Fault.GRANT_EXPIRED,),
    "weibo_owner": (Fault.GRANT_EXPIRED, Fault.RENAMED),
    "douyin_owner": (Fault.GRANT_EXPIRED,),
    "werss": (Fault.DEAD_COLLECTOR, Fault.RENAMED, Fault.EMPTY, Fault.STRANGER),
    "export": (Fault.DEAD_COLLECTOR, Fault.RENAMED, Fault.EMPTY),
    "feed": (Fault.CAPTCHA, Fault.RENAMED, Fault.LOGIN, Fault.STRANGER),
}  # fmt: skip
_ALONE, _BACKED = 5, 12  # faults a quarter: of accounts with one channel, and with two
#: What hits all of a platform's accounts on a channel, in the order in which quarters take it.
_WIDE_FAULTS = (
    ("rsshub", "weibo", Fault.HUB_BLOCKED),
    ("weibo_mobile", "weibo", Fault.CAPTCHA),
    ("rsshub", "douyin", Fault.HUB_BLOCKED),
    ("rsshub", "weibo", Fault.HUB_LOGGED_OUT),
)
_WITH_CLOCK_IN_ID = "weibo"  # where eight hours show


class Habit(StrEnum):
    """How an account posts, or a channel lists, without harm to what can be known."""

    REPOSTS = "reposts"  # it only passes on what others post
    SAME_IDS = "same_ids"  # all entries have one id
    TWICE = "twice"  # some entries stand in the answer twice


@dataclass(frozen=True, slots=True)
class Mishaps:
    """``struck``: the fault of an account's first channel by (number, quarter); ``wide`` that of all a
    platform's accounts on a channel by (adapter, family, quarter); ``habits`` by account number."""

    struck: Mapping[tuple[int, Quarter], Fault]
    wide: Mapping[tuple[str, str, Quarter], Fault]
    habits: Mapping[int, Habit]


def build_channels(seed: int, accounts: Sequence[CityAccount]) -> dict[int, tuple[Channel, ...]]:
    """The channels of each account by its number, the first to be asked first."""
    rng = dice(seed, "channels")
    in_notice = {row.code for row in NOTICE_2021Q1}
    used: Counter[str] = Counter()  # grants by adapter, and channels that stand alone by adapter and family
    found: dict[int, tuple[Channel, ...]] = {}
    for account in accounts:
        if account.form == "csv":
            found[account.number] = (Channel("self_report", account.address),)
            continue
        names, weights = zip(*_FIRST[account.family], strict=True)
        first = rng.choices(names, weights)[0]
        tossed, second = rng.random() < 0.5, rng.choices(("feed", "export"), (3, 1))[0]
        if first in GRANTS and used[first] == GRANTS[first]:
            first = "feed"
        alone = first == "feed" or (tossed and account.code not in in_notice)
        if first in _SHALLOW:
            shows = COLLECTOR_SHOWS if first == "werss" else HUB_SHOWS[account.family]
            alone = alone and account.rhythm.least >= _SELDOM and shows >= _REACHES
        if first in _ALONE_AT_MOST:
            alone = alone and used[first + account.family] < _ALONE_AT_MOST[first]
            used[first + account.family] += alone
        kinds = (first,) if alone else (first, "feed" if first == "export" else second)
        found[account.number] = tuple(_channel(account, kind, used[kind], alone=alone) for kind in kinds)
        used[first] += 1
    return found


def _channel(account: CityAccount, adapter: str, number: int, *, alone: bool) -> Channel:
    """A channel of an account, the ``number``-th of its kind."""
    uid = platform_uid(account)
    if adapter == "rsshub":
        return Channel(adapter, hub_route(account), uid, HUB_SHOWS[account.family])
    if adapter == "weibo_mobile":
        return Channel(adapter, MOBILE_CONNECTION, uid)
    if adapter in GRANTS:
        named = uid if adapter == "weibo_owner" else ""  # the others name no account
        return Channel(adapter, Grant.make(adapter, number).connection, named)
    if adapter == "werss":
        path = f"/feeds/MP_WXS_{3_000_000_000 + account.number}.atom"
        return Channel(adapter, f"http://{COLLECTOR_HOST}{path}", shows=COLLECTOR_SHOWS)
    if adapter == "export":
        suffix = "xlsx" if int(account.region) % 2 else "csv"
        return Channel(adapter, f"http://{VENDOR_HOST}/zwxmt/{account.region}.{suffix}", uid)
    host = f"rss{account.number}.{FEED_HOST}" if alone else FEED_HOST  # what its owner runs, or the city
    return Channel(adapter, account.address.replace(FEED_HOST, host, 1))


def platform_uid(account: CityAccount) -> str:
    """The account's identity on its platform, in the platform's own form."""
    if account.family in ("douyin", "toutiao"):
        return f"MS4wLjABAAAA{account.number:04d}xianyang"
    if account.family == "wechat":
        return b64encode(str(3_000_000_000 + account.number).encode()).decode()
    return str(200_000 + account.number)


def hub_route(account: CityAccount) -> str:
    """The route of a hub that gives the account's posts."""
    uid = platform_uid(account)
    return {
        "weibo": f"/weibo/user/{uid}",
        "douyin": f"/douyin/user/{uid}",
        "toutiao": f"/toutiao/user/token/{uid}",
    }.get(account.family, f"/wechat/wechat2rss/{account.number:040x}")


def last_look(quarter: Quarter) -> datetime:
    """When the dead collectors of a quarter last looked: too early for a post of the last two weeks."""
    return late(checkpoint_of(quarter) - timedelta(days=ACCOUNT_DAYS + 9))


def build_mishaps(
    seed: int,
    accounts: Sequence[CityAccount],
    channels: Mapping[int, tuple[Channel, ...]],
    silences: Mapping[int, Silence],
) -> Mishaps:
    """What goes wrong when. The faults of a quarter are on as long as it is the latest that is over."""
    rng = dice(seed, "mishaps")
    struck: dict[tuple[int, Quarter], Fault] = {}
    turns = {adapter: cycle(faults) for adapter, faults in _FAULTS.items()}
    open_to = [a for a in accounts if channels[a.number][0].adapter in _FAULTS]
    alone = [a for a in open_to if len(channels[a.number]) == 1]
    backed = [a for a in open_to if len(channels[a.number]) > 1]
    wide: dict[tuple[str, str, Quarter], Fault] = {}
    for number, quarter in enumerate(quarters()):
        day = checkpoint_of(quarter)
        chosen = _mixed(rng, backed, channels, _BACKED)
        if quarter != NOTICE_QUARTER:
            silent = [a for a in alone if _is_silent(silences.get(a.number), day)]
            lone = rng.sample(silent, min(1, len(silent)))
            chosen += lone + _mixed(rng, [a for a in alone if a not in lone], channels, _ALONE - len(lone))
            if number % 2 == 0:
                adapter, family, fault = _WIDE_FAULTS[number // 2 % len(_WIDE_FAULTS)]
                wide[adapter, family, quarter] = fault
        for account in chosen:
            struck[account.number, quarter] = next(turns[channels[account.number][0].adapter])
        shifted = [a for a in backed if a.family == _WITH_CLOCK_IN_ID and _on_hub(channels, a)]
        limit = early(day - timedelta(days=ACCOUNT_DAYS))
        closest = min(shifted, key=lambda a: (not _ends(silences.get(a.number), limit), rng.random()))
        struck[closest.number, quarter] = Fault.EIGHT_HOURS
        fresh = [a for a in backed if _on_hub(channels, a) and a not in shifted and a.number not in silences]
        struck[rng.choice(fresh).number, quarter] = Fault.YEAR_2001  # would be an old post, taken at its word
    return Mishaps(struck, wide, dict(_habits(rng, [a for a in accounts if _on_hub(channels, a)])))


def _mixed(
    rng: random.Random,
    accounts: Sequence[CityAccount],
    channels: Mapping[int, tuple[Channel, ...]],
    count: int,
) -> list[CityAccount]:
    """``count`` accounts, their first channels as different as can be."""
    by_adapter: dict[str, list[CityAccount]] = {}
    for account in rng.sample(accounts, len(accounts)):
        by_adapter.setdefault(channels[account.number][0].adapter, []).append(account)
    chosen: list[CityAccount] = []
    while len(chosen) < count and any(by_adapter.values()):
        for waiting in by_adapter.values():
            if waiting and len(chosen) < count:
                chosen.append(waiting.pop())
    return chosen


def _habits(rng: random.Random, accounts: Sequence[CityAccount]) -> Iterator[tuple[int, Habit]]:
    wanted = (("weibo", Habit.REPOSTS, 4), ("wechat", Habit.SAME_IDS, 3), ("douyin", Habit.TWICE, 2))
    for family, habit, count in wanted:
        own = [a.number for a in accounts if a.family == family]
        yield from ((number, habit) for number in rng.sample(own, min(count, len(own))))


def _on_hub(channels: Mapping[int, tuple[Channel, ...]], account: CityAccount) -> bool:
    return channels[account.number][0].adapter == "rsshub"


def _ends(silence: Silence | None, moment: datetime) -> bool:
    """True where an account fell silent at a moment: eight hours earlier it would fail."""
    return silence is not None and silence.last == moment


def _is_silent(silence: Silence | None, day: date) -> bool:
    if silence is None or silence.last is None:
        return False
    over = silence.resume is not None and silence.resume <= day
    return not over and (day - silence.last.date()).days > ACCOUNT_DAYS
