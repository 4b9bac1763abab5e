"""Outside text through a real run of Airflow: what people are asked, labels, and a task's arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from airflow.dag_processing.bundles.manager import DagBundlesManager
from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
from airflow.sdk import DAG, dag, task
from fastapi.testclient import TestClient
from support.smtp import mail_server

from jiancha.airflow import mail
from jiancha.airflow.dag_parts import mapped_over
from jiancha.airflow.operators import ASK_AGAIN, ReviewOperator
from jiancha.review.actions import Asked

SECRET = "s3cret-of-a-connection"
STOLEN = "conn.office.password"
#: Each alone: braces of every number around what would be rendered, and what ends a block from inside.
PAYLOADS = (
    *(f"{'{' * n} {STOLEN} {'}' * n}" for n in range(1, 7)),
    *(f"{'{' * n} oops" for n in range(1, 7)),
    f"{{% endraw %}}{{{{ {STOLEN} }}}}{{% raw %}}",
    f"{{%- endraw -%}}{{{{ {STOLEN} }}}}{{%- raw -%}}",
    f"{{% raw %}}{{{{ {STOLEN} }}}}{{% endraw %}}{{{{ {STOLEN} }}}}",
    f"{{# {{{{ {STOLEN} }}}}",
    f"#}}{{{{ {STOLEN} }}}}{{#",
    f"{{% for x in [{STOLEN}] %}}",
    f"{{% set x = {STOLEN} %}}{{{{ x }}}}",
    "{% include '/etc/passwd' %}",
    f"{{{{ '{{{{' }}}} {STOLEN} {{{{ '}}}}' }}}}",
    f"${{{STOLEN}}} $(( 1 )) %({STOLEN})s {{0.__class__}} <%= {STOLEN} %>",
    "{{ ti.xcom_pull(task_ids='x') }}.sql",  # an ending that Airflow reads files of
    "{{ macros }}.sh",
)


@pytest.fixture
def answering(airflow_app: TestClient, token: Callable[[str], dict[str, str]]) -> Callable[[], Any]:
    """People who confirm whatever they are asked, for as long as they are needed; what they were asked."""

    @contextmanager
    def people() -> Iterator[dict[int, dict[str, Any]]]:
        asked: dict[int, dict[str, Any]] = {}
        done, headers = Event(), token()

        def answer() -> None:
            while not done.wait(0.3):
                found = airflow_app.get("/api/v2/dags/hostile/dagRuns/~/hitlDetails", headers=headers)
                for each in found.json().get("hitl_details", []):
                    ti = each["task_instance"]
                    if each["response_received"] or ti["state"] != "awaiting_input":
                        continue
                    asked[ti["map_index"]] = each
                    path = (
                        f"/api/v2/dags/hostile/dagRuns/{ti['dag_run_id']}/taskInstances/{ti['task_id']}"
                        f"/{ti['map_index']}/hitlDetails"
                    )
                    told = {"chosen_options": ["确认"], "params_input": {"reason": "", "columns": ""}}
                    airflow_app.patch(path, headers=headers, json=told)

        thread = Thread(target=answer)
        thread.start()
        try:
            yield asked
        finally:
            done.set()
            thread.join(30)

    return people


def question(text: str) -> Asked:
    return Asked(
        about="findings",
        window="2021Q1",
        subject=text,
        body=f"{text}\n",
        options=["确认", "暂不公布"],
        findings=[],
    )


def known(made: DAG) -> DAG:
    """The DAG, as one that Airflow's database knows."""
    DagBundlesManager().sync_bundles_to_db()
    bag = DagBag(dag_folder="/dev/null")
    bag.bag_dag(made)
    sync_bag_to_db(bag, "dags-folder", None)
    return made


def test_a_real_run_renders_nothing_that_comes_from_outside(
    answering: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_OFFICE", f"http://clerk:{SECRET}@office.example")
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("JIANCHA_REVIEW__RECIPIENTS", "reviewer@office.example")
    seen: dict[str, Any] = {}
    together = "\n".join(PAYLOADS)

    @dag(dag_id="hostile", schedule=None)
    def hostile() -> None:
        @task
        def questions() -> list[dict[str, Any]]:
            return [{"question": question(text)} for text in (together, *PAYLOADS[3:14:5])]

        @task
        def window() -> str:
            return together

        @task
        def batches() -> list[dict[str, Any]]:
            return [{"label": together, "targets": [together]}]

        @task(**mapped_over("batch"))
        def look(batch: dict[str, Any], window: str) -> str:
            seen["batch"], seen["window"] = batch, window
            return together

        @task
        def tell(subjects: list[str], answers: list[Any], **context: Any) -> None:
            seen["subjects"], seen["answers"] = list(subjects), [dict(each) for each in answers]
            mail.mail_review([together], list(subjects), context)
            mail.mail_ledger(together, list(subjects), context)

        @task
        def control(text: str) -> None:
            seen["control"] = text

        decide = ReviewOperator.partial(
            task_id="decide", map_index_template="{{ task.subject }}", **ASK_AGAIN
        ).expand_kwargs(questions())
        looked = look.partial(window=window()).expand(batch=batches())
        tell(looked, decide.output)
        control(f"{{{{ {STOLEN} }}}}")

    with mail_server() as mailbox, answering() as asked:
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", mailbox.connection)
        run = known(hostile()).test()
    assert run.state == "success"
    assert seen.pop("control") == SECRET  # what is written in a DAG file is rendered: the bait is real
    texts = [together, *PAYLOADS[3:14:5]]
    assert [asked[index]["subject"] for index in sorted(asked)] == texts
    assert [asked[index]["body"] for index in sorted(asked)] == [f"{text}\n" for text in texts]
    assert seen["batch"] == {"label": together, "targets": [together]}
    assert (seen["window"], seen["subjects"]) == (together, [together])
    assert [each["chosen_options"] for each in seen["answers"]] == [["确认"]] * len(texts)
    shown = [message.get_body(("plain",)).get_content() for message in mailbox.messages]
    assert len(shown) == 2
    for text in shown:
        assert " ".join(together.split()) in " ".join(text.split())
    assert SECRET not in repr((asked, seen)) + "".join(map(str, mailbox.messages))
