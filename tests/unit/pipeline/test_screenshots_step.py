"""The step that takes pictures: of accused sites only, once, and again where there is none yet."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from jiancha.errors import SettingsError
from jiancha.lake import Lake
from jiancha.pipeline import quarterly_inspection
from jiancha.windows import ZONE

WINDOW = "2021Q1"
#: Writes its address as a picture, in the place of a browser.
BROWSER = r"""#!/bin/sh
for last; do case $last in --screenshot=*) file=${last#*=};; esac; done
printf '\211PNG\r\n\032\n%s' "$last" > "$file"
"""


class Site(ThreadingHTTPServer):
    daemon_threads = True
    lost = frozenset[str]()


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.send_response(404 if self.path in self.server.lost else 200)
        self.end_headers()
        self.wfile.write(b"page")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


def address(site: Site, path: str) -> str:
    return f"http://127.0.0.1:{site.server_address[1]}{path}"


@pytest.fixture
def lake(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """A window with one accused site, its home page and a column, and an accused account."""
    browser = tmp_path / "browser"
    browser.write_text(BROWSER)
    browser.chmod(0o755)
    for name, value in {
        "LAKE": str(tmp_path / "lake"),
        "CLOCK": "2021-02-16T09:00",
        "HTTP__ALLOW_PRIVATE": "true",
        "EVIDENCE__SCREENSHOTS": "true",
        "EVIDENCE__BROWSER": str(browser),
    }.items():
        monkeypatch.setenv(f"JIANCHA_{name}", value)
    lake = Lake(tmp_path / "lake")
    columns = json.dumps({"columns": [{"url": address(site, "/a/")}, {"url": address(site, "/lost/")}]})
    findings = [
        {"target_id": "s1", "target_kind": "site", "indicator": "site.home_stale", "detail": "{}"},
        {"target_id": "s1", "target_kind": "site", "indicator": "site.columns_a", "detail": columns},
        {"target_id": "a1", "target_kind": "account", "indicator": "account.stale", "detail": "{}"},
    ]
    lake.write_rows("findings", WINDOW, "assessment", findings)
    for target in ("s1", "s2", "a1"):
        lake.write_rows("visits", WINDOW, target, [{"target_id": target, "url": address(site, "/")}])
    return lake


def rows(lake: Lake) -> dict[str, dict[str, object]]:
    return {
        row["page_url"].rpartition(":")[2].lstrip("0123456789"): row
        for row in lake.window_rows("screenshots", WINDOW)
    }


def test_accused_pages_of_sites_are_pictured(site: Site, lake: Lake) -> None:
    site.lost = frozenset({"/lost/"})
    assert quarterly_inspection.take_screenshots(WINDOW) == {"pictures": 2, "failed": 1}
    found = rows(lake)
    assert set(found) == {"/", "/a/", "/lost/"}
    assert {row["target_id"] for row in found.values()} == {"s1"}
    assert (found["/lost/"]["path"], found["/lost/"]["failure"]) == (None, "服务器返回 HTTP 404")
    assert (lake.root / str(found["/a/"]["path"])).read_bytes().endswith(address(site, "/a/").encode())
    assert found["/a/"]["taken_at"] == datetime(2021, 2, 16, 9, tzinfo=ZONE)


def test_what_is_there_stays_and_what_is_missing_is_tried_again(
    site: Site, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.lost = frozenset({"/lost/"})
    quarterly_inspection.take_screenshots(WINDOW)
    before = rows(lake)
    site.lost = frozenset({"/a/"})  # gone since: its picture is all there is
    monkeypatch.setenv("JIANCHA_CLOCK", "2021-02-20T09:00")
    assert quarterly_inspection.take_screenshots(WINDOW) == {"pictures": 3, "failed": 0}
    after = rows(lake)
    assert (after["/"], after["/a/"]) == (before["/"], before["/a/"])
    assert after["/lost/"]["taken_at"] == datetime(2021, 2, 20, 9, tzinfo=ZONE)


def test_no_more_than_the_limit(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jiancha.sites.screenshots.MAX_PICTURES", 1)
    assert quarterly_inspection.take_screenshots(WINDOW) == {"pictures": 1, "failed": 0}
    assert set(rows(lake)) == {"/"}


def test_a_missing_browser_stops_the_step(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_EVIDENCE__BROWSER", "/nowhere/chromium")
    with pytest.raises(SettingsError, match="there is no browser here: /nowhere/chromium"):
        quarterly_inspection.take_screenshots(WINDOW)
