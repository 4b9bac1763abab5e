"""The page that a gate's link opens."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup

from jiancha.gates import CHECKS_PAGE, GateRow, write_checks_page

PASSED = GateRow("registry", "sites_present", "critical", True, 0, (), "名录中没有网站")
WARNED = GateRow(
    "registry", "site_level", "warning", False, 2, ("<img src=x onerror=alert(1)>",), "网站类型未知"
)
STOPPED = GateRow("registry", "site_url", "critical", False, 1, ("科技局",), "首页网址不是网址")


def test_failed_checks_come_first_and_outside_text_stays_text(tmp_path: Path) -> None:
    (tmp_path / "validations").mkdir()
    (tmp_path / "validations" / "registry.html").write_text("")
    write_checks_page(tmp_path, "registry", "2021Q1", [PASSED, WARNED, STOPPED])
    page = BeautifulSoup((tmp_path / CHECKS_PAGE).read_text(encoding="utf-8"), "html.parser")
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in page.find_all("tr")[1:]]
    assert [row[:4] for row in rows] == [
        ["site_url", "关键", "不通过", "1"],
        ["site_level", "提示", "不通过", "2"],
        ["sites_present", "关键", "通过", ""],
    ]
    assert rows[1][5] == "<img src=x onerror=alert(1)>"
    assert page.find("img") is None
    assert [a["href"] for a in page.find_all("a")] == ["validations/registry.html"]
