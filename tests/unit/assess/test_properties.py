"""What must hold for any listing: newer posts never hurt, later posts never matter, less is never worse."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from support.lake_rows import City, ago

from jiancha.errors import FailureKind

AGES = st.lists(st.one_of(st.none(), st.integers(0, 120)), max_size=6)
EXAMPLES = settings(max_examples=5)
#: Many targets are judged in one assessment: an example costs little, an assessment a third of a second.
LISTINGS = st.lists(AGES, min_size=20, max_size=30)


def days(ages: list[int | None]) -> list[object]:
    return [None if age is None else ago(age) for age in ages]


@EXAMPLES
@given(LISTINGS, st.integers(0, 14), st.integers(1, 100))
def test_posts_added(listings: list[list[int | None]], newer: int, later: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        city = City(Path(folder))
        for n, ages in enumerate(listings):
            city.account(f"plain{n}", *days(ages))
            city.account(f"newer{n}", *days([newer, *ages]))
            city.account(f"later{n}", *days([-later, *ages]))
        results = city.judge(together=True)
        outcomes = {v["target_id"]: v["outcome"] for v in results.rows("verdicts")}
        findings = {f["target_id"]: f["indicator"] for f in results.rows("findings")}
    for n in range(len(listings)):
        assert outcomes[f"newer{n}"] == "qualified"
        assert outcomes[f"later{n}"] == outcomes[f"plain{n}"]
        assert findings.get(f"later{n}") == findings.get(f"plain{n}")


@EXAMPLES
@given(LISTINGS, st.integers(0, 120))
def test_an_older_post_never_turns_fresh_into_stale(listings: list[list[int | None]], age: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        city = City(Path(folder))
        for n, ages in enumerate(listings):
            city.account(f"plain{n}", *days(ages))
            city.account(f"more{n}", *days([*ages, age]))
        outcomes = {v["target_id"]: v["outcome"] for v in city.judge(together=True).rows("verdicts")}
    for n in range(len(listings)):
        if outcomes[f"plain{n}"] == "qualified":
            assert outcomes[f"more{n}"] == "qualified"


@EXAMPLES
@given(LISTINGS, st.sampled_from(list(FailureKind)))
def test_less_coverage_never_makes_a_finding(listings: list[list[int | None]], failure: FailureKind) -> None:
    with tempfile.TemporaryDirectory() as folder:
        city = City(Path(folder))
        for n, ages in enumerate(listings):
            city.account(f"whole{n}", *days(ages))
            city.account(f"order{n}", *days(ages), listing={"order": "newest_first"})
            city.account(f"part{n}", *days(ages), listing={"failure": failure, "reason": "x"})
            city.account(f"failed{n}", *days(ages), visit={"status": "failed", "reason": "x"})
        outcomes = {v["target_id"]: v["outcome"] for v in city.judge(together=True).rows("verdicts")}
    for n in range(len(listings)):
        if None not in listings[n]:  # an order tells more of undated posts: they stand behind older ones
            assert outcomes[f"order{n}"] != "unqualified" or outcomes[f"whole{n}"] == "unqualified"
        assert outcomes[f"part{n}"] != "unqualified"
        assert outcomes[f"failed{n}"] == "undetermined"


@EXAMPLES
@given(LISTINGS, st.integers(0, 14), st.integers(1, 100))
def test_columns(listings: list[list[int | None]], newer: int, later: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        city = City(Path(folder))
        city.site()
        for n, ages in enumerate(listings):
            column = {"kind": "news", "status": "ok"}
            city.column("s1", f"plain{n}", *days(ages), **column)
            city.column("s1", f"newer{n}", *days([newer, *ages]), **column)
            city.column("s1", f"later{n}", *days([-later, *ages]), **column)
            city.column("s1", f"cut{n}", *days(ages), **column | {"reached_end": False})
            city.column("s1", f"failed{n}", *days(ages), **column | {"status": "failed"})
        outcomes = {c["column_id"]: c["outcome"] for c in city.judge(together=True).rows("column_freshness")}
    for n in range(len(listings)):
        assert outcomes[f"newer{n}"] == "fresh"
        assert outcomes[f"later{n}"] == outcomes[f"plain{n}"]
        for kind in ("cut", "failed"):
            assert outcomes[f"{kind}{n}"] in ("fresh", "unknown")
            assert (outcomes[f"{kind}{n}"] == "fresh") == (outcomes[f"plain{n}"] == "fresh")


@EXAMPLES
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=10, max_size=30))
def test_failing_to_read_columns_never_makes_a_finding(cases: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        city = City(Path(folder))
        for n, (stale, lost) in enumerate(cases):
            for kind in ("whole", "lossy"):
                city.good_site(f"{kind}{n}")
                city.columns(f"{kind}{n}", stale, ago(400))
            for column in city.rows["columns"][f"lossy{n}"][1 : 1 + lost]:
                column.update(status="failed", reached_end=False)
        outcomes = {v["target_id"]: v["outcome"] for v in city.judge(together=True).rows("verdicts")}
    for n, (stale, lost) in enumerate(cases):
        assert outcomes[f"whole{n}"] == ("unqualified" if stale >= 10 else "qualified")
        left = stale - min(stale, lost)
        expected = "unqualified" if left >= 10 else "undetermined" if stale >= 10 else "qualified"
        # five lost columns may be blank, or stale news
        if expected == "qualified" and min(stale, lost) >= 5:
            expected = "undetermined"
        assert outcomes[f"lossy{n}"] == expected
