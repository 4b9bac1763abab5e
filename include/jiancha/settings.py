"""The one place that reads configuration: defaults, ``jiancha.toml``, then environment variables.

A key ``[http] proxy`` in the file is ``JIANCHA_HTTP__PROXY`` in the environment; top-level keys are
``JIANCHA_<KEY>``. ``JIANCHA_CONFIG`` names the file (default: ``jiancha.toml`` in the working directory,
if it is there). docs/configuration.md describes every key; a test keeps the two in step.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from jiancha.errors import SettingsError
from jiancha.toml import Amount, Count, MailAddress, Positive, Share, Text, build, read_toml, refuse_unknown
from jiancha.windows import ZONE, Calendar, load_calendar, local

_PREFIX = "JIANCHA_"


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Limits of every request. Sizes in bytes, times in seconds."""

    proxy: str = ""
    user_agent: Text = "jiancha/0.1 (quarterly inspection of government websites)"
    connect_timeout: Amount = 10.0
    total_timeout: Amount = 30.0
    max_bytes: Positive = 5_000_000
    allow_private: bool = False
    pace_seconds: Amount = 0.5


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """Budget of one site visit."""

    max_pages: Positive = 600
    max_seconds: Amount = 600.0
    robots: Literal["respect", "ignore"] = "respect"
    max_articles: Count = 30
    sample_articles: Count = 5
    max_link_checks: Count = 60
    crawl: bool = False
    browser: Literal["auto", "never"] = "auto"
    browser_pages: Count = 20
    browser_seconds: Amount = 60.0


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
    compare: bool = False
    max_feed_pages: Positive = 40


@dataclass(frozen=True, slots=True)
class EarlyWarningSettings:
    """When owners are warned that an account will soon be stale, and where they are reached."""

    days: Positive = 10
    owners: Path | None = None


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """Pictures of accused pages, and the browser that takes them and fills pages."""

    screenshots: bool = False
    browser: str = ""


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """Where the exports of the two reporting systems come from."""

    folder: Path = Path("var/registry")
    connection: str = ""
    aliases: Path | None = None
    look_up_hosts: bool = True


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How a window's run is laid out and when it must not go on."""

    tasks_per_kind: Positive = 500
    max_active_tasks: Positive = 32
    max_undetermined_share: Share = 0.2
    fetch_retry_seconds: Amount = 60.0
    rate_limited_retry_seconds: Amount = 660.0
    preload: bool = False


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Alert e-mail. Without recipients no mail is sent."""

    recipients: tuple[MailAddress, ...] = ()
    sender: MailAddress = "jiancha@localhost"
    connection: Text = "smtp_default"


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """Words and figures of the notice that differ from city to city; an empty one is left out.

    ``{year}`` in ``number`` (发文字号) is the year of the window.
    """

    area: Text = "全市"
    office: Text = "市大数据管理局"
    subject: Text = "我局"
    red_head: str = ""
    number: str = ""
    addressees: str = ""
    copies_to: str = ""
    printed_by: str = ""
    rate_decimals: Literal[0, 1, 2] = 0
    basis: tuple[str, ...] = (
        "《国务院办公厅秘书局关于印发政府网站与政务新媒体检查指标、监管工作年度考核指标的通知》（国办秘函〔2019〕19号）",
    )


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """People's review of findings, and the rectification that follows."""

    second_look: bool = True
    timeout_days: Amount = 7.0
    most_actions: Positive = 60
    recipients: tuple[MailAddress, ...] = ()
    contact: str = ""
    rectify_days: Count = 10
    escalation_recipients: tuple[MailAddress, ...] = ()
    answers: Path | None = None


@dataclass(frozen=True, slots=True)
class WordingSettings:
    """The special check of wording (错误表述专项检查)."""

    levels: tuple[Literal["municipal_portal", "county_portal", "municipal_department", "other"], ...] = (
        "municipal_department",
    )
    days: Count = 31
    rules: Path | None = None
    allow: Path | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one process; made by :func:`load`."""

    lake: Text = "var/lake"
    standard: Text = "guoban-2019"
    standards_folder: Path | None = None
    windows: Path | None = None
    clock: str = ""
    http: HttpSettings = field(default_factory=HttpSettings)
    site: SiteSettings = field(default_factory=SiteSettings)
    account: AccountSettings = field(default_factory=AccountSettings)
    early_warning: EarlyWarningSettings = field(default_factory=EarlyWarningSettings)
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
        return local(moment)


def load(path: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the configuration; raises SettingsError naming the file or variable that is wrong."""
    env = os.environ if environ is None else environ
    named = path or (Path(env["JIANCHA_CONFIG"]) if env.get("JIANCHA_CONFIG") else None)
    file = named or Path("jiancha.toml")
    data = read_toml(file, SettingsError) if named is not None or file.exists() else {}
    settings: Settings = _settings(Settings, data, env, _PREFIX, str(file))
    return settings


def _settings(kind: Any, data: object, env: Mapping[str, str], prefix: str, where: str) -> Any:
    if not isinstance(data, Mapping):
        raise SettingsError(f"{where} must be a table, not {data!r}")
    hints = _hints(kind)
    refuse_unknown(data, hints, where, SettingsError, thing="setting")
    if prefix != _PREFIX:  # variables without a table may be another tool's
        known = [f"{prefix}{name.upper()}" for name in hints]
        for variable in sorted(each for each in env if each.startswith(prefix)):
            refuse_unknown([variable], known, "environment", SettingsError, thing="setting")
    values: dict[str, Any] = {}
    for name, hint in hints.items():
        variable = f"{prefix}{name.upper()}"
        if is_dataclass(hint):
            values[name] = _settings(hint, data.get(name, {}), env, f"{variable}__", f"{where}: {name}")
        elif variable in env:
            values[name] = _value(hint, _of_text(hint, env[variable]), variable, strict=False)
        elif name in data:
            values[name] = _value(hint, data[name], f"{where}: {name}", strict=True)
    return kind(**values)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _of_text(hint: Any, text: str) -> str | list[str]:
    """A variable's text; a list is separated by commas."""
    if getattr(hint, "__origin__", None) is not tuple:
        return text
    return [part.strip() for part in text.split(",") if part.strip()]


def _value(hint: Any, given: object, where: str, *, strict: bool) -> Any:
    if given == "" and type(None) in get_args(hint):  # an empty path: none
        return None
    return build(hint, given, where, SettingsError, strict=strict)
