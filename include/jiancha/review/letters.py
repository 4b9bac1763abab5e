"""整改通知单: one docx for each owner, with what was found, the deadline, and how to answer or object."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from jiancha.assess.amounts import KIND_NAMES
from jiancha.notice.render_docx import LetterPicture, LetterTable, OfficialLetter, render_letter
from jiancha.notice.text import one_line, quarter_name
from jiancha.review.actions import measured, newest
from jiancha.review.model import Ruling
from jiancha.review.sendings import addressee, file_name
from jiancha.review.wording import SuspectedError
from jiancha.settings import Settings
from jiancha.windows import Window

_MOST_COLUMNS = 50
# (column, width in mm); 156 mm are the type area
_FINDINGS = (("序号", 10), ("名称", 30), ("标识码", 26), ("存在问题", 42), ("网址", 26), ("问题编号", 22))
_COLUMNS = (("网站", 28), ("栏目", 24), ("最新内容", 32), ("应不早于", 32), ("栏目网址", 40))
_ERRORS = (
    ("序号", 10),
    ("网站", 24),
    ("错误表述", 18),
    ("应为", 18),
    ("所在语句", 34),
    ("网页", 30),
    ("问题编号", 22),
)


@dataclass(slots=True)
class _Addressee:
    """What one owner has to mend."""

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
    pictures: Mapping[str, Sequence[LetterPicture]] = MappingProxyType({}),
) -> dict[str, bytes]:
    """File name and docx of every owner with confirmed findings or with wording errors (``errors``), in the
    order of the registry. ``pictures`` are those of accused pages, by target id."""
    owners: dict[str, _Addressee] = defaultdict(_Addressee)
    for ruling in rulings:
        if ruling.state.published:
            verdict = ruling.suspect.verdict
            owners[addressee(verdict["owner"], verdict["name"])].findings.append(ruling)
    for error in errors:
        owners[addressee(error.site["owner"], error.site["name"])].errors.append(error)
    return {
        file_name(no, owner): render_letter(
            _letter(owner, share, window, settings, published=published, deadline=deadline, pictures=pictures)
        )
        for no, (owner, share) in enumerate(owners.items(), 1)
    }


def _letter(  # noqa: PLR0913 - what a letter says
    owner: str,
    share: _Addressee,
    window: Window,
    settings: Settings,
    *,
    published: date,
    deadline: date,
    pictures: Mapping[str, Sequence[LetterPicture]],
) -> OfficialLetter:
    area = settings.notice.area
    counts = [f"{len(share.findings)}个问题"] if share.findings else []
    counts += [f"{len(share.errors)}处网站内容错误表述"] if share.errors else []
    tables = [
        LetterTable(
            "检查发现的问题", _FINDINGS, tuple(_finding(no, r) for no, r in enumerate(share.findings, 1))
        ),
        LetterTable("未按时更新的栏目", _COLUMNS, tuple(row for r in share.findings for row in _columns(r))),
        LetterTable(
            "网站内容错误表述", _ERRORS, tuple(_error(no, e) for no, e in enumerate(share.errors, 1))
        ),
    ]
    return OfficialLetter(
        title="政府网站与政务新媒体整改通知单",
        to=owner,
        opening=(
            f"在{quarter_name(window.key)}{area}政府网站与政务新媒体检查中，发现你单位主办的下列"
            f"{'、'.join(counts)}（监测时间点{_full_day(window.checkpoint_day)}），经人工核查确认，请予整改。",
        ),
        tables=tuple(table for table in tables if table.rows),
        pictures=tuple(
            picture
            for target in dict.fromkeys(r.suspect.finding["target_id"] for r in share.findings)
            for picture in pictures.get(target, ())
        ),
        closing=(
            f"请于{_full_day(deadline)}前完成整改，并将整改情况书面反馈{settings.notice.office}"
            f"{_contact(settings)}。反馈请写明上列问题编号、整改措施、完成日期和可供核对的网址。",
            "对认定的问题有异议的，请在上述期限内书面申诉，写明问题编号、理由，并附证明材料（如发布时间截图、网址）。"
            "申诉期间请保留有关页面；经核实不成立的，予以更正。有关网页的原始记录存检查机关，可以查阅。",
            "整改完成后将进行复查，逾期未整改的按规定处理。",
        ),
        office=settings.notice.office,
        dated=_full_day(published),
        made=published,
    )


def _finding(number: int, ruling: Ruling) -> tuple[str, ...]:
    suspect = ruling.suspect
    verdict = suspect.verdict
    platform = one_line(verdict["platform"]) or KIND_NAMES[suspect.finding["target_kind"]]
    title, url = newest(suspect)
    latest = f"最新内容：{title}。" if title else ""
    return (
        str(number),
        f"{one_line(verdict['name'])}（{platform}）",
        one_line(verdict["code"]),
        f"{one_line(suspect.finding['problem']).rstrip('。')}。{measured(suspect)}。{latest}",
        one_line(url or verdict.get("url") or ""),
        suspect.finding_id,
    )


def _columns(ruling: Ruling) -> Iterator[tuple[str, ...]]:
    suspect = ruling.suspect
    name = one_line(suspect.verdict["name"])
    for column in suspect.columns[:_MOST_COLUMNS]:
        days = (_day_of(column.get(key)) for key in ("newest", "cutoff"))
        yield name, one_line(column["name"]), *days, one_line(column["url"])
    if len(suspect.columns) > _MOST_COLUMNS:
        yield name, f"另有{len(suspect.columns) - _MOST_COLUMNS}个栏目", "", "", ""


def _error(number: int, error: SuspectedError) -> tuple[str, ...]:
    row, site = error.row, error.site
    words = tuple(one_line(row[key]) for key in ("wrong", "right", "snippet", "page_url"))
    return str(number), one_line(site["name"]), *words, error.error_id


def _day_of(value: object) -> str:
    """A day as it stands in a finding, in words; 无 where there is none."""
    try:
        return _full_day(date.fromisoformat(str(value)[:10]))
    except ValueError:
        return "无"


def _contact(settings: Settings) -> str:
    return f"（{settings.review.contact}）" if settings.review.contact else ""


def _full_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
