"""``jiancha audit FILE``: what a published notice says, and what in it does not add up."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from jiancha.cli.commands import say, say_json
from jiancha.errors import InputError

if TYPE_CHECKING:
    from jiancha.audit.model import Finding, Report

#: Our own notice: the forms that lie in a version's folder.
JSON, XLSX = "notice.json", "annexes.xlsx"
FORMS = (JSON, "notice.html", "notice.docx", XLSX)
_SEVERITIES = {"error": "错误", "warning": "存疑", "note": "提示"}
_FIGURES = {
    "sites_registered": "政府网站总数",
    "sites_checked": "检查网站",
    "sites_qualified": "合格网站",
    "sites_unqualified": "不合格网站",
    "site_pass_rate": "网站合格率（%）",
    "accounts_registered": "政务新媒体总数",
    "accounts_checked": "检查政务新媒体",
    "accounts_qualified": "合格政务新媒体",
    "accounts_unqualified": "不合格政务新媒体",
    "account_pass_rate": "政务新媒体合格率（%）",
    "errors_found": "发现错误或问题",
    "errors_rectified": "已整改",
    "feedback_received": "网民留言",
    "feedback_handled": "留言办结",
    "feedback_on_time": "留言按期办结",
    "feedback_on_time_rate": "留言按期办结率（%）",
    "published_on": "发布日期",
    "deadline": "整改期限",
}


def declare(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``jiancha audit``."""
    parser.add_argument("file", type=Path, metavar="FILE", help="txt, html, docx, pdf or our own notice")
    parser.add_argument("--json", action="store_true", help="one JSON object: figures and findings")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    report = audit_file(arguments.file)
    if arguments.json:
        say_json(report.to_dict(), indent=2)
    else:
        say(*_lines(report))
    return 0


def audit_file(path: Path) -> Report:
    """Audit one file; raises InputError, naming the file, where it cannot be read or tells no figure.

    A notice of ours is held against the notice.json beside it, and that against all of its forms.
    """
    from jiancha.audit import audit_text
    from jiancha.audit.files import text_of

    names = _forms_beside(path)
    source = path.parent / JSON if names and path.name == XLSX else path
    text = text_of(str(source), _bytes(source))
    try:
        report = audit_text(text)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    return _with_own(report, path.parent, names) if names else report


def _forms_beside(path: Path) -> list[str]:
    """The forms of our own notice that a file is held against; none for any other notice."""
    if path.name not in FORMS or not (path.parent / JSON).exists():
        return []
    return [name for name in FORMS if name in (path.name, JSON) or path.name == JSON]


def _with_own(report: Report, folder: Path, names: list[str]) -> Report:
    from jiancha.audit.model import Report
    from jiancha.audit.own import audit_own

    files = {name: _bytes(folder / name) for name in names if (folder / name).exists()}
    try:
        found = audit_own(files)
    except InputError as error:
        raise InputError(f"{folder}: {error}") from error
    return Report(report.figures, tuple(dict.fromkeys([*report.findings, *found])))


def _bytes(path: Path) -> bytes:
    from jiancha.audit.files import MAX_FILE

    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if len(data) > MAX_FILE:
        raise InputError(f"{path}: larger than {MAX_FILE:,} bytes; no notice is")
    return data


def _lines(report: Report) -> list[str]:
    figures = report.figures
    period = figures["period"]
    lines = [f"{period['year'] or '?'}年第{period['quarter'] or '?'}季度"]
    lines += [f"{label}:{figures[name]}" for name, label in _FIGURES.items() if figures[name] is not None]
    lines.append("未发现不一致之处" if not report.findings else f"不一致之处{len(report.findings)}项：")
    return lines + [_line(each) for each in report.findings]


def _line(finding: Finding) -> str:
    severity = _SEVERITIES[finding.severity]
    return (
        f"[{severity}] 第{finding.line}行“{finding.quote}”：应为{finding.expected}，实为{finding.found}"
        f"（{finding.check}）"
    )
