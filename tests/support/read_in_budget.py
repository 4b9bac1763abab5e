"""Read hostile pages, each in a process with a limit of CPU time and memory.

``read_in_budget.py SCALE [NAME …]``: all pages or those named, at full size (1) or a part of it. Prints one
JSON line a page: what was read, or the error or signal in which it ended, and what it cost. The limits are
the kernel's, so that a reader that hangs is ended and not waited for.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from datetime import datetime
from typing import Any

import hostile_pages

from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts, read_page
from jiancha.text.dates import in_future
from jiancha.windows import ZONE

SECONDS = 5
BYTES = 1_000_000_000
URL = "http://a.gov.cn/tzgg/"
AT = datetime(2021, 3, 31, 9, tzinfo=ZONE)


def said(facts: PageFacts) -> dict[str, Any]:
    """What a test wants to know of a page, as JSON."""
    days = [item for item in facts.items if item.published_on is not None]
    addresses = [
        *(item.url for item in facts.items if item.url),
        *(column.url for column in facts.columns),
        *facts.paging.next_pages,
        *([facts.redirect_to] if facts.redirect_to else []),
    ]
    return {
        "kind": facts.kind.value,
        "dated": len(days),
        "newest": max(
            (str(i.published_on) for i in days if not i.date_rule.endswith("future")), default=None
        ),
        "future": sum(in_future(i.published_on, AT) != i.date_rule.endswith("future") for i in days),
        "odd": [each[:80] for each in addresses if not each.startswith(("http://", "https://"))][:3],
        "published": str(facts.published.day) if facts.published else None,
    }


def read(name: str, scale: float = 1.0, seconds: int = SECONDS) -> dict[str, Any]:
    """The outcome of one page, in a child process within the limits."""
    body = hostile_pages.make(name, scale)
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        _read_as_child(body, sink, seconds)
    os.close(sink)
    with os.fdopen(source, "rb") as pipe:
        outcome = json.loads(pipe.read() or "{}")
    _, status, usage = os.wait4(child, 0)
    if os.WIFSIGNALED(status):
        outcome = {"error": f"ended by {signal.Signals(os.WTERMSIG(status)).name}"}
    cost = {"seconds": round(usage.ru_utime + usage.ru_stime, 2), "mb": usage.ru_maxrss // 1024}
    return {"page": name, "size": len(body), **cost, **outcome}


def _read_as_child(body: bytes, sink: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    try:
        outcome = said(read_page(Document(body, URL, "text/html", AT)))
    except BaseException as error:  # noqa: BLE001 - whatever ends the reading is the outcome
        outcome = {"error": f"{type(error).__name__}: {error}"[:300]}
    os.write(sink, json.dumps(outcome).encode())
    os._exit(0)


if __name__ == "__main__":
    for page in sys.argv[2:] or hostile_pages.names():
        print(json.dumps(read(page, float(sys.argv[1])), ensure_ascii=False), flush=True)  # noqa: T201
