"""The office's collector of WeChat accounts (of wewe-rss's kind): Atom, from what it keeps.

It visits the accounts twice a day. Once its log-in has run out it answers on from what it has, and only
the feed's own time tells.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, time, timedelta
from html import escape

from jiancha.windows import ZONE
from jiancha_sandbox.accounts import CityAccount
from jiancha_sandbox.answer import NOT_FOUND, Answer, Request
from jiancha_sandbox.channels import Fault, last_look
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.connections import COLLECTOR_HOST
from jiancha_sandbox.feeds import link_of, title_of

_VISITS = (time(5, 35), time(17, 35))


class Collector:
    """Answers for the collector's host."""

    def __init__(self, city: SandboxCity) -> None:
        self._city = city
        self._shelf: dict[str, tuple[CityAccount, int]] = {}
        for account in city.accounts:
            for channel in city.channels(account):
                if channel.adapter == "werss" and channel.shows is not None:
                    path = channel.address.removeprefix(f"http://{COLLECTOR_HOST}")
                    self._shelf[path] = account, channel.shows

    def answer(self, request: Request) -> Answer:
        found = self._shelf.get(request.path)
        if found is None:
            return NOT_FOUND
        account, shows = found
        fault = self._city.fault(account, "werss")
        looked = last_visit(self._city.clock)
        if fault is Fault.DEAD_COLLECTOR and self._city.latest_quarter is not None:
            looked = last_look(self._city.latest_quarter)
        shown = self._city.stranger(account) if fault is Fault.STRANGER else account
        posts = self._city.posts(shown)
        rows = list(enumerate(posts[: bisect_right(posts, looked)]))[::-1][:shows]
        name = self._city.shown_name(shown, fault)
        body = _atom(shown, name, request.path, rows if fault is not Fault.EMPTY else [], looked)
        return Answer(200, "application/atom+xml; charset=utf-8", body.encode())


def last_visit(now: datetime) -> datetime:
    """The collector's latest round of visits."""
    local = now.astimezone(ZONE)
    rounds = (
        datetime.combine(local.date() - timedelta(days=back), at, tzinfo=ZONE)
        for back in (0, 1)
        for at in reversed(_VISITS)
    )
    return next(moment for moment in rounds if moment <= local)


def _atom(
    account: CityAccount, name: str, path: str, rows: list[tuple[int, datetime]], looked: datetime
) -> str:
    address = f"http://{COLLECTOR_HOST}{path}"
    entries = "".join(
        f'<entry><title type="html"><![CDATA[{title_of(account, index, moment)}]]></title>'
        f'<id>{link_of(account, index, moment)}</id><link href="{link_of(account, index, moment)}"/>'
        f"<updated>{_utc(moment)}</updated></entry>\n"
        for index, moment in rows
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{address}</id><title>{escape(name)}</title><updated>{_utc(looked)}</updated>"
        f'<generator>WeWe-RSS</generator><link rel="alternate" href="{address}"/>\n{entries}</feed>'
    )


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"
