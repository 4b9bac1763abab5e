"""互动回应差: the consultation columns of a site, and which of their messages were answered when.

Lists are read back until a page lies wholly before the time that counts. A message's own page is asked where
the list does not tell enough, and before a message is taken for unanswered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from jiancha.errors import FetchFailure
from jiancha.pages.channels import NamedLink
from jiancha.pages.messages import Message, read_message, read_messages
from jiancha.pages.page import PageKind
from jiancha.sites.channel_check import Ground, Row, unique
from jiancha.sites.column_pages import Page
from jiancha.standard import Indicator, months_before
from jiancha.text.urls import normalised, same_host
from jiancha.windows import ZONE

INDICATOR = "site.interaction"
NO_CHANNEL = "未发现咨询建言渠道，需人工核实"
_ELSEWHERE = "咨询建言渠道设在其他网站（{}），需人工核实"
_FORM_ONLY = "咨询建言渠道未公开留言及答复，需人工核实"
_NO_LIST = "咨询建言渠道未能识别留言列表：{}"
_INCOMPLETE = "留言列表未能读到所需日期：{}"
MAX_CHANNELS = 8  # consultation channels of one site that are read
MAX_MESSAGE_PAGES = 30  # list pages of one channel
MAX_MESSAGE_DETAILS = 40  # messages of one site whose own page is read
_HUBS = 3


class _Found(NamedTuple):
    """A message with the list page it stands on."""

    message: Message
    column: str
    page: Page


@dataclass(slots=True)
class _Talk:
    """What was read of all channels; ``gaps`` are reasons why it is not all there is."""

    found: list[_Found] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


def check_interaction(ground: Ground) -> dict[str, list[Row]]:
    """Rows of ``messages`` and one of ``site_checks``; a page that cannot be had is a reason why not."""
    indicator = next((i for i in ground.standard.indicators if i.id == INDICATOR), None)
    if indicator is None or indicator.within_months is None or indicator.unanswered_months is None:
        return {"messages": [], "site_checks": []}
    talk = _Talk()
    try:
        channels, elsewhere = _channels(ground)
    except FetchFailure as failure:
        return {"messages": [], "site_checks": [ground.verdict(INDICATOR, failure.reason)]}
    since = months_before(ground.window.checkpoint_day, indicator.within_months)
    for link in channels[:MAX_CHANNELS]:
        _read_channel(ground, link, since, talk)
    if len(channels) > MAX_CHANNELS:
        talk.gaps.append(f"咨询建言渠道超过{MAX_CHANNELS}个")
    rows = [_row(ground, found, message) for found, message in _completed(ground, talk, since, indicator)]
    reason = _reason(talk, elsewhere)
    detail = {"lists": talk.lists, "forms": talk.forms, "elsewhere": [link.url for link in elsewhere]}
    return {"messages": rows, "site_checks": [ground.verdict(INDICATOR, reason, **detail)]}


def _reason(talk: _Talk, elsewhere: Sequence[NamedLink]) -> str | None:
    if talk.gaps:
        return "；".join(dict.fromkeys(talk.gaps))[:500]
    if talk.lists:
        return None
    if talk.forms:
        return _FORM_ONLY
    return _ELSEWHERE.format(elsewhere[0].url[:200]) if elsewhere else NO_CHANNEL


# --- channels ---


def _channels(ground: Ground) -> tuple[list[NamedLink], list[NamedLink]]:
    """The links to consultation channels on the site, and to those on other hosts.

    Pages that gather channels (互动交流) are asked too.
    """
    links = ground.links("consultation")
    for hub in ground.links("hub")[:_HUBS]:
        if same_host(hub.url, ground.home.response.final_url):
            try:
                links += ground.among(ground.offer(ground.page(hub.url)).links, "consultation")
            except FetchFailure:
                continue  # a hub is one way among others
    own = ground.home.response.final_url
    links = unique(links)
    return (
        [link for link in links if same_host(link.url, own)],
        [link for link in links if not same_host(link.url, own)],
    )


def _read_channel(ground: Ground, link: NamedLink, since: date, talk: _Talk) -> None:
    """Read one channel's list, which may lie behind a link of its page (信件选登)."""
    try:
        page = ground.page(link.url)
        messages = _messages(ground, page)
        if not messages and page.facts.kind is not PageKind.BLANK:
            _look_closer(ground, link, page, since, talk)
            return
        talk.lists.append(link.url)
        _read_back(ground, link, page, since, talk)
    except FetchFailure as failure:
        talk.gaps.append(f"{link.name}：{failure.reason}")


def _look_closer(ground: Ground, link: NamedLink, page: Page, since: date, talk: _Talk) -> None:
    """A channel's page without messages: a form, a page about something else, or the way to the list."""
    offer = ground.offer(page)
    template = {normalised(each.url) for each in ground.offer(ground.home).links}
    template |= {normalised(page.response.final_url), normalised(link.url)}
    for each in unique(list(ground.among(offer.links, "consultation"))):
        if normalised(each.url) in template or not same_host(each.url, page.response.final_url):
            continue
        behind = ground.page(each.url)
        if _messages(ground, behind) or behind.facts.kind is PageKind.BLANK:
            talk.lists.append(each.url)
            _read_back(ground, each, behind, since, talk)
            return
    if offer.form:
        talk.forms.append(link.url)
    elif page.facts.kind is not PageKind.ARTICLE:
        talk.gaps.append(_NO_LIST.format(link.name))


def _messages(ground: Ground, page: Page) -> tuple[Message, ...]:
    messages: tuple[Message, ...] = ground.parsed(read_messages, page)
    return messages


def _read_back(ground: Ground, link: NamedLink, first: Page, since: date, talk: _Talk) -> None:
    """Read a list from its first page to one that lies wholly before ``since``, or to its end."""
    page, pages, seen = first, 1, set[Message]()
    while True:
        messages = _messages(ground, page)
        fresh = [message for message in messages if message not in seen]
        seen.update(fresh)
        kept = page.kept()
        talk.found += [_Found(message, link.url, kept) for message in fresh]
        days = [message.asked_on for message in fresh]
        if days and all(day is not None and day < since for day in days):
            return
        following = page.facts.paging.next_pages[:1]
        if not following and page.further is not None and (shown := page.further()) is not None:
            page, pages = shown, pages + 1
            continue
        if not following or normalised(following[0]) == normalised(page.response.final_url):
            if page.facts.paging.hidden:
                break
            return
        if pages >= MAX_MESSAGE_PAGES or not fresh:
            break
        page, pages = ground.fetch(following[0]), pages + 1
    talk.gaps.append(_INCOMPLETE.format(link.name))


# --- messages ---


def _completed(
    ground: Ground, talk: _Talk, since: date, indicator: Indicator
) -> list[tuple[_Found, Message]]:
    """The messages, each with what its own page adds where that could matter."""
    until = months_before(ground.window.checkpoint_day, indicator.unanswered_months or 0)
    known_until = ground.window.checkpoint_day + timedelta(days=indicator.known_for_days or 0)
    left = MAX_MESSAGE_DETAILS
    messages = []
    for found in talk.found:
        message = found.message
        late = found.page.response.fetched_at.astimezone(ZONE).date() > known_until
        if _matters(message, since, until, late=late) and left > 0 and _has_page(found):
            left -= 1
            message = _with_own_page(ground, message)
        messages.append((found, message))
    return messages


def _matters(message: Message, since: date, until: date, *, late: bool) -> bool:
    """True for a message whose own page could decide whether it counts."""
    if message.answered_on is not None or (message.status == "answered" and not late):
        return False
    return message.asked_on is None or since <= message.asked_on < until


def _has_page(found: _Found) -> bool:
    return normalised(found.message.url) != normalised(found.page.response.final_url)


def _with_own_page(ground: Ground, message: Message) -> Message:
    try:
        page = ground.page(message.url)
        own: Message = ground.parsed(read_message, page)
    except FetchFailure:
        return message  # the list has said what it says
    return message._replace(
        asked_on=own.asked_on or message.asked_on,
        answered_on=own.answered_on,
        status=message.status if own.status == "unknown" else own.status,
    )


def _row(ground: Ground, found: _Found, message: Message) -> Row:
    return {
        "target_id": ground.target_id,
        "column_url": found.column,
        "title": message.title,
        "url": message.url,
        "asked_on": message.asked_on,
        "answered_on": message.answered_on,
        "status": message.status,
        "page_url": found.page.response.final_url,
        "evidence": found.page.response.record_id,
    }
