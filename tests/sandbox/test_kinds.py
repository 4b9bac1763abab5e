"""The catalogue of oddities: each kind has carriers, shows what it says, and changes no answer of the key."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from jiancha.registry.exports import read_exports
from jiancha.windows import ZONE
from jiancha_sandbox.channels import VENDOR_HOST
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.exports import build_exports
from jiancha_sandbox.key import answer_key
from jiancha_sandbox.kinds import (
    EXPORT_KINDS,
    SITE_KINDS,
    TABLE_KINDS,
    export_kinds,
    report_kind,
    workbook_kind,
)
from jiancha_sandbox.sites import CitySite
from jiancha_sandbox.web import Answer, CityWeb

DOCS = Path(__file__).parents[2] / "docs" / "sandbox-city.md"


@pytest.fixture(scope="module")
def late() -> SandboxCity:
    """The city after the last window with a script."""
    return SandboxCity(clock=datetime(2021, 12, 31, 9, tzinfo=ZONE))


@pytest.fixture(scope="module")
def web(late: SandboxCity) -> CityWeb:
    return CityWeb(late)


def carrier(city: SandboxCity, kind: str) -> CitySite:
    return next(site for site in city.sites if city.kinds.get(site.site_code) == kind)


def ask(web: CityWeb, site: CitySite, address: str) -> Answer:
    answer = web.answer(site.host, address)
    assert answer is not None
    return answer


def shown(web: CityWeb, site: CitySite, address: str) -> str:
    answer = ask(web, site, address)
    assert answer.status == 200, address
    return answer.body.decode(web.city.style(site).encoding, "replace")


def test_every_kind_has_a_site_that_fails_in_some_window_and_is_healthy_in_others(late: SandboxCity) -> None:
    windows = late.windows()
    failing = {
        row["site_code"]: window.key for window in windows for row in answer_key(late, window)["sites"]
    }
    carriers = Counter(late.kinds.values())
    assert carriers == dict.fromkeys(SITE_KINDS, 2)
    fails = {kind for code, kind in late.kinds.items() if code in failing}
    assert fails == set(SITE_KINDS)
    assert all(sum(row == code for row in failing) < len(windows) for code in late.kinds)


def test_kinds_leave_the_notice_of_2021q1_and_a_few_sites_of_each_template_alone(late: SandboxCity) -> None:
    assert not {"6104000028", "6104000054"} & late.kinds.keys()
    assert export_kinds(None) == ()
    plain = Counter(site.template for site in late.sites if site.site_code not in late.kinds)
    assert min(plain.values()) >= 2
    assert len(plain) == 9


def home_of(web: CityWeb, site: CitySite) -> str:
    return shown(web, site, web.city.style(site).home)


#: What the home page, or the list of 通知公告, of a carrier must show.
_HOME: dict[str, str] = {
    "heading_menu": r'<div class="menu"><a href=""></a><h3>新闻中心</h3><ul><li><a href=',
    "opened_menu": r'<div class="drop" style="display:none"><ul><li><a href=',
    "picture_links": r'<a href="[^"]+"><img src="/images/menu\d+\.gif" (?:alt|title)="[^"]+"></a>',
    "two_addresses": r';jsessionid=\w+">.*\?t=\d+">.*list\.shtml">更多',
    "gbk_query": r'href="/list\.jsp\?lm=通知公告"',
    "backslashes": r'href="\\[^/"]+"',
    "noscript_refresh": r'<noscript><meta http-equiv="refresh"',
    "year_headings": r"<h3>2021年</h3>\n<ul[^>]*>\n<li>.*<span>\d\d-\d\d</span>",
    "dates_in_titles": r"\(2021-\d\d-\d\d\)</a></li>",
    "three_siblings": r'<p class="summary">.*\n<p class="when">发布时间:2021-\d\d-\d\d</p>',
    "column_records": r'var channels = .*"releaseTime": "2021-12-31 06:00:00"',
    "timeless_pages": r'<a href="/lxwm/">联系我们</a>',
}


@pytest.mark.parametrize("kind", _HOME)
def test_home_pages_show_their_kind(web: CityWeb, kind: str) -> None:
    assert re.search(_HOME[kind], home_of(web, carrier(web.city, kind)), re.DOTALL)


def notices_of(site: CitySite) -> str:
    return next(column for column in site.columns if column.name == "通知公告").path


def several_addresses(web: CityWeb, site: CitySite) -> bool:
    path = notices_of(site)
    pages = {
        shown(web, site, path + tail) for tail in ("", ";jsessionid=8F2A6C", "?t=1612137600", "list.shtml")
    }
    return len(pages) == 1


def charset_of_query(web: CityWeb, site: CitySite) -> bool:
    gbk, utf8 = "%CD%A8%D6%AA%B9%AB%B8%E6", "%E9%80%9A%E7%9F%A5%E5%85%AC%E5%91%8A"
    empty = "暂无信息" in shown(web, site, f"/list.jsp?lm={utf8}")
    return empty and "暂无信息" not in shown(web, site, f"/list.jsp?lm={gbk}")


def switch_by_script(web: CityWeb, site: CitySite) -> bool:
    entrance = shown(web, site, "/")
    return "else { window.location.href = '/pc/index.html'" in entrance and 'class="home"' in home_of(
        web, site
    )


def footer_in_gbk(web: CityWeb, site: CitySite) -> bool:
    body = ask(web, site, web.city.style(site).home).body
    head, _, footer = body.partition(b'<div class="footer">')
    return site.name in head.decode("utf-8") and "主办单位" in footer.decode("gbk")


def faulty_lines(web: CityWeb, site: CitySite) -> bool:
    return b"powered by nginx" in ask(web, site, notices_of(site)).header_lines


def nothing_below_a_whole_list(web: CityWeb, site: CitySite) -> bool:
    page = shown(web, site, web.city.style(site).home)
    address = re.search(r'href="([^"]+)">通知公告', page)
    assert address
    return "<h3>相关附件</h3><p>暂无</p>" in shown(web, site, address[1].replace("&amp;", "&"))


@pytest.mark.parametrize(
    ("kind", "shows"),
    [
        ("two_addresses", several_addresses),
        ("gbk_query", charset_of_query),
        ("mobile_switch", switch_by_script),
        ("gbk_footer", footer_in_gbk),
        ("faulty_headers", faulty_lines),
        ("no_attachments", nothing_below_a_whole_list),
    ],
)
def test_pages_show_their_kind(web: CityWeb, kind: str, shows: Callable[[CityWeb, CitySite], bool]) -> None:
    assert shows(web, carrier(web.city, kind))


def test_every_kind_of_site_is_tried_above() -> None:
    tried = {*_HOME, "mobile_switch", "gbk_footer", "faulty_headers", "no_attachments"}
    assert tried == set(SITE_KINDS)


def test_odd_exports_hold_the_same_registry(late: SandboxCity) -> None:
    tried: set[str] = set()
    for window in late.windows():
        kinds = export_kinds(window.quarter)
        if not kinds:
            continue
        tables = read_exports(list(build_exports(late, as_of=window.end).items()))
        sites = {(site.site_code, site.url) for site in tables.sites}
        assert sites == {(s.site_code, f"http://{s.host_at(window.end)}/") for s in late.sites}, window.key
        accounts = {(a.account_code, a.platform, a.name, a.owner) for a in tables.accounts}
        assert accounts == {
            (a.code, a.platform, a.name_at(window.end).replace("\n", ""), a.owner) for a in late.accounts
        }, window.key
        assert (len(tables.sites), len(tables.accounts)) == (56, 252)
        remarks = Counter(remark.check for remark in tables.warnings)
        states = [row.state for row in tables.closed]
        assert states == (["已关停", "已注销", "已注销", "停用"] if "states" in kinds else [])
        assert remarks["state"] == (2 if "states" in kinds else 0)
        assert remarks["address"] == (42 if "noted_addresses" in kinds else 0)
        assert remarks["hidden"] == (4 if "hidden_sheets" in kinds else 0)
        tried |= set(kinds)
    assert tried == set(EXPORT_KINDS)


def test_every_kind_of_table_is_there_and_tells_of_accounts_that_fail(
    late: SandboxCity, web: CityWeb
) -> None:
    failing = {row["account_code"] for w in late.windows() for row in answer_key(late, w)["accounts"]}
    carriers: dict[str, set[str]] = {}
    for account in late.accounts:
        for channel in late.channels(account):
            if channel.adapter == "self_report":
                carriers.setdefault(report_kind(account.region), set()).add(account.code)
            elif channel.address.endswith(".xlsx"):
                carriers.setdefault(workbook_kind(account.region), set()).add(account.code)
    assert carriers.keys() == TABLE_KINDS.keys()
    for kind, codes in carriers.items():
        assert codes & failing, kind
        assert codes - failing, kind


def table_of(web: CityWeb, kind: str) -> list[dict[str, str]]:
    account = next(a for a in web.city.accounts if a.form == "csv" and report_kind(a.region) == kind)
    answer = web.answer(account.address.split("/")[2], "/zwxmt/fbjl.csv")
    assert answer is not None
    encoding = "utf-8-sig" if answer.body.startswith(b"\xef\xbb\xbf") else "gb18030"
    return list(csv.DictReader(io.StringIO(answer.body.decode(encoding))))


def test_tables_show_their_kind(web: CityWeb) -> None:
    assert {row["状态"] for row in table_of(web, "approved")} == {
        "审核通过",
        "已审核",
        "定时发布成功",
        "未删除",
    }
    deleted = [
        r for r in table_of(web, "deleted_posts") if r["状态"] == "已删除" or "已被发布者删除" in r["标题"]
    ]
    assert {row["账号名称"] for row in deleted} == {r["账号名称"] for r in table_of(web, "deleted_posts")}
    assert all("\u200b" in row["账号名称"] for row in table_of(web, "invisible_signs"))


@pytest.mark.parametrize("kind", ["monthly_sheets", "merged_names"])
def test_workbooks_show_their_kind(web: CityWeb, kind: str) -> None:
    addresses = {
        channel.address.removeprefix(f"http://{VENDOR_HOST}")
        for account in web.city.accounts
        for channel in web.city.channels(account)
        if channel.address.endswith(".xlsx") and workbook_kind(account.region) == kind
    }
    answer = web.answer(VENDOR_HOST, min(addresses))
    assert answer is not None
    book = load_workbook(io.BytesIO(answer.body))
    if kind == "monthly_sheets":
        assert {"2021年1月", "2021年2月"} < set(book.sheetnames)
    else:
        assert len(book.sheetnames) == 1
        assert len(book.active.merged_cells.ranges) >= 2


def test_the_documentation_has_every_kind() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for name, oddity in [
        *((name, kind.oddity) for name, kind in SITE_KINDS.items()),
        *EXPORT_KINDS.items(),
        *TABLE_KINDS.items(),
    ]:
        assert f"| `{name}` | {oddity} |" in text
