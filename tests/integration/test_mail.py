"""Mails through Airflow's SmtpHook to a real SMTP server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from types import SimpleNamespace
from typing import NamedTuple

import pytest
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowSkipException
from bs4 import BeautifulSoup
from support.smtp import Mailbox, mail_server

from jiancha.airflow import mail
from jiancha.errors import LakeError
from jiancha.pipeline.early_warning import OwnerWarning
from jiancha.pipeline.publish_notice import Published
from jiancha.pipeline.quarterly_inspection import FailedTarget, RollUp
from jiancha.windows import ZONE
from jiancha_sandbox.local_airflow import free_port

HOSTILE = FailedTarget(
    kind="account",
    name="<script>alert(1)</script>{{ conn.smtp_default.password }}{% endraw %}{{ 7*7 }}",
    code="6104000011",
    failure="bad_content",
    reason="数据源返回网页而不是订阅源",
    url="http://feeds.example.gov.cn/a?b=1&c=2",
)
DEAD = FailedTarget(
    "site", "咸阳市科学技术局", "6104000054", "timeout", "连接超时", "http://kjj.xianyang.gov.cn/"
)


@pytest.fixture
def mailed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", mailbox.connection)
        monkeypatch.setenv("JIANCHA_MAIL__RECIPIENTS", "ops@example.gov.cn,duty@example.gov.cn")
        monkeypatch.setenv("JIANCHA_MAIL__SENDER", "jiancha@example.gov.cn")
        yield mailbox


def test_one_message_lists_every_failing_target(mailed: Mailbox) -> None:
    sent = mail.mail_failed_targets("2021Q1", RollUp(56, 252, [DEAD, HOSTILE]), {})
    assert sent is True
    (message,) = mailed.messages
    assert message["Subject"] == "[检查] 2021Q1：2/308 个对象未能读取"
    assert message["From"] == "jiancha@example.gov.cn"
    assert {a.addr_spec for a in message["To"].addresses} == {"ops@example.gov.cn", "duty@example.gov.cn"}
    page = BeautifulSoup(message.get_body(("html",)).get_content(), "html.parser")
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in page.find_all("tr")[1:]]
    assert rows[0] == ["网站", "咸阳市科学技术局", "6104000054", "连接超时", "http://kjj.xianyang.gov.cn/"]
    assert rows[1][0] == "新媒体"
    assert rows[1][4] == "http://feeds.example.gov.cn/a?b=1&c=2"


def test_a_targets_name_is_text_neither_markup_nor_template(mailed: Mailbox) -> None:
    mail.mail_failed_targets("2021Q1", RollUp(56, 252, [HOSTILE]), {})
    html = mailed.messages[0].get_body(("html",)).get_content()
    page = BeautifulSoup(html, "html.parser")
    assert page.find("script") is None
    assert "{{ 7*7 }}" in page.get_text()
    assert "49" not in page.get_text()


def test_one_line_for_each_connection_that_failed(mailed: Mailbox) -> None:
    expired = [
        FailedTarget("account", f"账号{n}", f"{n}", "auth_expired", "令牌<过期>", "wechat_a", "连接 wechat_a")
        for n in range(3)
    ]
    blocked = FailedTarget("account", "账号9", "9", "anti_bot", "验证码", "/weibo/user/1", "RSSHub /weibo")
    mail.mail_failed_targets("2021Q1", RollUp(56, 252, [DEAD, *expired, blocked]), {})
    (message,) = mailed.messages
    page = BeautifulSoup(message.get_body(("html",)).get_content(), "html.parser")
    assert [line.get_text() for line in page.find_all("li")] == [
        "连接 wechat_a（auth_expired）：3 个账号受影响。令牌<过期>",
        "RSSHub /weibo（anti_bot）：1 个账号受影响。验证码",
    ]
    assert len(page.find_all("tr")) == 1 + 5


def test_no_message_without_failures(mailed: Mailbox) -> None:
    assert mail.mail_failed_targets("2021Q1", RollUp(56, 252, []), {}) is False
    assert mailed.messages == []


def test_no_message_without_recipients(mailed: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_MAIL__RECIPIENTS", "")
    assert mail.mail_failed_targets("2021Q1", RollUp(56, 252, [DEAD]), {}) is False
    assert mailed.messages == []


def test_a_published_notice_goes_out_with_its_files(mailed: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example.gov.cn")
    monkeypatch.setenv("JIANCHA_REVIEW__RECIPIENTS", "review@example.gov.cn")
    files = [("notice.docx", b"PK1"), ("annexes.xlsx", b"PK2")]
    assert mail.mail_notice("2021Q1", Published(2, files, 11), {}) is True
    (message,) = mailed.messages
    assert [part.get_filename() for part in message.iter_attachments()] == [
        "2021年第一季度通报（第2版）.docx",
        "2021年第一季度附件（第2版）.xlsx",
    ]
    assert [part.get_payload(decode=True) for part in message.iter_attachments()] == [b"PK1", b"PK2"]
    page = BeautifulSoup(message.get_body(("html",)).get_content(), "html.parser")
    letters = page.find("a", string="整改通知单11份（zip）")
    assert letters["href"] == "https://airflow.example.gov.cn/jiancha/window/2021Q1/letters.zip?version=2"
    assert {a.addr_spec for a in message["To"].addresses} == {"review@example.gov.cn"}


def test_what_waits_for_review_is_told_as_text(mailed: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_REVIEW__RECIPIENTS", "review@example.gov.cn")
    assert mail.mail_review(["2021Q1"], [HOSTILE.name], {}) is True
    page = BeautifulSoup(mailed.messages[0].get_body(("html",)).get_content(), "html.parser")
    assert page.find("script") is None
    assert "{{ 7*7 }}" in page.get_text()


def test_escalations_go_to_their_own_recipients(mailed: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_REVIEW__RECIPIENTS", "review@example.gov.cn")
    assert mail.mail_ledger("督办", ["某局"], {}, escalate=True) is False
    monkeypatch.setenv("JIANCHA_REVIEW__ESCALATION_RECIPIENTS", "chief@example.gov.cn")
    assert mail.mail_ledger("督办", ["某局"], {}, escalate=True) is True
    assert {a.addr_spec for a in mailed.messages[0]["To"].addresses} == {"chief@example.gov.cn"}


WARNED = {
    "owner": "秦都区政府",
    "platform": "微信公众号",
    "name": HOSTILE.name,
    "account_code": "610402M001WX0001",
    "days_without": 10,
    "newest": date(2021, 3, 21),
    "newest_title": "<b>{{ 7*7 }}</b>",
    "newest_url": "https://mp.weixin.qq.com/s?a=1&b='2'",
}
LETTER = OwnerWarning(
    "秦都区政府", ("office@qindu.gov.cn",), datetime(2021, 3, 31, 9, tzinfo=ZONE), 14, (WARNED,)
)


def test_a_warning_goes_to_the_owner_alone(mailed: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_REVIEW__CONTACT", "029-33210000")
    assert mail.mail_warning(LETTER, {}) is True
    (message,) = mailed.messages
    assert {a.addr_spec for a in message["To"].addresses} == {"office@qindu.gov.cn"}
    assert message["Subject"] == "[检查] 预警：1 个政务新媒体账号多日未发布"
    page = BeautifulSoup(message.get_body(("html",)).get_content(), "html.parser")
    (row,) = [[cell.get_text() for cell in row.find_all("td")] for row in page.find_all("tr")[1:]]
    assert row == [
        "秦都区政府",
        "微信公众号",
        HOSTILE.name,
        "610402M001WX0001",
        "10天",
        "2021-03-21 <b>{{ 7*7 }}</b>",
    ]
    assert page.find("script") is None
    assert page.find("a")["href"] == "https://mp.weixin.qq.com/s?a=1&b='2'"
    text = page.get_text()
    assert "截至2021-03-31 09:00" in text
    assert "前14天内" in text
    assert "029-33210000" in text
    assert "没有登记邮箱" not in text


def test_a_warning_without_an_owners_address_says_so(mailed: Mailbox) -> None:
    hidden = LETTER._replace(owner=None, rows=(WARNED | {"newest_url": "javascript:alert(1)"},))
    assert mail.mail_warning(hidden, {}) is True
    page = BeautifulSoup(mailed.messages[0].get_body(("html",)).get_content(), "html.parser")
    assert "没有登记邮箱" in page.get_text()
    assert page.find("a") is None
    assert mail.mail_warning(LETTER._replace(to=()), {}) is False
    assert len(mailed.messages) == 1


def test_a_server_that_is_not_there_is_an_error_that_the_warning_knows(
    mailed: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = f"smtp://127.0.0.1:{free_port()}/?disable_ssl=true&disable_tls=true&timeout=2&retry_limit=0"
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", gone)
    with pytest.raises(ConnectionRefusedError):
        mail.mail_warning(LETTER, {})


def test_a_mail_is_read_without_html_too(mailed: Mailbox) -> None:
    mail.mail_failed_targets("2021Q1", RollUp(56, 252, [DEAD]), {})
    lines = mailed.messages[0].get_body(("plain",)).get_content().splitlines()
    assert lines[0] == "2021Q1：下列对象未能读取，本次记为“未判定”，不计入不合格。"
    assert lines[-1] == "网站　咸阳市科学技术局　6104000054　连接超时　http://kjj.xianyang.gov.cn/"


class _Ti(NamedTuple):
    """What a mail asks of a task instance."""

    task: BaseOperator
    try_number: int
    max_tries: int = 3
    dag_id: str = "quarterly_inspection"
    task_id: str = "mail_unread"
    run_id: str = "manual__2021Q1"
    log_url: str = "http://127.0.0.1:8080/log?a=1&b=2"


def test_a_mail_that_cannot_be_sent_is_tried_again_and_then_given_up_without_failing_the_run(
    mailed: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_unread = EmptyOperator(task_id="mail_unread", **mail.MAIL_TASK)
    gone = f"smtp://127.0.0.1:{free_port()}/?disable_ssl=true&disable_tls=true&timeout=2&retry_limit=0"
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", gone)
    failed = RollUp(56, 252, [DEAD])
    with pytest.raises(ConnectionRefusedError):
        mail.mail_failed_targets("2021Q1", failed, {"ti": _Ti(mail_unread, 1)})
    with pytest.raises(AirflowSkipException, match="was not sent"):
        mail.mail_failed_targets("2021Q1", failed, {"ti": _Ti(mail_unread, 4)})


def test_a_mail_links_its_run_and_a_failure_names_its_reason_as_text(
    mailed: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example.gov.cn")
    context = {
        "ti": _Ti(EmptyOperator(task_id="assess"), 2),
        "run_id": "manual__2021Q1",
        "dag_run": SimpleNamespace(data_interval_start=None, data_interval_end=None),
        "exception": LakeError(HOSTILE.name),
    }
    mail.mail_failure(context)
    page = BeautifulSoup(mailed.messages[0].get_body(("html",)).get_content(), "html.parser")
    assert HOSTILE.name in page.get_text()
    assert page.find("script") is None
    assert [link["href"] for link in page.find_all("a")] == [
        "http://127.0.0.1:8080/log?a=1&b=2",
        "https://airflow.example.gov.cn/dags/quarterly_inspection/runs/manual__2021Q1",
        "https://airflow.example.gov.cn/jiancha/",
    ]


def test_mails_lead_to_the_pages_of_their_targets_and_to_the_review(
    mailed: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://airflow.example.gov.cn")
    monkeypatch.setenv("JIANCHA_REVIEW__RECIPIENTS", "review@example.gov.cn")
    mail.mail_failed_targets("2021Q1", RollUp(56, 252, [DEAD._replace(target_id="site-0a/1")]), {})
    mail.mail_review(["2021Q1"], ["某局网站"], {})
    unread, review = (
        BeautifulSoup(message.get_body(("html",)).get_content(), "html.parser") for message in mailed.messages
    )
    page = "https://airflow.example.gov.cn/jiancha"
    assert unread.find("a", string=DEAD.name)["href"] == f"{page}/target/site-0a%2F1"
    assert [link["href"] for link in review.find_all("a")] == [
        "https://airflow.example.gov.cn/required_actions",
        f"{page}/review",
    ]


def test_a_chinese_file_name_is_sent_in_the_form_that_every_mail_program_reads(
    mailed: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANCHA_REVIEW__RECIPIENTS", "review@example.gov.cn")
    names = ["notice.docx", "长" * 60 + ".docx"]
    mail.mail_notice("2021Q1", Published(1, [(name, b"PK") for name in names], 0), {})
    (message,) = mailed.messages
    assert [part.get_filename() for part in message.iter_attachments()] == [
        "2021年第一季度通报（第1版）.docx",
        f"2021年第一季度{'长' * 60}（第1版）.docx",
    ]
    told = [line for line in message.as_bytes().splitlines() if b"filename" in line]
    assert any(line.strip().startswith(b"filename*0*=utf-8''2021%E5%B9%B4") for line in told)  # RFC 2231
    assert all(line.isascii() for line in told)
