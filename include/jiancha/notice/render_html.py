"""notice.html: one self-contained page to read on a screen or print on A4."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from jiancha.assess.amounts import KIND_NAMES, UNIT_NAMES
from jiancha.notice.model import Notice
from jiancha.notice.sentences import (
    DRAFT_LABEL,
    GATE_NAMES,
    LEVEL_NAMES,
    SEVERITY_NAMES,
    unmeasured,
    wording,
)
from jiancha.notice.text import quarter_name, title_lines


def render_html(notice: Notice) -> bytes:
    """The page as UTF-8 bytes; every value is escaped by the template engine."""
    text = _template().render(
        notice=notice,
        words=wording(notice),
        unmeasured=unmeasured(notice),
        draft_label=DRAFT_LABEL if notice.status == "draft" else "",
        kinds=KIND_NAMES,
        levels=LEVEL_NAMES,
        units=UNIT_NAMES,
        gates=GATE_NAMES,
        severities=SEVERITY_NAMES,
        before=quarter_name(notice.previous.window) if notice.previous else "",
    )
    return text.encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("jiancha.notice", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["title_lines"] = title_lines
    return environment.get_template("notice.html")
