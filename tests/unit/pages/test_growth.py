"""Pages made to be slow to read: their cost stays in proportion to their size.

The bound is a limit on CPU seconds of a process of its own, a hundred times what the pages take.
"""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

_SECONDS = 60
_SCRIPT = """
import sys
from datetime import datetime, timedelta, timezone
from jiancha.pages.document import Document
from jiancha.pages.page import read_page
at = datetime(2021, 3, 31, tzinfo=timezone(timedelta(hours=8)))
print(read_page(Document(sys.stdin.buffer.read(), "http://a.gov.cn/x/", None, at)).kind)
"""
_LINKS = "".join(f'<a href="/{n}.html">关于一件事的通知</a>' for n in range(3))
_DENSE = "".join(f"<span>{'2021年1月1日开会,' * 300}</span>" for _ in range(10))
PAGES = {
    "data that breaks off again and again": "<script>var a="
    + '[{"a":' * 190
    + "["
    + "1," * 300_000
    + "</script>",
    "rows full of dates": f"<div>{'<div>' * 8}{_LINKS}{_DENSE}{'</div>' * 8}</div>" * 30,
    "labels without end": "<p>发布时间:" * 50_000,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_within_its_budget(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        input=PAGES[name].encode(),
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS)),
    )
    assert (done.returncode, done.stdout.strip()) == (0, b"unknown"), done.stderr.decode()
