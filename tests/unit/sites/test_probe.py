"""Probes of home pages: what speaks against a site, what does not, and where the limit of seconds lies."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.errors import FailureKind, FetchFailure
from jiancha.evidence.records import EvidenceWriter, read_evidence
from jiancha.lake import Lake
from jiancha.registry.model import Level, Site
from jiancha.settings import HttpSettings, Settings
from jiancha.sites.probe import Outcome, judge, probe, probe_sites, rows
from jiancha.standard import ProbeRule, load_standard
from jiancha.windows import ZONE

NOW = datetime(2021, 2, 9, 14, 23, tzinfo=ZONE)
RULE = ProbeRule(seconds=5, probes_per_day=20, days=7)
HURRIED = replace(RULE, seconds=0.5)
LIMITS = HttpSettings(allow_private=True, max_bytes=100_000)
PAGE = b"<html><body>" + "欢迎".encode() + b"</body></html>"


def site(url: str, code: str = "6104000001") -> Site:
    return Site(code, "某局", url, Level.OTHER, "某局")


def probed(url: str, rule: ProbeRule = RULE, http: HttpSettings = LIMITS):
    return probe(site(url), rule, http, now=lambda: NOW)


# --- what counts for a site ---


def test_a_page_that_comes_is_a_probe_that_is_ok(hostile):
    found = probed(hostile.serve("/", PAGE))
    assert (found.outcome, found.status, found.failure, found.reason) == (Outcome.OK, 200, None, None)
    assert 0 < found.seconds < 5
    assert found.probed_at == NOW
    assert found.exchanges == ()


def test_redirects_are_followed_within_the_same_seconds(hostile):
    hostile.serve("/index.html", PAGE)
    assert probed(hostile.redirect("/", "/index.html")).outcome is Outcome.OK

    def slow(handler):
        time.sleep(0.3)
        handler.answer(b"", status=302, Location="/second")

    def slow_page(handler):
        time.sleep(0.3)
        handler.answer(PAGE)

    hostile.routes["/first"], hostile.routes["/second"] = slow, slow_page
    found = probed(hostile.url + "/first", HURRIED)  # each hop alone would be in time
    assert (found.outcome, found.failure) == (Outcome.FAILED, FailureKind.TIMEOUT)


def test_a_stub_that_jumps_by_script_or_meta_is_a_page_that_opened(hostile):
    stub = b"<html><head><meta http-equiv='refresh' content='0;url=/gone/'></head></html>"
    assert probed(hostile.serve("/", stub)).outcome is Outcome.OK
    assert [path for path, _ in hostile.seen] == ["/"]


# --- what counts against a site ---


@pytest.mark.parametrize("status", [404, 410, 500, 502, 503, 504])
def test_answers_that_say_the_page_is_not_there(hostile, status):
    hostile.routes["/"] = lambda handler: handler.answer(b"<h1>error</h1>", status=status)
    found = probed(hostile.url + "/")
    assert (found.outcome, found.status) == (Outcome.FAILED, status)
    assert str(status) in found.reason


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_page_below_the_root_may_be_an_address_out_of_date(hostile, status):
    hostile.routes["/old/"] = lambda handler: handler.answer(b"", status=status)
    assert probed(hostile.url + "/old/").outcome is Outcome.EXCUSED
    hostile.routes["/"] = lambda handler: handler.answer(b"", status=302, Location="/old/")
    assert probed(hostile.url).outcome is Outcome.FAILED  # the root itself leads there


def test_refused_and_reset_connections(hostile):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets it, nobody answers
        refused = probed(f"http://127.0.0.1:{taken.getsockname()[1]}/")
    assert (refused.outcome, refused.failure, refused.status) == (Outcome.FAILED, FailureKind.NETWORK, None)
    hostile.routes["/"] = lambda handler: handler.reset()
    reset = probed(hostile.url + "/")
    assert (reset.outcome, reset.failure) == (Outcome.FAILED, FailureKind.NETWORK)


def test_a_name_that_does_not_resolve():
    found = probed("http://no-such-site.invalid/")
    assert (found.outcome, found.failure) == (Outcome.FAILED, FailureKind.NETWORK)


def test_no_answer_and_half_an_answer_in_time(hostile):
    hostile.routes["/silent"] = lambda handler: hostile.stopping.wait(5)
    hostile.routes["/drip"] = lambda handler: handler.drip(b"HTTP/1.1 200 OK\r\n\r\n<html>", b" ")
    for path, status in (("/silent", None), ("/drip", 200)):
        found = probed(hostile.url + path, HURRIED)
        assert (found.outcome, found.failure) == (Outcome.FAILED, FailureKind.TIMEOUT)
        assert found.status == status
        assert 0.5 <= found.seconds < 3


# --- what does not count ---


@pytest.mark.parametrize("status", [400, 401, 403, 405, 412, 418, 429, 501, 521])
def test_answers_that_a_firewall_gives_as_well(hostile, status):
    hostile.routes["/"] = lambda handler: handler.answer(b"<h1>no</h1>", status=status)
    found = probed(hostile.url + "/")
    assert (found.outcome, found.status) == (Outcome.EXCUSED, status)
    assert found.reason


@pytest.mark.parametrize("status", [404, 503])
def test_a_question_to_the_browser_under_an_error_status(hostile, status):
    page = b"<script>document.cookie='__jsl=1';location.reload()</script>"
    hostile.routes["/"] = lambda handler: handler.answer(page, status=status)
    assert probed(hostile.url + "/").outcome is Outcome.EXCUSED


def test_a_page_that_has_come_though_the_answer_never_ends_well(hostile):
    whole = b"HTTP/1.1 200 OK\r\n\r\n" + PAGE
    hostile.routes["/open"] = lambda handler: handler.drip(whole, b"\n")
    never_closed = probed(hostile.url + "/open", HURRIED)
    assert (never_closed.outcome, never_closed.failure) == (Outcome.EXCUSED, FailureKind.TIMEOUT)
    short = b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + PAGE
    hostile.routes["/short"] = lambda handler: handler.raw(short)
    broken_off = probed(hostile.url + "/short")
    assert (broken_off.outcome, broken_off.status) == (Outcome.EXCUSED, 200)


def test_our_own_limits_speak_against_nobody(hostile):
    large = hostile.serve("/large", b"x" * 100_001)
    assert (probed(large).outcome, probed(large).failure) == (Outcome.EXCUSED, FailureKind.TOO_LARGE)
    loop = hostile.redirect("/loop", "/loop")
    assert (probed(loop).outcome, probed(loop).failure) == (Outcome.EXCUSED, FailureKind.REDIRECT_LOOP)
    private = probed(hostile.url, http=replace(LIMITS, allow_private=False))
    assert (private.outcome, private.failure) == (Outcome.EXCUSED, FailureKind.PRIVATE_ADDRESS)
    for address in ("", "www.example.gov.cn", "ftp://example.gov.cn/", "http://[", "http://a b/"):
        assert (probed(address).outcome, probed(address).failure) == (Outcome.EXCUSED, FailureKind.BAD_URL)


def test_tls_that_cannot_be_trusted(hostile):
    found = probed(hostile.url.replace("http:", "https:"))  # the server speaks plain HTTP
    assert (found.outcome, found.failure) == (Outcome.EXCUSED, FailureKind.TLS)


def test_our_own_proxy_being_away_is_not_the_sites_fault(hostile):
    found = probed("http://www.example.gov.cn/", http=replace(LIMITS, proxy="http://127.0.0.1:1"))
    assert (found.outcome, found.failure) == (Outcome.EXCUSED, FailureKind.PROXY)


# --- the limit ---


@pytest.mark.parametrize(
    ("seconds", "outcome"),
    [(14.999, Outcome.OK), (15.0, Outcome.FAILED), (15.001, Outcome.FAILED)],
)
def test_fifteen_seconds_are_too_late(seconds, outcome):
    rule = load_standard("guoban-2019").probe_rule
    assert judge(seconds, rule, None, None)[0] is outcome


@given(st.floats(0, 1000), st.floats(0.1, 100), st.sampled_from([None, *FailureKind]))
def test_every_probe_has_one_outcome_and_only_ok_needs_no_reason(seconds, limit, kind):
    failure = None if kind is None else FetchFailure(kind, "原因", url="http://a.gov.cn/")
    outcome, told, reason = judge(seconds, replace(RULE, seconds=limit), failure, None)
    assert (outcome is Outcome.OK) == (kind is None and seconds < limit)
    assert (told is None) == (reason is None) == (outcome is Outcome.OK)


# --- many sites ---


def test_sites_of_one_host_are_asked_one_after_the_other(hostile):
    running, most, lock = 0, 0, threading.Lock()

    def page(handler):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1
        handler.answer(PAGE)

    sites = [site(f"{hostile.url}/{n}/", f"610400000{n}") for n in range(6)]
    for n in range(6):
        hostile.routes[f"/{n}/"] = page
    settings = replace(Settings(), http=LIMITS)
    found = probe_sites(sites, RULE, settings)
    assert [each.site for each in found] == sites
    assert {each.outcome for each in found} == {Outcome.OK}
    assert most == 1


def test_different_hosts_do_not_wait_for_each_other(hostile):
    """Each page is given only when the other has been asked for."""
    met = threading.Barrier(2)

    def page(handler):
        met.wait(5)
        handler.answer(PAGE)

    hostile.routes["/"] = page
    sites = [site(hostile.url + "/"), site(hostile.url.replace("127.0.0.1", "127.0.0.2") + "/")]
    proxied = replace(LIMITS, proxy=hostile.url)
    found = probe_sites(sites, RULE, replace(Settings(), http=proxied))
    assert [each.outcome for each in found] == [Outcome.OK, Outcome.OK]


def test_sites_not_reached_in_time_are_excused(hostile, monkeypatch):
    monkeypatch.setattr("jiancha.sites.probe.MAX_SECONDS", 0)
    settings = replace(Settings(), http=LIMITS)
    (found,) = probe_sites([site(hostile.serve("/", PAGE))], RULE, settings)
    assert (found.outcome, found.failure) == (Outcome.EXCUSED, FailureKind.BUDGET)
    assert hostile.seen == []


def test_rows_and_the_evidence_of_what_failed(hostile, tmp_path: Path):
    hostile.routes["/down"] = lambda handler: handler.answer(b"<h1>under repair</h1>", status=503)
    sites = [site(hostile.serve("/", PAGE)), site(hostile.url + "/down?token=secret", "6104000002")]
    lake, evidence = Lake(str(tmp_path)), EvidenceWriter("2021Q1/probe-x")
    made = rows([probed(each.url) for each in sites], "20210209T14", evidence)
    path = lake.evidence_path("2021Q1", "probe-x")
    evidence.save(lake, path)
    good, bad = made
    assert (good["outcome"], good["status"], good["evidence"], good["reason"]) == ("ok", 200, None, None)
    assert (bad["outcome"], bad["status"], bad["failure"]) == ("failed", 503, "server_error")
    assert bad["reason"] == "服务器返回 HTTP 503"
    assert "secret" not in bad["url"]
    assert read_evidence(lake, path, bad["evidence"]) == b"<h1>under repair</h1>"
    large = probed(hostile.serve("/", b"x" * 100_001))
    (row,) = rows([large], "20210209T15", kept := EvidenceWriter("y"))
    kept.save(lake, path)
    assert len(read_evidence(lake, path, row["evidence"])) == 65_536
    lake.write_rows("probes", "2021Q1", "20210209T14-a", made)
    assert [row["round"] for row in lake.window_rows("probes", "2021Q1")] == ["20210209T14"] * 2
