"""Lists that stand in scripts."""

from __future__ import annotations

import time
from datetime import date, datetime

import pytest

from jiancha.pages.script_data import data_items, embedded_records
from jiancha.windows import ZONE

AT = datetime(2021, 3, 31, 9, 0, tzinfo=ZONE)
URL = "http://a.gov.cn/tzgg/"


def test_json_of_its_own() -> None:
    text = '{"data":{"rows":[{"title":"通知甲","url":"/1.html","pubDate":"2021-02-19 10:08:00","isTop":1}]}}'
    (item,) = data_items([({"type": "application/json"}, text)], URL, AT)
    assert (item.title, item.url, item.published_on, item.pinned) == (
        "通知甲", "http://a.gov.cn/1.html", date(2021, 2, 19), True,
    )  # fmt: skip
    assert item.published_at == datetime(2021, 2, 19, 10, 8, tzinfo=ZONE)


@pytest.mark.parametrize("start", ["var list = ", "render(", "window.data=", "x: "])
def test_json_in_a_script(start: str) -> None:
    text = f'var a = 1; {start}[ {{"bt":"通知甲","href":"1.html","fbsj":"2021-02-19"}} ]; if (a) {{ go(); }}'
    (item,) = data_items([({}, text)], URL, AT)
    assert (item.url, item.published_on) == ("http://a.gov.cn/tzgg/1.html", date(2021, 2, 19))


def test_milliseconds_are_local_time() -> None:
    """1613690000000 ms are 2021-02-18 23:13:20 UTC."""
    (item,) = data_items([({}, 'var x=[{"title":"甲","url":"1.html","publishTime":1613690000000}]')], URL, AT)
    assert item.published_on == date(2021, 2, 19)


def test_rows_without_address_count_where_several_stand_together() -> None:
    rows = [f'{{"title":"通知{n}","date":"2021-02-1{n}","id":{n}}}' for n in range(3)]
    assert len(data_items([({}, f"var x=[{','.join(rows)}]")], URL, AT)) == 3
    assert data_items([({}, f"var x=[{','.join(rows[:2])}]")], URL, AT) == []


@pytest.mark.parametrize(
    "text", ["var x=[{bad", "var x=[{'title':1}]", "x=[[[[[[[{", 'var x=[{"a":' * 50, ""]
)
def test_what_is_no_json_is_left_alone(text: str) -> None:
    assert data_items([({}, text)], URL, AT) == []


def test_records_of_a_datastore() -> None:
    text = """<datastore><totalrecord>120</totalrecord><recordset>
    <record><![CDATA[<a href="1.html">甲</a>]]></record>
    <record><![CDATA[<a href="2.html">乙</a>]]></record></recordset></datastore>"""
    records = embedded_records([text])
    assert records is not None
    assert (records.here, records.total) == (2, 120)
    assert '<a href="2.html">乙</a>' in records.html


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ({}, "var x=[" + '{"a":[' * 10_000 + "]}" * 10_000 + "]"),
        ({"type": "application/json"}, '{"a":' * 10_000 + "1" + "}" * 10_000),
        ({"type": "application/json"}, "[" * 10_000 + "]" * 10_000),
    ],
)
def test_deep_json_is_left_alone(kind: dict[str, str | None], text: str) -> None:
    assert data_items([(kind, text)], URL, AT) == []


def test_rows_are_found_within_moderate_depth() -> None:
    text = '{"a":' * 8 + '[{"title":"通知甲","url":"1.html","date":"2021-02-19"}]' + "}" * 8
    (item,) = data_items([({"type": "application/json"}, text)], URL, AT)
    assert item.published_on == date(2021, 2, 19)


@pytest.mark.parametrize("number", ["9" * 4000, "-1", "0", "1e999", "NaN", "true", "86400", "4100000000000"])
def test_numbers_that_count_no_seconds_are_no_dates(number: str) -> None:
    """4,000 digits are more than can be divided."""
    text = f'var x=[{{"title":"通知甲","url":"1.html","date":{number}}}]'
    assert data_items([({}, text)], URL, AT) == []


def test_a_day_to_come_is_marked() -> None:
    text = 'var x=[{"title":"通知甲","url":"1.html","date":3227400000}]'
    (item,) = data_items([({}, text)], URL, AT)
    assert (item.published_on, item.date_rule) == (date(2072, 4, 9), "data:epoch:future")


def test_a_broken_value_does_not_hide_the_next() -> None:
    text = 'var x=[{"title":"甲",}]; var y=[{"title":"通知乙","url":"2.html","date":"2021-02-19"}]'
    assert [item.title for item in data_items([({}, text)], URL, AT)] == ["通知乙"]


def test_a_record_that_is_never_closed_is_left_out() -> None:
    records = embedded_records(["<record><![CDATA[<i>甲</i>]]></record><record> <![CDATA[<i>乙</i>"])
    assert records is not None
    assert (records.html, records.here) == ("<div><i>甲</i></div>", 1)


@pytest.mark.parametrize("piece", ["<record><![CDATA[", '=[{"a":', "=[     ", '=[{"a":1,', "[{" * 50])
def test_hostile_scripts_are_read_in_time(piece: str) -> None:
    """A megabyte of unclosed records took 10 s."""
    text = "x" + piece * (1_000_000 // len(piece))
    began = time.process_time()
    data_items([({}, text[:100_000])], URL, AT)
    embedded_records([text])
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "menu",
    [
        'var channels = [{"name":"权责清单","url":"/col1/","releaseTime":1617120000000}];',
        'var menuTree = [{"title":"权责清单","url":"/col1/","createTime":"2021-03-30"}];',
        'var data = {"columnList":[{"name":"权责清单","url":"/col1/","date":"2021-03-30"}]};',
        'var z = [{"name":"权责清单","pId":"0","url":"/col1/","createTime":"2021-03-30"}];',
        'var z = [{"name":"权责清单","children":[],"url":"/col1/","time":"2021-03-30"}];',
    ],
)
def test_records_of_columns_are_no_items(menu: str) -> None:
    rows = 'var list = {"articles":[{"title":"办法解读","pubDate":"2021-02-19","url":"/1.html"}]};'
    found = data_items([({}, menu + rows)], URL, AT)
    assert [(item.title, item.published_on) for item in found] == [("办法解读", date(2021, 2, 19))]


def test_half_a_pair_is_made_valid_where_it_is_read() -> None:
    text = '{"rows":[{"title":"通知\\ud800甲","url":"/\\udc00.html","pubDate":"2021-02-19"}]}'
    (item,) = data_items([({"type": "application/json"}, text)], URL, AT)
    assert item.title == "通知\ufffd甲"
    assert (item.title + item.url).encode()


@pytest.mark.parametrize(
    "urls", ['"{\\"pc\\":\\"/col42/1.html\\"}"', '{"pc":"/col42/1.html","m":"/m/1.html"}']
)
def test_a_record_s_addresses_by_device(urls: str) -> None:
    text = f'var x = {{ rows: [{{"title":"办法解读","pubDate":"2021-02-19","urls":{urls}}}] }};'
    (item,) = data_items([({}, text)], URL, AT)
    assert (item.url, item.published_on) == ("http://a.gov.cn/col42/1.html", date(2021, 2, 19))


@pytest.mark.parametrize("urls", ['"{broken"', "[]", "7", '"{}"'])
def test_addresses_that_are_none_cost_the_record_only(urls: str) -> None:
    text = f'var a = [{{"title":"办法解读","pubDate":"2021-02-19","urls":{urls}}}];'
    assert data_items([({}, text)], URL, AT) == []
