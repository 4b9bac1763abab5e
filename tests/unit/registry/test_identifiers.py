"""Contradictions in identifiers: what is remarked on, and what must not be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.registry.identifiers import check_accounts, check_sites, platform_of_code
from jiancha.registry.model import Account, Level, Site


def sites(*codes_and_names: tuple[str, str]) -> list[Site]:
    return [
        Site(code, name, f"http://s{row}.gov.cn/", Level.OTHER, name, row)
        for row, (code, name) in enumerate(codes_and_names, 1)
    ]


def accounts(*rows: tuple[str, str, str, str]) -> list[Account]:
    return [Account(*row, number) for number, row in enumerate(rows, 1)]


def checks(*rows: tuple[str, str, str, str]) -> list[tuple[str, int]]:
    return [(w.check, w.row) for w in check_accounts(accounts(*rows))]


@pytest.mark.parametrize("code", ["6104000028", "bm12000001", "N000000001"])
def test_forms_of_site_codes(code: str) -> None:
    assert check_sites(sites((code, "某网站"))) == []


@pytest.mark.parametrize(
    "code",
    [
        "610400002",
        "61040000281",
        "BM12000001",
        "bm1200001",
        "n000000001",
        "6104000028\n",
        "６１０４００００２８",
    ],
)
def test_malformed_site_codes(code: str) -> None:
    assert [w.check for w in check_sites(sites((code, "某网站")))] == ["site_code_form"]


@pytest.mark.parametrize(
    "code", ["610422M05WX0001", "610422M005wx0001", "610422M005W0001", "610422M005WX001", "", "M"]
)
def test_malformed_account_codes(code: str) -> None:
    assert checks((code, "微信订阅号", "某号", "某局")) == [("account_code_form", 1)]


@pytest.mark.parametrize(
    ("code", "platform", "contradicts"),
    [
        ("610422M005WX0001", "微信视频号", False),
        ("610422M005XL0001", "新浪微博", False),
        ("610422M010DY0001", "抖音短视频", False),
        ("610422M003JR0001", "今日头条", False),
        ("610422M005KS0001", "快手", False),  # letters that nobody explained
        ("6104220022", "新浪微博", False),  # the old form has no letters
        ("610422M019WX0001", "今日头条", True),
        ("610422M015XL0001", "微信订阅号", True),
    ],
)
def test_letters_against_the_account_type(code: str, platform: str, contradicts: bool) -> None:
    assert checks((code, platform, "三原某号", "三原某局")) == (
        [("account_code_platform", 1)] if contradicts else []
    )


def test_the_published_notice_of_2021() -> None:
    """Rows 6, 9, 10, 13 and 15 of annex 2, in the order of the notice."""
    rows = [
        ("610402M019WX0001", "今日头条", "秦都退役军人事务局", "咸阳市秦都区退役军人事务局"),
        ("610424M014WX0001", "微信订阅号", "秦都再就业服务中心", "秦都再就业服务中心"),
        ("610425M015XL0001", "微信订阅号", "礼泉县交警大队", "礼泉县公安局交通警察大队"),
        ("610424M014WX0001", "微信订阅号", "qxbdcdjzx", "乾县不动产登记中心"),
        ("610424M008WX0002", "新浪微博", "乾县交警大队", "乾县公安局交警大队"),
    ]
    assert checks(*rows) == [
        ("account_code_platform", 1),
        ("account_region_mismatch", 2),
        ("account_code_platform", 3),
        ("account_code_platform", 5),
        ("account_code_duplicate", 2),
    ]
    duplicate = check_accounts(accounts(*rows))[-1]
    assert duplicate.code == "610424M014WX0001"
    assert "第2行“秦都再就业服务中心”" in duplicate.message
    assert "第4行“qxbdcdjzx”" in duplicate.message


@pytest.mark.parametrize(
    ("code", "name", "owner", "mismatch"),
    [
        ("610424M014WX0001", "退役军人之家", "咸阳市秦都区退役军人事务局", True),
        ("610424M014WX0001", "秦都发布", "宣传中心", True),
        ("610424M014WX0001", "乾县驻秦都区办事处", "乾县人民政府", False),  # its own region is named too
        ("610402M014WX0001", "三原秦都商会", "商会", False),
        ("610430M007WX0001", "咸阳市生态环境局淳化分局", "咸阳市生态环境局淳化分局", False),
        ("610424M014WX0001", "练武功夫馆", "文旅局", False),  # 武功 within another word
        ("610400M014WX0001", "咸阳市公安局秦都分局", "咸阳市公安局", False),
        ("610427M014WX0001", "彬州发布", "彬州市人民政府", False),  # 彬县 became 彬州市
        ("610482M014WX0001", "彬州发布", "彬州市人民政府", False),
        ("610404M014WX0001", "彬州发布", "彬州市人民政府", True),
    ],
)
def test_names_of_another_region(code: str, name: str, owner: str, mismatch: bool) -> None:
    expected = [("account_region_mismatch", 1)] if mismatch else []
    assert checks((code, "微信订阅号", name, owner)) == expected


@pytest.mark.parametrize(("region", "says"), [("110101", "不在已知区划中"), ("990000", "不属于任何省份")])
def test_unknown_regions(region: str, says: str) -> None:
    found = check_sites(sites((f"{region}0001", "秦都区政府")))
    assert [w.check for w in found] == ["site_region_unknown"]
    assert says in found[0].message


def test_two_sites_with_one_code_are_both_named() -> None:
    found = check_sites(sites(("6104000028", "甲局"), ("6104000054", "乙局"), ("6104000028", "丙局")))
    assert [(w.check, w.row, w.code) for w in found] == [("site_code_duplicate", 1, "6104000028")]
    assert "第1行“甲局”" in found[0].message
    assert "第3行“丙局”" in found[0].message
    assert "乙局" not in found[0].message


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=20), st.text(max_size=20))
def test_no_text_is_too_odd_to_be_checked(code: str, platform: str, name: str, owner: str) -> None:
    for remark in check_accounts(accounts((code, platform, name, owner))):
        assert remark.row == 1
        assert remark.code == code
        assert remark.message


@given(st.integers(0, 999_999), st.integers(0, 999), st.integers(0, 9999))
def test_letters_are_read_whatever_the_digits(region: int, organisation: int, serial: int) -> None:
    assert platform_of_code(f"{region:06}M{organisation:03}WX{serial:04}") == "微信"
    assert platform_of_code(f"{region:06}M{organisation:03}ZZ{serial:04}") is None
