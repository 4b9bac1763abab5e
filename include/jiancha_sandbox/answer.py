"""A question to the city and its answer, whoever of its hosts gives it."""

from __future__ import annotations

import json
from typing import NamedTuple
from urllib.parse import parse_qs

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"


class Request(NamedTuple):
    """What is asked of one host. ``token`` is the header access-token."""

    path: str
    query: str = ""
    body: bytes = b""
    token: str = ""

    def value(self, name: str, default: str = "") -> str:
        """The first value of a name in the query."""
        return parse_qs(self.query).get(name, [default])[0]

    def number(self, name: str, default: int) -> int:
        """The same as a number; what is none counts as ``default``."""
        value = self.value(name)
        return int(value) if value.isascii() and value.isdigit() else default


class Answer(NamedTuple):
    """An HTTP answer; ``location`` is set for redirects, ``header_lines`` are sent as they are."""

    status: int
    content_type: str
    body: bytes
    location: str | None = None
    header_lines: tuple[bytes, ...] = ()


def json_answer(value: object, status: int = 200) -> Answer:
    return Answer(status, JSON_TYPE, json.dumps(value, ensure_ascii=False).encode())


NOT_FOUND = Answer(404, HTML_TYPE, "<html><body><h1>404</h1>页面不存在</body></html>".encode())
