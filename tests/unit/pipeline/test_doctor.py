"""What ``jiancha doctor`` finds: each check against the real thing it looks at, whole and broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.registry_files import ACCOUNTS, SITES, account, site, workbook
from support.smtp import mail_server

from jiancha.errors import SettingsError
from jiancha.pipeline.doctor import POOLS, Health, Result, examine
from jiancha.settings import (
    AccountSettings,
    EvidenceSettings,
    HttpSettings,
    MailSettings,
    RegistrySettings,
    Settings,
    SiteSettings,
)
from jiancha_sandbox.local_airflow import free_port

SLOTS = dict.fromkeys(POOLS, 8)


@pytest.fixture
def healthy(hostile: Any, tmp_path: Path) -> Settings:
    """A registry of one site that answers at this moment, and of one account with a feed."""
    folder = tmp_path / "registry"
    folder.mkdir()
    home = hostile.serve("/", b"<title>home</title>")
    (folder / "sites.xlsx").write_bytes(workbook(SITES, site(首页网址=home)))
    (folder / "accounts.xlsx").write_bytes(workbook(ACCOUNTS, account()))
    plan = tmp_path / "plan.csv"
    plan.write_text(
        f"新媒体标识码,账号类型,账号名称,读取方式,地址\n610422M005WX0001,微信订阅号,健康三原,feed,{hostile.url}/f\n",
        encoding="utf-8",
    )
    return Settings(
        lake=str(tmp_path / "lake"),
        http=HttpSettings(allow_private=True, user_agent="jiancha ops@example.gov.cn", total_timeout=10),
        account=AccountSettings(sources=plan, state=tmp_path / "accounts"),
        registry=RegistrySettings(folder=folder),
    )


def found(settings: Settings, check: str, slots: dict[str, int] = SLOTS) -> list[Result]:
    return [row for row in examine(settings, lambda: slots) if row.check == check]


def states(settings: Settings) -> dict[str, Health]:
    return {row.check: row.state for row in examine(settings, lambda: SLOTS)}


def test_all_is_well_but_for_what_an_office_has_to_decide(healthy: Settings) -> None:
    found_states = states(healthy)
    assert {check for check, state in found_states.items() if state is Health.FAILED} == set()
    warned = {check for check, state in found_states.items() if state is Health.WARNING}
    assert warned == {"owners", "mail"} | ({"lake", "account.state"} & warned)  # a small disk warns, too
    assert {"calendar", "pools", "registry", "sources", "names", "way out", "clock"} <= set(found_states)


def test_nothing_is_left_behind(healthy: Settings) -> None:
    examine(healthy, lambda: SLOTS)
    assert [path for path in Path(healthy.lake).rglob("*") if path.is_file()] == []


def test_a_folder_that_cannot_be_written(healthy: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (row,) = found(replace(healthy, lake=str(tmp_path / "file" / "lake")), "lake")
    assert row.state is Health.FAILED
    assert str(tmp_path / "file") in row.message
    state = replace(healthy.account, state=tmp_path / "file")
    (row,) = found(replace(healthy, account=state), "account.state")
    assert row.state is Health.FAILED


def test_pools_without_slots_and_an_airflow_that_cannot_be_asked(healthy: Settings) -> None:
    rows = found(healthy, "pools", {POOLS[0]: 8})
    assert [row.state for row in rows] == [Health.OK, Health.FAILED]

    def unknown() -> dict[str, int]:
        raise SettingsError("Airflow's database cannot be asked")

    rows = examine(healthy, unknown)
    assert [row.message for row in rows if row.state is Health.FAILED] == [
        "Airflow's database cannot be asked"
    ]
    assert "registry" in {row.check for row in rows}  # the others still count


def test_a_faulty_registry_is_told_once_for_each_check_that_needs_it(healthy: Settings) -> None:
    (healthy.registry.folder / "sites.xlsx").write_bytes(b"PK no workbook")
    failed = {row.check for row in examine(healthy, lambda: SLOTS) if row.state is Health.FAILED}
    assert failed == {"connections", "registry", "sources", "names", "way out and clock"}


def test_the_newest_exports_count(healthy: Settings) -> None:
    for day in ("20201115", "20210215"):
        rows = [site(网站标识码=f"61040000{n}", 网站名称=f"{n}局") for n in range(50, 52 + (day > "2021"))]
        (healthy.registry.folder / f"sites-{day}.xlsx").write_bytes(workbook(SITES, *rows))
    for old in ("sites.xlsx", "accounts.xlsx"):
        (healthy.registry.folder / old).unlink()
    (row,) = found(healthy, "registry")
    assert row.message == "3 websites, 0 accounts"


def test_a_calendar_that_is_over(healthy: Settings, tmp_path: Path) -> None:
    (tmp_path / "windows.toml").write_text('[calendar]\nlast = "2021Q1"', encoding="utf-8")
    (row,) = found(replace(healthy, windows=tmp_path / "windows.toml"), "calendar")
    assert (row.state, row.message) == (Health.WARNING, "no window is left after 2021Q1")


def test_accounts_without_sources_and_a_connection_that_is_missing(healthy: Settings) -> None:
    plan = healthy.account.sources
    assert plan is not None
    plan.write_text(
        "新媒体标识码,账号类型,账号名称,读取方式,地址\n610422M005WX0001,微信订阅号,健康三原,wechat,no_such\n",
        encoding="utf-8",
    )
    (row,) = found(healthy, "connections")
    assert (row.state, "no_such" in row.message) == (Health.FAILED, True)
    (row,) = found(replace(healthy, account=replace(healthy.account, sources=None)), "sources")
    assert (row.state, row.message) == (Health.WARNING, "1 of 1 accounts have no source, 0 remarks")


def test_names_that_no_server_knows(healthy: Settings) -> None:
    lost = site(首页网址="http://nowhere.invalid/", 网站标识码="6104000055", 网站名称="甲局")
    here = site(首页网址="http://127.0.0.1/")
    file = healthy.registry.folder / "sites.xlsx"
    file.write_bytes(workbook(SITES, here, lost))
    (row,) = found(healthy, "names")
    assert (row.state, "nowhere.invalid" in row.message) == (Health.WARNING, True)
    file.write_bytes(workbook(SITES, lost))
    alone = replace(healthy, account=replace(healthy.account, sources=None))
    (row,) = found(alone, "names")
    assert row.state is Health.FAILED  # not one: that is our own DNS


def test_the_proxy_and_the_way_out(healthy: Settings, hostile: Any) -> None:
    (row,) = found(replace(healthy, http=replace(healthy.http, proxy=hostile.url)), "proxy")
    assert row.state is Health.OK
    dead = replace(healthy, http=replace(healthy.http, proxy=f"http://127.0.0.1:{free_port()}"))
    assert [row.state for row in found(dead, "proxy") + found(dead, "way out")] == [Health.FAILED] * 2


@pytest.mark.parametrize(
    ("date", "state"), [("Sun, 06 Nov 1994 08:49:37 GMT", Health.FAILED), ("soon", None)]
)
def test_a_clock_that_differs_from_the_sites_own(
    healthy: Settings, hostile: Any, date: str, state: Health | None
) -> None:
    head = f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 1\r\n\r\nx".encode()
    hostile.routes["/"] = lambda handler: handler.raw(head)
    assert [row.state for row in found(healthy, "clock")] == ([] if state is None else [state])


def test_a_clock_that_stands_in_for_the_present(healthy: Settings) -> None:
    (row,) = found(replace(healthy, clock="2021-02-16T09:00:00"), "clock")
    assert row.state is Health.WARNING


def test_the_mail_server(healthy: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = replace(healthy, mail=MailSettings(recipients=("ops@example.gov.cn",)))
    with mail_server() as box:
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", box.connection)
        assert [row.state for row in found(mailing, "mail")] == [Health.OK]
    assert [row.state for row in found(mailing, "mail")] == [Health.FAILED]  # it is gone
    assert box.messages == []


def test_what_an_office_may_have_forgotten(healthy: Settings) -> None:
    careless = replace(
        healthy,
        http=replace(healthy.http, user_agent="jiancha"),
        site=SiteSettings(robots="ignore"),
        evidence=EvidenceSettings(screenshots=True, browser="/no/browser"),
    )
    found_states = states(careless)
    assert (found_states["user agent"], found_states["robots"]) == (Health.WARNING, Health.WARNING)
    assert found_states["browser"] is Health.FAILED
    without = replace(healthy, evidence=EvidenceSettings(browser="/no/browser"))
    assert states(without)["browser"] is Health.WARNING  # pages that scripts fill stay unknown
    assert states(replace(without, site=SiteSettings(browser="never")))["browser"] is Health.OK
