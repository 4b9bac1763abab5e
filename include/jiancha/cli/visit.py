"""``jiancha visit``: inspect one website now, without Airflow and without a registry."""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from jiancha import settings as configuration
from jiancha.cli.commands import say, say_json
from jiancha.errors import InputError, LakeError
from jiancha.registry.model import Level, Site
from jiancha.settings import Settings
from jiancha.standard import load_standard
from jiancha.text.urls import is_web_address
from jiancha.windows import ZONE, Quarter, Window


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha visit``."""
    parser.add_argument("url", metavar="URL", help="the home page")
    parser.add_argument("--as-of", metavar="DAY", help="judge as of the end of this day (default: now)")
    parser.add_argument(
        "--max-pages", type=int, metavar="N", help="read the whole site, at most so many pages"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    parser.add_argument("--allow-private", action="store_true", help="allow private and loopback addresses")
    parser.add_argument("--lake", type=Path, metavar="FOLDER", help="keep all tables in this folder")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the evidence (WARC) in this folder")
    parser.set_defaults(run=_run)


class _Job(NamedTuple):
    """One visit: what it and the judging need to know."""

    site: Site
    window: Window
    settings: Settings
    folder: str


def _run(request: argparse.Namespace) -> int:
    """Visit, judge and print; 0 where the home page could be read, whatever the verdict, else 1.

    Raises InputError for what cannot be visited, LakeError where the folder is another visit's.
    """
    settings = _settings(request)
    address = _address(request.url)
    host = urlsplit(address).hostname or address
    site = Site(host, host, address, Level.OTHER, "")  # the host stands in for 网站标识码
    window = _window(request.as_of, settings.now())
    with _folder(request.lake) as folder:
        job = _Job(site, window, settings, folder)
        with _without_frames():
            _visit(job)
            report = _judge(job)
        report["evidence"] = _kept(request, job, report["evidence"])
    if request.json:
        say_json(report, indent=1)
    else:
        from jiancha.cli.visit_table import print_visit

        print_visit(report)
    if report["failure"] is not None:
        hint = (
            "；若要检查内部地址请加 --allow-private" if report["failure"]["kind"] == "private_address" else ""
        )
        say(f"jiancha: 首页无法读取：{report['failure']['reason']}{hint}", to=sys.stderr)
        return 1
    return 0


def _settings(request: argparse.Namespace) -> Settings:
    settings = configuration.load()
    http, site = settings.http, settings.site
    if request.allow_private:
        http = replace(http, allow_private=True)
    if request.max_pages is not None:
        if request.max_pages < 1:
            raise InputError("--max-pages must be 1 or more")
        site = replace(site, max_pages=request.max_pages, crawl=True)
    return replace(settings, http=http, site=site)


def _address(url: str) -> str:
    """The home page's address; ``www.example.gov.cn`` is taken as http."""
    address = url if "://" in url else f"http://{url}"
    if not is_web_address(address):
        raise InputError(f"{url!r} is not an http or https address")
    parts = urlsplit(address)
    return address if parts.path else parts._replace(path="/").geturl()


def _window(as_of: str | None, now: datetime) -> Window:
    """The end of the day to judge by, or the present where that is earlier."""
    try:
        day = date.fromisoformat(as_of) if as_of is not None else now.date()
    except ValueError as error:
        raise InputError(f"--as-of {as_of!r} is not a day such as 2021-02-15") from error
    if day > now.date():
        raise InputError(f"--as-of {day} lies in the future")
    checkpoint = min(datetime.combine(day, time(23, 59, 59), tzinfo=ZONE), now)
    return Window(str(Quarter.of(day)), day, day, checkpoint)


@contextmanager
def _folder(lake: Path | None) -> Iterator[str]:
    if lake is not None:
        yield str(lake)
        return
    with tempfile.TemporaryDirectory(prefix="jiancha-visit-") as folder:
        yield folder


def _kept(request: argparse.Namespace, job: _Job, evidence: str | None) -> str | None:
    """Where the evidence lies after the command has ended; None where it was not kept."""
    if evidence is None:
        return None
    source = Path(job.folder) / evidence
    if request.keep is None:
        return str(source) if request.lake is not None else None
    request.keep.mkdir(parents=True, exist_ok=True)
    kept = request.keep / f"{job.site.target_id}-{job.window.end:%Y%m%d}.warc.gz"
    shutil.copyfile(source, kept)
    return str(kept)


def _visit(job: _Job) -> None:
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # Arrow's own keeps what it once had
    from jiancha.errors import PermanentFailure, TransientFailure
    from jiancha.lake import Lake
    from jiancha.sites.visit import inspect_site

    gc.freeze()  # what was imported stays: it need not be looked through again and again
    lake = Lake(job.folder)
    _require_own(lake.window_folder("sites", job.window.key), job)
    site = job.site
    row = {
        "target_id": site.target_id,
        "site_code": site.site_code,
        "name": site.name,
        "url": site.url,
        "level": str(site.level),
        "owner": site.owner,
        "row": site.row,
    }
    lake.write_rows("sites", job.window.key, site.target_id, [row])
    standard = load_standard(job.settings.standard, job.settings.standards_folder)
    with suppress(TransientFailure, PermanentFailure):  # the outcome is in the lake
        inspect_site(
            site,
            job.window,
            columns=(),
            standard=standard,
            settings=job.settings,
            lake=lake,
            on_page=_show_progress,
        )
    if sys.stderr.isatty():
        sys.stderr.write("\n")


@contextmanager
def _without_frames() -> Iterator[None]:
    """Keep pyarrow from loading pandas and numpy, which it does whenever it meets a Python list.

    A whole visit of 150 pages has its peak at 151 MB this way, and at 205 MB with them.
    """
    sys.meta_path.insert(0, _NoFrames)
    try:
        yield
    finally:
        sys.meta_path.remove(_NoFrames)


class _NoFrames:
    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name in ("pandas", "numpy"):
            raise ModuleNotFoundError(name, name=name)


def _require_own(folder: Any, job: _Job) -> None:
    """A lake with a registry is an office's: a single visit must not mix with its window."""
    own = f"{job.site.target_id}.parquet"
    if folder.exists() and any(path.name != own for path in folder.iterdir()):
        raise LakeError(
            f"{job.folder} holds other targets of {job.window.key}: give a visit a folder of its own"
        )


def _show_progress(requests: int, read: int, known: int) -> None:
    progress = f"已读取 {requests} 页，栏目 {read}/{known}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{progress}")
    elif requests % 100 == 0:
        sys.stderr.write(f"{progress}\n")
    sys.stderr.flush()


def _judge(job: _Job) -> dict[str, Any]:
    from jiancha.assess import assess
    from jiancha.cli.visit_report import visit_report
    from jiancha.lake import Lake

    lake = Lake(job.folder)
    standard = load_standard(job.settings.standard, job.settings.standards_folder)
    assess(lake, job.window, standard)
    return visit_report(lake, job.window, job.site, standard)
