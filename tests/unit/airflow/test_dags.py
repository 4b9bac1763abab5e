"""The DAGs as Airflow sees them."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk.exceptions import AirflowSkipException
from airflow.serialization.definitions.dag import SerializedDAG
from airflow.serialization.serialized_objects import DagSerialization

from jiancha.airflow import mail
from jiancha.airflow.timetable import InspectionWindowTimetable
from jiancha.errors import LakeError
from jiancha.windows import Calendar

ROOT = Path(__file__).resolve().parents[3]

#: Slow to import, or needed by few tasks: no DAG file may load them when Airflow parses it.
HEAVY = [
    "bs4",
    "docx",
    "duckdb",
    "great_expectations",
    "lxml",
    "matplotlib",
    "pandas",
    "pyarrow",
    "python_calamine",
    "selectolax",
    "warcio",
    "xlsxwriter",
]


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(dag_folder=str(ROOT / "dags"))


def test_there_are_exactly_these_dags_and_no_import_error(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert set(bag.dag_ids) == {
        "registry_sync",
        "availability_probe",
        "quarterly_inspection",
        "publish_notice",
        "rectification",
        "early_warning",
    }


def test_no_heavy_module_is_imported_at_parse() -> None:
    code = (
        "import sys, json, runpy\n"
        "for name in sys.argv[1:]: runpy.run_path(name)\n"
        f"print(json.dumps([m for m in {HEAVY!r} if m in sys.modules]))"
    )
    files = [str(p) for p in sorted((ROOT / "dags").glob("*.py"))]
    done = subprocess.run([sys.executable, "-c", code, *files], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_every_dag_tells_what_it_does_and_who_owns_it(bag: DagBag) -> None:
    for dag in bag.dags.values():
        assert dag.doc_md
        assert dag.tags >= {"jiancha"}
        assert dag.catchup is False
        for task in dag.tasks:
            assert task.owner == "jiancha"
            assert task.doc_md or task.__class__.__doc__


def test_the_inspection_reads_as_its_story(bag: DagBag) -> None:
    dag = bag.dags["quarterly_inspection"]
    downstream = {task.task_id: set(task.downstream_task_ids) for task in dag.tasks}
    assert downstream["open_window"] >= {"snapshot"}
    assert downstream["snapshot"] == {"gate_registry"}
    assert downstream["gate_registry"] == {"list_sites", "list_accounts"}
    assert downstream["list_sites"] == {"inspect_site"}
    assert downstream["list_accounts"] == {"fetch_account"}
    assert downstream["inspect_site"] == {"roll_up"}
    assert downstream["fetch_account"] == {"roll_up"}
    assert downstream["roll_up"] == {"gate_observations", "mail_unread"}
    assert downstream["mail_unread"] == set()  # no mail server stops an inspection
    assert downstream["gate_observations"] == {"assess"}
    assert downstream["assess"] == {"second_look.list_suspects"}
    assert downstream["second_look.list_suspects"] == {"second_look.look_again"}
    assert downstream["second_look.look_again"] == {"second_look.settle_looks"}
    assert downstream["second_look.settle_looks"] == {"gate_verdicts", "gate_notice", "take_screenshots"}
    assert downstream["take_screenshots"] == set()
    assert downstream["gate_verdicts"] == {"draft_notice"}
    assert downstream["gate_notice"] == {"draft_notice"}
    assert downstream["draft_notice"] == set()


def test_pictures_are_skipped_while_they_are_off(bag: DagBag) -> None:
    task = bag.dags["quarterly_inspection"].get_task("take_screenshots")
    with pytest.raises(AirflowSkipException, match=r"evidence\.screenshots is off"):
        task._pre_execute_hook({})


@pytest.mark.parametrize(
    ("task_id", "pool"), [("inspect_site", "jiancha_sites"), ("fetch_account", "jiancha_accounts")]
)
def test_fetch_tasks_are_mapped_pooled_and_retried_by_the_kind_of_failure(
    bag: DagBag, task_id: str, pool: str
) -> None:
    task = bag.dags["quarterly_inspection"].get_task(task_id)
    arguments = task.partial_kwargs
    assert arguments["pool"] == pool
    assert arguments["retries"] == 2
    assert arguments["retry_delay"].total_seconds() == 60
    rules = [(rule.exception, rule.action.value) for rule in arguments["retry_policy"].rules]
    assert rules == [
        ("jiancha.errors.RateLimited", "retry"),
        ("jiancha.errors.TransientFailure", "retry"),
        ("jiancha.errors.PermanentFailure", "fail"),
    ]
    assert arguments["retry_policy"].rules[0].retry_delay == timedelta(minutes=11)
    assert "label" in arguments["map_index_template"]


def test_the_review_reads_as_its_story(bag: DagBag) -> None:
    dag = bag.dags["publish_notice"]
    downstream = {task.task_id: set(task.downstream_task_ids) for task in dag.tasks}
    assert downstream["list_questions"] == {"decide"}
    assert downstream["decide"] == {"record"}
    assert downstream["record"] == {"measure_again", "publish"}
    assert downstream["publish"] == {"mail_notice"}
    assert downstream["measure_again"] == {"publish"}
    decide = dag.get_task("decide")
    assert decide.is_mapped
    assert decide.operator_class.template_fields == ()
    assert decide.partial_kwargs["response_timeout"] == timedelta(days=7)


def test_the_probe_reads_as_its_story(bag: DagBag) -> None:
    dag = bag.dags["availability_probe"]
    downstream = {task.task_id: set(task.downstream_task_ids) for task in dag.tasks}
    assert downstream == {
        "open_round": {"list_batches", "probe", "close_round"},
        "list_batches": {"probe"},
        "probe": {"close_round"},
        "close_round": set(),
    }
    assert dag.get_task("open_round").__class__.__name__ == "_ShortCircuitDecoratedOperator"
    assert dag.get_task("probe").is_mapped
    assert dag.get_task("probe").partial_kwargs["pool"] == "jiancha_sites"
    # a round with a batch that broke down is not whole, so it must not be closed
    assert dag.get_task("close_round").trigger_rule == "all_success"


def test_the_early_warning_reads_as_its_story(bag: DagBag) -> None:
    dag = bag.dags["early_warning"]
    downstream = {task.task_id: set(task.downstream_task_ids) for task in dag.tasks}
    assert downstream == {
        "open_check": {"list_accounts", "check", "settle", "warn_owners"},
        "list_accounts": {"check"},
        "check": {"settle"},
        "settle": {"warn_owners", "require_readable"},
        "warn_owners": set(),
        "require_readable": set(),
    }
    assert dag.get_task("check").is_mapped
    assert dag.get_task("check").partial_kwargs["pool"] == "jiancha_accounts"
    # a batch that broke down takes no warning from the others, nor its own accounts from the table
    assert dag.get_task("settle").trigger_rule == "all_done"
    minute, hour, *rest = dag.timetable.expression.split()
    assert rest == ["*"] * 3
    assert (minute.isdigit(), hour.isdigit()) == (True, True)  # once a day


def test_probes_are_made_every_hour_and_none_is_caught_up(bag: DagBag) -> None:
    dag = bag.dags["availability_probe"]
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    minute, *rest = dag.timetable.expression.split()
    assert rest == ["*"] * 4  # 24 a day, where the rule asks for 20
    assert 0 < int(minute) < 60
    assert dag.dagrun_timeout < timedelta(hours=1)


def test_pools_named_by_tasks_are_the_pools_that_are_made(bag: DagBag) -> None:
    made = set(json.loads((ROOT / "config" / "pools.json").read_text(encoding="utf-8")))
    tasks = [task for dag in bag.dags.values() for task in dag.tasks]
    assert {task.pool for task in tasks} - {"default_pool"} == made


def test_roll_up_runs_whatever_became_of_the_targets(bag: DagBag) -> None:
    assert bag.dags["quarterly_inspection"].get_task("roll_up").trigger_rule == "all_done"


def test_a_serialized_dag_keeps_its_timetable(bag: DagBag) -> None:
    data = DagSerialization.to_dict(bag.dags["quarterly_inspection"])
    copy = DagSerialization.from_dict(json.loads(json.dumps(data)))
    assert isinstance(copy, SerializedDAG)
    assert isinstance(copy.timetable, InspectionWindowTimetable)
    assert copy.timetable.serialize() == InspectionWindowTimetable().serialize()


def test_what_is_held_by_a_dag_can_be_copied_and_pickled(bag: DagBag) -> None:
    """Airflow copies a DAG, with its timetable and calendar, where a task of it is cleared."""
    for dag in bag.dags.values():
        assert copy.deepcopy(dag).task_ids == dag.task_ids
        stored = DagSerialization.from_dict(DagSerialization.to_dict(dag))
        assert copy.deepcopy(stored).task_ids == dag.task_ids
        for held in (dag.timetable, stored.timetable, *stored.tasks):
            copy.deepcopy(held)
        assert pickle.loads(pickle.dumps(stored.timetable)).serialize() == stored.timetable.serialize()
    moved = {"windows": {"2021Q1": {"start": "2021-02-01", "end": "2021-02-20"}}}
    calendar = Calendar.from_dict(moved)
    assert copy.deepcopy(calendar) == pickle.loads(pickle.dumps(calendar)) == calendar


def test_every_step_survives_a_lost_worker_and_gives_up_at_once_where_jiancha_finds_a_fault(
    bag: DagBag,
) -> None:
    for dag in bag.dags.values():
        for task in dag.tasks:
            arguments = task.partial_kwargs if task.is_mapped else vars(task)
            assert arguments["retries"] >= (task.task_id != "warn_owners"), task
    assess = bag.dags["quarterly_inspection"].get_task("assess")
    decided = [assess.retry_policy.evaluate(error, 1, 1) for error in (LakeError("x"), OSError("x"))]
    assert [decision.action.value for decision in decided] == ["fail", "default"]


def test_failed_tasks_are_mailed_but_not_those_of_single_targets_or_of_mails(bag: DagBag) -> None:
    dag = bag.dags["quarterly_inspection"]
    assert list(dag.get_task("assess").on_failure_callback) == [mail.mail_failure]
    assert not dag.get_task("inspect_site").partial_kwargs.get("on_failure_callback")
    assert not dag.get_task("mail_unread").on_failure_callback


def test_dags_tasks_and_groups_have_chinese_names(bag: DagBag) -> None:
    def chinese(text: str) -> bool:
        return any("\u4e00" <= c <= "\u9fff" for c in text)

    for dag in bag.dags.values():
        assert chinese(dag.dag_display_name)
        names = [task.task_display_name for task in dag.tasks]
        assert all(map(chinese, names)), names
    groups = bag.dags["quarterly_inspection"].task_group.get_task_group_dict().values()
    assert {each.group_display_name for each in groups if each.group_id} == {
        "名录",
        "采集",
        "评估",
        "复核",
        "通报",
    }
