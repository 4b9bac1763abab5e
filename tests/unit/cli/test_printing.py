"""Nothing from outside steers a terminal: every command, with names, titles and reasons that try to."""

from __future__ import annotations

import ast
import io
import json
import logging
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from support.lake_rows import City, Probes, ago, at
from support.registry_files import ACCOUNTS, SITES, account, site, table

from jiancha.cli import main as command_line
from jiancha.cli.commands import PlainFormatter
from jiancha.cli.main import main
from jiancha.cli.visit_table import print_visit
from jiancha.pipeline import doctor
from jiancha.text.characters import printed_json

#: Colours, the screen cleared, a window's title, the line written over, a line turned around.
EVIL = "\x1b[31m\x9b2J\x1b]0;x\x07\r\x08\x7f\u202e\u2066\u200b\u2028\x85\x0b\U000e0041"
NAME = f"咸阳{EVIL}市某局"
CODE = {"site": "6104000054", "account": "610422M005WX0001"}
TIMES = ["--at", "2021-02-15T23:59:59", "--since", "2021-02-01T00:00:00"]


def is_plain(text: str) -> bool:
    """True where a terminal shows the text and does nothing else."""
    return not [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A lake of a version that kept such names, and files that hold them."""
    folder = tmp_path_factory.mktemp("office")
    fill(City(folder / "lake"))
    post = {"id": EVIL, "title": NAME, "url": NAME}
    row = f"<li><a href='/{EVIL}.html'>关于{NAME}的通知</a>2021-02-01</li>"
    told = f"2021年第一季度通报{EVIL}\n抽查政府网站20家，合格19家{EVIL}，合格率90%。\n{NAME}"
    files = {
        "feed.json": json.dumps({"title": NAME, "items": [post]}).encode(),
        "sites.csv": table(SITES, site(网站名称=NAME), site(网站名称=f"{NAME}2")),
        "accounts.csv": table(ACCOUNTS, account(账号名称=NAME)),
        "bad.csv": table(SITES, site(首页网址=NAME)),
        "page.html": f"<title>{NAME}</title><ul>{row}</ul>".encode(),
        "notice.txt": told.encode(),
        "wrong.txt": f"{NAME}以习进平同志{EVIL}为核心".encode(),
        "plan.csv": f"账号名称,账号类型,来源\n{NAME},{NAME},{NAME}\n".encode(),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JIANCHA_LAKE", str(folder / "lake"))
        patch.setenv("JIANCHA_CLOCK", "2021-02-19T09:00:00+08:00")
        patch.chdir(folder)
        yield folder


def fill(city: City) -> None:
    account = city.account(
        "a1", ago(30), code=CODE["account"], name=NAME, owner=NAME, platform=f"微信{EVIL}订阅号"
    )
    city.site("s1", code=CODE["site"], name=NAME, owner=NAME, visit={"reason": NAME, "evidence": EVIL})
    city.home("s1", ago(40))
    city.column("s1", "c1", ago(400), name=NAME, reason=NAME)
    for row in (*city.rows["items"]["s1"], *city.rows["posts"][account]):
        row |= {"title": NAME, "url": f"http://a.example/{EVIL}"}
    probes = Probes(city)
    for hour in range(20):
        probes.add("s1", at(ago(1)).replace(hour=hour), "failed", NAME)
    probes.judge(together=False)


COMMANDS = {
    "explain a site": "explain 6104000054 2021Q1",
    "explain an account": "explain 610422M005WX0001 2021Q1",
    "explain none": f"explain {EVIL.replace(' ', '')} 2021Q1",
    "what was reviewed": "review status 2021Q1",
    "a sheet that is none": "review import 2021Q1 bad.csv",
    "a feed": "account feed feed.json --platform 微信公众号 --name X",
    "a feed as JSON": "account feed feed.json --platform 微信公众号 --json",
    "accounts": "account plan --registry accounts.csv",
    "accounts as JSON": "account plan --registry accounts.csv --json",
    "accounts with a faulty plan": "account plan --registry accounts.csv --file plan.csv",
    "one of two accounts": "account check nobody --registry accounts.csv",
    "an account without a source": f"account check {CODE['account']} --registry accounts.csv",
    "a registry": "registry sites.csv accounts.csv",
    "a faulty registry": "registry bad.csv",
    "a page": "read page.html",
    "a page as JSON": "read page.html --json --all",
    "a folder": "read . --jsonl",
    "no page": f"read {EVIL}",
    "a notice": "audit notice.txt",
    "a notice as JSON": "audit notice.txt --json",
    "no notice": "audit bad.csv",
    "wording": "wording wrong.txt",
    "wording as JSON": "wording wrong.txt --json",
    "a record": f"evidence {EVIL} 2021Q1 6104000054",
    "a replay without evidence": "replay 2021Q1 --jobs 1",
    "a visit of no address": f"visit {NAME}",
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_no_command_lets_them_through(
    office: Path, command: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = command.split(" ")
    main([*words, *(TIMES if words[:2] == ["account", "feed"] else [])])
    told = capfdbinary.readouterr()
    assert told.out or told.err
    for text in (told.out.decode(), told.err.decode()):
        assert is_plain(text)
        assert "X]0;" not in text


def test_a_stored_page_is_not_written_to_a_terminal(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jiancha.cli.evidence.stored_body", lambda *_: EVIL.encode())
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert main(["evidence", "r1", "2021Q1", "6104000054"]) == 1
    told = capsys.readouterr()
    assert (told.out, "--out" in told.err) == ("", True)


def test_what_a_visit_found_is_told_in_plain_text() -> None:
    kinds: dict[str, Any] = {"days": 14, "months": None, "limit": NAME, "newest": NAME, "items": 1}
    column = kinds | {"name": NAME, "kind_name": NAME, "outcome": "stale", "reason": NAME}
    row = {"name": NAME, "id": "x", "compare": "at_least", "measured": True, "value": 1.0, "limit": 1.0}
    row |= {"unit": NAME, "warn_at": None, "warning": False, "failed": True, "problem": NAME, "reason": NAME}
    report = {
        **{"outcome": "unqualified", "problem": NAME, "reason": NAME, "url": NAME, "as_of": NAME},
        **{"home": {"unread": NAME}, "requests": 1, "bytes": 1, "evidence": NAME, "rendered": {"pages": 0}},
        **{"columns": [column], "indicators": [row]},
    }
    out = io.StringIO()
    print_visit(report, Console(file=out, width=200, color_system=None, force_terminal=False))
    assert "咸阳" in out.getvalue()
    assert is_plain(out.getvalue())


def test_what_the_doctor_tells(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [doctor.Result(NAME, doctor.Health.WARNING, NAME, NAME)]
    monkeypatch.setattr(doctor, "examine", lambda *_: rows)
    for words in (["doctor"], ["doctor", "--json"]):
        assert main(words) == 0
        assert is_plain(capsys.readouterr().out)


def test_a_warning_of_the_log() -> None:
    record = logging.LogRecord("jiancha", logging.WARNING, "x.py", 1, "%s is gone\nand more", (NAME,), None)
    shown = PlainFormatter().format(record)
    assert is_plain(shown)
    assert shown.endswith("市某局 is gone\nand more")


def test_json_keeps_what_it_escapes() -> None:
    value = {"name": NAME, "half": "\ud800", "day": str(date(2021, 2, 1)), "blank": "a\u3000b"}
    text = printed_json(value)
    assert json.loads(text) == value
    assert is_plain(text)
    assert "a\u3000b" in text
    assert is_plain(printed_json(value, indent=1))


def test_every_line_goes_one_way() -> None:
    """Commands write by ``say``: whoever adds one cannot forget the rule."""
    found = []
    for file in sorted(Path(command_line.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("stdout", "stderr"):
                found.append((file.name, node.attr))
    count = {name: sum(each == name for each, _ in found) for name, _ in found}
    # how a line is said; to whom an error is said; the progress of a visit; a record's body to a pipe
    assert count == {"commands.py": 2, "main.py": 4, "visit.py": 7, "evidence.py": 2}
