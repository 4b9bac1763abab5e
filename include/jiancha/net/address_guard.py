"""Which addresses may be connected to, and until when: what stands below HTTP.

Checks stand where a connection is made, before the first byte is sent: a name may resolve differently
each time it is asked (DNS rebinding), so the addresses that were checked are the ones connected to.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
import unicodedata
from collections.abc import Iterator
from typing import Any

from jiancha.errors import FailureKind, FetchFailure
from jiancha.settings import HttpSettings
from jiancha.text.characters import clean

#: Names that only mean something inside a network, as does any name without a dot.
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".intranet", ".lan", ".corp", ".home.arpa")
#: IANA's registries of special-purpose addresses, as of 2026; an office's Python may know an older state.
#: With them what is reserved (240.0.0.0/4), and the address at which one cloud answers its own machines.
_SPECIAL_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
            "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
#: Of the public block: Teredo, benchmarks and identifiers (2001::/23), documentation, an old test network.
_SPECIAL_V6 = tuple(
    map(
        ipaddress.IPv6Network,
        ("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20"),
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
#: All public IPv6 hosts have addresses of this block. Outside of it lie, besides the private ones, forms
#: that hold an IPv4 address and that Python takes for public: ::127.0.0.1, ::ffff:0:127.0.0.1, those of
#: 64:ff9b:1::/48.
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")


class AddressGuard:
    """Makes the connections of one fetcher, to checked addresses and for so long as ``start`` said.

    Time-outs of sockets bound single reads only, so a server that sends a byte now and then would hold a
    task for hours: the connections made here count the time that is left before each read and write.
    """

    def __init__(self, http: HttpSettings) -> None:
        self._connect_timeout = http.connect_timeout
        self._check = not http.allow_private and not http.proxy  # a proxy resolves names itself
        self.inside = ""  # the host that may be private all the same
        self._end = 0.0
        self.attempts = 0  # to connect; none for a request means that it went over a kept connection
        #: The class of TLS connections over those made here.
        self.tls_sockets: type[ssl.SSLSocket] = type("TlsSocket", (_Bounded, ssl.SSLSocket), {"guard": self})

    def start(self, seconds: float) -> None:
        """Let connections be used for so long from now; afterwards they fail with a TimeoutError."""
        self._end = time.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, none where there are no more."""
        return max(0.0, self._end - time.monotonic())

    @property
    def expired(self) -> bool:
        return self.remaining <= 0

    def in_time(self) -> float:
        """Seconds left; raises TimeoutError where there are none."""
        left = self.remaining
        if left <= 0:
            raise TimeoutError("the time for it is over")
        return left

    def connect(self, host: str, port: int) -> socket.socket:
        """Connect to a checked address of the host; raises OSError, or FetchFailure where it is refused."""
        self.attempts += 1
        problem: OSError | None = None
        for family, address in self._addresses(host, port):
            sock = _Bounded(family, socket.SOCK_STREAM)
            sock.guard = self
            try:
                sock.settimeout(min(self._connect_timeout, self.in_time()))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(self.in_time())
            except OSError as error:
                sock.close()
                problem = error
                continue
            return sock
        raise problem or OSError(f"{host} has no address")

    def _addresses(self, host: str, port: int) -> Iterator[tuple[int, Any]]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = {str(entry[4][0]): (int(entry[0]), entry[4]) for entry in reversed(found)}
        if self._check and host != self.inside:
            for address in reversed(addresses):
                if is_private(address):
                    raise FetchFailure(FailureKind.PRIVATE_ADDRESS, f"域名解析到内部地址 {address}", url=host)
        return reversed(addresses.values())


class _Bounded(socket.socket):
    """A socket that is used only while its guard has time left."""

    guard: AddressGuard

    def recv(self, *args: Any) -> bytes:
        self.settimeout(self.guard.in_time())
        return super().recv(*args)

    def recv_into(self, *args: Any) -> int:
        self.settimeout(self.guard.in_time())
        return super().recv_into(*args)

    def send(self, *args: Any) -> int:
        self.settimeout(self.guard.in_time())
        return super().send(*args)

    def sendall(self, *args: Any) -> None:
        self.settimeout(self.guard.in_time())
        super().sendall(*args)


def is_private(host: str) -> bool:
    """True for a literal address that is not public, and for a name of the local network.

    ``host`` is as written in a URL: full-width digits, a dot at the end, signs of no width and short forms
    such as 127.1 are read as resolvers and browsers read them.
    """
    plain = unicodedata.normalize("NFKC", clean(host)).replace("。", ".").strip("[]").rstrip(".").lower()
    address = _literal(plain)
    if address is None:
        return "." not in plain or plain.endswith(_LOCAL_SUFFIXES)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is None:
            return address not in _PUBLIC_V6 or any(address in block for block in _SPECIAL_V6)
        address = inner
    return any(address in block for block in _SPECIAL_V4)


def _literal(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        pass  # perhaps a short form
    try:
        return ipaddress.IPv4Address(socket.inet_aton(text)) if text[:1].isdigit() else None
    except (OSError, ValueError):
        return None
