"""The local mail sink: what is sent over SMTP is on its page, inert."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests
from aiosmtpd.controller import Controller
from bs4 import BeautifulSoup

from jiancha_sandbox.local_airflow import free_port
from jiancha_sandbox.mail_sink import Mailbox, _Server


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[int, str]]:
    """The SMTP port and the page's address."""
    mailbox = Mailbox(tmp_path / "mail")
    smtp = Controller(mailbox, hostname="127.0.0.1", port=free_port(), ready_timeout=60)
    smtp.start()
    with _Server(0, mailbox) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield smtp.port, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
    smtp.stop()


def send(port: int, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.send_message(mail)


def page(url: str) -> BeautifulSoup:
    answer = requests.get(url, timeout=20)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    return BeautifulSoup(answer.text, "html.parser")


def made(subject: str, text: str = "正文") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "jiancha@localhost", "ops@example.gov.cn", subject
    mail.set_content(text)
    return mail


def test_mails_are_listed_newest_first_and_kept_over_a_restart(sink: tuple[int, str], tmp_path: Path) -> None:
    port, url = sink
    assert page(f"{url}/").table is None
    send(port, made("季度检查汇总"))
    send(port, made("通报草稿待核查"))
    assert [a.text for a in page(f"{url}/").select("td a")] == ["通报草稿待核查", "季度检查汇总"]
    assert Mailbox(tmp_path / "mail").numbers() == [1, 2]


def test_a_mail_is_shown_inert_with_its_attachments(sink: tuple[int, str]) -> None:
    port, url = sink
    mail = made("<script>alert(1)</script>", "纯文本")
    mail.add_alternative("<p>网页<script>alert(2)</script></p>", subtype="html")
    mail.add_attachment(b"PK", maintype="application", subtype="zip", filename="整改通知单.zip")
    send(port, mail)
    shown = page(f"{url}/mail/1")
    assert shown.find_all("script") == []
    assert shown.h1.text == "<script>alert(1)</script>"
    frame = shown.iframe
    assert list(frame["sandbox"]) == []  # nothing is allowed in it
    assert "<p>网页" in frame["srcdoc"]
    (link,) = shown.select("ul a")
    assert link.text == "整改通知单.zip"
    file = requests.get(url + link["href"], timeout=20)
    assert file.content == b"PK"
    assert file.headers["Content-Disposition"].startswith("attachment;")


@pytest.mark.parametrize("path", ["/mail/7", "/mail/1/0", "/mail/../secrets", "/etc/passwd", "/mail/x"])
def test_there_is_nothing_else(sink: tuple[int, str], path: str) -> None:
    port, url = sink
    send(port, made("一封"))
    assert requests.get(url + path, timeout=20).status_code == 404
