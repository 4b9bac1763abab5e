"""``jiancha account …``: judge one saved answer, see where sources are missing."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiancha.cli.commands import add_command, say, say_json
from jiancha.errors import SettingsError
from jiancha.windows import ZONE, local

if TYPE_CHECKING:
    from jiancha.accounts.freshness import Judgement
    from jiancha.accounts.plan import Plan, Planned
    from jiancha.posts.model import Listing
    from jiancha.settings import Settings


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the commands of ``jiancha account``."""
    below = parser.add_subparsers(required=True, metavar="COMMAND")
    feed = add_command(below, "feed", "judge one saved answer of a source, whatever its form", _feed)
    feed.add_argument("file", type=Path)
    feed.add_argument(
        "--platform", required=True, help="账号类型 such as 新浪微博, or weibo, wechat, douyin, toutiao"
    )
    feed.add_argument("--at", required=True, help="the checkpoint, and the time the answer was saved (ISO)")
    feed.add_argument("--since", required=True, help="the cut-off (ISO)")
    feed.add_argument("--name", default="", help="the account asked for: another one's answer proves nothing")
    feed.add_argument("--uid", default="", help="its identity on the platform")
    feed.add_argument(
        "--column", action="append", default=[], metavar="FIELD=HEADER", help="name a column of a table"
    )
    feed.add_argument("--json", action="store_true", help="for programs")
    plan = add_command(
        below, "plan", "show where each registered account is read, and check the source plan", _plan
    )
    plan.add_argument("--missing", action="store_true", help="only accounts without a source")
    plan.add_argument("--file", type=Path, help="a source plan (default: the setting account.sources)")
    plan.add_argument(
        "--registry", type=Path, nargs="+", help="exports of the registry (default: the configured folder)"
    )
    plan.add_argument("--json", action="store_true", help="for programs")
    check = add_command(below, "check", "read one account now from its sources and judge it", _check)
    check.add_argument("account", help="账号名称 or 新媒体标识码")
    check.add_argument("--platform", default="", help="账号类型, where the name or code has several")
    check.add_argument("--as-of", help="the day that is judged, its end being the checkpoint (default: now)")
    check.add_argument("--days", type=int, default=14, help="days before the checkpoint (default 14)")
    check.add_argument("--file", type=Path, help="a source plan (default: the setting account.sources)")
    check.add_argument(
        "--registry", type=Path, nargs="+", help="exports of the registry (default: the configured folder)"
    )
    check.add_argument("--json", action="store_true", help="for programs")


def _feed(arguments: argparse.Namespace) -> int:
    from jiancha.accounts.detect import AHEAD, read_saved
    from jiancha.accounts.freshness import judge
    from jiancha.posts.model import Reading
    from jiancha.posts.tables import Wanted, column_map

    at, since = _moment(arguments.at, "--at"), _moment(arguments.since, "--since")
    if since > at:
        raise SettingsError("--since must not be after --at")
    own = dict(part.split("=", 1) for part in arguments.column if "=" in part)
    listing = read_saved(
        _bytes(arguments.file),
        reading=Reading(at, AHEAD),
        wanted=Wanted(arguments.platform, arguments.name, arguments.uid),
        columns=column_map(own),
    )
    result = judge(listing, since, at)
    if not arguments.json:
        say(f"{_OUTCOMES[result.outcome]}：{result.why}")
        return 0
    say_json(_shown(listing, result))
    return 0


def _shown(listing: Listing, result: Judgement) -> dict[str, Any]:
    return {
        "outcome": result.outcome,
        "failure": None if result.failure is None else str(result.failure),
        "newest": _time(result.newest),
        "coverage": "complete" if result.complete else "partial",
        "form": listing.form,
        "why": result.why,
        "posts": [
            {
                "id": post.id,
                "published_at": _time(post),
                "pinned": post.pinned,
                "repost": post.repost,
                "time_source": post.date_rule,
                "public": post.public,
            }
            for post in listing.posts
        ],
    }


def _plan(arguments: argparse.Namespace) -> int:
    from jiancha import settings as configuration

    plan = _planned(configuration.load(), arguments.file, arguments.registry)
    shown = [planned for planned in plan.accounts if planned.missing or not arguments.missing]
    if arguments.json:
        listed = [
            {
                "account_code": account.account_code,
                "platform": account.platform,
                "name": account.name,
                "sources": [{"adapter": s.adapter, "address": s.address} for s in sources],
            }
            for account, sources in shown
        ]
        say_json({"accounts": listed, "remarks": plan.remarks})
        return 0
    for account, sources in shown:
        found = ";".join(f"{s.adapter} {s.address}" for s in sources) or "没有来源"
        say(f"{account.account_code} {account.platform} {account.name}：{found}")
    missing = sum(planned.missing for planned in plan.accounts)
    say(f"共{len(plan.accounts)}个账号，{missing}个没有来源")
    for remark in plan.remarks:
        say(f"来源表{remark}")
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from jiancha import settings as configuration
    from jiancha.accounts.reader import check_account
    from jiancha.evidence.records import masked
    from jiancha.pipeline.connections import connect_platform, connect_rsshub

    settings = configuration.load()
    plan = _planned(settings, arguments.file, arguments.registry)
    account, sources = _one(plan, arguments.account, arguments.platform)
    at = settings.now()
    if arguments.as_of:
        day = _moment(arguments.as_of, "--as-of")
        at = day.replace(hour=23, minute=59, second=59, microsecond=0)
    checked = check_account(
        account,
        sources,
        at,
        arguments.days,
        settings=settings,
        hub=connect_rsshub(settings),
        connect=connect_platform,
    )
    address = masked(checked.source.address) if checked.source else None
    if arguments.json:
        named = {"account_code": account.account_code, "platform": account.platform, "name": account.name}
        read = {"adapter": checked.source.adapter if checked.source else None, "address": address}
        say_json(named | read | {"at": at.isoformat()} | _shown(checked.listing, checked.judgement))
        return 0
    result = checked.judgement
    say(f"{account.platform} {account.name}：{_OUTCOMES[result.outcome]}：{result.why}")
    say(f"来源：{address or '无'}")
    return 0


def _one(plan: Plan, wanted: str, platform: str) -> Planned:
    found = [
        planned
        for planned in plan.accounts
        if wanted in (planned.account.name, planned.account.account_code)
        and platform in ("", planned.account.platform)
    ]
    if len(found) != 1:
        names = "; ".join(f"{p.account.account_code} {p.account.platform} {p.account.name}" for p in found)
        raise SettingsError(f"{wanted!r} means {len(found)} registered accounts, one is wanted {names[:500]}")
    return found[0]


def _planned(settings: Settings, file: Path | None, registry: Sequence[Path] | None) -> Plan:
    """The plan of the registry's exports and the plan's file; raises RegistryError for faults in either."""
    from jiancha.accounts.plan import load_entries, plan_sources
    from jiancha.registry.exports import read_exports
    from jiancha.text.sheets import is_spreadsheet

    folder = settings.registry.folder
    paths = registry or sorted(path for path in folder.glob("*") if is_spreadsheet(path.name))
    if not paths:
        raise SettingsError(f"no registry export in {folder}: name one with --registry")
    named = [(path.name, _bytes(path)) for path in paths]
    tables = read_exports(named, aliases=settings.registry.aliases)
    source = file or settings.account.sources
    entries = load_entries(source) if source else []
    return plan_sources(tables.accounts, entries, tables.sources, order=settings.account.order)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error


_OUTCOMES = {"fresh": "正常更新", "stale": "未按时更新", "unknown": "无法判定"}


def _time(post: Any) -> str | None:
    if post is None or post.published_on is None:
        return None
    if post.published_at is None:
        return str(post.published_on.isoformat())
    return str(post.published_at.astimezone(ZONE).isoformat())


def _moment(text: str, option: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{option}: {text!r} is not an ISO time") from error
    return local(moment)
