"""Wording errors of a visited site, what a later look finds, and how the notice tells it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jiancha.lake import Lake
from jiancha.notice.special import wording_check
from jiancha.registry.model import Level, Site
from jiancha.settings import HttpSettings, Settings, SiteSettings, WordingSettings
from jiancha.sites import wording_recheck
from jiancha.sites.visit import inspect_site
from jiancha.sites.wording_recheck import look_again
from jiancha.standard import load_standard
from jiancha.windows import Calendar

WINDOW = Calendar().window("2021Q1")  # checkpoint 2021-02-15 23:59:59
HTML = {"Content_Type": "text/html"}
SETTINGS = Settings(
    clock="2021-02-16T09:00:00+08:00",
    http=HttpSettings(allow_private=True, total_timeout=10),
    site=SiteSettings(max_link_checks=0, sample_articles=0),
)


def serve(hostile: Any, path: str, body: str) -> None:
    hostile.serve(path, f"<html><head><title>页</title></head><body>{body}</body></html>".encode(), **HTML)


def article(text: str) -> str:
    byline = "<p>发布时间:2021-02-10 来源:市局 浏览次数:3</p>"
    return f"<h1>会议</h1>{byline}<p>{text}</p><p>会议强调,要抓好落实。</p>"


@pytest.fixture
def site(hostile: Any) -> Site:
    serve(hostile, "/", '<ul><li><a href="/gzdt/">工作动态</a></li></ul>')
    items = "".join(
        f'<li><a href="/gzdt/{n}.html">{title}</a><span>{day}</span></li>'
        for n, title, day in (
            (1, "县人民攻府召开会议", "2021-02-10"),
            (2, "召开防汛工作会议", "2021-01-20"),
            (3, "召开森林防火会议", "2020-12-01"),
        )
    )
    serve(hostile, "/gzdt/", f"<ul>{items}</ul>")
    serve(hostile, "/gzdt/1.html", article("县人民攻府召开会议,学习国土资源局文件。"))
    serve(hostile, "/gzdt/2.html", article("调整领导小姐成员。"))
    serve(hostile, "/gzdt/3.html", article("全面布署工作。"))
    return Site("6104000001", "某局", f"{hostile.url}/", Level.MUNICIPAL_DEPARTMENT, "某局", 1)


def visit(site: Site, lake: Lake, settings: Settings = SETTINGS) -> list[dict[str, Any]]:
    standard = load_standard("guoban-2019")
    inspect_site(site, WINDOW, columns=(), standard=standard, settings=settings, lake=lake)
    return sorted(lake.window_rows("wording", WINDOW.key), key=lambda row: row["wrong"])


def test_lists_and_recent_articles_are_checked_and_an_error_is_told_once(site: Site, tmp_path: Path) -> None:
    rows = visit(site, Lake(tmp_path))
    told = {
        row["wrong"]: (row["severity"], row["page_url"].removeprefix(site.url), row["pages"]) for row in rows
    }
    assert told == {  # the article of December lies too far back
        "国土资源局": ("提示", "gzdt/1.html", 1),
        "人民攻府": ("严重", "gzdt/1.html", 2),
        "领导小姐": ("严重", "gzdt/2.html", 1),
    }
    assert all(row["evidence"] for row in rows)


def test_other_levels_are_left_aside(site: Site, tmp_path: Path, hostile: Any) -> None:
    assert visit(replace(site, level=Level.COUNTY_PORTAL), Lake(tmp_path)) == []
    assert "/gzdt/2.html" not in [path for path, _ in hostile.seen]


@pytest.mark.parametrize(
    ("line", "passes"),
    [("领导小姐  # 一部剧名", True), ("6104000001: 领导小姐", True), ("6104000002:领导小姐", False)],
)
def test_the_office_lets_phrases_pass(site: Site, tmp_path: Path, line: str, passes: bool) -> None:
    allow = tmp_path / "allow.txt"
    allow.write_text(f"{line}\n", encoding="utf-8")
    settings = replace(SETTINGS, wording=WordingSettings(allow=allow))
    found = [row["wrong"] for row in visit(site, Lake(tmp_path / "lake"), settings)]
    assert ("领导小姐" not in found) == passes


def test_what_was_mended_is_seen_later(site: Site, tmp_path: Path, hostile: Any) -> None:
    lake = Lake(tmp_path)
    rows = [row for row in visit(site, lake) if row["severity"] != "提示"]
    lake.write_rows("sites", WINDOW.key, "registry", [_registered(site)])
    serve(hostile, "/gzdt/2.html", article("调整领导小组成员。"))
    later = replace(SETTINGS, clock="2021-03-15T09:00:00+08:00")
    states = look_again(rows, WINDOW.key, settings=later, lake=lake)
    assert {row["note"]: row["outcome"] for row in states} == {"仍为“人民攻府”": "open", "已改正": "mended"}
    lake.write_rows("wording_states", WINDOW.key, "20210315", states)
    before, _ = wording_check(lake, WINDOW, SETTINGS, date(2021, 3, 14))
    check, errors = wording_check(lake, WINDOW, SETTINGS, date(2021, 3, 15))
    assert before is not None
    assert (before.found, before.rectified) == (2, 0)
    assert check is not None
    assert (check.scope, check.found, check.rectified) == ("1家市级政府部门网站", 2, 1)
    assert [(error.wrong, error.mended) for error in errors] == [("人民攻府", False), ("领导小姐", True)]


def test_a_page_that_is_gone_is_mended_and_one_that_fails_is_unknown(
    site: Site, tmp_path: Path, hostile: Any
) -> None:
    lake = Lake(tmp_path)
    rows = [row for row in visit(site, lake) if row["severity"] != "提示"]
    hostile.serve("/gzdt/1.html", b"", status=404)
    hostile.serve("/gzdt/2.html", b"", status=503)
    states = look_again(rows, WINDOW.key, settings=SETTINGS, lake=lake)
    assert {row["note"]: row["outcome"] for row in states} == {
        "页面已撤下": "mended",
        "服务器返回 HTTP 503": "unknown",
    }


def test_a_page_that_breaks_its_reader_is_unknown_and_the_others_are_looked_at(
    site: Site, tmp_path: Path, hostile: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(tmp_path)
    rows = [row for row in visit(site, lake) if row["severity"] != "提示"]
    serve(hostile, "/gzdt/2.html", article("调整领导小组成员。"))
    whole = wording_recheck.visible_text

    def breaks(tree: Any) -> str:
        text = whole(tree)
        if "攻府" in text:
            raise RecursionError("\ud800")
        return text

    monkeypatch.setattr(wording_recheck, "visible_text", breaks)
    states = look_again(rows, WINDOW.key, settings=SETTINGS, lake=lake)
    assert {row["note"]: row["outcome"] for row in states} == {"页面无法读出": "unknown", "已改正": "mended"}


def test_a_site_that_could_not_be_read_was_not_checked(tmp_path: Path) -> None:
    site = Site("6104000001", "某局", "http://127.0.0.1:9/", Level.MUNICIPAL_DEPARTMENT, "某局", 1)
    lake = Lake(tmp_path)
    lake.write_rows("sites", WINDOW.key, "registry", [_registered(site)])
    assert wording_check(lake, WINDOW, SETTINGS, WINDOW.checkpoint_day) == (None, ())


def _registered(site: Site) -> dict[str, Any]:
    return {
        "target_id": site.target_id,
        "site_code": site.site_code,
        "name": site.name,
        "url": site.url,
        "level": str(site.level),
        "owner": site.owner,
        "row": site.row,
    }
