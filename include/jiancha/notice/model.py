"""The notice (通报) as one frozen value: every figure and every row that any rendering prints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal

from jiancha.settings import NoticeSettings

TargetKind = Literal["site", "account"]

Status = Literal["draft", "final"]


@dataclass(frozen=True, slots=True)
class WindowRef:
    key: str
    start: date
    end: date
    checkpoint: datetime


@dataclass(frozen=True, slots=True)
class StandardRef:
    """The indicator set (检查指标) that was applied."""

    id: str
    version: str
    title: str
    source: str


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of one kind of target. ``inspected`` are those judged: qualified plus unqualified.

    ``pass_rate`` is a string such as "96%", or None where nothing could be judged.
    """

    registered: int
    inspected: int
    qualified: int
    unqualified: int
    undetermined: int
    pass_rate: str | None


@dataclass(frozen=True, slots=True)
class SiteFigures(Counts):
    """``by_level`` counts registered sites; ``other`` is there only when there are any."""

    by_level: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PlatformFigures:
    inspected: int
    unqualified: int


@dataclass(frozen=True, slots=True)
class AccountFigures(Counts):
    """``by_problem`` counts unqualified accounts by the text in annex 2."""

    by_problem: Mapping[str, int]
    by_platform: Mapping[str, PlatformFigures]


@dataclass(frozen=True, slots=True)
class SpecialCheck:
    """A special check (专项检查): ``found`` problems, ``rectified`` of them by the day ``as_of``."""

    name: str
    scope: str
    found: int
    rectified: int
    as_of: date


@dataclass(frozen=True, slots=True)
class WordingError:
    """A wording error (错误表述) of a website, and whether it was mended when the notice was made."""

    no: int
    error_id: str
    site_code: str
    name: str
    wrong: str
    right: str
    kind: str
    severity: str
    snippet: str
    url: str
    mended: bool


@dataclass(frozen=True, slots=True)
class ReviewFigures:
    """What people made of the findings (人工核查) of one kind of target, or of the wording errors.

    ``found`` by software = ``dropped`` by the second look + ``confirmed`` + ``rejected`` + ``open``.
    Open ones were not decided in time, are disputed, or wait to be measured again: they are not published.
    """

    found: int
    dropped: int
    confirmed: int
    rejected: int
    open: int


@dataclass(frozen=True, slots=True)
class Rectification:
    """Confirmed findings (``found``) and those of them that are mended (整改) as of a day."""

    found: int
    rectified: int
    as_of: date


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A row of annex 1."""

    no: int
    name: str
    site_code: str
    problem: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A row of annex 2."""

    no: int
    account_code: str
    platform: str
    name: str
    owner: str
    problem: str


@dataclass(frozen=True, slots=True)
class UnqualifiedSite:
    """Who runs an unqualified site and why it fails; named in 二(一)."""

    owner: str
    problem: str


@dataclass(frozen=True, slots=True)
class Undetermined:
    """A target that could not be judged (未判定); never counted as unqualified."""

    target_kind: TargetKind
    code: str
    name: str
    platform: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """An indicator that was measured for no target (未监测)."""

    indicator: str
    name: str
    target: TargetKind


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """A target that passed but comes near a limit (预警)."""

    target_kind: TargetKind
    code: str
    name: str
    platform: str | None
    indicator: str
    indicator_name: str
    value: int | float
    threshold: int | float
    unit: str


@dataclass(frozen=True, slots=True)
class PageFault:
    """A site's fault of tags or links (标签与链接问题); no verdict depends on it."""

    site_code: str
    name: str
    subject: str
    told: str
    example: str
    value: str


@dataclass(frozen=True, slots=True)
class ClosedTarget:
    """A row of the registry that is not inspected, and its ``state`` (状态) there: 已注销, 已关停."""

    target_kind: TargetKind
    code: str
    name: str
    platform: str | None
    owner: str
    state: str


@dataclass(frozen=True, slots=True)
class QualityRow:
    """A data-quality check that did not hold."""

    gate: str
    check: str
    severity: str
    count: int
    examples: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class PreviousFigures:
    unqualified: int
    pass_rate: str | None


@dataclass(frozen=True, slots=True)
class Previous:
    """Figures of the quarter before; a kind without any is None."""

    window: str
    sites: PreviousFigures | None
    accounts: PreviousFigures | None


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of one window. ``words`` are the settings that it was worded with."""

    window: WindowRef
    version: int
    status: Status
    standard: StandardRef
    title: str
    words: NoticeSettings
    long_stale: str | None
    sites: SiteFigures
    accounts: AccountFigures
    annex1: tuple[SiteRow, ...]
    annex2: tuple[AccountRow, ...]
    unqualified_sites: tuple[UnqualifiedSite, ...]
    undetermined: tuple[Undetermined, ...]
    not_measured: tuple[NotMeasured, ...]
    warnings: tuple[EarlyWarning, ...]
    quality: tuple[QualityRow, ...]
    previous: Previous | None
    special_checks: tuple[SpecialCheck, ...] = ()
    wording_errors: tuple[WordingError, ...] = ()
    page_faults: tuple[PageFault, ...] = ()
    closed: tuple[ClosedTarget, ...] = ()
    review: Mapping[str, ReviewFigures] | None = None  # site, account, wording; None in a draft
    rectification: Rectification | None = None  # in amended notices

    def to_dict(self) -> dict[str, Any]:
        """Plain values in the shape of notice.json."""
        plain: dict[str, Any] = _plain(self)
        return plain

    def to_json(self) -> bytes:
        """The bytes of notice.json: UTF-8, indented, the same for the same notice."""
        return (json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n").encode()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    return value
