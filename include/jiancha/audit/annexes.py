"""Annexes of a notice: tables with tabs, tables whose cells stand one to a line, and numbered lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from jiancha.audit.model import Annex, AnnexRow

#: A heading stands at most so many lines above its table.
_HEADING_ABOVE = 8
_CELLS = re.compile(r"\t+|\||  +")
_CODE = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{6}M[0-9]{3}[A-Z]{2,8}[0-9]{4}|bm[0-9]{8}|N[0-9]{9}|[0-9]{10})(?![0-9A-Za-z])"
)
_ROW = re.compile(r" *(\d{1,4}) *(?:[.、)]|$|(?=[\t|])| (?= *\S))")
_ANNEX = re.compile(r" *附[件表](?: ?[\d一二三四五六七八九十]{1,2})? ?[:.、]? *(.*)")
_LISTED = re.compile("名单|列表|清单|一览表|情况表|明细|不合格")
_END = re.compile(
    r" *(?:扫一扫|主办单位:|承办单位:|版权所有|抄送:|备注:|注:|"
    r"分享到|打印本页|关闭窗口|上一篇|下一篇|相关链接|附[件表])"
)
_COLUMNS = (
    ("code", re.compile("标识码|标识编码|识别码")),
    ("platform", re.compile("账号类型|帐号类型|平台|类型|渠道|类别")),
    ("name", re.compile("名称")),
    ("owner", re.compile("主体|单位|地区|市州|县区|部门")),
    ("problem", re.compile("问题|原因|情况")),
)


class Body(NamedTuple):
    """The text before the annexes, and these. Positions in ``text`` are those of the whole."""

    text: str
    annexes: tuple[Annex, ...]


def split(text: str) -> Body:
    """Find the annexes of a normalised text."""
    lines = text.split("\n")
    annexes: list[Annex] = []
    index, first = 0, None
    while index < len(lines):
        start = _table_start(lines, index)
        if start is None:
            index += 1
            continue
        end = _table_end(lines, start)
        annex = _annex(lines, index, start, end)
        if annex.rows:
            first = _heading_line(lines, index) if first is None else first
            annexes.append(annex)
        index = max(end, index + 1)
    body = text if first is None else "\n".join(lines[:first])
    return Body(body, tuple(annexes))


def _table_start(lines: Sequence[str], index: int) -> int | None:
    """The line after the header where a table begins: its header tells 序号, or a heading a list."""
    first = _cells(lines[index])[0] if lines[index].strip() else ""
    if re.sub(r"\s", "", first) == "序号":
        return index + 1
    heading = lines[index].strip()
    if len(heading) > 60 or heading.endswith(("。", ";")) or not _LISTED.search(heading):
        return None
    following = next((line for line in lines[index + 1 : index + 4] if line.strip()), "")
    numbered = re.match(r" *1 *[.、)\t|]", following)
    return index + 1 if numbered and not re.match(r" *(?:附件:|\d)", heading) else None


def _table_end(lines: Sequence[str], start: int) -> int:
    for index in range(start, len(lines)):
        line = lines[index]
        if _END.match(line) or re.sub(r"\s", "", _cells(line)[0] if line.strip() else "") == "序号":
            return index
        if len(line) > 90 and line.rstrip().endswith("。") and "\t" not in line:
            return index
    return len(lines)


def _heading_line(lines: Sequence[str], index: int) -> int:
    for above in range(index, max(-1, index - _HEADING_ABOVE), -1):
        if _ANNEX.match(lines[above]):
            return above
    return index


def _annex(lines: Sequence[str], index: int, start: int, end: int) -> Annex:
    top = _heading_line(lines, index)
    heading = " ".join(
        line.strip() for line in lines[max(0, min(top, index - 3)) : index + 1] if line.strip()
    )
    if top == index and not _ANNEX.match(lines[index]):
        heading = " ".join(
            s for s in (line.strip() for line in lines[max(0, index - 3) : index + 1]) if len(s) < 60
        )
    header, rows = _rows(lines, start - 1, end)
    headers = f"{heading} {' '.join(header)}"
    site, account = "网站" in headers, re.search("新媒体|[账帐]号|公众号", headers) is not None
    kind: Literal["site", "account", "other"] = "other"
    if site != account:
        kind = "site" if site else "account"
    failed = re.search("不合格|突出问题|单项否决", heading) and not re.search(
        "统计|汇总|抽查情况|检查情况", heading
    )
    return Annex(kind, heading, index + 1, bool(failed), tuple(rows))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(line.strip().strip("|"))]


def _rows(lines: Sequence[str], start: int, end: int) -> tuple[list[str], list[AnnexRow]]:
    header: list[str] = []
    raw: list[tuple[int, list[str], bool]] = []
    for index in range(start, end):
        line = re.sub(r"^ *\|", "", lines[index])
        if not line.strip():
            continue
        match = _ROW.match(line)
        if match and int(match[1]) == len(raw) + 1:
            rest = re.sub(r"^ *[\t|]", "", line[match.end() :]).rstrip().removesuffix("|").rstrip()
            flat = "\t" in line or "|" in line or bool(rest)
            cells = [cell.strip() for cell in re.split(r"\t|\||  +", rest)] if rest else []
            raw.append((index + 1, cells, flat))
        elif raw:
            raw[-1][1].extend(_cells(line))
        elif len(line) < 200:
            header += _cells(line)
    if len(raw) == 1 and not header:
        return header, []
    return header, [
        _row(no, where, cells, header, flat=flat) for no, (where, cells, flat) in enumerate(raw, 1)
    ]


def _row(no: int, line: int, cells: list[str], header: Sequence[str], *, flat: bool) -> AnnexRow:
    """In a ``flat`` table more cells than columns come from merged ones; else a name is broken over lines."""
    columns = [name for name in header if name and name != "序号"] if header and header[0] == "序号" else []
    extra = len(cells) - len(columns) if columns and not flat else 0
    named: dict[str, str] = {}
    for name, pattern in _COLUMNS:
        place = next(
            (
                i
                for i, title in enumerate(columns)
                if pattern.search(title) and not (name != "code" and "标识" in title)
            ),
            None,
        )
        if place is None or place >= len(cells):
            continue
        if extra <= 0 or place <= _firm(columns):
            named[name] = cells[place]
        elif name in ("name", "owner"):
            named[name] = "".join(cells[_firm(columns) + 1 : len(cells) - 1])
    if not columns:
        joined = " ".join(cells)
        code = _CODE.search(joined)
        named = {"code": code[0] if code else "", "name": _CODE.sub("", joined).strip()}
    return AnnexRow(no, line, tuple(cells), extra=max(0, extra), **named)


def _firm(columns: Sequence[str]) -> int:
    """The last of the leading columns whose cells never break over lines: codes and types."""
    firm = -1
    for index, title in enumerate(columns):
        if not re.search("标识|类型|平台", title):
            break
        firm = index
    return firm
