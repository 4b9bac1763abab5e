"""Codes, addresses and states as people write them into cells."""

from __future__ import annotations

import pytest

from jiancha.registry.cells import read_address, read_code, read_state


@pytest.mark.parametrize(
    "cell",
    [
        "6104000054", "'6104000054", "`6104000054`", '="6104000054"', "“6104000054”", "‘6104000054",
        "6,104,000,054", "6104000054.0", "６１０４００００５４", "\t6104000054 ", "61040\u200b00054",
        "\u202a6104000054\u202c", "6104 000 054", "\ufeff6104000054", "6.104000054E+09",
    ],
)  # fmt: skip
def test_codes_are_cleaned(cell: str) -> None:
    assert read_code(cell) == "6104000054"


@pytest.mark.parametrize("cell", ["6.104E+09", "6.10400E+09", "6E9", "6.104e+9", "'6.10402E+09", "6.104E+13"])
def test_a_code_that_has_lost_digits_is_no_code(cell: str) -> None:
    with pytest.raises(ValueError, match="lost its digits"):
        read_code(cell)


@pytest.mark.parametrize("code", ["610402M001WX0001", "bm12345678", "N123456789", "610422E005WX0001"])
def test_codes_with_letters_stay(code: str) -> None:
    assert read_code(f"'{code}") == code


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("www.p.gov.cn\nwww.q.gov.cn", "http://www.p.gov.cn"),
        ("www.p.gov.cn和www.q.gov.cn", "http://www.p.gov.cn"),
        ("www.p.gov.cn或http://www.q.gov.cn", "http://www.p.gov.cn"),
        ("http://www.p.gov.cn/、http://www.q.gov.cn/", "http://www.p.gov.cn/"),
        ("http://www.p.gov.cn;http://www.q.gov.cn", "http://www.p.gov.cn"),
        ("http://www.p.gov.cn；www.q.gov.cn", "http://www.p.gov.cn"),
        ("http://www.p.gov.cn,www.q.gov.cn", "http://www.p.gov.cn"),
        ("http://www.p.gov.cnhttp://www.q.gov.cn", "http://www.p.gov.cn"),
        ("http://www.p.gov.cn/ http://www.q.gov.cn/", "http://www.p.gov.cn/"),
        ("http://www.p.gov.cn/ www.q.gov.cn", "http://www.p.gov.cn/"),
        ("http://www.p.gov.cn（主站）", "http://www.p.gov.cn"),
        ("http://www.p.gov.cn/(新版)", "http://www.p.gov.cn/"),
        ("http://www.p.gov.cn 新版", "http://www.p.gov.cn"),
        ("www.p.gov.cn新版", "http://www.p.gov.cn"),
        ("http://www.p.gov.cn/新版", "http://www.p.gov.cn/"),
        ("新版：http://www.p.gov.cn/", "http://www.p.gov.cn/"),
        ("主站 www.p.gov.cn", "http://www.p.gov.cn"),
    ],
)
def test_of_several_addresses_the_first_is_taken_with_a_remark(cell: str, address: str) -> None:
    found = read_address(cell)
    assert found.value == address
    assert address in found.remark


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("www.p.gov.cn", "http://www.p.gov.cn"),
        ("http://www.p.gov.cn/a\n/b.html", "http://www.p.gov.cn/a/b.html"),
        ("http://www.p.\ngov.cn/", "http://www.p.gov.cn/"),
        ("http://www.p.gov.cn/\u200b", "http://www.p.gov.cn/"),
        ("http://10.0.0.1:8080/", "http://10.0.0.1:8080/"),
        ("http://政务.中国/", None),
    ],
)
def test_one_address_needs_no_remark(cell: str, address: str | None) -> None:
    if address is not None:
        assert read_address(cell) == (address, "")


@pytest.mark.parametrize(
    "cell",
    [
        "http://www.xian yang.gov.cn",
        "新版",
        "无",
        "暂无网址",
        "ftp://p.gov.cn 新版",
        "和",
    ],
)
def test_what_cannot_be_told_apart_is_an_error(cell: str) -> None:
    with pytest.raises(ValueError, match="not a web address"):
        read_address(cell)


@pytest.mark.parametrize("cell", ["http://u:pw@p.gov.cn/", "http://u@p.gov.cn", "http://u:pw@p.gov.cn/ 新版"])
def test_passwords_are_refused_and_not_quoted(cell: str) -> None:
    with pytest.raises(ValueError, match="password") as caught:
        read_address(cell)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    "state",
    [
        "已注销",
        "已关停",
        "停用",
        "迁移",
        "申请注销",
        "注销",
        "关停",
        "已停用",
        "迁移中",
        "整合关停",
        "已 注销",
        "暂停使用",
    ],
)
def test_what_is_closed_is_not_in_use(state: str) -> None:
    assert read_state(state) == (False, "")


@pytest.mark.parametrize("state", ["", "正常", "正常运行", "运行中", "在用", "启用"])
def test_what_is_in_use(state: str) -> None:
    assert read_state(state) == (True, "")


@pytest.mark.parametrize("state", ["例行更新中", "未注销", "未关停", "待定", "?"])
def test_an_unknown_state_is_in_use_with_a_remark(state: str) -> None:
    used, remark = read_state(state)
    assert used
    assert state in remark
