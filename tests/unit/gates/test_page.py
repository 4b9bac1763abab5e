"""The page that a gate's link opens."""

from __future__ import annotations

from bs4 import BeautifulSoup

from jiancha.gates import FailingRow, GateRow, checks_page

PASSED = GateRow("registry", "sites_present", "critical", True, 0, (), "名录中没有网站")
WARNED = GateRow(
    "registry",
    "site_level",
    "warning",
    False,
    8,
    (
        *(FailingRow("科技局（1）", f"第{n}行") for n in range(7)),
        FailingRow("<b>乙</b>", "<img src=x onerror=alert(1)>"),
    ),
    "网站类型未知",
)
STOPPED = GateRow(
    "registry", "site_url", "critical", False, 1, (FailingRow("教育局（2）", ""),), "首页网址不是网址"
)


def page() -> BeautifulSoup:
    return BeautifulSoup(checks_page("registry", "2021Q1", [PASSED, WARNED, STOPPED]), "html.parser")


def cells(table: int) -> list[list[str]]:
    rows = page().find_all("table")[table].find("tbody").find_all("tr")
    return [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in rows]


def test_failed_checks_come_first() -> None:
    assert [row[:4] for row in cells(0)] == [
        ["site_url", "关键", "不通过", "1"],
        ["site_level", "提示", "不通过", "8"],
        ["sites_present", "关键", "通过", ""],
    ]


def test_all_failing_rows_are_named_by_body_and_outside_text_stays_text() -> None:
    assert cells(1) == [["教育局（2）", "1", ""]]
    assert cells(2) == [
        ["科技局（1）", "7", "；".join(f"第{n}行" for n in range(7))],
        ["<b>乙</b>", "1", "<img src=x onerror=alert(1)>"],
    ]
    assert page().find("img") is None


def test_the_page_needs_nothing_but_itself() -> None:
    html = checks_page("registry", "2021Q1", [STOPPED])
    assert "//" not in html
    assert not {"script", "link", "img"} & {tag.name for tag in page().find_all(True)}
