"""服务不实用: the service guides (办事指南) of a site, each with the element classes that it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from jiancha.errors import FetchFailure
from jiancha.pages.channels import NamedLink
from jiancha.pages.guides import Guide, read_guide
from jiancha.sites.channel_check import Ground, Row
from jiancha.sites.column_pages import Page
from jiancha.text.urls import normalised, same_host
from jiancha.windows import ZONE

INDICATOR = "site.services"
TOO_LATE = "读取过晚，办事指南在监测时的内容无法确认"
NO_GUIDES = "未发现办事指南，需人工核实"
_ELSEWHERE = "办事服务由其他平台（{}）提供，需人工核实"
_UNREAD = "办事指南未能判断：{}"
_GUIDE_NAME = re.compile(
    r"(?=.{0,60}[\u4e00-\u9fff]{4})(?!.{0,60}(?:[上下末尾首]一?页|登录|注册|返回|下载|更多|首页))"
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|jpe?g|png|gif|mp4)(?:$|\?)", re.IGNORECASE
)
_COLUMN_NAME = 6  # characters: 个人办事 is a column below, 社会团体成立登记办事指南 a guide
MAX_COLUMNS = 8  # services columns of one site that are read
MAX_GUIDES = 20  # guides of one site; a larger number is sampled from the top
_LIST_PAGES = 3


@dataclass(slots=True)
class _Walk:
    """What the services columns of a site lead to. ``template``: pages that every page links to."""

    queue: list[NamedLink]
    template: set[str]
    guides: dict[str, NamedLink] = field(default_factory=dict)
    elsewhere: list[NamedLink] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def check_services(ground: Ground) -> dict[str, list[Row]]:
    """Rows of ``guides`` and one of ``site_checks``; a page that cannot be had is a reason why not."""
    if not ground.standard.service_elements:
        return {"guides": [], "site_checks": []}
    if _too_late(ground):
        return {"guides": [], "site_checks": [ground.verdict(INDICATOR, TOO_LATE)]}
    try:
        walk = _walk(ground)
    except FetchFailure as failure:
        return {"guides": [], "site_checks": [ground.verdict(INDICATOR, failure.reason)]}
    rows = [_guide_row(ground, link) for link in walk.guides.values()]
    reason = None if any(row["judged"] for row in rows) else _reason(walk, rows)
    detail = {"elsewhere": [link.url for link in walk.elsewhere[:5]], "failures": walk.failures}
    return {"guides": rows, "site_checks": [ground.verdict(INDICATOR, reason, **detail)]}


def _too_late(ground: Ground) -> bool:
    """True where guides can no longer tell what they said at the checkpoint."""
    known_for = next((i.known_for_days for i in ground.standard.indicators if i.id == INDICATOR), None)
    read_on = ground.home.response.fetched_at.astimezone(ZONE).date()
    return known_for is not None and read_on > ground.window.checkpoint_day + timedelta(days=known_for)


def _reason(walk: _Walk, rows: list[Row]) -> str:
    """Why no guide could be judged."""
    if rows:
        return _UNREAD.format("、".join(sorted({row["reason"] for row in rows})))[:500]
    if walk.elsewhere:
        return _ELSEWHERE.format(walk.elsewhere[0].url[:200])
    return "；".join([NO_GUIDES, *walk.failures])[:500]


def _walk(ground: Ground) -> _Walk:
    """Follow the services columns, and the columns below them, to as many guides as are read."""
    home = ground.home.response.final_url
    links = ground.links("services")
    template = {normalised(link.url) for link in ground.offer(ground.home).links}
    template |= {normalised(home)} | {normalised(link.url) for link, _ in ground.columns}
    walk = _Walk([link for link in links if same_host(link.url, home)], template)
    walk.elsewhere = [link for link in links if not same_host(link.url, home)]
    for _ in range(MAX_COLUMNS):
        if not walk.queue or len(walk.guides) >= MAX_GUIDES:
            break
        column = walk.queue.pop(0)
        try:
            _read_column(ground, column, walk)
        except FetchFailure as failure:
            walk.failures.append(f"{column.name}：{failure.reason}")
    return walk


def _read_column(ground: Ground, column: NamedLink, walk: _Walk) -> None:
    for page in _pages(ground, column):
        found = 0
        for link in ground.offer(page).links:
            key = normalised(link.url)
            if key in walk.template or key in walk.guides or _FILE.search(link.url):
                continue
            below = (
                ground.standard.kind_of(link.name).channel == "services" and len(link.name) <= _COLUMN_NAME
            )
            if not same_host(link.url, column.url):
                walk.elsewhere += [link] if _GUIDE_NAME.match(link.name) else []
            elif below:
                walk.template.add(key)
                walk.queue.append(link)
            elif _GUIDE_NAME.match(link.name):
                found += 1
                walk.guides[key] = link
            if len(walk.guides) >= MAX_GUIDES:
                return
        if not found:
            if _read_guide(ground, page, column.name).judged:
                walk.guides[normalised(column.url)] = column
            return


def _pages(ground: Ground, column: NamedLink) -> Iterator[Page]:
    page = ground.page(column.url)
    yield page
    for url in page.facts.paging.next_pages[: _LIST_PAGES - 1]:
        yield ground.fetch(url)


def _read_guide(ground: Ground, page: Page, title: str) -> Guide:
    elements = ground.standard.service_elements
    guide: Guide = ground.parsed(read_guide, page, title=title, elements=elements)
    return guide


def _guide_row(ground: Ground, link: NamedLink) -> Row:
    record = None
    try:
        page = ground.page(link.url)
        record = page.response.record_id
        guide = _read_guide(ground, page, link.name)
    except FetchFailure as failure:
        guide = Guide(link.name, judged=False, reason=failure.reason)
    return {
        "target_id": ground.target_id,
        "title": guide.title,
        "url": link.url,
        "missing": list(guide.missing),
        "present": list(guide.present),
        "judged": guide.judged,
        "reason": guide.reason,
        "evidence": record,
    }
