"""``wechat`` (微信接口): what an official account published, day by day, with its owner's authorisation.

The interface answers for one day at a time, and for no day later than yesterday. An empty day means that
nothing was published only where the interface answered for that very day. It names no account: so that a
wrong AppID accuses nobody, the days are read back until a post is found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from urllib.parse import quote

from jiancha.accounts.adapters.base import Ask, Gathered
from jiancha.accounts.connections import Endpoint
from jiancha.accounts.tokens import WECHAT, Tokens
from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.posts.model import load_json, table
from jiancha.posts.wechat import Day, last_ready, read_day
from jiancha.windows import ZONE

MAX_DAYS = 120  # asked for, one request each, until a post is found
_PATH = "/datacube/getarticletotaldetail"
_END = time(23, 59, 59)
_MOST_WAITS = 3  # days whose figures are late; beyond them the interface is not working
#: Refusals of a token, which a new one mends: it expired, or another system made a newer one.
_EXPIRED = FailureKind.AUTH_EXPIRED


def fetch(ask: Ask, gathered: Gathered) -> None:
    """Read day by day from the checkpoint to one day past the cut-off, and on to the newest post.

    Raises UnreadableSource, SOURCE_EMPTY, where there is none in ``MAX_DAYS`` days.
    """
    days, gathered.order = _Days(ask), "table"
    answered: list[date] = []
    newest, waits = min(ask.window.checkpoint_day, last_ready(ask.settings.now())), 0
    for day in _back_from(newest, ask):
        try:
            report, record = days.read(day)
        except (FetchFailure, UnreadableSource):
            if not gathered.posts:
                raise
            break  # what is missing is older than a post that was seen
        gathered.add(report.posts, record)
        waits += not report.ready
        if report.ready:
            answered.append(day)
        elif answered or waits > _MOST_WAITS:
            break  # the days before it may lack posts too
        if gathered.posts and day < ask.since.astimezone(ZONE).date():
            break
    if waits and not gathered.posts:
        raise UnreadableSource(FailureKind.COLLECTOR_STALE, "微信接口的数据尚未就绪")
    last_day = answered[0] if answered else newest - timedelta(days=waits)
    gathered.as_of = datetime.combine(last_day, _END, ZONE)
    if not gathered.posts:
        raise UnreadableSource(
            FailureKind.SOURCE_EMPTY, f"微信接口已答复{len(answered)}天，均无发表记录，需人工核实账号"
        )


def _back_from(newest: date, ask: Ask) -> Iterator[date]:
    """The days to ask for, newest first: as far as the cut-off and one further in any case."""
    span = (newest - ask.since.astimezone(ZONE).date()).days + 2
    return (newest - timedelta(days=n) for n in range(max(MAX_DAYS, span)))


class _Days:
    """Asks for single days, with a token that is renewed once where the platform refuses it."""

    def __init__(self, ask: Ask) -> None:
        self._ask, self._endpoint = ask, ask.endpoint
        self._tokens = Tokens(ask.settings)
        # an answer on record needs no token, and its address is the same with any
        self._token = "-" if ask.evidence.offline else self._tokens.get(self._endpoint)

    def read(self, day: date) -> tuple[Day, str]:
        """What was published on a day, and the id of its evidence."""
        try:
            return self._read(day)
        except UnreadableSource as refusal:
            if refusal.kind is not _EXPIRED:
                raise
        if not self._ask.evidence.offline:
            self._token = self._tokens.get(self._endpoint, refused=self._token)
        return self._read(day)

    def _read(self, day: date) -> tuple[Day, str]:
        address = _address(self._endpoint, self._token)
        question = json.dumps({"begin_date": f"{day}", "end_date": f"{day}"}).encode()
        self._ask.fetcher.hide(self._token)
        response = self._ask.fetcher.post(address, question, inside=self._endpoint.inside)
        data = table(load_json(response.body.decode("utf-8", "replace")))
        return read_day(data, day, self._ask.reading), response.record_id


def _address(endpoint: Endpoint, token: str) -> str:
    return f"{endpoint.address(WECHAT, _PATH)}?access_token={quote(token, safe='')}"
