"""Files of every form: the same text comes out; bad ones end with a message that names the file."""

from __future__ import annotations

import io
import json
import time
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfWriter
from support.little_memory import outcomes
from support.made_up_notices import NOTICES

from jiancha.audit import audit_text
from jiancha.audit.files import MAX_FILE, text_of, unwrapped
from jiancha.cli.main import main
from jiancha.errors import InputError

TEXT, FIGURES = NOTICES["city_with_parts"]


def docx_of(text: str) -> bytes:
    document = Document()
    for line in text.split("\n"):
        if "\t" in line:
            cells = line.split("\t")
            table = document.add_table(rows=1, cols=len(cells))
            for cell, value in zip(table.rows[0].cells, cells, strict=True):
                cell.text = value
        else:
            document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def html_of(text: str) -> str:
    lines = []
    for line in text.split("\n"):
        cells = "".join(f"<td>{cell}</td>" for cell in line.split("\t"))
        lines.append(f"<table><tr>{cells}</tr></table>" if "\t" in line else f"<p>{line}</p>")
    head = "<head><title>x</title><script>var a='合格率1%'</script></head>"
    return f"<html>{head}<body>{''.join(lines)}</body></html>"


def pdf_of(pages: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=200, height=200)
    return writer


def test_every_form_gives_the_same_figures() -> None:
    forms = {
        "a.txt": TEXT.encode(),
        "gbk.txt": TEXT.encode("gbk"),
        "bom.txt": TEXT.encode("utf-8-sig"),
        "a.html": html_of(TEXT).encode(),
        "gb.html": html_of(TEXT).encode("gb18030"),
        "a.docx": docx_of(TEXT),
    }
    for name, data in forms.items():
        report = audit_text(text_of(name, data))
        told = {k: v for k, v in report.figures.items() if v is not None}
        assert (name, told) == (name, FIGURES)
        assert report.findings == ()


def test_a_table_of_a_page_keeps_its_cells_apart() -> None:
    text = text_of(
        "a.html", b"<table><tr><th>a</th><th></th></tr><tr><td>1</td><td>b <b>c</b></td></tr></table>"
    )
    assert text.split("\n") == ["a\t", "1\tb c"]


@pytest.mark.parametrize(
    "odd", ["<?xml version='1.0'?>", "<?php echo 1 ?>", "<!-- <? -->", "<!x>", "<![CDATA[x]]>", "<寛>"]
)
def test_a_page_with_markup_of_other_kinds_is_read(odd: str) -> None:
    text = text_of("a.html", f"<html>{odd}<body>{odd}<p>抽查{odd}20家</p><table>{odd}<tr><td>1{odd}".encode())
    assert "20家" in text


def bad_files() -> dict[str, tuple[bytes, str]]:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"0" * 70_000_000)
    writer = pdf_of()
    writer.encrypt("secret", algorithm="RC4-128")
    encrypted, scanned = io.BytesIO(), io.BytesIO()
    writer.write(encrypted)
    pdf_of(2).write(scanned)
    return {
        "none.txt": ("今天天气很好。".encode(), "no figure"),
        "empty.txt": (b"", "no text"),
        "binary.txt": (bytes(range(256)) * 20, "no text"),
        "broken.docx": (b"PK\x03\x04 and no more", "docx"),
        "bomb.docx": (bomb.getvalue(), "unpacks to"),
        "old.doc": (b"\xd0\xcf\x11\xe0" + b"0" * 600, "old or encrypted"),
        "scan.pdf": (scanned.getvalue(), "no text"),
        "locked.pdf": (encrypted.getvalue(), "encrypted"),
        "broken.pdf": (b"%PDF-1.7\nrubbish", "not readable"),
        "other.json": (b'{"a": 1}', "notice.json"),
        "deep.json": (b"[" * 200_000, "notice.json"),
        "cut.json": (b'{"title": "ab\xafcd"}', "notice.json"),
        "huge.txt": (b"0" * (MAX_FILE + 1), "larger"),
    }


@pytest.mark.parametrize("name", bad_files())
def test_a_bad_file_is_named_and_the_code_is_1(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, told = bad_files()[name]
    path = tmp_path / name
    path.write_bytes(data)
    assert main(["audit", str(path)]) == 1
    error = capsys.readouterr().err
    assert str(path) in error
    assert told in error


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(tmp_path / "away.txt")]) == 1
    assert "away.txt" in capsys.readouterr().err


def test_the_command_tells_findings_with_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT.replace("合格率95.0%", "合格率94.0%"), encoding="utf-8")
    assert main(["audit", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["figures"]["site_pass_rate"] == 94
    (finding,) = told["findings"]
    assert (finding["check"], finding["severity"], finding["found"], finding["line"]) == (
        "rate",
        "error",
        "94.0%",
        5,
    )
    assert finding["expected"].startswith("95.0%")
    assert "合格率94.0%" in finding["quote"]
    assert main(["audit", str(path)]) == 0
    assert "第5行" in capsys.readouterr().out


def test_characters_that_a_pdf_names_by_their_radicals() -> None:
    text = "2022年第⼆季度政府⽹站检查情况通报\n抽查政府⽹站20家，合格19家。\n"
    figures = audit_text(text).figures
    assert (figures["sites_checked"], figures["sites_qualified"]) == (20, 19)
    assert figures["period"] == {"year": 2022, "quarter": 2}


def test_lines_of_a_laid_out_page_are_joined() -> None:
    page = "本次检查发现不合格政务新媒体账号共计二十五个，合格\n率90%。\n二、主要问题\n短\n"
    assert unwrapped(page).split("\n")[0].endswith("合格率90%。")
    assert "\n二、主要问题" in unwrapped(page)
    counted = "县（市、区）政府门户网站 9 家，本季度共抽查 20 家，合格\n19 家，不合格 1 家。\n"
    assert "合格19 家" in unwrapped(counted)
    rate = "经过检查，全市政府网站运行总体平稳，较上一季度有所提高，总体合格率为\n96.4%，其余情况如下\n"
    assert "合格率为96.4%" in unwrapped(rate)
    items = "以下单位未按照要求整改，请于2021年4月20日前完成整改并书面报送\n1.甲县人民政府\n2.乙县人民政府\n"
    assert unwrapped(items) == items


PIECES = (
    "其中",
    "检查1家，",
    "检查网站1家。",
    "(",
    "《",
    "一、",
    "一、\n",
    "1234567890",
    "截至1月1日",
    "附件\n1\n",
)


@pytest.mark.parametrize("piece", PIECES)
def test_hostile_text_takes_no_long_time(piece: str) -> None:
    before = time.process_time()
    with suppress(InputError):  # too many figures are refused
        assert audit_text("检查政府网站3家。\n" + piece * (100_000 // len(piece))).figures["sites_checked"]
    assert time.process_time() - before < 15


def raw_pdf(*objects: bytes) -> bytes:
    body = b"".join(b"%d 0 obj %s endobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\nstartxref\n1\n%%EOF"


def stream(data: bytes, about: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (about, len(data), data)


SHOWN = b"BT /F 9 Tf (The notice tells of twenty sites.) Tj ET "
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</Font<</F 4 0 R>>/XObject<</X 6 0 R>>>>"


def pdf_page(*contents: bytes, forms: tuple[bytes, ...] = ()) -> bytes:
    """A page of streams, which lie behind its forms."""
    first = 6 + len(forms)
    listed = b" ".join(b"%d 0 R" % number for number in range(first, first + len(contents)))
    tree = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    head = (b"<</Type/Catalog/Pages 2 0 R>>", tree, PAGE + b"/Contents[" + listed + b"]>>", FONT, b"null")
    return raw_pdf(*head, *forms, *contents)


def forms_within(depth: int, uses: int = 1) -> tuple[bytes, ...]:
    about = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F 4 0 R>>/XObject<</X %d 0 R>>>>"
    inner = (stream(b"q /X Do Q " * uses, about % (7 + level)) for level in range(depth - 1))
    return (*inner, stream(SHOWN, about % 5))


@pytest.mark.parametrize(
    ("contents", "forms", "told"),
    [
        ([SHOWN + b"/X Do"], forms_within(3_000), "cannot be read"),
        ([SHOWN + b"/X Do"], forms_within(40, 2), "cannot be read"),
        ([SHOWN, b"[" * 100_000], (), "RecursionError"),
        ([SHOWN] * 20_000, (), "LimitReachedError"),
    ],
    ids=["3000 forms", "forms used twice", "deep lists", "many streams"],
)
def test_a_pdf_is_read_whole_or_named(contents: list[bytes], forms: tuple[bytes, ...], told: str) -> None:
    data = pdf_page(*map(stream, contents), forms=forms)
    with pytest.raises(InputError, match=rf"^a\.pdf: .*{told}"):
        text_of("a.pdf", data)


def test_forms_as_programs_nest_them_are_read() -> None:
    for depth in (1, 20, 300):
        assert "twenty sites" in text_of("a.pdf", pdf_page(stream(b"/X Do"), forms=forms_within(depth)))


def test_a_stream_that_is_damaged_is_told_and_not_left_out() -> None:
    damaged = stream(b"no zlib " + SHOWN, b"/Filter/FlateDecode")
    with pytest.raises(InputError, match="decompressing"):
        text_of("a.pdf", pdf_page(stream(SHOWN), damaged))
    packed = zlib.compress(SHOWN + b" " * 200_000_000, 9)
    with pytest.raises(InputError, match="LimitReachedError"):
        text_of("a.pdf", pdf_page(stream(SHOWN), stream(packed, b"/Filter/FlateDecode")))


def test_documents_that_grow_without_end_are_refused_or_read_in_little_memory(tmp_path: Path) -> None:
    packed = zlib.compress(b"(a) Tj " * 30_000_000, 9)
    inputs = {
        "forms.pdf": pdf_page(stream(b"/X Do"), forms=forms_within(40, 2)),
        "packed.pdf": pdf_page(stream(packed, b"/Filter/FlateDecode")),
        "packed twice.pdf": pdf_page(stream(zlib.compress(packed, 9), b"/Filter[/FlateDecode/FlateDecode]")),
        "many packed.pdf": pdf_page(*[stream(packed, b"/Filter/FlateDecode")] * 60),
        "pages.pdf": raw_pdf(
            b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[" + b"2 0 R " * 9 + b"]>>"
        ),
        "rows.csv": ("检查政府网站3家," * 800_000).encode(),
        "lines.txt": "检查\n".encode() * 900_000,
        "nested.html": b"<div>" * 900_000,
        "cells.html": b"<table><tr><td colspan=9999 rowspan=9999>3" * 90_000,
        "deep.json": b"[" * 3_000_000,
    }
    said = outcomes(
        tmp_path, inputs, "from jiancha.audit.files import text_of", "len(text_of(file.name, data))"
    )
    assert set(said) == set(inputs)
    assert all(text.startswith(f"error: {name}") or text.isdecimal() for name, text in said.items()), said
