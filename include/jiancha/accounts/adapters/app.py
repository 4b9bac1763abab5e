"""``app`` (下载地址): can an app or mini-program (移动客户端、小程序) be had? They have no posts to date."""

from __future__ import annotations

from jiancha.accounts.adapters.base import Ask, Gathered
from jiancha.errors import FailureKind, FetchFailure
from jiancha.evidence.records import masked
from jiancha.net.http import NO_NAME, REFUSED
from jiancha.posts.refusals import page_failure
from jiancha.text.charset import decode

#: What says that the page is not there; a block, a time-out or an error of the server says nothing.
_GONE = {FailureKind.NOT_FOUND}
_HTML = b"<"


def fetch(ask: Ask, gathered: Gathered) -> None:
    """Open the page: ``available``, ``unavailable`` or, where that cannot be determined, ``unknown``."""
    outcome, reason, record = _outcome(ask)
    gathered.app = {
        "target_id": ask.account.target_id,
        "url": masked(ask.source.address),
        "outcome": outcome,
        "reason": reason,
        "checked_at": ask.settings.now(),
        "evidence": record,
    }


def _outcome(ask: Ask) -> tuple[str, str, str]:
    try:
        response = ask.fetcher.get(ask.source.address, accept="text/html, */*;q=0.5")
    except FetchFailure as failure:
        gone = failure.kind in _GONE or failure.reason in (NO_NAME, REFUSED)
        return ("unavailable" if gone else "unknown"), failure.reason, ""
    if response.body.lstrip()[:1] == _HTML:
        kind, reason = page_failure(decode(response.body, response.headers.get("content-type")).text)
        if kind is not FailureKind.BAD_CONTENT:
            gone = kind in _GONE
            return ("unavailable" if gone else "unknown"), reason, response.record_id
    return "available", "", response.record_id
