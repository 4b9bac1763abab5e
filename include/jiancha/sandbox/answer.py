"""An HTTP answer of the city, whoever gives it."""

from __future__ import annotations

from typing import NamedTuple

JSON_TYPE = "application/json; charset=utf-8"
HTML_TYPE = "text/html; charset=utf-8"


class Answer(NamedTuple):
    """``location`` is set for redirects."""

    status: int
    content_type: str
    body: bytes
    location: str | None = None


NOT_FOUND = Answer(404, HTML_TYPE, "<html><body><h1>404</h1>页面不存在</body></html>".encode())
