"""Matching, dates, exceptions, and one error told once."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from jiancha.errors import InputError
from jiancha.pages.outline import parse
from jiancha.text.charset import decode
from jiancha.wording import Checker, Rule, Severity, distinct, load_rules, visible_text
from jiancha.wording.rules import COLUMNS, read_rules

DAY = date(2021, 2, 15)
HEAD = ",".join(COLUMNS)


def rule(number: str, *wrong: str, unless: tuple[str, ...] = (), **dates: date | None) -> Rule:
    since, until = dates.get("since"), dates.get("until")
    return Rule(number, "文字差错", Severity.ORDINARY, wrong, "政府", unless, since, until, "词典", "", "")


def test_an_error_has_its_place_and_its_words() -> None:
    (hit,) = Checker([rule("1", "攻府")], DAY).check("县人民攻府办公室")
    assert (hit.start, hit.end, hit.wrong) == (3, 5, "攻府")
    assert (hit.before, hit.after, hit.snippet) == ("县人民", "办公室", "县人民攻府办公室")


def test_of_forms_that_overlap_the_first_and_longest_is_told() -> None:
    checker = Checker([rule("1", "攻府"), rule("2", "人民攻府")], DAY)
    assert [hit.rule.id for hit in checker.check("县人民攻府和镇攻府")] == ["2", "1"]


def test_an_exception_is_for_its_own_rule() -> None:
    checker = Checker([rule("1", "攻府", unless=("攻府谷",)), rule("2", "府谷")], DAY)
    assert [hit.rule.id for hit in checker.check("进攻府谷")] == ["2"]


def test_a_white_list_holds_phrases_and_numbers() -> None:
    rules = [rule("1", "攻府"), rule("2", "政俯")]
    said = "攻府网与攻府,政俯"
    assert [hit.start for hit in Checker(rules, DAY, ["攻府网"]).check(said)] == [4, 7]
    assert [hit.rule.id for hit in Checker(rules, DAY, ["1"]).check(said)] == ["2"]


@given(st.dates(), st.dates(), st.dates())
def test_both_limits_of_a_rule_belong_to_it(since: date, until: date, day: date) -> None:
    found = Checker([rule("1", "攻府", since=since, until=until)], day).check("攻府")
    assert bool(found) == (since <= day <= until)


def test_the_day_before_a_name_was_right() -> None:
    since = date(2019, 4, 1)
    for day, count in ((since - timedelta(days=1), 0), (since, 1)):
        assert len(Checker([rule("1", "国土资源局", since=since)], day).check("县国土资源局")) == count


@given(st.text(max_size=200))
def test_positions_are_those_of_the_text(said: str) -> None:
    text = f"{said}攻府{said}"
    for hit in Checker([rule("1", "攻府")], DAY).check(text):
        assert text[hit.start : hit.end] == hit.wrong == "攻府"


def test_one_error_on_many_pages_is_one() -> None:
    checker = Checker([rule("1", "攻府")], DAY)
    pages = {
        "/": "要闻\n县人民攻府召开第三次常…\n02-11",
        "/list": "县人民攻府召开第三次常务会议 2021-02-11",
        "/a": "县人民攻府召开第三次常务会议-某县",
        "/b": "县人民攻府召开第四次常务会议",
        "/c": "攻府",
    }
    found = distinct((url, hit) for url, text in pages.items() for hit in checker.check(text))
    assert [(error.hit.before, error.hit.after, error.place, error.pages) for error in found] == [
        ("县人民", "召开第三次常", "/list", 3),
        ("县人民", "召开第四次常", "/b", 1),
        ("", "", "/c", 1),
    ]


def test_the_same_found_twice_is_still_one() -> None:
    hits = [("/a", hit) for hit in Checker([rule("1", "攻府")], DAY).check("县攻府好,县攻府好")]
    assert [error.pages for error in distinct([*hits, *hits])] == [1]


def test_text_is_what_a_reader_sees() -> None:
    page = (
        "<html><head><title>市攻<b>府</b></title><style>.攻府{}</style></head><body><p>县<span>攻</span>府</p>"
        "<script>var a='攻府'</script><a href='/1'>主攻</a><a href='/2'>府谷</a>"
        "<table><tr><td>攻</td><td>府</td></tr></table>攻<br>府<select><option>攻府</option></select></body></html>"
    )
    assert visible_text(parse(page)).split("\n")[1:] == ["县攻府", "主攻", "府谷", "攻", "府", "攻", "府"]


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00" * 5000, b"<" * 50_000, "攻府".encode() * 300_000, b"<div>" * 20_000, b"\xff\xfe\x00"],
)
def test_whatever_a_page_holds_it_is_read(body: bytes) -> None:
    assert isinstance(
        Checker([rule("1", "攻府")], DAY).check(visible_text(parse(decode(body, None).text))), list
    )


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("1,文字,重大,攻府,政府,,,,词典,,", "程度 '重大'"),
        ("1,文字,一般,攻,政府,,,,词典,,", "错误表述 '攻'"),
        ("1,文字,一般,攻府,政府,进攻,,,词典,,", "除外 '进攻'"),
        ("1,文字,一般,攻府,政府,,2019-4-1,,词典,,", "适用起 '2019-4-1'"),
        (",文字,一般,攻府,政府,,,,词典,,", "编号 is empty"),
        ("1,文字,一般,攻府,政府,,,,词典,,\n1,文字,一般,政俯,政府,,,,词典,,", "stands twice"),
    ],
)
def test_a_faulty_rule_is_named(row: str, told: str) -> None:
    with pytest.raises(InputError, match=r"own\.csv: row \d") as error:
        read_rules("own.csv", f"{HEAD}\n{row}\n".encode())
    assert told in str(error.value)


def test_an_office_changes_and_silences_rules(tmp_path: Path) -> None:
    rows = (
        "O001,机构,一般,领导小租,领导小组,,,,词典,,",
        "P001,党政,严重,,,,,,,,",
        "X1,本市,一般,咸阳是,咸阳市,,,,通知,,",
    )
    text = "\n".join((HEAD, *rows, ""))
    (tmp_path / "own.csv").write_bytes(text.encode("gb18030"))
    rules = {each.id: each for each in load_rules(tmp_path)}
    assert rules["O001"].wrong == ("领导小租",)
    assert "P001" not in rules
    assert rules["X1"].right == "咸阳市"


@pytest.mark.parametrize("data", [b"\xff\xfe\xff", b"a,b\n1,2\n", b'"\n' * 3])
def test_what_is_no_table_is_told(data: bytes) -> None:
    with pytest.raises(InputError, match=r"own\.csv"):
        read_rules("own.csv", data)


@pytest.mark.parametrize("tag", ["div", "section", "b", "center"])
@pytest.mark.parametrize("depth", [300, 510, 600, 3_000])
def test_deep_pages_are_read_to_their_end(tag: str, depth: int) -> None:
    page = f"<body>首{f'<{tag}>' * depth}文<script>无</script><p>末"
    for tree in (parse(page), LexborHTMLParser(page)):
        assert visible_text(tree).replace("\n", "") == "首文末"
