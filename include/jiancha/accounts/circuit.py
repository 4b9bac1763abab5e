"""The brake when a platform blocks any way of reading: the rest of a window leaves it alone for a while."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from jiancha.errors import FailureKind, FetchFailure, UnreadableSource
from jiancha.lake import Lake
from jiancha.posts.clocks import family
from jiancha.registry.model import AccountSource
from jiancha.registry.ways import WAYS
from jiancha.windows import local

#: What would hit every account of the platform alike. A log-in page may be one account's own.
BLOCKS = {
    FailureKind.ANTI_BOT,
    FailureKind.AUTH_EXPIRED,
    FailureKind.NOT_AUTHORISED,
    FailureKind.RATE_LIMITED,
}
#: How long a platform is left alone that has had too many questions and does not say for how long.
BLOCKED = timedelta(hours=1)  # after a captcha, or an authorisation that expired or was refused
_RATE_LIMITED = timedelta(minutes=10)
_DAY = timedelta(days=1)


class Circuit:
    """Stops a window's remaining readings of a platform once it has blocked one: a file per line, that is
    per platform behind the RSSHub, per Connection, or per platform and host.

    Asking on would only lengthen the block. After an hour, or the time that the server asks for, one
    more is let through.
    """

    def __init__(self, lake: Lake, window_key: str, *, now: Callable[[], datetime]) -> None:
        self._lake, self._folder = lake, lake.root / "circuits" / f"window={window_key}"
        self._pause, self._now = BLOCKED, now

    def broken(self, line: str) -> UnreadableSource | None:
        """The failure to record in place of a request, or None where the platform may be asked."""
        try:
            stored = json.loads((self._folder / f"{line}.json").read_bytes())
            kind, at = FailureKind(stored["kind"]), datetime.fromisoformat(stored["at"])
            until = datetime.fromisoformat(stored["until"])
            over = self._now() >= until
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if over:
            return None
        return UnreadableSource(kind, f"该平台于{local(at):%m-%d %H:%M}拦截了读取，暂停后续读取")

    def record(self, line: str, failure: FetchFailure | UnreadableSource) -> None:
        """Break the circuit where a failure is a block of the platform."""
        if failure.kind not in BLOCKS:
            return
        now = self._now()
        stored = {
            "kind": str(failure.kind),
            "at": now.isoformat(),
            "until": (now + self._left_alone(failure)).isoformat(),
            "reason": failure.reason,
        }
        self._lake.write_bytes(self._folder / f"{line}.json", json.dumps(stored, ensure_ascii=False).encode())

    def _left_alone(self, failure: FetchFailure | UnreadableSource) -> timedelta:
        wanted = failure.retry_after if isinstance(failure, FetchFailure) else None
        if wanted is not None:
            return timedelta(seconds=min(wanted, _DAY.total_seconds()))
        return _RATE_LIMITED if failure.kind is FailureKind.RATE_LIMITED else self._pause


def circuit_name(source: AccountSource) -> str:
    """What is blocked together with a source: the platform behind the RSSHub, the Connection, or the
    platform at the host."""
    platform = family(source.platform) or "other"
    if source.adapter == "rsshub":
        return platform
    if source.adapter in WAYS and WAYS[source.adapter].owned:
        return re.sub(r"[^\w.-]", "_", f"{source.adapter}-{source.address}")[:200]
    try:
        host = urlsplit(source.address).hostname or "default"
    except ValueError:
        host = "none"
    return re.sub(r"[^\w.-]", "_", f"{platform}-{host}")[:200]
