"""The head of an article, its title and what stands right under it, and whether a body follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from jiancha.pages.document import Document
from jiancha.pages.labels import FOOT, OTHER
from jiancha.pages.outline import Outline, Text
from jiancha.pages.shown_dates import LABEL_LENGTH, SENTENCE, in_foot, pieces
from jiancha.text.dates import Dated, box_date, find_dates
from jiancha.text.rare_dates import english_date

TITLE = 6  # characters that make a title
_HEADINGS = frozenset({"h1", "h2", "h3"})
_TITLE_NAME = re.compile(r"(?<![a-z])(?:title|tit|bt|biaoti)(?![a-z])", re.IGNORECASE)
_UNDER = 3  # texts under a title among which its date may stand
_LINE = 48  # characters of a text that is a date with its owner, or the name of an owner alone
_CLOCK = re.compile(r"\s{0,3}(?:\d{1,2}:\d{2}(?::\d{2})?)?\s{0,3}")
_TITLE_END = re.compile(r"[\[(]((?:19|20)\d\d[^()\[\]]{4,12})[\])]$")
#: Who published: an office by the end of its name, and no decision of it.
_OWNER = re.compile(
    r"[^\d。,;:]{2,20}(?:[局委办府厅院网站科处部社校队所镇乡室]|中心|街道|协会|学会|集团|公司|大学|[Oo]ffice)"
)
_DECIDED = re.compile(r"会议|通过|印发|批准|公布|施行|修订|修正|第.{1,4}次")
#: Names of elements that show when an article was published.
_PLACE_NAME = re.compile(
    r"pub(?:lish|lished)?[-_]?(?:time|date)|fbsj|fbrq|release[-_]?(?:time|date)|\bshijian\b|\briqi\b",
    re.IGNORECASE,
)
_NO_ARTICLE = re.compile(
    r"(?:页面|网页|文件|内容|文章|信息|地址)\S{0,4}(?:不存在|找不到|无法访问|删除|拦截)|(?:找不到|无法访问)\S{0,6}(?:页面|网页)"
    r"|\b40[34]\b|被拦截|出错了|页面出错"
)
_BODY = 40  # characters of a paragraph
_CONTENT = 100  # characters of a table
_SENTENCE_LENGTH = 16  # of one that is a whole sentence
_INLINE = frozenset(
    {
        "a",
        "abbr",
        "b",
        "big",
        "em",
        "font",
        "i",
        "ins",
        "label",
        "o:p",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    }
)
FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|mp4)$", re.IGNORECASE)
_ICON = re.compile(
    r"(?:logo|icon|ico|arrow|dot|line|share|qr|ewm|print|btn|close|weixin|weibo)[^/]{0,20}$|\.gif$",
    re.IGNORECASE,
)
_MEDIA = frozenset({"img", "video", "embed"})


def under_title(document: Document) -> Dated | None:
    """A date in brackets at the end of a title, or one that stands under it, alone or with its owner.

    What says the same as the page's title is one, whatever its element. Where no paragraph follows, pictures
    or files must, and the title be one in full: columns without entries have headings and dates, too.
    """
    dated = list(_dated_titles(document))
    if len({document.outline.texts[number].element for number, _ in dated}) != 1:
        return None  # none, or entries of a list
    ((number, found), *_) = dated
    whole = len(document.outline.texts[number].text) >= TITLE and has_content(document, number)
    return replace(found, rule=f"heading:{found.rule}") if whole or paragraphs(document) else None


def _dated_titles(document: Document) -> Iterator[tuple[int, Dated]]:
    for number in _titles(document):
        ended = _TITLE_END.search(document.outline.texts[number].text)
        lines = (ended[1] if ended else "", *_under(document, number))
        found = next((fact for said in lines if (fact := _fact(said)) is not None), None)
        if found is not None:
            yield number, found


def _titles(document: Document) -> Iterator[int]:
    page = document.outline
    body = next(iter(paragraphs(document)), len(page.texts))
    for number, text in enumerate(page.texts):
        if text.link >= 0 and page.links[text.link].target != document.url:
            continue  # the title of another page
        heading = page.elements[text.element].tag in _HEADINGS
        titled = heading or (number < body and _says_title(document, text))
        if titled and not _NO_ARTICLE.search(text.text):
            yield number


def _says_title(document: Document, text: Text) -> bool:
    """True for a text that the page's title begins with, or in an element that is named for a title."""
    if len(text.text) < TITLE:
        return False
    named = _TITLE_NAME.search(document.outline.elements[text.element].names)
    return named is not None or document.title.startswith(text.text)


def _under(document: Document, title: int) -> Iterator[str]:
    """What stands right under a title: short texts that say no more than a date or an office's name."""
    texts = document.outline.texts
    for number in range(title + 1, min(title + 1 + _UNDER, len(texts))):
        said = texts[number].text
        named = texts[number].link < 0 and len(said) <= _LINE and not SENTENCE.search(said)
        if not named or document.rows.covers(number):
            return
        yield said.strip("[]() ")
        yield pieces(texts, number)


def _fact(said: str) -> Dated | None:
    """The date that a text is, if it says nothing else but a time of day and who published."""
    alone = _alone(said)
    if alone is not None:
        return alone
    found = next(find_dates(said), None)
    if found is None or OTHER.search(said[: found.start]):
        return None
    rest = f"{said[: found.start]} {said[found.end :]}".strip(" |/-[]()")
    return found if _OWNER.fullmatch(rest) and not _DECIDED.search(rest) else None


def _alone(said: str) -> Dated | None:
    """The date that a text is, if it says nothing else but a time of day."""
    found = next(find_dates(said), None) or box_date(said) or english_date(said)
    return found if found is not None and found.start == 0 and _CLOCK.fullmatch(said[found.end :]) else None


def placed(document: Document) -> Dated | None:
    """The date that is all that stands in an element named for it, such as <span id="pubtime_baidu">."""
    if _PLACE_NAME.search(document.text) is None:
        return None
    page = document.outline
    found: dict[date, Dated] = {}
    for number, text in enumerate(page.texts):
        if len(text.text) > LABEL_LENGTH or not _PLACE_NAME.search(page.elements[text.element].names):
            continue
        if document.rows.covers(number):
            continue
        if (alone := _alone(text.text)) is not None:
            found[alone.day] = alone
    if len(found) != 1:
        return None
    (only,) = found.values()
    return replace(only, rule=f"label:{only.rule}")


def above_body(document: Document) -> Dated | None:
    """The date that stands alone between a title and the first paragraph, at most beside an office's name."""
    if next(_dated_titles(document), None) is not None:
        return None  # entries of a list
    texts = document.outline.texts
    first = next(iter(paragraphs(document)), 0)
    for number in range(first - 1, max(0, first - 1 - _UNDER), -1):
        said = texts[number].text
        if texts[number].link >= 0 or document.rows.covers(number):
            return None
        found = _alone(said.strip("[]() "))
        if found is not None and not (said.startswith("(") and "年" in said) and _titled(texts, number):
            return replace(found, rule=f"heading:{found.rule}")
    return None


def _titled(texts: Sequence[Text], number: int) -> bool:
    """True where a title stands close above a text, and no sentence between."""
    for text in reversed(texts[max(0, number - _UNDER) : number]):
        if text.link >= 0 or SENTENCE.search(text.text):
            return False
        if len(text.text) >= TITLE and _alone(text.text) is None:
            return True
    return False


@lru_cache(maxsize=1)  # of the page at hand: half a dozen rules ask for them
def paragraphs(document: Document) -> Sequence[int]:
    """The paragraphs of an article, by the numbers of their first texts; a paragraph may be cut into spans.

    There are none where the page says that it is none, or has only rows.
    """
    page = document.outline
    if any(len(text.text) <= LABEL_LENGTH and _NO_ARTICLE.search(text.text) for text in page.texts):
        return ()
    blocks: dict[int, list[int]] = {}
    for number, text in enumerate(page.texts):
        if text.link < 0 and not document.rows.covers(number):
            blocks.setdefault(_block(page, text.element), []).append(number)
    found = []
    for numbers in blocks.values():
        said = "".join(page.texts[number].text for number in numbers)
        whole = len(said) >= _BODY or (len(said) >= _SENTENCE_LENGTH and said.endswith("。"))
        if whole and SENTENCE.search(said) and not FOOT.search(said):
            found.append(numbers[0])
    return found


def _block(page: Outline, number: int) -> int:
    while number > 0 and page.elements[number].tag in _INLINE:
        number = page.elements[number].parent
    return number


def has_content(document: Document, title: int) -> bool:
    """True where pictures, a film, files or a table follow a title, before any list."""
    page = document.outline
    if sum(map(len, _texts_below(document, title))) >= _CONTENT:
        return True
    for element in page.elements:
        if element.texts.start <= title:
            continue
        if element.texts.start < len(page.texts) and document.rows.covers(element.texts.start):
            return False
        if element.tag in _MEDIA and not _ICON.search(element.attribute("src")[-60:]):
            return True
        if element.tag == "a" and any(FILE.search(element.attribute(name)) for name in ("href", "oldsrc")):
            return True
    return False


def _texts_below(document: Document, title: int) -> Iterator[str]:
    """The texts below a title that are no links, up to a list or the page's foot."""
    for number, text in enumerate(document.outline.texts[title + 1 :], title + 1):
        if document.rows.covers(number) or in_foot(document.outline, number):
            return
        if text.link < 0 and text.cell >= 0:
            yield text.text
