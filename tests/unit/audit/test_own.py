"""Mutations of our own notice: each figure, row, name and date is changed alone, and each change is told.

Of the changes of each kind (a column of a table, a field of notice.json, a figure or a word of the text) some
are tried by default, chosen by a seed; ``pytest -m exhaustive tests/unit/audit`` tries all.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

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
        closed=[
            closed("site", "6104000099", "", "丙县文化局", "丙县文化局", "已关停"),
            closed("account", "610400M099WX0001", "微信订阅号", "丙县发布", "丙县融媒体中心", "已注销"),
        ],
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


def closed(*values: str) -> dict[str, str]:
    return dict(zip(("kind", "code", "platform", "name", "owner", "state"), values, strict=True))


def errors_of(files: dict[str, bytes]) -> list[str]:
    found = audit_own(files)
    return [f.check for f in found if f.severity == "error" and not f.check.startswith("identifier_")]


class Mutation(NamedTuple):
    """One change: of which kind of place, what it is, and the form that has it."""

    kind: str
    told: str
    make: Callable[[], bytes]


def changed(text: str) -> Iterator[str]:
    """The text with one number, and with one word, put in another's place; each place in turn."""
    for match in re.finditer(r"\d+|[\u4e00-\u9fff]+|[A-Za-z]+", text):
        if match[0].isdigit():
            other = match[0][:-1] + str((int(match[0][-1]) + 1) % 10)
        elif match[0].isascii():
            other = match[0][:-1] + ("x" if match[0][-1] != "x" else "y")
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


def json_mutations(data: bytes) -> Iterator[Mutation]:
    """Each leaf changed, and each row of a list dropped."""

    def set_at(place: tuple[Any, ...], new: Any) -> bytes:
        holder = copy = json.loads(data)
        for key in place[:-1]:
            holder = holder[key]
        if new is None:
            del holder[place[-1]]
        else:
            holder[place[-1]] = new
        return json.dumps(copy).encode()

    for place, value in leaves(json.loads(data)):
        name = ".".join(map(str, place))
        kind = ".".join("*" if isinstance(key, int) else key for key in place)
        if isinstance(place[-1], int) and value is None:
            yield Mutation(f"{kind} dropped", f"{name} dropped", partial(set_at, place, None))
        elif isinstance(value, bool):
            yield Mutation(kind, f"{name}: not {value}", partial(set_at, place, not value))
        elif isinstance(value, int | float):
            yield Mutation(kind, f"{name}: {value} + 1", partial(set_at, place, value + 1))
        elif isinstance(value, str) and value:
            for new in changed(value):
                yield Mutation(kind, f"{name}: {value!r} → {new!r}", partial(set_at, place, new))


def repacked(data: bytes, part: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, text if name == part else source.read(name))
    return out.getvalue()


def text_mutations(
    page: str, texts: str, row: str, cell: str, remade: Callable[[str], bytes]
) -> Iterator[Mutation]:
    """Each text between tags changed, and each row of a table dropped.

    A text's kind is its table and column, or its paragraph; a number and a word are two kinds.
    """
    tables = [match.start() for match in re.finditer(r"<(?:w:tbl|table)[ >]|<sheetData>", page)]
    rows = [(match.start(), match.end()) for match in re.finditer(row, page, re.DOTALL)]
    for match in re.finditer(texts, page):
        start = next((first for first, last in rows if first < match.start() < last), None)
        place = "text" if start is None else f"column {len(re.findall(cell, page[start : match.start()]))}"
        table = bisect_right(tables, match.start()) if start is not None else 0
        for new in changed(match[1]):
            form = "number" if re.sub(r"\d", "", new) == re.sub(r"\d", "", match[1]) else "word"
            whole = page[: match.start(1)] + new + page[match.end(1) :]
            yield Mutation(f"{table} {place} {form}", f"{match[1]} → {new}", partial(remade, whole))
    for first, last in rows:
        kind = f"row of table {bisect_right(tables, first)}"
        yield Mutation(
            kind, f"row dropped: {page[first : first + 60]}", partial(remade, page[:first] + page[last:])
        )


def docx_mutations(data: bytes) -> Iterator[Mutation]:
    part = "word/document.xml"
    xml = zipfile.ZipFile(io.BytesIO(data)).read(part).decode()
    texts = r"<w:t(?: [^>]*)?>([^<]+)</w:t>"
    return text_mutations(xml, texts, r"<w:tr[ >].*?</w:tr>", "<w:tc[ >]", partial(repacked, data, part))


def html_mutations(data: bytes) -> Iterator[Mutation]:
    head, title, page = data.decode().partition("<h1>")
    return text_mutations(
        title + page, r">([^<>]+)<", "<tr>.*?</tr>", "<t[dh][ >]", lambda text: (head + text).encode()
    )


def xlsx_mutations(data: bytes) -> Iterator[Mutation]:
    """Each shared text, each number of a cell, each row of a sheet."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    texts = archive.read(part := "xl/sharedStrings.xml").decode()
    shared = list(re.finditer(r"<t(?: [^>]*)?>([^<]+)</t>", texts))
    for number, match in enumerate(shared):
        for new in changed(match[1]):
            text = texts[: match.start(1)] + new + texts[match.end(1) :]
            kind = f"shared {number * 12 // len(shared)}"  # they stand in the order of the sheets
            yield Mutation(kind, f"{match[1]} → {new}", partial(repacked, data, part, text))
    for part in sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")):
        sheet, cells = archive.read(part).decode(), r"<c r=\"\w+\"(?: s=\"\d+\")?><v>([^<]+)</v>"
        for mutation in text_mutations(
            sheet, cells, "<row [^>]*>.*?</row>", "<c ", partial(repacked, data, part)
        ):
            yield mutation._replace(kind=f"{part} {mutation.kind}")


MUTATIONS = {
    "notice.json": json_mutations,
    "notice.docx": docx_mutations,
    "notice.html": html_mutations,
    "annexes.xlsx": xlsx_mutations,
}


def test_an_unchanged_notice_has_no_error() -> None:
    assert errors_of(forms(small_notice())) == []


def some_of_each_kind(mutations: Iterable[Mutation]) -> list[Mutation]:
    """One mutation of every kind and a twentieth of the larger ones, the same in every run."""
    kinds: dict[str, list[Mutation]] = {}
    for mutation in mutations:
        kinds.setdefault(mutation.kind, []).append(mutation)
    random = Random(15)
    return [each for kind in kinds.values() for each in random.sample(kind, max(1, len(kind) // 20))]


def untold(name: str, mutations: Iterable[Mutation], files: Mapping[str, bytes]) -> list[str]:
    """The changes of a form that are not told. Of notice.json the page tells most: it is made first."""
    others = ["notice.html", "notice.docx", "annexes.xlsx"] if name == "notice.json" else ["notice.json"]
    missed = []
    for mutation in mutations:
        data = mutation.make()
        for other in others:
            try:
                found = errors_of({name: data, other: files[other]})
            except JianchaError as error:  # what can no longer be read is told as well
                found = [type(error).__name__]
            if found:
                break
        else:
            missed.append(mutation.told)
    return missed


@pytest.fixture
def files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The notice's forms; where the notice stays the same, one making of them serves all."""
    made = forms(small_notice())
    if request.node.callspec.params["name"] != "notice.json":
        monkeypatch.setattr(
            "jiancha.audit.own.FORMS", {form: lambda _, form=form: made[form] for form in made}
        )
    return made


@pytest.mark.parametrize("name", MUTATIONS)
def test_changes_of_every_kind_of_place_are_told(name: str, files: dict[str, bytes]) -> None:
    mutations = list(MUTATIONS[name](files[name]))
    some = some_of_each_kind(mutations)
    assert len(mutations) >= 200
    assert {each.kind for each in some} == {each.kind for each in mutations}
    assert untold(name, some, files) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", MUTATIONS)
def test_every_single_change_of_a_form_is_told(name: str, files: dict[str, bytes]) -> None:
    assert untold(name, MUTATIONS[name](files[name]), files) == []


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
