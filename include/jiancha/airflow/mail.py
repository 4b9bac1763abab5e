"""Alert e-mail: what is sent when a task fails, and the roll-up's one message about failing targets."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from jiancha.settings import MailSettings, load
from jiancha.windows import ZONE

if TYPE_CHECKING:
    from airflow.sdk import Context

    from jiancha.pipeline.early_warning import Letter
    from jiancha.pipeline.quarterly_inspection import FailedTarget, RollUp

_SUBJECT = "[检查] {{ dag.dag_id }}.{{ ti.task_id }} 失败"
_BODY = """\
<p>巡检任务失败,需要处理。</p>
<table>
<tr><th align="left">任务</th><td>{{ dag.dag_id }}.{{ ti.task_id }}</td></tr>
<tr><th align="left">检查窗口</th><td>{{ jiancha_window(dag_run) | e }}</td></tr>
<tr><th align="left">运行</th><td>{{ run_id | e }},第 {{ ti.try_number }} 次尝试</td></tr>
<tr><th align="left">原因</th><td>{{ exception | string | e }}</td></tr>
<tr><th align="left">日志</th><td><a href="{{ ti.log_url | e }}">{{ ti.log_url | e }}</a></td></tr>
</table>
"""


def window_of_run(dag_run: Any) -> str:
    """The window of a DAG run in words, for mails; empty for runs without a data interval."""
    start, end = dag_run.data_interval_start, dag_run.data_interval_end
    if start is None or end is None:
        return ""
    window = load().calendar().at(start)
    if window.interval != (start, end):
        return " – ".join(f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}" for moment in (start, end))
    return f"{window.key}({window.start} 至 {window.end})"


#: Names that the mail templates use; given to every DAG as user_defined_macros.
MACROS = {"jiancha_window": window_of_run}


def on_failure() -> list[Any]:
    """Callbacks for a task that must not fail silently; none where no recipient is configured."""
    mail = load().mail
    return [_notifier(mail, _SUBJECT, _BODY)] if mail.recipients else []


def mail_failed_targets(window: str, result: RollUp, context: Context) -> bool:
    """Send the roll-up's message; returns whether one was sent (none without failures or recipients)."""
    mail = load().mail
    if not result.failed or not mail.recipients:
        return False
    total = result.sites + result.accounts
    subject = f"[检查] {window}:{len(result.failed)}/{total} 个对象未能读取"
    # The text is complete: no part of it, least of all a target's name, may be read as a template.
    body = "{% raw %}" + failed_targets_html(window, result.failed).replace("{%", "{ %") + "{% endraw %}"
    _notifier(mail, subject, body)(context)
    return True


def failed_targets_html(window: str, failed: list[FailedTarget]) -> str:
    """The table of failing targets; every outside text is escaped."""
    reasons = Counter(target.failure for target in failed)
    head = Markup("<p>{}:下列对象未能读取,本次记为“未判定”,不计入不合格。</p><p>{}</p>").format(
        window, "、".join(f"{kind} {count}" for kind, count in reasons.most_common())
    )
    rows = Markup("").join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>").format(
            {"site": "网站", "account": "新媒体"}[t.kind], t.name, t.code, t.reason, t.url
        )
        for t in failed
    )
    table = Markup(
        "<table border='1'><tr><th>类别</th><th>名称</th><th>标识码</th><th>原因</th><th>地址</th></tr>"
        "{}</table>"
    )
    return str(head + _connections_html(failed) + table.format(escape(rows)))


def _connections_html(failed: Sequence[FailedTarget]) -> Markup:
    """One line for each connection that failed: whoever mends it mends all of its accounts."""
    groups: dict[tuple[str, str], list[FailedTarget]] = {}
    for target in failed:
        if target.connection:
            groups.setdefault((target.connection, target.failure), []).append(target)
    if not groups:
        return Markup()
    lines = Markup("").join(
        Markup("<li>{}({}):{} 个账号受影响。{}</li>").format(name, kind, len(targets), targets[0].reason)
        for (name, kind), targets in groups.items()
    )
    return Markup("<p>下列连接需要处理:</p><ul>{}</ul>").format(lines)


def mail_review(windows: Sequence[str], asked: Sequence[Any], context: Context) -> bool:
    """Tell the reviewers that findings wait for them; returns whether a mail was sent."""
    to = load().review.recipients
    if not asked or not to:
        return False
    listed = Markup("").join(Markup("<li>{}</li>").format(each["subject"]) for each in asked)
    body = Markup(
        "<p>下列{}项疑似问题待核查，请在 Airflow 的“Required Actions”中答复。</p><ul>{}</ul>"
    ).format(len(asked), listed)
    _send(to, f"[检查] {'、'.join(windows)}:{len(asked)} 项待核查", str(body), context)
    return True


def mail_notice(window: str, files: Sequence[tuple[str, bytes]], context: Context) -> bool:
    """Mail a published notice with its files (name, content); returns whether a mail was sent."""
    to = load().review.recipients
    if not to:
        return False
    body = str(Markup("<p>{} 检查结果通报及整改通知单见附件。</p>").format(window))
    _send(to, f"[检查] {window} 检查结果通报", body, context, files)
    return True


def mail_ledger(subject: str, lines: Sequence[str], context: Context, *, escalate: bool = False) -> bool:
    """Remind of open findings, or escalate them; returns whether a mail was sent."""
    review = load().review
    to = review.escalation_recipients if escalate else review.recipients
    if not lines or not to:
        return False
    listed = Markup("").join(Markup("<li>{}</li>").format(line) for line in lines)
    _send(to, subject, str(Markup("<ul>{}</ul>").format(listed)), context)
    return True


def mail_warning(letter: Letter, context: Context) -> bool:
    """Tell an owner which accounts have not posted for long; returns whether a mail was sent."""
    if not letter.to:
        return False
    _send(
        letter.to, f"[检查] 预警:{len(letter.rows)} 个政务新媒体账号多日未发布", warning_html(letter), context
    )
    return True


def warning_html(letter: Letter) -> str:
    """The mail to one owner, or about owners without an address; every outside text is escaped."""
    rows = Markup("").join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{} {}</td></tr>").format(
            row["owner"],
            row["platform"],
            row["name"],
            row["account_code"],
            f"{row['days_without']}天",
            row["newest"],
            _linked(row["newest_title"] or "", row["newest_url"] or ""),
        )
        for row in letter.rows
    )
    review = load().review
    return str(
        Markup(
            "<p>截至{},下列账号已多日未见发布。政务新媒体在监测时间点前{}天内没有发布的,按检查指标属于"
            "“内容不更新”(单项否决)。本邮件仅作提醒,不是检查结论。</p>{}"
            "<table border='1'><tr><th>主办单位</th><th>账号类型</th><th>账号名称</th><th>标识码</th>"
            "<th>未发布</th><th>最近一次发布</th></tr>{}</table>"
            "<p>如近日已有发布而本表未列出,请核对账号的读取来源并告知检查部门。{}</p>"
        ).format(
            f"{letter.at.astimezone(ZONE):%Y-%m-%d %H:%M}",
            letter.rule_days,
            "" if letter.owner else Markup("<p>下列账号的主办单位没有登记邮箱,请转告。</p>"),
            rows,
            f"联系方式:{review.contact}" if review.contact else "",
        )
    )


def _linked(text: str, url: str) -> Markup:
    """The text, as a link where the address is one of the web: it comes from outside."""
    if not url.startswith(("http://", "https://")):
        return Markup("{}").format(text)
    return Markup("<a href='{}'>{}</a>").format(url, text or url)


def _send(
    to: Sequence[str],
    subject: str,
    body: str,
    context: Context,
    files: Sequence[tuple[str, bytes]] = (),
) -> None:
    """Send a text that is complete: nothing in it may be read as a template."""
    raw = "{% raw %}" + body.replace("{%", "{ %") + "{% endraw %}"
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for name, data in files:
            path = Path(folder) / name
            path.write_bytes(data)
            paths.append(str(path))
        notifier = _notifier(load().mail, subject, raw, to=to)
        notifier.files = paths
        notifier(context)


def _notifier(mail: MailSettings, subject: str, body: str, to: Sequence[str] | None = None) -> Any:
    from airflow.providers.smtp.notifications.smtp import SmtpNotifier

    return SmtpNotifier(
        smtp_conn_id=mail.connection,
        from_email=mail.sender,
        to=list(mail.recipients if to is None else to),
        subject=subject,
        html_content=body,
    )
