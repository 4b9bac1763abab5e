"""What the office runs itself may stand in its own network; what a page leads to may not."""

from __future__ import annotations

import socket
from datetime import datetime

import pytest

from jiancha.accounts.connections import Endpoint
from jiancha.accounts.tokens import Tokens
from jiancha.errors import FailureKind, FetchFailure
from jiancha.net.export_download import download_exports
from jiancha.net.http import Fetcher
from jiancha.settings import AccountSettings, HttpSettings, Settings
from jiancha.windows import ZONE

NOW = datetime(2021, 2, 16, 9, tzinfo=ZONE)
REFUSING = HttpSettings(connect_timeout=5, total_timeout=10)


def fetcher(http=REFUSING):
    return Fetcher(http, now=lambda: NOW)


def refused(net, url, **more):
    with pytest.raises(FetchFailure) as caught:
        net.get(url, **more)
    return caught.value.kind is FailureKind.PRIVATE_ADDRESS


@pytest.fixture
def named(hostile, monkeypatch):
    """A name of the office's network that resolves to the server."""
    real = socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        inside = host in ("rsshub.office.gov.cn", "other.office.gov.cn")
        return real("127.0.0.1" if inside else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return f"http://rsshub.office.gov.cn:{hostile.server_address[1]}"


def test_an_own_service_is_asked_by_address_and_by_name(hostile, named):
    hostile.serve("/route", b"feed")
    with fetcher() as net:
        assert net.get(f"{hostile.url}/route", inside=True).body == b"feed"
        assert net.get(f"{named}/route", inside=True).body == b"feed"


def test_the_same_host_is_refused_where_it_is_not_asked_as_an_own_service(hostile, named):
    """Also while a connection to it might be at hand."""
    hostile.serve("/route", b"feed")
    with fetcher() as net:
        for base in (hostile.url, named):
            net.get(f"{base}/route", inside=True)
            assert refused(net, f"{base}/route")
    assert len(hostile.seen) == 2


@pytest.mark.parametrize(
    "target", ["http://localhost:{port}/in", "http://127.0.0.2:{port}/in", "http://other.office.gov.cn:{port}/in",
               "http://127.0.0.1:9/in", "http://169.254.169.254/", "https://127.0.0.1:{port}/in"],
)  # fmt: skip
def test_an_own_service_leads_nowhere_else_inside(hostile, named, target):
    hostile.redirect("/out", target.format(port=hostile.server_address[1]))
    hostile.serve("/in", b"secret")
    with fetcher() as net:
        assert refused(net, f"{hostile.url}/out", inside=True)
        assert refused(net, f"{named}/out", inside=True)
    assert {path for path, _ in hostile.seen} == {"/out"}


def test_exports_and_tokens_come_from_inside(hostile, tmp_path):
    hostile.serve("/f/index.json", b'{"files": ["a.csv"]}')
    hostile.serve("/f/a.csv", b"x")
    settings = Settings(http=REFUSING, account=AccountSettings(state=tmp_path), clock=NOW.isoformat())
    assert download_exports(f"{hostile.url}/f/", auth=None, settings=settings) == [("a.csv", b"x")]
    hostile.serve("/cgi-bin/stable_token", b'{"access_token": "t0ken-of-the-day", "expires_in": 7200}')
    endpoint = Endpoint("wechat", hostile.url, "wx1", "secret-of-the-app")
    assert Tokens(settings).get(endpoint) == "t0ken-of-the-day"


def test_a_platforms_own_host_is_outside():
    assert not Endpoint("weibo").inside
    assert Endpoint("weibo", "http://10.0.0.8:1200").inside
