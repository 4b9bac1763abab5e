"""The publish date of an article's page, and the rule that told it (``RULES``, the surest first).

What the page shows goes before its PubDate tag, which may be the day of a migration; what only a script or
an attribute knows comes after both. Dates of writing (成文), of events and of comments are not asked, and
neither is the day that an address carries: no date is a legitimate answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from selectolax.lexbor import LexborNode

from jiancha.pages.document import Document
from jiancha.pages.labels import BYLINE, CREATED, FOOT, MERE, OF_ANOTHER, OTHER, OWNER, PUBLISHED, UPDATED
from jiancha.pages.outline import Element, Outline, Text
from jiancha.text.dates import Dated, box_date, epoch_date, find_date, find_dates, plain
from jiancha.text.rare_dates import labelled_date

#: What stands before the colon of ``Dated.rule``; behind it is the form in which the date was written.
RULES = ("byline", "label", "tag", "script", "updated", "created", "attribute", "heading")
#: Rules that tell a date, but not that the page is an article: lists and empty columns have such dates too.
WEAK = frozenset({"updated", "created", "attribute", "heading"})

LINE = 120  # longer texts are paragraphs
NEAR = 3  # texts before and after a date in which the rest of its line stands
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"\w")
_SIGNS = re.compile(r"[\W_]+")
_SPACES = re.compile(r"(?<=[\u4e00-\u9fff])\s{1,4}(?=[\u4e00-\u9fff:])")
_LABEL_LENGTH = 24
#: What may stand right before and right behind a date that is a fact of its own and not part of a sentence.
_FREE_BEFORE = re.compile(r"(?:^|[\s|/\[(>,;\uff0c\uff1b\u00b7\u2022:~-])$")
_FREE_AFTER = re.compile(
    r"[\s,;\uff0c\uff1b]{0,3}(?:$|[|/\])<>\u00b7\u2022]|星期|周[一二三四五六日]|信息|来源|文章|稿源|作者|编辑|责|点击|浏览|阅读|访问|字[体号]|打印|分享"
    r"|发布|撰稿|供稿|审核|人气|大 中|次数)|\s"
)
_RANGE = re.compile(r"\s{0,3}(?:起|至|到|~|-{1,2}\s{0,3}(?:19|20)\d\d|-{1,2}\s{0,3}\d{1,2}月)")
_SENTENCE = re.compile(
    r"[。!?]|[,;\uff0c\uff1b](?!\s{0,2}(?:信息|来源|作者|编辑|时间|日期|发布|点击|浏览|阅读|(?:19|20)\d\d))"
)
_TAIL = 60  # characters behind a date that a line of facts has at most where the byline stands elsewhere
_PLACE = re.compile(r"\s{0,3}(?:\S{1,3}[、.]\s{0,2})?(?:会议|活动)?(?:地\s{0,4}[点址]|参加人|会议)")
#: Ranks of a shown date; the names that the output gives them.
_LABELLED, _MERELY, _UPDATED, _CREATED = 1, 4, 5, 6
_NAMES = ("byline", "label", "byline", "byline", "label", "updated", "created")
BYLINES = frozenset({0, 2, 3})

_LABEL_WORDS = ("发布", "日期", "时间", "公开")
_LABELLED_TEXT = re.compile(
    r"(?:发布|发稿|发文|公开|上传|录入|公布|刊发|发表)(?:日期|时间|于)\s{0,3}:?|(?:^|[\s|\[(])(?:日期|时间)\s{0,3}:"
)
_PIECE = re.compile(r"[\d年月日\-/.:\s]{1,12}$")
_MOST_LABELS = 12

#: What one maker of such sites notes of an article in a comment.
_NOTED = re.compile(r"<!--\s{0,9}enpproperty[^!]{0,2000}?<date>([^<]{8,30})</date>")
_TAGS = (
    "pubdate", "publishdate", "publishtime", "firstpublishedtime", "datepublished", "article:published_time",
    "og:published_time", "og:release_date", "weibo: article:create_at",
)  # fmt: skip
_DATE_NAMES = (
    "pubdate",
    "publishdate",
    "publishtime",
    "pubtime",
    "releasetime",
    "fbsj",
    "fbrq",
    "datepublished",
)
#: Of an article these mean its publish date where nothing says it better.
_OTHER_NAMES = (
    *("releasedate", "createtime", "createdate", "infotime", "infodate", "addtime", "adddate", "inputtime"),
    *("inputdate", "showtime", "showdate", "newstime", "newsdate", "posttime", "postdate", "articletime"),
    *("articledate", "docreltime", "docdate"),
)


def _named(names: Sequence[str]) -> re.Pattern[str]:
    """A variable or key of such a name, and its text or number."""
    return re.compile(
        rf"(?:{'|'.join(names)})\w{{0,6}}[\"']?\s{{0,3}}[=:]\s{{0,3}}(?:[\"']([^\"']{{8,30}})[\"']|(1\d{{12}}|1\d{{9}})\b)",
        re.IGNORECASE,
    )


_SCRIPT_DATES = ((_DATE_NAMES, _named(_DATE_NAMES)), (_OTHER_NAMES, _named(_OTHER_NAMES)))
#: A text of a script that is shown as it stands, and one with a label in it.
_SET_TEXT = re.compile(
    r"(?:(?:innerHTML|innerText|textContent)\s{0,3}=|\.(?:html|text)\()\s{0,3}[\"']([^\"'<>]{8,30})[\"']"
)
_SAID_TEXT = re.compile(
    r"(?:发布|发稿|公开|信息)(?:日期|时间)\s{0,3}[:\uff1a]\s{0,3}((?:19|20)\d{2}[-/年.][^\"'<>\n]{4,20})"
)
_WRITTEN_WORDS = tuple(
    f"{what}{when}" for what in ("发布", "发稿", "公开", "信息") for when in ("日期", "时间")
)
_WRITTEN_LABEL = re.compile(r"(?:发布|发稿|公开|信息)(?:日期|时间)\s{0,3}[:\uff1a\u2236]")
_WRITTEN_DATE = re.compile(
    r"(?:\s|<[^<>]{1,200}>){0,8}[^<>]{0,80}?[\"'(](?:((?:19|20)\d{2}[-/年.][^\"'<>]{4,20}|[A-Z][a-z]{2}\s[^\"'<>]{8,26})"
    r"|(1\d{12}|1\d{9})\))"
)
_WRITTEN_LENGTH = 2000  # of what may stand between a label and the date that a script writes
_STAMPED = (
    "[data-time],[data-date],[data-datetime],[data-pubdate],[data-pubtime],[data-publishtime],[data-publish-time],"
    "[data-publishdate],[itemprop=datePublished]"
)
_STAMPS = frozenset(
    {
        "data-time", "data-date", "data-datetime", "data-pubdate", "data-pubtime", "data-publishtime",
        "data-publish-time", "data-publishdate", "content", "datetime",
    }
)  # fmt: skip
_STAMP_NAME = re.compile(r"pub|release|fbsj|fbrq|发布|(?<![a-z])(?:time|date)(?![a-z])", re.IGNORECASE)
#: Names of elements that show when an article was published.
_PLACE_NAME = re.compile(
    r"pub(?:lish|lished)?[-_]?(?:time|date)|fbsj|fbrq|release[-_]?(?:time|date)|\bshijian\b|\briqi\b",
    re.IGNORECASE,
)
TITLE = 6  # characters that make a title
_HEADINGS = frozenset({"h1", "h2", "h3"})
_UNDER = 3  # texts under a heading among which its date may stand
_CLOCK = re.compile(r"\s{0,3}(?:\d{1,2}:\d{2}(?::\d{2})?)?\s{0,3}")
_HEADING_END = re.compile(r"[\[(]((?:19|20)\d\d[^()\[\]]{4,12})[\])]$")
_FOOT_LEVELS = 4
_FOOT_NAME = re.compile(r"(?:^|\s)(?:foot|footer|copyright)(?:\s|$)", re.IGNORECASE)
_NO_ARTICLE = re.compile(r"不存在|404|403|无法访问|找不到|已删除|被拦截|出错|错误|维护|暂无")
_BODY = 40  # characters of a paragraph


def published(document: Document) -> Dated | None:
    """An article's publish date with the rule that told it; None where nothing says one."""
    rank, shown = _shown(document)
    if shown is not None and rank < _UPDATED:
        return shown
    sure = _otherwise_labelled(document) or _shown_beside_tag(document) or _scripted(document)
    if sure is not None:
        return sure
    if shown is not None and (rank == _UPDATED or "索引号" in document.text):
        return shown
    body = body_texts(document)
    if not body:
        return None
    return _placed(document) or _stamped(document) or _at_heading(document) or _above_body(document, body[0])


def _shown(document: Document) -> tuple[int, Dated | None]:
    """The best date that the text outside of lists shows, and its rank."""
    best: tuple[int, Dated | None] = (len(_NAMES), None)
    for number, text in enumerate(document.outline.texts):
        if len(text.text) > LINE or not _YEAR.search(text.text) or document.rows.covers(number):
            continue
        for found in find_dates(text.text):
            rank = rank_among(document.outline.texts, document.at, number, found)
            if rank is not None and rank < best[0] and not _in_foot(document.outline, number):
                best = (rank, replace(found, rule=f"{_NAMES[rank]}:{found.rule}"))
        if best[0] == 0:
            break
    return best


def _in_foot(page: Outline, number: int) -> bool:
    """True for a text in the page's foot, where the day of the site's last update may stand."""
    if FOOT.search(page.texts[number].text):
        return True
    element = page.texts[number].element
    for _ in range(_FOOT_LEVELS):
        if element <= 0:
            return False
        if page.elements[element].tag == "footer" or _FOOT_NAME.search(page.elements[element].names):
            return True
        element = page.elements[element].parent
    return False


def rank_among(texts: Sequence[Text], at: datetime, number: int, found: Dated) -> int | None:
    """How surely a date in text ``number`` is the publish date, 0 for the surest; None where nothing says
    so. 0, 2 and 3 are those of a byline. Only texts close by are asked."""
    line = texts[number].text
    own, after = line[max(0, found.start - _LABEL_LENGTH) : found.start], _behind(line, found)
    free = _FREE_AFTER.match(after) is not None
    own_words = _WORD.search(own) is not None
    near, joined = (own, own) if own_words else _before(texts, number)
    if not own_words and not (free and (BYLINE.search(after) or not _SENTENCE.search(after))):
        near = joined = ""  # a sentence that begins with its day: the place behind the label was empty
    ranged = _RANGE.match(after) is not None
    if OF_ANOTHER.search(joined):
        return None
    if (named := _rank_named(joined)) is not None and named != _MERELY:
        closed = named != _LABELLED or free or joined.endswith((":", "日期", "时间", "[", "("))
        if ranged or not closed:
            return None
        return 0 if named == _LABELLED and _has_byline(texts, number) else named
    if ranged or OTHER.search(near if own_words else _SPACES.sub("", near)):
        return _CREATED if CREATED.search(near) and not ranged else None
    if named == _MERELY or MERE.search(near):
        return _rank_merely(texts, number, after) if free else None
    return _rank_in_line(texts, at, number, found)


def _rank_merely(texts: Sequence[Text], number: int, after: str) -> int | None:
    """The rank of a date behind a mere 时间: or 日期:, which may be an event's."""
    if _is_of_event(texts, number, after):
        return None
    return 2 if _has_byline(texts, number) else _MERELY


def _behind(line: str, found: Dated) -> str:
    """The text behind a date, with the space that was read as if a time of day followed."""
    return line[len(line[: found.end].rstrip()) :]


def _rank_named(label: str) -> int | None:
    """The rank of a date behind a label, without what stands around; None for what is no label."""
    closed = _SPACES.sub("", label)
    if PUBLISHED.search(label) or PUBLISHED.search(closed):
        return _LABELLED
    if UPDATED.search(closed):
        return _UPDATED
    return _MERELY if MERE.search(label) else None


def _rank_in_line(texts: Sequence[Text], at: datetime, number: int, found: Dated) -> int | None:
    """2 for a date in a line of facts, 3 for one beside such a line, None for one in a sentence."""
    line = texts[number].text
    own, after = line[: found.start], _behind(line, found)
    said = BYLINE.search(line) is not None
    if not _FREE_AFTER.match(after) or not (said or _FREE_BEFORE.search(own)) or _SENTENCE.search(line):
        return None
    if said:
        return 2
    today = found.day == at.date() and "星期" in after
    if today or len(after) > _TAIL or not _has_byline(texts, number) or _is_signature(texts, number):
        return None
    return 3


def _before(texts: Sequence[Text], number: int) -> tuple[str, str]:
    """The text right before a date's own, and it joined with further ones where it is but a piece."""
    near = said = ""
    for text in reversed(texts[max(0, number - NEAR) : number]):
        said = f"{text.text[-_LABEL_LENGTH:]} {said}".rstrip()
        near = near if _WORD.search(near) else said
        if len(_SIGNS.sub("", said)) >= 4:
            break
    return near, said[-_LABEL_LENGTH:]


def _has_byline(texts: Sequence[Text], number: int) -> bool:
    """True for a text in or beside the line of facts under a title; paragraphs end that line."""
    line = [texts[number].text]
    for text in reversed(texts[max(0, number - NEAR) : number]):
        if _is_paragraph(text.text):
            break
        line.insert(0, text.text)
    for text in texts[number + 1 : number + NEAR + 1]:
        if _is_paragraph(text.text):
            break
        line.append(text.text)
    return BYLINE.search(" ".join(line)) is not None


def _is_paragraph(text: str) -> bool:
    return len(text) > LINE or "。" in text


def _is_signature(texts: Sequence[Text], number: int) -> bool:
    """True for a day under a document's last paragraph (落款), where tools like 打印 may follow."""
    if number == 0 or BYLINE.search(texts[number - 1].text):
        return False
    return any(_is_paragraph(text.text) for text in texts[max(0, number - 2) : number])


def _is_of_event(texts: Sequence[Text], number: int, after: str) -> bool:
    """True for 时间: in an invitation, where the place follows."""
    following = after if _WORD.search(after) else "".join(t.text for t in texts[number + 1 : number + 2])
    return (
        _PLACE.match(following) is not None
        or re.match(r"\s{0,3}[上下中]午|\s{0,3}\(?星期.{0,3}[上下中]午", after) is not None
    )


def _otherwise_labelled(document: Document) -> Dated | None:
    """A labelled date in a rare form, in pieces, or in a line that is long."""
    if not any(word in document.text for word in _LABEL_WORDS):
        return None
    texts = document.outline.texts
    for number, end in _labels(document):
        said = texts[number].text[end:]
        if not _WORD.search(said):
            said = _pieces(texts, number + 1)
        found = labelled_date(said, document.at, document.url)
        if found is not None and not _RANGE.match(plain(said)[found.end :]):
            return replace(found, rule=f"{'byline' if _has_byline(texts, number) else 'label'}:{found.rule}")
    return None


def _labels(document: Document) -> Iterator[tuple[int, int]]:
    """The texts that name a publish date, and where in them the label ends."""
    left = _MOST_LABELS
    for number, text in enumerate(document.outline.texts):
        if left == 0:
            return
        said = text.text
        if "日期" not in said and "时间" not in said and "于" not in said:
            continue
        match = _LABELLED_TEXT.search(said)
        if (
            match is not None
            and not document.rows.covers(number)
            and not OTHER.search(text.text[max(0, match.start() - 6) : match.end()])
            and not OF_ANOTHER.search(text.text[max(0, match.start() - OWNER) : match.end()])
        ):
            left -= 1
            yield number, match.end()


def _pieces(texts: Sequence[Text], number: int) -> str:
    """The text at ``number``; where that is a piece of a date, with the pieces behind it."""
    said = ""
    for text in texts[number : number + 8]:
        if said and not (_PIECE.match(said) and _PIECE.match(text.text)):
            break
        said = f"{said} {text.text}".strip()
        if len(said) > _LABEL_LENGTH:
            break
    # a sentence is the next paragraph, and the place behind the label was empty
    return "" if _SENTENCE.search(said) else said


def _shown_beside_tag(document: Document) -> Dated | None:
    """The date of the page's tags, or what an element that is named for it shows instead of it."""
    tagged = _tagged(document)
    return None if tagged is None else _placed(document) or tagged


def _tagged(document: Document) -> Dated | None:
    tags = dict(document.tags)
    named = "property=" in document.text or "itemprop" in document.text  # to look for words is far cheaper
    for node in document.tree.css("meta[property],meta[itemprop]") if named else ():
        name = node.attributes.get("property") or node.attributes.get("itemprop") or ""
        tags.setdefault(name.strip().lower(), (node.attributes.get("content") or "")[:100])
    for name in _TAGS:
        found = find_date(tags[name], document.at) if tags.get(name) else None
        if found is not None:
            return replace(found, rule=f"tag:{found.rule}")
    if noted := _NOTED.search(document.text) if "enpproperty" in document.text else None:
        for found in find_dates(noted[1]):
            return replace(found, rule=f"tag:{found.rule}")
    return _timed(document) if "<time" in document.text else None


def _timed(document: Document) -> Dated | None:
    """The day of the page's <time> elements outside of lists, where they agree."""
    stamps = (element.attribute("datetime") for element in _times(document))
    found = [dated for stamp in stamps if (dated := next(find_dates(stamp[:40]), None))]
    if len({each.day for each in found}) != 1:
        return None
    return replace(found[0], rule=f"tag:{found[0].rule}")


def _times(document: Document) -> Iterator[Element]:
    for element in document.outline.elements:
        listed = any(map(document.rows.covers, range(element.texts.start, element.texts.stop)))
        if element.tag == "time" and element.attribute("datetime") and not listed:
            yield element


def _scripted(document: Document) -> Dated | None:
    """A date that only an inline script would write."""
    for names, pattern in _SCRIPT_DATES:
        for _, text in document.scripts:
            for match in pattern.finditer(text) if _names_a_date(text, names) else ():
                found = epoch_date(int(match[2])) if match[2] else next(find_dates(match[1]), None)
                if found is not None:
                    return replace(found, rule=f"script:{found.rule}")
    shown = [found for _, text in document.scripts for found in _shown_by(text)]
    if shown and len({found.day for found in shown}) == 1:
        return replace(shown[0], rule=f"script:{shown[0].rule}")
    labelled = any(word in document.text for word in _WRITTEN_WORDS)
    for label in _WRITTEN_LABEL.finditer(document.text) if labelled else ():
        written = _WRITTEN_DATE.match(plain(document.text[label.end() : label.end() + _WRITTEN_LENGTH]))
        if written:
            found = epoch_date(int(written[2])) if written[2] else labelled_date(written[1], document.at, "")
            if found is not None:
                return replace(found, rule=f"script:{found.rule}")
    return None


def _names_a_date(script: str, names: Sequence[str]) -> bool:
    lower = script.lower()  # to look for plain words takes a tenth of what the pattern takes
    return any(name in lower for name in names)


def _shown_by(script: str) -> Iterator[Dated]:
    """Dates that a script puts on the page as they stand, alone or behind a label of publishing."""
    if "html" in script or "text" in script or "Text" in script or "HTML" in script:
        for match in _SET_TEXT.finditer(script):
            found = next(find_dates(match[1]), None)
            if found is not None and found.start == 0:
                yield found
    if "时间" in script or "日期" in script:
        for match in _SAID_TEXT.finditer(plain(script)):
            yield from find_dates(match[1])


def _stamped(document: Document) -> Dated | None:
    """The date in an attribute of an empty element, which a script would show: <span data-time=…>."""
    found: Dated | None = None
    stamps = "data-" in document.text or "itemprop" in document.text
    if "<input" in document.text and (kept := _kept(document)) is not None:
        return kept
    for node in document.tree.css(_STAMPED) if stamps else ():
        if node.tag in {"input", "li", "a", "td"} or (node.text() or "").strip():
            continue
        stamp = _stamp(node)
        if stamp is None:
            continue
        if found is not None and found.day != stamp.day:
            return None
        found = found or stamp
    return replace(found, rule=f"attribute:{found.rule}") if found is not None else None


def _kept(document: Document) -> Dated | None:
    """The date in a hidden field that is named for it, from which a script would show it."""
    for node in document.tree.css("input[type=hidden][value]"):
        names = ((node.attributes.get(key) or "").lower() for key in ("id", "name"))
        if any(name in _DATE_NAMES or name in _OTHER_NAMES for name in names):
            found = next(find_dates((node.attributes.get("value") or "")[:40]), None)
            if found is not None and found.start == 0:
                return replace(found, rule=f"attribute:{found.rule}")
    return None


def _stamp(node: LexborNode) -> Dated | None:
    for name, value in node.attributes.items():
        if (
            name in _STAMPS
            and value
            and (name != "data-date" or _STAMP_NAME.search(node.attributes.get("class") or ""))
        ):
            return next(find_dates(value[:40]), None)
    return None


def _at_heading(document: Document) -> Dated | None:
    """A date in brackets at the end of a heading, or one that stands alone under it.

    The name of an office or the like may come between. What says the same as the page's title is a heading
    whatever its element.
    """
    texts, elements = document.outline.texts, document.outline.elements
    title = document.title
    for number, text in enumerate(texts):
        titled = text.link < 0 and len(text.text) >= TITLE and title.startswith(text.text)
        if not (titled or elements[text.element].tag in _HEADINGS) or _NO_ARTICLE.search(text.text):
            continue
        ended = _HEADING_END.search(text.text)
        for said in (ended[1] if ended else "", *_under(document, number)):
            if (found := _alone(said)) is not None:
                return replace(found, rule=f"heading:{found.rule}")
    return None


def _under(document: Document, heading: int) -> Iterator[str]:
    """What stands right under a heading: short texts that say no more than an office's name."""
    texts = document.outline.texts
    for number in range(heading + 1, min(heading + 1 + _UNDER, len(texts))):
        said = texts[number].text
        named = texts[number].link < 0 and len(said) <= _LABEL_LENGTH and not _SENTENCE.search(said)
        if not named or document.rows.covers(number):
            return
        yield said.strip("[]() ")
        yield _pieces(texts, number)


def _alone(said: str) -> Dated | None:
    """The date that a text is, if it says nothing else but a time of day."""
    found = next(find_dates(said), None) or box_date(said)
    return found if found is not None and found.start == 0 and _CLOCK.fullmatch(said[found.end :]) else None


def _placed(document: Document) -> Dated | None:
    """The date that is all that stands in an element named for it, such as <span id="pubtime_baidu">."""
    if _PLACE_NAME.search(document.text) is None:
        return None
    found: dict[date, Dated] = {}
    for number, text in enumerate(document.outline.texts):
        if len(text.text) > _LABEL_LENGTH or not _PLACE_NAME.search(
            document.outline.elements[text.element].names
        ):
            continue
        if document.rows.covers(number):
            continue
        if (told := _alone(text.text)) is not None:
            found[told.day] = told
    if len(found) != 1:
        return None
    (told,) = found.values()
    return replace(told, rule=f"label:{told.rule}")


def _above_body(document: Document, first: int) -> Dated | None:
    """The date that stands alone between a title and the ``first`` paragraph, at most beside an office's
    name."""
    texts = document.outline.texts
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
        if text.link >= 0 or _SENTENCE.search(text.text):
            return False
        if len(text.text) >= TITLE and _alone(text.text) is None:
            return True
    return False


def body_texts(document: Document) -> list[int]:
    """The paragraphs of an article, by number; none where the page says that it is none, or has only rows."""
    texts = document.outline.texts
    if any(len(text.text) <= _LABEL_LENGTH and _NO_ARTICLE.search(text.text) for text in texts):
        return []
    return [
        number
        for number, text in enumerate(texts)
        if text.link < 0
        and len(text.text) >= _BODY
        and _SENTENCE.search(text.text)
        and not FOOT.search(text.text)
        and not document.rows.covers(number)
    ]
