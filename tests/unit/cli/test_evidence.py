"""``jiancha evidence``: a stored page is had back byte for byte."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from jiancha.cli.main import main
from jiancha.evidence.records import EvidenceWriter, Exchange
from jiancha.lake import Lake
from jiancha.windows import ZONE

BODY = "<html>通知公告</html>".encode("gbk")


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A lake with one visited site and one that was not visited; the id of the page's record."""
    lake = Lake(tmp_path / "lake")
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    writer = EvidenceWriter("test")
    page = Exchange(
        "http://x.gov.cn/a?token=1", {}, 200, "OK", {}, b"older", datetime(2021, 2, 16, tzinfo=ZONE)
    )
    writer.add(page)
    found = writer.add(
        Exchange("http://x.gov.cn/a?token=1", {}, 200, "OK", {}, BODY, datetime(2021, 2, 16, tzinfo=ZONE))
    )
    evidence = writer.save(lake, lake.evidence_path("2021Q1", "s1"))
    sites = [{"target_id": "s1", "site_code": "6104000001"}, {"target_id": "s2", "site_code": "6104000002"}]
    lake.write_rows("sites", "2021Q1", "registry", sites)
    lake.write_rows("visits", "2021Q1", "s1", [{"target_id": "s1", "evidence": evidence}])
    return found


@pytest.mark.parametrize("form", ["{}", "bare", "address"])
def test_by_record_and_by_address(record: str, form: str, tmp_path: Path) -> None:
    wanted = {"{}": record, "bare": record[10:-1], "address": "http://x.gov.cn/a?token=1"}[form]
    assert main(["evidence", wanted, "2021Q1", "6104000001", "--out", str(tmp_path / "page.html")]) == 0
    assert (tmp_path / "page.html").read_bytes() == BODY


def test_to_standard_output(record: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["evidence", record, "2021Q1", "6104000001"]) == 0
    assert capfdbinary.readouterr().out == BODY


@pytest.mark.parametrize(
    ("wanted", "code", "told"),
    [
        ("<urn:uuid:0>", "6104000001", "no record <urn:uuid:0>"),
        ("http://x.gov.cn/b", "6104000001", "no answer of http://x.gov.cn/b"),
        ("<urn:uuid:0>", "6104000002", "no evidence of 6104000002"),
        ("<urn:uuid:0>", "6104000003", "no target with code 6104000003"),
    ],
)
def test_what_is_not_there_is_told(
    record: str, wanted: str, code: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evidence", wanted, "2021Q1", code]) == 1
    assert told in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_told(record: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", record, "2021Q1", "6104000001", "--out", "/nowhere/page"]) == 1
    assert "/nowhere/page" in capsys.readouterr().err
