"""Mutations of our own notice: each figure, row, name and date is changed alone, and each change is told."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.notice_rows import COLUMNS, LONG, TWO_WEEKS, account, notice_of, quality, site, summary

from jiancha.audit.own import audit_own
from jiancha.cli.main import main
from jiancha.errors import GateFailed, JianchaError
from jiancha.notice.model import Notice, Rectification, ReviewFigures, SpecialCheck, WordingError
from jiancha.notice.write import forms
from jiancha.pipeline.quarterly_inspection import require_sound


@cache
def small_notice() -> Notice:
    """A notice with everything that a notice may hold, a few rows of each."""
    verdicts = [site(n) for n in range(1, 18)]
    verdicts += [
        site(18, name="甲县人民政府", owner="甲县人民政府", outcome="unqualified", problem=COLUMNS),
        site(19, name="乙县水利局", owner="乙县水利局", outcome="unqualified", problem=COLUMNS),
        site(20, outcome="undetermined", reason="首页连续三次连接超时"),
    ]
    verdicts += [account(n) for n in range(1, 27)]
    verdicts += [
        account(27, name="甲县发布", outcome="unqualified", problem=LONG),
        account(28, name="乙县发布", platform="新浪微博", outcome="unqualified", problem=TWO_WEEKS),
        account(29, outcome="undetermined", reason="没有可读的来源"),
    ]
    past = {("site", "inspected"): 18, ("site", "unqualified"): 3}
    past |= {("account", "inspected"): 25, ("account", "unqualified"): 4}
    warn = {"target_id": "s3", "indicator": "site.home_stale", "measured": True, "value": 11.0, "warn": True}
    notice = notice_of(
        verdicts,
        summary=summary(verdicts, past),
        measurements=[warn],
        quality=[quality("registry", "account_code_unique", examples=("610400M014WX0001",))],
    )
    words = ("领导小姐", "领导小组", "机构名称", "严重", "调整防汛领导小姐成员")
    errors = tuple(
        WordingError(
            no,
            f"{no:016x}",
            "6104000018",
            "甲县人民政府",
            *words,
            f"http://a.example.gov.cn/{no}.html",
            no == 1,
        )
        for no in (1, 2, 3)
    )
    return replace(
        notice,
        special_checks=(SpecialCheck("网站内容错误表述", "2家市级部门网站", 3, 1, date(2021, 3, 15)),),
        wording_errors=errors,
        review={"site": ReviewFigures(5, 1, 2, 1, 1), "account": ReviewFigures(2, 0, 2, 0, 0)},
        rectification=Rectification(4, 1, date(2021, 3, 15)),
        status="final",
    )


def errors_of(files: dict[str, bytes]) -> list[str]:
    found = audit_own(files)
    return [f.check for f in found if f.severity == "error" and not f.check.startswith("identifier_")]


def changed(text: str) -> Iterator[str]:
    """The text with one number, and with one word, put in another's place; each place in turn."""
    for match in re.finditer(r"\d+|[\u4e00-\u9fff]{2,}", text):
        if match[0].isdigit():
            other = match[0][:-1] + str((int(match[0][-1]) + 1) % 10)
        else:
            other = match[0][:-1] + ("乙" if match[0][-1] != "乙" else "丙")
        yield text[: match.start()] + other + text[match.end() :]


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*place, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield (*place, index), None
            yield from leaves(each, (*place, index))
    else:
        yield place, value


def json_mutations(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each leaf changed, and each row of a list dropped."""
    plain = json.loads(data)
    for place, value in leaves(plain):
        copy = json.loads(data)
        holder = copy
        for key in place[:-1]:
            holder = holder[key]
        name = ".".join(map(str, place))
        if isinstance(holder, list):
            del holder[place[-1]]
            yield f"{name} dropped", json.dumps(copy).encode()
            continue
        if isinstance(value, bool):
            new: Any = not value
        elif isinstance(value, int | float):
            new = value + 1
        elif isinstance(value, str) and value:
            new = next(changed(value), value + "x")
        else:
            continue
        holder[place[-1]] = new
        yield f"{name}: {value!r} → {new!r}", json.dumps(copy).encode()


def repacked(data: bytes, part: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, text if name == part else source.read(name))
    return out.getvalue()


def docx_mutations(data: bytes) -> Iterator[tuple[str, bytes]]:
    part = "word/document.xml"
    xml = zipfile.ZipFile(io.BytesIO(data)).read(part).decode()
    for match in re.finditer(r"<w:t(?: [^>]*)?>([^<]+)</w:t>", xml):
        for new in changed(match[1]):
            yield (
                f"{match[1]} → {new}",
                repacked(data, part, xml[: match.start(1)] + new + xml[match.end(1) :]),
            )
    for match in re.finditer(r"<w:tr>.*?</w:tr>|<w:tr .*?</w:tr>", xml, re.DOTALL):
        yield (
            f"row dropped at {match.start()}",
            repacked(data, part, xml[: match.start()] + xml[match.end() :]),
        )


def html_mutations(data: bytes) -> Iterator[tuple[str, bytes]]:
    page = data.decode()
    start = page.index("<h1>")
    for match in re.finditer(r">([^<>]+)<", page[start:]):
        first, last = start + match.start(1), start + match.end(1)
        for new in changed(match[1]):
            yield f"{match[1]} → {new}", (page[:first] + new + page[last:]).encode()
    for match in re.finditer(r"<tr>.*?</tr>", page, re.DOTALL):
        yield f"row dropped: {match[0][:60]}", (page[: match.start()] + page[match.end() :]).encode()


def xlsx_mutations(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each shared text, each number of a cell, each row of a sheet."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    texts = archive.read(part := "xl/sharedStrings.xml").decode()
    for match in re.finditer(r"<t(?: [^>]*)?>([^<]+)</t>", texts):
        for new in changed(match[1]):
            text = texts[: match.start(1)] + new + texts[match.end(1) :]
            yield f"{match[1]} → {new}", repacked(data, part, text)
    for part in sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")):
        sheet = archive.read(part).decode()
        for match in re.finditer(r"<c r=\"\w+\"(?: s=\"\d+\")?><v>([^<]+)</v>", sheet):
            for new in changed(match[1]):
                text = sheet[: match.start(1)] + new + sheet[match.end(1) :]
                yield f"{part} {match[0]} → {new}", repacked(data, part, text)
        for match in re.finditer(r"<row [^>]*>.*?</row>", sheet, re.DOTALL):
            yield f"{part} row dropped", repacked(data, part, sheet[: match.start()] + sheet[match.end() :])


MUTATIONS = {
    "notice.json": json_mutations,
    "notice.docx": docx_mutations,
    "notice.html": html_mutations,
    "annexes.xlsx": xlsx_mutations,
}


def test_an_unchanged_notice_has_no_error() -> None:
    assert errors_of(forms(small_notice())) == []


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", MUTATIONS)
def test_every_single_change_of_a_form_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files = forms(small_notice())
    if name != "notice.json":  # the notice stays the same: one making of its forms serves all
        monkeypatch.setattr("jiancha.audit.own.forms", lambda _: files)
    others = dict(files) if name == "notice.json" else {"notice.json": files["notice.json"]}
    count, missed = 0, []
    for told, data in MUTATIONS[name](files[name]):
        count += 1
        try:
            found = errors_of(others | {name: data})
        except JianchaError as error:  # what can no longer be read is told as well
            found = [type(error).__name__]
        if not found:
            missed.append(told)
    assert count >= 150  # numbers, words and rows of this form
    assert missed == []


def test_a_mutated_figure_stops_the_draft() -> None:
    notice = small_notice()
    require_sound(notice)
    wrong = replace(notice, accounts=replace(notice.accounts, by_problem={LONG: 2}))
    with pytest.raises(GateFailed, match="by_problem"):
        require_sound(wrong)


@pytest.mark.parametrize("name", ["notice.docx", "notice.html"])
@pytest.mark.parametrize("old", ["合格率89%", "不合格网站2家", "2021年第一季度"])
def test_the_command_holds_a_form_against_the_json_beside_it(
    name: str, old: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = forms(small_notice())
    for file, data in files.items():
        (tmp_path / file).write_bytes(data)
    assert main(["audit", str(tmp_path / name)]) == 0
    assert "[错误]" not in capsys.readouterr().out
    new = next(changed(old))
    if name.endswith("html"):
        text = files[name].decode().replace(old, new)
        (tmp_path / name).write_text(text, encoding="utf-8")
    else:
        part = "word/document.xml"
        xml = zipfile.ZipFile(io.BytesIO(files[name])).read(part).decode()
        assert old in xml
        (tmp_path / name).write_bytes(repacked(files[name], part, xml.replace(old, new)))
    assert main(["audit", str(tmp_path / name), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert "form" in {each["check"] for each in found if each["severity"] == "error"}
