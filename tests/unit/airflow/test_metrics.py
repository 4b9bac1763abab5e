"""Gauges of a window, as a StatsD server on loopback hears them."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.sdk.observability import stats
from airflow.sdk.observability.metrics.stats_utils import get_stats_factory
from support.lake_rows import City, ago

from jiancha.airflow import metrics
from jiancha.pipeline import quarterly_inspection


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path))
    city = City(tmp_path)
    city.good_site("s1")
    city.site("s2", visit={"status": "failed", "failure": "timeout", "reason": "超时"})
    city.account("a1", ago(40))
    city.account("a2", ago(1))
    for row in city.rows["visits"]["a2"]:
        row |= {"adapter": "rsshub", "started_at": row["as_of"] + timedelta(hours=2)}
    city.judge()
    quarterly_inspection.run_gate("2021Q1", "verdicts")
    return city


def test_a_statsd_server_hears_what_a_window_came_to(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_ON", "True")
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_HOST", "127.0.0.1")
        monkeypatch.setenv("AIRFLOW__METRICS__STATSD_PORT", str(server.getsockname()[1]))
        stats.initialize(factory=get_stats_factory(), export_legacy_names=False)
        metrics.send("2021Q1")
        heard = {}
        for _ in metrics.gauges("2021Q1"):
            name, _, value = server.recv(1000).decode().partition(":")
            heard[name.removeprefix("airflow.jiancha.")] = value
    assert heard["targets.site.read"] == "1|g"
    assert heard["targets.site.unread.timeout"] == "1|g"
    assert heard["targets.site.unread.network"] == "0|g"  # said, so that an earlier run's figure goes
    assert heard["targets.account.read"] == "2|g"
    assert heard["source_age_seconds.rsshub"] == "7200.0|g"
    assert heard["verdicts.undetermined"] == "1|g"
    assert heard["findings.account.stale"] == "1|g"
    assert heard["findings.site.home_stale"] == "0|g"
    assert (heard["gates.verdicts.warning"], heard["gates.verdicts.critical"]) == ("1|g", "0|g")
    stats.initialize(factory=get_stats_factory(), export_legacy_names=False)


def test_nothing_is_read_or_sent_while_metrics_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "gauges", lambda window: pytest.fail("read"))
    metrics.send("2021Q1")
