"""The list of owners' addresses: what is taken, and what is refused with its row."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiancha.accounts.owners import OwnersError, load_owners, read_owners


def test_lines_and_addresses_of_one_owner_add_up() -> None:
    text = "主办单位,邮箱\n秦都区政府,a@qindu.gov.cn;b@qindu.gov.cn\n市教育局, \n秦都区政府,c@qindu.gov.cn\n"
    owners = read_owners("owners.csv", text.encode("gb18030"))
    assert owners.of("秦都区政府") == ("a@qindu.gov.cn", "b@qindu.gov.cn", "c@qindu.gov.cn")
    assert owners.of("秦都区 政府 ") == owners.of("秦都区政府")
    assert owners.of("市教育局") == owners.of("市卫生健康委") == ()


def test_columns_are_found_by_name_in_any_order() -> None:
    owners = read_owners("o.csv", "备注,电子邮箱,开设主体\nx,a@b.cn,乾县县委网信办(主办)\n".encode())
    assert owners.of("乾县县委网信办(主办)") == ("a@b.cn",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("主办单位,电话\n甲,1\n", "邮箱"),
        ("邮箱\na@b.cn\n", "主办单位"),
        ("主办单位,邮箱\n甲,a@b.cn\n,c@d.cn\n", "row 3"),
        ("主办单位,邮箱\n甲,没有\n", "没有"),
        ("主办单位,邮箱\n甲,a@b..cn\n", "row 2"),
        ('主办单位,邮箱\n甲,"a@b.cn\nBcc: all@b.cn"\n', "Bcc:"),
        ("主办单位,邮箱\n甲,{{ 7*7 }}@b.cn\n", "row 2"),
        ("", "empty"),
    ],
)
def test_what_is_wrong_is_told(text: str, told: str) -> None:
    with pytest.raises(OwnersError, match=r"owners\.csv") as caught:
        read_owners("owners.csv", text.encode())
    assert told in str(caught.value)


def test_without_a_list_nobody_has_an_address_and_a_lost_one_is_an_error(tmp_path: Path) -> None:
    assert load_owners(None).of("甲") == ()
    with pytest.raises(OwnersError, match="cannot be read"):
        load_owners(tmp_path / "gone.csv")
