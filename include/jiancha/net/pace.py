"""Politeness: how fast one host is asked, and when it wants to be left alone."""

from __future__ import annotations

import fcntl
import ipaddress
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path

from jiancha.errors import SettingsError

#: Seconds that a host may ask to be left alone (Retry-After, Crawl-delay); what asks for more is given up.
LONGEST_WAIT = 20.0


class Pace:
    """The time between two requests to one host, and the waits that hosts ask for (Retry-After).

    ``seconds`` is the least time from one request to the next; hosts may ask for more, up to ``longest``. Our
    own machine is not spared. ``clock`` (monotonic seconds) and ``sleep`` may be replaced.
    """

    def __init__(
        self,
        seconds: float,
        longest: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds, self._longest = seconds, longest
        self._clock, self._sleep = clock, sleep
        self._slower: dict[str, float] = {}
        self._next: dict[str, float] = {}

    def wait(self, host: str) -> None:
        """Wait until the host may be asked again."""
        now = self._clock()
        due = self._next.get(host, now)
        if due > now:
            self._sleep(due - now)
        seconds = 0.0 if is_own_machine(host) else max(self._seconds, self._slower.get(host, 0.0))
        self._next[host] = max(now, due) + seconds

    def slow_down(self, host: str, seconds: float) -> None:
        """Ask the host less often (Crawl-delay)."""
        self._slower[host] = min(seconds, self._longest)

    def leave_alone(self, host: str, seconds: float) -> bool:
        """Do not ask the host for so long (Retry-After); False where that is longer than anyone waits."""
        self._next[host] = self._clock() + min(seconds, self._longest)
        return seconds <= self._longest


class SharedPace(Pace):
    """The pace of all processes of one machine that have the same ``folder``: a file for each host, locked
    while its next turn is waited for. A folder that cannot be used raises SettingsError: without it several
    processes would ask a host at once."""

    def __init__(
        self,
        folder: Path,
        seconds: float,
        longest: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(seconds, longest, clock=clock, sleep=sleep)
        self._folder = folder

    def wait(self, host: str) -> None:
        """Wait until the host may be asked again, by whomever it was asked last."""
        super().wait(host)
        if host and self._seconds > 0 and not is_own_machine(host):
            try:
                self._wait_for_turn(host)
            except OSError as error:
                reason = f"account.state: {self._folder} cannot be used ({error.strerror})"
                raise SettingsError(reason) from error

    def _wait_for_turn(self, host: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = self._folder / re.sub(r"[^\w.-]", "_", host)[:200]
        with os.fdopen(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                last = float(file.read(40) or b"-inf")
            except ValueError:
                last = float("-inf")
            left = last + self._seconds - self._clock()
            if 0 < left <= self._seconds:  # a longer time is left over from before the machine started
                self._sleep(left)
            file.seek(0)
            file.truncate()
            file.write(f"{self._clock()!r}".encode())


@lru_cache(maxsize=256)
def is_own_machine(host: str) -> bool:
    """True for loopback addresses."""
    with suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return host == "localhost"


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or as an HTTP date; None without any."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text[:100])
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, OverflowError):
        return None
