"""Files in which notices are published, read into text: txt, html, docx, pdf and our own notice.json.

Files are outside matter: sizes are capped before anything is unpacked. Every error names the file.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from jiancha.audit.docx_text import MAX_TEXT, MAX_UNPACKED, docx_text
from jiancha.errors import InputError
from jiancha.pages.limits import shallow, uncrowded
from jiancha.text.charset import decode
from jiancha.text.packed import Package

#: Larger files are no notice. Bytes.
MAX_FILE = 20_000_000
MAX_PAGES = 300
_MAX_OPERATORS = 2_000_000  # of a page description, in all pages of a pdf

_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "section", "article"})
_BLOCKS |= {"tr", "dt", "dd", "hr", "table", "caption", "blockquote", "header", "footer"}
_NOT_SHOWN = frozenset({"script", "style", "noscript", "template", "select", "head", "title"})
_HIDDEN_STYLE = re.compile(r"(?i)display\s{0,5}:\s{0,5}none|visibility\s{0,5}:\s{0,5}hidden")
_WRAPPED = 0.8
_LEFT_OUT = re.compile(r"Impossible to decode|Exceeded \d+|Error -?\d+ while decompressing")
_NEW_LINE = re.compile(
    r" *(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|附[件表]|序号|"
    r"\d{1,4}(?:[、\t]|\.(?!\d{1,4} ?[%万亿])| (?![家个件条处项年月日%])))"
)


def text_of(name: str, data: bytes) -> str:
    """The text of a file by its form; raises InputError naming the file where it has none."""
    if len(data) > MAX_FILE:
        raise InputError(f"{name}: {len(data):,} bytes; a notice may have {MAX_FILE:,}")
    try:
        text = _reader(name, data)(data)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    if len(text) > MAX_TEXT:
        raise InputError(f"{name}: {len(text):,} characters of text; a notice may have {MAX_TEXT:,}")
    if not text.strip():
        raise InputError(f"{name}: no text (a scanned page needs text recognition first)")
    return text


#: Forms that other programs can turn into one that is read, by their ending.
_OTHER_FORMS = {
    ".mht": "a web archive (mht); save the page as html first",
    ".mhtml": "a web archive (mhtml); save the page as html first",
    ".rtf": "rich text (rtf); save it as docx first",
    ".ofd": "an ofd document; export it as pdf first",
    ".odt": "an OpenDocument text; save it as docx first",
    ".xlsx": "a workbook; a notice is audited as docx, html, pdf or txt",
    ".xls": "an old workbook; a notice is audited as docx, html, pdf or txt",
    ".wps": "a WPS document; save it as docx first",
    ".pptx": "a presentation; a notice is audited as docx, html, pdf or txt",
    ".zip": "an archive; unpack it first",
}


def _reader(name: str, data: bytes) -> Callable[[bytes], str]:
    lower = name.lower()
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not data.strip():
        raise InputError("no text: the file is empty")
    ending = _other_form(lower, data, head)
    if ending:
        raise InputError(_OTHER_FORMS[ending])
    if data.startswith(b"%PDF") or lower.endswith(".pdf"):
        return _pdf
    if data.startswith(b"PK") or lower.endswith(".docx"):
        return docx_text
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError("an old or encrypted Office file; save it as docx without a password first")
    if lower.endswith(".json"):
        return _json
    if lower.endswith((".html", ".htm", ".shtml")) or head.startswith((b"<!doctype html", b"<html")):
        return lambda body: html_text(decode(body, None).text)
    return _plain


def _other_form(name: str, data: bytes, head: bytes) -> str:
    """The ending of a form that is not read, by what the file holds, else by its name."""
    if head.startswith(b"{\\rtf"):
        return ".rtf"
    if head.startswith((b"mime-version:", b"from: <saved by", b'from: "saved by')) and b"multipart/" in head:
        return ".mht"
    if data.startswith(b"PK"):
        return _packed_form(data)
    return next((each for each in _OTHER_FORMS if name.endswith(each)), "")


def _packed_form(data: bytes) -> str:
    try:
        with Package(data, MAX_UNPACKED) as package:
            names = package.names
            mimetype = package.part("mimetype") if "mimetype" in names else b""
    except InputError:
        return ""  # the reader of docx tells what is wrong with it
    if "OFD.xml" in names:
        return ".ofd"
    if b"opendocument" in mimetype:
        return ".odt"
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return ".xlsx"
    if "ppt/presentation.xml" in names:
        return ".pptx"
    return "" if "word/document.xml" in names or "[Content_Types].xml" in names else ".zip"


def _plain(data: bytes) -> str:
    text = decode(data, None).text
    if "\x00" in text[:4000] or text.count("\ufffd") > len(text) // 20 + 1:
        raise InputError("this is no text, html, docx or pdf")
    return text


def html_text(html: str) -> str:
    """The text of a page: a line per block, cells of a table's row with tabs between them.

    One pass over the tree, however deep it is; a table that holds another one is there for the layout.
    """
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(shallow(uncrowded(html))).body
    if body is None:
        return ""
    pieces: list[str] = []
    layout = _layout_tables(body)
    tables: list[bool] = []  # of the open tables, whether each is data
    rows: list[int] = []  # of the open rows of such tables, the cells so far
    for node, tag, opens in _walk(body):
        if tag == "-text":
            text = node.text_content or ""
            pieces.append(re.sub(r"\s+", " ", text) if tables and tables[-1] else text)
        elif tag == "table":
            if opens:
                tables.append(node.mem_id not in layout)
            else:
                tables.pop()
            pieces.append("\n")
        elif tables and tables[-1]:
            pieces.append(_in_table(tag, rows, opens=opens))
        elif tag == "br" or tag in _BLOCKS:
            pieces.append("\n")
    lines = "".join(pieces).replace("\r", "\n").split("\n")
    return "\n".join(re.sub(r" *\t *", "\t", line) for line in lines if line.strip(" "))


def _in_table(tag: str, rows: list[int], *, opens: bool) -> str:
    """What a tag within a table of data stands for in its line."""
    if tag == "tr":
        if opens:
            rows.append(0)
        elif rows:
            rows.pop()
        return "\n"
    if tag in ("td", "th") and opens and rows:
        rows[-1] += 1
        return "\t" if rows[-1] > 1 else ""
    if tag == "caption":
        return "\n"
    return " " if tag == "br" or tag in _BLOCKS else ""


def _walk(body: Any) -> Iterator[tuple[Any, str, bool]]:
    """Nodes in the order of the page, elements twice (opening and closing), without what is not shown."""
    node, opens = body, True
    while True:
        tag = node.tag or "-instruction"  # lexbor names no <?xml …?>
        shown = tag not in _NOT_SHOWN and (tag.startswith("-") or not _is_hidden(node))
        child = node.child if opens and shown else None
        if opens:
            yield node, tag, True
        if child is not None:
            node = child
            continue
        if not tag.startswith("-"):
            yield node, tag, False
        if node.mem_id == body.mem_id:
            return
        following = node.next
        node, opens = (node.parent, False) if following is None else (following, True)


def _is_hidden(node: Any) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or _HIDDEN_STYLE.search(attributes.get("style") or "") is not None


def _layout_tables(body: Any) -> set[int]:
    found: set[int] = set()
    tables: list[int] = []
    for node, tag, opens in _walk(body):
        if tag == "table" and opens:
            found.update(tables[-1:] if not tables or tables[-1] in found else tables)
            tables.append(node.mem_id)
        elif tag == "table":
            tables.pop()
    return found


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader

    left = _MAX_OPERATORS

    def counted(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:  # pypdf goes on after errors within a form: each further operator ends here at once
            raise InputError("its pages draw more than those of a notice do")

    try:
        with _nothing_skipped():
            reader = PdfReader(io.BytesIO(data))
            if reader.is_encrypted and not reader.decrypt(""):
                raise InputError("the pdf is encrypted; remove its password first")
            pages = []
            for page in islice(reader.pages, MAX_PAGES):
                pages.append(page.extract_text(visitor_operand_before=counted))
                if left < 0:
                    counted()
    except InputError:
        raise
    except Exception as error:  # pypdf raises whatever a broken file provokes
        reason = "encrypted" if "/Encrypt" in data.decode("latin-1") else "not readable"
        raise InputError(f"the pdf is {reason} ({type(error).__name__})") from error
    text = "\n".join(pages)
    if len(re.sub(r"\s", "", text)) < 20:
        raise InputError("the pdf has no text: a scan needs text recognition first")
    return unwrapped(text)


class _Skipped(logging.Handler):
    """Notes what pypdf says that it left out and went on."""

    def __init__(self) -> None:
        super().__init__()
        self.message = ""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if _LEFT_OUT.match(message):
            self.message = self.message or message[:120]


@contextmanager
def _nothing_skipped() -> Iterator[None]:
    """Raises InputError where parts of a pdf could not be read: figures may stand in them."""
    skipped, log = _Skipped(), logging.getLogger("pypdf")
    log.addHandler(skipped)
    try:
        yield
    finally:
        log.removeHandler(skipped)
    if skipped.message:
        raise InputError(f"a part of the pdf cannot be read: {skipped.message}")


def unwrapped(text: str) -> str:
    """Lines of a laid-out page joined to paragraphs: a full line without an end goes on in the next."""
    lines = [line.rstrip() for line in text.split("\n")]
    lines = (
        [line for line in lines if not re.fullmatch(r"\s*[-—]?\s*\d{1,3}\s*[-—]?\s*", line)]
        if _paged(lines)
        else lines
    )
    width = max((len(line) for line in lines if len(line) < 60), default=0)
    joined: list[str] = []
    for line in lines:
        before = joined[-1] if joined else ""
        last = before.rsplit("\n", 1)[-1]
        full = (
            len(last) >= 20 and (len(last) >= _WRAPPED * width) and not re.search(r"[。：:；;]$|\t|  ", last)
        )
        if full and line and not _NEW_LINE.match(line):
            joined[-1] = before + line.strip()
        else:
            joined.append(line)
    return "\n".join(joined)


def _paged(lines: list[str]) -> bool:
    """True where page numbers stand in dashes: bare numbers may be rows of a table."""
    return any(re.fullmatch(r"\s*[-—]\s*\d{1,3}\s*[-—]\s*", line) for line in lines)


def _json(data: bytes) -> str:
    """Our own notice.json, as its page reads."""
    from jiancha.notice.read import read_notice
    from jiancha.notice.render_html import render_html

    return html_text(render_html(read_notice(data)).decode())
