"""Registry exports: files, headers, faults kept, differences over time."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.exports import build_exports, write_all_exports, write_exports
from jiancha_sandbox.plan import build_plan


def sheet(content: bytes) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return list(book.worksheets[0].iter_rows(values_only=True))


@pytest.fixture(scope="module")
def files(city: SandboxCity) -> dict[str, bytes]:
    return build_exports(city, as_of=date(2021, 2, 15))


def test_sites(files: dict[str, bytes]) -> None:
    title, header, *rows = sheet(files["政府网站名录-20210215.xlsx"])
    assert str(title[0]).startswith("咸阳市政府网站")
    assert header == ("序号", "网站名称", "网站标识码", "首页网址", "网站类型", "主办单位")
    assert len(rows) == 56
    by_code = {row[2]: row for row in rows}
    assert by_code["6104000004"][1:5] == (
        "咸阳市人民政府", "6104000004", "http://www.xianyang.gov.cn/", "市级政府门户网站",
    )  # fmt: skip
    assert by_code["6104000028"][1:5] == (
        "咸阳市发展和改革委员会", "6104000028", "http://fgw.xianyang.gov.cn/", "市级政府部门网站",
    )  # fmt: skip
    assert by_code["6104000054"][1] == "咸阳市科学技术局"
    kinds = [row[4] for row in rows]
    assert kinds.count("县级政府门户网站") == 13
    assert not any(str(row[2]).startswith("610403") for row in rows)


def test_accounts_keep_the_faults_of_the_register(files: dict[str, bytes]) -> None:
    _, header, *rows = sheet(files["政务新媒体名录-20210215.xlsx"])
    assert header == ("序号", "新媒体标识码", "账号类型", "账号名称", "开设主体")
    assert len(rows) == 252
    names = {(row[1], row[3]) for row in rows}
    assert ("610424M008JR0003", "乾县公安局\n城关派出所") in names
    assert ("610424M008WX0002", "乾县\n交警大队") in names
    assert ("610424M008WX0003", "乾县公安局\n城关派出所") in names
    assert [row[3] for row in rows if row[1] == "610424M014WX0001"] == ["qxbdcdjzx", "秦都再就业服务中心"]
    assert not {row[2] for row in rows} & {"小程序", "移动客户端"}


def test_columns_that_no_link_leads_to(files: dict[str, bytes], city: SandboxCity) -> None:
    content = files["栏目清单-20210215.csv"]
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert list(rows[0]) == ["网站标识码", "栏目名称", "栏目网址", "栏目类别"]
    assert len(rows) == 3
    for row in rows:
        site = city.site(row["网站标识码"])
        assert [c.name for c in site.columns if not c.listed] == [row["栏目名称"]]
        assert row["栏目网址"] == f"http://{site.host}/zwgk/tjxx/"


def test_every_account_has_a_source_in_the_registry_or_in_the_plan(
    files: dict[str, bytes], city: SandboxCity
) -> None:
    rows = list(csv.DictReader(io.StringIO(files["新媒体来源-20210215.csv"].decode("gb18030"))))
    assert list(rows[0]) == ["新媒体标识码", "账号类型", "账号名称", "读取方式", "地址"]
    plan = list(csv.DictReader(io.StringIO(build_plan(city).decode("utf-8-sig"))))
    assert list(plan[0]) == ["新媒体标识码", "账号类型", "账号名称", "读取方式", "地址", "平台账号"]
    codes = {(row["新媒体标识码"], row["账号类型"]) for row in (*rows, *plan)}
    assert codes == {(a.code, a.platform) for a in city.accounts}
    assert {row["读取方式"] for row in rows} == {"feed", "self_report"}
    assert all(row["地址"].startswith("http://") for row in rows)


def test_one_site_moves_and_one_account_is_renamed_in_2020(city: SandboxCity) -> None:
    before, after = (build_exports(city, as_of=day) for day in (date(2020, 5, 15), date(2020, 11, 15)))
    old_sites = sheet(before["政府网站名录-20200515.xlsx"])[2:]
    new_sites = sheet(after["政府网站名录-20201115.xlsx"])[2:]
    assert [(o[3], n[3]) for o, n in zip(old_sites, new_sites, strict=True) if o != n] == [
        ("http://xyjtj.xianyang.gov.cn/", "http://jtj.xianyang.gov.cn/")
    ]
    old_accounts = sheet(before["政务新媒体名录-20200515.xlsx"])[2:]
    new_accounts = sheet(after["政务新媒体名录-20201115.xlsx"])[2:]
    changed = [(o, n) for o, n in zip(old_accounts, new_accounts, strict=True) if o != n]
    assert len(changed) == 1
    assert changed[0][0][3] == f"{changed[0][1][3]}政务微博"


def test_the_same_seed_writes_the_same_bytes(city: SandboxCity, files: dict[str, bytes]) -> None:
    assert build_exports(SandboxCity(2021, city.clock), as_of=date(2021, 2, 15)) == files


def test_one_set_per_window_up_to_the_clock(city: SandboxCity, tmp_path: Path) -> None:
    paths = write_all_exports(tmp_path / "registry", city)
    assert len(paths) == 8 * 4
    assert {p.stem[-8:] for p in paths} == {
        "20190515", "20190815", "20191115", "20200215", "20200515", "20200815", "20201115", "20210215",
    }  # fmt: skip
    one = write_exports(tmp_path / "one", city, as_of=date(2021, 2, 15))
    assert one[0].read_bytes() == (tmp_path / "registry" / one[0].name).read_bytes()
