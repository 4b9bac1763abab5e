"""Which addresses may be connected to, and until when: the part of the door below HTTP.

Checks stand where a connection is made, before the first byte is sent: a name may resolve differently
each time it is asked (DNS rebinding), so the addresses that were checked are the ones connected to.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection

from jiancha.errors import FailureKind, FetchFailure
from jiancha.settings import HttpSettings

#: Names that only mean something inside a network, as does any name without a dot.
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".corp", ".home.arpa")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: All public IPv6 hosts have addresses of this block. Outside of it lie, besides the private ones, forms
#: that hold an IPv4 address and that Python takes for public: ::127.0.0.1, ::ffff:0:127.0.0.1, those of
#: 64:ff9b:1::/48.
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")


class Door:
    """Makes the connections of one fetcher; ``open`` bounds all that happens inside it."""

    def __init__(self, http: HttpSettings) -> None:
        self._connect_timeout = http.connect_timeout
        self._check = not http.allow_private and not http.proxy  # a proxy resolves names itself
        self._deadline = 0.0
        self.attempts = 0  # to connect; none for a request means that it went over a kept connection
        self._sockets: list[tuple[HTTPConnection | None, socket.socket]] = []
        self._watch = threading.Condition()
        self._watcher: threading.Thread | None = None
        self._open = self._idle = self._closed = False

    @contextmanager
    def open(self, seconds: float) -> Iterator[None]:
        """For so long: afterwards every connection is cut, also in the middle of a header or handshake.

        Time-outs of sockets bound single reads only, so a server that sends a byte now and then would
        hold a task for hours.
        """
        self._deadline = time.monotonic() + seconds
        with self._watch:
            self._open = True
            if self._watcher is None:
                self._watcher = threading.Thread(target=self._keep_watch, daemon=True)
                self._watcher.start()
            elif self._idle:
                self._watch.notify()
        try:
            yield
        finally:
            self._open = False
            self._release(lambda owner: owner is None or owner.sock is None)

    def _keep_watch(self) -> None:
        """Cut what is open at its deadline. A thread for each request would cost more than the request."""
        with self._watch:
            while not self._closed:
                left = self._deadline - time.monotonic()
                if self._open and left <= 0:
                    self._cut()
                    self._open = False
                self._idle = not self._open
                self._watch.wait(None if self._idle else left)

    @property
    def remaining(self) -> float:
        """Seconds left, at least a moment, as socket time-outs must not be zero."""
        return max(0.01, self._deadline - time.monotonic())

    @property
    def expired(self) -> bool:
        return time.monotonic() >= self._deadline

    def connect(self, host: str, port: int, owner: HTTPConnection | None = None) -> socket.socket:
        """Connect to a checked address of the host; raises OSError, or FetchFailure where it is refused.

        The connection counts as open until its owner has no ``sock`` any more, or ``open`` ends.
        """
        self.attempts += 1
        problem: OSError | None = None
        for address in self._addresses(host, port):
            try:
                sock = socket.create_connection((address, port), min(self._connect_timeout, self.remaining))
            except OSError as error:
                problem = error
                if self.expired:
                    break
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(self.remaining)
            # a copy: TLS replaces the original, and http.client lets go of it before the body is read
            self._sockets.append((owner, sock.dup()))
            return sock
        raise problem or OSError(f"{host} has no address")

    def close(self) -> None:
        with self._watch:
            self._closed = True
            self._watch.notify()
        self._release(lambda _: True)

    def _release(self, done: Callable[[HTTPConnection | None], bool]) -> None:
        for entry in [entry for entry in self._sockets if done(entry[0])]:
            self._sockets.remove(entry)
            entry[1].close()

    def _addresses(self, host: str, port: int) -> list[str]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if self._check:
            for address in addresses:
                if is_private(address):
                    raise FetchFailure(FailureKind.PRIVATE_ADDRESS, f"域名解析到内部地址 {address}", url=host)
        return addresses

    def _cut(self) -> None:
        for _, sock in list(self._sockets):
            with suppress(OSError):  # already gone
                sock.shutdown(socket.SHUT_RDWR)


def is_private(host: str) -> bool:
    """True for a literal address that is not public, and for a name of the local network.

    ``host`` is as written in a URL: full-width digits, a dot at the end and short forms such as 127.1 are
    read as resolvers and browsers read them.
    """
    plain = unicodedata.normalize("NFKC", host).replace("。", ".").strip("[]").rstrip(".").lower()
    address = _literal(plain)
    if address is None:
        return "." not in plain or plain.endswith(_LOCAL_SUFFIXES)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is None and address not in _PUBLIC_V6:
            return True
        address = inner or address
    return not address.is_global or address.is_multicast


def _literal(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        pass  # perhaps a short form
    try:
        return ipaddress.IPv4Address(socket.inet_aton(text)) if text[:1].isdigit() else None
    except (OSError, ValueError):
        return None
