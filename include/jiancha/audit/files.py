"""Files in which notices are published, read into text: txt, html, docx, pdf and our own notice.json.

Files are outside matter: sizes are capped before anything is unpacked. Every error names the file.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from jiancha.errors import InputError
from jiancha.text.charset import decode

#: Larger files are no notice. Bytes.
MAX_FILE = 20_000_000
#: What a docx may unpack to, and the text of any file. Bytes and characters.
MAX_UNPACKED, MAX_TEXT = 60_000_000, 500_000
MAX_PAGES = 300

_BLOCKS = "p, div, h1, h2, h3, h4, h5, h6, li, section, article, table, tr, title, dt, dd, caption"
_WRAPPED = 0.8
_NEW_LINE = re.compile(
    r" *(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十]{1,3}[)）]|附[件表]|序号|"
    r"\d{1,4}(?:[.、\t]| (?![家个件条处项年月日%])))"
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


def _reader(name: str, data: bytes) -> Callable[[bytes], str]:
    lower = name.lower()
    if data.startswith(b"%PDF") or lower.endswith(".pdf"):
        return _pdf
    if data.startswith(b"PK") or lower.endswith(".docx"):
        return _docx
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise InputError(f"{name}: an old or encrypted Office file; save it as docx without a password first")
    if lower.endswith(".json"):
        return _json
    head = data[:2000].lstrip().lower()
    if lower.endswith((".html", ".htm", ".shtml")) or head.startswith((b"<!doctype html", b"<html")):
        return lambda body: html_text(decode(body, None).text)
    return _plain


def _plain(data: bytes) -> str:
    text = decode(data, None).text
    if "\x00" in text[:4000] or text.count("\ufffd") > len(text) // 20 + 1:
        raise InputError("this is no text, html, docx or pdf")
    return text


def html_text(html: str) -> str:
    """The text of a page: a line per block, cells of a table's row with tabs between them."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    for node in tree.css("script, style, noscript, template, select"):
        node.decompose()
    for table in tree.css("table"):
        if len(table.css("table")) > 1:
            continue  # a table of layout
        rows = [[_flat(cell.text()) for cell in row.css("td, th")] for row in table.css("tr")]
        table.replace_with("\n" + "\n".join("\t".join(row) for row in rows) + "\n")
    for node in tree.css("br"):
        node.replace_with("\n")
    for node in tree.css(_BLOCKS):
        node.insert_before("\n")
        node.insert_after("\n")
    text = tree.body.text() if tree.body is not None else ""
    return re.sub(r"\n[ \r\n]*\n", "\n", text)


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _docx(data: bytes) -> str:
    """Paragraphs and tables in order; python-docx refuses external entities."""
    from docx import Document
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
            if size > MAX_UNPACKED or len(packed.infolist()) > 5_000:
                raise InputError(f"unpacks to {size:,} bytes; a notice may have {MAX_UNPACKED:,}")
        document = Document(io.BytesIO(data))
    except InputError:
        raise
    except Exception as error:  # the libraries raise whatever a broken file provokes
        raise InputError(f"not a readable docx ({type(error).__name__})") from error
    lines: list[str] = []
    for each in document.iter_inner_content():
        if isinstance(each, Table):
            lines += ["\t".join(_flat(cell.text) for cell in row.cells) for row in each.rows]
        else:
            lines.append(each.text)
    return "\n".join(lines)


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise InputError("the pdf is encrypted; remove its password first")
        pages = [page.extract_text() for page in islice(reader.pages, MAX_PAGES)]
    except InputError:
        raise
    except Exception as error:  # pypdf raises whatever a broken file provokes
        reason = "encrypted" if "/Encrypt" in data.decode("latin-1") else "not readable"
        raise InputError(f"the pdf is {reason} ({type(error).__name__})") from error
    text = "\n".join(pages)
    if len(re.sub(r"\s", "", text)) < 20:
        raise InputError("the pdf has no text: a scan needs text recognition first")
    return unwrapped(text)


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
    try:
        notice = json.loads(data)
        return "\n".join(_notice_lines(notice))
    except (ValueError, RecursionError) as error:
        raise InputError(f"not readable as JSON ({error})") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError("not a notice.json of jiancha") from error


def _notice_lines(notice: Mapping[str, Any]) -> Iterator[str]:
    """Our own notice.json as sentences and tables."""
    yield str(notice["title"])
    for key, thing, unit in (("sites", "政府网站", "家"), ("accounts", "政务新媒体", "个")):
        counts = notice[key]
        text = f"全市纳入报送系统的{thing}共计{counts['registered']}{unit}。"
        text += f"本次检查{counts['inspected']}{unit}{thing}，合格{thing}{counts['qualified']}{unit}，"
        text += f"不合格{thing}{counts['unqualified']}{unit}"
        yield text + (f"，合格率{counts['pass_rate']}。" if counts["pass_rate"] else "。")
    for each in notice["special_checks"]:
        yield f"发现问题{each['found']}个，截至{each['as_of']}，已完成整改{each['rectified']}个。"
    yield from ("附件1", "不合格政府网站列表", "序号\t网站名称\t网站标识码\t存在问题")
    for row in notice["annex1"]:
        yield "\t".join(_flat(str(row[name])) for name in ("no", "name", "site_code", "problem"))
    yield from ("附件2", "不合格政务新媒体列表")
    yield "序号\t新媒体标识码\t账号类型\t账号名称\t开设主体\t存在问题"
    for row in notice["annex2"]:
        names = ("no", "account_code", "platform", "name", "owner", "problem")
        yield "\t".join(_flat(str(row[name])) for name in names)
