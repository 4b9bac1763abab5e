"""The assessment as a whole: figures, the published database, repeatability, indicator sets as data."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from support.lake_rows import STANDARD, City, ago

from jiancha import standard as standard_package
from jiancha.assess import assess
from jiancha.assess.runner import INPUTS, RESULTS, models
from jiancha.errors import LakeError
from jiancha.lake import SCHEMAS, Lake
from jiancha.standard import Standard, load_standard
from jiancha.windows import Calendar

SHIPPED = Path(standard_package.__file__).parent / "guoban-2019.toml"


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Three sites and five accounts with every outcome."""
    city = City(tmp_path / "lake")
    city.good_site("s1", level="municipal_portal")
    city.site("s2")
    city.home("s2", ago(30))
    city.column("s2", "c", ago(30))
    city.columns("s2", 10, ago(400))
    city.site("s3", visit={"status": "failed", "reason": "连接或读取超时"})
    city.account("a1", ago(1))
    city.account("a2", ago(15))
    city.account("a3", ago(91), platform="新浪微博")
    city.account("a4", ago(91), platform="新浪微博")
    city.account("a5", platform="小程序", visit={"status": "failed", "reason": "没有发布记录可查"})
    return city


def test_figures_of_the_notice(city: City) -> None:
    rows = city.judge().rows("summary")
    assert {(r["target_kind"], r["measure"], r["key"]): r["value"] for r in rows} == {
        ("site", "registered", ""): 3,
        ("site", "inspected", ""): 2,
        ("site", "qualified", ""): 1,
        ("site", "unqualified", ""): 1,
        ("site", "undetermined", ""): 1,
        ("site", "level", "municipal_portal"): 1,
        ("site", "level", "municipal_department"): 2,
        ("site", "problem", "首页不更新"): 1,
        ("site", "problem", "栏目不更新"): 1,
        ("account", "registered", ""): 5,
        ("account", "inspected", ""): 4,
        ("account", "qualified", ""): 1,
        ("account", "unqualified", ""): 3,
        ("account", "undetermined", ""): 1,
        ("account", "platform", "微信订阅号"): 2,
        ("account", "platform", "新浪微博"): 2,
        ("account", "platform", "小程序"): 0,
        ("account", "platform_unqualified", "微信订阅号"): 1,
        ("account", "platform_unqualified", "新浪微博"): 2,
        ("account", "platform_unqualified", "小程序"): 0,
        ("account", "problem", "长期未更新"): 2,
        ("account", "problem", "超过两周未更新"): 1,
    }
    assert {r["previous"] for r in rows} == {None}


def test_account_problems_are_listed_the_graver_first_and_also_when_there_are_none(tmp_path: Path) -> None:
    city = City(tmp_path / "lake")
    city.account("a1", ago(1))
    problems = [(r["key"], r["value"]) for r in city.judge().rows("summary") if r["measure"] == "problem"]
    assert problems == [("长期未更新", 0), ("超过两周未更新", 0)]


def test_the_quarter_before_stands_beside(tmp_path: Path) -> None:
    before = City(tmp_path / "lake", Calendar().window("2020Q4"))
    before.account("a1", date(2020, 11, 15))
    before.account("a2", date(2020, 1, 1))
    before.judge()
    city = City(tmp_path / "lake")
    for target in ("a1", "a2", "a3"):
        city.account(target, ago(1))
    results = city.judge()
    assert results.figure("account", "registered") == (3, 2)
    assert results.figure("account", "unqualified") == (0, 1)
    assert results.figure("account", "problem", "长期未更新") == (0, 1)
    assert results.figure("account", "platform", "微信订阅号") == (3, 2)


def test_the_year_before_is_not_the_quarter_before(tmp_path: Path) -> None:
    City(tmp_path / "lake", Calendar().window("2020Q1")).judge()
    assert City(tmp_path / "lake").judge().figure("site", "registered") == (0, None)


def test_verdicts_stand_in_the_order_of_the_registry(city: City) -> None:
    verdicts = city.judge().rows("verdicts")
    assert [v["target_id"] for v in verdicts] == ["s1", "s2", "s3", "a1", "a2", "a3", "a4", "a5"]
    assert verdicts[1] == {
        "target_id": "s2",
        "target_kind": "site",
        "row": 2,
        "code": "code-s2",
        "name": "网站s2",
        "platform": None,
        "owner": "某局",
        "level": "municipal_department",
        "url": "http://s2.example/",
        "outcome": "unqualified",
        "problem": "监测时间点前2周内首页面无信息更新；应更新但长期未更新栏目数量超过（含）10个。",
        "reason": None,
    }
    assert verdicts[5]["platform"] == "新浪微博"
    assert (verdicts[5]["level"], verdicts[5]["url"]) == (None, None)


def test_every_target_has_every_indicator_of_its_kind_once(city: City) -> None:
    rows = city.judge().rows("measurements")
    for target, kind in (("s1", "site"), ("s3", "site"), ("a1", "account"), ("a5", "account")):
        indicators = [r["indicator"] for r in rows if r["target_id"] == target]
        assert indicators == [i.id for i in STANDARD.indicators if i.target == kind]


# --- the lake ---


def test_results_have_the_schemas_of_the_lake_and_are_the_same_when_made_again(city: City) -> None:
    city.judge()
    files = {table: city.lake.table_path(table, "2021Q1", "assessment") for table in RESULTS}
    first = {table: path.read_bytes() for table, path in files.items()}
    for table, path in files.items():
        assert city.lake.read_table(path).schema.equals(SCHEMAS[table]), table
    assess(city.lake, city.window, STANDARD)
    assert {table: path.read_bytes() for table, path in files.items()} == first


def test_the_order_of_rows_in_the_lake_does_not_matter(city: City, tmp_path: Path) -> None:
    city.judge()
    first = {table: city.lake.window_rows(table, "2021Q1") for table in RESULTS}
    for targets in city.rows.values():
        for rows in targets.values():
            rows.reverse()
    city.judge()
    assert {table: city.lake.window_rows(table, "2021Q1") for table in RESULTS} == first


def test_the_newest_of_several_items_of_one_day_is_named_by_its_place(tmp_path: Path) -> None:
    city = City(tmp_path / "lake")
    city.site()
    city.column("s1", "c", ago(30), ago(3), ago(3), ago(3))
    results = city.judge()
    assert results.column("s1", "c")["newest_title"] == "c的第1条"


def test_the_published_database_has_inputs_and_results(city: City) -> None:
    city.judge()
    path = city.lake.database_path("2021Q1")
    with city.lake.duckdb(str(path), read_only=True) as session:
        for table in (*INPUTS, *RESULTS):
            columns = [row[0] for row in session.execute(f'DESCRIBE "{table}"').fetchall()]
            assert columns == SCHEMAS[table].names, table
        counts = session.execute(
            "SELECT outcome, count(*) FROM verdicts GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        read = session.execute("SELECT max(as_of)::VARCHAR FROM visits").fetchone()
    assert counts == [("qualified", 2), ("undetermined", 2), ("unqualified", 4)]
    assert read == ("2021-02-16 10:00:00+08",)
    assert [p.name for p in path.parent.iterdir()] == ["jiancha.duckdb"]


def test_a_reader_keeps_its_database_while_a_new_one_is_published(city: City) -> None:
    city.judge()
    path = str(city.lake.database_path("2021Q1"))
    with city.lake.duckdb(path, read_only=True) as session:
        assess(city.lake, city.window, STANDARD)
        assert session.execute("SELECT count(*) FROM verdicts").fetchone() == (8,)


def test_an_empty_registry_gives_empty_results_and_figures_of_nothing(tmp_path: Path) -> None:
    results = City(tmp_path / "lake").judge()
    assert results.rows("verdicts") == results.rows("findings") == results.rows("measurements") == []
    assert results.figure("site", "registered") == results.figure("account", "inspected") == (0, None)


def test_a_window_without_registry_is_not_assessed(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    with pytest.raises(LakeError, match="2021Q1"):
        assess(lake, Calendar().window("2021Q1"), STANDARD)
    assert list(tmp_path.iterdir()) == []


def test_rows_of_targets_that_are_not_registered_accuse_nobody(city: City) -> None:
    city.account("ghost", ago(400))
    city.registry["accounts"].pop()
    results = city.judge()
    assert "ghost" not in {r["target_id"] for table in ("verdicts", "findings") for r in results.rows(table)}
    assert results.figure("account", "unqualified") == (3, None)


def test_the_path_of_the_lake_is_no_pattern(tmp_path: Path) -> None:
    city = City(tmp_path / "lake [2021]*?")
    city.account("a1", ago(20))
    assert city.judge().outcome("a1") == "unqualified"


def test_files_of_an_older_schema_lack_columns(city: City) -> None:
    city.judge()
    path = city.lake.table_path("posts", "2021Q1", "a1")
    city.lake.write_table(path, city.lake.read_table(path).drop_columns(["pinned", "evidence"]))
    assess(city.lake, city.window, STANDARD)
    assert city.lake.window_rows("verdicts", "2021Q1")[3]["outcome"] == "qualified"


def test_a_lake_that_is_no_folder() -> None:
    city = City(Path("unused"))
    city.lake = Lake("memory://assess-test/lake")
    city.account("a1", ago(20))
    city.account("a2", ago(14))
    results = city.judge()
    assert [results.outcome(t) for t in ("a1", "a2")] == ["unqualified", "qualified"]
    assert city.lake.database_path("2021Q1").read_bytes()[8:12] == b"DUCK"


# --- the indicator set ---


def changed_standard(folder: Path, *changes: tuple[str, str]) -> Standard:
    """The shipped set with other numbers, as a province would write it."""
    text = SHIPPED.read_text(encoding="utf-8").replace('id = "guoban-2019"', 'id = "other"')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "other.toml").write_text(text, encoding="utf-8")
    return load_standard("other", folder)


def test_no_number_is_hidden_in_the_models(tmp_path: Path) -> None:
    standard = changed_standard(
        tmp_path,
        ("threshold = 14", "threshold = 3"),
        ("threshold = 90", "threshold = 5"),
        ("threshold = 10\n", "threshold = 2\n"),
        (
            'threshold = 5\ncompare = "at_least"\nunit = "column"',
            'threshold = 1\ncompare = "at_least"\nunit = "column"',
        ),
        ("\nmonths = 12", "\ndays = 4"),
        ("days = 14", "days = 2"),
        ("warn_at = 10", "warn_at = 1"),
        ("known_for_days = 31", "known_for_days = 0"),
    )
    city = City(tmp_path / "lake")
    city.account("a1", ago(3))
    city.account("a2", ago(4))
    city.account("a3", ago(6))
    city.site("s1")
    city.home("s1", ago(4))
    city.columns("s1", 2, ago(5))
    city.column("s1", "n", ago(3), kind="news")
    city.column("s1", "blank")
    results = city.judge(standard)
    assert [results.found(a) for a in ("a1", "a2", "a3")] == [[], ["account.stale"], ["account.long_stale"]]
    assert results.measurement("a1", "account.stale")["warn"] is True
    assert results.found("s1") == ["site.home_stale", "site.columns_a", "site.columns_b"]
    assert results.column("s1", "blank")["outcome"] == "empty"
    assert {f["standard_id"] for f in results.rows("findings")} == {"other"}


def test_compare_is_data_too(tmp_path: Path) -> None:
    standard = changed_standard(
        tmp_path,
        ('threshold = 14\ncompare = "more_than"', 'threshold = 14\ncompare = "at_least"'),
        ('threshold = 10\ncompare = "at_least"', 'threshold = 10\ncompare = "more_than"'),
    )
    city = City(tmp_path / "lake")
    city.account("a1", ago(13))
    city.account("a2", ago(14))
    for target, number in (("s1", 10), ("s2", 11)):
        city.good_site(target)
        city.columns(target, number, ago(400))
    results = city.judge(standard)
    outcomes = {v["target_id"]: v["outcome"] for v in results.rows("verdicts")}
    assert outcomes == {"s1": "qualified", "s2": "unqualified", "a1": "qualified", "a2": "unqualified"}


def test_a_required_indicator_that_no_model_measures_leaves_everything_open(tmp_path: Path) -> None:
    standard = changed_standard(
        tmp_path, ('unit = "finding"\nrequired = false', 'unit = "finding"\nrequired = true')
    )
    city = City(tmp_path / "lake")
    city.good_site()
    results = city.judge(standard)
    assert (results.outcome("s1"), results.verdict("s1")["reason"]) == ("undetermined", "未监测")


def test_a_blank_column_is_known_for_ever_where_no_limit_is_given(tmp_path: Path) -> None:
    line = "known_for_days = 31 # read later, an empty column may have been opened since\n"
    standard = changed_standard(tmp_path, (line, ""))
    city = City(tmp_path / "lake", read_on=ago(-900))
    city.site()
    city.column("s1", "c")
    assert city.judge(standard).column("s1", "c")["outcome"] == "blank"


def test_a_set_without_the_rule_of_blank_columns_still_judges_columns(tmp_path: Path) -> None:
    standard = changed_standard(tmp_path, ('id = "site.columns_c"', 'id = "site.empty_columns"'))
    city = City(tmp_path / "lake")
    city.site()
    city.column("s1", "c", ago(400))
    assert city.judge(standard).column("s1", "c")["outcome"] == "stale"


def test_models_say_what_a_row_is() -> None:
    assert len(models()) >= 9
    assert all(model.startswith("-- ") for model in models())
