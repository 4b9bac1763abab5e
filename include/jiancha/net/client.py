"""Single requests over kept connections, with cookies: what a session of requests does, without its layers.

A session merges settings, prepares and wraps each request anew, which takes longer than to send it; and even
where it leaves redirects alone it reads their whole bodies into memory, whatever their size.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from urllib.parse import SplitResult, urlsplit

import urllib3
from certifi import where
from requests import PreparedRequest
from requests.cookies import MockRequest, RequestsCookieJar, get_cookie_header
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_ACCEPT_ENCODING
from urllib3.util.ssl_ import create_urllib3_context
from urllib3.util.ssltransport import SSLTransport

from jiancha.net.address_guard import Door
from jiancha.net.proxy import Way
from jiancha.settings import HttpSettings

#: What can go wrong here, other than what a limit or a check of ours stops; requests' errors are OSErrors.
ERRORS = (HTTPException, urllib3.exceptions.HTTPError, OSError, ValueError)

_CHUNK = 65_536
_MOST_KEPT = 10  # connections
#: Addresses that are sent as they stand.
_AS_IT_STANDS = re.compile(
    r"https?://[a-z0-9][a-z0-9.\-]{0,250}(?::\d{1,5})?/[A-Za-z0-9\-_~/.]{0,500}(?:\?[A-Za-z0-9\-_~/.=&]{0,500})?"
)
_DOTS = "/."  # a path that goes up, or stays


class Client:
    """Sends requests of one target through a door, by way of the proxy where there is one."""

    def __init__(self, http: HttpSettings, door: Door) -> None:
        self._door = door
        self._way = Way(http, door)
        self._kept: dict[tuple[str, str, int], HTTPConnection] = {}  # the last one used stands last
        self._headers = {
            "User-Agent": http.user_agent,
            "Accept-Encoding": DEFAULT_ACCEPT_ENCODING,
            "Accept-Language": "zh-CN,zh;q=0.9",
        }
        self.cookies = RequestsCookieJar()

    def send(
        self, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> tuple[HTTPResponse, dict[str, str]]:
        """Ask once, by POST where there is a ``body``, and have the head of the answer and the headers that
        were sent.

        ``finish`` is to be called with each answer. Raises OSError and HTTPException, what ``Way`` raises,
        and requests' errors for addresses that cannot be used.
        """
        address = url if _AS_IT_STANDS.fullmatch(url) and _DOTS not in url else _prepared(url).url or url
        sent = {**self._headers, **headers}
        if self.cookies:
            cookie = get_cookie_header(self.cookies, _prepared(url))  # type: ignore[no-untyped-call]
            sent |= {"Cookie": cookie} if cookie else {}
        parts = urlsplit(address)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        by_proxy = {}
        if self._way.proxied and parts.scheme == "http":
            target, by_proxy = f"http://{parts.netloc}{target}", self._way.log_in()
        connection = self._connection(parts)
        if connection.sock is not None:
            connection.sock.settimeout(self._door.remaining)
        try:
            connection.request("GET" if body is None else "POST", target, body, sent | by_proxy)
            answer = connection.getresponse()
        except BaseException:
            connection.close()
            raise
        if "set-cookie" in answer.headers:
            request = MockRequest(_prepared(url))
            self.cookies.extract_cookies(answer, request)  # type: ignore[arg-type]
        return answer, sent

    def finish(self, answer: HTTPResponse) -> None:
        """Keep the connection of an answer that was read to its end, and only that."""
        if not answer.isclosed():
            answer.close()
            self._kept.popitem()[1].close()

    def drop_connections(self) -> None:
        """Close the kept connections: the next request makes a new one."""
        while self._kept:
            self._kept.popitem()[1].close()

    def _connection(self, parts: SplitResult) -> HTTPConnection:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        key = parts.scheme, host, port
        connection = self._kept.pop(key, None)
        if connection is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept))).close()
            connection = (
                _Secure(host, port, self._way, self._tls)
                if parts.scheme == "https"
                else _Plain(host, port, self._way)
            )
        self._kept[key] = connection
        return connection

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        context = create_urllib3_context()
        context.load_verify_locations(where())
        context.set_alpn_protocols(["http/1.1"])
        return context


class _Plain(HTTPConnection):
    def __init__(self, host: str, port: int, way: Way) -> None:
        super().__init__(host, port)
        self._way = way

    def connect(self) -> None:
        self.sock = self._way.to(self.host, self.port, self)


class _Secure(HTTPSConnection):
    def __init__(self, host: str, port: int, way: Way, tls: ssl.SSLContext) -> None:
        super().__init__(host, port, context=tls)
        self._way, self._tls = way, tls

    def connect(self) -> None:
        sock, name = self._way.through(self.host, self.port, self), self.host.rstrip(".")
        try:
            if isinstance(sock, ssl.SSLSocket):  # TLS with the host within TLS with the proxy
                self.sock = SSLTransport(sock, self._tls, name)
            else:
                self.sock = self._tls.wrap_socket(sock, server_hostname=name)
        except BaseException:
            sock.close()
            raise


def chunks(answer: HTTPResponse) -> Iterator[bytes]:
    """The body of an answer, unpacked; raises OSError, HTTPException and urllib3's errors."""
    if answer.chunked or "content-encoding" in answer.headers:
        unpacker = urllib3.HTTPResponse(
            answer, dict(answer.headers), preload_content=False, original_response=answer
        )
        yield from unpacker.stream(_CHUNK, decode_content=True)
        return
    while chunk := answer.read(_CHUNK):
        yield chunk
    if answer.length:
        raise IncompleteRead(b"", answer.length)


def _prepared(url: str) -> PreparedRequest:
    request = PreparedRequest()
    request.prepare_url(url, None)
    request.headers = CaseInsensitiveDict()
    return request
