"""整改通知单: one docx for each owner, with what was found, the deadline, and how to answer or object."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from jiancha.assess.amounts import KIND_NAMES
from jiancha.notice.render_docx import Letter, render_letter
from jiancha.notice.text import one_line, quarter_name
from jiancha.review.actions import measured, newest
from jiancha.review.model import Row, Ruling
from jiancha.review.wording import SuspectedError
from jiancha.settings import Settings
from jiancha.windows import Window

_UNSAFE = re.compile(r"[^\w一-鿿-]")
_MOST_COLUMNS = 50


@dataclass(slots=True)
class _Addressee:
    """What one owner is told."""

    findings: list[Ruling] = field(default_factory=list)
    errors: list[SuspectedError] = field(default_factory=list)


def orders(  # noqa: PLR0913 - what letters say
    rulings: Sequence[Ruling],
    errors: Sequence[SuspectedError],
    window: Window,
    settings: Settings,
    *,
    published: date,
    deadline: date,
) -> dict[str, bytes]:
    """File name and docx of every owner with confirmed findings or with wording errors (``errors``), in the
    order of the registry."""
    owners: dict[str, _Addressee] = defaultdict(_Addressee)
    for ruling in rulings:
        if ruling.state.published:
            owners[_owner(ruling.suspect.verdict)].findings.append(ruling)
    for error in errors:
        owners[_owner(error.site)].errors.append(error)
    return {
        file_name(no, owner): render_letter(
            _letter(owner, told, window, settings, published=published, deadline=deadline)
        )
        for no, (owner, told) in enumerate(owners.items(), 1)
    }


def _owner(row: Row) -> str:
    return one_line(row["owner"]) or one_line(row["name"])


def file_name(number: int, owner: str) -> str:
    """An owner's name may hold anything: what a file system could mistake is replaced, a hash tells apart."""
    safe = _UNSAFE.sub("_", owner)[:40]
    return f"{number:03}-{safe}-{hashlib.sha256(owner.encode()).hexdigest()[:6]}.docx"


def _letter(  # noqa: PLR0913 - what a letter says
    owner: str,
    told: _Addressee,
    window: Window,
    settings: Settings,
    *,
    published: date,
    deadline: date,
) -> Letter:
    area = settings.notice.area
    counts = [f"{len(told.findings)}个问题"] if told.findings else []
    counts += [f"{len(told.errors)}处网站内容错误表述"] if told.errors else []
    paragraphs = [
        f"在{quarter_name(window.key)}{area}政府网站与政务新媒体检查中，发现你单位主办的下列"
        f"{'、'.join(counts)}（监测时间点{window.checkpoint_day.isoformat()}），经人工核查确认，请予整改。",
        *(line for no, each in enumerate(told.findings, 1) for line in _problem(no, each)),
        *_errors(len(told.findings) + 1, told.errors),
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
    platform = one_line(verdict["platform"]) or KIND_NAMES[suspect.finding["target_kind"]]
    told, url = newest(suspect)
    problem = one_line(suspect.finding["problem"]).rstrip("。")
    lines = [
        f"{number}.{one_line(verdict['name'])}（{platform}，标识码{one_line(verdict['code'])}）：{problem}。"
        f"{measured(suspect)}。问题编号{suspect.finding_id}。"
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


def _errors(first: int, errors: Sequence[SuspectedError]) -> Iterator[str]:
    """A numbered line for each website, and one for each of its wording errors."""
    for number, (_, group) in enumerate(groupby(errors, key=lambda each: each.row["target_id"]), first):
        members = list(group)
        site = members[0].site
        named = f"{one_line(site['name'])}（政府网站，标识码{one_line(site['site_code'])}）"
        yield f"{number}.{named}：网站内容错误表述{len(members)}处。"
        for place, each in enumerate(members, 1):
            row = each.row
            yield (
                f"（{place}）“{one_line(row['wrong'])}”应为“{one_line(row['right'])}”，见“{one_line(row['snippet'])}”，"
                f"{one_line(row['page_url'])}。问题编号{each.error_id}。"
            )


def _contact(settings: Settings) -> str:
    return f"（{settings.review.contact}）" if settings.review.contact else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
