"""What a government page must carry (政府网站发展指引, 国办发〔2017〕47号): meta tags and footer items.

Which they are is data of the indicator set; here they are sought. Faults are distinguished: missing, empty
(also ``null``, and labels and place-holders that a template left behind), and wrong (another site's code, a
domain with a scheme or of another host, a time in another form).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts, PageKind
from jiancha.standard import Mark

_HEAD_LENGTH = 40_000
_META = re.compile(r"<meta\s([^<>]{1,2000})", re.IGNORECASE)
_NAME = re.compile(
    r"\bname\s{0,3}=\s{0,3}(?:\"([^\"]{0,80})\"|'([^']{0,80})'|([^\s\"'>/]{1,80}))", re.IGNORECASE
)
_CONTENT = re.compile(
    r"\bcontent\s{0,3}=\s{0,3}(?:\"([^\"]{0,500})|'([^']{0,500})|([^\s\"'>]{1,500}))", re.IGNORECASE
)
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
#: Nothing, or what a template left where a value belongs.
_EMPTY = re.compile(
    r"(?:null|undefined|none|nan|[-/\s]*|\$?\{.{0,80}\}+|\[!?--.{0,80}|<%.{0,80}|#.{1,40}#)", re.IGNORECASE
)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
#: The label of a value where the value belongs: 网站名称, 政府网站标识码.
_LABEL = re.compile(
    r"(?:政府)?(?:网站|栏目|文章|信息|内容)?(?:名称|域名|标识码|描述|关键[词字]|类[别型]|标题|来源)|发布(?:时间|日期)|描述|标题"
)
#: Pages that may fill their footer by script say so by these.
_OUTSIDE = re.compile(r"<script[^<>]{0,500}\ssrc\s{0,3}=|<iframe\s", re.IGNORECASE)
_IN_COMMENT = "仅在注释中"
_FEW = 3  # footer items below which a page's footer is taken to be elsewhere: 电话 and 主办 stand in any text


class MarkResult(NamedTuple):
    """How a page keeps one mark: ``outcome`` is ok, missing, empty or wrong; ``value`` what stands there."""

    mark: str
    outcome: str
    value: str


def page_role(facts: PageFacts) -> str | None:
    """The class of page whose marks apply: home, column, article, other; None for a mere redirect."""
    roles = {
        PageKind.HOME: "home",
        PageKind.LIST: "column",
        PageKind.BLANK: "column",
        PageKind.ARTICLE: "article",
        PageKind.STUB: None,
    }
    return roles.get(facts.kind, "other")


def read_marks(
    document: Document, facts: PageFacts, *, marks: Iterable[Mark], site_code: str, hosts: Sequence[str]
) -> list[MarkResult]:
    """Each mark that a page of this kind must carry, and how it does.

    ``site_code`` is the registry's, ``hosts`` are the site's host names.
    Footer items are left out where hardly any is there and a script or frame may bring the footer.
    """
    role = page_role(facts)
    if role is None:
        return []
    wanted = [mark for mark in marks if "all" in mark.pages or role in mark.pages]
    own = [(urlsplit(document.url).hostname or "").lower(), *(host.lower() for host in hosts)]
    results = list(_tags(document.text, facts, [mark for mark in wanted if mark.tag], site_code, own))
    footer = [mark for mark in wanted if not mark.tag]
    return results + (_footer(document.text, footer, site_code) if footer else [])


def _tags(
    text: str, facts: PageFacts, marks: Sequence[Mark], code: str, hosts: Sequence[str]
) -> Iterator[MarkResult]:
    head: _Head | None = None
    for mark in marks:
        value = facts.tags.get(mark.tag)
        if value is not None:
            right = _is_right(mark.check, value, code, hosts)
            yield MarkResult(mark.id, "empty" if _is_empty(value) else "ok" if right else "wrong", value)
            continue
        head = head or _read_head(text)
        if mark.tag in head.written:
            yield MarkResult(mark.id, "empty", head.written[mark.tag])
        else:
            yield MarkResult(mark.id, "missing", _IN_COMMENT if mark.tag in head.commented else "")


class _Head(NamedTuple):
    """The meta tags of a page's head as they are written, empty ones too; and the names in comments."""

    written: dict[str, str]
    commented: set[str]


def _read_head(text: str) -> _Head:
    end = text.find("</head")
    if end < 0:
        end = text.find("</HEAD")
    head = text[: min(end, _HEAD_LENGTH) if end >= 0 else _HEAD_LENGTH]
    commented = {name for match in _COMMENT.finditer(head) for name in _named(match[1])}
    return _Head(_named(_COMMENT.sub("", head)), commented)


def _named(html: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _META.finditer(html):
        name, content = _NAME.search(match[1]), _CONTENT.search(match[1])
        if name is not None:
            key = next(group for group in name.groups() if group is not None).strip().lower()
            values = content.groups() if content is not None else ()
            found.setdefault(key, next((value for value in values if value), "").strip())
    return found


def _footer(text: str, marks: Sequence[Mark], code: str) -> list[MarkResult]:
    plain = _COMMENT.sub("", text)
    results = []
    for mark in marks:
        match = mark.pattern.search(plain) if mark.pattern is not None else None
        if match is None:
            results.append(MarkResult(mark.id, "missing", ""))
        else:
            value = match[match.re.groups and 1] or match[0]
            right = _is_right(mark.check, value, code, ())
            results.append(MarkResult(mark.id, "ok" if right else "wrong", value[:200]))
    found = sum(result.outcome != "missing" for result in results)
    return [] if found < _FEW and _OUTSIDE.search(plain) else results


def _is_empty(value: str) -> bool:
    return bool(_EMPTY.fullmatch(value) or _LABEL.fullmatch(value))


def _is_right(check: str, value: str, code: str, hosts: Sequence[str]) -> bool:
    if check == "site_code":
        return value.strip().lower() == code.lower()
    if check == "domain":
        return _is_own_domain(value.strip().lower(), hosts)
    return check != "datetime" or _is_time(value.strip())


def _is_own_domain(value: str, hosts: Sequence[str]) -> bool:
    """True for a bare host name of the site: one of its hosts, with or without www, or one above it."""
    bare = value.removeprefix("www.")
    return any(
        host == value or host.removeprefix("www.") == bare or (bool(bare) and host.endswith(f".{bare}"))
        for host in hosts
    )


def _is_time(value: str) -> bool:
    if not _TIME.fullmatch(value):
        return False
    try:
        datetime.strptime(value, "%Y-%m-%d %H:%M")  # noqa: DTZ007 - only whether it can be read
    except ValueError:
        return False
    return True
