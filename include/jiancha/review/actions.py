"""What Airflow asks people: one action per finding, or per kind and problem where there are many; pure.

Wording errors (错误表述), of which there are hundreds, are asked by their class.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypedDict

from jiancha.assess.amounts import KIND_NAMES, amount
from jiancha.errors import ReviewError
from jiancha.notice.text import one_line, web_address
from jiancha.review.model import CHOICE_NAMES, WITHHOLD, Choice, Decision, Suspect
from jiancha.review.wording import SuspectedError
from jiancha.text.characters import clean

_COMPARE = {"at_least": "达到", "more_than": "超过"}
#: An answer on wording errors: those it names are dismissed, the rest is confirmed.
PARTLY = "部分不成立"
#: Findings, or wrong forms, that one action lists; the review sheet has all.
_LISTED = 300
_PLACES = 3  # sites named beside a wrong form
_MOST_COLUMNS = 12
_MARKS = re.compile(r"([\\`*_\[\]<>#|!~&])")
#: The sign without which Markdown, unasked, takes an address for a link, also behind Chinese.
_BARE = re.compile(r"(?i):(?=//)|(?<=mailto):|(?<=xmpp):|(?<=www)\.|@")
_WIDE = {":": "：", ".": "．", "@": "＠"}
_CHOICES = {name: choice for choice, name in CHOICE_NAMES.items()}


class Asked(TypedDict):
    """One action: what it shows, and what an answer decides: id and fingerprint of findings, or id,
    fingerprint and wrong form of wording errors."""

    about: Literal["findings", "wording"]
    window: str
    subject: str
    body: str
    options: list[str]
    findings: list[list[str]]


def ask(
    window: str, found: Sequence[Suspect], history: Mapping[str, Sequence[str]], *, most: int
) -> list[Asked]:
    """Actions for the findings; above ``most`` findings one for each kind of target and problem.

    ``history`` are lines on what went before, by finding id.
    """
    if len(found) <= most:
        return [_single(window, each, history.get(each.finding_id, ())) for each in found]
    groups: dict[tuple[str, str], list[Suspect]] = {}
    for each in found:
        groups.setdefault((each.finding["target_kind"], each.finding["problem"]), []).append(each)
    return [_group(window, kind, problem, members) for (kind, problem), members in groups.items()]


def ask_errors(window: str, found: Sequence[SuspectedError]) -> list[Asked]:
    """One action for each class of wording errors."""
    classes: dict[str, list[SuspectedError]] = {}
    for each in found:
        classes.setdefault(str(each.row["kind"]), []).append(each)
    return [_class(window, name, errors) for name, errors in classes.items()]


def answered(asked: Asked, answer: Mapping[str, Any]) -> list[Decision]:
    """The decisions that one answer of Airflow makes; none for 暂不公布 and at the time-out (no user).

    Raises ReviewError where the answer lacks its reason, or names what was not asked.
    """
    user, option = answer.get("responded_by_user"), _chosen(answer)
    if not user or option == WITHHOLD:
        return []
    given = answer.get("params_input") or {}
    moment = answer["responded_at"]
    listed = columns_of(clean(str(given.get("columns") or "")))
    reason = clean(str(given.get("reason") or "")).strip()
    return [
        Decision(
            window=asked["window"],
            finding_id=finding_id,
            fingerprint=fingerprint,
            choice=choice,
            # of an answer on a part, the reason says why that part is dismissed
            reason="" if (option, choice) == (PARTLY, Choice.CONFIRM) else reason,
            columns=listed if asked["about"] == "findings" else (),
            decided_by=one_line(user["name"] or user["id"]),
            decided_at=datetime.fromisoformat(moment) if isinstance(moment, str) else moment,
            via="airflow",
        )
        for choice, (finding_id, fingerprint, *_) in zip(
            _choices(asked, option, listed), asked["findings"], strict=True
        )
    ]


def not_taken(answer: Mapping[str, Any], fault: str) -> str:
    """Why an answer decided nothing, in words; ``fault`` is what was wrong with it, if anything."""
    if fault:
        return f"{fault}，未采纳，暂不公布"
    return f"{'由核查人' if answer.get('responded_by_user') else '逾期未核查，'}暂不公布"


def _chosen(answer: Mapping[str, Any]) -> str:
    return str(next(iter(answer["chosen_options"]), WITHHOLD))


def _choices(asked: Asked, option: str, listed: Sequence[str]) -> list[Choice]:
    """What an option says of each finding of an action; raises ReviewError for names of nothing asked."""
    if option != PARTLY:
        return [_CHOICES[option]] * len(asked["findings"])
    none = set(listed)
    if not none:
        raise ReviewError(f"“{PARTLY}”必须逐行写明不成立的错误表述")
    if unknown := none - {name for error_id, _, wrong in asked["findings"] for name in (error_id, wrong)}:
        raise ReviewError(f"没有“{min(unknown)[:60]}”这一错误表述")
    return [
        Choice.OVERRULE if none & {error_id, wrong} else Choice.CONFIRM
        for error_id, _, wrong in asked["findings"]
    ]


def columns_of(text: str) -> tuple[str, ...]:
    """Columns, or wrong forms, as people list them: one a line, or parted by ；."""
    return tuple(part.strip() for part in re.split(r"[\n;；]", text) if part.strip())


def title(suspect: Suspect) -> str:
    """咸阳市发展和改革委员会(政府网站) · 栏目长期未更新."""
    name, platform = one_line(suspect.verdict["name"]), one_line(suspect.verdict["platform"])
    platform = platform or KIND_NAMES[suspect.finding["target_kind"]]
    return f"{name}（{platform}） · {suspect.finding['problem']}"


def measured(suspect: Suspect) -> str:
    """测得 11个栏目，达到 10个栏目为不合格."""
    finding = suspect.finding
    value, limit = (amount(float(finding[key]), finding["unit"]) for key in ("measured", "threshold"))
    return f"测得 {value}，{_COMPARE[finding['compare']]} {limit}为不合格"


def newest(suspect: Suspect) -> tuple[str, str]:
    """The newest item in words and its address, where the finding has one; else two empty strings."""
    detail = json.loads(suspect.finding["detail"] or "{}")
    if not detail.get("newest"):
        return ("没有读到任何有日期的发布", "") if suspect.finding["target_kind"] == "account" else ("", "")
    return one_line(f"{detail['newest']} {detail.get('title') or ''}"), str(detail.get("url") or "")


def _single(window: str, suspect: Suspect, history: Sequence[str]) -> Asked:
    options = [CHOICE_NAMES[each] for each in Choice if each is not Choice.EXEMPT or suspect.columns]
    return Asked(
        about="findings",
        window=window,
        subject=one_line(f"{window} {title(suspect)}"),
        body="\n".join(_body(suspect, history)),
        options=[*options, WITHHOLD],
        findings=[[suspect.finding_id, suspect.fingerprint]],
    )


def _body(suspect: Suspect, history: Sequence[str]) -> list[str]:
    verdict, finding = suspect.verdict, suspect.finding
    lines = [
        f"- 对象：{_text(verdict['name'])}，标识码 {_text(verdict['code'])}，"
        f"{_text(verdict['platform'] or KIND_NAMES[finding['target_kind']])}，主办 {_text(verdict['owner'])}",
        f"- 指标：{_text(finding['problem'])}（{_text(finding['indicator'])}，"
        f"{_text(finding['standard_id'])} 第{_text(finding['standard_version'])}版）",
        f"- {_text(measured(suspect))}",
    ]
    if verdict["url"]:
        lines.append(f"- 首页：{_link(verdict['url'].partition('://')[2] or verdict['url'], verdict['url'])}")
    item, url = newest(suspect)
    if item:
        lines.append(f"- 最新内容：{_link(item, url)}")
    for column in suspect.columns[:_MOST_COLUMNS]:
        last = f"最新 {column.get('newest') or '无'}，应不早于 {column.get('cutoff') or '—'}"
        lines.append(f"  - 栏目 {_link(column['name'], column['url'])}：{_text(last)}")
    if len(suspect.columns) > _MOST_COLUMNS:
        lines.append(f"  - 另有{len(suspect.columns) - _MOST_COLUMNS}个栏目，见核查表")
    lines.append(f"- 证据：{_text(finding['evidence'] or '无')}，记录{len(suspect.records)}条")
    lines += [f"- {_text(line)}" for line in history]
    lines.append("")
    lines.append(
        "除“确认”“暂不公布”外必须写明理由；“栏目免检”另须逐行写明栏目名称或网址。逾期未答的不予公布。"
    )
    return lines


def _group(window: str, kind: str, problem: str, members: Sequence[Suspect]) -> Asked:
    lines = [
        f"- {_link(each.verdict['name'], newest(each)[1] or each.verdict['url'] or '')} "
        f"{_text(each.verdict['code'])}：{_text(measured(each))}，最新 {_text(newest(each)[0] or '—')}"
        for each in members[:_LISTED]
    ]
    if len(members) > _LISTED:
        lines.append(f"- 另有{len(members) - _LISTED}个，见核查表")
    lines += ["", "本项的决定适用于以上全部对象；需逐个决定的，选“暂不公布”，用核查表逐个填写后导入。"]
    options = [CHOICE_NAMES[c] for c in (Choice.CONFIRM, Choice.OVERRULE, Choice.MEASURE_AGAIN)]
    return Asked(
        about="findings",
        window=window,
        subject=one_line(f"{window} {KIND_NAMES[kind]} {len(members)}个 · {problem}"),
        body="\n".join(lines),
        options=[*options, WITHHOLD],
        findings=[[each.finding_id, each.fingerprint] for each in members],
    )


def _class(window: str, name: str, errors: Sequence[SuspectedError]) -> Asked:
    forms: dict[tuple[str, str], list[SuspectedError]] = {}
    for each in errors:
        forms.setdefault((str(each.row["wrong"]), str(each.row["right"])), []).append(each)
    ordered = sorted(forms.values(), key=len, reverse=True)
    lines = [_form(members) for members in ordered[:_LISTED]]
    if len(ordered) > _LISTED:
        lines.append(f"- 另有{len(ordered) - _LISTED}种，见核查表")
    lines += [
        "",
        f"“确认”适用于以上全部。其中有不成立的（如引文、专名），选“{PARTLY}”，写明理由，并逐行写明不成立的"
        "错误表述，其余即为确认；需逐处决定的，选“暂不公布”，用核查表填写后导入。",
    ]
    return Asked(
        about="wording",
        window=window,
        subject=one_line(f"{window} 错误表述 {len(errors)}处 · {name}"),
        body="\n".join(lines),
        options=[CHOICE_NAMES[Choice.CONFIRM], PARTLY, CHOICE_NAMES[Choice.OVERRULE], WITHHOLD],
        findings=[[each.error_id, each.fingerprint, str(each.row["wrong"])] for each in errors],
    )


def _form(members: Sequence[SuspectedError]) -> str:
    """One wrong form: what is right, how often, where, and between which words it stands first."""
    row, count = members[0].row, len(members)
    places = {str(each.site["name"]): str(each.row["page_url"]) for each in reversed(members)}
    named = [_link(name, url) for name, url in reversed(places.items())]
    more = f"等{len(named)}家" if len(named) > _PLACES else ""
    return (
        f"- “{_text(row['wrong'])}”应为“{_text(row['right'])}”（{_text(row['severity'])}，{count}处）："
        f"{'、'.join(named[:_PLACES])}{more}：{_text(row['snippet'])}"
    )


def _text(value: object) -> str:
    """Outside text as text: no Markdown, and no address in it becomes a link by itself."""
    escaped = _MARKS.sub(r"\\\1", one_line(value))
    return _BARE.sub(lambda found: _WIDE[found[0]], escaped)


def _link(text: object, url: str) -> str:
    """The text as a link, where the address is one of the web."""
    address = web_address(url)
    return f"[{_text(text)}](<{address}>)" if address else _text(text)
