"""The one place that reads configuration: defaults, ``jiancha.toml``, then environment variables.

A key ``[http] proxy`` in the file is ``JIANCHA_HTTP__PROXY`` in the environment; top-level keys are
``JIANCHA_<KEY>``. ``JIANCHA_CONFIG`` names the file (default: ``jiancha.toml`` in the working directory,
if it is there). docs/configuration.md describes every key; a test keeps the two in step.
"""

from __future__ import annotations

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, get_type_hints

from jiancha.errors import SettingsError
from jiancha.windows import ZONE, Calendar, load_calendar

_PREFIX = "JIANCHA_"


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Limits of every request. Sizes in bytes, times in seconds."""

    proxy: str = ""
    user_agent: str = "jiancha/0.1 (quarterly inspection of government websites)"
    connect_timeout: float = 10.0
    total_timeout: float = 30.0
    max_bytes: int = 5_000_000
    max_redirects: int = 5
    allow_private: bool = False
    revalidate_hours: float = 24.0
    pace_seconds: float = 0.5
    longest_wait: float = 20.0


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """Budget of one site visit."""

    max_pages: int = 400
    max_pages_per_column: int = 60
    max_columns: int = 120
    max_seconds: float = 600.0
    resume_hours: float = 6.0
    robots: str = "respect"
    max_articles: int = 30
    sample_articles: int = 5
    max_link_checks: int = 60
    crawl: bool = False
    max_channels: int = 8
    max_message_pages: int = 30
    max_message_details: int = 40
    max_guides: int = 20


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """Where accounts are read, and the budget of one account's listing."""

    sources: Path | None = None
    order: tuple[str, ...] = (
        "wechat",
        "weibo_owner",
        "douyin_owner",
        "self_report",
        "manual",
        "export",
        "feed",
        "werss",
        "rsshub",
        "weibo_mobile",
    )
    rsshub_connection: str = ""
    state: Path = Path("var/accounts")
    weibo_mobile: bool = False
    verify_links: bool = True
    max_days: int = 100
    compare: bool = False
    circuit_minutes: float = 60.0
    max_feed_pages: int = 40
    max_posts: int = 10_000
    warn_days: int = 10
    gap_days: int = 90
    owners: Path | None = None


@dataclass(frozen=True, slots=True)
class ProbeSettings:
    """How home pages are probed each hour. What a failed probe is, the indicator set tells."""

    sites_per_task: int = 200
    threads: int = 16
    max_seconds: float = 1500.0
    own_line_share: float = 0.5


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """Pictures of accused pages. Sizes in bytes, times in seconds."""

    screenshots: bool = False
    browser: str = ""
    screenshot_seconds: float = 30.0
    max_screenshots: int = 5
    max_screenshot_bytes: int = 10_000_000


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """Where the exports of the two reporting systems come from."""

    folder: Path = Path("var/registry")
    connection: str = ""
    aliases: Path | None = None
    max_cell: int = 32_767


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How a window's run is laid out and when it must not go on."""

    tasks_per_kind: int = 500
    max_undetermined_share: float = 0.2
    fetch_retries: int = 2
    fetch_retry_seconds: float = 60.0
    rate_limited_retry_seconds: float = 660.0
    preload: bool = False


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Alert e-mail. Without recipients no mail is sent."""

    recipients: tuple[str, ...] = ()
    sender: str = "jiancha@localhost"
    connection: str = "smtp_default"


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """Words and figures of the notice that differ from city to city."""

    area: str = "全市"
    office: str = "市大数据管理局"
    subject: str = "我局"
    rate_decimals: int = 0
    basis: tuple[str, ...] = (
        "《国务院办公厅秘书局关于印发政府网站与政务新媒体检查指标、监管工作年度考核指标的通知》(国办秘函〔2019〕19号)",
    )


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """People's review of findings, and the rectification that follows."""

    second_look: bool = True
    timeout_days: float = 7.0
    most_actions: int = 60
    recipients: tuple[str, ...] = ()
    contact: str = ""
    rectify_days: int = 10
    remind_before_days: int = 3
    escalate_after_days: int = 5
    escalation_recipients: tuple[str, ...] = ()
    answers: Path | None = None


@dataclass(frozen=True, slots=True)
class WordingSettings:
    """The special check of wording (错误表述专项检查)."""

    levels: tuple[str, ...] = ("municipal_department",)
    days: int = 31
    max_articles: int = 200
    rules: Path | None = None
    allow: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process; made by :func:`load`."""

    lake: str = "var/lake"
    standard: str = "guoban-2019"
    standards_folder: Path | None = None
    windows: Path | None = None
    clock: str = ""
    http: HttpSettings = field(default_factory=HttpSettings)
    site: SiteSettings = field(default_factory=SiteSettings)
    account: AccountSettings = field(default_factory=AccountSettings)
    probe: ProbeSettings = field(default_factory=ProbeSettings)
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    registry: RegistrySettings = field(default_factory=RegistrySettings)
    run: RunSettings = field(default_factory=RunSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    notice: NoticeSettings = field(default_factory=NoticeSettings)
    review: ReviewSettings = field(default_factory=ReviewSettings)
    wording: WordingSettings = field(default_factory=WordingSettings)

    def calendar(self) -> Calendar:
        """The inspection calendar; raises WindowError for a faulty file."""
        return load_calendar(self.windows)

    def now(self) -> datetime:
        """The present, Asia/Shanghai; ``clock`` stands in for it when a past city is inspected."""
        if not self.clock:
            return datetime.now(tz=ZONE)
        try:
            moment = datetime.fromisoformat(self.clock)
        except ValueError as error:
            raise SettingsError(f"clock: {self.clock!r} is not an ISO time") from error
        return moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment.astimezone(ZONE)


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the configuration; raises SettingsError naming the file or variable that is wrong."""
    env = os.environ if environ is None else environ
    named = path or (Path(env["JIANCHA_CONFIG"]) if env.get("JIANCHA_CONFIG") else None)
    file = named or Path("jiancha.toml")
    data: dict[str, Any] = {}
    if named is not None or file.exists():
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{file}: {error}") from error
    settings: Settings = _build(Settings, data, env, _PREFIX, str(file))
    return settings


def _build(kind: type, data: Mapping[str, Any], env: Mapping[str, str], prefix: str, source: str) -> Any:
    hints = get_type_hints(kind)
    names = {f.name for f in fields(kind)}
    unknown = sorted(set(data) - names)
    if unknown:
        raise SettingsError(f"{source}: unknown setting {unknown[0]!r}")
    if prefix != _PREFIX:  # variables without a table may be another tool's
        _refuse_unknown_variables(env, prefix, names)
    values: dict[str, Any] = {}
    for name in names:
        hint = hints[name]
        if isinstance(hint, type) and is_dataclass(hint):
            table = data.get(name, {})
            if not isinstance(table, Mapping):
                raise SettingsError(f"{source}: {name} must be a table")
            values[name] = _build(hint, table, env, f"{prefix}{name.upper()}__", f"{source} [{name}]")
        elif f"{prefix}{name.upper()}" in env:
            variable = f"{prefix}{name.upper()}"
            values[name] = _from_text(hint, env[variable], variable)
        elif name in data:
            values[name] = _from_toml(hint, data[name], f"{source}: {name}")
    return kind(**values)


def _refuse_unknown_variables(env: Mapping[str, str], prefix: str, names: set[str]) -> None:
    known = {f"{prefix}{name.upper()}" for name in names}
    unknown = sorted(variable for variable in env if variable.startswith(prefix) and variable not in known)
    if unknown:
        raise SettingsError(f"{unknown[0]}: unknown setting")


def _from_text(hint: Any, text: str, where: str) -> Any:
    try:
        if hint is bool:
            return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
        if hint is int:
            return int(text)
        if hint is float:
            return _finite(float(text), where)
    except (ValueError, KeyError) as error:
        raise SettingsError(f"{where}: {text!r} is not a {hint.__name__}") from error
    if hint == tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return _path_or_text(hint, text)


def _from_toml(hint: Any, value: Any, where: str) -> Any:
    if hint == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise SettingsError(f"{where}: a list of strings is wanted, got {value!r}")
        return tuple(value)
    if hint is float and type(value) in (int, float):
        return _finite(float(value), where)
    if hint in (bool, int, float):
        if type(value) is not hint:
            raise SettingsError(f"{where}: {value!r} is not a {hint.__name__}")
        return value
    if not isinstance(value, str):
        raise SettingsError(f"{where}: {value!r} is not a string")
    return _path_or_text(hint, value)


def _finite(value: float, where: str) -> float:
    if not math.isfinite(value):  # no share is ever above nan: a limit that never holds
        raise SettingsError(f"{where}: {value!r} is not a number to count with")
    return value


def _path_or_text(hint: Any, text: str) -> Any:
    if hint is str:
        return text
    if hint is Path:
        return Path(text)
    return Path(text) if text else None
