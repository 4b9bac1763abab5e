"""``jiancha visit`` as a process of its own, against a real server."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from jiancha.windows import ZONE


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jiancha.cli.main", "visit", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_a_site_with_a_stale_column(town: Any, tmp_path: Path) -> None:
    today = datetime.now(ZONE).date()
    done = run(town.url, "--allow-private", "--json", "--keep", str(tmp_path / "kept"))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["outcome"], found["failure"], found["requests"]) == (
        "qualified",
        None,
        8,  # robots.txt, four pages, an article of each column
    )  # an article of each column too
    assert [(c["name"], c["outcome"], c["newest"]) for c in found["columns"]] == [
        ("工作动态", "fresh", str(today - timedelta(days=1))),
        ("通知公告", "fresh", str(today - timedelta(days=100))),
        ("政策文件", "stale", str(today - timedelta(days=300))),
    ]
    news, _, policy = found["columns"]
    assert (news["kind"], news["days"], news["limit"]) == ("news", 14, str(today - timedelta(days=14)))
    assert (policy["months"], policy["items"], policy["pages"]) == (6, 3, 1)
    assert found["home"]["age_days"] == 1
    by_id = {row["id"]: row for row in found["indicators"]}
    assert (by_id["site.columns_b"]["value"], by_id["site.columns_b"]["limit"]) == (1, 10)
    assert (by_id["site.columns_b"]["warn_at"], by_id["site.columns_b"]["warning"]) == (7, False)
    assert by_id["site.unreachable"]["measured"] is False
    assert by_id["site.unreachable"]["reason"] == "未监测：一次访问不能判定，须连续一周逐时探测"
    with Path(found["evidence"]).open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert (
        kinds.count("response") == 8 + 2 * 9
    )  # robots.txt, pages, articles; and each link of an item, which the server does not know, twice


def test_tables_for_people(town: Any) -> None:
    done = run(town.url, "--allow-private")
    assert done.returncode == 0
    (line,) = [line for line in done.stdout.splitlines() if "政策文件" in line]
    assert "未更新" in line
    assert "结论：合格" in done.stdout
    assert "未监测" in done.stdout


def test_an_earlier_day_and_a_lake_that_is_kept(town: Any, tmp_path: Path) -> None:
    earlier = datetime.now(ZONE).date() - timedelta(days=90)
    done = run(town.url, "--allow-private", "--json", "--as-of", str(earlier), "--lake", str(tmp_path))
    found = json.loads(done.stdout)
    assert found["as_of"] == f"{earlier}T23:59:59+08:00"
    news = found["columns"][0]
    # all that the column shows is from after that day
    assert (news["outcome"], news["newest"], news["reason"]) == ("unknown", None, "监测时间点前没有可见条目")
    assert (tmp_path / "verdicts").is_dir()
    assert Path(found["evidence"]).is_file()


def test_a_lake_with_other_targets_is_left_alone(town: Any, tmp_path: Path) -> None:
    now = datetime.now(ZONE)
    folder = tmp_path / "sites" / f"window={now.year}Q{(now.month + 2) // 3}"
    folder.mkdir(parents=True)
    (folder / "registry.parquet").write_bytes(b"an office's registry")
    done = run(town.url, "--allow-private", "--lake", str(tmp_path))
    assert done.returncode == 1
    assert "give a visit a folder of its own" in done.stderr
    assert town.asked == []


def test_more_pages_than_allowed_are_not_read(town: Any) -> None:
    found = json.loads(run(town.url, "--allow-private", "--json", "--max-pages", "2").stdout)
    assert (found["requests"], found["coverage"]) == (3, "partial")  # with robots.txt
    assert {c["outcome"] for c in found["columns"]} == {"fresh", "unknown"}


def test_a_home_page_that_cannot_be_read_ends_with_1_and_the_reason(town: Any) -> None:
    town.pages.clear()
    done = run(town.url, "--allow-private", "--json")
    assert done.returncode == 1
    assert "HTTP 404" in done.stderr
    found = json.loads(done.stdout)
    assert found["failure"]["kind"] == "not_found"
    assert not any(row["measured"] for row in found["indicators"])


def test_private_addresses_are_refused_unless_allowed(town: Any) -> None:
    done = run(town.url)
    assert done.returncode == 1
    assert "--allow-private" in done.stderr
    assert town.asked == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("ftp://x.gov.cn/",),
        ("http://[x/",),
        ("http://x.gov.cn/", "--as-of", "yesterday"),
        ("http://x.gov.cn/", "--as-of", "2999-01-01"),
        ("http://x.gov.cn/", "--max-pages", "0"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("jiancha: ")
