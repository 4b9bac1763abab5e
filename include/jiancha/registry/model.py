"""Rows of the registry."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class Level(StrEnum):
    """Class of a website; the notice counts sites by it."""

    MUNICIPAL_PORTAL = "municipal_portal"  # 市级政府门户网站
    COUNTY_PORTAL = "county_portal"  # 县级政府门户网站
    MUNICIPAL_DEPARTMENT = "municipal_department"  # 市级政府部门网站
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Site:
    """A registered government website. ``site_code`` is 网站标识码; ``row`` its row in the export."""

    site_code: str
    name: str
    url: str
    level: Level
    owner: str
    row: int = 0

    @property
    def target_id(self) -> str:
        """Stable name of this target in the lake: the code alone may be registered twice."""
        return _target_id(self.site_code, urlsplit(self.url).hostname or self.url)


@dataclass(frozen=True, slots=True)
class Account:
    """A registered new-media account. The platform is the 账号类型 column, never the code's letters."""

    account_code: str
    platform: str
    name: str
    owner: str
    row: int = 0

    @property
    def target_id(self) -> str:
        """Stable name of this target in the lake: codes are used twice in practice."""
        return _target_id(self.account_code, self.platform, self.name)


@dataclass(frozen=True, slots=True)
class Closed:
    """A registered ``site`` or ``account`` that is closed, cancelled or moved (状态): it is not inspected."""

    kind: str
    code: str
    platform: str
    name: str
    owner: str
    state: str


@dataclass(frozen=True, slots=True)
class SiteColumn:
    """A column (栏目) that the registry lists for a site, beside those found by navigation."""

    site_code: str
    name: str
    url: str
    kind: str = ""  # a column kind of the indicator set, or empty: taken from the name


@dataclass(frozen=True, slots=True)
class AccountSource:
    """Where an account's posts can be read: ``adapter`` is ``feed`` or ``self_report``.

    ``address`` is the feed's URL, or the URL or path of the self-report CSV.
    """

    account_code: str
    platform: str
    name: str
    adapter: str
    address: str


def _target_id(code: str, *parts: str) -> str:
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:6]
    safe = "".join(c if c.isascii() and c.isalnum() else "_" for c in code)[:40] or "nocode"
    return f"{safe}-{digest}"
