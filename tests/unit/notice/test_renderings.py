"""Each rendering is opened again with another library and compared with the model."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from functools import cache

import pytest
from bs4 import BeautifulSoup
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from openpyxl import load_workbook
from support.notice_rows import (
    BAD_ACCOUNTS,
    BAD_SITES,
    COLUMNS,
    TWO_WEEKS,
    account,
    notice_of,
    quality,
    seed_notice,
    seed_verdicts,
    site,
    summary,
)

from jiancha.audit.own import audit_own
from jiancha.lake import Lake
from jiancha.notice.render_docx import render_docx
from jiancha.notice.render_html import render_html
from jiancha.notice.render_xlsx import render_xlsx
from jiancha.notice.text import title_lines
from jiancha.notice.write import forms, write_notice
from jiancha.settings import NoticeSettings

HOSTILE = [
    '=HYPERLINK("http://evil.example","点我")',
    "<script>alert(1)</script>",
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-2+3",
    "一\n二\r\n三\x00四\x1b",
    "{{ notice }}{% raw %}",
    "_x0041_",
    "&amp;\"'><img src=x onerror=alert(1)>",
    "长" * 300,
    "W" * 300,
]


def page(notice):
    return BeautifulSoup(render_html(notice), "html.parser")


def table(soup, selector):
    rows = soup.select(f"{selector} tbody tr")
    return [[cell.get_text() for cell in row.select("td")] for row in rows]


def document(notice):
    return Document(io.BytesIO(render_docx(notice)))


def docx_rows(doc, index):
    return [[cell.text for cell in row.cells] for row in doc.tables[index].rows][1:]


def workbook(notice):
    return load_workbook(io.BytesIO(render_xlsx(notice)))


def sheet_rows(book, name):
    return [list(row) for row in book[name].iter_rows(min_row=2, values_only=True)]


def hostile_notice():
    verdicts = [
        site(n, name=text, code=text[:40], owner=text, outcome="unqualified", problem=COLUMNS)
        for n, text in enumerate(HOSTILE, 1)
    ]
    verdicts += [
        account(n, name=text, owner=text, platform=text, outcome="unqualified", problem=TWO_WEEKS)
        for n, text in enumerate(HOSTILE, 1)
    ]
    verdicts += [
        site(90 + n, name=text, outcome="undetermined", reason=text) for n, text in enumerate(HOSTILE)
    ]
    return notice_of(verdicts, quality=[quality("registry", text, examples=(text,)) for text in HOSTILE])


@cache
def rich_notice():
    """Everything at once: failures, unknowns, warnings, faults of the data, a quarter before."""
    verdicts = seed_verdicts()
    verdicts += [
        site(57, outcome="undetermined", reason="首页连续三次连接超时"),
        account(253, outcome="undetermined", reason="没有可读的来源"),
    ]
    past = {
        ("site", "inspected"): 55,
        ("site", "unqualified"): 4,
        ("account", "inspected"): 250,
        ("account", "unqualified"): 31,
    }
    warn = {"target_id": "s3", "indicator": "site.home_stale", "measured": True, "value": 11.0, "warn": True}
    return notice_of(
        verdicts,
        summary=summary(verdicts, past),
        measurements=[warn],
        quality=[quality("registry", "account_code_unique", examples=("610424M014WX0001",))],
    )


def test_annexes_are_the_same_in_every_form():
    notice = seed_notice()
    sites = [[str(no), name, code, COLUMNS] for no, (name, code, _) in enumerate(BAD_SITES, 1)]
    accounts = [[str(no), *row] for no, row in enumerate(BAD_ACCOUNTS, 1)]
    html, doc, book = page(notice), document(notice), workbook(notice)
    assert table(html, "#annex1") == docx_rows(doc, 0) == sites
    assert table(html, "#annex2") == docx_rows(doc, 1) == accounts
    assert [[str(v) for v in row] for row in sheet_rows(book, "附件1")] == sites
    assert [[str(v) for v in row] for row in sheet_rows(book, "附件2")] == accounts


def test_figures_are_the_same_in_every_form():
    notice = rich_notice()
    said = json.loads(notice.to_json())
    kinds = [said["sites"], said["accounts"]]
    names = ("registered", "inspected", "qualified", "unqualified", "undetermined", "pass_rate")
    html, book = page(notice), workbook(notice)
    expected = [[str(kind[name]) for name in names] for kind in kinds]
    assert expected == [["57", "56", "54", "2", "1", "96%"], ["253", "252", "227", "25", "1", "90%"]]
    assert [row[1:7] for row in table(html, "#counts")] == expected
    assert [row[7:] for row in table(html, "#counts")] == [["4", "93%"], ["31", "88%"]]  # 92.7, 87.6
    overview = list(book["总体情况"].iter_rows(min_row=4, max_row=9, values_only=True))
    assert [[str(row[column]) for row in overview] for column in (1, 2)] == expected
    assert (overview[3][3:5], overview[5][3:5]) == ((4, 31), ("93%", "88%"))
    paragraphs = [p.text for p in document(notice).paragraphs]
    for text in (" ".join(paragraphs), html.get_text()):
        assert re.findall(r"共计(\d+)[家个]", text) == ["57", "253"]
        assert re.findall(r"本次检查(\d+)[家个]", text) == ["56", "252"]
        assert re.findall(r"不合格(?:网站|政务新媒体)(\d+)[家个]", text) == ["2", "25"]
        assert re.findall(r"\d[家个]，合格率(\d+%)", text) == ["96%", "93%", "90%", "88%"]


def test_unknowns_warnings_and_faults_are_listed():
    notice = rich_notice()
    html, book = page(notice), workbook(notice)
    assert table(html, "#undetermined") == [
        ["政府网站", "6104000057", "网站57", "", "首页连续三次连接超时"],
        ["政务新媒体", "610400M253WX0001", "账号253", "微信订阅号", "没有可读的来源"],
    ]
    assert [row[2] for row in sheet_rows(book, "未判定")] == ["6104000057", "610400M253WX0001"]
    assert table(html, "#warnings")[0][4:] == ["首页不更新", "11天", "14天"]
    assert sheet_rows(book, "预警")[0][5:] == ["首页不更新", 11, 14, "天"]
    assert table(html, "#checks")[0][0] == "名录"
    assert sheet_rows(book, "数据质量")[0][:3] == ["名录", "提示", 1]
    assert sheet_rows(book, "数据质量")[0][5] == "account_code_unique"
    assert book["数据质量"].column_dimensions["F"].hidden  # a name for programs
    assert "检查项" not in html.get_text()
    assert [row[2] for row in docx_rows(document(rich_notice()), 6)] == ["网站57", "账号253"]
    assert "未监测" in html.select_one("#quality").get_text()


def test_a_hostile_page_is_only_text():
    soup = page(hostile_notice())
    assert not soup.select("script, img, a, iframe, link, object, form")
    assert [row[1] for row in table(soup, "#annex1")] == [row.name for row in hostile_notice().annex1]
    assert soup.select_one("#annex1 tbody tr:nth-of-type(2) td:nth-of-type(2)").get_text() == HOSTILE[1]
    assert b"default-src 'none'" in render_html(hostile_notice())


def test_hostile_cells_stay_text():
    book = workbook(hostile_notice())
    names = [row.name for row in hostile_notice().annex1]
    cells = [row[1] for row in book["附件1"].iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(HOSTILE)
    assert [cell.value for cell in cells] == names
    assert cells[0].value.startswith("=HYPERLINK")
    for page_ in book:
        assert all(cell.data_type != "f" and cell.hyperlink is None for row in page_ for cell in row), (
            page_.title
        )


def test_hostile_names_in_the_document():
    notice = hostile_notice()
    doc = document(notice)
    assert [row[1] for row in docx_rows(doc, 0)] == [row.name for row in notice.annex1]
    assert [row[3] for row in docx_rows(doc, 1)] == [row.name for row in notice.annex2]
    assert notice.annex1[5].name == "一 二 三四"


@pytest.mark.parametrize("render", [render_html, render_docx, render_xlsx])
@pytest.mark.parametrize("make", [seed_notice, rich_notice, hostile_notice, lambda: notice_of([])])
def test_rendering_again_gives_the_same_bytes(render, make):
    assert render(make()) == render(make())


def test_archives_carry_no_time_of_making():
    for data in (render_docx(seed_notice()), render_xlsx(seed_notice())):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert document(seed_notice()).core_properties.created.isoformat().startswith("2021-02-15T15:59:59")
    assert workbook(seed_notice()).properties.created.isoformat().startswith("2021-02-15T15:59:59")


def test_without_targets_every_form_still_opens():
    notice = notice_of([])
    assert table(page(notice), "#annex1") == [["无"]]
    assert docx_rows(document(notice), 1)[0][0] == "无"
    assert sheet_rows(workbook(notice), "附件2")[0][0] == "无"


def test_all_undetermined_prints_no_rate():
    notice = notice_of([site(1, outcome="undetermined"), account(1, outcome="undetermined")])
    assert [row[6] for row in table(page(notice), "#counts")] == ["—", "—"]
    assert "None" not in page(notice).get_text()
    assert "None" not in " ".join(p.text for p in document(notice).paragraphs)
    assert workbook(notice)["总体情况"]["B9"].value is None


def test_a_draft_says_so_and_a_final_notice_does_not():
    draft = seed_notice()
    final = replace(draft, status="final")
    label = "草稿：未经人工核查，不得印发"
    assert label in page(draft).get_text()
    assert label in document(draft).sections[0].header.paragraphs[0].text
    assert workbook(draft)["总体情况"]["A2"].value == label
    assert "草稿" not in page(final).get_text()
    assert "草稿" not in document(final).sections[0].header.paragraphs[0].text
    assert workbook(final)["总体情况"]["A2"].value is None


def test_the_document_has_the_official_form():
    doc = document(seed_notice())
    section = doc.sections[0]
    lengths = [section.page_width, section.page_height, section.top_margin, section.bottom_margin]
    lengths += [section.left_margin, section.right_margin]
    assert [round(length.mm) for length in lengths] == [210, 297, 37, 35, 28, 26]
    title = doc.paragraphs[0].runs[0]
    assert (title.text[:4], title.font.size) == ("2021", Pt(22))
    faces = {}
    for paragraph in doc.paragraphs:
        for run in paragraph.runs:
            faces.setdefault(run.text[:4], run._element.rPr.rFonts.get(qn("w:eastAsia")))
    assert faces["2021"] == "方正小标宋简体"
    assert faces["一、总体"] == "黑体"
    assert faces["（一）政"] == "楷体"
    assert faces["截至20"] == "仿宋"
    assert faces["附件1"] == "黑体"
    body = next(p for p in doc.paragraphs if p.text.startswith("按照"))
    assert doc.styles["Normal"].paragraph_format.line_spacing.pt == pytest.approx(28.95)
    assert body._p.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert body.runs[0].font.size == Pt(16)


def test_the_title_is_broken_between_words():
    lines = ["2021年第一季度全市", "政府网站与政务新媒体检查结果通报"]
    assert document(seed_notice()).paragraphs[0].text.split("\n") == lines
    heading = page(seed_notice()).select_one("h1")
    assert [span.get_text() for span in heading.select("span")] == lines
    assert heading.get_text() == seed_notice().title


def test_a_title_of_other_words_is_one_line():
    assert title_lines("县检查通报") == ["县检查通报"]
    assert title_lines("政府网站检查通报") == ["政府网站检查通报"]


def test_tables_repeat_their_header_and_keep_rows_whole():
    doc = document(seed_notice())
    for each in doc.tables:
        assert each.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in each.rows)
        assert sum(column.width.mm for column in each.columns) == pytest.approx(156, abs=0.1)  # the type area
    long = document(hostile_notice()).tables[0].rows[10]
    assert long._tr.trPr is None  # 300 characters: higher than a page, it may break


def test_page_numbers_stand_outside():
    section = document(seed_notice()).sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        line = footer.paragraphs[0]._p
        assert "".join(t.text for t in line.iter(qn("w:t"))) == "— 1 —"
        assert line.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"
        assert line.pPr.find(qn("w:jc")).get(qn("w:val")) == side


def test_sheets_are_ready_to_print():
    book = workbook(rich_notice())
    assert book.sheetnames == ["总体情况", "附件1", "附件2", "未判定", "预警", "数据质量"]
    for page_ in book:
        assert (page_.page_setup.orientation, page_.page_setup.paperSize) == ("landscape", 9)
        assert page_.freeze_panes is not None
    assert book["附件1"].freeze_panes == "A2"
    assert len(book["总体情况"]._charts) == 3
    code = book["附件1"]["C2"]
    assert (code.value, code.data_type, code.number_format) == ("6104000028", "s", "@")


def test_charts_point_at_the_rows_they_name():
    with zipfile.ZipFile(io.BytesIO(render_xlsx(rich_notice()))) as archive:
        charts = [archive.read(f"xl/charts/chart{n}.xml").decode() for n in (1, 2, 3)]
    book = workbook(rich_notice())["总体情况"]

    def cells(chart):
        areas = re.findall(r"<c:f>'?总体情况'?!(\$[A-Z]\$\d+:\$[A-Z]\$\d+)</c:f>", chart)
        return [[c.value for row in book[area.replace("$", "")] for c in row] for area in areas]

    assert cells(charts[0])[0][:2] == ["微信订阅号", "新浪微博"]
    assert cells(charts[0])[1] == [9, 7, 4, 4, 1]
    assert cells(charts[1]) == [["长期未更新", "超过两周未更新"], [10, 15]]
    assert cells(charts[2]) == [["政府网站", "政务新媒体"], [4, 31], ["政府网站", "政务新媒体"], [2, 25]]


def test_all_four_files_lie_in_the_window_folder(tmp_path):
    lake = Lake(tmp_path)
    folder = write_notice(seed_notice(), lake)
    assert folder == lake.notice_folder("2021Q1", 1)
    assert sorted(p.name for p in folder.iterdir()) == [
        "annexes.xlsx",
        "notice.docx",
        "notice.html",
        "notice.json",
    ]
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    write_notice(seed_notice(), lake)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before
    assert json.loads(before["notice.json"])["version"] == 1


OFFICE = replace(
    NoticeSettings(),
    red_head="某市大数据管理局文件",
    number="某数据发〔{year}〕3号",
    addressees="各县市区人民政府",
    copies_to="市委办公室",
    printed_by="某市大数据管理局办公室",
)


def test_the_office_has_its_head_number_addressees_and_colophon_in_order_in_both_forms():
    notice = replace(seed_notice(), words=OFFICE)
    expected = [
        "某市大数据管理局文件",
        "某数据发〔2021〕3号",
        "各县市区人民政府：",
        "按照《",
        "抄送：市委办公室。",
        "某市大数据管理局办公室",
        "2021年\u3000月\u3000日印发",
    ]
    texts = [page(notice).get_text(), "\n".join(p.text for p in document(notice).paragraphs)]
    for text in texts:
        places = [text.find(line) for line in expected]
        assert -1 not in places
        assert places == sorted(places)
        assert text.index("某数据发") < text.rindex("2021年第一季度全市", 0, text.index("各县市区人民政府："))
    found, before = ([(f.check, f.quote) for f in audit_own(forms(each))] for each in (notice, seed_notice()))
    assert found == before  # the doubtful identifiers of the published notice


def test_an_office_that_sets_nothing_has_none_of_it():
    assert "抄送" not in page(seed_notice()).get_text()
    assert not page(seed_notice()).select(".head, .number, .colophon, p.plain")
    xml = document(seed_notice()).element.xml
    assert "w:framePr" not in xml
    assert "D7000F" not in xml


def test_the_red_line_stands_below_the_number_and_the_colophon_at_the_foot():
    doc = document(replace(seed_notice(), words=OFFICE))
    head, number = (next(p for p in doc.paragraphs if p.text.startswith(t)) for t in ("某市大", "某数据"))
    assert str(head.runs[0].font.color.rgb) == "D7000F"
    assert head._p.find(f".//{qn('w:pBdr')}") is None
    assert number._p.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}").get(qn("w:color")) == "D7000F"
    for text in ("抄送", "某市大数据管理局办公室"):
        line = next(p for p in doc.paragraphs if p.text.startswith(text))
        frame = line._p.pPr.find(qn("w:framePr"))
        assert (frame.get(qn("w:yAlign")), frame.get(qn("w:vAnchor"))) == ("bottom", "margin")


def test_the_number_of_a_document_stands_in_one_piece_that_no_line_breaks():
    doc = document(seed_notice())
    held = [
        (run.text, int(fit.get(qn("w:val"))), fit.get(qn("w:id")))
        for paragraph in doc.paragraphs
        for run in paragraph.runs
        if (fit := run._element.find(f".//{qn('w:fitText')}")) is not None
    ]
    assert {text for text, *_ in held} == {"国办秘函〔2019〕19号"}
    assert {width for _, width, _ in held} == {7 * 320 + 6 * 160}  # twips of 16 pt and of half of it
    assert len({number for *_, number in held}) == len(held)


def test_the_signature_takes_the_last_lines_of_the_text_along():
    doc = document(seed_notice())
    texts = [p.text for p in doc.paragraphs]
    office = texts.index(seed_notice().words.office)
    last = max(n for n in range(office) if "主办单位" in texts[n])
    assert all(p.paragraph_format.keep_with_next for p in doc.paragraphs[last : office + 1])
