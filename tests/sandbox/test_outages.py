"""Outages of the sandbox city: who plays them, at which probes, and what the answer key makes of them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from jiancha.windows import ZONE, Calendar
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.key import answer_key, failed_probes, measure_site
from jiancha_sandbox.outages import Trouble, line_down, probe_moments
from jiancha_sandbox.web import CityWeb

PROBLEM = "站点无法访问比例累计超过（含）5%。"
WINDOW = Calendar().window("2020Q4")


def test_a_week_of_twenty_probes_a_day() -> None:
    moments = probe_moments(WINDOW)
    assert len(moments) == len(set(moments)) == 140
    assert {m.date() for m in moments} == {date(2020, 11, day) for day in range(9, 16)}
    assert not set(line_down(WINDOW)) & set(moments)
    assert line_down(Calendar().window("2021Q1")) == []


@pytest.mark.parametrize("seed", [2021, 7, 11])
def test_outages_stand_on_both_sides_of_the_limit(seed: int) -> None:
    city = SandboxCity(seed)
    counts = {city.outages[code].trouble: [] for code in city.outages}
    for code, outage in city.outages.items():
        counts[outage.trouble].append(failed_probes(city, city.site(code), WINDOW))
    assert counts == {
        Trouble.ERROR: [(12, 140), (6, 140)],  # 8.6 % and 4.3 %
        Trouble.SILENT: [(7, 140)],  # exactly 5 %
        Trouble.REFUSED: [(0, 115)],
    }
    for window in map(Calendar().window, ("2020Q3", "2021Q1")):
        assert {failed_probes(city, site, window)[0] for site in city.sites} == {0}


@pytest.mark.parametrize("seed", [2021, 7, 11])
def test_the_key_has_outages_only_where_the_window_was_probed(seed: int) -> None:
    city = SandboxCity(seed)
    before, after = (answer_key(city, WINDOW, probed=probed) for probed in (False, True))
    names = {s["site_code"]: s["problems"] for s in after["sites"]}
    found = {code for code, problems in names.items() if PROBLEM in problems}
    failing = {code for code in city.outages if failed_probes(city, city.site(code), WINDOW)[0] >= 7}
    assert found == failing
    assert len(found) == 2
    assert all(names[code] == [PROBLEM] for code in found)  # one cause each
    assert [s for s in after["sites"] if s["site_code"] not in found] == before["sites"]
    assert after["figures"]["sites"]["unqualified"] == before["figures"]["sites"]["unqualified"] + 2
    notice = Calendar().window("2021Q1")
    assert answer_key(city, notice, probed=True) == answer_key(city, notice)


def test_sites_with_outages_are_in_order_otherwise(city: SandboxCity) -> None:
    for code in city.outages:
        for day in (date(2020, 11, 15), date(2021, 2, 15)):
            measured = measure_site(city, city.site(code), day)
            assert measured["home_age_days"] <= 14
            assert measured["rule_a"] < 5
            assert measured["rule_b"] < 9


def test_answers_go_by_the_moment_that_is_set_and_all_is_well_at_the_clock() -> None:
    city = SandboxCity(2021, datetime(2020, 11, 16, 9, tzinfo=ZONE))
    web = CityWeb(city)
    statuses = {Trouble.ERROR: 503, Trouble.SILENT: 504, Trouble.REFUSED: 403}
    hosts = {code: city.site(code).host for code in city.outages}
    for code, outage in city.outages.items():
        city.now = max(outage.hours).replace(minute=59)
        answer = web.answer(hosts[code], "/")
        assert answer is not None
        assert answer.status == statuses[outage.trouble]
    city.now = line_down(WINDOW)[0]
    assert {web.answer(site.host, "/").status for site in city.sites} == {504}
    city.now = city.clock
    assert {web.answer(host, "/").status for host in hosts.values()} <= {200, 302}
