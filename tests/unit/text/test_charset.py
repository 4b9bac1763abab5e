"""Declarations are hints, the bytes decide."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.text.charset import decode

TEXT = "关于做好春节期间值班工作的通知"


def page(charset: str | None, encoding: str, text: str = TEXT) -> bytes:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">' if charset else ""
    return f"<html><head>{meta}<title>{text}</title></head></html>".encode(encoding)


@pytest.mark.parametrize(
    ("body", "header", "charset", "rule"),
    [
        (page("utf-8", "utf-8"), "text/html; charset=utf-8", "utf-8", "bytes"),
        (page("gb2312", "utf-8"), "text/html; charset=gb2312", "utf-8", "bytes"),  # both declare wrongly
        (page("utf-8", "gbk"), "text/html; charset=utf-8", "gb18030", "guess"),
        (page("gb2312", "gbk"), None, "gb18030", "meta"),
        (page(None, "gbk"), "text/html;charset=GBK", "gb18030", "header"),
        (page(None, "gb18030"), None, "gb18030", "guess"),
        (page(None, "utf-8-sig"), "text/html; charset=gbk", "utf-8", "bom"),
        (page(None, "utf-16"), None, "utf-16", "bom"),
        (page("iso-8859-1", "gbk"), "text/html; charset=ISO-8859-1", "gb18030", "guess"),
        (page("no-such-charset", "gbk"), None, "gb18030", "guess"),
    ],
)
def test_text_is_read_whatever_is_declared(body: bytes, header: str | None, charset: str, rule: str) -> None:
    found = decode(body, header)
    assert TEXT in found.text
    assert (found.charset, found.rule) == (charset, rule)


def test_gb2312_is_read_as_its_superset() -> None:
    """䶮 is in GB18030 only, though pages that write it declare GB2312."""
    assert "赵䶮" in decode(page("gb2312", "gb18030", "赵䶮"), None).text


def test_a_broken_byte_does_not_lose_the_page() -> None:
    utf8 = decode(page("utf-8", "utf-8") + b"\xe4\xb8", None)
    gb = decode(page("gb2312", "gbk") + b"\xff", None)
    assert TEXT in utf8.text
    assert utf8.charset == "utf-8"
    assert TEXT in gb.text


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=4, max_size=40))
@pytest.mark.parametrize("declared", ["gb2312", "gbk", "GB18030"])
def test_any_chinese_text_in_a_gb_encoding_is_read_as_declared(declared: str, text: str) -> None:
    body = f'<meta charset="{declared}"><p>关于{text}的通知</p>'.encode("gb18030")
    assert f"<p>关于{text}的通知</p>" in decode(body, None).text


@given(st.binary(max_size=200), st.none() | st.text(max_size=40))
def test_any_bytes_are_decoded(body: bytes, header: str | None) -> None:
    assert isinstance(decode(body, header).text, str)


@pytest.mark.parametrize("piece", [b"<meta charset=", b"<meta ", b"charset = ", b"\x81", b"\xe4\xb8"])
def test_hostile_declarations_are_read_in_time(piece: bytes) -> None:
    began = time.process_time()
    decode(piece * (1_000_000 // len(piece)), "charset=" * 10_000)
    assert time.process_time() - began < 1


UTF8 = "<meta charset=utf-8>" + "<p>关于做好春季防火工作的通知</p>" * 20
FOOT = "<p>版权所有某某市人民政府办公室主办</p>"


@pytest.mark.parametrize("content_type", [None, "text/html; charset=utf-8", "text/html"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_page_in_utf8_but_for_an_included_piece_is_utf8(content_type: str | None, place: int) -> None:
    pieces = [UTF8.encode(), FOOT.encode("gbk")]
    decoded = decode(b"".join(pieces if place else pieces[::-1]), content_type)
    assert decoded.charset == "utf-8"
    assert decoded.text.count("关于做好春季防火工作的通知") == 20


def test_a_page_that_names_no_charset_is_what_most_of_it_is() -> None:
    body = UTF8.replace("<meta charset=utf-8>", "").encode() + FOOT.encode("gbk")
    assert decode(body, None).charset == "utf-8"


@pytest.mark.parametrize("declared", ["utf-8", "gbk"])
def test_a_page_in_gbk_is_gbk_whatever_it_declares(declared: str) -> None:
    html = f"<meta charset={declared}>" + "<p>关于做好春季防火工作的通知,囔囊鼐馕,请认真贯彻落实</p>" * 20
    assert decode(html.encode("gbk"), f"text/html; charset={declared}").charset == "gb18030"
