"""Identifiers in the annexes: their form, duplicates, and what contradicts them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from jiancha.audit.model import Annex, AnnexRow, Finding, Severity
from jiancha.audit.numerals import squeezed
from jiancha.registry.identifiers import ACCOUNT_CODE, SITE_CODE, platform_of_code

_FAMILIES = {
    "微信": "微信|公众号|订阅号|服务号|视频号",
    "新浪微博": "微博",
    "抖音": "抖音",
    "今日头条": "头条",
    "快手": "快手",
    "客户端": "客户端|APP",
}
_REGION = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:[县区旗]|(?<=[\u4e00-\u9fff])市)")
_LIKE_A_CODE = re.compile(
    r"[0-9]{8,13}|[0-9OoIl]{9,11}|[0-9]{4,8}M[0-9A-Za-z]{6,14}|[Nn][0-9]{8,10}|bm[0-9]{7,9}"
)


def check(annexes: Sequence[Annex]) -> Iterator[Finding]:
    for annex in annexes:
        yield from _forms(annex)
        yield from _duplicates(annex)
        yield from _letters(annex)
        yield from _regions(annex)
        yield from _broken(annex)


def _quote(row: AnnexRow) -> str:
    return squeezed(" ".join((str(row.no), *row.cells)))


def _forms(annex: Annex) -> Iterator[Finding]:
    pattern = {"site": SITE_CODE, "account": ACCOUNT_CODE}.get(annex.kind, f"{SITE_CODE}|{ACCOUNT_CODE}")
    for row in annex.rows:
        if not row.code or not _LIKE_A_CODE.fullmatch(row.code):
            continue  # masked, empty, of a ministry, or no code at all
        if re.fullmatch(pattern, row.code) is None:
            other = re.fullmatch(f"{SITE_CODE}|{ACCOUNT_CODE}", row.code)
            expected = "网站标识码" if annex.kind == "site" else "新媒体标识码"
            severity: Severity = "warning" if other else "error"
            yield Finding(
                "identifier_form",
                severity,
                _quote(row),
                f"{expected}（10位数字等规定格式）",
                row.code,
                row.line,
            )


def _duplicates(annex: Annex) -> Iterator[Finding]:
    """One code for differently named targets; the same target twice may have two problems."""
    by_code: dict[str, list[AnnexRow]] = defaultdict(list)
    for row in annex.rows:
        if row.code and re.search("[0-9]{6}", row.code):
            by_code[row.code].append(row)
    for code, rows in by_code.items():
        names = {re.sub(r"\W", "", row.name) for row in rows}
        if len(rows) > 1 and len(names) > 1 and "" not in names:
            where = "、".join(f"第{row.no}项“{squeezed(row.name, 30)}”" for row in rows)
            yield Finding(
                "identifier_duplicate",
                "error",
                _quote(rows[1]),
                "标识码不重复",
                f"{code}:{where}",
                rows[1].line,
            )
        elif len(rows) > 1 and len({row.cells for row in rows}) < len(rows):
            yield Finding(
                "row_duplicate",
                "warning",
                _quote(rows[1]),
                "不重复列出",
                f"{code}列出{len(rows)}次",
                rows[1].line,
            )


def _family(platform: str) -> str:
    found = [name for name, words in _FAMILIES.items() if re.search(words, platform)]
    return found[0] if len(found) == 1 else ""


def _letters(annex: Annex) -> Iterator[Finding]:
    for row in annex.rows:
        stated, shown = platform_of_code(row.code), _family(row.platform)
        if stated and shown and stated != shown:
            yield Finding(
                "code_letters",
                "warning",
                _quote(row),
                f"标识码字母表示{stated}",
                f"账号类型{row.platform}",
                row.line,
            )


def _regions(annex: Annex) -> Iterator[Finding]:
    """A code of one county for a body named after another, as learned from the other rows of the annex."""
    known = _counties(annex.rows)
    for row in annex.rows:
        region, words = row.code[:6], f"{row.name} {row.owner}"
        names = known.get(region, set())
        if not names or any(_stem(name) in words for name in names):
            continue
        others = {
            name
            for code, counties in known.items()
            if code != region
            for name in counties
            if row.name.startswith(_stem(name)) and row.owner.startswith(_stem(name)) and len(_stem(name)) > 1
        }
        if others:
            expected = f"{'、'.join(sorted(others))}的区划代码"
            found = f"{region}({'、'.join(sorted(names))})"
            yield Finding("identifier_region", "warning", _quote(row), expected, found, row.line)


def _counties(rows: Sequence[AnnexRow]) -> Mapping[str, set[str]]:
    """Region code → the county that at least two owners of it name, where no other code names it too."""
    seen: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        if not re.fullmatch(r"[0-9]{6}", row.code[:6]) or row.code[4:6] == "00":
            continue
        text = re.sub(r"^[\u4e00-\u9fff]{2,3}市(?=[\u4e00-\u9fff]{1,4}[县区])", "", row.owner)
        match = _REGION.match(text)
        if match:
            seen[row.code[:6]][match[0]] += 1
    found: dict[str, set[str]] = {}
    for region, names in seen.items():
        sole = {
            name
            for name, count in names.items()
            if count > 1 and not any(name in other for code, other in seen.items() if code != region)
        }
        if sole:
            found[region] = sole
    return found


def _stem(name: str) -> str:
    return name[:-1] if len(name) > 2 else name


def _broken(annex: Annex) -> Iterator[Finding]:
    """Names broken over lines, each once: a reader cannot tell which part belongs to which column."""
    by_words: dict[str, list[AnnexRow]] = defaultdict(list)
    for row in annex.rows:
        if row.extra and row.code and len(row.cells) <= 3 * (len(row.cells) - row.extra):
            by_words["".join(cell for cell in row.cells if cell not in (row.code, row.platform))[:12]].append(
                row
            )
    for rows in by_words.values():
        where = "、".join(str(row.no) for row in rows)
        yield Finding(
            "broken_cell", "note", _quote(rows[0]), "一格一行", f"第{where}项名称断行", rows[0].line
        )
