"""Single requests over kept connections, with cookies: what a session of requests does, without its layers.

A session merges settings, prepares and wraps each request anew, which takes longer than to send it; and even
where it leaves redirects alone it reads their whole bodies into memory, whatever their size.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import urllib3
from certifi import where
from requests import PreparedRequest
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar, get_cookie_header
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_ACCEPT_ENCODING

from jiancha.collect.door import Door, pool_classes
from jiancha.collect.evidence import masked
from jiancha.settings import HttpSettings


class _WithoutSecrets(logging.Filter):
    """Leaves out what secrets addresses may hold: urllib3 tells each one to logs of the DEBUG level."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(masked(part) if isinstance(part, str) else part for part in record.args)
        return True


logging.getLogger("urllib3.connectionpool").addFilter(_WithoutSecrets())


class Client:
    """Sends requests of one target through a door, by way of the proxy where there is one."""

    def __init__(self, http: HttpSettings, door: Door) -> None:
        if http.proxy:
            named = urlsplit(http.proxy).netloc.rpartition("@")[0]
            log_in = urllib3.make_headers(proxy_basic_auth=unquote(named)) if named else None
            self._manager: urllib3.PoolManager = urllib3.ProxyManager(
                http.proxy, proxy_headers=log_in, ca_certs=where(), cert_reqs="CERT_REQUIRED"
            )
        else:
            self._manager = urllib3.PoolManager(ca_certs=where(), cert_reqs="CERT_REQUIRED")
        self._manager.pool_classes_by_scheme = pool_classes(door)
        self._headers = {
            "User-Agent": http.user_agent,
            "Accept-Encoding": DEFAULT_ACCEPT_ENCODING,
            "Accept-Language": "zh-CN,zh;q=0.9",
        }
        self.cookies = RequestsCookieJar()

    def send(
        self, url: str, headers: Mapping[str, str], timeout: urllib3.Timeout, body: bytes | None = None
    ) -> tuple[urllib3.BaseHTTPResponse, dict[str, str]]:
        """Ask once, by POST where there is a ``body``, and have the head of the answer and the headers that
        were sent; raises as urllib3 does, and requests' errors for addresses that cannot be used."""
        request = PreparedRequest()
        request.prepare_url(url, None)
        sent = {**self._headers, **headers}
        request.headers = CaseInsensitiveDict()
        cookie = get_cookie_header(self.cookies, request) if self.cookies else None  # type: ignore[no-untyped-call]
        if cookie:
            sent["Cookie"] = cookie
        answer = self._manager.urlopen(
            "GET" if body is None else "POST",
            request.url or url,
            body=body,
            headers=sent,
            timeout=timeout,
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        if "set-cookie" in answer.headers:
            extract_cookies_to_jar(self.cookies, request, answer)  # type: ignore[no-untyped-call]
        return answer, sent

    def drop_connections(self) -> None:
        """Close the kept connections: the next request makes a new one."""
        self._manager.clear()
