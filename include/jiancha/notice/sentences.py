"""The sentences of the notice, made from its figures alone; every rendering prints the same ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from jiancha.assess.amounts import KIND_NAMES
from jiancha.notice.model import (
    Counts,
    Notice,
    PreviousFigures,
    Rectification,
    ReviewFigures,
    SpecialCheck,
    Undetermined,
    UnqualifiedSite,
)
from jiancha.notice.text import clause, quarter_name

#: Up to this many owners are named in the text for one problem; more are counted, the annex names them.
_NAMED_OWNERS = 5

LEVEL_NAMES: Mapping[str, str] = {
    "municipal_portal": "市级政府门户网站",
    "county_portal": "县级政府门户网站",
    "municipal_department": "市级政府部门网站",
    "other": "其他政府网站",
}
#: What people reviewed (人工核查): findings by kind of target, and wording errors.
REVIEWED_NAMES: Mapping[str, str] = {**KIND_NAMES, "wording": "错误表述"}
GATE_NAMES: Mapping[str, str] = {"registry": "名录", "observations": "采集", "verdicts": "判定"}
SEVERITY_NAMES: Mapping[str, str] = {"critical": "严重", "warning": "提示"}
ANNEX1_TITLE = "检查发现存在突出问题网站列表"
ANNEX2_TITLE = "检查发现不合格政务新媒体列表"
CLOSED_TITLE = "名录中不在检查范围的网站与账号"
NEAR_TITLE = "预警（接近不合格标准，不影响本次判定）"
DRAFT_LABEL = "草稿：未经人工核查，不得印发"


class Paragraph(NamedTuple):
    """``lead`` is the second-level heading that runs into the text, or empty."""

    lead: str
    text: str


class Section(NamedTuple):
    heading: str
    paragraphs: tuple[Paragraph, ...]


class Wording(NamedTuple):
    """``head``, ``number``, ``addressees``, ``copies``, ``printed`` are empty where the office set none."""

    head: str
    number: str
    addressees: str
    opening: str
    sections: tuple[Section, ...]
    annexes: tuple[str, str]
    office: str
    dated: str
    copies: str
    printed: tuple[str, ...]
    quality: tuple[str, ...]
    review: tuple[str, ...]


def wording(notice: Notice) -> Wording:
    """All sentences of the notice in order."""
    words = notice.words
    # the days of issue and printing are written by whoever signs and prints; made-up ones would be false
    dated = f"{notice.window.end.year}年\u3000月\u3000日"
    return Wording(
        head=words.red_head,
        number=words.number.replace("{year}", str(notice.window.end.year)),
        addressees=f"{words.addressees.rstrip('：:')}：" if words.addressees else "",
        opening=_opening(notice),
        sections=(
            Section("一、总体情况", (_sites_overall(notice), _accounts_overall(notice))),
            Section("二、主要问题", _problems(notice)),
            Section("三、下一步工作要求", (Paragraph("", _requirements(notice)),)),
        ),
        annexes=(ANNEX1_TITLE, ANNEX2_TITLE),
        office=words.office,
        dated=dated,
        copies=f"抄送：{words.copies_to.rstrip('。')}。" if words.copies_to else "",
        printed=(words.printed_by, f"{dated}印发") if words.printed_by else (),
        quality=_quality(notice),
        review=_review(notice),
    )


def _opening(notice: Notice) -> str:
    basis = "、".join(notice.words.basis)
    start, end = notice.window.start, notice.window.end
    days = _day(start) if start == end else f"{_day(start)}至{_day(end)}"
    return (
        f"{f'按照{basis}要求，' if basis else ''}{days}，{notice.words.subject}组织人员开展了"
        f"{notice.words.area}政府网站与政务新媒体检查，现将有关情况通报如下："
    )


def _sites_overall(notice: Notice) -> Paragraph:
    sites = notice.sites
    levels = "，".join(f"{LEVEL_NAMES[key]}{count}家" for key, count in sites.by_level.items() if count)
    text = (
        f"截至{_full_day(notice)}，{notice.words.area}纳入国办“全国政府网站信息报送系统”的政府网站共计"
        f"{sites.registered}家{f'，其中，{levels}' if levels else ''}。"
        + _result(sites, "家", "政府网站", "网站")
        + _undecided(notice, "site", "家")
        + _before(notice, notice.previous.sites if notice.previous else None, "网站", "家")
    )
    return Paragraph("（一）政府网站。", text)


def _accounts_overall(notice: Notice) -> Paragraph:
    accounts = notice.accounts
    text = (
        f"截至{_full_day(notice)}，{notice.words.area}纳入国办“全国政务新媒体信息报送系统”的政府系统政务新媒体"
        f"共计{accounts.registered}个。"
        + _result(accounts, "个", "政务新媒体", "政务新媒体")
        + _undecided(notice, "account", "个")
        + _before(notice, notice.previous.accounts if notice.previous else None, "政务新媒体", "个")
    )
    return Paragraph("（二）政务新媒体。", text)


def _result(counts: Counts, unit: str, thing: str, short: str) -> str:
    if counts.registered == 0:
        return ""
    if counts.inspected == 0:
        return f"本次检查未能对任何{thing}作出判定，不计算合格率。"
    done = f"本次检查{counts.inspected}{unit}{thing}，"
    if counts.unqualified == 0:
        return f"{done}未发现不合格{short}，合格率{counts.pass_rate}。"
    return f"{done}不合格{short}{counts.unqualified}{unit}，合格率{counts.pass_rate}。"


def _undecided(notice: Notice, kind: str, unit: str) -> str:
    rows = [each for each in notice.undetermined if each.target_kind == kind]
    if not rows:
        return ""
    return f"另有{len(rows)}{unit}{_because(rows)}暂未判定，不计入不合格，也不计入合格率。"


def _because(rows: Sequence[Undetermined]) -> str:
    """Reasons of at most two kinds are named, more are not: a long list belongs in the table."""
    reasons = list(dict.fromkeys(clause(each.reason) for each in rows if each.reason))
    if not reasons:
        return ""
    named = "、".join(f"“{reason}”" for reason in reasons[:2])
    return f"因{named}{'等原因' if len(reasons) > 2 else ''}"


def _before(notice: Notice, figures: PreviousFigures | None, short: str, unit: str) -> str:
    if notice.previous is None or figures is None:
        return ""
    rate = f"，合格率{figures.pass_rate}" if figures.pass_rate else ""
    return f"{quarter_name(notice.previous.window)}不合格{short}为{figures.unqualified}{unit}{rate}。"


def _problems(notice: Notice) -> tuple[Paragraph, ...]:
    paragraphs = [_site_problems(notice), _account_problems(notice)]
    if notice.special_checks:
        paragraphs.append(_special(notice))
    if notice.rectification is not None:
        paragraphs.append(_rectified(notice.rectification, "四" if notice.special_checks else "三"))
    return tuple(paragraphs)


def _site_problems(notice: Notice) -> Paragraph:
    text = f"本次对{notice.words.area}政府网站检查通过软件扫描加人工核对的方式进行。"
    if notice.unqualified_sites:
        parts = "；".join(
            _named(rows, problem) for problem, rows in _grouped(notice.unqualified_sites).items()
        )
        text += f"经过检查发现，{parts}。（详情见附件1）"
    elif notice.sites.inspected:
        text += "经过检查，未发现存在单项否决问题的网站。"
    return Paragraph("（一）政府网站。", text + _near(notice, "site", "家网站") + _blind(notice, "site"))


def _grouped(rows: Sequence[UnqualifiedSite]) -> dict[str, list[UnqualifiedSite]]:
    groups: dict[str, list[UnqualifiedSite]] = {}
    for row in rows:
        groups.setdefault(row.problem, []).append(row)
    return groups


def _named(rows: Sequence[UnqualifiedSite], problem: str) -> str:
    owners = list(dict.fromkeys(row.owner for row in rows))
    if len(owners) > _NAMED_OWNERS:
        return f"{len(rows)}家政府网站{clause(problem)}"
    # one owner may run several sites: the count then says more than the name
    several = f"等{len(rows)}家" if len(rows) > len(owners) else ""
    return f"{'、'.join(clause(owner) for owner in owners)}{several}网站{clause(problem)}"


def _account_problems(notice: Notice) -> Paragraph:
    accounts = notice.accounts
    if not accounts.unqualified:
        found = "经过检查，未发现不合格政务新媒体账号。" if accounts.inspected else ""
        text = found + _near(notice, "account", "个账号") + _blind(notice, "account")
        return Paragraph("（二）政务新媒体。", text or "无。")
    parts = "，".join(f"{count}个政务新媒体账号{clause(name)}" for name, count in accounts.by_problem.items())
    those = "该政务新媒体账号" if accounts.unqualified == 1 else f"这{accounts.unqualified}个政务新媒体账号"
    veto = "单项否决中超过两周无更新的情况" if _only_stale(notice) else "单项否决情形"
    explained = ""
    if notice.long_stale and "长期未更新" in accounts.by_problem:
        explained = f"“长期未更新”指至监测时间点{notice.long_stale}未更新。"
    text = (
        f"检查发现{parts}，依据国办政务新媒体检查指标，{those}出现{veto}，判定为不合格。（详情见附件2）{explained}"
        + _near(notice, "account", "个账号")
        + _blind(notice, "account")
    )
    return Paragraph("（二）政务新媒体。", text)


def _only_stale(notice: Notice) -> bool:
    return set(notice.accounts.by_problem) <= {"长期未更新", "超过两周未更新"}


def _near(notice: Notice, kind: str, thing: str) -> str:
    codes = {(each.code, each.platform, each.name) for each in notice.warnings if each.target_kind == kind}
    return f"另有{len(codes)}{thing}接近不合格标准，已列入预警，不影响本次判定。" if codes else ""


def _blind(notice: Notice, kind: str) -> str:
    names = unmeasured(notice).get(kind)
    return f"本次未监测的指标：{'、'.join(names)}，不作为判定依据。" if names else ""


def unmeasured(notice: Notice) -> dict[str, list[str]]:
    """Quoted names of the indicators not measured (未监测), by kind of target, each once.

    Several indicators may share a name: the classes of 栏目不更新 do.
    """
    names: dict[str, list[str]] = {}
    for each in notice.not_measured:
        listed = names.setdefault(each.target, [])
        if (quoted := f"“{clause(each.name)}”") not in listed:
            listed.append(quoted)
    return names


def _special(notice: Notice) -> Paragraph:
    parts = [
        f"对{each.scope}进行了{each.name}专项检查，共发现{_found(each)}{each.found}个"
        + (f"，截至{_day(each.as_of)}，已完成整改{each.rectified}个。" if each.rectified else "。")
        for each in notice.special_checks
    ]
    return Paragraph("（三）专项检查。", "".join(parts))


def _found(check: SpecialCheck) -> str:
    return "错误表述" if check.name.endswith("错误表述") else "问题"


def _rectified(figures: Rectification, number: str) -> Paragraph:
    text = (
        f"本次检查确认的{figures.found}个问题，截至{_day(figures.as_of)}，已完成整改{figures.rectified}个。"
        if figures.found
        else "本次检查没有需要整改的问题。"
    )
    return Paragraph(f"（{number}）整改情况。", text)


def _quality(notice: Notice) -> tuple[str, ...]:
    """By what the notice judges, and which indicators nobody measured."""
    basis, moment = notice.standard, notice.window.checkpoint.strftime("%Y-%m-%d %H:%M:%S")
    judged = (
        f"判定依据为{basis.title}（{basis.source}），指标集 {basis.id} 第{basis.version}版；"
        f"监测时间点为{moment}（北京时间）。合格率＝（检查数－不合格数）÷检查数，四舍五入；检查数不含未判定。"
    )
    blind = (
        f"{KIND_NAMES[kind]}未监测的指标：{'、'.join(names)}。未监测的指标不计为合格，也不计为不合格。"
        for kind, names in unmeasured(notice).items()
    )
    return (judged, *blind)


def _review(notice: Notice) -> tuple[str, ...]:
    """What the reader must know of the review; open findings are counted, never named."""
    return tuple(_reviewed(kind, each) for kind, each in (notice.review or {}).items())


def _reviewed(kind: str, figures: ReviewFigures) -> str:
    of_targets = kind in KIND_NAMES
    again = f"复测未重现{figures.dropped}个，" if of_targets else ""
    counts = (
        f"{REVIEWED_NAMES[kind]}：软件发现疑似问题{figures.found}个，{again}"
        f"人工核查确认{figures.confirmed}个、不成立{figures.rejected}个"
    )
    if not figures.open:
        return f"{counts}。"
    left = "，有关对象列为未判定" if of_targets else ""
    return f"{counts}；另有{figures.open}个尚未核查完毕，本次不予公布{left}。"


def _requirements(notice: Notice) -> str:
    text = (
        "各政府网站与政务新媒体主办单位要切实担负起主办责任，切实做好政府网站与政务新媒体日常运维工作，"
        "分工明确、责任到人，严格对标国办政府网站与政务新媒体检查指标，做好日常自查整改工作。"
    )
    if notice.sites.unqualified or notice.accounts.unqualified:
        text += "上述存在问题的政府网站与政务新媒体主办单位要采取有力措施，安排专人尽快完成问题整改工作。"
    if notice.undetermined:
        text += "对暂未判定的政府网站与政务新媒体，由检查人员人工核查后另行处理。"
    return text


def _full_day(notice: Notice) -> str:
    day = notice.window.checkpoint.date()
    return f"{day.year}年{_day(day)}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
