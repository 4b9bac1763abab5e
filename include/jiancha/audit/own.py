"""Our own notice in its four forms, each held against notice.json and against what its sentences tell.

The forms are read back by other means than they were written by. A form that does not say what notice.json
says, a figure that a reader would read otherwise, or figures that do not add up are errors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from jiancha.audit import consistency
from jiancha.audit.docx_text import docx_text
from jiancha.audit.files import html_text
from jiancha.audit.model import Finding
from jiancha.audit.numerals import squeezed
from jiancha.audit.report import audit_text
from jiancha.errors import InputError, RegistryError
from jiancha.notice.model import Notice
from jiancha.notice.read import read_notice
from jiancha.notice.write import FORMS
from jiancha.text.sheets import Sheet, read_sheets

JSON, HTML, DOCX, XLSX = "notice.json", "notice.html", "notice.docx", "annexes.xlsx"
#: Differences of one form that are listed.
_LISTED_DIFFERENCES = 20
_FIGURES = {"registered": "registered", "inspected": "checked", "unqualified": "unqualified"}


def audit_own(files: Mapping[str, bytes]) -> list[Finding]:
    """What is wrong in the files of one version of a notice, by name; notice.json is one of them.

    Raises InputError where a file cannot be read; it names the file.
    """
    notice = read_notice(files[JSON])
    found = list(consistency.check(notice))
    found += _difference(JSON, files[JSON].decode().split("\n"), notice.to_json().decode().split("\n"))
    for name in (HTML, DOCX, XLSX):
        if name in files:
            found += _form(name, files[name], FORMS[name](notice), notice)
    return found


def _form(name: str, data: bytes, made: bytes, notice: Notice) -> list[Finding]:
    try:
        shown = lines_of(name, data)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    found = _difference(name, shown, lines_of(name, made))
    if name != XLSX:
        found += [*_read(name, shown, notice)]
    return found


def lines_of(name: str, data: bytes) -> list[str]:
    """The text of a form, line by line; a row of a sheet is one line."""
    if name == HTML:
        return html_text(data.decode("utf-8", "replace")).split("\n")
    return docx_text(data).split("\n") if name == DOCX else _sheet_lines(data)


def _sheet_lines(data: bytes) -> list[str]:
    try:
        sheets = read_sheets(XLSX, data)
    except RegistryError as error:
        raise InputError(f"not a readable xlsx ({error})") from error
    return [line for sheet in sheets for line in (f"[{sheet.name}]", *_rows(sheet))]


def _rows(sheet: Sheet) -> Iterator[str]:
    return ("\t".join(cells).rstrip("\t") for _, cells in sheet.rows)


def _difference(name: str, shown: Sequence[str], expected: Sequence[str]) -> list[Finding]:
    """Findings ``form``: lines that the form has otherwise than notice.json tells."""
    if list(shown) == list(expected):
        return []
    matcher = SequenceMatcher(None, list(expected), list(shown), autojunk=False)
    found = []
    for what, first, last, at, end in matcher.get_opcodes():
        if what == "equal":
            continue
        found += [
            Finding("form", "error", name, *_cut(should, actual), at + offset + 1)
            for offset, (should, actual) in enumerate(_paired(expected[first:last], shown[at:end]))
        ]
    return found[:_LISTED_DIFFERENCES]


def _paired(expected: Sequence[str], shown: Sequence[str]) -> Iterator[tuple[str, str]]:
    for index in range(max(len(expected), len(shown))):
        yield (
            expected[index] if index < len(expected) else "",
            shown[index] if index < len(shown) else "",
        )


def _cut(expected: str, shown: str) -> tuple[str, str]:
    """Both lines from shortly before the place where they part; 无 for a line that is not there."""
    same = 0
    while same < min(len(expected), len(shown)) and expected[same] == shown[same]:
        same += 1
    start = max(0, same - 12)
    return squeezed(expected[start:], 60) or "无", squeezed(shown[start:], 60) or "无"


def _read(name: str, lines: Sequence[str], notice: Notice) -> Iterator[Finding]:
    """What the sentences and annexes of a form tell a reader, held against the figures of notice.json."""
    report = audit_text("\n".join(lines))
    for kind, figures in (("site", notice.sites), ("account", notice.accounts)):
        if not figures.inspected:
            continue
        expected = {f"{kind}s_{term}": getattr(figures, key) for key, term in _FIGURES.items()}
        expected[f"{kind}_pass_rate"] = float((figures.pass_rate or "0%").removesuffix("%"))
        for key, value in expected.items():
            if report.figures[key] != value:
                yield Finding("reading", "error", f"{name} {key}", str(value), str(report.figures[key]), 1)
    period = report.figures["period"]
    stated = f"{period['year']}Q{period['quarter']}"
    if stated != notice.window.key:
        yield Finding("reading", "error", f"{name} {notice.title}", notice.window.key, stated, 1)
    yield from report.findings
