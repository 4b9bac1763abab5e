"""The one door to the network: bounded, checked, recorded requests.

Every limit of ``[http]`` holds for each request; redirects are followed by hand so that each hop's
address is checked. There are no retries here: Airflow retries tasks.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from jiancha.collect.evidence import EvidenceWriter
from jiancha.errors import FailureKind, FetchFailure
from jiancha.settings import HttpSettings

_CHUNK = 65_536
_REDIRECTS = {301, 302, 303, 307, 308}
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal")


@dataclass(frozen=True, slots=True)
class Response:
    """A finished 2xx answer. ``body`` is content-decoded; header names are lower-case."""

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    record_id: str


class Fetcher:
    """Makes requests for one target; use as a context manager.

    ``now`` tells the time that evidence and date rules go by. ``requests`` and ``bytes`` are totals.
    """

    def __init__(
        self,
        http: HttpSettings,
        *,
        now: Callable[[], datetime],
        evidence: EvidenceWriter | None = None,
        auth: tuple[str, str] | None = None,
    ) -> None:
        self._http = http
        self._now = now
        self._evidence = evidence
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = auth
        self._session.headers.update({"User-Agent": http.user_agent, "Accept-Language": "zh-CN,zh;q=0.9"})
        self._session.mount("http://", HTTPAdapter(max_retries=0))
        self._session.mount("https://", HTTPAdapter(max_retries=0))
        if http.proxy:
            self._session.proxies = {"http": http.proxy, "https": http.proxy}
        self.requests = 0
        self.bytes = 0

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._session.close()

    def get(self, url: str, *, accept: str = "text/html,*/*") -> Response:
        """Fetch ``url``; raises FetchFailure for anything but a finished 2xx answer within the limits."""
        seen: list[str] = []
        current = url
        deadline = time.monotonic() + self._http.total_timeout
        while True:
            self._check_address(current)
            seen.append(current)
            status, headers, body, record = self._exchange(current, accept, deadline)
            if status in _REDIRECTS and "location" in headers:
                current = _without_fragment(urljoin(current, headers["location"]))
                if current in seen:
                    raise FetchFailure(FailureKind.REDIRECT_LOOP, "重定向循环", url=url)
                if len(seen) > self._http.max_redirects:
                    raise FetchFailure(
                        FailureKind.REDIRECT_LOOP, f"重定向超过{self._http.max_redirects}次", url=url
                    )
                continue
            if not 200 <= status < 300:
                raise FetchFailure(_status_kind(status), f"服务器返回 HTTP {status}", url=current)
            return Response(url, current, status, headers, body, self._now(), record)

    def _exchange(self, url: str, accept: str, deadline: float) -> tuple[int, dict[str, str], bytes, str]:
        """One request and its answer, recorded whatever the status."""
        self.requests += 1
        limit = max(0.1, deadline - time.monotonic())
        with _failures_named(url):
            answer = self._session.get(
                url,
                headers={"Accept": accept},
                timeout=(min(self._http.connect_timeout, limit), limit),
                allow_redirects=False,
                stream=True,
            )
            try:
                self._check_peer(answer, url)
                body = self._read(answer, url, deadline)
            finally:
                answer.close()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        record = ""
        if self._evidence is not None:
            sent = dict(answer.request.headers)
            sent.pop("Authorization", None)
            record = self._evidence.add(
                url, sent, answer.status_code, str(answer.reason or ""), dict(answer.headers), body, self._now()
            )
        return answer.status_code, headers, body, record

    def _read(self, answer: requests.Response, url: str, deadline: float) -> bytes:
        """The decoded body, cut off by size and by wall clock also when the server drips."""
        parts: list[bytes] = []
        size = 0
        for chunk in answer.raw.stream(_CHUNK, decode_content=True):
            size += len(chunk)
            self.bytes += len(chunk)
            if size > self._http.max_bytes:
                raise FetchFailure(FailureKind.TOO_LARGE, f"内容超过{self._http.max_bytes}字节", url=url)
            if time.monotonic() > deadline:
                raise FetchFailure(FailureKind.TIMEOUT, f"{self._http.total_timeout:g}秒内未能读完", url=url)
            parts.append(chunk)
        return b"".join(parts)

    def _check_address(self, url: str) -> None:
        """Refuse what is no web address, and private addresses unless they are allowed."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise FetchFailure(FailureKind.BAD_URL, f"网址无法解析:{error}", url=url) from error
        if parts.scheme not in ("http", "https") or not host:
            raise FetchFailure(FailureKind.BAD_URL, "不是 http 或 https 网址", url=url)
        if parts.username is not None or parts.password is not None:
            raise FetchFailure(FailureKind.BAD_URL, "网址中不得含有用户名或密码", url=_bare(url))
        if self._http.allow_private:
            return
        if host.endswith(_LOCAL_NAMES) or _is_private(host):
            raise FetchFailure(FailureKind.PRIVATE_ADDRESS, f"{host} 是内部地址", url=url)

    def _check_peer(self, answer: requests.Response, url: str) -> None:
        """The address really connected to must be public: a name may resolve differently each time."""
        if self._http.allow_private or self._http.proxy:
            return  # behind a proxy the peer is the proxy
        connection: Any = getattr(answer.raw, "connection", None)
        peer = getattr(connection, "sock", None)
        if peer is None:
            return  # already closed: the answer was complete with its head
        address = peer.getpeername()[0]
        if _is_private(address):
            raise FetchFailure(FailureKind.PRIVATE_ADDRESS, f"域名解析到内部地址 {address}", url=url)


def _is_private(host: str) -> bool:
    """True for a literal address that is not public; a name is no address."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        try:
            address = ipaddress.ip_address(socket.inet_aton(host))  # 127.1, 0x7f000001 and the like
        except OSError:
            return False
    mapped = getattr(address, "ipv4_mapped", None)
    return not (mapped or address).is_global


def _status_kind(status: int) -> FailureKind:
    if status == 429:
        return FailureKind.RATE_LIMITED
    if status in (401, 403):
        return FailureKind.FORBIDDEN
    return FailureKind.SERVER_ERROR if status >= 500 else FailureKind.NOT_FOUND


@contextmanager
def _failures_named(url: str) -> Iterator[None]:
    """Turn every way in which requests can fail into a FetchFailure with its kind."""
    try:
        yield
    except FetchFailure:
        raise
    except requests.exceptions.SSLError as error:
        raise FetchFailure(FailureKind.TLS, "TLS 证书或协议有误", url=url) from error
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError) as error:
        raise FetchFailure(FailureKind.TIMEOUT, "连接或读取超时", url=url) from error
    except (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidSchema,
        urllib3.exceptions.LocationParseError,
        UnicodeError,
    ) as error:
        raise FetchFailure(FailureKind.BAD_URL, "网址无法使用", url=url) from error
    except (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError) as error:
        raise FetchFailure(FailureKind.BAD_CONTENT, "压缩内容损坏", url=url) from error
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise FetchFailure(FailureKind.NETWORK, f"网络错误:{_root_cause(error)}", url=url) from error


def _root_cause(error: BaseException) -> str:
    """The innermost reason in a word or two; outer texts repeat addresses and object names."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return type(error).__name__


def _without_fragment(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(fragment=""))


def _bare(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
