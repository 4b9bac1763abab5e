"""What a person decides on (a suspect), what can be decided, and what a set of decisions comes to; pure.

A decision is bound to the fingerprint of what was measured. It holds while the same things were measured
from the same records; as soon as either differs it is kept, shown, and no longer applied. One that spoke for
the target (不成立, 栏目免检) is applied again where other records show the very same.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from jiancha.errors import ReviewError

Row = Mapping[str, Any]

#: Reasons are kept whole up to this many characters.
MAX_REASON = 2_000
_COLUMN_INDICATORS = frozenset({"site.columns_a", "site.columns_b", "site.columns_c"})
_ID_DIGITS = 12


class Choice(StrEnum):
    """What a person may say of a finding."""

    CONFIRM = "confirm"  # 确认
    OVERRULE = "overrule"  # 不成立
    EXEMPT = "exempt"  # 栏目免检
    MEASURE_AGAIN = "measure_again"  # 重新检测


CHOICE_NAMES: Mapping[Choice, str] = {
    Choice.CONFIRM: "确认",
    Choice.OVERRULE: "不成立",
    Choice.EXEMPT: "栏目免检",
    Choice.MEASURE_AGAIN: "重新检测",
}


#: The default of an action at its time-out: publishes nothing.
WITHHOLD = "暂不公布"


class State(StrEnum):
    """What became of a finding."""

    CONFIRMED = "confirmed"
    OVERRULED = "overruled"
    EXEMPTED = "exempted"  # so many columns are exempt that the rest is below the limit
    AGAIN = "again"  # to be measured again
    DISPUTED = "disputed"  # people disagree
    WITHHELD = "withheld"  # nobody decided in time

    @property
    def published(self) -> bool:
        """True for a finding that a person confirmed; no other is published."""
        return self is State.CONFIRMED

    @property
    def rejected(self) -> bool:
        """True for a finding that a person dismissed."""
        return self in (State.OVERRULED, State.EXEMPTED)

    @property
    def settled(self) -> bool:
        """Nothing is left to be asked."""
        return self.published or self.rejected


STATE_NAMES: Mapping[State, str] = {
    State.CONFIRMED: "已确认",
    State.OVERRULED: "不成立",
    State.EXEMPTED: "栏目免检后不再达到标准",
    State.AGAIN: "待重新检测",
    State.DISPUTED: "核查意见不一致",
    State.WITHHELD: "尚未核查",
}


#: The note on what nobody has decided on.
UNDECIDED = "尚未有人核查，本次不予公布"


@dataclass(frozen=True, slots=True)
class Suspect:
    """A finding (疑似问题) as people are asked about it. ``finding`` and ``verdict`` are rows of the lake."""

    finding_id: str
    fingerprint: str
    finding: Row
    verdict: Row
    records: tuple[str, ...]

    @property
    def target_id(self) -> str:
        return str(self.finding["target_id"])

    @property
    def indicator(self) -> str:
        return str(self.finding["indicator"])

    @property
    def facts(self) -> str:
        """Hash of what was measured, whichever records show it: the same when it is measured again alike."""
        return fingerprint({**self.finding, "detail": _without_records(self.finding["detail"])}, ())

    @property
    def columns(self) -> list[dict[str, Any]]:
        """The columns that a column finding names; empty for other findings."""
        if self.indicator not in _COLUMN_INDICATORS:
            return []
        return json.loads(self.finding["detail"] or "{}").get("columns") or []


@dataclass(frozen=True, slots=True)
class Decision:
    """What one person decided on one finding, and when. ``columns`` are names or addresses, for EXEMPT.

    Raises ReviewError where a choice other than CONFIRM has no reason, or EXEMPT has no column.
    """

    window: str
    finding_id: str
    fingerprint: str
    choice: Choice
    reason: str
    columns: tuple[str, ...]
    decided_by: str
    decided_at: datetime
    via: str  # airflow | sheet
    facts: str = ""  # hash of what was measured, whichever records show it

    def __post_init__(self) -> None:
        if not self.decided_by.strip():
            raise ReviewError(f"决定（{self.finding_id}）没有写明核查人")
        if self.choice is not Choice.CONFIRM and not self.reason.strip():
            raise ReviewError(f"“{CHOICE_NAMES[self.choice]}”（{self.finding_id}）必须写明理由")
        if len(self.reason) > MAX_REASON:
            raise ReviewError(f"理由（{self.finding_id}）超过{MAX_REASON}字")
        if self.choice is Choice.EXEMPT and not self.columns:
            raise ReviewError(f"“栏目免检”（{self.finding_id}）必须写明栏目")
        if self.decided_at.tzinfo is None:
            raise ReviewError(f"决定（{self.finding_id}）的时间没有时区")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the decisions on one finding come to. ``note`` says so in words."""

    suspect: Suspect
    state: State
    note: str
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """Rulings of all findings, and decisions that apply to none of them."""

    rulings: tuple[Ruling, ...]
    changed: tuple[Decision, ...] = field(default=())  # the finding was measured anew since
    gone: tuple[Decision, ...] = field(default=())  # the finding no longer exists

    def by_target(self) -> dict[str, list[Ruling]]:
        grouped: dict[str, list[Ruling]] = defaultdict(list)
        for ruling in self.rulings:
            grouped[ruling.suspect.target_id].append(ruling)
        return grouped


def finding_id(window: str, target_id: str, indicator: str) -> str:
    """A short name of a finding that stays the same when it is measured again."""
    return hashlib.sha256(f"{window}\0{target_id}\0{indicator}".encode()).hexdigest()[:_ID_DIGITS]


def fingerprint(finding: Row, records: Iterable[str]) -> str:
    """Hash of what was measured, against which limit, and of the ids of the records that show it."""
    measured = {
        name: finding[name]
        for name in ("target_id", "indicator", "measured", "threshold", "compare", "unit", "detail")
    }
    basis = {**measured, "records": sorted(set(records))}
    whole = json.dumps(basis, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()


def _without_records(detail: str | None) -> str:
    """A finding's detail without the ids of the records that show it."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: stripped(each) for name, each in value.items() if name != "record"}
        return [stripped(each) for each in value] if isinstance(value, list) else value

    return json.dumps(stripped(json.loads(detail or "{}")), ensure_ascii=False, sort_keys=True)


def suspects(
    window: str, findings: Sequence[Row], verdicts: Sequence[Row], records: Mapping[str, Sequence[str]]
) -> list[Suspect]:
    """All findings of a window in the order of the registry; ``records`` are evidence ids by target."""
    targets = {row["target_id"]: row for row in verdicts}
    found = []
    for finding in findings:
        target = finding["target_id"]
        shown = tuple(sorted(set(records.get(target, ()))))
        found.append(
            Suspect(
                finding_id(window, target, finding["indicator"]),
                fingerprint(finding, shown),
                finding,
                targets[target],
                shown,
            )
        )
    order = {"site": 0, "account": 1}
    return sorted(found, key=lambda s: (order[s.finding["target_kind"]], s.verdict["row"], s.indicator))


def settle(found: Sequence[Suspect], decisions: Sequence[Decision]) -> Settlement:
    """What the decisions come to.

    Of each person the last decision on a finding counts; all of them are kept. Where people disagree the
    finding is disputed and stays unpublished until one of them decides otherwise: the first to answer must
    not overrule a doubt, since a false accusation is worse than a late one. Exempt columns add up.
    """
    known = {each.finding_id: each for each in found}
    valid: dict[str, list[Decision]] = defaultdict(list)
    changed, gone = [], []
    for decision in sorted(decisions, key=lambda d: (d.decided_at, d.decided_by)):
        suspect = known.get(decision.finding_id)
        if suspect is None:
            gone.append(decision)
        elif decision.fingerprint != suspect.fingerprint and not _carries(decision, suspect):
            changed.append(decision)
        else:
            valid[decision.finding_id].append(decision)
    rulings = tuple(_carried(_rule(suspect, valid.get(suspect.finding_id, []))) for suspect in found)
    return Settlement(rulings, tuple(changed), tuple(gone))


def _carries(decision: Decision, suspect: Suspect) -> bool:
    """Nobody is accused again of what a person overruled or exempted while the same is measured."""
    spoke_for = decision.choice in (Choice.OVERRULE, Choice.EXEMPT)
    return spoke_for and decision.facts != "" and decision.facts == suspect.facts


def _carried(ruling: Ruling) -> Ruling:
    """The ruling, saying so where it rests on decisions from before the target was measured again."""
    if all(each.fingerprint == ruling.suspect.fingerprint for each in ruling.decisions):
        return ruling
    return replace(ruling, note=f"{ruling.note}（重新检测所得相同，沿用此前决定）")


def _rule(suspect: Suspect, decisions: Sequence[Decision]) -> Ruling:
    if not decisions:
        return Ruling(suspect, State.WITHHELD, UNDECIDED)
    kept = tuple(decisions)
    exempt = {name for each in decisions if each.choice is Choice.EXEMPT for name in each.columns}
    left = _left_of(suspect, exempt)
    if exempt and not _fails(left, suspect.finding):
        return Ruling(suspect, State.EXEMPTED, f"{_names(kept)}：免检后剩余{left:g}，不再达到标准", kept)
    others = [each for each in decisions if each.choice is not Choice.EXEMPT]
    if not others:
        return Ruling(suspect, State.WITHHELD, f"免检后仍有{left:g}，尚待确认", kept)
    state, note = agreed(others)
    return Ruling(suspect, state, note, kept)


def agreed(decisions: Sequence[Decision]) -> tuple[State, str]:
    """What the last decision of each person comes to, with that in words; oldest first, at least one."""
    last = {each.decided_by: each for each in decisions}
    choices = {each.choice for each in last.values()}
    if len(choices) > 1:
        views = "；".join(f"{each.decided_by}{CHOICE_NAMES[each.choice]}" for each in last.values())
        return State.DISPUTED, f"核查意见不一致（{views}），本次不予公布"
    state = {
        Choice.CONFIRM: State.CONFIRMED,
        Choice.OVERRULE: State.OVERRULED,
        Choice.MEASURE_AGAIN: State.AGAIN,
    }[choices.pop()]
    first = next(iter(last.values()))
    return state, f"{first.decided_by}：{first.reason or STATE_NAMES[state]}"


def _left_of(suspect: Suspect, exempt: set[str]) -> float:
    """The measured number of columns without those that are exempt, by name or address."""
    freed = sum(1 for each in suspect.columns if each["name"] in exempt or each["url"] in exempt)
    return float(suspect.finding["measured"]) - freed


def _fails(value: float, finding: Row) -> bool:
    limit = float(finding["threshold"])
    return value >= limit if finding["compare"] == "at_least" else value > limit


def _names(decisions: Sequence[Decision]) -> str:
    return "、".join(dict.fromkeys(each.decided_by for each in decisions))
