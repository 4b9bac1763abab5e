"""Sites of the sandbox city whose pages have faults, inspected and held against the city's own key."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from jiancha.assess import assess
from jiancha.lake import Lake
from jiancha.registry.model import Site
from jiancha.settings import HttpSettings, Settings
from jiancha.sites.visit import inspect_site
from jiancha.standard import load_standard
from jiancha.windows import Calendar
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.key import answer_key
from jiancha_sandbox.server import serve

WINDOW = Calendar().window("2021Q1")


@pytest.fixture(scope="module")
def city() -> SandboxCity:
    return SandboxCity()


@pytest.fixture(scope="module")
def key(city: SandboxCity) -> dict[str, dict[str, Any]]:
    """The key's rows by site code, of the sites with more than a template's fault in their tags."""
    rows = answer_key(city, WINDOW)["marks"]
    return {
        row["site_code"]: row
        for row in rows
        if row["dead_links"] or row["injected"] or row["undated"] or row["stubs"]
    }


@pytest.fixture(scope="module")
def tables(
    city: SandboxCity, key: dict[str, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[dict[str, Any]]]:
    """The lake's tables after these sites, and one whose template has no tags, were inspected."""
    lake = Lake(tmp_path_factory.mktemp("lake"))
    sites = [site for site in city.sites if site.site_code in key]
    sites.append(
        next(s for s in city.sites if s.template == "gbktable" and s.site_code not in {*key, *city.kinds})
    )
    sites.append(next(s for s in city.sites if s.claimed_code != s.site_code))
    rows = []
    with serve(city) as port:
        settings = Settings(
            clock=city.clock.isoformat(), http=HttpSettings(proxy=f"http://127.0.0.1:{port}", pace_seconds=0)
        )
        for number, each in enumerate(sites):
            site = Site(each.site_code, each.name, f"http://{each.host}/", each.level, each.owner, number)
            names = ("site_code", "name", "url", "owner", "target_id")
            rows.append(
                {name: getattr(site, name) for name in names} | {"level": str(site.level), "row": number}
            )
            inspect_site(
                site, WINDOW, columns=(), standard=load_standard("guoban-2019"), settings=settings, lake=lake
            )
    lake.write_rows("sites", WINDOW.key, "registry", rows)
    assess(lake, WINDOW, load_standard("guoban-2019"))
    codes = {row["target_id"]: row["site_code"] for row in rows}
    wanted = ("site_marks", "site_links", "links", "suspicions", "column_freshness", "items", "verdicts")
    return {
        name: [row | {"site_code": codes[row["target_id"]]} for row in lake.window_rows(name, WINDOW.key)]
        for name in wanted
    }


def test_the_key_has_every_kind_of_fault(city: SandboxCity, key: dict[str, dict[str, Any]]) -> None:
    assert sum(bool(row["dead_links"]) for row in key.values()) == 1
    assert sum(row["injected"] for row in key.values()) == 1
    assert sum(len(row["undated"]) for row in key.values()) >= 2
    assert sum(len(row["stubs"]) for row in key.values()) == 2
    codes = Counter(row["site_id_code"] for row in answer_key(city, WINDOW)["marks"])
    assert codes["wrong"] >= 2
    assert codes["missing"] > 1


def test_site_codes_are_missing_or_anothers_as_the_key_says(
    city: SandboxCity, key: dict[str, dict[str, Any]], tables: dict[str, list[dict[str, Any]]]
) -> None:
    told = {row["site_code"]: row["site_id_code"] for row in answer_key(city, WINDOW)["marks"]}
    for row in tables["site_marks"]:
        if row["mark"] == "SiteIDCode":
            whole = {"missing": row["missing"], "wrong": row["wrong"], "empty": row["empty"]}
            expected = told.get(row["site_code"])
            assert {name: count for name, count in whole.items() if count} == (
                {expected: row["pages"]} if expected else {}
            ), row["site_code"]


def test_dead_links_are_those_of_the_key(
    key: dict[str, dict[str, Any]], tables: dict[str, list[dict[str, Any]]]
) -> None:
    dead = {
        (row["site_code"], row["url"].partition(".gov.cn")[2])
        for row in tables["links"]
        if row["outcome"] == "dead"
    }
    assert dead == {(code, path) for code, row in key.items() for path in row["dead_links"]}


def test_the_injected_link_is_the_only_suspicion(
    key: dict[str, dict[str, Any]], tables: dict[str, list[dict[str, Any]]]
) -> None:
    found = {(row["site_code"], row["rule"]) for row in tables["suspicions"]}
    assert found == {(code, "spam_link:out_of_sight") for code, row in key.items() if row["injected"]}


def test_undated_columns_are_judged_by_their_articles(
    key: dict[str, dict[str, Any]], tables: dict[str, list[dict[str, Any]]]
) -> None:
    judged = {(row["site_code"], row["name"]): row for row in tables["column_freshness"]}
    for code, row in key.items():
        for column, newest in row["undated"].items():
            found = judged[code, column]
            assert (found["outcome"], found["newest"].isoformat()) == ("fresh", newest), column
    rules = {row["date_rule"].partition(":")[0] for row in tables["items"] if row["published_on"]}
    assert "page" in rules


def test_columns_behind_stubs_are_read(
    key: dict[str, dict[str, Any]], tables: dict[str, list[dict[str, Any]]]
) -> None:
    judged = {(row["site_code"], row["name"]): row["outcome"] for row in tables["column_freshness"]}
    stubs = [(code, column) for code, row in key.items() for column in row["stubs"]]
    assert {judged[each] for each in stubs} <= {"fresh", "stale"}


def test_no_verdict_depends_on_any_of_it(tables: dict[str, list[dict[str, Any]]]) -> None:
    assert {row["outcome"] for row in tables["verdicts"]} == {"qualified"}
