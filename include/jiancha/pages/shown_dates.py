"""The publish date that an article's page shows: with a label, or in a line of facts such as its byline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from jiancha.pages.document import Document
from jiancha.pages.labels import BYLINE, CREATED, FOOT, MERE, OF_ANOTHER, OTHER, OWNER, PUBLISHED, UPDATED
from jiancha.pages.outline import Outline, Text
from jiancha.text.dates import Dated, find_dates, plain
from jiancha.text.rare_dates import labelled_date

LINE = 120  # longer texts are paragraphs
NEAR = 3  # texts before and after a date in which the rest of its line stands
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"\w")
_SIGNS = re.compile(r"[\W_]+")
_SPACES = re.compile(r"(?<=[\u4e00-\u9fff])\s{1,4}(?=[\u4e00-\u9fff:])")
LABEL_LENGTH = 24
#: What may stand right before and right behind a date that is a fact of its own and not part of a sentence.
_FREE_BEFORE = re.compile(r"(?:^|[\s|/\[(>,;\uff0c\uff1b\u00b7\u2022:~-])$")
_FREE_AFTER = re.compile(
    r"[\s,;\uff0c\uff1b]{0,3}(?:$|[|/\])<>\u00b7\u2022]|星期|周[一二三四五六日]|信息|来源|文章|稿源|作者|编辑|责|点击|浏览|阅读|访问|字[体号]|打印|分享"
    r"|发布|撰稿|供稿|审核|人气|大 中|次数|更新)|\s"
)
_CHANGED_BEHIND = re.compile(r"\s{0,3}(?:最后)?(?:更新|修改)\s{0,3}(?:$|[|/\])])")
_RANGE = re.compile(r"\s{0,3}(?:起|至|到|~|-{1,2}\s{0,3}(?:19|20)\d\d|-{1,2}\s{0,3}\d{1,2}月)")
SENTENCE = re.compile(
    r"[。!?]|[,;\uff0c\uff1b](?!\s{0,2}(?:信息|来源|作者|编辑|时间|日期|发布|点击|浏览|阅读|(?:19|20)\d\d))"
)
_TAIL = 60  # characters behind a date that a line of facts has at most where the byline stands elsewhere
_PLACE = re.compile(r"\s{0,3}(?:\S{1,3}[、.]\s{0,2})?(?:会议|活动)?(?:地\s{0,4}[点址]|参加人|会议)")
#: Ranks of a shown date; the names that the output gives them.
_LABELLED, _MERELY, _UPDATED, _CREATED = 1, 4, 5, 6
_NAMES = ("byline", "label", "byline", "byline", "label", "updated", "created")
BYLINES = frozenset({0, 2, 3})
_LABEL_WORDS = ("发布", "日期", "时间", "公开", "ublished", "osted", "eleased")
_LABEL_SIGNS = ("日期", "时间", "于", "ed")
_LABELLED_TEXT = re.compile(
    r"(?:发布|发稿|发文|公开|上传|录入|公布|刊发|发表)(?:日期|时间|于)\s{0,3}:?|(?:^|[\s|\[(])(?:日期|时间)\s{0,3}:"
    r"|\b(?:[Pp]ublish|[Pp]ost|[Rr]eleas)ed(?: on| at| time| date)?\s{0,3}:?"
)
_CHANGED_TEXT = re.compile(r"\b(?:[Ll]ast )?[Uu]pdated(?: on| at| time| date)?\s{0,3}:?")
#: What stands above what visitors say of an article.
_COMMENTS = re.compile(
    r"\W{0,3}(?:网友|用户|最新|全部|精彩|热门|文章)?(?:评论|跟帖)(?:列表|区|内容)?\W{0,3}(?:\d{0,6}\W{0,3})?"
)
_PIECE = re.compile(r"[\d年月日\-/.:\s]{1,12}$")
_MOST_LABELS = 12
_FOOT_LEVELS = 4
_FOOT_NAME = re.compile(
    r"(?:^|\s)(?:foot|footer|copyright|comments?|comment-list|pinglun)(?:\s|$)", re.IGNORECASE
)


def shown(document: Document) -> Dated | None:
    """The best date that the text outside of lists shows as the publish date."""
    rank, found = _best(document)
    return found if rank < _UPDATED else None


def changed(document: Document) -> Dated | None:
    """The day of the last change that the page shows, or the one on which a catalogue's entry was made."""
    rank, found = _best(document)
    if rank == _UPDATED or (found is not None and "索引号" in document.text):
        return found
    found = _behind_label(document, _CHANGED_TEXT) if "pdated" in document.text else None
    return replace(found, rule=f"updated:{found.rule.partition(':')[2]}") if found is not None else None


def _best(document: Document) -> tuple[int, Dated | None]:
    """The best date that the text outside of lists shows, and its rank.

    Below an article's text only what is found nowhere above it counts, and nothing among its comments.
    """
    best: tuple[int, Dated | None] = (len(_NAMES), None)
    below = False
    for number, text in enumerate(document.outline.texts):
        below = below or _is_paragraph(text.text)
        if best[0] == 0 or (below and (best[0] < _UPDATED or _COMMENTS.fullmatch(text.text))):
            break
        if len(text.text) > LINE or not _YEAR.search(text.text) or document.rows.covers(number):
            continue
        for found in find_dates(text.text):
            rank = rank_among(document.outline.texts, document.at, number, found)
            if rank is not None and rank < best[0] and not in_foot(document.outline, number):
                best = (rank, replace(found, rule=f"{_NAMES[rank]}:{found.rule}"))
    return best


def in_foot(page: Outline, number: int) -> bool:
    """True for a text among comments or in the page's foot, where the day of its last update may stand."""
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
    own, after = line[max(0, found.start - LABEL_LENGTH) : found.start], _behind(line, found)
    free = _FREE_AFTER.match(after) is not None
    own_words = _WORD.search(own) is not None
    near, joined = (own, own) if own_words else _before(texts, number)
    if not own_words and not (free and (BYLINE.search(after) or not SENTENCE.search(after))):
        near = joined = ""  # a sentence that begins with its day: the place behind the label was empty
    ranged = _RANGE.match(after) is not None
    if OF_ANOTHER.search(joined) or _CHANGED_BEHIND.match(after):
        return None if OF_ANOTHER.search(joined) else _UPDATED
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
    if not _FREE_AFTER.match(after) or not (said or _FREE_BEFORE.search(own)) or SENTENCE.search(line):
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
        said = f"{text.text[-LABEL_LENGTH:]} {said}".rstrip()
        near = near if _WORD.search(near) else said
        if len(_SIGNS.sub("", said)) >= 4:
            break
    return near, said[-LABEL_LENGTH:]


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


def otherwise_labelled(document: Document) -> Dated | None:
    """A labelled date in a rare form, in pieces, or in a line that is long."""
    if any(word in document.text for word in _LABEL_WORDS):
        return _behind_label(document, _LABELLED_TEXT)
    return None


def _behind_label(document: Document, label: re.Pattern[str]) -> Dated | None:
    texts = document.outline.texts
    for number, end in _labels(document, label):
        said = texts[number].text[end:]
        if not _WORD.search(said):
            said = pieces(texts, number + 1)
        found = labelled_date(said, document.at, document.url)
        if found is not None and not _RANGE.match(plain(said)[found.end :]):
            return replace(found, rule=f"{'byline' if _has_byline(texts, number) else 'label'}:{found.rule}")
    return None


def _labels(document: Document, label: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The texts that name a publish date, and where in them the label ends."""
    left = _MOST_LABELS
    for number, text in enumerate(document.outline.texts):
        if left == 0:
            return
        said = text.text
        if not any(sign in said for sign in _LABEL_SIGNS):
            continue
        match = label.search(said)
        if (
            match is not None
            and not document.rows.covers(number)
            and not OTHER.search(text.text[max(0, match.start() - 6) : match.end()])
            and not OF_ANOTHER.search(text.text[max(0, match.start() - OWNER) : match.end()])
        ):
            left -= 1
            yield number, match.end()


def pieces(texts: Sequence[Text], number: int) -> str:
    """The text at ``number``; where that is a piece of a date, with the pieces behind it."""
    said = ""
    for text in texts[number : number + 8]:
        if said and not (_PIECE.match(said) and _PIECE.match(text.text)):
            break
        said = f"{said} {text.text}".strip()
        if len(said) > LABEL_LENGTH:
            break
    # a sentence is the next paragraph, and the place behind the label was empty
    return "" if SENTENCE.search(said) else said
