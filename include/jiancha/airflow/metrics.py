"""What an inspection comes to, as gauges of Airflow's own metrics (docs/metrics.md names the series).

What a gauge is about stands in its name and not in tags: plain StatsD has none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from airflow.sdk.configuration import conf
from airflow.sdk.observability import stats

from jiancha.errors import FailureKind
from jiancha.pipeline.context import open_run

_BACKENDS = ("statsd_on", "statsd_datadog_enabled", "otel_on")


def send(window_key: str) -> None:
    """Send what is known of a window by now, where Airflow's metrics are on."""
    if any(conf.getboolean("metrics", backend, fallback=False) for backend in _BACKENDS):
        for name, value in gauges(window_key):
            stats.gauge(f"jiancha.{name}", value)


def gauges(window_key: str) -> Iterator[tuple[str, float]]:
    """Every series with its value; what did not occur is 0, so that no value of an earlier run stays."""
    _, lake, _, standard = open_run(window_key)
    visits = lake.window_rows("visits", window_key)
    unread = Counter((row["target_kind"], row["failure"]) for row in visits if row["status"] == "failed")
    for kind in ("site", "account"):
        yield f"targets.{kind}.read", sum(r["target_kind"] == kind and r["status"] == "ok" for r in visits)
        for failure in FailureKind:
            yield f"targets.{kind}.unread.{failure}", unread[kind, failure]
    ages: dict[str, float] = {}
    for row in visits:
        if row["status"] == "ok" and row["adapter"] and row["as_of"]:
            age = (row["started_at"] - row["as_of"]).total_seconds()
            ages[row["adapter"]] = max(ages.get(row["adapter"], 0.0), age)
    for adapter, age in sorted(ages.items()):
        yield f"source_age_seconds.{adapter}", age
    outcomes = Counter(row["outcome"] for row in lake.window_rows("verdicts", window_key))
    for outcome in ("qualified", "unqualified", "undetermined"):
        yield f"verdicts.{outcome}", outcomes[outcome]
    found = Counter(row["indicator"] for row in lake.window_rows("findings", window_key))
    for indicator in standard.indicators:
        yield f"findings.{indicator.id}", found[indicator.id]
    failed = Counter(
        (row["gate"], row["severity"]) for row in lake.window_rows("quality", window_key) if not row["passed"]
    )
    for gate in ("registry", "observations", "verdicts", "notice"):
        for severity in ("critical", "warning"):
            yield f"gates.{gate}.{severity}", failed[gate, severity]
