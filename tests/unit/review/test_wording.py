"""Wording errors (错误表述) under review: asked by class, decided one by one, published when confirmed."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from support.lake_rows import City
from support.review_talk import NOW, answer, asked, published, taken

from jiancha.audit.docx_text import docx_text
from jiancha.cli.main import main
from jiancha.errors import ReviewError
from jiancha.pipeline import publish_notice, rectification
from jiancha.review import store
from jiancha.windows import ZONE


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """Two sites without findings: five errors of two classes, and a hint."""
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("JIANCHA_CLOCK", NOW.isoformat())
    city = City(tmp_path / "lake")
    city.good_site("s1", name="市教育局")
    city.good_site("s2", name="[市财政局](http://evil.example) {{ 7*7 }}")
    error(city, "s1", "文字差错", "攻府网", "政府网", "欢迎访问攻府网查询")
    error(city, "s2", "文字差错", "攻府网", "政府网", "本攻府网\n# 标题 {{ 7*7 }}")
    error(city, "s2", "文字差错", "布署", "部署", "安排布署工作")
    error(city, "s1", "地名", "中国台湾省政府", "台湾当局", "所谓“中国台湾省政府”", severity="严重")
    error(city, "s2", "地名", "中国台湾省政府", "台湾当局", "引文中的中国台湾省政府", severity="严重")
    error(city, "s2", "异形词", "帐户", "账户", "银行帐户", severity="提示")
    city.judge()
    return city


def error(  # noqa: PLR0917 - what is found of an error
    city: City, target: str, kind: str, wrong: str, right: str, snippet: str, *, severity: str = "一般"
) -> None:
    place = len(city.rows.get("wording", {}).get(target, []))
    row = {
        "error_id": f"{target[1:]}{place}".rjust(16, "0"),
        "rule": "X1",
        "kind": kind,
        "severity": severity,
    }
    told = {"wrong": wrong, "right": right, "snippet": snippet, "position": place, "pages": 1}
    page = {"page_url": f"http://{target}.example/{place}.html", "page_title": "标题", "evidence": "r1"}
    city.put("wording", target, row | told | page)


def test_errors_are_asked_by_class_and_hints_are_not(city: City) -> None:
    slips, places = asked()
    assert "错误表述 3处 · 文字差错" in slips["subject"]
    assert "错误表述 2处 · 地名" in places["subject"]
    assert slips["options"] == ["确认", "部分不成立", "不成立", "暂不公布"]
    assert "“攻府网”应为“政府网”（一般，2处）" in slips["body"]
    assert "[市教育局](<http://s1.example/0.html>)" in slips["body"]
    assert slips["body"].index("攻府网") < slips["body"].index("布署")  # the most frequent first
    assert "帐户" not in slips["body"] + places["body"]


def test_outside_text_is_no_markdown(city: City) -> None:
    body = asked()[0]["body"]
    assert "\\[市财政局\\](http：//evil" in body  # brackets as text: no link
    assert "\n# " not in body


def test_only_confirmed_errors_are_published(city: City) -> None:
    partly = answer("部分不成立", "引文", "中国台湾省政府")
    told = publish_notice.record(asked(), [answer("确认"), partly])
    assert (told["kept"], told["not_taken"], told["again"]) == (5, [], {})
    decisions = store.read(city.lake, "2021Q1", store.WORDING)
    assert (
        sorted((d.choice, d.reason) for d in decisions) == [("confirm", "")] * 3 + [("overrule", "引文")] * 2
    )
    assert asked() == []
    publish_notice.publish("2021Q1")
    notice = published(city.lake)
    (check,) = notice["special_checks"]
    assert check["found"] == 3
    assert sorted(row["wrong"] for row in notice["wording_errors"]) == ["布署", "攻府网", "攻府网"]
    figures = {"found": 5, "dropped": 0, "confirmed": 3, "rejected": 2, "open": 0}
    assert notice["review"]["wording"] == figures
    page = (city.lake.notice_folder("2021Q1") / "notice.html").read_text(encoding="utf-8")
    assert "错误表述：软件发现疑似问题5个，人工核查确认3个、不成立2个。" in page


def test_one_place_may_be_named_by_its_number(city: City) -> None:
    _, places = asked()
    number = places["findings"][1][0]
    publish_notice.record([places], [answer("部分不成立", "引文", number)])
    publish_notice.publish("2021Q1")
    notice = published(city.lake)
    assert [row["name"] for row in notice["wording_errors"]] == ["市教育局"]
    assert notice["review"]["wording"]["open"] == 3
    page = (city.lake.notice_folder("2021Q1") / "notice.html").read_text(encoding="utf-8")
    assert "另有3个尚未核查完毕，本次不予公布。" in page


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (answer("部分不成立", "引文"), "必须逐行写明"),
        (answer("部分不成立", "引文", "市政府"), "没有“市政府”这一错误表述"),
        (answer("部分不成立", "", "布署"), "必须写明理由"),
        (answer("不成立"), "必须写明理由"),
        (answer("暂不公布"), "暂不公布"),
    ],
)
def test_an_answer_without_what_it_needs_decides_nothing(
    city: City, given: dict[str, Any], told: str
) -> None:
    result = publish_notice.record(asked()[:1], [given])
    assert result["kept"] == 0
    assert told in result["not_taken"][0]
    assert len(asked()) == 2


def test_a_decision_holds_while_the_same_words_are_found(city: City) -> None:
    publish_notice.record(asked(), [answer("确认")] * 2)
    city.rows["wording"]["s1"][0]["right"] = "政府网站"  # the rule was changed
    city.judge()
    (again,) = asked()
    assert [name for name, *_ in again["findings"]] == ["0000000000000010"]
    publish_notice.publish("2021Q1")
    assert published(city.lake)["special_checks"][0]["found"] == 4


def test_people_who_disagree_withhold_the_error(city: City) -> None:
    questions = asked()
    publish_notice.record(questions, [answer("确认")] * 2)
    publish_notice.record(questions[:1], [answer("不成立", "专名", user="li")])
    assert [question["subject"] for question in asked()] == [questions[0]["subject"]]
    publish_notice.publish("2021Q1")
    assert published(city.lake)["review"]["wording"]["open"] == 3


def test_a_draft_tells_all_that_was_found_and_a_final_without_a_review_nothing(city: City) -> None:
    publish_notice.publish("2021Q1")
    assert published(city.lake)["special_checks"][0]["found"] == 0
    assert published(city.lake)["wording_errors"] == []


def test_each_owner_is_told_each_error_once(city: City) -> None:
    for site in city.registry["sites"]:
        site["owner"] = f"{site['target_id']}的主办单位"
    city.judge()
    _, places = asked()
    publish_notice.record([places], [answer("确认")])
    folder = city.lake.root / publish_notice.publish("2021Q1") / publish_notice.ORDERS
    first, second = sorted(folder.iterdir())
    text = docx_text(first.read_bytes())
    for words in (
        "s1的主办单位",
        "下列1处网站内容错误表述",
        "1\t市教育局\t中国台湾省政府\t台湾当局\t",
        "\thttp://s1.example/1.html\t",
        "申诉",
    ):
        assert words in text
    assert "evidence/" not in text
    assert "s2的主办单位" in docx_text(second.read_bytes())
    publish_notice.record(asked(), [answer("不成立", "引文")])
    assert publish_notice.publish("2021Q1").endswith("v2")
    assert not (city.lake.notice_folder("2021Q1", 2) / publish_notice.ORDERS).exists()


# --- on paper ---


def filled(city: City, **cells: str) -> bytes:
    """The exported sheet with the first error decided; ``cells`` by column letter."""
    book = openpyxl.load_workbook(io.BytesIO(publish_notice.export_sheet("2021Q1")))
    for column, value in ({"M": "不成立", "N": "引文", "O": "李四", "P": "2021-02-18"} | cells).items():
        book["错误表述"][f"{column}2"] = value
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_the_sheet_has_every_error_and_is_taken_once(
    city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(city)))
    assert book.sheetnames == ["核查表", "错误表述"]
    assert book["错误表述"].max_row == 6
    assert taken(tmp_path, filled(city)) == {"read": 1, "new": 1, "idle": 0}
    assert taken(tmp_path, filled(city)) == {"read": 1, "new": 0, "idle": 0}
    (decision,) = store.read(city.lake, "2021Q1", store.WORDING)
    assert (decision.choice, decision.decided_by, decision.via) == ("overrule", "李四", "sheet")
    assert store.read(city.lake, "2021Q1") == []
    assert main(["review", "status", "2021Q1"]) == 0
    assert "不成立 市教育局：“攻府网”应为“政府网”：李四：引文" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"M": "重新检测"}, "第2行“决定”列：应为确认、不成立之一"),
        ({"N": ""}, "第2行“决定”列.*必须写明理由"),
        ({"B": "0"}, "第2行“问题编号”列"),
        ({"F": "6104000001"}, "第2行“标识码”列.*编号已被改动"),
        ({"N": "=1+1"}, "第2行“N”列.*公式"),
    ],
)
def test_a_faulty_sheet_is_refused_whole(
    city: City, tmp_path: Path, cells: dict[str, str], told: str
) -> None:
    with pytest.raises(ReviewError, match=told):
        taken(tmp_path, filled(city, **cells))
    assert store.read(city.lake, "2021Q1", store.WORDING) == []


# --- rectification ---


def look(city: City, outcome: str, day: date, *ids: str) -> None:
    """What a day's look at the errors with these ids found."""
    moment = datetime(day.year, day.month, day.day, 7, tzinfo=ZONE)
    rows = [{"error_id": name, "checked_at": moment, "outcome": outcome} for name in ids]
    city.lake.write_rows("wording_states", "2021Q1", f"{day:%Y%m%d}{outcome}", rows)


def test_without_findings_the_last_mended_error_makes_the_amended_notice(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_notice.record(asked(), [answer("确认")] * 2)
    publish_notice.publish("2021Q1")
    ids = [row["error_id"] for row in city.lake.window_rows("wording", "2021Q1") if row["severity"] != "提示"]
    look(city, "mended", date(2021, 3, 1), *ids[:4])
    monkeypatch.setenv("JIANCHA_CLOCK", (NOW + timedelta(days=30)).isoformat())
    assert rectification.amend_due() == {}
    look(city, "mended", date(2021, 3, 2), ids[4])
    assert rectification.amend_due() == {"2021Q1": "notices/window=2021Q1/v2"}
    assert published(city.lake, 2)["special_checks"][0]["rectified"] == 5
    assert rectification.amend_due() == {}


def test_only_published_errors_are_looked_at_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_HTTP__CONNECT_TIMEOUT", "1")
    assert rectification.check_wording() == {"mended": 0, "open": 0, "unknown": 0}
    _, places = asked()
    publish_notice.record([places], [answer("部分不成立", "引文", places["findings"][0][0])])
    assert rectification.check_wording() == {"mended": 0, "open": 0, "unknown": 1}  # there is no such host
    (state,) = city.lake.window_rows("wording_states", "2021Q1")
    assert state["error_id"] == places["findings"][1][0]
