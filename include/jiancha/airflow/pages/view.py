"""What every view has at hand: the settings and the lake, the language, links, and its template."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache, cached_property
from importlib import resources
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from jiancha.assess.amounts import amount
from jiancha.lake import Lake
from jiancha.notice.text import web_address
from jiancha.settings import Settings, load
from jiancha.standard import Standard, load_standard
from jiancha.windows import ZONE, Window

#: What a served file may do: it shows itself as it is.
QUIET = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
_KEY = re.compile(r"[0-9]{4}Q[1-4]")
#: Codes in a table and what people read.
OUTCOMES = {"qualified": "合格", "unqualified": "不合格", "undetermined": "未判定"}
KINDS = {"site": "政府网站", "account": "政务新媒体"}
LEVELS = {
    "municipal_portal": "市政府门户网站",
    "county_portal": "县（市、区）政府门户网站",
    "municipal_department": "市级部门网站",
    "other": "其他网站",
}


class View:
    """One request for a page."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.english = request.query_params.get("lang") == "en"
        self.root: str = request.scope.get("root_path", "")

    @cached_property
    def settings(self) -> Settings:
        return load()

    @cached_property
    def lake(self) -> Lake:
        return Lake(self.settings.lake)

    @cached_property
    def standard(self) -> Standard:
        return load_standard(self.settings.standard, self.settings.standards_folder)

    def windows(self) -> list[str]:
        """Keys of all windows that have an assessment or a notice, oldest first."""
        found = {key for table in ("verdicts", "notices") for key in folders(self.lake, table)}
        return sorted(found)

    def window(self, key: str) -> Window:
        """The window of a key; 404 for one that is not in the lake."""
        if not _KEY.fullmatch(key) or not any(
            key in folders(self.lake, table) for table in ("verdicts", "notices", "sites")
        ):
            raise HTTPException(status_code=404, detail=f"没有检查窗口 {key[:20]}")
        return self.settings.calendar().window(key)

    def say(self, text: str) -> str:
        """A word of the page in the visitor's language; one without a translation stays as it is."""
        return _english().get(text, text) if self.english else text

    def link(self, path: str = "", **query: Any) -> str:
        """The address of a view in the visitor's language; empty parameters are left out."""
        more = {name: value for name, value in query.items() if value not in ("", None, ())}
        if self.english:
            more.setdefault("lang", "en")
        return f"{self.root}/{quote(path)}" + (f"?{urlencode(more, doseq=True)}" if more else "")

    def airflow(self, path: str) -> str:
        """The address of one of Airflow's own pages."""
        return self.root.removesuffix("/jiancha") + path

    def switched(self) -> str:
        """This page in the other language."""
        pairs = [(k, v) for k, v in self.request.query_params.multi_items() if k != "lang"]
        if not self.english:
            pairs.append(("lang", "en"))
        return quote(self.request.url.path) + (f"?{urlencode(pairs)}" if pairs else "")

    def render(self, template: str, **values: Any) -> HTMLResponse:
        """The page of a template."""
        html = _templates().get_template(template).render(view=self, t=self.say, link=self.link, **values)
        return HTMLResponse(html)


#: How a view is declared as a route's parameter.
Asked = Annotated[View, Depends(View)]


def folders(lake: Lake, table: str) -> list[str]:
    """Keys of the windows that a table has, oldest first; whatever else lies there is passed over."""
    root = lake.root / table
    if not root.is_dir():
        return []
    names = (each.name for each in root.iterdir() if each.is_dir() and not each.is_symlink())
    keys = (name.removeprefix("window=") for name in names if name.startswith("window="))
    return sorted(key for key in keys if _KEY.fullmatch(key))


def local(moment: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str:
    """An instant in local time; a dash where there is none."""
    return f"{moment.astimezone(ZONE):{form}}" if moment is not None else "–"


def number(value: float | None) -> str:
    """A figure with thousands separators; a dash where there is none."""
    return "–" if value is None else f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def chosen(rows: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    """The values of a column, each once, in order."""
    return sorted({str(row[name]) for row in rows if row[name]})


@cache
def _english() -> Mapping[str, str]:
    text = (resources.files("jiancha.airflow.pages") / "english.toml").read_text(encoding="utf-8")
    return {key: str(value) for key, value in tomllib.loads(text).items()}


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("jiancha.airflow.pages", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(local=local, web=web_address, number=number)
    environment.globals.update(outcomes=OUTCOMES, kinds=KINDS, levels=LEVELS, amount=amount, Markup=Markup)
    return environment
