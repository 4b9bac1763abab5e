"""docs/configuration.md describes every setting, and no other."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_type_hints

from jiancha.settings import Settings

DOC = Path(__file__).resolve().parents[2] / "docs" / "configuration.md"


def keys(kind: type, prefix: str = "") -> set[str]:
    hints = get_type_hints(kind)
    found: set[str] = set()
    for field in fields(kind):
        inner = hints[field.name]
        found |= keys(inner, f"{field.name}.") if is_dataclass(inner) else {prefix + field.name}
    return found


def test_every_setting_has_its_line_and_every_line_its_setting() -> None:
    described = set(re.findall(r"^\| `([a-z_.]+)` \|", DOC.read_text(encoding="utf-8"), re.MULTILINE))
    assert described == keys(Settings)
