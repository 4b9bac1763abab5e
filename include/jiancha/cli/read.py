"""``jiancha read``: what saved pages say, without network and without a lake.

It is run once per page by scripts, or over a folder of many pages, so that nothing is imported here that a
page does not need: the whole start takes about 0.1 s.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from jiancha import settings as configuration
from jiancha.cli.commands import say, say_json
from jiancha.errors import FailureKind, InputError, UnreadableSource
from jiancha.pages.document import Document
from jiancha.pages.page import read_page
from jiancha.pages.page_report import page_report
from jiancha.standard import Standard, load_standard
from jiancha.text.urls import is_web_address
from jiancha.windows import local

STDIN = "-"
_KINDS = {"home": "首页", "list": "列表", "article": "文章", "blank": "空白栏目", "unknown": "未识别"}
_SHOWN_ITEMS = 10
#: What every page's JSON object has; ``--all`` adds what else was seen on the page.
_FIELDS = (
    *("kind", "charset", "column", "published_at", "published_rule"),
    *("items", "newest", "next", "tags"),
)


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha read``."""
    parser.add_argument("path", metavar="FILE", help="a page, - for standard input, or a folder of pages")
    parser.add_argument("--url", help="the page's own address; links and the page's kind depend on it")
    parser.add_argument(
        "--url-base", default="http://localhost/", help="address of the folder (default %(default)s)"
    )
    parser.add_argument(
        "--at", metavar="TIME", help="when it was fetched, ISO, naive: Asia/Shanghai (default: now)"
    )
    parser.add_argument("--content-type", help="the Content-Type header it was sent with")
    parser.add_argument("--glob", default="*.html", help="pages of a folder (default %(default)s)")
    form = parser.add_mutually_exclusive_group()
    for name, about in (("json", "one JSON object"), ("jsonl", "one JSON line per page, with its file")):
        form.add_argument(
            f"--{name}", dest="form", action="store_const", const=name, default="text", help=about
        )
    parser.add_argument(
        "--all", action="store_true", help="JSON with title, charset_rule, redirect_to, trail, columns too"
    )
    parser.set_defaults(run=_run)


class _Reader(NamedTuple):
    standard: Standard
    max_bytes: int
    content_type: str | None
    at: datetime
    fields: tuple[str, ...] | None  # None: all

    def report(self, body: bytes, url: str) -> dict[str, Any]:
        """Read one page; raises UnreadableSource where it breaks its reader."""
        if len(body) > self.max_bytes:
            raise UnreadableSource(FailureKind.TOO_LARGE, f"larger than {self.max_bytes} bytes")
        try:
            # the documented fields of an article need no menus, and most pages of a site are articles
            menu = self.fields is None
            facts = read_page(Document(body, url, self.content_type, self.at), menu=menu)
        except Exception as error:  # whatever a page does to its reader, the other pages are read
            reason = f"{type(error).__name__}: {str(error)[:200]}"
            raise UnreadableSource(FailureKind.BAD_CONTENT, reason) from error
        report = page_report(facts, self.at, self.standard)
        return report if self.fields is None else {name: report[name] for name in self.fields}


def _run(request: argparse.Namespace) -> int:
    """Read one page, or every page of a folder; 0 where all could be read, else 1.

    Raises InputError for what cannot be read at all.
    """
    for option, address in (("--url", request.url), ("--url-base", request.url_base)):
        if address is not None and not is_web_address(address):
            raise InputError(f"{option} {address!r} is not an http or https address")
    settings = configuration.load()
    standard = load_standard(settings.standard, settings.standards_folder)
    at = _moment(request.at) if request.at is not None else settings.now()
    fields = None if request.all or request.form == "text" else _FIELDS
    reader = _Reader(standard, settings.http.max_bytes, request.content_type, at, fields)
    write = _write_text if request.form == "text" else say_json
    folder = Path(request.path)
    if request.path != STDIN and folder.is_dir():
        if request.form == "json" or request.url is not None:
            raise InputError(f"{request.path} is a folder: use --jsonl and --url-base")
        return _read_folder(folder, request, reader, write)
    url = request.url or _address(request.url_base, folder.name)
    try:
        report = reader.report(_bytes_of(request.path, reader.max_bytes), url)
    except (OSError, UnreadableSource) as error:
        raise InputError(f"{request.path}: {_why(error)}") from error
    write(({"file": request.path} if request.form == "jsonl" else {}) | report)
    return 0


def _read_folder(
    folder: Path, request: argparse.Namespace, reader: _Reader, write: Callable[[dict[str, Any]], None]
) -> int:
    """One report per file, by name; a file that cannot be read gives its error instead."""
    failed = 0
    for name in _names(folder, request.glob):
        try:
            body = _bytes_of(str(folder / name), reader.max_bytes)
            report = reader.report(body, _address(request.url_base, name))
        except (OSError, UnreadableSource) as error:
            report, failed = {"error": _why(error)}, failed + 1
        write({"file": name} | report)
    return 1 if failed else 0


def _names(folder: Path, glob: str) -> Iterator[str]:
    try:
        # a link that leads nowhere is reported; a pipe would never end
        files = [path for path in folder.glob(glob) if path.is_file() or path.is_symlink()]
        found = [path.relative_to(folder).as_posix() for path in files if not path.is_dir()]
    except (ValueError, NotImplementedError, IndexError) as error:
        raise InputError(f"--glob {glob!r}: {error}") from error
    if not found:
        raise InputError(f"no file in {folder} matches {glob!r}")
    return iter(sorted(found))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return local(moment)
    except (ValueError, OverflowError) as error:
        raise InputError(f"--at {text!r} is not an ISO time such as 2021-02-15T09:00") from error


def _address(base: str, name: str) -> str:
    return f"{base}{'' if base.endswith('/') else '/'}{quote(name, errors='surrogateescape')}"


def _bytes_of(path: str, limit: int) -> bytes:
    """A file's bytes, at most one more than the limit."""
    if path == STDIN:
        return sys.stdin.buffer.read(limit + 1)
    with Path(path).open("rb") as file:
        return file.read(limit + 1)


def _why(error: OSError | UnreadableSource) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else error.reason


def _write_text(report: dict[str, Any]) -> None:
    say(*_lines(report))


def _lines(report: dict[str, Any]) -> Iterator[str]:
    """A few lines for a person."""
    if "file" in report:
        yield f"== {report['file']}"
    if "error" in report:
        yield f"无法读取：{report['error']}"
        return
    yield f"类型：{_KINDS[report['kind']]}，编码 {report['charset']}，标题：{report['title'] or '无'}"
    if report["redirect_to"]:
        yield f"跳转至：{report['redirect_to']}"
    if column := report["column"]:
        limit = (
            f"{column['days']}天"
            if column["days"]
            else f"{column['months']}个月"
            if column["months"]
            else "不限"
        )
        yield f"栏目：{column['name'] or '未知'}（{column['kind_name']}，更新期限{limit}）"
    if report["published_at"] or report["kind"] == "article":
        yield f"发布时间：{report['published_at'] or '未注明'} {report['published_rule']}".rstrip()
    items = report["items"]
    if items:
        yield f"条目：{len(items)}条，最新 {report['newest'] or '无日期'}"
    for item in items[:_SHOWN_ITEMS]:
        yield f"  {item['published_at'] or '无日期':<16} {'[置顶]' if item['pinned'] else ''}{item['title']}"
    if len(items) > _SHOWN_ITEMS:
        yield f"  另有{len(items) - _SHOWN_ITEMS}条"
    if report["next"]:
        yield f"后续页：{len(report['next'])}页"
