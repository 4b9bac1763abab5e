"""Whether everything is there that an inspection needs, looked at before a window opens.

Each check gives rows and stops no other. Nothing is changed but for a file that is written and removed again.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from jiancha.errors import FetchFailure, JianchaError, SettingsError
from jiancha.pipeline.connections import get_connection
from jiancha.settings import HttpSettings, Settings

if TYPE_CHECKING:
    from jiancha.accounts.plan import Plan
    from jiancha.registry.exports import RegistryTables

#: Pools that fetch and probe tasks take slots of.
POOLS = ("jiancha_sites", "jiancha_accounts")
_GB = 1_000_000_000
_FULL, _SHORT = 1 * _GB, 10 * _GB  # free bytes
_CLOCK = timedelta(minutes=5)
_SECONDS = 10.0
_ASKED_SITES = 3  # that tell the way out and the time
_NAMED = 10  # of many that are wrong, so many by name


class Health(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


class Result(NamedTuple):
    """What one check found; ``advice`` says what to do about it."""

    check: str
    state: Health
    message: str
    advice: str = ""


def examine(settings: Settings, pools: Callable[[], Mapping[str, int]]) -> list[Result]:
    """All checks, in the order in which a run would meet them.

    ``pools`` tells Airflow's pools and their slots; it raises SettingsError where Airflow cannot be asked.
    """
    rows: list[Result] = []
    found = _Found(settings)
    checks: tuple[tuple[str, Callable[[], Iterator[Result]]], ...] = (
        ("calendar", lambda: _calendar(settings)),
        ("lake", lambda: _writable("lake", settings.lake, "lake")),
        ("account.state", lambda: _writable("account.state", str(settings.account.state), "account.state")),
        ("pools", lambda: _pools(pools())),
        ("connections", lambda: _connections(settings, found)),
        ("politeness", lambda: _politeness(settings)),
        ("proxy", lambda: _proxy(settings.http)),
        ("registry", lambda: _registry(found)),
        ("sources", lambda: _sources(found)),
        ("owners", lambda: _owners(settings)),
        ("names", lambda: _names(settings.http, found)),
        ("way out and clock", lambda: _way_out(settings, found)),
        ("mail", lambda: _mail(settings)),
        ("browser", lambda: _browser(settings)),
    )
    for name, check in checks:
        try:
            rows += check()
        except (JianchaError, OSError, ValueError) as error:
            rows.append(Result(name, Health.FAILED, str(error), "mend what the message names"))
    return rows


class _Found:
    """The registry and the plan, each read once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tables: RegistryTables | None = None

    def tables(self) -> RegistryTables:
        """The exports of the newest day."""
        from jiancha.pipeline.registry_sync import registry_files
        from jiancha.registry.exports import read_exports
        from jiancha.registry.snapshots import export_date

        if self._tables is None:
            today = self._settings.now().date()
            sets: dict[date, list[tuple[str, bytes]]] = {}
            for name, data in registry_files(self._settings):
                sets.setdefault(export_date(name) or today, []).append((name, data))
            files = sets[max(sets)]
            self._tables = read_exports(files, aliases=self._settings.registry.aliases)
        return self._tables

    def plan(self) -> Plan:
        from jiancha.accounts.plan import load_entries, plan_sources

        account, tables = self._settings.account, self.tables()
        entries = load_entries(account.sources) if account.sources else []
        return plan_sources(tables.accounts, entries, tables.sources, order=account.order)


def _calendar(settings: Settings) -> Iterator[Result]:
    from jiancha.standard import load_standard

    load_standard(settings.standard, settings.standards_folder)
    window = next(settings.calendar().starting_from(settings.now().date()), None)
    if window is None:
        message = f"no window is left after {settings.calendar().last}"
        yield Result("calendar", Health.WARNING, message, "set a later calendar.last in windows.toml")
    else:
        yield Result("calendar", Health.OK, f"next is {window.key}: {window.start} to {window.end}")
    if settings.clock:
        message = f"clock = {settings.clock} stands in for the present"
        yield Result(
            "clock", Health.WARNING, message, "only for a sandbox: remove `clock` for a real inspection"
        )


def _writable(check: str, place: str, key: str) -> Iterator[Result]:
    from jiancha.lake import Lake

    lake = Lake(place)
    path = lake.root / "work" / f"doctor-{socket.gethostname()}-{os.getpid()}"
    try:
        lake.write_bytes(path, b"jiancha")
        path.unlink()
    except OSError as error:
        advice = f"let the user that runs the tasks write there, or change {key}"
        yield Result(check, Health.FAILED, f"{place}: {error.strerror or error}", advice)
        return
    if not lake.is_local:
        yield Result(check, Health.OK, place)
        return
    free = shutil.disk_usage(lake.root).free
    state = Health.FAILED if free < _FULL else Health.WARNING if free < _SHORT else Health.OK
    yield Result(
        check, state, f"{place}: {free / _GB:.1f} GB free", "make room" if state != Health.OK else ""
    )


def _pools(slots: Mapping[str, int]) -> Iterator[Result]:
    for name in POOLS:
        if slots.get(name, 0) > 0:
            yield Result("pools", Health.OK, f"{name}: {slots[name]} slots")
        else:
            advice = "airflow pools import config/pools.json: a task without its pool is never started"
            yield Result("pools", Health.FAILED, f"{name} has no slots", advice)


def _connections(settings: Settings, found: _Found) -> Iterator[Result]:
    names = {settings.account.rsshub_connection, settings.registry.connection}
    names |= {settings.mail.connection} if settings.mail.recipients else set()
    if settings.account.sources:
        from jiancha.registry.ways import WAYS

        sources = (source for _, sources in found.plan().accounts for source in sources)
        names |= {source.address for source in sources if WAYS[source.adapter].place == "connection"}
    for name in sorted(names - {""}):
        try:
            get_connection(name)
        except JianchaError as error:
            yield Result("connections", Health.FAILED, str(error), f"make the Airflow Connection {name}")
        else:
            yield Result("connections", Health.OK, name)


def _politeness(settings: Settings) -> Iterator[Result]:
    agent = settings.http.user_agent
    if "@" in agent or "://" in agent:
        yield Result("user agent", Health.OK, agent)
    else:
        advice = "add an address to http.user_agent, so that a site's operator can reach you"
        yield Result("user agent", Health.WARNING, agent, advice)
    if settings.site.robots == "ignore":
        advice = "only where the office may inspect all sites of its registry"
        yield Result("robots", Health.WARNING, "robots.txt is ignored", advice)
    else:
        yield Result("robots", Health.OK, "robots.txt is respected")


def _proxy(http: HttpSettings) -> Iterator[Result]:
    if not http.proxy:
        yield Result("proxy", Health.OK, "none: sites are asked directly")
        return
    parts = urlsplit(http.proxy)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname or "", port), timeout=_SECONDS):
            yield Result("proxy", Health.OK, f"{parts.hostname}:{port} answers")
    except (OSError, ValueError) as error:
        yield Result(
            "proxy", Health.FAILED, f"{parts.hostname}: {error}", "start the proxy or change http.proxy"
        )


def _registry(found: _Found) -> Iterator[Result]:
    tables = found.tables()
    message = f"{len(tables.sites)} websites, {len(tables.accounts)} accounts"
    if not tables.sites or not tables.accounts:
        yield Result("registry", Health.WARNING, message, "export both reporting systems")
        return
    warned = len(tables.warnings)
    advice = "`jiancha registry FILE …` lists the warnings" if warned else ""
    yield Result("registry", Health.WARNING if warned else Health.OK, f"{message}, {warned} warnings", advice)


def _sources(found: _Found) -> Iterator[Result]:
    plan = found.plan()
    missing = sum(planned.missing for planned in plan.accounts)
    message = f"{missing} of {len(plan.accounts)} accounts have no source, {len(plan.remarks)} remarks"
    trouble = missing or plan.remarks
    advice = "they will be undetermined: `jiancha account plan --missing` lists them" if trouble else ""
    yield Result("sources", Health.WARNING if trouble else Health.OK, message, advice)


def _owners(settings: Settings) -> Iterator[Result]:
    from jiancha.accounts.owners import load_owners

    load_owners(settings.early_warning.owners)
    if settings.early_warning.owners is None:
        advice = "set early_warning.owners: without it owners are not warned"
        yield Result("owners", Health.WARNING, "no list of owners' addresses", advice)
    else:
        yield Result("owners", Health.OK, str(settings.early_warning.owners))


def _names(http: HttpSettings, found: _Found) -> Iterator[Result]:
    """DNS of the hosts of all sites, and of sources that are addresses."""
    from jiancha.net.names import unresolved

    if http.proxy:
        yield Result("names", Health.OK, "the proxy resolves them")
        return
    urls = [site.url for site in found.tables().sites]
    urls += [source.address for _, sources in found.plan().accounts for source in sources]
    hosts = sorted({host for url in urls if "://" in url and (host := urlsplit(url).hostname)})
    lost = unresolved(hosts)
    message = f"{len(hosts) - len(lost)} of {len(hosts)} hosts have an address"
    if not lost:
        yield Result("names", Health.OK, message)
    elif len(lost) == len(hosts):
        yield Result("names", Health.FAILED, message, "mend this machine's DNS")
    else:
        shown = ", ".join(lost[:_NAMED]) + (" …" if len(lost) > _NAMED else "")
        advice = "ask their owners, or mend the registry: they will be unreachable"
        yield Result("names", Health.WARNING, f"{message}; not: {shown}", advice)


def _way_out(settings: Settings, found: _Found) -> Iterator[Result]:
    """Whether sites answer at all, and whether this machine's clock agrees with theirs."""
    from jiancha.net.http import Fetcher

    asked = [site.url for site in found.tables().sites[:_ASKED_SITES]]
    dates, failures = [], []
    for url in asked:
        with Fetcher(settings.http, now=settings.now) as fetcher:
            try:
                answer = fetcher.get(url)
            except FetchFailure as failure:
                failures.append(str(failure))
                continue
            dates.append((answer.fetched_at, answer.headers.get("date")))
    if not asked:
        return
    if not dates:
        yield Result(
            "way out", Health.FAILED, failures[0], "mend the line, the proxy or the firewall's rules"
        )
        return
    yield Result("way out", Health.OK, f"{len(dates)} of {len(asked)} home pages answered")
    if settings.clock:
        return
    try:
        off = [abs(at - parsedate_to_datetime(stated)) for at, stated in dates if stated]
    except (ValueError, TypeError):
        return
    if off and min(off) > _CLOCK:  # one server may be wrong, not all
        yield Result(
            "clock", Health.FAILED, f"{min(off)} away from the sites' own", "set this machine's clock (NTP)"
        )
    elif off:
        yield Result("clock", Health.OK, "agrees with the sites' own")


def _mail(settings: Settings) -> Iterator[Result]:
    if not settings.mail.recipients:
        advice = "set mail.recipients: without it nobody hears of alerts"
        yield Result("mail", Health.WARNING, "no recipients", advice)
        return
    connection = get_connection(settings.mail.connection)
    port = connection.port or 25
    kind = smtplib.SMTP_SSL if port == 465 else smtplib.SMTP
    try:
        with kind(connection.host, port, timeout=_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        advice = f"start the mail server or mend the Airflow Connection {settings.mail.connection}"
        yield Result("mail", Health.FAILED, f"{connection.host}:{port}: {error}", advice)
    else:
        yield Result("mail", Health.OK, f"{connection.host}:{port} answers")


def _browser(settings: Settings) -> Iterator[Result]:
    pictures = settings.evidence.screenshots
    if settings.site.browser == "never" and not pictures:
        yield Result("browser", Health.OK, "not needed: site.browser is never, evidence.screenshots is off")
        return
    from jiancha.net.browser import find_browser

    needed_by = "evidence.screenshots is on" if pictures else "site.browser is auto"
    try:
        yield Result("browser", Health.OK, find_browser(settings.evidence.browser, needed_by))
    except SettingsError as error:
        if pictures:
            advice = "install chromium or turn evidence.screenshots off"
            yield Result("browser", Health.FAILED, str(error), advice)
        else:
            advice = "install chromium, or pages that only a script fills stay unknown"
            yield Result("browser", Health.WARNING, str(error), advice)
