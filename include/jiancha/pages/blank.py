"""Whether a column's page is blank: all it says is that it has no entry, and nothing could still fill it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jiancha.pages.article_head import has_content, paragraphs
from jiancha.pages.columns import breadcrumb
from jiancha.pages.document import Document
from jiancha.pages.frames import parts
from jiancha.pages.labels import FOOT, PATH_WORDS
from jiancha.pages.outline import Element, Outline
from jiancha.pages.shown_dates import in_foot

_EMPTY = re.compile(
    r"(?:暂|尚|还|目前)?(?:无|没有|未发布)(?:任何|相关|找到|查询到|符合条件|符合){0,2}的?(?:信息|数据|内容|文章|记录|资料|更新|公告|结果|新闻|条目|文件)"
    r"|(?:内容|栏目|页面)(?:正在)?(?:建设|更新|维护)中|^(?:暂|尚)?无$|^没有数据$|共\s?(?:有|计)?\s?0\s?[条篇个]|^0\s?条(?:记录|信息|数据)?$"
)
_EMPTY_LENGTH = 24  # longer texts are sentences
_FILLED_LATER = re.compile(
    r"(?:\$|jQuery)\.(?:ajax|get|post|getJSON)\b|\.load\(|XMLHttpRequest|\bfetch\(|\baxios\b|new Vue\b"
    r"|createApp\(|\blaytpl\b|Mustache|\.jpage\(|table\.render\("
    r"|\b(?:load|get|query|init|render|show)_?(?:List|Data|Page|Info|News|Article)\w{0,20}\s?\(",
    re.IGNORECASE,
)
#: Scripts that by their name fill pages, and attributes by which they say where.
_FILLER = re.compile(
    r"(?:^|[/._\-])(?:vue|react|angular|axios|ajax|list|chunk|unitbuild)[^/]{0,40}\.js", re.IGNORECASE
)
_BOUND = re.compile(r"\s(?:v-(?:for|if|else|show|html)|ng-(?:repeat|if|show|hide)|:data)\b")
_TEMPLATE_TYPE = re.compile(r"template|x-tmpl|handlebars|mustache", re.IGNORECASE)
_WAITING = re.compile(
    r"\W{0,3}(?:(?:(?:数据|内容|页面|信息)?(?:正在|努力|拼命|玩命){0,2}(?:加载|载入|读取|获取)(?:数据|内容)?中"
    r"|(?:正在|努力|拼命|玩命)(?:加载|载入|读取|获取)\w{0,4}|loading|请稍[候等]\w{0,2})\W{0,6}){1,2}",
    re.IGNORECASE,
)
_LONGEST = 16  # characters of a text that only tells to wait
#: Scripts that fill no list.
LIBRARY = re.compile(
    r"jquery|bootstrap|swiper|superslide|layui|share|kxbdmarquee|html5|respond|tongji|hm\.js|gov\.?cn.*(?:wza|tj)",
    re.IGNORECASE,
)
_LIST_HEAD = re.compile(r"标题|名称|主题")
_DATE_HEAD = re.compile(r"日期|时间")
#: What stands around a list and is no content: pagers, heads of tables, tools, the day.
AROUND = re.compile(
    r"[\W\d]*|.{0,6}(?:页|条|篇|记录|每页|跳转|转到|共|第|GO|首页|尾页|上一?页|下一?页).{0,12}|序号|(?:文件|信息|文章|公开)?(?:标题|名称|主题)|(?:发布|更新|发文|成文|公开)?(?:日期|时间)"
    r"|索引号|文号|发布(?:机构|单位|部门)|来源|浏览(?:量|次数)?|点击(?:量|率|次数)?|操作|更多|搜索|检索|今天是.*|.*星期.|欢迎.*|您好.*|打印|关闭|返回.*|分享.*|栏目导航|导航",
    re.IGNORECASE,
)
_MOST_CONTENT = 12  # characters that may stand beside the saying: a slogan, the name of a part
_MOST_WAITING = 60  # characters of a page that waits for its content: headings, words of its forms
_FIELDS = "textarea, input[type=password], input[type=file], input[type=radio], input[type=checkbox]"
_LISTS = frozenset({"ul", "ol", "tbody", "dl"})
_CONTENT_NAME = re.compile(
    r"(?<![a-z])(?:list|news|content|con|main|right|info|lb|nr)(?![a-z])", re.IGNORECASE
)


def is_blank(document: Document) -> bool:
    """True where all that a page shows beside its menus is that it has no entry, or an empty list."""
    files = blank_unless(document)
    return files is not None and all(LIBRARY.search(file) for file in files)


def blank_unless(document: Document) -> frozenset[str] | None:
    """The script files of which one may fill the empty list of a page that is blank otherwise.

    None where it is not blank; no file where the page itself says so.
    """
    if is_filled_later(document) or document.rows.lists(dated=False) or parts(document):
        return None
    if document.tree.css_first(_FIELDS) is not None or paragraphs(document) or is_waiting(document):
        return None
    page = document.outline
    said = next((number for number, text in enumerate(page.texts) if _says_so(page, number)), -1)
    if said < 0 and not (_has_empty_table(page) or _has_empty_list(page)):
        return None
    if _has_content(document, said):
        return None
    return frozenset(a.get("src") or "" for a, _ in document.scripts if said < 0) - {""}


def is_hollow(document: Document) -> bool:
    """True for a page that has next to nothing of its own: no text, no field."""
    if document.tree.css_first(_FIELDS) is not None or paragraphs(document):
        return False
    return sum(map(len, _content(document))) <= _MOST_WAITING


def is_waiting(document: Document) -> bool:
    """True for a page that still says that it is loading."""
    page = document.outline
    return any(
        len(text.text) <= _LONGEST
        and text.link < 0
        and not page.elements[text.element].hidden
        and _WAITING.fullmatch(text.text) is not None
        for text in page.texts
    )


def _says_so(page: Outline, number: int) -> bool:
    text = page.texts[number]
    short = len(text.text) <= _EMPTY_LENGTH and text.link < 0 and not page.elements[text.element].hidden
    return short and _EMPTY.search(text.text) is not None


def _has_content(document: Document, said: int) -> bool:
    """True where texts or pictures stand beside the saying that there are none."""
    texts = list(_content(document))
    if sum(map(len, texts)) > _MOST_CONTENT:
        return True
    return has_content(document, max(said - 2, 0)) and bool(texts)


def _content(document: Document) -> Iterator[str]:
    """The texts of a page that are no menus, names of the page or its column, tools, or its foot."""
    page = document.outline
    trail = breadcrumb(page)
    names = {"".join(name.split()) for name in (*trail, document.tags.get("columnname", ""))}
    way = next((n for n, text in enumerate(page.texts) if PATH_WORDS.search(text.text)), -1)
    for number, text in enumerate(page.texts):
        said = "".join(text.text.split())
        if FOOT.search(said):
            return
        if number <= way or text.link >= 0 or page.elements[text.element].hidden or in_foot(page, number):
            continue
        named = said in names or said in document.title or PATH_WORDS.search(said)
        if not (named or _EMPTY.search(said) or AROUND.fullmatch(said)):
            yield said


def is_filled_later(document: Document) -> bool:
    return bool(any(_fills(*script) for script in document.scripts) or _BOUND.search(document.text))


def _fills(attributes: Mapping[str, str | None], text: str) -> bool:
    """True for a script that could fill a list after the page was loaded."""
    if _FILLER.search((attributes.get("src") or "")[:500]):
        return True
    return bool(_FILLED_LATER.search(text) or _TEMPLATE_TYPE.search(attributes.get("type") or ""))


def file_fills(source: str, script: str) -> bool:
    """True for a script file that could fill a list: by its name, or by what it holds."""
    return _fills({"src": source}, script)


def _has_empty_table(page: Outline) -> bool:
    """A table with a head of title and date, and nothing below it."""
    for element in page.elements:
        if element.tag == "table" and element.links.start == element.links.stop:
            said = page.texts[element.texts]
            head = " ".join(text.text for text in said)
            cells = {text.cell for text in said}
            only_head = bool(said) and all(c >= 0 and page.elements[c].tag == "th" for c in cells)
            if only_head and _LIST_HEAD.search(head) and _DATE_HEAD.search(head):
                return True
    return False


def _has_empty_list(page: Outline) -> bool:
    """A list without any entry in an element that is named for the content of a page."""
    return any(
        element.tag in _LISTS
        and element.texts.start == element.texts.stop
        and element.links.start == element.links.stop
        and not element.hidden
        and _is_in_content(page, element)
        for element in page.elements
    )


def _is_in_content(page: Outline, element: Element) -> bool:
    for _ in range(3):
        if _CONTENT_NAME.search(element.names):
            return True
        if element.parent <= 0:
            return False
        element = page.elements[element.parent]
    return False
