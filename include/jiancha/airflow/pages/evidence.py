"""The evidence of one finding: the stored page as it was judged, beside what was read from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from fastapi import Path as InPath
from fastapi.responses import HTMLResponse, Response

from jiancha.airflow.pages import marked_page
from jiancha.airflow.pages.tables import Row, ask_all, of_target
from jiancha.airflow.pages.target import Target
from jiancha.airflow.pages.view import QUIET, Asked, View
from jiancha.airflow.pages.window import download, states
from jiancha.assess.amounts import HOME_METHODS, amount, limit
from jiancha.errors import LakeError
from jiancha.evidence.records import Exchange, cut_out, read_exchange
from jiancha.lake import Lake
from jiancha.review.model import finding_id

router = APIRouter()

Indicator = Annotated[str, InPath(pattern="^[a-z_.]{1,60}$")]
Record = Annotated[str, Query(max_length=100)]
#: A stored page is shown without any right, whatever it holds.
INERT = f"sandbox; {QUIET}"
_MOST_ROWS = 200


@dataclass(slots=True)
class Basis:
    """One record on which a finding rests: a column's list, a post, a message, a probe."""

    record: str
    name: str
    url: str
    newest: date | None = None
    cutoff: date | None = None
    remark: str = ""
    column: str = ""
    file: Path | None = field(default=None)


@router.get("/evidence/{key}/{target}/{indicator}", response_class=HTMLResponse)
def evidence(
    view: Asked, key: str, target: Target, indicator: Indicator, record: Record = ""
) -> HTMLResponse:
    """What a finding rests on, and the record that is looked at."""
    verdict, finding = _finding(view, key, target, indicator)
    bases = list_bases(view.lake, key, finding)
    chosen = next((each for each in bases if each.record == record), bases[0] if bases else None)
    exchange, problem = _had(view.lake, chosen)
    rows = read_rows(view.lake, key, target, finding, chosen) if chosen else []
    shown = _show(exchange, rows) if exchange else None
    known = view.standard
    return view.render(
        "evidence.html",
        key=key,
        target=verdict,
        finding=finding,
        indicator=next((i for i in known.indicators if i.id == indicator), None),
        value=amount(finding["measured"], finding["unit"]),
        limit=next((limit(i) for i in known.indicators if i.id == indicator), ""),
        checkpoint=view.window(key).checkpoint,
        state=states(view, key).get(finding_id(key, target, indicator), "尚未核查"),
        bases=bases,
        chosen=chosen,
        late=_late(chosen, view.window(key).checkpoint_day),
        exchange=exchange,
        problem=problem,
        digest=hashlib.sha256(exchange.body).hexdigest() if exchange else "",
        rows=rows[:_MOST_ROWS],
        more=max(0, len(rows) - _MOST_ROWS),
        shown=shown,
        jump=marked_page.DECIDES if any(row.decides for row in rows) else "",
    )


@router.get("/evidence/{key}/{target}/{indicator}/page")
def page(view: Asked, key: str, target: Target, indicator: Indicator, record: Record) -> Response:
    """The stored page itself, inert and marked."""
    _, finding, basis = _record(view, key, target, indicator, record)
    exchange, problem = _had(view.lake, basis)
    if exchange is None:
        raise HTTPException(status_code=404, detail=problem)
    html = _show(exchange, read_rows(view.lake, key, target, finding, basis)).html
    return HTMLResponse(html.encode("utf-8", "replace"), headers={"Content-Security-Policy": INERT})


@router.get("/evidence/{key}/{target}/{indicator}/raw")
def raw(view: Asked, key: str, target: Target, indicator: Indicator, record: Record) -> Response:
    """The answer's body, byte for byte."""
    _, _, basis = _record(view, key, target, indicator, record)
    exchange, problem = _had(view.lake, basis)
    if exchange is None:
        raise HTTPException(status_code=404, detail=problem)
    return download(exchange.body, f"{key}-{target}-原文.bin", "application/octet-stream")


@router.get("/evidence/{key}/{target}/{indicator}/warc")
def warc(view: Asked, key: str, target: Target, indicator: Indicator) -> Response:
    """The records that a finding rests on as a WARC of their own."""
    _, finding = _finding(view, key, target, indicator)
    by_file: dict[Path, set[str]] = {}
    for basis in list_bases(view.lake, key, finding):
        if basis.file is not None and basis.record:
            by_file.setdefault(basis.file, set()).add(basis.record)
    data = b"".join(cut_out(view.lake, file, records) for file, records in by_file.items())
    if not data:
        raise HTTPException(status_code=404, detail="没有证据记录")
    return download(data, f"{key}-{target}-{indicator}.warc.gz", "application/warc")


def _finding(view: View, key: str, target: str, indicator: str) -> tuple[Row, Row]:
    """The verdict and the finding; 404 where there is none."""
    view.window(key)
    verdicts, findings = ask_all(
        view.lake,
        [("target_verdicts", {"target": target}), ("target_findings", {"target": target})],
        ("verdicts", "findings"),
        [key],
    )
    found = next((row for row in findings if row["indicator"] == indicator), None)
    if found is None or not verdicts:
        raise HTTPException(status_code=404, detail="没有这个问题")
    return verdicts[0], found


def _record(view: View, key: str, target: str, indicator: str, record: str) -> tuple[Row, Row, Basis]:
    verdict, finding = _finding(view, key, target, indicator)
    basis = next((each for each in list_bases(view.lake, key, finding) if each.record == record), None)
    if basis is None:
        raise HTTPException(status_code=404, detail="没有这条证据记录")
    return verdict, finding, basis


def list_bases(lake: Lake, key: str, finding: Row) -> list[Basis]:
    """The records that a finding names, in its order."""
    detail: dict[str, Any] = json.loads(finding["detail"] or "{}")
    if "examples" in detail:
        return _probed(lake, key, finding["target_id"])
    file = _file(lake, finding["evidence"])
    found = [
        Basis(
            c.get("record") or "",
            c["name"],
            c["url"],
            _day(c.get("newest")),
            _day(c.get("cutoff")),
            c["kind"],
        )
        for c in detail.get("columns") or ()
    ]
    for message in [*(detail.get("messages") or ()), *(detail.get("late") or ())]:
        answered = f"，{message['answered_on']} 答复" if message.get("answered_on") else ""
        remark = f"{message['asked_on']} 提问{answered}"
        found.append(Basis(message.get("record") or "", message["title"], message["url"], remark=remark))
    for guide in detail.get("guides") or ():
        remark = f"缺 {'、'.join(guide['missing'])}"
        found.append(Basis(guide.get("record") or "", guide["title"], guide["url"], remark=remark))
    if "record" in detail:
        found += _newest(lake, key, finding, detail)
    for basis in found:
        basis.file = file
    return found


def _newest(lake: Lake, key: str, finding: Row, detail: dict[str, Any]) -> list[Basis]:
    """Where the newest item stands. A home page without dates of its own is judged by its columns."""
    newest, own = _day(detail.get("newest")), detail["record"] or ""
    if finding["target_kind"] == "account":
        return [Basis(own, detail.get("title") or "最新发布", detail.get("url") or "", newest)]
    remark = HOME_METHODS.get(detail.get("method") or "", "")
    names = {row["column_id"]: row["name"] for row in of_target(lake, "columns", key, finding["target_id"])}
    shown = {
        row["evidence"]: names.get(row["column_id"], "")
        for row in of_target(lake, "items", key, finding["target_id"])
        if detail.get("method") != "own" and row["published_on"] == newest and row["evidence"]
    }
    columns = [Basis(record, name, "", newest, remark=remark) for record, name in shown.items() if name]
    return [*columns, Basis(own, "首页", "", newest, remark=remark)]


def _probed(lake: Lake, key: str, target: str) -> list[Basis]:
    """The failed probes of a site's home page."""
    return [
        Basis(
            row["evidence"] or "",
            f"{row['probed_at']:%m-%d %H:%M}",
            row["url"] or "",
            remark=row["reason"] or row["failure"] or "",
            file=lake.evidence_path(key, f"probe-{row['round']}"),
        )
        for row in sorted(of_target(lake, "probes", key, target), key=lambda each: each["probed_at"])
        if row["outcome"] == "failed"
    ]


def read_rows(lake: Lake, key: str, target: str, finding: Row, basis: Basis) -> list[marked_page.Read]:
    """What was read from a record: the list items or posts, the one that decides marked so."""
    table = "posts" if finding["target_kind"] == "account" else "items"
    rows = [
        row for row in of_target(lake, table, key, target) if basis.record and row["evidence"] == basis.record
    ]
    found: dict[tuple[str, str, date | None], marked_page.Read] = {}
    for row in rows:
        name = (row["title"] or "", row["url"] or "", row["published_on"])
        found.setdefault(name, marked_page.Read(*name, row["date_rule"] or "–", _decides(basis, *name)))
    return sorted(found.values(), key=lambda r: (not r.decides, -(r.day.toordinal() if r.day else 0)))


def _decides(basis: Basis, title: str, url: str, day: date | None) -> bool:
    """Of a list the newest row decides; of messages and guides the one that the finding names."""
    if basis.newest is not None:
        return day == basis.newest
    return bool(basis.url and url == basis.url) or (not basis.url and title == basis.name)


def _show(exchange: Exchange, rows: Sequence[marked_page.Read]) -> marked_page.MarkedPage:
    kind = exchange.headers.get("content-type")
    return marked_page.show(exchange.body, content_type=kind, url=exchange.url, at=exchange.at, rows=rows)


def _had(lake: Lake, basis: Basis | None) -> tuple[Exchange | None, str]:
    """The stored answer of a record, or why there is none."""
    if basis is None or not basis.record or basis.file is None:
        return None, "这个问题没有留下可以查看的页面（例如连接未能建立）"
    try:
        return read_exchange(lake, basis.file, basis.record), ""
    except LakeError as error:
        return None, f"证据无法读取：{error}"


def _file(lake: Lake, path: str | None) -> Path | None:
    """Where a target's evidence lies, as the lake's own table names it."""
    parts = Path(path or "").parts
    if not parts or parts[0] == "/" or ".." in parts or not (path or "").endswith(".warc.gz"):
        return None
    return lake.root.joinpath(*parts)


def _late(basis: Basis | None, checkpoint: date) -> int | None:
    """Whole days from the newest item to the checkpoint."""
    return (checkpoint - basis.newest).days if basis is not None and basis.newest is not None else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
