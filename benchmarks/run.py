"""Measured comparisons on this machine, side by side in one run; what counts are the ratios.

Eight parts, all or those that are named: ``reading`` a page beside merely parsing it, ``dates`` of pages
beside other extractors, ``visiting`` a site of the sandbox beside merely fetching its pages, ``crawl`` of a
large site beside crawlers, ``assessing`` cities of growing size, ``wording`` of many pages, ``pages`` that
show the lake of a province, ``accounts`` of the sandbox through a real Airflow beside as many empty tasks.
README.md tells more.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import accounts
import dates
import pages as views
import requests
import visit
import words
from bs4 import BeautifulSoup
from rich.console import Console
from rich.table import Table
from selectolax.lexbor import LexborHTMLParser

from jiancha.assess import assess
from jiancha.lake import Lake
from jiancha.pages.document import Document
from jiancha.pages.page import read_page
from jiancha.registry import snapshots
from jiancha.registry.exports import read_exports
from jiancha.settings import HttpSettings, Settings
from jiancha.sites.visit import inspect_site
from jiancha.standard import load_standard
from jiancha.windows import ZONE, Calendar
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.exports import build_exports
from jiancha_sandbox.local_airflow import free_port
from jiancha_sandbox.server import run
from jiancha_sandbox.web import CityWeb

ROUNDS = 5
CLOCK = datetime(2021, 3, 31, 9, tzinfo=ZONE)
WINDOW = Calendar().window("2021Q1")


def cpu(action: Callable[[], object]) -> float:
    """Median CPU seconds (user and system, this process) of a few rounds after one that does not count."""
    action()
    seconds = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_SELF)
        action()
        after = resource.getrusage(resource.RUSAGE_SELF)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(seconds)


def sample_pages(city: SandboxCity) -> list[tuple[str, str, bytes]]:
    """Home pages and first column pages of all sites: (address, content type, body)."""
    web = CityWeb(city)
    pages = []
    for site in city.sites:
        for path in ["/", "/index.jsp", *(column.path for column in site.columns[:5])]:
            answer = web.answer(site.host, path)
            if answer is not None and answer.status == 200:
                pages.append((f"http://{site.host}{path}", answer.content_type, answer.body))
    return pages


def reading(city: SandboxCity) -> list[tuple[str, float, float]]:
    """Reading a page: parse only (lexbor), parse only (BeautifulSoup), everything jiancha reads."""
    pages = sample_pages(city)
    decoded = [body.decode("gb18030", "replace") for _, _, body in pages]

    def ours() -> None:
        for url, kind, body in pages:
            read_page(Document(body, url, kind, CLOCK))

    base = cpu(ours)
    rows = [(f"read_page, {len(pages)} pages", base, 1.0)]
    for label, parse in (
        ("links only, selectolax", lambda text: LexborHTMLParser(text).css("a[href]")),
        (
            "links only, BeautifulSoup html.parser",
            lambda text: BeautifulSoup(text, "html.parser").find_all("a"),
        ),
    ):
        seconds = cpu(lambda parse=parse: [parse(text) for text in decoded])
        rows.append((label, seconds, seconds / base))
    return rows


def visiting(city: SandboxCity, folder: Path) -> list[tuple[str, float, float]]:
    """A visit (fetch, evidence, read, tables) beside bare requests for the same number of pages."""
    port = free_port()  # the city is served by a process of its own, so that only the visitor counts
    server = multiprocessing.Process(target=run, kwargs={"port": port, "clock": CLOCK}, daemon=True)
    server.start()
    settings = replace(
        Settings(),
        clock=CLOCK.isoformat(),
        http=HttpSettings(proxy=f"http://127.0.0.1:{port}", pace_seconds=0),
    )
    lake, standard = Lake(folder), load_standard("guoban-2019")
    site = read_exports(list(build_exports(city, as_of=WINDOW.end).items())).sites[20]
    proxies = {"http": settings.http.proxy}
    _wait_for(site.url, proxies)

    def visit() -> None:
        inspect_site(site, WINDOW, columns=(), standard=standard, settings=settings, lake=lake)

    base = cpu(visit)
    count = lake.window_rows("visits", WINDOW.key)[0]["requests"]

    def bare() -> None:
        with requests.Session() as session:
            session.trust_env = False
            for _ in range(count):
                session.get(site.url, proxies=proxies, timeout=30)

    seconds = cpu(bare)
    server.terminate()
    server.join()
    return [(f"whole visit, {count} requests", base, 1.0), ("bare requests", seconds, seconds / base)]


def _wait_for(url: str, proxies: dict[str, str]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            requests.get(url, proxies=proxies, timeout=5)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def assessing(city: SandboxCity, folder: Path) -> list[tuple[str, float, float]]:
    """The assessment of one city, and of the same with ten times the posts and items."""
    standard = load_standard("guoban-2019")
    tables = read_exports(list(build_exports(city, as_of=WINDOW.end).items()))
    rows = []
    base = 0.0
    for factor in (1, 10):
        lake = Lake(folder / f"x{factor}")
        snapshots.write_snapshot(lake, tables, WINDOW.end)
        snapshots.freeze(lake, WINDOW)
        _fill(lake, tables.accounts, 50 * factor)
        seconds = cpu(lambda lake=lake: assess(lake, WINDOW, standard))
        base = base or seconds
        rows.append((f"assess, {len(tables.accounts) * 50 * factor:,} posts", seconds, seconds / base))
    return rows


def _fill(lake: Lake, accounts: list, posts: int) -> None:
    for account in accounts:
        target = account.target_id
        common = {"target_id": target, "published_on": WINDOW.end, "pinned": False, "evidence": ""}
        rows = [{**common, "post_id": str(n), "position": n, "date_rule": "bench"} for n in range(posts)]
        lake.write_rows("posts", WINDOW.key, target, rows)
        listing = {"target_id": target, "outcome": "fresh", "why": "bench", "newest": 0, "entries": posts}
        lake.write_rows("listings", WINDOW.key, target, [listing])
        visit = {"target_id": target, "target_kind": "account", "status": "ok", "coverage": "complete"}
        lake.write_rows("visits", WINDOW.key, target, [{**visit, "as_of": CLOCK}])


def _costs(title: str, rows: list[tuple[str, float, float]]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("", "CPU s (median)", "ratio to the first"):
        table.add_column(heading, justify="left" if not heading else "right")
    for label, seconds, ratio in rows:
        table.add_row(label, f"{seconds:.3f}", f"{ratio:.2f}")
    return table


PARTS: dict[str, Callable[[argparse.Namespace, Path], list[Table]]] = {
    "reading": lambda _, __: [_costs("Reading pages", reading(SandboxCity(clock=CLOCK)))],
    "dates": lambda asked, folder: dates.tables(
        folder, labels=asked.labels, pages=asked.pages, at=asked.at, peers=asked.peers, repeats=asked.repeats
    ),
    "visiting": lambda _, folder: [_costs("Visiting a site", visiting(SandboxCity(clock=CLOCK), folder))],
    "crawl": lambda asked, _: visit.tables(peers=asked.peers, repeats=asked.repeats),
    "assessing": lambda _, folder: [_costs("Assessing", assessing(SandboxCity(clock=CLOCK), folder))],
    "wording": lambda asked, folder: words.tables(folder, asked.pages),
    "pages": lambda _, folder: [_costs("Views of a province's lake", views.seconds(folder, cpu))],
    "accounts": lambda asked, folder: accounts.tables(folder, repeats=asked.repeats),
}


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one or more of {', '.join(PARTS)}")
    parser.add_argument("--labels", type=Path, help="dates: labels of real pages (JSON)")
    parser.add_argument("--pages", type=Path, help="dates: the folder that the labels speak of")
    parser.add_argument(
        "--at", type=date.fromisoformat, default=datetime.now(tz=ZONE).date(), help="dates: day of saving"
    )
    parser.add_argument("--peers", type=Path, default=Path(".venv-bench"), help="environment of the peers")
    parser.add_argument(
        "--repeats", type=int, default=3, help="dates, crawl and accounts: rounds of all methods"
    )
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if (asked.labels is None) != (asked.pages is None):
        parser.error("--labels and --pages go together")
    return asked


def main() -> int:
    asked = _asked()
    console = Console()
    console.width = max(console.width, 110)  # also where the output goes to a file
    for part in asked.parts or PARTS:
        with tempfile.TemporaryDirectory() as name:
            for table in PARTS[part](asked, Path(name)):
                console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
