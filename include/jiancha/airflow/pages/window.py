"""One window: its figures, every target with its finding, what is near a limit, checks, files and letters."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from jiancha.airflow.pages import notices
from jiancha.airflow.pages.tables import Row, ask, ask_all, parquet_files, remembered
from jiancha.airflow.pages.view import KINDS, LEVELS, OUTCOMES, Asked, View, folders
from jiancha.assess.amounts import amount
from jiancha.gates import CHECKS_PAGE
from jiancha.notice.text import one_line, quarter_name
from jiancha.pipeline import rectification
from jiancha.registry.identifiers import region_name
from jiancha.review import sendings, store
from jiancha.review.ledger import LedgerEntry
from jiancha.review.model import CHOICE_NAMES, Choice, finding_id

router = APIRouter()

_PAGE = 50
_OF_RUN = re.compile(r"[a-z_]+__(?P<key>[0-9]{4}Q[1-4])__.*", re.DOTALL)
_ALL = 10_000_000
_SORTS = {"registry": "名录顺序", "name": "名称", "owner": "主办单位", "measured": "超出最多"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Filter(BaseModel, frozen=True):
    """What of a window is shown; every part may be empty. The export takes the same, of all pages."""

    q: str = Field("", max_length=100)
    kind: str = Field("", max_length=20)
    outcome: str = Field("", max_length=20)
    indicator: str = Field("", max_length=60)
    district: str = Field("", max_length=6)
    owner: str = Field("", max_length=100)
    level: str = Field("", max_length=40)
    platform: str = Field("", max_length=60)
    sort: str = Field("registry", pattern="^(registry|name|owner|measured)$")
    page: int = Field(1, ge=1, le=100_000)

    def parameters(self) -> dict[str, str]:
        """As the query takes them."""
        return self.model_dump(exclude={"page"})

    def query(self) -> dict[str, str]:
        """As the parameters of an address; what is not asked for is left out."""
        return self.model_dump(exclude={"page"}, exclude_defaults=True)


Wanted = Annotated[Filter, Query()]


@router.get("/run/{dag_id}/{run_id}")
def of_run(view: Asked, dag_id: str, run_id: str) -> RedirectResponse:
    """From a DAG run in Airflow to what it made: its window by the run's name, or the review board."""
    named = _OF_RUN.fullmatch(run_id)
    if dag_id == "publish_notice":
        place = "review"
    elif named is not None and named["key"] in view.windows():
        place = f"window/{named['key']}"
    else:
        place = ""
    return RedirectResponse(view.link(place), status_code=303)


@router.get("/window/{key}", response_class=HTMLResponse)
def window(view: Asked, key: str, wanted: Wanted) -> HTMLResponse:
    """All that is known of one window."""
    view.window(key)
    shown = {**wanted.parameters(), "limit": _PAGE, "offset": (wanted.page - 1) * _PAGE}
    found, facets, figures, reasons, near, checks = ask_all(
        view.lake,
        [
            ("window_targets", shown),
            ("window_facets", {}),
            ("overview_figures", {}),
            ("window_reasons", {}),
            ("window_near", {}),
            ("window_gates", {}),
        ],
        ("verdicts", "findings", "measurements", "summary", "quality"),
        [key],
    )
    total = found[0]["total"] if found else 0
    return view.render(
        "window.html",
        key=key,
        name=key if view.english else quarter_name(key),
        window=view.window(key),
        wanted=wanted,
        rows=list(_in_words(view, key, found)),
        total=total,
        page=wanted.page,
        pages=max(1, -(-total // _PAGE)),
        facets=_facets(view, facets),
        sorts=_SORTS,
        figures=_figures(figures),
        reasons=reasons,
        near=[row | {"indicator_name": _indicator(view, row["indicator"])} for row in near],
        checks=_checks(view, key, checks),
        versions=(versions := notices.versions(view.lake, key)),
        letters=_letters(view, key, versions),
        has={
            table: key in folders(view.lake, table)
            for table in ("screenshots", "rectifications", "registry_warnings")
        },
        before=_neighbour(view, key),
    )


@router.get("/window/{key}/export.{form}")
def export(view: Asked, key: str, form: str, wanted: Wanted) -> Response:
    """Exactly the rows that the page shows under the same filter, of all its pages."""
    view.window(key)
    if form not in ("csv", "xlsx"):
        raise HTTPException(status_code=404, detail="只有 csv 和 xlsx")
    found = ask(
        view.lake,
        "window_targets",
        ("verdicts", "findings"),
        [key],
        **wanted.parameters(),
        limit=_ALL,
        offset=0,
    )
    table = [_HEAD, *(_cells(row) for row in _in_words(view, key, found))]
    data = _as_csv(table) if form == "csv" else _as_xlsx(table)
    kind = "text/csv; charset=utf-8" if form == "csv" else _XLSX
    return download(data, f"{quarter_name(key)}检查结果.{form}", kind)


@router.get("/window/{key}/letters.zip")
def letters(view: Asked, key: str, version: Annotated[int, Query(ge=1, le=999_999)]) -> Response:
    """The letters (整改通知单) of one published version in one file."""
    view.window(key)
    found = next((v for v in notices.versions(view.lake, key) if v.number == version), None)
    if found is None or not found.letters:
        raise HTTPException(status_code=404, detail="没有整改通知单")
    folder = view.lake.notice_folder(key, version) / notices.ORDERS
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in found.letters:
            archive.writestr(name, (folder / name).read_bytes())
    return download(
        packed.getvalue(), f"{quarter_name(key)}整改通知单（第{version}版）.zip", "application/zip"
    )


def download(data: bytes, name: str, kind: str) -> Response:
    """A file to be kept, under a name in Chinese."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(data, media_type=kind, headers={"Content-Disposition": disposition})


def states(view: View, key: str) -> Mapping[str, str]:
    """What became of findings by their id: published, mended, or what was decided last."""
    found: dict[str, str] = {}
    if key in folders(view.lake, store.TABLE):
        decided = remembered(view.lake, store.TABLE, key, "read", lambda: store.read(view.lake, key))
        found |= {each.finding_id: CHOICE_NAMES[Choice(each.choice)] for each in decided}
    if key in folders(view.lake, "rectifications"):
        for entry in entries(view, key):
            found[entry.finding_id] = "已整改" if entry.mended else "已公布"
    return found


def entries(view: View, key: str) -> list[Any]:
    """The ledger of a window as of today."""
    if key not in folders(view.lake, "rectifications"):
        return []
    today = view.settings.now().date()
    found: list[Any] = remembered(
        view.lake, "rectifications", key, f"{today}", lambda: rectification.published_entries(view.lake, key)
    )
    return found


class _Letter(NamedTuple):
    """What became of one letter: when it was sent, and of its findings how many were answered and so on."""

    sent_on: date | None
    findings: int
    answered: int
    mended: int
    overdue: int


def _letters(
    view: View, key: str, versions: Sequence[notices.Version]
) -> dict[int, list[tuple[str, _Letter]]]:
    """The letters of each version with what became of them; findings are those of the owner to this day."""
    today = view.settings.now().date()
    sent = sendings.sent(view.lake, key) if key in folders(view.lake, sendings.TABLE) else {}
    by_mark: dict[str, list[LedgerEntry]] = {}
    for entry in entries(view, key):
        by_mark.setdefault(sendings.mark(sendings.addressee(entry.owner, entry.name)), []).append(entry)

    def state(version: int, name: str) -> _Letter:
        own = by_mark.get(sendings.mark_of(name), [])
        return _Letter(
            sent.get((version, name)),
            len(own),
            sum(bool(entry.answer) for entry in own),
            sum(entry.mended for entry in own),
            sum(not entry.mended and entry.deadline < today for entry in own),
        )

    return {v.number: [(name, state(v.number, name)) for name in v.letters] for v in versions}


def _in_words(view: View, key: str, found: Sequence[Row]) -> Iterator[Row]:
    """Rows with everything in words."""
    known = states(view, key)
    for row in found:
        failed = row["indicator"] is not None
        yield row | {
            "district": region_name(row["region"]) or row["region"],
            "indicator_name": _indicator(view, row["indicator"]) if failed else "",
            "value": amount(row["measured"], row["unit"]) if failed else "",
            "limit": amount(row["threshold"], row["unit"]) if failed else "",
            "state": known.get(finding_id(key, row["target_id"], row["indicator"]), "尚未核查")
            if failed
            else "",
        }


_HEAD = (
    "类别", "名称", "标识码", "平台", "区划", "级别", "主办单位", "结论", "指标", "问题", "测得", "界限",
    "核查", "未判定原因",
)  # fmt: skip


def _cells(row: Row) -> list[str]:
    return [
        KINDS[row["target_kind"]],
        *(one_line(row[name]) for name in ("name", "code", "platform", "district")),
        LEVELS.get(row["level"] or "", ""),
        one_line(row["owner"]),
        OUTCOMES[row["outcome"]],
        *(one_line(row[name]) for name in ("indicator_name", "problem", "value", "limit", "state", "reason")),
    ]


def _as_csv(table: Sequence[Sequence[str]]) -> bytes:
    """With a mark at its start by which spreadsheets know UTF-8; nothing in it is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in table)
    return out.getvalue().encode("utf-8-sig")


def _as_xlsx(table: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    plain = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, plain) as book:
        sheet = book.add_worksheet("检查结果")
        bold = book.add_format({"bold": True, "bottom": 1})
        for number, row in enumerate(table):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell, bold if number == 0 else None)
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(table) - 1, len(_HEAD) - 1)
        sheet.set_column(0, len(_HEAD) - 1, 18)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return out.getvalue()


def _facets(view: View, rows: Sequence[Row]) -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to: value and word."""
    named: dict[str, list[tuple[str, str]]] = {
        "kind": list(KINDS.items()),
        "outcome": list(OUTCOMES.items()),
        "district": [],
        "level": [],
        "platform": [],
        "indicator": [],
    }
    words: dict[str, Callable[[str], str]] = {
        "district": lambda value: region_name(value) or value,
        "level": lambda value: LEVELS.get(value, value),
        "platform": str,
        "indicator": lambda value: _indicator(view, value),
    }
    for row in rows:
        if row["value"]:
            named[row["facet"]].append((row["value"], words[row["facet"]](row["value"])))
    return named


def _figures(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {"site": {}, "account": {}}
    for row in rows:
        found[row["target_kind"]][row["measure"]] = row["value"]
    return found


def _indicator(view: View, name: str) -> str:
    return next((i.name for i in view.standard.indicators if i.id == name), name)


def _checks(view: View, key: str, rows: Sequence[Row]) -> list[Row]:
    """The gates with the page of each, where there is one."""
    folder = view.lake.window_folder("data_docs", key)
    return [row | {"page": (folder / row["gate"] / CHECKS_PAGE).is_file()} for row in rows]


def _neighbour(view: View, key: str) -> str:
    """The window before that was assessed, to compare with."""
    earlier = [
        each
        for each in folders(view.lake, "verdicts")
        if each < key and parquet_files(view.lake, "verdicts", each)
    ]
    return earlier[-1] if earlier else ""
