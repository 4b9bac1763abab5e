"""What would make the parser slow is left out, and nothing else is touched."""

from __future__ import annotations

import pytest

from jiancha.pages.limits import shallow, uncrowded
from jiancha.pages.outline import outline, parse

FILLER = "<p>本县召开会议。</p>" * 10_000  # only large pages are looked at


def crowded(count: int) -> str:
    names = " ".join(f"a{n}='{n}>'" for n in range(count))
    return f'{FILLER}<a href="/first/" {names} title="last">通知公告</a><b>后文</b>'


def test_attributes_behind_the_first_512_are_left_out() -> None:
    page = outline(parse(crowded(5000)), "http://a.gov.cn/")
    (link,) = page.links
    assert (link.target, link.text, link.title) == ("http://a.gov.cn/first/", "通知公告", "")
    assert page.texts[-1].text == "后文"


def test_pages_with_fewer_are_left_as_they_are() -> None:
    html = crowded(400)
    assert uncrowded(html) is html
    small = "<a " + "b " * 5000 + ">"
    assert uncrowded(small) is small


@pytest.mark.parametrize(
    "text", ["<script>var a='2021-02-14'</script>", "<style>a{}</style>", "<SCRIPT>a<b</SCRIPT>"]
)
def test_what_a_script_holds_is_not_shown_however_deep_it_stands(text: str) -> None:
    page = "<body>" + "<div>" * 600 + f"前{text}后<div>{text}"
    assert text in shallow(page)
    told = "".join(each.text for each in outline(parse(page), "http://a.gov.cn/").texts)
    assert told.replace("\n", "") == "前后"
