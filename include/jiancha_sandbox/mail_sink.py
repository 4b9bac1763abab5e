"""A mail server on loopback that delivers nothing, and a page that shows what it was sent."""

from __future__ import annotations

import argparse
import email
import email.policy
import re
from collections.abc import Sequence
from email.message import EmailMessage
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller

_HOST = "127.0.0.1"
_PATH = re.compile(r"/mail/(\d{1,6})(?:/(\d{1,3}))?")
_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 sans-serif;margin:2rem;max-width:60rem}}
table{{border-collapse:collapse;width:100%}}
td,th{{border-bottom:1px solid #ccc;padding:.4rem;text-align:left}}
iframe{{width:100%;height:32rem;border:1px solid #ccc}}
pre{{white-space:pre-wrap}}</style><h1>{title}</h1>{body}</html>"""


class Mailbox:
    """Mails as files of one folder, numbered as they came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._last = max(self.numbers(), default=0)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002 - aiosmtpd's
        """Keep one mail."""
        self._last += 1
        self._path(self._last).write_bytes(envelope.original_content)
        return "250 kept; nothing is delivered"

    def numbers(self) -> list[int]:
        return sorted(int(path.stem) for path in self._folder.glob("[0-9]*.eml"))

    def mail(self, number: int) -> EmailMessage | None:
        path = self._path(number)
        if not path.exists():
            return None
        return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.eml"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, mailbox: Mailbox) -> None:
        super().__init__((_HOST, port), _Handler)
        self.mailbox = mailbox


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        found = _PATH.fullmatch(self.path)
        if self.path == "/":
            self._send(_list(self.server.mailbox))
        elif found is None or (mail := self.server.mailbox.mail(int(found[1]))) is None:
            self.send_error(404)
        elif found[2] is None:
            self._send(_shown(mail, int(found[1])))
        else:
            self._send_attachment(mail, int(found[2]))

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""

    def _send_attachment(self, mail: EmailMessage, index: int) -> None:
        parts = list(mail.iter_attachments())
        if index >= len(parts):
            self.send_error(404)
            return
        name = quote(parts[index].get_filename() or "attachment")
        self._send_bytes(
            parts[index].get_payload(decode=True),
            "application/octet-stream",
            {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    def _send(self, page: str) -> None:
        self._send_bytes(page.encode("utf-8", "replace"), "text/html; charset=utf-8", {})

    def _send_bytes(self, body: Any, kind: str, headers: dict[str, str]) -> None:
        self.send_response(200)
        policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"
        fixed = {"Content-Type": kind, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": policy}
        for name, value in (fixed | headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _list(mailbox: Mailbox) -> str:
    rows = []
    for number in reversed(mailbox.numbers()):
        mail = mailbox.mail(number)
        if mail is not None:
            cells = "".join(f"<td>{escape(str(mail[name] or ''))}</td>" for name in ("Date", "To"))
            link = f'<a href="/mail/{number}">{escape(str(mail["Subject"] or "(无标题)"))}</a>'
            rows.append(f"<tr><td>{number}</td>{cells}<td>{link}</td></tr>")
    head = "<tr><th>序号</th><th>时间</th><th>收件人</th><th>标题</th></tr>"
    table = f"<table>{head}{''.join(rows)}</table>" if rows else "<p>尚无邮件。</p>"
    return _PAGE.format(title="本机邮箱", body=f"<p>这里的邮件只存于本机,不会发出。</p>{table}")


def _shown(mail: EmailMessage, number: int) -> str:
    """One mail: its HTML in a frame without scripts, else its text; its attachments to download."""
    heads = "".join(
        f"<tr><th>{label}</th><td>{escape(str(mail[name] or ''))}</td></tr>"
        for label, name in (("发件人", "From"), ("收件人", "To"), ("抄送", "Cc"), ("时间", "Date"))
    )
    body = mail.get_body(("html", "plain"))
    text = "" if body is None else str(body.get_content())
    html = body is not None and body.get_content_type() == "text/html"
    shown = f'<iframe sandbox srcdoc="{escape(text)}"></iframe>' if html else f"<pre>{escape(text)}</pre>"
    files = "".join(
        f'<li><a href="/mail/{number}/{index}">{escape(part.get_filename() or "attachment")}</a></li>'
        for index, part in enumerate(mail.iter_attachments())
    )
    attached = f"<h2>附件</h2><ul>{files}</ul>" if files else ""
    back = '<p><a href="/">全部邮件</a></p>'
    title = escape(str(mail["Subject"] or "(无标题)"))
    return _PAGE.format(title=title, body=f"{back}<table>{heads}</table>{shown}{attached}")


def serve(folder: Path, smtp_port: int, page_port: int) -> None:
    """Take mails on one port and show them on another, until the process ends."""
    mailbox = Mailbox(folder)
    controller = Controller(mailbox, hostname=_HOST, port=smtp_port, ready_timeout=60)
    controller.start()
    try:
        _Server(page_port, mailbox).serve_forever()
    finally:
        controller.stop()


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--page-port", type=int, required=True)
    arguments = parser.parse_args(argv)
    serve(arguments.folder, arguments.smtp_port, arguments.page_port)


if __name__ == "__main__":
    main()
