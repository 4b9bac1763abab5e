"""The map names what is there: modules, files, and all rooms."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
MODULES = sorted(set(re.findall(r"`(jiancha(?:\.\w+)+)`", TEXT)))
FILES = sorted(set(re.findall(r"`((?:dags|include|tests)/[\w./]+)`", TEXT)))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_named_is_there(name: str) -> None:
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        found = None
    if found is None:  # a name in a module
        module, attribute = name.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), attribute), f"docs/architecture.md names {name}"


@pytest.mark.parametrize("name", FILES)
def test_a_file_named_is_there(name: str) -> None:
    assert (ROOT / name).exists(), f"docs/architecture.md names {name}"


def test_every_room_has_its_line() -> None:
    package = ROOT / "include" / "jiancha"
    rooms = {path.name for path in package.iterdir() if (path / "__init__.py").exists()}
    table = TEXT.split("## Rooms")[1].split("## How")[0]
    assert {room for room in rooms if f"`{room}`" not in table} == set()
