"""notice.docx in the form of an official document, GB/T 9704-2012 《党政机关公文格式》.

What a .docx can carry of it: A4 with the type area of 156 mm × 225 mm, 22 lines of 28 characters, body in
三号仿宋, title in 二号小标宋, first-level headings in 黑体 and second-level in 楷体, page numbers in
四号宋体 with dashes on the outer side, annexes on pages of their own.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from struct import error as StructError
from typing import Any, NamedTuple

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.image.exceptions import (
    InvalidImageStreamError,
    UnexpectedEndOfFileError,
    UnrecognizedImageError,
)
from docx.image.image import Image
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt, RGBColor

from jiancha.assess.amounts import KIND_NAMES, amount
from jiancha.notice.model import Notice
from jiancha.notice.sentences import (
    CLOSED_TITLE,
    DRAFT_LABEL,
    GATE_NAMES,
    LEVEL_NAMES,
    NEAR_TITLE,
    SEVERITY_NAMES,
    Wording,
    wording,
)
from jiancha.notice.text import held_together, quarter_name, title_lines

_FANG, _HEI, _KAI, _SONG, _TITLE = "仿宋", "黑体", "楷体", "宋体", "方正小标宋简体"
#: Other names of the same faces: taken where a machine lacks the first (Windows has no 小标宋 of its own).
_FALLBACKS = {_FANG: "仿宋_GB2312", _HEI: "SimHei", _KAI: "楷体_GB2312", _SONG: "SimSun", _TITLE: "华文中宋"}

_SAN, _ER, _SI, _WU = Pt(16), Pt(22), Pt(14), Pt(10.5)  # 三号, 二号, 四号, 五号
_LINE = Pt(28.95)  # 225 mm / 22 lines
_TITLE_LINE = Pt(36)
_TABLE_LINE = Pt(18)
_GRID_PITCH = "579"  # the same line in twentieths of a point
_SQUEEZE = "-5"  # 28 characters of 16 pt on 156 mm: each 0.25 pt narrower, in twentieths of a point
_TYPE_AREA = Mm(156)
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")
_AFTER_FRAME = ("w:widowControl", "w:pBdr", *_AFTER_BORDERS)
_PICTURES = "检查时的网页截图"
_HIGHEST_PICTURE = Mm(190)
_RED = RGBColor(0xD7, 0x00, 0x0F)
_LONG_CELL = 150  # a row that is higher than a page must be allowed to break

_ANNEX1 = (("序号", 14), ("网站名称", 56), ("网站标识码", 30), ("存在问题", 56))
_ANNEX2 = (
    ("序号", 10),
    ("新媒体标识码", 39),
    ("账号类型", 22),
    ("账号名称", 28),
    ("开设主体", 28),
    ("存在问题", 29),
)
_COUNTS = (
    ("类别", 40),
    ("纳入报送系统", 26),
    ("检查", 17),
    ("合格", 17),
    ("不合格", 19),
    ("未判定", 19),
    ("合格率", 18),
)
_LEVELS = (("网站类别", 110), ("数量", 46))
_PLATFORMS = (("账号类型", 64), ("检查数", 46), ("不合格数", 46))
_PROBLEMS = (("存在问题", 110), ("数量", 46))
_UNDETERMINED = (("类别", 20), ("标识码", 36), ("名称", 36), ("账号类型", 22), ("原因", 42))
_NEAR = (("标识码", 38), ("名称", 38), ("账号类型", 22), ("指标", 24), ("测得值", 17), ("限值", 17))
_CLOSED = (
    ("类别", 20),
    ("标识码", 36),
    ("名称", 30),
    ("账号类型", 22),
    ("主办（开设）单位", 30),
    ("状态", 18),
)
_CHECKS = (("环节", 16), ("程度", 16), ("数量", 14), ("说明", 55), ("示例", 55))
_CENTRED = frozenset(
    {"序号", "网站标识码", "新媒体标识码", "账号类型", "检查", "合格", "不合格", "未判定", "合格率", "数量"}
)
_CENTRED |= {"纳入报送系统", "检查数", "不合格数", "测得值", "限值", "程度", "环节", "类别"}


class LetterPicture(NamedTuple):
    """A picture of a page (PNG), and the line below it that tells which page and when."""

    png: bytes
    caption: str


class LetterTable(NamedTuple):
    """A table of a letter: its heading, (column, width in mm) pairs, rows."""

    heading: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, ...], ...]


class OfficialLetter(NamedTuple):
    """A plain official letter: to whom, what, from whom. ``made`` is the day its properties tell."""

    title: str
    to: str
    opening: tuple[str, ...]
    tables: tuple[LetterTable, ...]
    pictures: tuple[LetterPicture, ...]
    closing: tuple[str, ...]
    office: str
    dated: str
    made: date


def render_letter(letter: OfficialLetter) -> bytes:
    """The letter in the notice's form, the same bytes for the same letter."""
    document = Document()
    _set_fonts(document)
    _set_page(document)
    properties = document.core_properties
    properties.title, properties.author = letter.title[:255], letter.office[:255]
    properties.last_modified_by, properties.comments = letter.office[:255], ""
    properties.created = properties.modified = datetime.combine(letter.made, time())
    _page_numbers(document.sections[0])
    title = _paragraph(document.add_paragraph(), letter.title, _TITLE, _ER, WD_ALIGN_PARAGRAPH.CENTER)
    _exact_lines(title, _TITLE_LINE)
    document.add_paragraph()
    _paragraph(document.add_paragraph(), f"{letter.to}：", _FANG, _SAN)
    for text in letter.opening:
        _indented(document, text)
    for table in letter.tables:
        _indented(document, table.heading, _HEI).paragraph_format.keep_with_next = True
        _grid(document, table.columns, table.rows)
    for text in letter.closing:
        last = _indented(document, text)
    if letter.pictures:
        last.paragraph_format.keep_with_next = document.add_paragraph().paragraph_format.keep_with_next = True
        last = _annex_list(document, [_PICTURES])
    _signed(document, last, letter.office, letter.dated)
    if letter.pictures:
        _heading(document, "附件", _PICTURES)
    for picture in letter.pictures:
        _picture(document, picture)
    return _saved(document)


def is_picture(png: bytes) -> bool:
    """Whether these bytes can stand in a document as a picture."""
    try:
        return Image.from_blob(png).px_width > 0
    except (UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError, StructError):
        return False


def _picture(document: Any, picture: LetterPicture) -> None:
    """As wide as the type area, or as high as leaves room for its line; its line stays below it."""
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.line_spacing = 1.0  # an exact line would cut the picture off
    shown = line.add_run().add_picture(io.BytesIO(picture.png), width=_TYPE_AREA)
    if shown.height > _HIGHEST_PICTURE:
        shown.width = Length(round(shown.width * _HIGHEST_PICTURE / shown.height))
        shown.height = _HIGHEST_PICTURE
    caption = _paragraph(document.add_paragraph(), picture.caption, _FANG, _WU, WD_ALIGN_PARAGRAPH.CENTER)
    _exact_lines(caption, _TABLE_LINE)
    caption.paragraph_format.space_after = Pt(12)


def _signed(document: Any, last: Any, office: str, dated: str) -> None:
    """Office and day at the right; never on a page without the paragraph before them."""
    blank = document.add_paragraph()
    lines = [
        _paragraph(document.add_paragraph(), text, _FANG, _SAN, WD_ALIGN_PARAGRAPH.RIGHT)
        for text in (office, dated)
    ]
    for line in lines:
        _indent_chars(line, right=4)
    for line in (last, blank, lines[0]):
        line.paragraph_format.keep_with_next = True
    last.paragraph_format.keep_together = True


def render_docx(notice: Notice) -> bytes:
    """The document as bytes, the same for the same notice."""
    words = wording(notice)
    document = Document()
    _set_fonts(document)
    _set_page(document)
    _set_properties(document, notice)
    section = document.sections[0]
    _page_numbers(section)
    if notice.status == "draft":
        for header in (section.header, section.even_page_header):
            _paragraph(header.paragraphs[0], DRAFT_LABEL, _HEI, _SI, WD_ALIGN_PARAGRAPH.RIGHT)
    _body(document, notice, words)
    rows1 = [(str(r.no), r.name, r.site_code, r.problem) for r in notice.annex1]
    rows2 = [(str(r.no), r.account_code, r.platform, r.name, r.owner, r.problem) for r in notice.annex2]
    _annex(document, "附件1", words.annexes[0], _ANNEX1, rows1)
    _annex(document, "附件2", words.annexes[1], _ANNEX2, rows2)
    _figure_tables(document, notice)
    _appendix(document, notice, words)
    _colophon(document, words)
    return _saved(document)


def _head(document: Any, words: Wording) -> None:
    """发文机关标志 35 mm below the type area's edge, 发文字号 two lines below, a red line 4 mm below that."""
    if not words.head and not words.number:
        return
    if words.head:
        size = Pt(min(48, int(_TYPE_AREA.pt / len(words.head))))
        last = _paragraph(document.add_paragraph(), words.head, _TITLE, size, WD_ALIGN_PARAGRAPH.CENTER)
        last.runs[0].font.color.rgb = _RED
        last.paragraph_format.space_before = Mm(35)
        _exact_lines(last, Pt(size.pt * 1.3))
    if words.number:
        for _ in range(2 if words.head else 0):
            document.add_paragraph()
        last = _paragraph(document.add_paragraph(), words.number, _FANG, _SAN, WD_ALIGN_PARAGRAPH.CENTER)
    if words.head:
        border = OxmlElement("w:pBdr")
        border.append(_element("w:bottom", val="single", sz="12", space="11", color=str(_RED)))
        last._p.get_or_add_pPr().insert_element_before(border, *_AFTER_BORDERS)
    for _ in range(2):
        document.add_paragraph()


def _colophon(document: Any, words: Wording) -> None:
    """版记 at the foot of the last page: 抄送机关, 印发机关 and 印发日期 between lines."""
    lines = [line for line in (words.copies, "\t".join(words.printed)) if line]
    for text in lines:  # with the same frame and borders: then they are one box
        line = _paragraph(document.add_paragraph(), text, _FANG, _SI)
        _indent_chars(line, left=1, right=1)
        line.paragraph_format.tab_stops.add_tab_stop(Length(_TYPE_AREA - _SI), WD_TAB_ALIGNMENT.RIGHT)
        properties = line._p.get_or_add_pPr()
        frame = _element(
            "w:framePr", w=str(_TYPE_AREA.twips), wrap="around", hAnchor="margin", vAnchor="margin",
            xAlign="center", yAlign="bottom",
        )  # fmt: skip
        properties.insert_element_before(frame, *_AFTER_FRAME)
        borders = OxmlElement("w:pBdr")
        for side in ("top", "bottom"):  # with a line between them LibreOffice takes them out of their frame
            borders.append(_element(f"w:{side}", val="single", sz="8", space="1", color="000000"))
        properties.insert_element_before(borders, *_AFTER_BORDERS)
    if lines:
        document.add_paragraph()  # what the frame is placed by


def _body(document: Any, notice: Notice, words: Wording) -> None:
    _head(document, words)
    lines = "\n".join(title_lines(notice.title))
    title = _paragraph(document.add_paragraph(), lines, _TITLE, _ER, WD_ALIGN_PARAGRAPH.CENTER)
    _exact_lines(title, _TITLE_LINE)
    document.add_paragraph()
    if words.addressees:
        _paragraph(document.add_paragraph(), words.addressees, _FANG, _SAN)
    _indented(document, words.opening)
    for section in words.sections:
        heading = _indented(document, section.heading, _HEI)
        heading.paragraph_format.keep_with_next = True
        for each in section.paragraphs:
            line = _indented(document, each.lead, _KAI, then=each.text)
    # the last lines of the text go with the signature, wherever the page ends
    line.paragraph_format.keep_with_next = document.add_paragraph().paragraph_format.keep_with_next = True
    last = _annex_list(document, words.annexes)
    _signed(document, last, words.office, words.dated)


def _figure_tables(document: Any, notice: Notice) -> None:
    """附表: the figures of all targets, and by level, platform and problem."""
    _heading(document, "附表", "数据情况")
    kinds = [(KIND_NAMES["site"], notice.sites), (KIND_NAMES["account"], notice.accounts)]
    counts = ("registered", "inspected", "qualified", "unqualified", "undetermined")
    rows = [
        (name, *(str(getattr(each, key)) for key in counts), each.pass_rate or "—") for name, each in kinds
    ]
    if notice.previous is not None:
        before = quarter_name(notice.previous.window)
        for name, past in (
            (KIND_NAMES["site"], notice.previous.sites),
            (KIND_NAMES["account"], notice.previous.accounts),
        ):
            if past is not None:
                rows.append(
                    (f"{name}（{before}）", "", "", "", str(past.unqualified), "", past.pass_rate or "—")
                )
    _grid(document, _COUNTS, rows)
    levels = [(LEVEL_NAMES[key], str(count)) for key, count in notice.sites.by_level.items()]
    platforms = [
        (name, str(each.inspected), str(each.unqualified))
        for name, each in notice.accounts.by_platform.items()
    ]
    problems = [(name, str(count)) for name, count in notice.accounts.by_problem.items()]
    for columns, values in ((_LEVELS, levels), (_PLATFORMS, platforms), (_PROBLEMS, problems)):
        if values:
            document.add_paragraph()
            _grid(document, columns, values)


def _appendix(document: Any, notice: Notice, words: Wording) -> None:
    """附录: how it was judged, what people confirmed, what could not be judged, and what is near a limit."""
    _heading(document, "附录", "数据质量说明")
    for line in (*words.quality, *words.review):
        _indented(document, line)
    undetermined = [
        (KIND_NAMES[r.target_kind], r.code, r.name, r.platform or "", r.reason) for r in notice.undetermined
    ]
    warnings = [
        (
            r.code,
            r.name,
            r.platform or "",
            r.indicator_name,
            amount(r.value, r.unit),
            amount(r.threshold, r.unit),
        )
        for r in notice.warnings
    ]
    closed = [
        (KIND_NAMES[r.target_kind], r.code, r.name, r.platform or "", r.owner, r.state) for r in notice.closed
    ]
    checks = [
        (GATE_NAMES.get(r.gate, r.gate), SEVERITY_NAMES.get(r.severity, r.severity), str(r.count), r.message,
         "；".join(r.examples))
        for r in notice.quality
    ]  # fmt: skip
    parts: tuple[tuple[str, Sequence[tuple[str, int]], Sequence[Sequence[str]]], ...] = (
        ("未判定", _UNDETERMINED, undetermined),
        (NEAR_TITLE, _NEAR, warnings),
        (CLOSED_TITLE, _CLOSED, closed),
        ("未通过的数据检查", _CHECKS, checks),
    )
    for title, columns, rows in parts:
        if columns is _CLOSED and not rows:
            continue
        _indented(document, title, _HEI).paragraph_format.keep_with_next = True
        _grid(document, columns, rows)


def _annex_list(document: Any, titles: Sequence[str]) -> Any:
    """附件说明: two characters in, further annexes below the number of the first; returns the last line."""
    for no, title in enumerate(titles, 1):
        numbered = f"{no}.{title}" if len(titles) > 1 else title  # a single one has no number
        text = f"附件：{numbered}" if no == 1 else numbered
        line = _paragraph(document.add_paragraph(), text, _FANG, _SAN)
        _indent_chars(line, left=2 if no == 1 else 5)
        line.paragraph_format.keep_with_next = True
    return line


def _annex(
    document: Any, label: str, title: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]]
) -> None:
    _heading(document, label, title)
    _grid(document, columns, rows)


def _heading(document: Any, label: str, title: str) -> None:
    """An annex on a page of its own: label in the first line, title in the third (GB/T 9704)."""
    first = _paragraph(document.add_paragraph(), label, _HEI, _SAN)
    first.paragraph_format.page_break_before = True
    document.add_paragraph()
    heading = _paragraph(document.add_paragraph(), title, _TITLE, _ER, WD_ALIGN_PARAGRAPH.CENTER)
    _exact_lines(heading, _TITLE_LINE)
    heading.paragraph_format.space_after = Pt(8)


def _grid(document: Any, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[str]]) -> None:
    """A table whose head is repeated on each page; 无 where it has no rows."""
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="68", type="dxa"))  # 1.2 mm
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    for index, (name, width) in enumerate(columns):
        table.columns[index].width = Mm(width)
        _cell(table.rows[0].cells[index], name, _HEI, centred=True, width=Mm(width))
    _row_property(table.rows[0], "w:tblHeader")
    _row_property(table.rows[0], "w:cantSplit")
    for values in rows or [["无", *[""] * (len(columns) - 1)]]:
        row = table.add_row()
        for cell, value, (name, width) in zip(row.cells, values, columns, strict=True):
            _cell(cell, value, _FANG, centred=name in _CENTRED, width=Mm(width))
        if max(map(len, values)) <= _LONG_CELL:
            _row_property(row, "w:cantSplit")


def _cell(cell: Any, text: str, font: str, *, centred: bool, width: Length) -> None:
    cell.width = width
    align = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    line = _paragraph(cell.paragraphs[0], text, font, _WU, align)
    _exact_lines(line, _TABLE_LINE)
    properties = cell._tc.get_or_add_tcPr()
    properties.append(_element("w:vAlign", val="center"))


def _row_property(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _indented(document: Any, text: str, font: str = _FANG, then: str = "") -> Any:
    """A body paragraph: two characters in, ``then`` runs on in 仿宋."""
    line = _paragraph(document.add_paragraph(), text, font, _SAN, WD_ALIGN_PARAGRAPH.JUSTIFY)
    if then:
        _run(line, then, _FANG, _SAN)
    _indent_chars(line, first=2)
    return line


def _paragraph(line: Any, text: str, font: str, size: Length, align: Any = WD_ALIGN_PARAGRAPH.LEFT) -> Any:
    line.alignment = align
    _run(line, text, font, size)
    return line


def _run(line: Any, text: str, font: str, size: Length) -> None:
    for piece, held in held_together(text):
        _piece(line, piece, font, size, held=held)


def _piece(line: Any, text: str, font: str, size: Length, *, held: bool) -> None:
    """A run; one that must not break is fitted into its own width, which Word sets in one line."""
    run = line.add_run(text)
    run.font.size = size
    properties = run._element.get_or_add_rPr()
    _east_asian(properties, font)
    if held:
        width = sum(size.pt * (10 if character.isascii() else 20) for character in text)
        number = len(line.part.element.xpath("//w:fitText")) + 1
        properties.append(_element("w:fitText", val=str(round(width)), id=str(number)))
    elif size == _SAN:
        properties.insert_element_before(_element("w:spacing", val=_SQUEEZE), "w:sz")


def _east_asian(properties: Any, font: str) -> None:
    """Name the face in every slot: Word would set “ ” and digits in its Latin face otherwise."""
    fonts = properties.get_or_add_rFonts()
    for slot in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(slot), font)
    fonts.set(qn("w:hint"), "eastAsia")
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def _element(name: str, **values: str) -> Any:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    return element


def _exact_lines(line: Any, height: Length) -> None:
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    line.paragraph_format.line_spacing = height
    properties = line._element.get_or_add_pPr()
    properties.insert_element_before(_element("w:snapToGrid", val="0"), "w:spacing")  # else 22 lines again


def _indent_chars(line: Any, *, first: int = 0, left: int = 0, right: int = 0) -> None:
    """Indents in characters, and in points for programs that do not know characters."""
    indent = line._p.get_or_add_pPr().get_or_add_ind()
    for side, chars in (("firstLine", first), ("left", left), ("right", right)):
        if chars:
            indent.set(qn(f"w:{side}"), str(chars * 320))
            indent.set(qn(f"w:{side}Chars"), str(chars * 100))


def _set_fonts(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.size = _SAN
    _east_asian(style.element.get_or_add_rPr(), _FANG)
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    _exact_lines(style, _LINE)
    style.element.get_or_add_rPr().append(_element("w:lang", val="en-US", eastAsia="zh-CN"))
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _FALLBACKS.items()
    )
    table = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table._blob = (
        f'<?xml version="1.0" encoding="UTF-8"?><w:fonts {nsdecls("w")}>{entries}</w:fonts>'.encode()
    )


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(23)  # page number 7 mm below the type area
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")  # a grid of characters too is spread wide by LibreOffice
    grid.set(qn("w:linePitch"), _GRID_PITCH)
    grid.attrib.pop(qn("w:charSpace"), None)
    document.settings.odd_and_even_pages_header_footer = True


def _set_properties(document: Any, notice: Notice) -> None:
    """Dates are the checkpoint's, so that the same notice gives the same bytes."""
    properties = document.core_properties
    moment = notice.window.checkpoint.astimezone(UTC).replace(tzinfo=None)
    properties.title = notice.title[:255]
    properties.author = properties.last_modified_by = notice.words.office[:255]
    properties.comments = properties.keywords = ""
    properties.language = "zh-CN"
    properties.created = properties.modified = moment
    properties.revision = notice.version


def _page_numbers(section: Any) -> None:
    _page_number(section.footer, outer_right=True)
    _page_number(section.even_page_footer, outer_right=False)


def _page_number(footer: Any, *, outer_right: bool) -> None:
    """— 1 — on the outer side, one character in: right on odd pages, left on even ones."""
    side = WD_ALIGN_PARAGRAPH.RIGHT if outer_right else WD_ALIGN_PARAGRAPH.LEFT
    line = _paragraph(footer.paragraphs[0], "— ", _SONG, _SI, side)
    field = parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    properties = OxmlElement("w:rPr")
    properties.append(_element("w:sz", val="28"))
    _east_asian(properties, _SONG)
    field[0].insert(0, properties)
    line._p.append(field)
    _run(line, " —", _SONG, _SI)
    indent = {"right": 1} if outer_right else {"left": 1}
    _indent_chars(line, **indent)


def _saved(document: Any) -> bytes:
    """Saved and packed again with fixed times: python-docx stamps the archive with the present."""
    written = io.BytesIO()
    document.save(written)
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, date_time=(1980, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            target.writestr(fixed, source.read(entry))
    return packed.getvalue()
