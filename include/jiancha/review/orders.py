"""整改通知单: one docx for each owner, with what was found, the deadline, and how to answer or object."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date

from jiancha.notice.render_docx import Letter, render_letter
from jiancha.notice.text import full_width, one_line, quarter_name
from jiancha.review.actions import KINDS, measured, newest
from jiancha.review.model import Ruling
from jiancha.settings import Settings
from jiancha.windows import Window

_UNSAFE = re.compile(r"[^\w一-鿿-]")
_MOST_COLUMNS = 50


def orders(
    rulings: Sequence[Ruling], window: Window, settings: Settings, *, published: date, deadline: date
) -> dict[str, bytes]:
    """File name and docx of every owner with confirmed findings, in the order of the registry."""
    owners: dict[str, list[Ruling]] = {}
    for ruling in rulings:
        if ruling.state.published:
            verdict = ruling.suspect.verdict
            owners.setdefault(one_line(verdict["owner"]) or one_line(verdict["name"]), []).append(ruling)
    return {
        file_name(no, owner): render_letter(
            _letter(owner, found, window, settings, published=published, deadline=deadline)
        )
        for no, (owner, found) in enumerate(owners.items(), 1)
    }


def file_name(number: int, owner: str) -> str:
    """An owner's name may hold anything: what a file system could mistake is replaced, a hash tells apart."""
    safe = _UNSAFE.sub("_", owner)[:40]
    return f"{number:03}-{safe}-{hashlib.sha256(owner.encode()).hexdigest()[:6]}.docx"


def _letter(  # noqa: PLR0913 - what a letter says
    owner: str,
    found: Sequence[Ruling],
    window: Window,
    settings: Settings,
    *,
    published: date,
    deadline: date,
) -> Letter:
    area = settings.notice.area
    paragraphs = [
        f"在{quarter_name(window.key)}{area}政府网站与政务新媒体检查中，发现你单位主办的下列"
        f"{len(found)}个问题（监测时间点{window.checkpoint_day.isoformat()}），经人工核查确认，请予整改。",
        *(line for no, each in enumerate(found, 1) for line in _problem(no, each)),
        f"请于{_day(deadline)}前完成整改，并将整改情况书面反馈{settings.notice.office}"
        f"{_contact(settings)}。反馈请写明上列问题编号、整改措施、完成日期和可供核对的网址。",
        "对认定的问题有异议的，请在上述期限内书面申诉，写明问题编号、理由，并附证明材料（如发布时间截图、网址）。"
        "申诉期间请保留有关页面；经核实不成立的，予以更正。",
        "整改完成后将进行复查，逾期未整改的按规定处理。",
    ]
    return Letter(
        title="政府网站与政务新媒体整改通知单",
        to=owner,
        paragraphs=tuple(paragraphs),
        office=settings.notice.office,
        dated=_day(published),
        made=published,
    )


def _problem(number: int, ruling: Ruling) -> list[str]:
    suspect = ruling.suspect
    verdict = suspect.verdict
    platform = one_line(verdict["platform"]) or KINDS[suspect.finding["target_kind"]]
    told, url = newest(suspect)
    problem = full_width(one_line(suspect.finding["problem"])).rstrip("。")
    lines = [
        f"{number}.{one_line(verdict['name'])}（{platform}，标识码{one_line(verdict['code'])}）：{problem}。"
        f"{full_width(measured(suspect))}。问题编号{suspect.finding_id}。"
    ]
    if told:
        lines.append(f"最新内容：{told}{f'，{one_line(url)}' if url else ''}。")
    for column in suspect.columns[:_MOST_COLUMNS]:
        lines.append(
            f"栏目“{one_line(column['name'])}”：最新{column.get('newest') or '无'}，"
            f"应不早于{column.get('cutoff') or '—'}，{one_line(column['url'])}"
        )
    lines.append(f"证据：{one_line(suspect.finding['evidence']) or '无'}，存检查机关备查。")
    return lines


def _contact(settings: Settings) -> str:
    return f"（{settings.review.contact}）" if settings.review.contact else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
