"""Pages of mailboxes and service guides, in as many forms as content management systems have."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import NamedTuple

from jiancha_sandbox.mailboxes import Desk, Guide, Letter, Mailbox
from jiancha_sandbox.rules import GUIDE_ELEMENTS

GUIDE_FOLDER = "/bsfw/bszn/"
PLATFORM = "http://zwfw.xianyang.gov.cn/"
_PAGE_SIZE = 15
_FILE = re.compile(r"(?:index_(\d{1,4})|letter_(\d{1,6})|guide_(\d{1,4}))\.html")
_REPLY = "您好,来信收悉,现答复如下:请持有效证件到窗口办理。感谢您的关注。"
#: How guides call their elements, and what they say there.
_LABELS = {
    "事项名称": ("事项名称", "{}"),
    "设定依据": ("法律依据", "《中华人民共和国行政许可法》第十二条"),
    "申请条件": ("受理条件", "符合规定条件的单位和个人"),
    "办理材料": ("申请材料", "1.申请表;2.身份证明原件及复印件"),
    "办理地点": ("办理地点", "市民中心二楼综合窗口"),
    "办理时间": ("工作时间", "工作日 8:30-12:00,14:00-17:30"),
    "联系电话": ("咨询电话", "029-33210000"),
    "办理流程": ("办理程序", "申请、受理、审核、决定、送达"),
    "收费标准": ("收费标准", "不收费"),
    "办理机构": ("实施机构", "本局行政审批科"),
}


class Sheet(NamedTuple):
    """A page's title and the part of its body between head and foot."""

    title: str
    body: str


def desk_links(desk: Desk) -> list[tuple[str, str]]:
    """What the navigation shows of a desk: names and addresses."""
    boxes = [box for box in (desk.mailbox, desk.complaints) if box is not None]
    links = [(box.name, box.path) for box in boxes]
    if desk.guides:
        links.append(("办事指南", GUIDE_FOLDER))
    if desk.platform:
        links.append(("政务服务网", PLATFORM))
    return links


def desk_page(desk: Desk, path: str, today: date) -> Sheet | None:
    """The page of a desk at an address as it is on a day; None where there is none."""
    for box in (desk.mailbox, desk.complaints):
        if box is not None and path.startswith(box.path):
            return _letter_page(box, path.removeprefix(box.path), today)
    if desk.guides and path.startswith(GUIDE_FOLDER):
        return _guide_page(desk.guides, path.removeprefix(GUIDE_FOLDER), today)
    return None


# --- letters ---


def _letter_page(box: Mailbox, rest: str, today: date) -> Sheet | None:
    letters = [letter for letter in reversed(box.letters) if letter.asked <= today]
    match = _FILE.fullmatch(rest)
    if match is not None and match[2]:
        letter = next((each for each in letters if each.number == int(match[2])), None)
        return None if letter is None or box.form == "cards" else _letter(letter, _answer(letter, today))
    page = 1 if rest in ("", "index.html") else int(match[1]) if match is not None and match[1] else 0
    pages = max(1, -(-len(letters) // _PAGE_SIZE))
    if not 1 <= page <= pages:
        return None
    shown = letters[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE]
    content = _FORMS[box.form](shown, today) if shown else "<p>暂无留言</p>"
    return Sheet(box.name, f'<div class="main"><h2>{box.name}</h2>{content}{_pager(page, pages)}</div>')


def _pager(page: int, pages: int) -> str:
    if pages < 2:
        return ""
    following = f'<a href="index_{page + 1}.html">下一页</a>' if page < pages else "<span>下一页</span>"
    return f'<div class="page">第{page}/{pages}页 {following}</div>'


def _answer(letter: Letter, today: date) -> date | None:
    """The day of the answer, once it is there."""
    return letter.answered if letter.answered is not None and letter.answered <= today else None


def _link(letter: Letter) -> str:
    return f'<a href="letter_{letter.number}.html">{escape(letter.title)}</a>'


def _letter(letter: Letter, answered: date | None) -> Sheet:
    reply = "<tr><th>办理状态</th><td>处理中</td></tr>"
    if answered is not None:
        reply = (
            f"<tr><th>答复时间</th><td>{answered}</td></tr><tr><th>答复内容</th><td>{_REPLY}</td></tr>"
            "<tr><th>办理状态</th><td>已办结</td></tr>"
        )
    body = (
        f'<div class="main"><h1>{escape(letter.title)}</h1><table class="letter">'
        f"<tr><th>来信标题</th><td>{escape(letter.title)}</td></tr>"
        f"<tr><th>来信时间</th><td>{letter.asked}</td></tr><tr><th>来信内容</th>"
        f"<td>我想了解一下这件事情。</td></tr>{reply}</table></div>"
    )
    return Sheet(letter.title, body)


def _table(letters: Sequence[Letter], today: date) -> str:
    rows = ""
    for letter in letters:
        answered = _answer(letter, today)
        rows += (
            f"<tr><td>{letter.number}</td><td>{_link(letter)}</td><td>{letter.asked}</td>"
            f"<td>{answered or ''}</td><td>{'已答复' if answered else '处理中'}</td></tr>"
        )
    head = "<tr><th>编号</th><th>信件标题</th><th>来信时间</th><th>答复时间</th><th>办理状态</th></tr>"
    return f'<table class="xj">{head}{rows}</table>'


def _states(letters: Sequence[Letter], today: date) -> str:
    """No day of the answer: only the letter's own page has it."""
    rows = "".join(
        f"<tr><td>{_link(letter)}</td><td>{letter.asked:%Y/%m/%d}</td>"
        f"<td>{'已办结' if _answer(letter, today) else '办理中'}</td></tr>"
        for letter in letters
    )
    head = "<thead><tr><th>标题</th><th>留言日期</th><th>状态</th></tr></thead>"
    return f"<table>{head}<tbody>{rows}</tbody></table>"


def _list(letters: Sequence[Letter], today: date) -> str:
    rows = "".join(
        f"<li>{_link(letter)}<em>[{'已回复' if _answer(letter, today) else '未回复'}]</em>"
        f"<span>{letter.asked}</span></li>"
        for letter in letters
    )
    return f'<ul class="ly">{rows}</ul>'


def _cards(letters: Sequence[Letter], today: date) -> str:
    cards = ""
    for letter in letters:
        answered = _answer(letter, today)
        reply = "<p>暂无回复</p>"
        if answered is not None:
            reply = f"<p>答:{_REPLY}</p><p>答复时间:{answered}</p>"
        cards += (
            f'<div class="card"><div class="q"><p>问:{escape(letter.title)}</p><p>提问时间:{letter.asked}</p>'
            f'</div><div class="a">{reply}</div></div>'
        )
    return f'<div class="cards">{cards}</div>'


def _grid(letters: Sequence[Letter], today: date) -> str:
    rows = "".join(
        f'<ul class="row"><li class="t">{_link(letter)}</li><li>{letter.asked}</li>'
        f"<li>{_answer(letter, today) or '-'}</li>"
        f"<li>{'已回复' if _answer(letter, today) else '受理中'}</li></ul>"
        for letter in letters
    )
    head = '<ul class="head"><li>主题</li><li>提交日期</li><li>回复日期</li><li>状态</li></ul>'
    return f'<div class="grid">{head}{rows}</div>'


def _titles(letters: Sequence[Letter], _: date) -> str:
    """Nothing but titles and days: each letter's own page must be asked."""
    rows = "".join(f"<li>{_link(letter)}<span>{letter.asked}</span></li>" for letter in letters)
    return f'<ul class="list">{rows}</ul>'


_FORMS: dict[str, Callable[[Sequence[Letter], date], str]] = {
    "table": _table,
    "states": _states,
    "list": _list,
    "cards": _cards,
    "grid": _grid,
    "titles": _titles,
}


# --- guides ---


def _guide_page(guides: Sequence[Guide], rest: str, today: date) -> Sheet | None:
    if rest in ("", "index.html"):
        rows = "".join(f'<li><a href="guide_{g.number}.html">{escape(g.title)}</a></li>' for g in guides)
        return Sheet("办事指南", f'<div class="main"><h2>办事指南</h2><ul class="zn">{rows}</ul></div>')
    match = _FILE.fullmatch(rest)
    guide = next((g for g in guides if match is not None and match[3] == str(g.number)), None)
    if guide is None:
        return None
    lacking = guide.lacking(today)
    content = _GUIDE_FORMS[guide.form](_entries(guide, lacking))
    return Sheet(guide.title, f'<div class="main"><h1>{escape(guide.title)}</h1>{content}</div>')


def _entries(guide: Guide, lacking: frozenset[str]) -> list[tuple[str, str]]:
    """Labels with their contents; of what a guide lacks, every other label stands there without content."""
    entries = []
    for number, element in enumerate(GUIDE_ELEMENTS):
        label, content = _LABELS[element]
        if element not in lacking:
            entries.append((label, content.format(guide.title)))
        elif (number + guide.number) % 3:
            entries.append((label, "暂无" if number % 2 and element != "收费标准" else ""))
    return entries


def _guide_table(entries: Sequence[tuple[str, str]]) -> str:
    return f'<table class="bs">{"".join(f"<tr><th>{a}</th><td>{b}</td></tr>" for a, b in entries)}</table>'


def _definitions(entries: Sequence[tuple[str, str]]) -> str:
    return f"<dl>{''.join(f'<dt>{a}:</dt><dd>{b}</dd>' for a, b in entries)}</dl>"


def _headings(entries: Sequence[tuple[str, str]]) -> str:
    numbers = "一二三四五六七八九十"
    return "".join(f"<h3>{numbers[n]}、{a}</h3><p>{b}</p>" for n, (a, b) in enumerate(entries))


def _tabs(entries: Sequence[tuple[str, str]]) -> str:
    heads = "".join(f'<li><a href="javascript:;">{a}</a></li>' for a, _ in entries)
    panes = "".join(f'<div class="pane" style="display:none">{b}</div>' for _, b in entries)
    return f'<ul class="tab">{heads}</ul><div class="panes">{panes}</div>'


def _lines(entries: Sequence[tuple[str, str]]) -> str:
    return "".join(f"<p><strong>{a}:</strong>{b}</p>" for a, b in entries)


_GUIDE_FORMS: dict[str, Callable[[Sequence[tuple[str, str]]], str]] = {
    "table": _guide_table,
    "definitions": _definitions,
    "headings": _headings,
    "tabs": _tabs,
    "lines": _lines,
}
