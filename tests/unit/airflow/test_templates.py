"""No text from outside is rendered as a template: questions of a review through Airflow's own rendering."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import DAG
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from jiancha.airflow.operators import ReviewOperator
from jiancha.review.actions import Asked, _link, _text

DAGS = Path(__file__).resolve().parents[3] / "dags"
SECRET = "s3cret"


class Secret:
    password = SECRET


HOSTILE = [
    *("{" * n + " conn.password " + "}" * n for n in range(1, 7)),
    "{{{ oops",
    "{% raw %}{{ conn.password }}",
    "{% endraw %}{{ conn.password }}{% raw %}",
    "{%- endraw -%}{{ conn.password }}",
    "{# {{ conn.password }}",
    "{% for x in conn %}",
    "{{ '{{' }} conn.password {{ '}}' }}",
]
pieces = st.sampled_from(
    ["{", "}", "%", "#", "-", " conn.password ", "raw", "endraw", "{{", "}}", "名称", "\n"]
)


def question(text: str) -> Asked:
    return Asked(
        about="findings", window="2021Q1", subject=text, body=text, options=["确认", "暂不公布"], findings=[]
    )


def rendered(operator: type[HITLOperator], **arguments: Any) -> HITLOperator:
    """An action as Airflow prepares it: rendered with the connection in reach."""
    with DAG("review", schedule=None):
        task = operator(task_id="decide", **arguments)
    task.render_template_fields({"conn": Secret()}, Environment(autoescape=False))
    return task


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_stays_what_it_is(text: str) -> None:
    task = rendered(ReviewOperator, question=question(text))
    assert (task.subject, task.body) == (text, text)
    label = Environment(autoescape=False).from_string("{{ task.subject }}").render(task=task)
    assert label == text


def test_a_mapped_question_has_its_own_fields_and_may_be_asked_again() -> None:
    decide = DagBag(dag_folder=str(DAGS)).dags["publish_notice"].get_task("decide")
    assert decide.partial_kwargs["retries"] == 50
    task = decide.unmap({"question": question("{{{ conn.password }}}")})
    task.render_template_fields({"conn": Secret()}, Environment(autoescape=False))
    assert task.subject == "{{{ conn.password }}}"
    assert set(task.params) == {"reason", "columns"}
    assert (task.retries, task.defaults) == (50, ["暂不公布"])


def test_airflows_own_operator_would_tell_the_password() -> None:
    """What this file guards against is real."""
    task = rendered(HITLOperator, subject="{{ conn.password }}", body="", options=["确认"])
    assert task.subject == SECRET


@given(st.lists(pieces, max_size=12).map("".join))
def test_no_mixture_of_braces_is_rendered(text: str) -> None:
    task = rendered(ReviewOperator, question=question(text))
    assert (task.subject, task.body) == (text, text)


#: What GitHub's Markdown, as Airflow shows it, makes a link of by itself.
AUTOLINK = re.compile(r"(?i)(?:https?|ftp)://|\bwww\.|(?:mailto|xmpp):|[\w.+-]@[\w-]")


@pytest.mark.parametrize(
    "text",
    [
        "见 http://evil.example/x",
        "HTTPS://EVIL.EXAMPLE",
        "www.evil.example",
        "写信给 a@evil.example",
        "mailto:a@evil.example",
        "<http://evil.example>",
        "[点此](http://evil.example)",
        "![图](https://evil.example/a.png)",
        "ftp://evil.example",
        "此http://evil.example",  # Markdown looks for Latin letters before it, and finds none
        "此www.evil.example 写给mailto:a@evil.example",
        "1https://evil.example",
        "ht\u200btp://evil.example",
        "h\x00ttps:\u202e//evil.example",
    ],
)
def test_a_bare_address_is_text_with_its_host(text: str) -> None:
    for shown in (_text(text), _link(text, "javascript:alert(1)")):
        assert not AUTOLINK.search(shown)
        assert "evil" in shown.lower()
        assert not re.search(r"(?<!\\)\]\(", shown)


@pytest.mark.parametrize(
    "text", ["http&colon;//evil.example", "&#104;ttp&#x3a;//evil.example", "a&commat;b.cn"]
)
def test_no_entity_of_a_text_is_read_as_the_sign_that_makes_a_link(text: str) -> None:
    assert _text(text) == re.sub("([&#])", r"\\\1", text)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//evil.example",
        "http://a.cn/> [x](http://evil.example",
        "http://a.cn/\nhttp://evil.example",
        "",
    ],
)
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    assert _link("名称", url) == "名称"


def test_an_address_of_the_web_becomes_a_link() -> None:
    assert _link("名称(一)", "https://a.gov.cn/x?a=1&b=(2)") == "[名称(一)](<https://a.gov.cn/x?a=1&b=(2)>)"
