"""Declarations are hints, the bytes decide."""

from __future__ import annotations

import pytest

from jiancha.read.charset import decode

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
