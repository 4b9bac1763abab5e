"""Which answer the city gives for an address: websites, feeds, report tables, registry exports."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from jiancha.sandbox.accounts import CityAccount, report_host
from jiancha.sandbox.city import SandboxCity
from jiancha.sandbox.exports import build_exports
from jiancha.sandbox.feeds import FEED_TYPES, feed_page, report_table
from jiancha.sandbox.outages import Trouble
from jiancha.sandbox.templates import SiteRenderer

REGISTRY_HOST = "registry.xianyang.gov.cn"
FEED_HOST = "feeds.xianyang.gov.cn"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Answer(NamedTuple):
    """An HTTP answer; ``location`` is set for redirects."""

    status: int
    content_type: str
    body: bytes
    location: str | None = None


NOT_FOUND = Answer(
    404, "text/html; charset=utf-8", "<html><body><h1>404</h1>页面不存在</body></html>".encode()
)


_TROUBLES = {
    trouble: Answer(
        status, "text/html; charset=utf-8", f"<html><body><h1>{status}</h1></body></html>".encode()
    )
    for trouble, status in ((Trouble.ERROR, 503), (Trouble.SILENT, 504), (Trouble.REFUSED, 403))
}


class CityWeb:
    """Answers for every host of a city; safe to use from several threads."""

    def __init__(self, city: SandboxCity) -> None:
        self.city = city
        self._sites = {site.host: SiteRenderer(city, site) for site in city.sites}
        for site in city.sites:
            if site.former_host:
                self._sites[site.former_host] = self._sites[site.host]
        self._feeds = {urlsplit(a.address).path: a for a in city.accounts if a.form != "csv"}
        self._tables: dict[str, list[CityAccount]] = {}
        for account in city.accounts:
            if account.form == "csv":
                self._tables.setdefault(report_host(account.region), []).append(account)
        self._table = lru_cache(maxsize=None)(self._build_table)
        self._exports_of = lru_cache(maxsize=None)(self._build_exports)

    def answer(self, host: str, target: str) -> Answer | None:
        """The answer for ``target`` (path and query) on ``host``; None for hosts outside the city."""
        if self.city.line_is_down:
            return _TROUBLES[Trouble.SILENT]
        path, _, query = target.partition("?")
        path = unquote(path) or "/"
        if (site := self._sites.get(host)) is not None:
            return self._page(site, path, query)
        if host == FEED_HOST:
            return self._feed(path, query)
        if host in self._tables:
            return Answer(200, "text/csv", self._table(host)) if path == "/zwxmt/fbjl.csv" else NOT_FOUND
        if host == REGISTRY_HOST:
            return self._registry(path)
        return None

    def _page(self, site: SiteRenderer, path: str, query: str) -> Answer:
        trouble = self.city.trouble(site.site.site_code)
        if trouble is not None:
            return _TROUBLES[trouble]
        page = site.page(path, query)
        if page is None:
            return NOT_FOUND
        return Answer(page.status, page.content_type, page.body, page.location)

    def _feed(self, path: str, query: str) -> Answer:
        account = self._feeds.get(path)
        if account is None:
            return NOT_FOUND
        number = parse_qs(query).get("page", ["1"])[0]
        body = feed_page(self.city, account, int(number)) if number.isascii() and number.isdigit() else None
        return NOT_FOUND if body is None else Answer(200, FEED_TYPES[account.form], body)

    def _build_table(self, host: str) -> bytes:
        return report_table(self.city, self._tables[host])

    def _registry(self, path: str) -> Answer:
        if path == "/exports/index.json":
            names = [name for window in self.city.windows() for name in self._exports_of(window.end)]
            body = json.dumps({"files": names}, ensure_ascii=False).encode()
            return Answer(200, "application/json; charset=utf-8", body)
        name = path.removeprefix("/exports/")
        for window in self.city.windows():
            content = self._exports_of(window.end).get(name) if f"{window.end:%Y%m%d}" in name else None
            if content is not None:
                return Answer(200, _XLSX if name.endswith(".xlsx") else "text/csv", content)
        return NOT_FOUND

    def _build_exports(self, day: date) -> dict[str, bytes]:
        return build_exports(self.city, as_of=day)
