"""The platforms' interfaces on loopback: WeChat's, Weibo's, Douyin's and Weibo's mobile pages.

Each answers as its documentation tells: limits, error codes and paging included.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

WEIBO_EPOCH = 515_483_463
DENIED = {
    "weibo": {"error": "expired_token", "error_code": 21327, "request": "/2/statuses/user_timeline.json"},
    "douyin": {"data": {"error_code": 2190008, "description": "access_token过期"}, "extra": {"logid": "1"}},
}


@dataclass
class City:
    """What the platforms know. ``published`` are moments, newest first; WeChat knows days only."""

    published: list[datetime] = field(default_factory=list)
    pinned: list[datetime] = field(default_factory=list)
    today: date = date(2021, 2, 16)
    app: tuple[str, str] = ("wx0123456789abcdef", "0123456789abcdef0123456789abcdef")
    token: str = "owner-token"
    uid: str = "2000000001"
    name: str = "秦都发布"
    late: set[date] = field(default_factory=set)  # days whose figures WeChat does not have yet
    per_page: int = 10
    issued: list[str] = field(default_factory=list)
    dead: set[str] = field(default_factory=set)  # tokens that WeChat takes no more
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    instead: dict[str, deque[tuple[int, bytes, dict[str, str]]]] = field(default_factory=dict)

    def answer_once(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """Answer the next request of a path with this in place of what is known."""
        data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        self.instead.setdefault(path, deque()).append((status, data, headers))

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked]

    def days(self) -> list[str]:
        """The days that WeChat was asked for."""
        return [json.loads(body)["begin_date"] for path, _, body in self.asked if "datacube" in path]

    # --- WeChat ---

    def stable_token(self, question: dict[str, Any]) -> dict[str, Any]:
        if question.get("grant_type") != "client_credential" or question.get("force_refresh"):
            return {"errcode": 40002, "errmsg": "invalid grant_type"}
        if (question.get("appid"), question.get("secret")) != self.app:
            return {"errcode": 40125, "errmsg": "invalid appsecret rid: 1"}
        if not self.issued or self.issued[-1] in self.dead:
            self.issued.append(f"wechat-token-{len(self.issued)}")
        return {"access_token": self.issued[-1], "expires_in": 7200}

    def article_totals(self, query: dict[str, str], question: dict[str, Any]) -> dict[str, Any]:
        token = query.get("access_token", "")
        if token not in self.issued or token in self.dead:
            return {"errcode": 42001 if token in self.dead else 40001, "errmsg": "access_token expired"}
        begin, end = (date.fromisoformat(question[key]) for key in ("begin_date", "end_date"))
        if begin != end or end >= self.today:
            return {"errcode": 61501, "errmsg": "date range error"}
        if begin in self.late:
            return {"errcode": 61503, "errmsg": "data not ready"}
        rows = [
            {
                "ref_date": f"{begin}",
                "msgid": f"22474{n}_1",
                "publish_type": 0,
                "title": f"第{n}篇",
                "detail_list": [{"stat_date": f"{begin}", "read_user": 12}],
            }
            for n, moment in enumerate(self.published)
            if moment.date() == begin
        ]
        return {"list": rows, "is_delay": False}

    # --- Weibo ---

    def blog(self, moment: datetime, *, pinned: bool = False) -> dict[str, Any]:
        number = str(((int(moment.timestamp()) - WEIBO_EPOCH) << 22) | 7)
        return {
            "id": number,
            "mid": number,
            "created_at": moment.strftime("%a %b %d %H:%M:%S %z %Y"),
            "text": "春耕",
            "user": {"id": int(self.uid), "screen_name": self.name},
            "visible": {"type": 0, "list_id": 0},
        } | ({"isTop": 1} if pinned else {})

    def timeline(self, query: dict[str, str]) -> dict[str, Any]:
        if query.get("access_token") != self.token:
            return DENIED["weibo"]
        size = min(int(query.get("count", "20")), self.per_page)
        start = (int(query.get("page", "1")) - 1) * size
        blogs = [self.blog(moment) for moment in self.published[start : start + size]]
        return {"statuses": blogs, "total_number": len(self.published), "next_cursor": 0}

    def mobile(self, query: dict[str, str]) -> dict[str, Any]:
        if query.get("containerid") != f"107603{self.uid}":
            return {"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}}
        page = int(query.get("page", "1")) - 1
        start = int(query.get("since_id", page * self.per_page))
        shown = self.published[start : start + self.per_page]
        if not shown:
            return {"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}}
        cards = [{"card_type": 9, "mblog": self.blog(moment)} for moment in shown]
        if start == 0:
            cards = [
                {"card_type": 9, "profile_type_id": "proweibotop_", "mblog": self.blog(m, pinned=True)}
                for m in self.pinned
            ] + cards
        info = {"containerid": f"107603{self.uid}", "total": len(self.published)}
        if start + self.per_page < len(self.published):
            info["since_id"] = start + self.per_page
        return {"ok": 1, "data": {"cardlistInfo": info, "cards": cards}}

    # --- Douyin ---

    def videos(self, query: dict[str, str], token: str) -> dict[str, Any]:
        if token != self.token:
            return DENIED["douyin"]
        start, size = int(query["cursor"]), min(int(query["count"]), self.per_page)
        rows = [
            {
                "item_id": f"@{n}",
                "video_id": str((int(moment.timestamp()) << 32) | 7),
                "title": "春耕",
                "create_time": int(moment.timestamp()),
                "is_top": False,
                "is_reviewed": True,
                "video_status": 5,
            }
            for n, moment in enumerate(self.published[start : start + size], start)
        ]
        more = start + size < len(self.published)
        data = {"list": rows, "has_more": more, "cursor": start + size, "error_code": 0, "description": ""}
        return {"data": data, "extra": {"logid": "20210216", "error_code": 0}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes
    server: _Server

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", "0"))))

    def _answer(self, body: bytes) -> None:
        city, parts = self.server.city, urlsplit(self.path)
        city.asked.append((parts.path, parts.query, body))
        waiting = city.instead.get(parts.path)
        if waiting:
            self._send(*waiting.popleft())
            return
        query = dict(parse_qsl(parts.query))
        if self.command == "POST":
            known = {
                "/cgi-bin/stable_token": lambda: city.stable_token(json.loads(body)),
                "/datacube/getarticletotaldetail": lambda: city.article_totals(query, json.loads(body)),
            }
        else:
            token = self.headers.get("access-token", "")
            known = {
                "/2/statuses/user_timeline.json": lambda: city.timeline(query),
                "/api/container/getIndex": lambda: city.mobile(query),
                "/api/douyin/v1/video/video_list/": lambda: city.videos(query, token),
            }
        answer = known.get(parts.path)
        if answer is None:
            self._send(404, b"not here", {})
            return
        data = answer()
        status = 403 if data is DENIED["weibo"] else 200
        self._send(status, json.dumps(data, ensure_ascii=False).encode(), {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, city: City) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.city = city


@contextmanager
def platforms() -> Iterator[tuple[City, str]]:
    """The platforms, and the address where they answer."""
    city = City()
    with _Server(city) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield city, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
