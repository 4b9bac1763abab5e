"""Pictures of accused pages, taken by a headless Chromium: what a visitor sees, beside the stored answer.

The browser is a process of its own with an empty profile, killed with all its children when the time is
up. It reaches the network only through a :mod:`~jiancha.net.browser_proxy`. A page is asked for over the
ordinary way first: a page that cannot be had gives a reason and no picture of an error message.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jiancha.errors import FailureKind, FetchFailure, SettingsError
from jiancha.evidence.records import masked
from jiancha.lake import Lake
from jiancha.net.browser import FLAGS, environment, find_browser, sandbox_flags
from jiancha.net.browser_proxy import guarded
from jiancha.net.http import Fetcher
from jiancha.settings import Settings

MAX_PICTURES = 5  # of one website in one window
SECONDS = 30.0  # for one picture; then the browser is killed
MAX_BYTES = 10_000_000  # of one picture
_PNG = b"\x89PNG\r\n\x1a\n"
_SIZE = "1280,2400"  # pixels: a home page's head and its first lists, or a whole list page
_PAGE_MS = 5_000  # of the page's own time in which its scripts may fill lists
_MOST_BYTES = 50_000_000  # one page with all its pictures
#: The lists in a finding's detail that name pages.
_LISTS = ("columns", "messages", "guides")

_Row = dict[str, Any]


def accused_pages(findings: Sequence[Mapping[str, Any]], home: str | None, most: int) -> list[str]:
    """The pages that a site's findings accuse, at most so many: those a finding names, else the home page."""
    pages: dict[str, None] = {}
    for finding in findings:
        detail = json.loads(finding["detail"])
        named = [entry["url"] for name in _LISTS for entry in detail.get(name) or [] if entry.get("url")]
        pages |= dict.fromkeys(named or ([home] if home else []))
    return list(pages)[:most]


def take_all(
    lake: Lake, window: str, target: str, pages: Sequence[str], settings: Settings
) -> Iterator[_Row]:
    """One row of ``screenshots`` for each page; the pictures lie beside the target's other evidence."""
    browser = find_browser(settings.evidence.browser, "evidence.screenshots is on")
    for page in pages:
        row = {
            "target_id": target,
            "page_url": masked(page),
            "path": None,
            "taken_at": settings.now(),
            "sha256": None,
            "failure": None,
        }
        try:
            picture, refused = take(page, browser, settings)
        except FetchFailure as failure:
            yield row | {"failure": failure.reason}
            continue
        name = hashlib.sha256(page.encode()).hexdigest()[:12]
        path = lake.window_folder("evidence", window) / "screenshots" / f"{target}-{name}.png"
        lake.write_bytes(path, picture)
        left_out = f"未载入内部地址：{'、'.join(refused)}"[:500] if refused else None
        yield row | {
            "path": lake.relative(path),
            "sha256": hashlib.sha256(picture).hexdigest(),
            "failure": left_out,
        }


def take(url: str, browser: str, settings: Settings) -> tuple[bytes, list[str]]:
    """The picture of a page as PNG, and the hosts that were refused to it; raises FetchFailure."""
    with Fetcher(settings.http, now=settings.now) as fetcher:
        page = fetcher.get(url).final_url
    host = urlsplit(page).hostname or ""
    with (
        tempfile.TemporaryDirectory(prefix="jiancha-", ignore_cleanup_errors=True) as folder,
        guarded(settings.http, SECONDS, _MOST_BYTES) as proxy,
    ):
        picture = Path(folder) / "page.png"
        command = [
            browser,
            *FLAGS,
            *sandbox_flags(),
            f"--virtual-time-budget={_PAGE_MS}",
            f"--window-size={_SIZE}",
            f"--user-agent={settings.http.user_agent}",
            f"--proxy-server=http://{proxy.address}",
            f"--timeout={SECONDS * 600:.0f}",  # then the page is taken as far as it came
            f"--user-data-dir={folder}/profile",
            f"--screenshot={picture}",
            page,
        ]
        _run(command, folder, SECONDS, masked(url))
        if host in proxy.failed:
            raise FetchFailure(FailureKind.NETWORK, f"浏览器{proxy.failed[host]}", url=masked(url))
        return _picture(picture, MAX_BYTES, masked(url)), sorted(proxy.refused)


def _run(command: Sequence[str], home: str, seconds: float, url: str) -> None:
    """Run the browser to its end, or to the end of its time, and leave none of its processes."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the program is the operator's, addresses are http(s) ones
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(home),
            start_new_session=True,
        )
    except OSError as error:
        raise SettingsError(f"evidence.browser: {command[0]}: {error.strerror}") from error
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        raise FetchFailure(FailureKind.TIMEOUT, f"浏览器{seconds:g}秒内未完成", url=url) from None
    finally:
        with suppress(ProcessLookupError):  # all of the group are gone
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _picture(path: Path, most: int, url: str) -> bytes:
    """The file the browser wrote; raises FetchFailure where it is none or too large."""
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        data = b""
    if not data.startswith(_PNG):
        raise FetchFailure(FailureKind.BAD_CONTENT, "浏览器未生成图片", url=url)
    if len(data) > most:
        raise FetchFailure(FailureKind.TOO_LARGE, f"图片超过{most}字节", url=url)
    return data
