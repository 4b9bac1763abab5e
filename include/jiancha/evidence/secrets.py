"""Known secrets, which no record or message holds: error pages repeat the request."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from jiancha.evidence.warc import HIDDEN

_SHORTEST = 6  # shorter ones stand in any text by chance


class Secrets:
    """The secrets of one fetcher, in every form in which an answer may repeat them."""

    def __init__(self) -> None:
        self._forms: set[str] = set()
        self._text: re.Pattern[str] | None = None
        self._bytes: re.Pattern[bytes] | None = None

    def add(self, *secrets: str) -> None:
        """Hide these from now on; those too short to be distinguished from other text are left out."""
        forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        if forms <= self._forms:
            return
        self._forms |= forms
        pattern = "|".join(re.escape(form) for form in sorted(self._forms, key=len, reverse=True))
        self._text = re.compile(pattern, re.IGNORECASE)
        self._bytes = re.compile(pattern.encode(), re.IGNORECASE)

    def hidden(self, text: str) -> str:
        return self._text.sub(HIDDEN, text) if self._text is not None else text

    def hidden_in(self, body: bytes, *, cut: bool = False) -> bytes:
        """The body without them; one that was ``cut`` off may end in the middle of one."""
        if self._bytes is None:
            return body
        found = self._bytes.sub(HIDDEN.encode(), body)
        if cut:
            starts = {form[:size].encode() for form in self._forms for size in range(_SHORTEST, len(form))}
            ends = [start for start in starts if found.endswith(start)]
            found = found.removesuffix(max(ends, key=len, default=b""))
        return found


def _forms(secret: str) -> Iterator[str]:
    written = json.dumps(secret)[1:-1]
    for form in (secret, written, written.replace("/", "\\/"), html.escape(secret)):
        yield form
        yield quote(form, safe="")
        yield quote(quote(form, safe=""), safe="")
    yield quote(secret)
    yield quote_plus(secret)
    yield from _packed(secret.encode())
    yield secret.encode().hex()
    yield "".join(f"&#{ord(sign)};" for sign in secret)
    yield "".join(f"&#x{ord(sign):x};" for sign in secret)
    yield "".join(f"\\u{ord(sign):04x}" for sign in secret)
    yield "".join(f"%{byte:02x}" for byte in secret.encode())


def _packed(secret: bytes) -> Iterator[str]:
    """As it stands in Base64, whatever number of bytes goes before it: without the signs that those share."""
    for before in range(3):
        data = b"\0" * before + secret
        first, whole = -(-before * 8 // 6), len(data) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            form = encode(data).decode().rstrip("=")[first:]
            yield from (each for each in (form, form[: whole - first]) if len(each) >= _SHORTEST)
