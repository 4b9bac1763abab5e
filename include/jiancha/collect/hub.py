"""An RSSHub that the office runs: its addresses, and the brake when a platform blocks it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

from jiancha.errors import FailureKind, UnreadableSource
from jiancha.lake import Lake
from jiancha.read.posts.clocks import family
from jiancha.windows import ZONE

#: What would hit every account of the platform alike. A log-in page may be one account's own.
BLOCKS = {FailureKind.ANTI_BOT, FailureKind.AUTH_EXPIRED, FailureKind.NOT_AUTHORISED}


class Hub(NamedTuple):
    """Where the RSSHub answers, and its access key or an empty text."""

    base: str
    key: str = ""

    def address(self, route: str) -> str:
        """The address of a route. The key is not in it, but the code that RSSHub makes of route and key."""
        address = f"{self.base.rstrip('/')}{quote(route, safe='/%=&,@:')}?format=json"
        if not self.key:
            return address
        code = hashlib.md5(f"{route}{self.key}".encode(), usedforsecurity=False).hexdigest()
        return f"{address}&code={code}"


class Circuit:
    """Stops a window's remaining readings of a platform once it has blocked one: a file per platform.

    Asking on would only lengthen the block. After ``minutes`` one more is let through.
    """

    def __init__(self, lake: Lake, window_key: str, *, minutes: float, now: Callable[[], datetime]) -> None:
        self._lake, self._folder = lake, lake.root / "circuits" / f"window={window_key}"
        self._pause, self._now = timedelta(minutes=minutes), now

    def broken(self, platform: str) -> UnreadableSource | None:
        """The failure to record in place of a request, or None where the platform may be asked."""
        try:
            stored = json.loads((self._folder / self._name(platform)).read_bytes())
            kind, at = FailureKind(stored["kind"]), datetime.fromisoformat(stored["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if self._now() >= at + self._pause:
            return None
        return UnreadableSource(kind, f"该平台于{at.astimezone(ZONE):%m-%d %H:%M}拦截了读取,暂停后续读取")

    def record(self, platform: str, failure: Exception | None) -> None:
        """Break the circuit where a failure is a block of the platform."""
        if isinstance(failure, UnreadableSource) and failure.kind in BLOCKS:
            stored = {"kind": str(failure.kind), "at": self._now().isoformat(), "reason": failure.reason}
            self._lake.write_bytes(
                self._folder / self._name(platform), json.dumps(stored, ensure_ascii=False).encode()
            )

    @staticmethod
    def _name(platform: str) -> str:
        return f"{family(platform) or 'other'}.json"
