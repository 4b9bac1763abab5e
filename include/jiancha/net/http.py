"""The one way to the network: bounded, checked, recorded requests.

Every limit of ``[http]`` holds for each request; redirects are followed by hand so that each hop's
address is checked. There are no retries here: Airflow retries tasks.
"""

from __future__ import annotations

import re
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http.client import BadStatusLine, InvalidURL
from types import TracebackType
from typing import NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import requests
import urllib3

from jiancha.errors import FailureKind, FetchFailure, SettingsError
from jiancha.evidence.records import Exchange, Recorded, Recorder, masked
from jiancha.evidence.secrets import Secrets
from jiancha.net.address_guard import AddressGuard, is_private
from jiancha.net.answer import Answer, chunks
from jiancha.net.client import ERRORS, Client
from jiancha.net.pace import Pace, retry_after
from jiancha.pages.barrier import is_blocked
from jiancha.pages.document import Document
from jiancha.settings import HttpSettings

_MAX_URL = 4_000
_SHOWN = 50_000  # bytes of an error's page that are read
MAX_REDIRECTS = 5
#: A name (international ones too) or an address; http.client breaks on some other characters.
_HOST = re.compile(r"(?=[。.-]*\w)[\w。.-]+|[0-9a-f:.]+(?:%\w+)?", re.IGNORECASE)
#: Why a server was not reached, where that is certain.
NO_NAME, REFUSED = "域名不存在", "连接被拒绝"
#: Answers of a resolver by which a name does not exist; others say that it could not find out.
_NAMELESS = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
_NOT_MODIFIED = 304
_BUSY = frozenset({429, 503})  # answers that may come with Retry-After
_MAY_BE_BLOCKED = frozenset({FailureKind.NOT_FOUND, FailureKind.SERVER_ERROR})
_REDIRECTS = {301, 302, 303, 307, 308}
#: Characters that stand in an address as they are; all other bytes of a Location are percent-encoded.
_URL_SAFE = "%/:=&?~#+!$,;'@()*[]|"


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


class _Asked(NamedTuple):
    """What goes with an address: header fields for its own host, and the body of a POST.

    ``inside``: its host may be private, for it is the office's own.
    """

    accept: str
    headers: Mapping[str, str]
    body: bytes | None = None
    inside: bool = False


class _Answer(NamedTuple):
    """One exchange: a redirect, an error or the page itself. ``cut`` is why the body is not whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    record_id: str
    cut: FetchFailure | None


class Fetcher:
    """Makes requests for one target; use as a context manager.

    ``now`` tells the time that evidence and date rules go by. ``auth`` (user, password) is sent to the
    host that was asked for and to no other. ``pace`` spaces the requests to one host, and a page whose server
    asks to be left alone for a while is asked for once more after that. ``requests`` and ``bytes`` (unpacked)
    are totals.
    Raises SettingsError for a proxy that is no HTTP proxy.
    """

    def __init__(
        self,
        http: HttpSettings,
        *,
        now: Callable[[], datetime],
        evidence: Recorder | None = None,
        auth: tuple[str, str] | None = None,
        pace: Pace | None = None,
    ) -> None:
        if http.proxy and not http.proxy.lower().startswith(("http://", "https://")):
            raise SettingsError("http.proxy: an http:// or https:// address is wanted")
        self._http = http
        self._now = now
        self.recorder = evidence or Recorder()
        self._auth = auth
        self.pace = pace
        self._secrets = Secrets()
        if auth is not None:
            self.hide(auth[1], ":".join(auth))
        self._guard = AddressGuard(http)
        self._client = Client(http, self._guard)
        self.requests = 0
        self.bytes = 0

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.drop_connections()

    def hide(self, *secrets: str) -> None:
        """Leave these out of all that is recorded and handed on, wherever an answer repeats them."""
        self._secrets.add(*secrets)

    def share_cookies(self, other: Fetcher) -> None:
        """Send and keep the cookies of another fetcher of this target."""
        self._client.cookies = other._client.cookies

    def get(
        self,
        url: str,
        *,
        accept: str = "text/html,*/*",
        headers: Mapping[str, str] | None = None,
        inside: bool = False,
    ) -> Response:
        """Fetch ``url``; raises FetchFailure for anything but a finished 2xx answer within the limits.

        ``headers`` are sent to the host that was asked for and to no other. ``inside`` is for a service
        that the office itself configured: its host may be private, but none that it leads to.
        """
        return self._asked(url, _Asked(accept, headers or {}, inside=inside))

    def post(
        self, url: str, body: bytes, *, content_type: str = "application/json", inside: bool = False
    ) -> Response:
        """Ask a question that does not fit into an address and changes nothing.

        A redirect is no answer to it. Raises as ``get`` does.
        """
        asked = _Asked("application/json, */*;q=0.5", {"Content-Type": content_type}, body, inside)
        return self._asked(url, asked)

    def _asked(self, url: str, asked: _Asked) -> Response:
        try:
            try:
                return self._paced(url, asked)
            except _LeftAlone:
                return self._paced(url, asked)
        except FetchFailure as failure:
            redacted = FetchFailure(
                failure.kind, self._secrets.hidden(failure.reason), url=self._secrets.hidden(failure.url)
            )
            redacted.retry_after = failure.retry_after
            raise self.recorder.failed(self._secrets.hidden(url), redacted, self._now()) from None

    def _paced(self, url: str, asked: _Asked) -> Response:
        """The page, when its host may be asked for it."""
        if self.pace is not None and not self.recorder.has(url) and not self.recorder.offline:
            self.pace.wait(_host(url))
        self._guard.start(self._http.total_timeout)
        if not asked.inside or self._http.allow_private:
            return self._followed(url, asked)
        self._guard.inside = _host(url)
        try:
            return self._followed(url, asked)
        finally:
            self._guard.inside = ""
            self._client.drop_connections()  # they are for what is asked in this way alone

    def _followed(self, url: str, asked: _Asked) -> Response:
        """The page at the end of all redirects."""
        current, hops, seen = url, 0, set()
        while True:
            self._check_address(current, inside=asked.inside and _origin(current) == _origin(url))
            seen.add((current, self._cookies()))
            answer = self._exchange(current, asked, authorised=_origin(current) == _origin(url))
            onward = answer.status in _REDIRECTS and "location" in answer.headers
            if not onward or asked.body is not None:
                return self._finished(url, current, answer)
            current, hops = _target(current, answer.headers["location"]), hops + 1
            # a page that sets a cookie and sends its visitor back to itself is no circle; nor is one of which
            # more is on record, for cookies are not
            if (current, self._cookies()) in seen and not self.recorder.has(current):
                raise _failure(FailureKind.REDIRECT_LOOP, "重定向循环", url)
            if hops > MAX_REDIRECTS:
                raise _failure(FailureKind.REDIRECT_LOOP, f"重定向超过{MAX_REDIRECTS}次", url)

    def _finished(self, url: str, final: str, answer: _Answer) -> Response:
        """The answer for the caller; a bad status tells more than a body that is not whole."""
        if not 200 <= answer.status < 300:
            kind, reason = _status_kind(answer.status), f"服务器返回 HTTP {answer.status}"
            shown = Document(answer.body[:_SHOWN], final, answer.headers.get("content-type"), answer.at)
            if kind in _MAY_BE_BLOCKED and is_blocked(shown):
                kind, reason = FailureKind.FORBIDDEN, f"被网站的防火墙拦截（HTTP {answer.status}）"
            wait = retry_after(answer.headers.get("retry-after"), answer.at)
            if wait is not None and self.pace is not None and answer.status in _BUSY:
                if self.pace.leave_alone(_host(final), wait):
                    raise _LeftAlone(kind, reason, url=masked(final)[:_MAX_URL])
                reason += f"，要求{wait:.0f}秒后再访问"
            failure = _failure(kind, reason, final)
            failure.retry_after = wait
            raise failure
        if answer.cut is not None:
            raise answer.cut
        return Response(url, final, answer.status, answer.headers, answer.body, answer.at, answer.record_id)

    def _exchange(self, url: str, asked: _Asked, *, authorised: bool) -> _Answer:
        """One request and its answer, recorded whatever the status and however much of it came."""
        self.requests += 1
        recorded = self.recorder.answer(url)
        if recorded is not None:
            return self._again(recorded)
        if self.recorder.offline:
            raise _failure(FailureKind.NOT_RECORDED, "证据中没有该地址的应答", url)
        validators = self.recorder.validators(url) if asked.body is None else {}
        with self._failures_named(url):
            own = asked.headers if authorised else {}
            headers = {"Accept": asked.accept, **own, **validators}
            answer, sent = self._send(url, headers, asked.body, authorised=authorised)
        try:
            body, cut = self._read(answer, url)
            body = self._secrets.hidden_in(body, cut=cut is not None)
        finally:
            self._client.finish(answer)
        at = self._now()
        hidden = self._secrets.hidden
        headers = {hidden(name): hidden(value) for name, value in _joined(answer.getheaders()).items()}
        exchange = Exchange(
            url=hidden(url),
            request_headers={name: hidden(value) for name, value in sent.items()},
            status=answer.status,
            reason=hidden(str(answer.reason or "")),
            headers=headers,
            body=body,
            at=at,
            truncated="" if cut is None else _CUT_REASONS.get(cut.kind, "disconnect"),
            sent=None if asked.body is None else self._secrets.hidden_in(asked.body),
        )
        if answer.status == _NOT_MODIFIED and validators:
            return self._again(self.recorder.unchanged(exchange))
        return _Answer(answer.status, _lowered(headers), body, at, self.recorder.add(exchange), cut)

    def _again(self, recorded: Recorded) -> _Answer:
        """An answer that is on record."""
        exchange = recorded.exchange
        self.bytes += len(exchange.body)
        cut = None
        if exchange.truncated:
            kind = _CUT_KINDS.get(exchange.truncated, FailureKind.NETWORK)
            cut = _failure(kind, "证据中的内容不完整", exchange.url)
        headers = _lowered(exchange.headers)
        return _Answer(exchange.status, headers, exchange.body, exchange.at, recorded.record_id, cut)

    def _send(
        self, url: str, headers: dict[str, str], body: bytes | None, *, authorised: bool
    ) -> tuple[Answer, dict[str, str]]:
        """Ask, and have the head of the answer and the headers that were sent.

        A server may close a kept connection just when it is used again: nothing was answered then, and the
        question is put once more on a new one (RFC 9112, 9.3.1). This is no retry of a failed request.
        """
        if authorised and self._auth is not None:
            headers["Authorization"] = urllib3.make_headers(basic_auth=":".join(self._auth))["authorization"]
        attempts = self._guard.attempts
        try:
            return self._client.send(url, headers, body)
        except (ConnectionError, BadStatusLine):
            if self._guard.attempts > attempts or self._guard.expired:
                raise  # it was a new one, or there is no time
            self._client.drop_connections()
            return self._client.send(url, headers, body)

    def _read(self, answer: Answer, url: str) -> tuple[bytes, FetchFailure | None]:
        """The unpacked body, or as much of it as the limits allow and why there is no more."""
        parts: list[bytes] = []
        size, limit = 0, self._http.max_bytes
        try:
            with self._failures_named(url):
                for chunk in chunks(answer):
                    self.bytes += len(chunk)
                    parts.append(chunk[: limit - size])
                    size += len(chunk)
                    if size > limit:
                        raise _failure(FailureKind.TOO_LARGE, f"内容超过{limit}字节", url)
        except FetchFailure as failure:
            return b"".join(parts), failure
        return b"".join(parts), None

    def _check_address(self, url: str, *, inside: bool) -> None:
        """Refuse what is no web address, and private addresses unless they are allowed."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise _failure(FailureKind.BAD_URL, "网址无法解析", url) from None
        if parts.scheme not in ("http", "https") or not host or not _HOST.fullmatch(host[:300]):
            raise _failure(FailureKind.BAD_URL, "不是 http 或 https 网址", url)
        if len(url) > _MAX_URL:
            raise _failure(FailureKind.BAD_URL, f"网址超过{_MAX_URL}个字符", url)
        if parts.username is not None or parts.password is not None:
            raise _failure(FailureKind.BAD_URL, "网址中不得含有用户名或密码", url)
        if not (inside or self._http.allow_private) and is_private(host):
            raise _failure(FailureKind.PRIVATE_ADDRESS, f"{host} 是内部地址", url)

    def _cookies(self) -> frozenset[tuple[str, str | None]]:
        return frozenset((cookie.name, cookie.value) for cookie in self._client.cookies)

    def _too_late(self, url: str) -> FetchFailure:
        return _failure(FailureKind.TIMEOUT, f"{self._http.total_timeout:g}秒内未能读完", url)

    @contextmanager
    def _failures_named(self, url: str) -> Iterator[None]:
        """Turn every way in which a request can fail into a FetchFailure with its kind.

        The cause is not chained: its text repeats the whole address, secrets included.
        """
        try:
            yield
        except FetchFailure as failure:
            raise _failure(failure.kind, failure.reason, url) from None
        except ERRORS as error:
            if self._guard.expired:
                raise self._too_late(url) from None
            kind, reason = _kind_of(error)
            raise _failure(kind, reason, url) from None


class _LeftAlone(FetchFailure):
    """The server asks to be left alone for so long as is waited for it."""


@lru_cache(maxsize=1024)
def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _status_kind(status: int) -> FailureKind:
    if status == 429:
        return FailureKind.RATE_LIMITED
    if status in (401, 403):
        return FailureKind.FORBIDDEN
    return FailureKind.SERVER_ERROR if status >= 500 else FailureKind.NOT_FOUND


#: First match wins: these classes inherit from each other and from OSError and ValueError.
_KINDS: tuple[tuple[tuple[type[BaseException], ...], FailureKind, str], ...] = (
    (
        (ssl.SSLError, urllib3.exceptions.SSLError),
        FailureKind.TLS,
        "TLS 证书或协议有误",
    ),
    (
        (urllib3.exceptions.TimeoutError, TimeoutError),
        FailureKind.TIMEOUT,
        "连接或读取超时",
    ),
    (
        (zlib.error,),
        FailureKind.BAD_CONTENT,
        "压缩内容损坏",
    ),
    (
        (
            requests.exceptions.InvalidURL,
            requests.exceptions.InvalidSchema,
            requests.exceptions.MissingSchema,
            urllib3.exceptions.LocationValueError,
            InvalidURL,
            UnicodeError,
        ),
        FailureKind.BAD_URL,
        "网址无法使用",
    ),
)


def _kind_of(error: BaseException) -> tuple[FailureKind, str]:
    for classes, kind, reason in _KINDS:
        if isinstance(error, classes):
            return kind, _tls_reason(error) if kind is FailureKind.TLS else reason
    root = _root(error)
    if isinstance(root, socket.gaierror):
        return FailureKind.NETWORK, NO_NAME if root.errno in _NAMELESS else "域名解析失败"
    if isinstance(root, ConnectionRefusedError):
        return FailureKind.NETWORK, REFUSED
    return FailureKind.NETWORK, f"网络错误：{type(root).__name__}"


#: OpenSSL's reasons to refuse a certificate.
_REFUSALS = {
    9: "证书尚未生效",
    10: "证书已过期",
    18: "证书为自签名",
    19: "证书由不受信任的机构签发",
    20: "证书链不完整或签发机构不受信任",
    21: "证书链不完整或签发机构不受信任",
    62: "证书与域名不符",
    64: "证书与地址不符",
}


def _tls_reason(error: BaseException) -> str:
    """Why a TLS connection was not made: what the certificate lacks, or that the protocol failed."""
    for each in (error, *error.args, _root(error)):
        if isinstance(each, ssl.SSLCertVerificationError):
            return f"TLS {_REFUSALS.get(each.verify_code, f'证书无效（{each.verify_message}）')}"
    return "TLS 协议无法协商"


def _root(error: BaseException) -> BaseException:
    """The innermost cause; the outer ones repeat addresses and object names."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return error


def _failure(kind: FailureKind, reason: str, url: str) -> FetchFailure:
    return FetchFailure(kind, reason, url=masked(url)[:_MAX_URL])


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()


def _target(base: str, location: str) -> str:
    """Where a redirect leads. Servers write Chinese paths as raw bytes, in UTF-8 or GBK: kept as they are."""
    try:
        return urljoin(base, quote(location.encode("latin-1", "replace"), safe=_URL_SAFE)).partition("#")[0]
    except ValueError:
        raise _failure(FailureKind.BAD_URL, "重定向的网址无法解析", base) from None


_CUT_REASONS = {FailureKind.TOO_LARGE: "length", FailureKind.TIMEOUT: "time"}
_CUT_KINDS = {reason: kind for kind, reason in _CUT_REASONS.items()}


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    """The fields of a head; of several with one name the values, joined (RFC 9110, 5.3)."""
    if len({name.lower() for name, _ in headers}) == len(headers):
        return dict(headers)
    return dict(urllib3.HTTPHeaderDict(headers))


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
