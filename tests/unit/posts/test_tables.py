"""Tables of posts: what belongs to whom, what is public, and what forbids to conclude silence."""

from __future__ import annotations

import io
import json
from datetime import datetime

import openpyxl
import pytest

from jiancha.accounts.detect import read_saved
from jiancha.accounts.freshness import judge
from jiancha.posts.model import Reading
from jiancha.posts.tables import Wanted
from jiancha.windows import ZONE

AT = datetime(2021, 2, 15, 23, 59, 59, tzinfo=ZONE)
SINCE = datetime(2021, 2, 1, tzinfo=ZONE)
HEAD = ["账号名称", "发布时间", "标题", "链接", "状态"]
OLD = ["秦都发布", "2021-01-20 09:00", "旧", "https://a.cn/1", "正常"]
NEW = ["秦都发布", "2021-02-10 09:00", "新", "https://a.cn/2", "正常"]
OTHER = ["秦都教育", "2021-01-10 09:00", "他", "https://a.cn/3", "正常"]


def csv(*rows: list[str]) -> bytes:
    return "\n".join(",".join(row) for row in rows).encode()


def outcome(body: bytes, **wanted: str) -> tuple[str, str]:
    asked = Wanted("微信公众号", **({"name": "秦都发布"} | wanted))
    judged = judge(read_saved(body, reading=Reading(AT), wanted=asked), SINCE, AT)
    return judged.outcome, str(judged.failure or "")


def workbook(**sheets: list[list[str]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_whole_table_may_accuse() -> None:
    assert outcome(csv(HEAD, OLD, OTHER)) == ("stale", "")
    assert outcome(csv(HEAD, OLD, HEAD, OTHER)) == ("stale", "")  # the header said again


@pytest.mark.parametrize(
    "state",
    [
        "审核通过",
        "已审核",
        "定时发布成功",
        "未删除",
        "免审核",
        "已发布",
        "发布成功",
        "未被屏蔽",
        "",
        "Published",
        "已发布（已审核）",
        "审核通过/已发布",
        "【群发】成功",
    ],
)
def test_states_of_what_everybody_sees(state: str) -> None:
    assert outcome(csv(HEAD, [*NEW[:4], state], OLD)) == ("fresh", "")


@pytest.mark.parametrize(
    "state",
    [
        "已删除",
        "草稿",
        "待审核",
        "审核中",
        "审核未通过",
        "未审核",
        "定时发布",
        "仅自己可见",
        "已撤回",
        "发布失败",
        "deleted",
    ],
)
def test_states_of_what_nobody_sees(state: str) -> None:
    assert outcome(csv(HEAD, [*NEW[:4], state], OLD)) == ("stale", "")


@pytest.mark.parametrize("state", ["处理中", "A7", "?", "已发布（审核中）", "审核通过，未发布"])
def test_an_unknown_state_decides_nothing(state: str) -> None:
    assert outcome(csv(HEAD, [*NEW[:4], state], OLD)) == ("unknown", "bad_date")


def test_a_sheet_a_month() -> None:
    assert outcome(saved(workbook(一月=[HEAD, OLD], 二月=[HEAD, NEW]))) == ("fresh", "")
    assert outcome(saved(workbook(一月=[HEAD, OLD], 二月=[HEAD, OTHER]))) == ("stale", "")


def test_what_was_not_read_forbids_an_accusation() -> None:
    assert outcome(saved(workbook(一月=[HEAD, OLD], 二月=[NEW]))) == ("unknown", "incomplete")  # no header
    hidden = workbook(一月=[HEAD, OLD], 二月=[HEAD, NEW])
    hidden["二月"].sheet_state = "hidden"
    assert outcome(saved(hidden)) == ("unknown", "incomplete")
    choices = workbook(一月=[HEAD, OLD], 选项=[["正常"], ["已删除"]])
    choices["选项"].sheet_state = "hidden"
    assert outcome(saved(choices)) == ("stale", "")
    rows = workbook(一月=[HEAD, OLD, NEW])
    rows["一月"].row_dimensions[3].hidden = True
    assert outcome(saved(rows)) == ("unknown", "incomplete")
    faulty = workbook(一月=[HEAD, OLD, ["=A2", *NEW[1:]]])
    assert outcome(saved(faulty)) == ("unknown", "incomplete")


@pytest.mark.parametrize(
    "row",
    [
        ["", *NEW[1:]],  # a merged name, saved as csv
        ["\u200b", *NEW[1:]],
        ["共25条", "", "", "", ""],
        ["合计", "", "共 25 篇", "", ""],
        ["第1页 共3页", "", "", "", ""],
    ],
)
def test_rows_of_nobody_and_larger_totals_forbid_an_accusation(row: list[str]) -> None:
    assert outcome(csv(HEAD, OLD, row)) == ("unknown", "incomplete")
    assert outcome(csv(HEAD, OLD, NEW, row)) == ("fresh", "")


def test_a_merged_name_counts_for_all_its_rows() -> None:
    book = workbook(一月=[HEAD, OLD, [None, *NEW[1:]], OTHER])
    book["一月"].merge_cells("A2:A3")
    assert outcome(saved(book)) == ("fresh", "")
    assert outcome(saved(book), name="秦都教育") == ("stale", "")


def test_a_renamed_account_is_told_by_its_identity() -> None:
    head = ["账号名称", "账号ID", "发布时间", "标题"]
    old, new = ["秦都教育", "gh_1", "2021-01-20", "旧"], ["秦都教育发布", "gh_1", "2021-02-10", "新"]
    for rows in ([new, old], [old, new]):
        body = csv(head, *rows)
        asked = Wanted("微信公众号", "秦都教育")
        found = read_saved(body, reading=Reading(AT), wanted=asked)
        assert str(found.failure) == "renamed"
        assert "秦都教育发布" in found.reason
        assert judge(found, SINCE, AT).outcome == "unknown"
    assert outcome(csv(head, new), name="秦都教育", uid="gh_1") == ("unknown", "renamed")
    other = ["秦都教育", "gh_2", "2021-02-10", "新"]
    assert outcome(csv(head, old, other), name="秦都教育") == ("unknown", "identity_mismatch")


def test_invisible_characters_in_names_tell_no_accounts_apart() -> None:
    assert outcome(csv(HEAD, ["秦都\u200b发布\ufeff", *NEW[1:]], OLD)) == ("fresh", "")


@pytest.mark.parametrize(
    "said",
    [
        {"has_more": True}, {"hasMore": 1}, {"total": 57}, {"total": "57"}, {"totalCount": 4}, {"pages": 2},
        {"page": {"totalPages": 3}}, {"pagination": {"next": "/p2"}}, {"next_url": "http://a.cn/2"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("inside", [True, False])
def test_more_that_an_answer_states_forbids_an_accusation(said: dict[str, object], inside: bool) -> None:
    rows = [{"account": r[0], "publish_time": r[1], "title": r[2]} for r in (OLD, OTHER, OTHER)]
    body = {"data": {"list": rows} | said} if inside else {"data": {"list": rows}} | said
    assert outcome(json.dumps(body).encode())[0] == "unknown"
    whole = {"data": {"list": rows, "total": 3, "pages": 1, "next": None}}
    assert outcome(json.dumps(whole).encode()) == ("stale", "")


@pytest.mark.parametrize("shown", ["编辑于 2021-02-10", "2021-02-10 编辑", "更新于2021-02-10"])
def test_the_time_of_an_edit_is_no_time_of_a_post(shown: str) -> None:
    assert outcome(csv(HEAD, [NEW[0], shown, *NEW[2:]], OLD)) == ("unknown", "bad_date")


@pytest.mark.parametrize(
    "title",
    [
        "该内容已被发布者删除", "抱歉,此微博已被作者删除", "该文章已被删除", "此内容因违规无法查看",
        "该视频涉嫌违反相关规定已被平台屏蔽", "该微博暂时无法查看",
    ],
)  # fmt: skip
def test_what_stands_for_a_deleted_post_is_none(title: str) -> None:
    quoted = f'"{title}"'
    assert outcome(csv(HEAD, [*NEW[:2], quoted, *NEW[3:]], OLD)) == ("stale", "")
    assert outcome(csv(HEAD, [*NEW[:2], "关于删除" + title[-2:], *NEW[3:]], OLD)) == ("fresh", "")


@pytest.mark.parametrize(
    "title", ["这条视频因违规变道被交警查处", "该文章获全国二等奖", "此视频提醒：这些证件可以网上查看"]
)
def test_a_title_that_only_sounds_so_is_a_post(title: str) -> None:
    head = ["账号名称", "账号ID", "发布时间", "标题"]
    new = ["秦都发布", "gh_1", "2021-02-10", title]
    assert outcome(csv(head, new, ["秦都发布", "gh_1", "2021-01-10", "旧"])) == ("fresh", "")
