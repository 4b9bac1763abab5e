"""What nobody sees leaves names and titles, and is never printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.text.characters import clean, printed


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("秦都\u200b发布", "秦都发布"),
        ("\ufeff秦都发布\u2060", "秦都发布"),
        ("秦都\x00发布", "秦都发布"),
        ("\u202e布发都秦\u202c", "布发都秦"),
        ("秦\u2066都\u2069发布\xad", "秦都发布"),
        ("秦都\x1b[31m发布", "秦都[31m发布"),
        ("秦都\ud83d发布", "秦都\ufffd发布"),
        ("秦都\n发\t布\u3000", "秦都\n发\t布\u3000"),
        ("😀 ok", "😀 ok"),
    ],
)
def test_what_is_kept(text: str, kept: str) -> None:
    assert clean(text) == kept


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
def test_whatever_comes_it_is_valid_and_prints_on_one_line(text: str) -> None:
    clean(text).encode("utf-8")
    assert clean(clean(text)) == clean(text)
    line = printed(text)
    assert line.isprintable()
    assert not any(sign in line for sign in "\x1b\x9b\n\r\u202e\u200b\x00")
