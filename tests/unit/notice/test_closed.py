"""What the registry calls closed or cancelled stands in the appendix of all forms, and counts nowhere."""

from __future__ import annotations

import json
from typing import Any

from support.notice_rows import notice_of, seed_notice, seed_verdicts

from jiancha.audit.own import DOCX, HTML, JSON, XLSX, lines_of
from jiancha.notice.model import Notice
from jiancha.notice.sentences import CLOSED_TITLE
from jiancha.notice.write import forms


def closed(kind: str, **changes: Any) -> dict[str, Any]:
    row = {
        "kind": kind,
        "code": "6104000099",
        "platform": "",
        "name": "某局",
        "owner": "某局",
        "state": "已关停",
    }
    return row | changes


def with_closed() -> Notice:
    rows = [
        closed("account", platform="微信订阅号", name="=某发布", state="申请注销"),
        closed("site"),
    ]
    return notice_of(seed_verdicts(), closed=rows)


def test_rows_that_are_not_inspected_are_listed_with_their_state_in_every_form() -> None:
    files = forms(with_closed())
    assert [(row["target_kind"], row["state"]) for row in json.loads(files[JSON])["closed"]] == [
        ("site", "已关停"),  # websites first, as everywhere in the appendix
        ("account", "申请注销"),
    ]
    for name in (HTML, DOCX, XLSX):
        lines = lines_of(name, files[name])
        (site,) = [line for line in lines if line.endswith("已关停")]
        (account,) = [line for line in lines if line.endswith("申请注销")]
        assert "政府网站\t6104000099\t某局" in site
        assert "政务新媒体\t6104000099\t=某发布\t微信订阅号" in account


def test_they_are_in_no_figure() -> None:
    with_them, without = with_closed(), seed_notice()
    assert (with_them.sites, with_them.accounts) == (without.sites, without.accounts)


def test_a_registry_without_them_has_no_such_part() -> None:
    files = forms(seed_notice())
    assert CLOSED_TITLE not in files[HTML].decode()
    assert CLOSED_TITLE not in "\n".join(lines_of(DOCX, files[DOCX]))
    assert "[不在检查范围]" not in lines_of(XLSX, files[XLSX])
