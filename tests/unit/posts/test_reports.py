"""Self-reports (自主填报)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.errors import FailureKind, UnreadableSource
from jiancha.posts.reports import read_report
from jiancha.windows import ZONE

AT = datetime(2021, 2, 20, 12, 0, tzinfo=ZONE)
HEAD = "新媒体标识码,账号类型,账号名称,发布时间,标题,链接\r\n"


def refusal(body):
    with pytest.raises(UnreadableSource) as caught:
        read_report(body, at=AT)
    return caught.value


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030"])
def test_rows_in_their_order(charset):
    text = (
        HEAD + "610402M001WX0001,微信公众号,秦都发布,2021-02-19 19:35:00,春耕,https://a.cn/1\r\n"
        '610402M001WX0001,新浪微博,秦都发布,2021/2/9 8:05,"逗号,""引号""",\r\n'
    )
    first, second = read_report(text.encode(charset), at=AT)
    assert first[:3] == ("610402M001WX0001", "微信公众号", "秦都发布")
    assert (first.post.title, first.post.url) == ("春耕", "https://a.cn/1")
    assert first.post.published_at == datetime(2021, 2, 19, 19, 35, tzinfo=ZONE)
    assert second.platform == "新浪微博"
    assert (second.post.title, second.post.published_on) == ('逗号,"引号"', date(2021, 2, 9))
    assert (second.post.id, second.post.position) == ("row 3", 1)


def test_columns_in_another_order_and_more_of_them():
    text = "备注, 标题 ,发布时间,链接,账号名称,账号类型,新媒体标识码\nx,春耕,2021-02-19,,号,微博,c\n\n , ,\n"
    (row,) = read_report(text.encode(), at=AT)
    assert row[:3] == ("c", "微博", "号")
    assert (row.post.title, row.post.published_on) == ("春耕", date(2021, 2, 19))


def test_a_row_with_an_unreadable_date_is_kept_and_says_where():
    text = HEAD + "c,微博,号,2021-02-19,一,\nc,微博,号,上个月,二,\nc,微博,号,1999-01-01,三,\nc,微博\n"
    rules = [row.post.date_rule for row in read_report(text.encode(), at=AT)]
    assert rules[1] == "row 3: unreadable date '上个月'"
    assert rules[2] == "row 4: implausible date '1999-01-01'"
    assert rules[3] == "row 5: no date"


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"", FailureKind.BAD_CONTENT, "缺少列"),
        ("新媒体标识码,账号类型,账号名称\n".encode(), FailureKind.BAD_CONTENT, "发布时间、标题、链接"),
        (HEAD.encode(), FailureKind.SOURCE_EMPTY, "没有任何条目"),
        (b"<!DOCTYPE html><html></html>", FailureKind.BAD_CONTENT, "网页"),
        (b"\xff\xfe\xff\xff", FailureKind.BAD_CONTENT, "GB18030"),
        ((HEAD + 'c,微博,号,2021-02-19,"一,\n' * 2).encode(), FailureKind.BAD_CONTENT, "行格式有误"),
        ((HEAD + "c,微博,号,2021-02-19," + "x" * 200_000).encode(), FailureKind.BAD_CONTENT, "第2行"),
    ],
)
def test_what_is_no_report(body, kind, words):
    found = refusal(body)
    assert found.kind is kind
    assert words in found.reason


@given(st.binary(max_size=200) | st.text(',"\n\r ab', max_size=80).map(lambda text: (HEAD + text).encode()))
def test_any_bytes_are_a_report_or_an_unreadable_source(body):
    with suppress(UnreadableSource):
        assert read_report(body, at=AT)
