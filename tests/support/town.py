"""A website on loopback under test, its lists, and the lake its visit goes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from jiancha.lake import Lake
from jiancha.registry.model import Level, Site, SiteColumn
from jiancha.settings import HttpSettings, Settings, SiteSettings
from jiancha.sites.visit import inspect_site
from jiancha.standard import load_standard
from jiancha.windows import Calendar

WINDOW = Calendar().window("2021Q1")  # checkpoint 2021-02-15 23:59:59
HTML = {"Content_Type": "text/html"}


@dataclass
class Town:
    """A website on loopback under test, and the lake its visit goes to."""

    server: Any
    lake: Lake
    settings: Settings

    @property
    def site(self) -> Site:
        return Site("6104000001", "某局", f"{self.server.url}/", Level.OTHER, "某局")

    def page(self, path: str, body: str, encoding: str = "utf-8", **headers: str) -> None:
        self.server.serve(path, f"<html><body>{body}</body></html>".encode(encoding), **(headers or HTML))

    def home(self, *columns: tuple[str, str], items: str = "") -> None:
        menu = "".join(f'<li><a href="{path}">{name}</a></li>' for name, path in columns)
        self.page("/", f"<ul>{menu}</ul>{items}")

    def visit(self, *listed: SiteColumn, **limits: Any) -> None:
        settings = replace(self.settings, site=replace(self.settings.site, **limits))
        inspect_site(
            self.site,
            WINDOW,
            columns=listed,
            standard=load_standard("guoban-2019"),
            settings=settings,
            lake=self.lake,
        )

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.lake.window_rows(table, WINDOW.key)

    def column(self, name: str) -> dict[str, Any]:
        (row,) = (row for row in self.rows("columns") if row["name"] == name)
        return row

    def newest(self, name: str) -> date | None:
        """The newest item of a column on or before the checkpoint, as the assessment would find it."""
        column = self.column(name)["column_id"]
        days = [
            row["published_on"]
            for row in self.rows("items")
            if row["column_id"] == column and row["published_on"]
        ]
        return max((day for day in days if day <= WINDOW.checkpoint_day), default=None)

    @property
    def asked(self) -> list[str]:
        return [path for path, _ in self.server.seen]


@pytest.fixture
def town(hostile: Any, tmp_path: Path) -> Town:
    settings = Settings(
        clock="2021-02-18T09:00:00+08:00",
        http=HttpSettings(allow_private=True, total_timeout=10),
        site=SiteSettings(max_link_checks=0, sample_articles=0, browser="never"),
    )
    return Town(hostile, Lake(tmp_path), settings)


def rows(path: str, days: Sequence[date | str], pinned: int = 0) -> str:
    """A list of items dated ``days``."""
    lines = "".join(
        f'<li>{"[置顶]" if n < pinned else ""}<a href="{path}{day}-{n}.html">关于某项重点工作的通知{n}</a>'
        f"<span>{day}</span></li>"
        for n, day in enumerate(days)
    )
    return f'<div class="main"><ul>{lines}</ul></div>'


def days(newest: date, count: int, step: int = 1) -> list[date]:
    return [newest - timedelta(days=n * step) for n in range(count)]
