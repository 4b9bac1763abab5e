"""From an assessed lake to the final notice, the owners' letters, the sheet and the ledger."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from support.lake_rows import STANDARD, City, Probes, ago
from support.review_talk import NOW, answer, asked, published, taken

from jiancha.errors import ReviewError
from jiancha.lake import Lake
from jiancha.pipeline import publish_notice, rectification, second_look
from jiancha.review import ledger, looks, store
from jiancha.review.history import of_target
from jiancha.review.ledger import Event
from jiancha.review.model import Choice, Decision
from jiancha.windows import ZONE

ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A good site, one with eleven stale columns, a fresh account, one silent for 30 days, one for 200."""
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("JIANCHA_CLOCK", NOW.isoformat())
    city = City(tmp_path / "lake")
    city.good_site("s1")
    city.good_site("s2", name="=HYPERLINK(1)", owner="某\x00局{{ 7*7 }}")
    city.columns("s2", 11, ago(800))
    city.account("a1", ago(1))
    city.account("a2", ago(30), name="[坏](http://evil.example) {{ 7*7 }}")
    city.account("a3", ago(200))
    city.judge()
    return city


def test_each_finding_is_asked_with_what_decides_it(city: City) -> None:
    site, short, long = asked()
    assert "测得 11个栏目，达到 10个栏目为不合格" in site["body"]
    assert "栏目免检" in site["options"]
    assert "栏目免检" not in short["options"]
    assert "测得 30天" in short["body"]
    assert "没有往期检查" in short["body"]
    assert "长期未更新" in long["subject"]


def test_a_name_is_no_markdown(city: City) -> None:
    _, short, _ = asked()
    assert "\\[坏\\](http：//evil.example) {{ 7\\*7 }}" in short["body"]
    assert "[坏](http://evil" not in short["body"]


def test_above_the_limit_findings_are_asked_by_kind_and_problem(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANCHA_REVIEW__MOST_ACTIONS", "2")
    groups = asked()
    assert [len(group["findings"]) for group in groups] == [1, 1, 1]
    assert "政务新媒体 1个 · 长期未更新" in groups[2]["subject"]


def test_only_what_was_confirmed_is_published(city: City) -> None:
    questions = asked()
    told = publish_notice.record(
        questions, [answer("确认"), answer("不成立", "另有发布"), answer("不成立", " ")]
    )
    assert told["kept"] == 2
    assert "必须写明理由" in told["not_taken"][0]
    publish_notice.publish("2021Q1")
    notice = published(city.lake)
    assert (notice["status"], notice["version"]) == ("final", 1)
    assert [row["no"] for row in notice["annex1"]] == [1]
    assert notice["annex2"] == []
    assert notice["accounts"]["qualified"] == 2
    assert [(row["name"], row["reason"]) for row in notice["undetermined"]] == [
        ("账号a3", "人工核查尚未完成")
    ]
    figures = {"found": 2, "dropped": 0, "confirmed": 0, "rejected": 1, "open": 1}
    assert notice["review"]["account"] == figures
    page = (city.lake.notice_folder("2021Q1") / "notice.html").read_text(encoding="utf-8")
    assert "另有1个尚未核查完毕，本次不予公布" in page
    assert "草稿" not in page


def test_a_timeout_decides_nothing(city: City) -> None:
    told = publish_notice.record(asked(), [answer("暂不公布", user=None)] * 3)
    assert told["kept"] == 0
    assert all("逾期未核查" in line for line in told["not_taken"])
    publish_notice.publish("2021Q1")
    assert published(city.lake)["sites"]["unqualified"] == 0


def test_decisions_survive_a_new_assessment_of_the_same_facts_and_no_other(city: City) -> None:
    publish_notice.record(asked(), [answer("确认")] * 3)
    city.judge()
    assert asked() == []
    city.column("s2", "another", ago(800))
    city.judge()
    (again,) = asked()
    assert "测得 12个栏目" in again["body"]
    assert len(store.read(city.lake, "2021Q1")) == 3


def test_a_published_notice_is_not_written_again(city: City) -> None:
    publish_notice.record(asked(), [answer("确认")] * 3)
    assert publish_notice.publish("2021Q1") == "notices/window=2021Q1/v1"
    before = (city.lake.notice_folder("2021Q1") / "notice.json").read_bytes()
    assert publish_notice.publish("2021Q1") == "notices/window=2021Q1/v1"
    (question,) = [found for found in store.read_suspects(city.lake, "2021Q1") if found.target_id == "a2"]
    late = Decision(
        "2021Q1",
        question.finding_id,
        question.fingerprint,
        Choice.OVERRULE,
        "申诉成立",
        (),
        "zhang",
        NOW + timedelta(days=1),
        "sheet",
    )
    store.keep(city.lake, [late])
    assert publish_notice.publish("2021Q1") == "notices/window=2021Q1/v2"
    assert (city.lake.notice_folder("2021Q1") / "notice.json").read_bytes() == before


def test_each_owner_gets_a_letter_that_tells_deadline_evidence_and_objection(city: City) -> None:
    publish_notice.record(asked(), [answer("确认")] * 3)
    folder = city.lake.root / publish_notice.publish("2021Q1") / publish_notice.ORDERS
    files = sorted(folder.iterdir())
    assert len(files) == 2
    letter = Document(io.BytesIO(files[1].read_bytes()))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(p.text for p in letter.paragraphs), *cells])
    for words in ("账号a3", "长期未更新", "2021年3月1日前", "申诉"):
        assert words in text
    assert "warc" not in text  # no paths of the office's own


def test_a_letter_shows_the_pictures_of_its_own_pages_and_leaves_out_what_is_no_picture(city: City) -> None:
    folder = "evidence/window=2021Q1/screenshots"
    rows = []
    for name, data in (("s2-a", ONE_PIXEL), ("s2-b", b"\x89PNG\r\n\x1a\nhttp://"), ("s9", ONE_PIXEL)):
        city.lake.write_bytes(city.lake.root / folder / f"{name}.png", data)
        row = {"page_url": f"http://{name}.example/", "path": f"{folder}/{name}.png", "taken_at": NOW}
        rows.append({"target_id": name[:2], **row})
    city.lake.write_rows("screenshots", "2021Q1", "s2", rows)
    publish_notice.record(asked(), [answer("确认")] * 3)
    orders = city.lake.root / publish_notice.publish("2021Q1") / publish_notice.ORDERS
    letters = [Document(io.BytesIO(file.read_bytes())) for file in sorted(orders.iterdir())]
    (letter,) = [each for each in letters if len(each.inline_shapes)]
    assert len(letter.inline_shapes) == 1
    text = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert f"http://s2-a.example/　截于{NOW:%Y-%m-%d %H:%M}" in text
    assert text.index("附件：检查时的网页截图") < text.index(
        "市大数据管理局\n2021年"
    )  # told before it is signed
    assert "附件" not in "".join(p.text for each in letters if each is not letter for p in each.paragraphs)
    assert "s9" not in text
    assert "s2-b" not in text


# --- answers that cannot be taken, and targets measured again ---


@pytest.mark.parametrize(
    ("option", "reason", "columns", "fault"),
    [
        ("不成立", "", "", "必须写明理由"),
        ("不成立", " \n", "", "必须写明理由"),
        ("重新检测", "", "", "必须写明理由"),
        ("栏目免检", "合并", "", "必须写明栏目"),
        ("不成立", "长" * 2001, "", "超过2000字"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_asked_again_and_says_why(
    city: City, option: str, reason: str, columns: str, fault: str
) -> None:
    question = asked()[0]
    given = answer(option, reason, columns)
    with pytest.raises(ReviewError, match=fault):
        publish_notice.take(question, given, last=False)
    (kept,) = store.refused(city.lake, "2021Q1")
    assert fault in kept["fault"]
    assert (kept["subject"], kept["chosen"], kept["answered_by"]) == (question["subject"], option, "zhang")
    publish_notice.take(question, given, last=True)  # no tries are left: the review goes on without it
    recorded = publish_notice.record([question], [given])
    assert (recorded["kept"], len(recorded["not_taken"])) == (0, 1)
    assert fault in recorded["not_taken"][0]


@pytest.mark.parametrize("given", [answer("确认"), answer("暂不公布"), answer("暂不公布", user=None)])
def test_confirming_and_withholding_need_no_reason(city: City, given: dict[str, Any]) -> None:
    question = asked()[0]
    publish_notice.take(question, given, last=False)
    assert store.refused(city.lake, "2021Q1") == []


@pytest.mark.parametrize("odd", ["栏目已合并\ud800", "栏目\x00已合并", "\u202e栏目已合并\x1b[31m"])
def test_a_reason_with_what_no_text_may_hold_is_kept_without_it(city: City, odd: str) -> None:
    question = asked()[0]
    given = answer("不成立", odd)
    given["responded_by_user"]["name"] = f"张{odd}"
    publish_notice.take(question, given, last=False)
    assert publish_notice.record([question], [given])["kept"] == 1
    given["params_input"]["reason"] = ""
    with pytest.raises(ReviewError):
        publish_notice.take(question, given, last=False)
    (kept,) = store.refused(city.lake, "2021Q1")
    assert "张" in kept["answered_by"]


def test_an_action_tells_earlier_decisions_that_no_longer_apply(city: City) -> None:
    publish_notice.record(asked(), [answer("不成立", "栏目已合并"), *[answer("确认")] * 2])
    city.column("s2", "another", ago(800))
    city.judge()
    (question,) = asked()
    assert "此前决定：zhang 2021-02-19 09:00 不成立：栏目已合并；其后所测已变，须重新决定" in question["body"]


def test_what_was_overruled_is_not_asked_again_after_the_same_was_measured_again(city: City) -> None:
    publish_notice.record(asked(), [answer("不成立", "栏目已合并"), *[answer("确认")] * 2])
    for rows in city.rows["items"].values():
        for row in rows:
            row["evidence"] = "another-record"
    city.judge()
    assert asked() == []


def test_what_people_and_later_looks_made_of_a_target_is_told_newest_first(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second(city, tmp_path)
    second_look.settle_looks("2021Q1")  # of a2 nothing is left, a3 could not be read again
    publish_notice.record(asked(), [answer("不成立", "栏目已合并"), answer("确认")])
    at(monkeypatch, date(2021, 2, 20))
    publish_notice.publish("2021Q1")
    lines = of_target(city.lake, "2021Q1", "a3")
    assert lines[0] == "整改 2021-02-20 07:00 account.long_stale：已印发，待整改"
    assert sorted(line.split(" ")[0] for line in lines[1:]) == ["复测", "核查意见"]  # of one moment
    assert of_target(city.lake, "2021Q1", "s2") == [
        "核查意见 site.columns_b：zhang 2021-02-19 09:00 不成立：栏目已合并"
    ]
    assert "复测未重现" in of_target(city.lake, "2021Q1", "a2")[0]


# --- the sheet ---


def filled(city: City, **cells: str) -> bytes:
    """The exported sheet with the last finding decided; ``cells`` by column letter."""
    book = openpyxl.load_workbook(io.BytesIO(publish_notice.export_sheet("2021Q1")))
    page = book.active
    values = {"N": "确认", "Q": "李四", "R": "2021-02-18"} | cells
    for column, value in values.items():
        page[f"{column}4"] = value
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_a_filled_sheet_is_taken_once(city: City, tmp_path: Path) -> None:
    assert taken(tmp_path, filled(city)) == {"read": 1, "new": 1, "idle": 0}
    assert taken(tmp_path, filled(city)) == {"read": 1, "new": 0, "idle": 0}
    assert len(asked()) == 2


def test_a_name_that_starts_with_an_equals_sign_stays_text(city: City) -> None:
    page = openpyxl.load_workbook(io.BytesIO(publish_notice.export_sheet("2021Q1"))).active
    assert page["F2"].value == "=HYPERLINK(1)"
    with zipfile.ZipFile(io.BytesIO(publish_notice.export_sheet("2021Q1"))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"N": "同意"}, "第4行“决定”列"),
        ({"N": "不成立"}, "第4行“决定”列.*必须写明理由"),
        ({"Q": ""}, "没有写明核查人"),
        ({"R": "昨天"}, "第4行“核查时间”列"),
        ({"A": "2020Q4"}, "第4行“检查窗口”列"),
        ({"B": "甲"}, "第4行“问题编号”列"),
        ({"C": "0"}, "第4行“证据指纹”列"),
        ({"E": "6104000001"}, "第4行“标识码”列.*编号已被改动"),
        ({"O": "=1+1", "N": "不成立"}, "第4行“O”列.*公式"),
    ],
)
def test_a_faulty_sheet_is_refused_whole(
    city: City, tmp_path: Path, cells: dict[str, str], told: str
) -> None:
    with pytest.raises(ReviewError, match=told):
        taken(tmp_path, filled(city, **cells))
    assert store.read(city.lake, "2021Q1") == []


def test_changed_columns_are_refused(city: City, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled(city)))
    book.active.delete_cols(3)
    written = io.BytesIO()
    book.save(written)
    with pytest.raises(ReviewError, match="第1行“3”列：应为“证据指纹”"):
        taken(tmp_path, written.getvalue())


@pytest.mark.parametrize("data", [b"", b"no workbook", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused(city: City, tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ReviewError, match=r"核查\.xlsx"):
        taken(tmp_path, data)


def test_a_decision_on_a_finding_that_is_gone_is_kept_and_told(city: City, tmp_path: Path) -> None:
    sheet = filled(city)
    city.posts("a3", ago(2))
    city.judge()
    assert taken(tmp_path, sheet) == {"read": 1, "new": 1, "idle": 1}
    assert len(store.read(city.lake, "2021Q1")) == 1


# --- the second look ---


def second(city: City, tmp_path: Path) -> Lake:
    """What the second look leaves: the account is fresh there, the other one could not be read."""
    again = looks.shadow(city.lake, "second", "2021Q1")
    looks.prepare(city.lake, again, "2021Q1", ["a2", "a3", "s2"])
    other = City(tmp_path / "other")
    other.account("a2", ago(30), ago(3))
    other.account("a3", visit={"status": "failed", "failure": "timeout", "reason": "连接超时"})
    other.read_listings()
    for table, targets in other.rows.items():
        for name, rows in targets.items():
            again.write_rows(table, "2021Q1", name, rows)
    return again


def test_a_finding_that_does_not_repeat_is_dropped_with_a_record(city: City, tmp_path: Path) -> None:
    second(city, tmp_path)
    assert second_look.settle_looks("2021Q1") == {"repeated": 0, "dropped": 1, "unknown": 1}
    (dropped,) = [r for r in city.lake.window_rows("second_looks", "2021Q1") if r["outcome"] == "dropped"]
    assert (dropped["target_id"], dropped["first_measured"], dropped["second_measured"]) == ("a2", 30, 3)
    findings = {row["target_id"] for row in city.lake.window_rows("findings", "2021Q1")}
    assert findings == {"s2", "a3"}  # what could not be read again keeps its first look
    first = looks.shadow(city.lake, "first", "2021Q1")
    assert [row["published_on"] for row in first.window_rows("posts", "2021Q1")] == [ago(30)]
    publish_notice.publish("2021Q1")
    assert published(city.lake)["review"]["account"]["dropped"] == 1


def test_settling_twice_keeps_the_record(city: City, tmp_path: Path) -> None:
    second(city, tmp_path)
    second_look.settle_looks("2021Q1")
    second_look.settle_looks("2021Q1")
    looked = city.lake.window_rows("second_looks", "2021Q1")
    assert sorted((row["target_id"], row["outcome"]) for row in looked) == [
        ("a2", "dropped"),
        ("a3", "unknown"),
    ]


# --- rectification ---


def at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    moment = datetime(day.year, day.month, day.day, 7, tzinfo=ZONE)
    monkeypatch.setenv("JIANCHA_CLOCK", moment.isoformat())


def mend(city: City, target: str, day: date, measured: float = 1.0) -> None:
    found = {f.target_id: f for f in store.read_suspects(city.lake, "2021Q1")}[target]
    moment = datetime(day.year, day.month, day.day, 7, tzinfo=ZONE)
    ledger.add(
        city.lake,
        "2021Q1",
        found.finding_id,
        target,
        Event.MENDED,
        moment,
        note="复查合格",
        measured=measured,
    )


def test_an_amended_notice_tells_the_state_of_a_day_and_rewrites_none(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_notice.record(asked(), [answer("确认")] * 3)
    publish_notice.publish("2021Q1")
    before = (city.lake.notice_folder("2021Q1") / "notice.json").read_bytes()
    mend(city, "a2", date(2021, 3, 15))
    mend(city, "a3", date(2021, 3, 16))
    at(monkeypatch, date(2021, 3, 20))
    assert rectification.amend("2021Q1", date(2021, 3, 15)) == "notices/window=2021Q1/v2"
    assert published(city.lake, 2)["rectification"] == {"found": 3, "rectified": 1, "as_of": "2021-03-15"}
    page = (city.lake.notice_folder("2021Q1", 2) / "notice.html").read_text(encoding="utf-8")
    assert "本次检查确认的3个问题，截至3月15日，已完成整改1个。" in page
    assert (city.lake.notice_folder("2021Q1") / "notice.json").read_bytes() == before
    assert rectification.amend_due() == {"2021Q1": "notices/window=2021Q1/v3"}
    assert published(city.lake, 3)["rectification"]["rectified"] == 2
    assert rectification.amend_due() == {}


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2021, 2, 25), None),
        (date(2021, 2, 26), "remind"),  # the deadline is 1 March: three days before it
        (date(2021, 3, 1), "remind"),
        (date(2021, 3, 2), "overdue"),
        (date(2021, 3, 6), "overdue"),
        (date(2021, 3, 7), "escalate"),
    ],
)
def test_each_stage_of_the_deadline_is_told_once(
    city: City, monkeypatch: pytest.MonkeyPatch, day: date, told: str | None
) -> None:
    publish_notice.record(asked(), [answer("确认")] * 3)
    publish_notice.publish("2021Q1")
    mend(city, "a2", date(2021, 2, 20))
    at(monkeypatch, day)
    counts = {name: len(lines) for name, lines in rectification.due().items() if lines}
    assert counts == ({told: 2} if told else {})
    assert not any(rectification.due().values())


def test_owners_answers_are_taken_from_the_ledger_and_close_nothing(
    city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_notice.record(asked(), [answer("确认")] * 3)
    publish_notice.publish("2021Q1")
    (path,) = rectification.write_ledgers()
    book = openpyxl.load_workbook(io.BytesIO((city.lake.root / path).read_bytes()))
    book.active["N2"] = "已恢复更新"
    folder = tmp_path / "answers"
    folder.mkdir()
    book.save(folder / "a.xlsx")
    monkeypatch.setenv("JIANCHA_REVIEW__ANSWERS", str(folder))
    assert rectification.import_answers() == 1
    assert rectification.import_answers() == 0
    entries = ledger.entries(city.lake.window_rows("rectifications", "2021Q1"), date.max)
    assert sorted(entry.answer for entry in entries) == ["", "", "已恢复更新"]
    assert not any(entry.mended for entry in entries)
    book.active["A3"] = "000000000000"
    book.active["N3"] = "申诉"
    book.save(folder / "b.xlsx")
    with pytest.raises(ReviewError, match=r"b\.xlsx.*第3行“问题编号”列"):
        rectification.import_answers()


def test_a_recheck_as_of_today_closes_only_what_was_measured(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_notice.record(asked(), [answer("确认")] * 3)
    publish_notice.publish("2021Q1")
    at(monkeypatch, date(2021, 2, 25))
    checks = rectification.list_checks()
    assert [target for check in checks for target in check["targets"]] == ["s2", "a2", "a3"]
    moment = datetime.fromisoformat(checks[0]["at"])
    again = rectification._shadow(city.lake, "2021Q1", moment)
    other = City(city.lake.root / "other", rectification._as_of("2021Q1", moment), date(2021, 2, 25))
    other.read_at = moment
    other.account("a2", date(2021, 2, 24))
    other.account("a3", visit={"status": "failed", "failure": "timeout", "reason": "连接超时"})
    other.read_listings()
    for table, targets in other.rows.items():
        for name, rows in targets.items():
            again.write_rows(table, "2021Q1", name, rows)
    assert rectification.settle(checks) == {"mended": 1, "open": 0, "unknown": 1}
    entries = {
        e.target_id: e for e in ledger.entries(city.lake.window_rows("rectifications", "2021Q1"), date.max)
    }
    assert entries["a2"].mended_on == date(2021, 2, 25)
    assert "looks/rechecks/20210225" in entries["a2"].evidence
    assert "连接超时" in entries["a3"].note
    assert entries["s2"].note == ""


def unreachable(city: City) -> Probes:
    """A site whose home page did not open in 7 of the 140 probes of the window's last week; published."""
    city.good_site("s3")
    probes = Probes(city)
    probes.week("s3", 7)
    probes.judge()
    publish_notice.record(asked(), [answer("确认")] * 4)
    publish_notice.publish("2021Q1")
    return probes


def recheck(city: City, probes: Probes, monkeypatch: pytest.MonkeyPatch, day: date) -> ledger.Entry:
    """The ledger's entry of the site after a day's rechecks, in which its visit succeeds."""
    for table in ("probes", "probe_rounds"):
        for name, rows in city.rows[table].items():
            city.lake.write_rows(table, "2021Q2" if name == "next" else "2021Q1", name, rows)
    for name in probes.rounds:
        city.lake.write_rows("probe_rounds", "2021Q1", name, [{"round": name, "own_line": False}])
    at(monkeypatch, day)
    checks = rectification.list_checks()
    other = City(city.lake.root / "other", read_on=day)
    other.read_at = datetime.fromisoformat(checks[0]["at"])
    other.good_site("s3")
    again = rectification._shadow(city.lake, "2021Q1", other.read_at)
    other.read_listings()
    for table, targets in other.rows.items():
        for name, rows in targets.items():
            again.write_rows(table, "2021Q1", name, rows)
    rectification.settle(checks)
    rows = city.lake.window_rows("rectifications", "2021Q1")
    return next(e for e in ledger.entries(rows, date.max) if e.target_id == "s3")


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(count)]


@pytest.mark.parametrize(
    ("days", "failed", "told"),
    [
        (0, 0, "复查未能测得：未监测"),
        (6, 0, "复查未能测得：探测不足：仅有6天达到每天20次，应有7天"),
        (7, 7, "复查仍不合格，测得5"),
        (7, 6, "复查合格，测得4.28571"),
    ],
)
def test_a_site_that_did_not_open_is_closed_by_a_week_of_new_probes(
    city: City, monkeypatch: pytest.MonkeyPatch, days: int, failed: int, told: str
) -> None:
    probes = unreachable(city)
    assert rectification.go_on_probing()
    if days:
        probes.week("s3", failed, days=days_from(date(2021, 2, 16), days))
    entry = recheck(city, probes, monkeypatch, date(2021, 2, 25))
    assert (entry.note, entry.mended) == (told, told.startswith("复查合格"))
    assert entry.evidence == "looks/rechecks/20210225/2021Q1/probes/window=2021Q1"
    assert rectification.go_on_probing() is not entry.mended


def test_probes_of_the_next_window_close_it_too_and_the_verdict_stays(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    probes = unreachable(city)
    before = (city.lake.notice_folder("2021Q1") / "notice.json").read_bytes()
    new = Probes(City(city.lake.root / "new"))
    new.week("s3", 0, days=days_from(date(2021, 5, 1), 7))
    city.rows["probes"]["next"] = new.city.rows["probes"]["s3"]
    city.rows["probe_rounds"]["next"] = [{"round": name, "own_line": False} for name in new.rounds]
    assert recheck(city, probes, monkeypatch, date(2021, 5, 8)).mended_on == date(2021, 5, 8)
    judged = city.judge(together=True)
    assert judged.measurement("s3", "site.unreachable")["value"] == 5
    assert asked() == []
    assert publish_notice.publish("2021Q1") == "notices/window=2021Q1/v1"
    assert (city.lake.notice_folder("2021Q1") / "notice.json").read_bytes() == before


def test_the_standard_has_the_limits_these_tests_use() -> None:
    limits = {i.id: i.threshold for i in STANDARD.indicators}
    assert (limits["site.columns_b"], limits["account.stale"], limits["account.long_stale"]) == (10, 14, 90)


def test_what_is_to_be_measured_again_is_not_published(city: City) -> None:
    told = publish_notice.record(asked(), [answer("重新检测", "疑为误判"), answer("确认"), answer("确认")])
    assert told["again"] == {"2021Q1": ["s2"]}
    assert len(asked()) == 1  # it is asked again
    publish_notice.publish("2021Q1")
    assert published(city.lake)["review"]["site"]["open"] == 1
    assert published(city.lake)["annex1"] == []
