"""Single requests over kept connections, with cookies, straight or through the proxy.

The connections are urllib3's, made by the address guard. Its pools, and the sessions of requests, take twice
the time of a request; and the sessions read the bodies of redirects whatever their size.
"""

from __future__ import annotations

import re
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import SplitResult, urlsplit

import urllib3
from certifi import where
from requests import PreparedRequest
from requests.cookies import MockRequest, RequestsCookieJar, get_cookie_header
from requests.structures import CaseInsensitiveDict
from requests.utils import get_auth_from_url
from urllib3.connection import HTTPConnection as Connection
from urllib3.connection import HTTPSConnection, ProxyConfig
from urllib3.util.ssl_ import create_urllib3_context

from jiancha.errors import FailureKind, FetchFailure
from jiancha.net.address_guard import AddressGuard
from jiancha.net.answer import Answer
from jiancha.settings import HttpSettings
from jiancha.text.urls import request_target

#: What can go wrong here, other than what a limit or a check of ours stops.
ERRORS = (HTTPException, urllib3.exceptions.HTTPError, OSError, ValueError, zlib.error)

_MOST_KEPT = 10  # connections
_NOT_REACHED = "代理服务器未能连接"
#: Addresses that are sent as they stand.
_AS_IT_STANDS = re.compile(
    r"https?://[a-z0-9][a-z0-9.\-]{0,250}(?::\d{1,5})?/[A-Za-z0-9\-_~/.]{0,500}(?:\?[A-Za-z0-9\-_~/.=&]{0,500})?"
)
_DOTS = "/."  # a path that goes up, or stays


class Client:
    """Sends requests of one target through its guard, by way of the proxy where there is one."""

    def __init__(self, http: HttpSettings, guard: AddressGuard) -> None:
        self._guard = guard
        self._headers = {
            "User-Agent": http.user_agent,
            "Accept-Encoding": "gzip, deflate",
            "Accept-Language": "zh-CN,zh;q=0.9",
        }
        self.cookies = RequestsCookieJar()
        self._kept: dict[tuple[str, str, int], _Guarded] = {}  # the last one used stands last
        self._proxy = urllib3.util.parse_url(http.proxy) if http.proxy else None
        proxy = urlsplit(http.proxy)
        self._proxy_at = proxy.hostname or "", proxy.port or (443 if proxy.scheme == "https" else 80)
        self._log_in = _log_in(http.proxy)

    def send(
        self, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[Answer, dict[str, str]]:
        """Ask once, by POST where there is a ``body``, and have the head of the answer and the headers that
        were sent.

        ``finish`` is to be called with each answer. Raises what ``ERRORS`` names, and FetchFailure where an
        address is refused or the proxy not reached.
        """
        sent = {**self._headers, **headers}
        if self.cookies:
            cookie = get_cookie_header(self.cookies, _prepared(url))  # type: ignore[no-untyped-call]
            sent |= {"Cookie": cookie} if cookie else {}
        answer = self.ask("GET" if body is None else "POST", url, sent, body)
        if "set-cookie" in answer.headers:
            request = MockRequest(_prepared(url))
            self.cookies.extract_cookies(answer, request)  # type: ignore[arg-type]
        return answer, sent

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Send a request as it is; raises as ``send`` does."""
        asked = url if _AS_IT_STANDS.fullmatch(url) and _DOTS not in url else _prepared(url).url or url
        parts = urlsplit(asked)
        target = request_target(asked)
        if self._proxy is not None and parts.scheme == "http":
            target, headers = f"http://{parts.netloc}{target}", {**headers, **self._log_in}
        connection = self._connection(parts)
        try:
            connection.request(method, target, body, headers)
            return connection.getresponse()
        except BaseException:
            connection.close()
            raise

    def finish(self, answer: Answer) -> None:
        """Keep the connection of an answer that was read to its end, and only that."""
        if answer.is_whole:
            answer.close()
        else:
            self._kept.popitem()[1].close()

    def tunnel(self, host: str, port: int) -> socket.socket:
        """A connection over which somebody else speaks TLS with a host; raises as ``send`` does."""
        if self._proxy is None:
            return self._guard.connect(host, port)
        connection = self._plain(host, port)
        connection.set_tunnel(host, port, self._log_in)
        connection.connect()
        return connection.sock

    def drop_connections(self) -> None:
        """Close the kept connections: the next request makes a new one."""
        while self._kept:
            self._kept.popitem()[1].close()

    def _connection(self, parts: SplitResult) -> _Guarded:
        """The kept connection to a host, or a new one where it was ended, or more came than was asked for."""
        secure = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        key = parts.scheme, host, port
        connection = self._kept.pop(key, None)
        if connection is None or not connection.is_connected:
            if connection is not None:
                connection.close()
            elif len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept))).close()
            connection = self._secure(host, port) if secure else self._plain(host, port)
        self._kept[key] = connection
        return connection

    def _plain(self, host: str, port: int) -> _Plain:
        if self._proxy is None:
            return _Plain(host, port, guard=self._guard)
        connection = _Plain(*self._proxy_at, guard=self._guard, proxy=self._proxy)
        connection.tls = self._proxy_tls if self._proxy.scheme == "https" else None
        return connection

    def _secure(self, host: str, port: int) -> _Secure:
        if self._proxy is None:
            return _Secure(host, port, guard=self._guard, ssl_context=self._tls)
        way = ProxyConfig(self._proxy_tls, False, None, None)
        connection = _Secure(
            *self._proxy_at, guard=self._guard, ssl_context=self._tls, proxy=self._proxy, proxy_config=way
        )
        connection.set_tunnel(host, port, self._log_in, self._proxy.scheme or "http")
        return connection

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._trusting(create_urllib3_context())

    @cached_property
    def _proxy_tls(self) -> ssl.SSLContext:
        """For the proxy, whose certificate may be one that only this machine's owners trust."""
        return self._trusting(ssl.create_default_context())

    def _trusting(self, context: ssl.SSLContext) -> ssl.SSLContext:
        context.load_verify_locations(where())
        context.set_alpn_protocols(["http/1.1"])
        context.sslsocket_class = self._guard.tls_sockets
        return context


class _Guarded(Connection):
    """A connection to a host, or to the proxy on the way to it, made by the guard."""

    response_class = Answer
    # urllib3's own count, wrap and convert each request and answer once more
    request = HTTPConnection.request  # type: ignore[assignment]
    getresponse: Callable[..., Answer] = HTTPConnection.getresponse  # type: ignore[assignment]

    def __init__(self, *args: Any, guard: AddressGuard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard

    def _new_conn(self) -> socket.socket:
        with self._proxy_failures():
            return self._guard.connect(self.host, self.port)

    def _tunnel(self) -> None:
        with self._proxy_failures():
            super()._tunnel()

    @contextmanager
    def _proxy_failures(self) -> Iterator[None]:
        try:
            yield
        except (OSError, HTTPException, ValueError) as error:
            if self.proxy is None:
                raise
            raise FetchFailure(FailureKind.PROXY, _NOT_REACHED, url=self.host) from error


class _Plain(_Guarded):
    tls: ssl.SSLContext | None = None  # to be spoken with the proxy

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        with self._proxy_failures():
            return sock if self.tls is None else self.tls.wrap_socket(sock, server_hostname=self.host)


class _Secure(_Guarded, HTTPSConnection):
    def _connect_tls_proxy(self, hostname: str, sock: socket.socket) -> ssl.SSLSocket:
        with self._proxy_failures():
            return super()._connect_tls_proxy(hostname, sock)


def _log_in(proxy: str) -> dict[str, str]:
    """The header with the log-in for the proxy, if it wants one."""
    user, password = get_auth_from_url(proxy)
    return urllib3.make_headers(proxy_basic_auth=f"{user}:{password}") if user else {}


def _prepared(url: str) -> PreparedRequest:
    request = PreparedRequest()
    request.prepare_url(url, None)
    request.headers = CaseInsensitiveDict()
    return request
