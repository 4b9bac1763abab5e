"""``jiancha read`` as a process of its own: output, exit codes, cost of its start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (
    "<html><head><title>通知公告_某局</title></head><body><ul>"
    '<li><a href="t1.html">关于做好春节期间工作的通知</a><span>2021-02-10</span></li>'
    '<li><a href="t2.html">关于开展专项检查的公告</a><span>2021-02-08</span></li>'
    "</ul></body></html>"
)
KEYS = {"kind", "charset", "column", "published_at", "published_rule", "items", "newest", "next", "tags"}


def run(
    *arguments: str, stdin: bytes = b"", python: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, *python, "-m", "jiancha.cli.main", "read", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_one_page_gives_one_object(page: Path) -> None:
    done = run(str(page), "--url", "http://x.gov.cn/tzgg/", "--at", "2021-02-15T09:00:00", "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    (line,) = done.stdout.decode().splitlines()
    found = json.loads(line)
    assert set(found) == KEYS
    assert (found["kind"], found["newest"]) == ("list", "2021-02-10")
    assert found["items"][1]["url"] == "http://x.gov.cn/tzgg/t2.html"


def test_standard_input_and_the_content_type() -> None:
    body = PAGE.encode("gbk")
    done = run(
        "-",
        "--url",
        "http://x.gov.cn/a/",
        "--content-type",
        "text/html; charset=gbk",
        "--json",
        "--all",
        stdin=body,
    )
    found = json.loads(done.stdout)
    assert (found["charset"], found["charset_rule"]) == ("gb18030", "header")
    assert found["column"]["name"] == "通知公告"


def test_a_folder_gives_a_line_per_file_and_goes_on_after_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "b.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "a.html").symlink_to(tmp_path / "gone")
    (tmp_path / "c.txt").write_text("no page", encoding="utf-8")
    (tmp_path / "d.html").mkdir()
    os.mkfifo(tmp_path / "e.html")  # reading it would never end
    (tmp_path / "d.html" / "一 页.html").write_text(PAGE, encoding="utf-8")
    done = run(str(tmp_path), "--jsonl", "--glob", "**/*.html", "--url-base", "http://x.gov.cn/s")
    lines = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [line["file"] for line in lines] == ["a.html", "b.html", "d.html/一 页.html"]
    assert set(lines[0]) == {"file", "error"}
    assert set(lines[1]) == KEYS | {"file"}
    assert lines[1]["items"][0]["url"] == "http://x.gov.cn/s/t1.html"
    assert lines[2]["items"][0]["url"] == "http://x.gov.cn/s/d.html/t1.html"
    assert done.returncode == 1


def test_a_folder_without_faults_ends_with_0(page: Path) -> None:
    assert run(str(page.parent), "--jsonl").returncode == 0


def test_half_a_surrogate_pair_is_still_json(tmp_path: Path) -> None:
    page = tmp_path / "p.html"
    rows = ",".join(
        f'{{"title":"关于做好某项工作的通知\\ud800{n}","url":"/t{n}.html","date":"2021-02-0{n}"}}'
        for n in (1, 2, 3)
    )
    page.write_text(f"<html><body><script>var list = [{rows}];</script></body></html>", encoding="utf-8")
    done = run(str(page), "--json")
    assert done.returncode == 0
    json.loads(done.stdout.decode("utf-8"))


def test_the_summary_for_people_cannot_steer_a_terminal(page: Path) -> None:
    page.write_text(PAGE.replace("关于做好", "关于\x1b[2J\u202e做好"), encoding="utf-8")
    done = run(str(page), "--at", "2021-02-15")
    text = done.stdout.decode()
    assert "栏目：通知公告（通知公告，更新期限6个月）" in text
    assert "条目：2条，最新 2021-02-10" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("gone.html", "--json"),
        ("{page}", "--at", "yesterday"),
        ("{page}", "--at", "0001-01-01T00:00+14:00"),
        ("{page}", "--url", "ftp://x.gov.cn/"),
        ("{page}", "--url", "http://[x/"),
        ("{folder}", "--json"),
        ("{folder}", "--jsonl", "--glob", "*.xyz"),
        ("{folder}", "--jsonl", "--glob", "/etc/*"),
        ("{folder}", "--jsonl", "--glob", ""),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(page: Path, arguments: tuple[str, ...]) -> None:
    given = [a.format(page=page, folder=page.parent) for a in arguments]
    done = run(*given)
    assert done.returncode == 1
    assert done.stdout == b""
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith("jiancha: ")


def test_a_page_beyond_the_size_limit_is_refused(page: Path) -> None:
    page.write_bytes(b"<p>" * 2_000_000)
    done = run(str(page), "--json")
    assert done.returncode == 1
    assert b"larger than 5000000 bytes" in done.stderr


def test_nobody_listening_is_no_crash(tmp_path: Path) -> None:
    for n in range(300):
        (tmp_path / f"{n:03}.html").write_text(PAGE, encoding="utf-8")
    command = [sys.executable, "-m", "jiancha.cli.main", "read", str(tmp_path), "--jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
    assert process.returncode == 1


def test_nothing_heavy_is_imported(page: Path) -> None:
    done = run(str(page), "--json", python=("-X", "importtime"))
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert "jiancha.pages.page" in imported
    heavy = {"pandas", "pyarrow", "airflow", "duckdb", "requests", "rich", "numpy", "asyncio", "upath"}
    assert not heavy & imported
