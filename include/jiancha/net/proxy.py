"""The way to a host: straight, or through the configured proxy."""

from __future__ import annotations

import base64
import socket
import ssl
from http.client import HTTPConnection
from urllib.parse import unquote, urlsplit

from certifi import where

from jiancha.errors import FailureKind, FetchFailure
from jiancha.net.address_guard import Door
from jiancha.settings import HttpSettings

_LONGEST_LINE = 65_536
_NOT_REACHED = "代理服务器未能连接"


class Way:
    """Makes connections to hosts; an ``owner`` is who may say by its ``sock`` that it has let go of one."""

    def __init__(self, http: HttpSettings, door: Door) -> None:
        self._proxy = urlsplit(http.proxy)
        self.proxied = bool(http.proxy)
        self._door = door

    def to(self, host: str, port: int, owner: HTTPConnection | None = None) -> socket.socket:
        """A connection that takes requests for a host: the host's own, or the proxy's.

        Raises OSError, or FetchFailure where the address is refused or the proxy not reached.
        """
        if not self.proxied:
            return self._door.connect(host, port, owner)
        secure = self._proxy.scheme == "https"
        proxy = self._proxy.hostname or ""
        try:
            sock = self._door.connect(proxy, self._proxy.port or (443 if secure else 80), owner)
            return _tls().wrap_socket(sock, server_hostname=proxy) if secure else sock
        except OSError as error:
            raise FetchFailure(FailureKind.PROXY, _NOT_REACHED, url=host) from error

    def through(self, host: str, port: int, owner: HTTPConnection | None = None) -> socket.socket:
        """A connection to the host itself, over which TLS can be spoken with it. Raises as ``to`` does."""
        sock = self.to(host, port, owner)
        if self.proxied:
            try:
                self._ask_for_tunnel(sock, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
            except (OSError, ValueError) as error:
                sock.close()
                raise FetchFailure(FailureKind.PROXY, _NOT_REACHED, url=host) from error
        return sock

    def _ask_for_tunnel(self, sock: socket.socket, name: str) -> None:
        lines = [f"CONNECT {name} HTTP/1.1", f"Host: {name}"]
        lines += [f"{key}: {value}" for key, value in self.log_in().items()]
        sock.sendall("\r\n".join([*lines, "", ""]).encode("latin-1", "replace"))
        with sock.makefile("rb", buffering=0) as answer:  # nothing of the tunnel may be read ahead
            status = answer.readline(_LONGEST_LINE).split()
            while answer.readline(_LONGEST_LINE).strip():
                pass
        if status[1:2] != [b"200"]:
            raise ValueError(status)

    def log_in(self) -> dict[str, str]:
        """The header with the log-in for the proxy, if it wants one."""
        if not self.proxied or self._proxy.username is None:
            return {}
        login = f"{unquote(self._proxy.username)}:{unquote(self._proxy.password or '')}"
        return {"Proxy-Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}


def _tls() -> ssl.SSLContext:
    """For a proxy, whose certificate may be one that only this machine's owners trust."""
    context = ssl.create_default_context()
    context.load_verify_locations(where())
    return context
