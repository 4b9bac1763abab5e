"""A .docx as its reader sees it, and what would take memory or minutes."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from jiancha.audit.docx_text import docx_text
from jiancha.audit.files import html_text, text_of
from jiancha.errors import InputError

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def docx(body: str, styles: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
        if styles:
            packed.writestr("word/styles.xml", f"<w:styles {_W}>{styles}</w:styles>")
    return out.getvalue()


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


HIDDEN = '<w:style w:styleId="secret"><w:rPr><w:vanish/></w:rPr></w:style>'
FORMS = {
    "inserted": (p(run("合格5"), f"<w:ins>{run('4')}</w:ins>", run("家")), "合格54家"),
    "deleted": (
        p(run("合格"), "<w:del><w:r><w:delText>53</w:delText></w:r></w:del>", run("54家")),
        "合格54家",
    ),
    "moved": (p(f"<w:moveFrom>{run('先')}</w:moveFrom>", f"<w:moveTo>{run('后')}</w:moveTo>"), "后"),
    "block control": (f"<w:sdt><w:sdtContent>{p(run('甲'))}</w:sdtContent></w:sdt>", "甲"),
    "inline control": (p(run("甲"), f"<w:sdt><w:sdtContent>{run('乙')}</w:sdtContent></w:sdt>"), "甲乙"),
    "smart tag": (p(f"<w:smartTag>{run('2021年')}</w:smartTag>", run("通报")), "2021年通报"),
    "text box": (
        p(run("甲"), f"<w:r><w:pict><w:txbxContent>{p(run('框'))}</w:txbxContent></w:pict></w:r>"),
        "甲\n框",
    ),
    "hidden": (p(run("合格"), run("53", "<w:vanish/>"), run("54家")), "合格54家"),
    "shown after all": (p(run("合格"), run("54", '<w:vanish w:val="0"/>')), "合格54"),
    "hidden style": (p(run("甲"), run("乙", '<w:rStyle w:val="secret"/>')), "甲"),
    "text box with a form for older programs": (
        p(
            f"<w:r><mc:AlternateContent {_MC}><mc:Choice><w:txbxContent>{p(run('框'))}"
            f"</w:txbxContent></mc:Choice>"
            f"<mc:Fallback><w:txbxContent>{p(run('框'))}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
        ),
        "\n框",
    ),
    "control around a cell": (
        f"<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc>{p(run('1'))}</w:tc></w:sdtContent></w:sdt>"
        f"<w:tc>{p(run('甲'))}</w:tc></w:tr></w:tbl>",
        "1\t甲",
    ),
    "inserted, then deleted": (p(f"<w:ins><w:del>{run('9')}</w:del></w:ins>", run("8")), "8"),
    "hidden before a change": (
        p(run("显示", "<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>")),
        "显示",
    ),
    "code of a field": (p("<w:r><w:instrText>=SUM(A1)</w:instrText></w:r>", run("56")), "56"),
    "paragraph mark deleted": (
        p(run("合格"), properties="<w:rPr><w:del/></w:rPr>") + p(run("54家")),
        "合格54家",
    ),
    "row deleted": (
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>" + p(run("甲")),
        "甲",
    ),
}


@pytest.mark.parametrize("name", FORMS)
def test_what_a_reader_sees(name: str) -> None:
    body, text = FORMS[name]
    assert docx_text(docx(body, HIDDEN)) == text


def test_a_cell_over_rows_stands_in_each_and_one_over_columns_once() -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(run(text))}</w:tc>"

    rows = (
        cell("题", '<w:gridSpan w:val="2"/>'),
        cell("甲县", '<w:vMerge w:val="restart"/>') + cell("一"),
        cell("", "<w:vMerge/>") + cell("二"),
    )
    body = "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"
    assert docx_text(docx(body)).split("\n") == ["题\t", "甲县\t一", "甲县\t二"]


HUGE = "".join(
    f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr><w:p/></w:tc>'
    for span in ("999999999", "99999", "60")
)
MERGED = "<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>" + p(run("长" * 500)) + "</w:tc></w:tr>"
FIRST = MERGED.replace("<w:vMerge/>", '<w:vMerge w:val="restart"/>')
BOMBS = {
    "spans": f"<w:tbl><w:tr>{HUGE * 30}</w:tr></w:tbl>",
    "merged rows": f"<w:tbl>{FIRST}{MERGED * 3_000}</w:tbl>",
    "long text": p(run("长" * 600_000)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_with_the_name_of_the_file_in_little_memory(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    path.write_bytes(docx(BOMBS[name]))
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (900_000_000,) * 2);"
        "from jiancha.cli.main import main; sys.exit(main(['audit', sys.argv[1]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=250,
    )
    assert done.returncode == 1
    assert "bomb.docx" in done.stderr
    assert "Traceback" not in done.stderr


def test_deep_pages_grow_with_their_size() -> None:
    from time import process_time

    def seconds(depth: int) -> float:
        start = process_time()
        html_text("<table><tr><td>检查" * depth + "<div>合格" * depth)
        return process_time() - start

    small = max(seconds(5_000), 0.02)
    assert seconds(20_000) < 12 * small


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", "mht"),
        ("a.txt", b"{\\rtf1\\ansi x}", "rtf"),
        ("a.ofd", b"x", "ofd"),
        ("a.odt", b"x", "OpenDocument"),
        ("a.xlsx", b"x", "workbook"),
        ("a.docx", b"", "empty"),
        ("a.html", b" \n", "empty"),
    ],
)
def test_other_forms_are_named(name: str, data: bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        text_of(name, data)
