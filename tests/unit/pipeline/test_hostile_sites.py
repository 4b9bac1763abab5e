"""A window in which every site is hostile but one: each has its outcome, and the healthy one its verdict."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support import hostile_pages
from support.registry_files import SITES, site, table

from jiancha.errors import PermanentFailure, TransientFailure
from jiancha.lake import Lake
from jiancha.pipeline import quarterly_inspection, registry_sync

WINDOW = "2021Q1"
HEALTHY = "6104009999"
HTML = {"Content_Type": "text/html; charset=utf-8"}


def fetch(targets: list[str]) -> None:
    with suppress(TransientFailure, PermanentFailure):  # the outcome is in the lake
        quarterly_inspection.inspect_sites(WINDOW, targets)


def test_a_window_of_hostile_sites(hostile: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {f"610400{number:04}": name for number, name in enumerate(hostile_pages.names()[::16])}
    rows = [site(序号=0, 网站标识码=HEALTHY, 首页网址=f"{hostile.url}/fine/", 网站名称="好网站")]
    for code, name in pages.items():
        hostile.serve(f"/{code}/", hostile_pages.make(name, 0.003), **HTML)
        rows.append(site(网站标识码=code, 首页网址=f"{hostile.url}/{code}/", 网站名称=f"网站{code}"))
    entry = "<li><a href='{n}.html'>关于某项重点工作的通知{n}</a><span>2021-02-{day:02}</span></li>"
    entries = "".join(entry.format(n=n, day=9 + n) for n in range(5))
    menu = "<ul><li><a href='/fine/tzgg/'>通知公告</a></li><li><a href='/fine/gzdt/'>工作动态</a></li></ul>"
    for path in ("/fine/", "/fine/tzgg/", "/fine/gzdt/"):
        hostile.serve(path, f"<html><body>{menu}<div><ul>{entries}</ul></div></body></html>".encode(), **HTML)
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "sites.csv").write_bytes(table(SITES, *rows))
    for name, value in {
        "LAKE": str(tmp_path / "lake"),
        "CLOCK": "2021-02-16T09:00+08:00",
        "REGISTRY__FOLDER": str(tmp_path / "registry"),
        "HTTP__ALLOW_PRIVATE": "true",
        "HTTP__PACE_SECONDS": "0",
        "SITE__BROWSER": "never",
    }.items():
        monkeypatch.setenv(f"JIANCHA_{name}", value)
    registry_sync.sync_registry()
    quarterly_inspection.freeze_registry(WINDOW)
    for batch in quarterly_inspection.list_sites(WINDOW):
        fetch(batch["targets"])
    quarterly_inspection.roll_up(WINDOW)
    quarterly_inspection.assess_window(WINDOW)
    draft = quarterly_inspection.draft_notice(WINDOW)
    lake = Lake(tmp_path / "lake")
    assert {row["target_id"][:10] for row in lake.window_rows("visits", WINDOW)} == {HEALTHY, *pages}
    verdicts = {row["code"]: row["outcome"] for row in lake.window_rows("verdicts", WINDOW)}
    assert verdicts.keys() == {HEALTHY, *pages}
    assert verdicts[HEALTHY] == "qualified"
    assert "unqualified" not in verdicts.values()
    assert draft
