"""Every mail that tasks send, in HTML and as plain text, with links to the run and to the review.

No text is ever a template: names, titles and reasons come from outside.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from airflow.sdk.exceptions import AirflowException, AirflowSkipException
from markupsafe import Markup, escape

from jiancha.notice.file_names import download_name
from jiancha.notice.text import quarter_name, web_address
from jiancha.settings import load
from jiancha.windows import ZONE

if TYPE_CHECKING:
    from smtplib import SMTP

    from airflow.sdk import Context

    from jiancha.pipeline.early_warning import OwnerWarning
    from jiancha.pipeline.publish_notice import Published
    from jiancha.pipeline.quarterly_inspection import FailedTarget, RollUp

log = logging.getLogger(__name__)

#: The arguments of a task that only mails: it is tried again, and given up without failing the run.
MAIL_TASK: Mapping[str, Any] = {
    "retries": 3,
    "retry_delay": timedelta(minutes=5),
    "on_failure_callback": None,
}


def mail_failure(context: Context) -> None:
    """Tell of a failed task; the callback of every task that must not fail silently."""
    ti = context["ti"]
    rows = [
        ("任务", f"{ti.dag_id}.{ti.task_id}"),
        ("检查窗口", window_of_run(context["dag_run"])),
        ("运行", f"{context['run_id']}，第{ti.try_number}次尝试"),
        ("原因", str(context.get("exception") or "")),
        ("日志", linked(ti.log_url, ti.log_url)),
    ]
    body = Markup("<p>巡检任务失败，需要处理。</p>{}").format(_table((), rows))
    _send(load().mail.recipients, f"[检查] {ti.dag_id}.{ti.task_id} 失败", body, context)


def window_of_run(dag_run: Any) -> str:
    """The window of a DAG run in words; empty for runs without a data interval."""
    start, end = dag_run.data_interval_start, dag_run.data_interval_end
    if start is None or end is None:
        return ""
    window = load().calendar().at(start)
    if window.interval != (start, end):
        return " – ".join(f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}" for moment in (start, end))
    return f"{window.key}（{window.start} 至 {window.end}）"


def mail_failed_targets(window: str, result: RollUp, context: Context) -> bool:
    """Send the roll-up's message; returns whether one was sent (none without failures or recipients)."""
    if not result.failed:
        return False
    reasons = Counter(target.failure for target in result.failed)
    head = Markup("<p>{}：下列对象未能读取，本次记为“未判定”，不计入不合格。</p><p>{}</p>{}").format(
        window,
        "、".join(f"{kind} {count}" for kind, count in reasons.most_common()),
        _connections(result.failed),
    )
    kinds = {"site": "网站", "account": "新媒体"}
    table = _table(
        ("类别", "名称", "标识码", "原因", "地址"),
        [
            (
                kinds[t.kind],
                linked(t.name, _page(f"target/{quote(t.target_id, safe='')}") if t.target_id else ""),
                t.code,
                t.reason,
                linked(t.url, t.url),
            )
            for t in result.failed
        ],
    )
    total = result.sites + result.accounts
    subject = f"[检查] {window}：{len(result.failed)}/{total} 个对象未能读取"
    return _send(load().mail.recipients, subject, head + table, context)


def _connections(failed: Sequence[FailedTarget]) -> Markup:
    """One line for each connection that failed: whoever mends it mends all of its accounts."""
    groups: dict[tuple[str, str], list[FailedTarget]] = {}
    for target in failed:
        if target.connection:
            groups.setdefault((target.connection, target.failure), []).append(target)
    lines = [
        f"{name}（{kind}）：{len(targets)} 个账号受影响。{targets[0].reason}"
        for (name, kind), targets in groups.items()
    ]
    return Markup("<p>下列连接需要处理：</p>{}").format(_list(lines)) if lines else Markup()


def mail_review(windows: Sequence[str], subjects: Sequence[str], context: Context) -> bool:
    """Tell the reviewers that findings wait for them; returns whether a mail was sent."""
    if not subjects:
        return False
    actions = f"{_airflow()}/required_actions"
    body = Markup("<p>下列{}项疑似问题待核查，请在{}或{}中答复。</p>{}").format(
        len(subjects),
        linked("需处理事项（Required Actions）", actions),
        linked("核查页面", _page("review")),
        _list(subjects),
    )
    subject = f"[检查] {'、'.join(windows)}：{len(subjects)} 项待核查"
    return _send(load().review.recipients, subject, body, context)


def mail_notice(window: str, notice: Published, context: Context) -> bool:
    """Mail a published notice with the way to its letters; returns whether a mail was sent."""
    files = [(download_name(window, notice.version, name, final=True), data) for name, data in notice.files]
    letters = linked(
        f"整改通知单{notice.letters}份（zip）", _page(f"window/{window}/letters.zip?version={notice.version}")
    )
    body = Markup("<p>{}检查结果通报见附件。</p>").format(quarter_name(window))
    body += Markup("<p>{}</p>").format(letters) if notice.letters else Markup()
    return _send(load().review.recipients, f"[检查] {window} 检查结果通报", body, context, files)


def mail_ledger(subject: str, lines: Sequence[str], context: Context, *, escalate: bool = False) -> bool:
    """Remind of open findings, or escalate them; returns whether a mail was sent."""
    review = load().review
    to = review.escalation_recipients if escalate else review.recipients
    return _send(to, subject, _list(lines), context) if lines else False


def mail_warning(letter: OwnerWarning, context: Context) -> bool:
    """Tell an owner which accounts have not posted for long; returns whether a mail was sent."""
    subject = f"[检查] 预警：{len(letter.rows)} 个政务新媒体账号多日未发布"
    return _send(letter.to, subject, warning_html(letter), context)


def warning_html(letter: OwnerWarning) -> Markup:
    """The mail to one owner, or about owners without an address."""
    rows = [
        (
            row["owner"],
            row["platform"],
            row["name"],
            row["account_code"],
            f"{row['days_without']}天",
            Markup("{} {}").format(row["newest"], linked(row["newest_title"] or "", row["newest_url"] or "")),
        )
        for row in letter.rows
    ]
    review = load().review
    return Markup(
        "<p>截至{}，下列账号已多日未见发布。政务新媒体在监测时间点前{}天内没有发布的，按检查指标属于"
        "“内容不更新”（单项否决）。本邮件仅作提醒，不是检查结论。</p>{}{}"
        "<p>如近日已有发布而本表未列出，请核对账号的读取来源并告知检查部门。{}</p>"
    ).format(
        f"{letter.at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        letter.rule_days,
        "" if letter.owner else Markup("<p>下列账号的主办单位没有登记邮箱，请转告。</p>"),
        _table(("主办单位", "账号类型", "账号名称", "标识码", "未发布", "最近一次发布"), rows),
        f"联系方式：{review.contact}" if review.contact else "",
    )


def linked(text: object, url: str) -> Markup:
    """The text, as a link where the address is one of the web: addresses come from outside."""
    address = web_address(url)
    return Markup('<a href="{}">{}</a>').format(address, text or address) if address else escape(text)


def _list(lines: Sequence[object]) -> Markup:
    return Markup("<ul>{}</ul>").format(Markup().join(Markup("<li>{}</li>").format(line) for line in lines))


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Markup:
    titles = Markup().join(Markup("<th>{}</th>").format(title) for title in head)
    lines = [Markup("<tr>{}</tr>").format(titles)] if head else []
    for row in rows:
        cells = Markup().join(Markup("<td>{}</td>").format(cell) for cell in row)
        lines.append(Markup("<tr>{}</tr>").format(cells))
    return Markup("<table border='1'>{}</table>").format(Markup().join(lines))


def _airflow() -> str:
    """Where Airflow's pages are, as its own setting says."""
    from airflow.sdk.configuration import conf

    return str(conf.get("api", "base_url", fallback="")).rstrip("/")


def _page(path: str = "") -> str:
    """The address of one of the pages of jiancha; empty where Airflow's own is not set."""
    base = _airflow()
    return f"{base}/jiancha/{path}" if base else ""


def _links(context: Context) -> Markup:
    """The way from a mail to its run and to the notices."""
    ti, base = context.get("ti"), _airflow()
    if ti is None or not base:
        return Markup()
    run = f"{base}/dags/{quote(ti.dag_id)}/runs/{quote(ti.run_id)}"
    return Markup("<p>{}　{}</p>").format(linked("本次运行", run), linked("检查通报", _page()))


def _send(
    to: Sequence[str],
    subject: str,
    body: Markup,
    context: Context,
    files: Sequence[tuple[str, bytes]] = (),
) -> bool:
    """Send one mail; returns whether there was anybody to send it to.

    In the last try of a task that only mails, a mail that cannot be sent skips the task, so that no mail
    server stops an inspection; the log says what was not sent.
    """
    if not to:
        return False
    try:
        _deliver(to, subject, body + _links(context), files)
    except (OSError, ValueError, AirflowException) as error:  # every error of SMTP is an OSError
        unsent = f"the mail {subject!r} to {', '.join(to)} was not sent: {error}"
        log.warning("%s", unsent)
        ti = context.get("ti")
        if ti is not None and ti.task.retries == MAIL_TASK["retries"] and ti.try_number > ti.max_tries:
            raise AirflowSkipException(unsent) from error
        raise
    log.info("mailed %r to %s", subject, ", ".join(to))
    return True


def _deliver(to: Sequence[str], subject: str, body: Markup, files: Sequence[tuple[str, bytes]]) -> None:
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    settings = load().mail
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"], message["To"] = settings.sender, ", ".join(to)
    message["Date"] = formatdate(localtime=True)
    message.set_content(_as_text(body))
    message.add_alternative(f"<!DOCTYPE html><html lang='zh'><body>{body}</body></html>", subtype="html")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    with SmtpHook(smtp_conn_id=settings.connection) as hook:
        cast("SMTP", hook._smtp_client).send_message(message)  # its own way sends HTML alone


def _as_text(body: Markup) -> str:
    """The same for readers without HTML: a line for each row, and each link with its address."""
    from bs4 import BeautifulSoup

    lines = []
    for block in BeautifulSoup(body, "html.parser").find_all(["p", "li", "tr"]):
        for link in block.find_all("a"):
            if link.get_text() != link["href"]:
                link.append(f" {link['href']}")
        cells = block.find_all(["th", "td"]) or [block]
        lines.append("　".join(" ".join(cell.get_text().split()) for cell in cells))
    return "\n".join(lines) + "\n"
