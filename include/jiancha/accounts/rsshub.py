"""An RSSHub that the office runs, and the addresses of its routes."""

from __future__ import annotations

import hashlib
from typing import NamedTuple
from urllib.parse import quote


class RssHub(NamedTuple):
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
