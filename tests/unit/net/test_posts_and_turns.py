"""Questions by POST, header fields for one host only, and turns that processes share."""

from __future__ import annotations

import gzip
import json
import math
import stat
from datetime import datetime

import pytest

from jiancha.errors import FailureKind, FetchFailure, SettingsError
from jiancha.evidence.records import EvidenceWriter
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.net.pace import SharedPace
from jiancha.settings import HttpSettings
from jiancha.windows import ZONE

LIMITS = HttpSettings(connect_timeout=5, total_timeout=10, allow_private=True)


def fetcher(evidence=None):
    return Fetcher(LIMITS, now=lambda: datetime(2021, 2, 16, 9, tzinfo=ZONE), evidence=evidence)


def test_a_question_is_sent_and_kept_as_it_was(hostile, tmp_path):
    address = hostile.serve("/ask", b'{"list": []}')
    evidence, lake = EvidenceWriter("w/t"), Lake(tmp_path)
    with fetcher(evidence) as door:
        question = json.dumps({"day": "2021-02-15"}).encode()
        answer = door.post(f"{address}?access_token=hunter2", question)
    assert (answer.body, hostile.posted) == (b'{"list": []}', [question])
    assert hostile.seen[0][1]["Content-Type"] == "application/json"
    path = lake.root / "e.warc.gz"
    evidence.save(lake, path)
    kept = gzip.decompress(path.read_bytes())
    assert b"POST /ask?access_token=" in kept
    assert question in kept
    assert b"hunter2" not in kept


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_question_follows_no_redirect(hostile, status):
    hostile.routes["/ask"] = lambda handler: handler.answer(b"", status=status, Location="/elsewhere")
    hostile.serve("/elsewhere", b"{}")
    with fetcher() as door, pytest.raises(FetchFailure):
        door.post(f"{hostile.url}/ask", b"{}")
    assert [path for path, _ in hostile.seen] == ["/ask"]


def test_key_fields_go_to_the_host_asked_for_only_and_are_not_kept(hostile, tmp_path):
    hostile.redirect("/first", f"http://localhost:{hostile.server_address[1]}/elsewhere")
    hostile.serve("/elsewhere", b"")
    evidence, lake = EvidenceWriter("w/t"), Lake(tmp_path)
    with fetcher(evidence) as door:
        door.get(f"{hostile.url}/first", headers={"access-token": "hunter2"})
    assert [headers.get("access-token") for _, headers in hostile.seen] == ["hunter2", None]
    path = lake.root / "e.warc.gz"
    evidence.save(lake, path)
    assert b"hunter2" not in gzip.decompress(path.read_bytes())


def test_a_failure_tells_how_long_the_server_wants_to_be_left_alone(hostile):
    hostile.routes["/x"] = lambda handler: handler.answer(b"", status=429, Retry_After="90")
    with fetcher() as door, pytest.raises(FetchFailure) as caught:
        door.get(f"{hostile.url}/x")
    assert (caught.value.kind, caught.value.retry_after) == (FailureKind.RATE_LIMITED, 90)


class Clock:
    def __init__(self):
        self.now, self.slept = 1000.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_processes_take_turns_at_a_host(tmp_path):
    clock = Clock()
    one, other = (SharedPace(tmp_path / "t", 2, 20, clock=clock, sleep=clock.sleep) for _ in range(2))
    one.wait("m.weibo.cn")
    clock.now += 0.5
    other.wait("m.weibo.cn")
    assert clock.slept == [1.5]
    other.wait("api.weixin.qq.com")
    one.wait("127.0.0.1")
    assert clock.slept == [1.5]
    (file,) = (tmp_path / "t").glob("m.weibo.cn")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("left", [b"", b"x", b"nan", b"inf", b"1e300", b"\xff\xff", b"999999"])
def test_what_is_left_over_in_a_turn_holds_nobody_up(tmp_path, left):
    clock = Clock()
    (tmp_path / "a.cn").write_bytes(left)
    SharedPace(tmp_path, 2, 20, clock=clock, sleep=clock.sleep).wait("a.cn")
    assert clock.slept == []
    assert math.isclose(float((tmp_path / "a.cn").read_bytes()), 1000)


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_a_folder_that_cannot_be_used_is_told(tmp_path, folder):
    """Else eight workers would ask a host at once, and nobody would know."""
    (tmp_path / "file").write_bytes(b"")
    clock = Clock()
    pace = SharedPace(tmp_path / folder, 2, 20, clock=clock, sleep=clock.sleep)
    with pytest.raises(SettingsError, match=r"account\.state: .*file"):
        pace.wait("a.cn")
    pace.wait("127.0.0.1")  # our own machine is not spared anyway
