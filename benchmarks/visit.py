"""A whole site, fetched and read by jiancha, beside crawlers that only follow links.

The site is served by a process of its own, which also counts: the tables say how many different pages each
crawler was given, so that nobody is quick by leaving pages out.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import town
from measure import cost_of, interleaved, spread
from rich.table import Table

from jiancha_sandbox.local_airflow import free_port

HERE = Path(__file__).parent
METHODS = (
    "jiancha",
    "Scrapy",
    "linkchecker",
    "requests + lxml, resolving",
    "requests + lxml",
    "requests + selectolax",
)


class Crawl(NamedTuple):
    """What a crawl cost in CPU seconds and MB, and what the server gave it."""

    seconds: float
    megabytes: float
    pages: int
    requests: int


def tables(*, peers: Path, repeats: int) -> list[Table]:
    """One table: CPU seconds, memory and pages of each crawler."""
    with _served() as address:
        results = interleaved(METHODS, repeats, lambda method: _crawl(method, address, peers))
    table = Table(title=f"A whole site of {town.PAGES:,} pages", title_justify="left")
    for heading in ("", "pages", "requests", "CPU s, median (least)", "ratio to jiancha", "peak MB"):
        table.add_column(heading, justify="left" if not heading else "right")
    base = median(crawl.seconds for crawl in results["jiancha"])
    for method, crawls in results.items():
        seconds = [crawl.seconds for crawl in crawls]
        table.add_row(
            method,
            f"{crawls[0].pages:,}",
            f"{crawls[0].requests:,}",
            spread(seconds),
            f"{median(seconds) / base:.2f}",
            f"{max(crawl.megabytes for crawl in crawls):.0f}",
        )
    return [table]


def _crawl(method: str, address: str, peers: Path) -> Crawl:
    _ask(f"{address}-/reset")
    python = sys.executable if method == "jiancha" else str(peers / "bin" / "python")
    cost = cost_of([python, str(HERE / "crawl.py"), method, address])
    given = json.loads(_ask(f"{address}-/count"))
    megabytes = int(cost.printed.split()[-1]) / 1024
    return Crawl(cost.seconds, megabytes, given["pages"], given["requests"])


@contextmanager
def _served() -> Iterator[str]:
    port = free_port()
    server = subprocess.Popen([sys.executable, str(HERE / "town.py"), str(port)])
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(f"{address}-/count")
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            _ask(url)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def _ask(url: str) -> bytes:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=30) as answer:
        body: bytes = answer.read()
    return body
