"""Certificates that must not be accepted: each has its own reason, is recorded, and nothing else is asked.

The server's authority is trusted in these tests, so that one fault at a time is what decides.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from jiancha.accounts.reader import fetch_account
from jiancha.errors import FailureKind, FetchFailure, PermanentFailure
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.registry.model import Account, AccountSource, Level, Site
from jiancha.settings import HttpSettings, Settings
from jiancha.sites.probe import probe_sites
from jiancha.sites.visit import inspect_site
from jiancha.standard import load_standard
from jiancha.windows import ZONE, Calendar

NOW = datetime(2021, 2, 16, 9, tzinfo=ZONE)
LIMITS = HttpSettings(allow_private=True, total_timeout=10, connect_timeout=5)
SETTINGS = Settings(clock=NOW.isoformat(), http=LIMITS)
WINDOW = Calendar().window("2021Q1")
DAY = timedelta(days=1)
Server = TypeVar("Server", bound=ThreadingHTTPServer)


class Authority:
    """A certificate authority, and the certificates it signs."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        made = self._made(self._name, self._key.public_key(), -DAY, 30 * DAY).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.file = folder / f"{name}.pem"
        signed = made.sign(self._key, hashes.SHA256())
        self.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def certificate(self, *names: str, start: timedelta = -DAY, end: timedelta = 30 * DAY) -> Path:
        """A certificate for these hosts with its key in one file; ``start`` and ``end`` count from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
        hosts = [
            x509.IPAddress(ip_address(n)) if n[0].isdigit() or ":" in n else x509.DNSName(n) for n in names
        ]
        made = self._made(subject, key.public_key(), start, end).add_extension(
            x509.SubjectAlternativeName(hosts), critical=False
        )
        path = self._folder / f"{'-'.join(names).replace(':', '_')}{start}{end}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
        )
        return path

    def _made(self, subject: x509.Name, key: Any, start: timedelta, end: timedelta) -> Any:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + start)
            .not_valid_after(now + end)
        )


class Handler(BaseHTTPRequestHandler):
    server: Secure

    def do_GET(self) -> None:
        self.server.seen.append(self.path)
        body = b"<ul><li><a href='/a.html'>a page</a><i>2021-02-10</i></li></ul>"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Secure(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, certificate: Path) -> None:
        self.seen: list[str] = []
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def url(self, host: str = "localhost") -> str:
        return f"https://{host}:{self.server_address[1]}/"

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # clients hang up on what they do not trust


class Proxy(ThreadingHTTPServer):
    """A forward proxy that makes tunnels for who knows its password; with a certificate it speaks TLS too."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, certificate: Path | None = None) -> None:
        self.asked: list[tuple[str, str | None]] = []
        super().__init__(("127.0.0.1", 0), Tunneller)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)


class Tunneller(BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        log_in = self.headers["Proxy-Authorization"]
        self.server.asked.append((self.path, log_in))
        if log_in != "Basic Y2xlcms6cEBzcw==":  # clerk:p@ss
            self.send_error(407)
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port)), timeout=10) as onward:
            self.send_response_only(200)
            self.end_headers()
            back = threading.Thread(target=self._hand_on, args=(onward, self.connection), daemon=True)
            back.start()
            self._hand_on(self.connection, onward)

    @staticmethod
    def _hand_on(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def running(server: Server) -> Iterator[Server]:
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def served(certificate: Path) -> AbstractContextManager[Secure]:
    return running(Secure(certificate))


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that the fetcher trusts, in place of the public ones."""
    made = Authority(tmp_path, "trusted")
    monkeypatch.setattr("jiancha.net.client.where", lambda: str(made.file))
    monkeypatch.setattr("jiancha.net.client.where", lambda: str(made.file))
    return made


class Fault(NamedTuple):
    """A certificate that must not be accepted: how it is made, for which host it is used, what is told."""

    name: str
    made: Callable[[Authority, Path], Path]
    host: str
    reason: str


FAULTS = [
    Fault(
        "expired",
        lambda a, _: a.certificate("localhost", start=-9 * DAY, end=-DAY),
        "localhost",
        "证书已过期",
    ),
    Fault("not yet valid", lambda a, _: a.certificate("localhost", start=DAY), "localhost", "证书尚未生效"),
    Fault("another host's", lambda a, _: a.certificate("www.other.gov.cn"), "localhost", "证书与域名不符"),
    Fault("another address's", lambda a, _: a.certificate("10.0.0.1"), "127.0.0.1", "证书与地址不符"),
    Fault(
        "unknown issuer",
        lambda _, folder: Authority(folder, "nobody's").certificate("localhost"),
        "localhost",
        "证书链不完整或签发机构不受信任",
    ),
]


@pytest.fixture(params=FAULTS, ids=lambda fault: fault.name)
def faulty(request: Any, authority: Authority, tmp_path: Path) -> Iterator[tuple[Secure, str, str]]:
    """A server with a faulty certificate, its address, and what is to be told of it."""
    fault: Fault = request.param
    with served(fault.made(authority, tmp_path)) as server:
        yield server, server.url(fault.host), f"TLS {fault.reason}"


def test_a_good_certificate_is_accepted(authority: Authority) -> None:
    with (
        served(authority.certificate("localhost", "127.0.0.1")) as server,
        Fetcher(LIMITS, now=lambda: NOW) as fetcher,
    ):
        assert b"a page" in fetcher.get(server.url()).body
        assert b"a page" in fetcher.get(server.url("127.0.0.1")).body


def test_every_fault_has_its_own_reason_and_nothing_is_asked(faulty: tuple[Secure, str, str]) -> None:
    server, url, reason = faulty
    with Fetcher(LIMITS, now=lambda: NOW) as fetcher, pytest.raises(FetchFailure) as caught:
        fetcher.get(url)
    assert (caught.value.kind, caught.value.reason) == (FailureKind.TLS, reason)
    assert not caught.value.kind.transient  # asking again does not mend a certificate
    assert server.seen == []


def test_the_reasons_differ() -> None:
    assert len({fault.reason for fault in FAULTS}) == len(FAULTS)


def test_a_redirect_to_a_faulty_certificate_is_a_failure(
    faulty: tuple[Secure, str, str], hostile: Any
) -> None:
    server, url, reason = faulty
    hostile.redirect("/", url)
    with Fetcher(LIMITS, now=lambda: NOW) as fetcher, pytest.raises(FetchFailure) as caught:
        fetcher.get(hostile.url + "/")
    assert (caught.value.kind, caught.value.reason) == (FailureKind.TLS, reason)
    assert server.seen == []


def test_a_site_with_a_faulty_certificate_leaves_a_failed_visit(
    faulty: tuple[Secure, str, str], tmp_path: Path
) -> None:
    server, url, reason = faulty
    lake = Lake(tmp_path / "lake")
    site = Site("6104000001", "某局", url, Level.OTHER, "某局")
    with pytest.raises(PermanentFailure, match="TLS"):
        inspect_site(
            site, WINDOW, columns=(), standard=load_standard("guoban-2019"), settings=SETTINGS, lake=lake
        )
    (row,) = lake.window_rows("visits", "2021Q1")
    assert (row["status"], row["failure"], row["coverage"]) == ("failed", "tls", "none")
    assert row["reason"] == f"{reason}(读取 robots.txt 时)"  # which is asked for first
    assert lake.window_rows("items", "2021Q1") == []
    assert server.seen == []


def test_an_account_behind_a_faulty_certificate_is_unread_not_stale(
    faulty: tuple[Secure, str, str], tmp_path: Path
) -> None:
    server, url, reason = faulty
    lake = Lake(tmp_path / "lake")
    account = Account("610402M001WX0001", "微信公众号", "秦都发布", "秦都区政府")
    source = AccountSource(account.account_code, account.platform, account.name, "feed", url)
    with suppress(PermanentFailure):  # the row tells
        fetch_account(account, [source], WINDOW, settings=SETTINGS, lake=lake)
    (row,) = lake.window_rows("visits", "2021Q1")
    assert (row["status"], row["failure"], row["reason"]) == ("failed", "tls", reason)
    assert server.seen == []


def test_a_probe_tells_the_fault_and_does_not_count_it(faulty: tuple[Secure, str, str]) -> None:
    """Browsers with the certificates of the state open such pages: the availability rule is not broken."""
    _, url, reason = faulty
    site = Site("6104000001", "某局", url, Level.OTHER, "某局")
    rule = load_standard("guoban-2019").probe_rule
    (probe,) = probe_sites([site], rule, SETTINGS)
    assert (probe.outcome, probe.failure, probe.reason) == ("excused", FailureKind.TLS, reason)


# --- through a proxy ---


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_page_through_a_proxy_comes_from_its_own_host(authority: Authority, scheme: str) -> None:
    certificate = authority.certificate("localhost")
    proxy = Proxy(certificate if scheme == "https" else None)
    address = f"{scheme}://clerk:p%40ss@localhost:{proxy.server_address[1]}"
    with running(proxy), served(certificate) as server, fetcher(address) as door:
        assert b"a page" in door.get(server.url()).body
        door.get(server.url() + "more")
        assert server.seen == ["/", "/more"]
    log_in = "Basic Y2xlcms6cEBzcw=="
    assert proxy.asked == [(f"localhost:{server.server_address[1]}", log_in)] * len(proxy.asked)
    assert proxy.asked


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_does_not_stand_in_for_the_host(authority: Authority, scheme: str) -> None:
    """The certificate that counts is the host's, however good the proxy's."""
    proxy = Proxy(authority.certificate("localhost") if scheme == "https" else None)
    address = f"{scheme}://clerk:p%40ss@localhost:{proxy.server_address[1]}"
    with running(proxy), served(authority.certificate("elsewhere.example")) as server:
        with fetcher(address) as door, pytest.raises(FetchFailure) as caught:
            door.get(server.url())
        assert server.seen == []
    assert (caught.value.kind, caught.value.reason) == (FailureKind.TLS, "TLS 证书与域名不符")


def test_a_proxy_that_makes_no_tunnel(authority: Authority) -> None:
    proxy = Proxy()
    address = f"http://clerk:wrong@localhost:{proxy.server_address[1]}"
    with running(proxy), served(authority.certificate("localhost")) as server:
        with fetcher(address) as door, pytest.raises(FetchFailure) as caught:
            door.get(server.url())
        assert server.seen == []
    assert caught.value.kind is FailureKind.PROXY
    assert "wrong" not in str(caught.value)


def test_a_proxy_whose_certificate_is_not_trusted(authority: Authority, tmp_path: Path) -> None:
    proxy = Proxy(Authority(tmp_path, "stranger").certificate("localhost"))
    address = f"https://clerk:p%40ss@localhost:{proxy.server_address[1]}"
    with running(proxy), served(authority.certificate("localhost")) as server:
        with fetcher(address) as door, pytest.raises(FetchFailure) as caught:
            door.get(server.url())
        assert (server.seen, proxy.asked) == ([], [])
    assert caught.value.kind is FailureKind.PROXY


def fetcher(proxy: str) -> Fetcher:
    return Fetcher(replace(LIMITS, proxy=proxy), now=lambda: NOW)
