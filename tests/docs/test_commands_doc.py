"""docs/commands.md has a section for every command, and in it every option and no other."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jiancha.cli.main import make_parser

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## `jiancha ([a-z ]+)`\n(.*?)(?=^## |\Z)", DOC, re.MULTILINE | re.DOTALL))


def commands(
    parser: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """All commands that can be run, by their whole name."""
    groups = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield name, parser
    for group in groups:
        for word, inner in group.choices.items():
            yield from commands(inner, f"{name} {word}".strip())


COMMANDS = dict(commands(make_parser()))


def test_every_command_has_its_section_and_every_section_its_command() -> None:
    assert set(SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_its_line_and_every_line_its_option(name: str) -> None:
    options = {
        option for action in COMMANDS[name]._actions for option in action.option_strings if option[:2] == "--"
    }
    assert set(re.findall(r"^\| `(--[a-z-]+)` \|", SECTIONS[name], re.MULTILINE)) == options - {"--help"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_shown_at_work(name: str) -> None:
    if name != "demo":  # its output is in the README
        assert f"$ jiancha {name}" in SECTIONS[name]


def test_the_list_of_documents_leads_to_it() -> None:
    assert "docs/commands.md" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "docs/commands.md" in (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
