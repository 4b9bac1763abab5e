"""robots.txt (RFC 9309): what a site does not want to be read by programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from jiancha.errors import FailureKind, FetchFailure

if TYPE_CHECKING:
    from jiancha.net.http import Fetcher

_MOST = 500_000  # bytes that are looked at (RFC 9309, 2.5)
_MOST_RULES = 2_000  # for us by name, and as many for everybody
_LONGEST_RULE = 2_000
_AGENT = re.compile(r"user[- ]?agent(?:\s*:|\s)\s*(.*)", re.IGNORECASE)
_OF_ALL_GROUPS = re.compile(r"(?:site-?maps?|host)\b", re.IGNORECASE)
#: Answers after which everything is allowed: the site has no such file, or keeps it to itself (2.3.1.3).
_NONE = frozenset(
    {FailureKind.NOT_FOUND, FailureKind.FORBIDDEN, FailureKind.REDIRECT_LOOP, FailureKind.BAD_URL}
    | {FailureKind.NOT_RECORDED}  # the evidence of a visit that did not ask for it
)
_FORBIDDEN = "网站的 robots.txt 不允许程序读取该页"
_UNREAD = "读取 robots.txt 时"


class Robots:
    """The rules of every host that a visit asks, fetched once each; ``requests`` that took."""

    def __init__(self, fetcher: Fetcher, user_agent: str) -> None:
        self._fetcher = fetcher
        self.requests = 0
        self._name = user_agent.partition("/")[0].strip() or "*"
        self._rules: dict[tuple[str, str], Protego | FetchFailure] = {}

    def check(self, url: str) -> None:
        """Raise FetchFailure for what the site does not want to be read, or where it is not reached."""
        parts = urlsplit(url)
        if parts.path == "/robots.txt":
            return
        origin = parts.scheme, parts.netloc.lower()
        if origin not in self._rules:
            self._rules[origin] = self._fetched(f"{parts.scheme}://{parts.netloc}/robots.txt")
        rules = self._rules[origin]
        if isinstance(rules, FetchFailure):
            raise FetchFailure(rules.kind, rules.reason, url=url)
        if not rules.can_fetch(url, self._name):
            raise FetchFailure(FailureKind.ROBOTS, _FORBIDDEN, url=url)

    def _fetched(self, address: str) -> Protego | FetchFailure:
        """The rules, or why nothing may be read."""
        before = self._fetcher.requests
        try:
            body = self._fetcher.get(address, accept="text/plain,*/*;q=0.5").body
        except FetchFailure as failure:
            if failure.kind in _NONE:
                return Protego.parse("")
            # it is there and cannot be had, or the host is not reached: nothing may be read (2.3.1.4) for now
            return FetchFailure(failure.kind, f"{failure.reason}({_UNREAD})", url=address)
        finally:
            self.requests += self._fetcher.requests - before
        rules = read_rules(body, self._name)
        delay = rules.crawl_delay(self._name)
        if delay is not None and self._fetcher.pace is not None:
            self._fetcher.pace.slow_down(urlsplit(address).hostname or "", delay)
        return rules


def read_rules(body: bytes, name: str) -> Protego:
    """The rules of a robots.txt that concern a program of this name, and those for everybody.

    The parser holds each rule for each agent that it is for, so a small file of many agents and rules would
    take gigabytes.
    """
    return Protego.parse("\n".join(_own_groups(body[:_MOST].decode("utf-8-sig", "replace"), name.lower())))


def _own_groups(text: str, name: str) -> list[str]:
    kept: list[str] = []
    left = {True: _MOST_RULES, False: _MOST_RULES}  # by whether we are named
    ours = named = ended = False
    for whole in text.splitlines():
        line = whole.partition("#")[0].strip()
        if not line or _OF_ALL_GROUPS.match(line):
            continue
        if (agent := _AGENT.match(line)) is None:
            ended = True
            if ours and left[named] > 0 and len(line) <= _LONGEST_RULE:
                left[named] -= 1
                kept.append(line)
            continue
        if ended:
            ours = named = ended = False
        said = agent[1].strip().lower()
        word = said.replace("*", "")
        if said and word in name:
            ours, named = True, named or bool(word)
            kept.append(f"User-agent: {word or '*'}")
    return kept
