"""notice.html: one self-contained page to read on a screen or print on A4."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from jiancha.assess.amounts import KIND_NAMES, amount
from jiancha.notice.model import Notice
from jiancha.notice.sentences import (
    CLOSED_TITLE,
    DRAFT_LABEL,
    GATE_NAMES,
    LEVEL_NAMES,
    NEAR_TITLE,
    SEVERITY_NAMES,
    wording,
)
from jiancha.notice.text import held_together, quarter_name, title_lines


def render_html(notice: Notice) -> bytes:
    """The page as UTF-8 bytes; every value is escaped by the template engine."""
    text = _template().render(
        notice=notice,
        words=wording(notice),
        draft_label=DRAFT_LABEL if notice.status == "draft" else "",
        kinds=KIND_NAMES,
        levels=LEVEL_NAMES,
        amount=amount,
        near_title=NEAR_TITLE,
        closed_title=CLOSED_TITLE,
        gates=GATE_NAMES,
        severities=SEVERITY_NAMES,
        before=quarter_name(notice.previous.window) if notice.previous else "",
    )
    return text.encode()


def _unbroken(text: str) -> Markup:
    """Numbers of documents such as 国办秘函〔2019〕19号 stay on one line."""
    return Markup().join(
        Markup('<span class="nb">{}</span>').format(piece) if held else piece
        for piece, held in held_together(text)
    )


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
    environment.filters["unbroken"] = _unbroken
    return environment.get_template("notice.html")
