"""Which answer the city gives for an address: websites, feeds, report tables, registry exports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache, partial
from urllib.parse import unquote, urlsplit

from jiancha_sandbox.accounts import CityAccount, report_host
from jiancha_sandbox.answer import HTML_TYPE, NOT_FOUND, Answer, Request, json_answer
from jiancha_sandbox.channels import FEED_HOST, VENDOR_HOST, Fault
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.collector import Collector
from jiancha_sandbox.connections import COLLECTOR_HOST, HUB_HOST, MOBILE_HOST, OWNER_HOSTS
from jiancha_sandbox.exports import build_exports
from jiancha_sandbox.feeds import FEED_TYPES, feed_page, report_table
from jiancha_sandbox.mobile import MobileWeibo
from jiancha_sandbox.outages import Trouble
from jiancha_sandbox.platform_apis import DouyinApi, WechatApi, WeiboApi
from jiancha_sandbox.rsshub import Hub
from jiancha_sandbox.templates import SiteRenderer
from jiancha_sandbox.vendor import vendor_table, vendor_workbook

REGISTRY_HOST = "registry.xianyang.gov.cn"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
#: What the city's feed service answers with 200 in place of a feed.
_IN_PLACE: dict[Fault | None, Answer] = {
    Fault.CAPTCHA: Answer(200, HTML_TYPE, _PAGE.format("环境异常,完成验证后即可继续访问").encode()),
    Fault.LOGIN: Answer(200, HTML_TYPE, _PAGE.format("请先登录").encode()),
}
_TROUBLES = {
    trouble: Answer(status, HTML_TYPE, f"<html><body><h1>{status}</h1></body></html>".encode())
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
        self._services: dict[str, Callable[[Request], Answer]] = {
            **dict.fromkeys(_feed_hosts(city), self._feed),
            HUB_HOST: Hub(city).answer,
            COLLECTOR_HOST: Collector(city).answer,
            MOBILE_HOST: MobileWeibo(city).answer,
            OWNER_HOSTS["wechat"]: WechatApi(city).answer,
            OWNER_HOSTS["weibo_owner"]: WeiboApi(city).answer,
            OWNER_HOSTS["douyin_owner"]: DouyinApi(city).answer,
            VENDOR_HOST: self._export,
            REGISTRY_HOST: self._registry,
            **{host: partial(self._report, host) for host in self._tables},
        }
        self._vendor = _vendor_files(city)
        self._vendor_file = lru_cache(maxsize=None)(self._build_vendor_file)
        self._table = lru_cache(maxsize=None)(self._build_table)
        self._exports_of = lru_cache(maxsize=None)(self._build_exports)

    def answer(self, host: str, target: str, *, body: bytes = b"", token: str = "") -> Answer | None:
        """The answer for ``target`` (path and query) on ``host``; None for hosts outside the city."""
        if self.city.line_is_down:
            return _TROUBLES[Trouble.SILENT]
        path, _, query = target.partition("?")
        path = unquote(path) or "/"
        if (site := self._sites.get(host)) is not None:
            return self._page(site, path, query)
        service = self._services.get(host)
        return None if service is None else service(Request(path, query, body, token))

    def _page(self, site: SiteRenderer, path: str, query: str) -> Answer:
        trouble = self.city.trouble(site.site.site_code)
        if trouble is not None:
            return _TROUBLES[trouble]
        page = site.page(path, query)
        if page is None:
            return NOT_FOUND
        return Answer(*page)

    def _feed(self, request: Request) -> Answer:
        account = self._feeds.get(request.path)
        if account is None:
            return NOT_FOUND
        fault = self.city.fault(account, "feed")
        if fault in _IN_PLACE:
            return _IN_PLACE[fault]
        body = feed_page(self.city, account, request.number("page", 0 if "page" in request.query else 1))
        return NOT_FOUND if body is None else Answer(200, FEED_TYPES[account.form], body)

    def _report(self, host: str, request: Request) -> Answer:
        known = request.path == "/zwxmt/fbjl.csv"
        return Answer(200, "text/csv", self._table(host)) if known else NOT_FOUND

    def _export(self, request: Request) -> Answer:
        return self._vendor_file(request.path) if request.path in self._vendor else NOT_FOUND

    def _build_vendor_file(self, path: str) -> Answer:
        accounts = self._vendor[path]
        if path.endswith(".xlsx"):
            return Answer(200, _XLSX, vendor_workbook(self.city, accounts))
        return Answer(200, "text/csv", vendor_table(self.city, accounts))

    def _build_table(self, host: str) -> bytes:
        return report_table(self.city, self._tables[host])

    def _registry(self, request: Request) -> Answer:
        path = request.path
        if path == "/exports/index.json":
            names = [name for window in self.city.windows() for name in self._exports_of(window.end)]
            return json_answer({"files": names})
        name = path.removeprefix("/exports/")
        for window in self.city.windows():
            content = self._exports_of(window.end).get(name) if f"{window.end:%Y%m%d}" in name else None
            if content is not None:
                return Answer(200, _XLSX if name.endswith(".xlsx") else "text/csv", content)
        return NOT_FOUND

    def _build_exports(self, day: date) -> dict[str, bytes]:
        return build_exports(self.city, as_of=day)


def _vendor_files(city: SandboxCity) -> dict[str, list[CityAccount]]:
    """The accounts of each table that the monitoring firm exports, by its path."""
    files: dict[str, list[CityAccount]] = {}
    for account in city.accounts:
        for channel in city.channels(account):
            if channel.adapter == "export":
                files.setdefault(urlsplit(channel.address).path, []).append(account)
    return files


def _feed_hosts(city: SandboxCity) -> set[str]:
    """The city's feed service, and those that owners of accounts run."""
    channels = (channel for account in city.accounts for channel in city.channels(account))
    return {FEED_HOST} | {urlsplit(c.address).netloc for c in channels if c.adapter == "feed"}
