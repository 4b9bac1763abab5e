"""``jiancha account …``: judge one saved answer, see where sources are missing."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from jiancha.errors import SettingsError
from jiancha.windows import ZONE


def add_commands(commands: Any) -> None:
    """Add ``account`` and its own commands to the command line's parser."""
    about = "accounts: judge a saved answer of a source, plan the sources"
    account = commands.add_parser("account", help=about, description=about)
    inner = account.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        sub: argparse.ArgumentParser = inner.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run)
        return sub

    feed = command("feed", _feed, "judge one saved answer of a source, whatever its form")
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


def _feed(arguments: argparse.Namespace) -> int:
    from jiancha.accounts.judge import judge
    from jiancha.accounts.saved import AHEAD, read_saved
    from jiancha.read.posts.model import Reading
    from jiancha.read.posts.tables import Wanted, column_map

    at, since = _moment(arguments.at, "--at"), _moment(arguments.since, "--since")
    if since > at:
        raise SettingsError("--since must not be after --at")
    own = dict(part.split("=", 1) for part in arguments.column if "=" in part)
    try:
        body = arguments.file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{arguments.file}: {error.strerror}") from error
    listing = read_saved(
        body,
        reading=Reading(at, AHEAD),
        wanted=Wanted(arguments.platform, arguments.name, arguments.uid),
        columns=column_map(own),
    )
    result = judge(listing, since, at)
    if not arguments.json:
        sys.stdout.write(f"{_OUTCOMES[result.outcome]}:{result.why}\n")
        return 0
    shown = {
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
    sys.stdout.write(json.dumps(shown, ensure_ascii=False) + "\n")
    return 0


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
    return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)
