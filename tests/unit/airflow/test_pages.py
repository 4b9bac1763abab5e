"""The plugin's pages inside Airflow's own API: who may see them, and what every answer forbids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from jiancha.lake import Lake
from jiancha.review import ledger

Token = Callable[..., dict[str, str]]

WARNED = {
    "target_id": "a1",
    "row": 1,
    "account_code": "610402M001WX0001",
    "platform": "微信公众号",
    "name": "乙<script>",
    "owner": "秦都区政府",
    "day": date(2021, 3, 31),
    "outcome": "stale",
    "newest": date(2021, 3, 16),
    "newest_title": "旧<b>闻",
    "newest_url": "javascript:alert(1)",
    "days_without": 15,
    "longest_gap": 20,
    "gap_first": date(2021, 1, 3),
    "gap_last": date(2021, 1, 22),
    "days_out": 7,
    "days_counted": 80,
    "warned_days": 14,
}
HEALTHY = WARNED | {
    "target_id": "a2",
    "name": "丙",
    "outcome": "fresh",
    "newest": date(2021, 3, 30),
    "newest_url": "https://a.cn/?x=1&y=2",
    "days_without": 1,
    "warned_days": None,
}
UNREAD = {
    "target_id": "a3",
    "row": 3,
    "account_code": "610402M001WX0003",
    "platform": "抖音",
    "name": "丁",
    "owner": "秦都区政府",
    "day": date(2021, 3, 31),
    "outcome": "unknown",
    "reason": "平台要求登录",
}


def notice(window: str, version: int, status: str) -> bytes:
    counts = {"registered": 3, "inspected": 2, "qualified": 1, "unqualified": 1, "undetermined": 1}
    told = {"version": version, "status": status, "sites": counts, "accounts": counts, "wording_errors": []}
    return json.dumps(told).encode()


@pytest.fixture(scope="module")
def lake_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    lake = Lake(folder)
    for window in ("2020Q4", "2021Q1"):
        lake.write_bytes(lake.notice_folder(window) / "notice.html", f"<p>{window}</p>".encode())
        lake.write_bytes(lake.notice_folder(window) / "annexes.xlsx", b"PK")
        lake.write_bytes(lake.notice_folder(window) / "notice.json", notice(window, 1, "draft"))
    for version in range(2, 11):
        lake.write_bytes(
            lake.notice_folder("2020Q4", version) / "notice.json", notice("2020Q4", version, "final")
        )
    lake.write_bytes(lake.notice_folder("2020Q4", 10) / "notice.docx", b"PK")
    lake.write_bytes(lake.notice_folder("2020Q4", 10) / "orders" / "001-某局.docx", b"PK letter")
    lake.write_bytes(lake.window_folder("data_docs", "2021Q1") / "registry" / "checks.html", b"<p>docs</p>")
    lake.write_bytes(lake.evidence_path("2021Q1", "secret"), b"evidence")
    (folder / "outside.txt").write_text("outside")
    (folder / "notices" / "stray.txt").write_text("nobody knows why")
    (folder / "notices" / "window=2021Q1" / "stray").write_text("nor this")
    (folder / "notices" / "window=2021Q1" / "v1" / "linked.html").symlink_to(folder / "outside.txt")
    (folder / "notices" / "window=2019Q4").symlink_to(folder / "notices" / "window=2020Q4")
    (folder / "verdicts").mkdir()
    (folder / "verdicts" / "stray.parquet").write_text("no Parquet")
    picture = "evidence/window=2021Q1/screenshots/s1-a.png"
    lake.write_bytes(lake.root / picture, b"\x89PNG")
    lake.write_bytes(lake.root / "evidence/window=2021Q1/screenshots/s1.txt", b"no picture")
    verdict = {
        "target_id": "s1",
        "target_kind": "site",
        "name": "甲<script>",
        "code": "6104000001",
        "outcome": "unqualified",
        "problem": "首页不更新",
        "row": 1,
    }
    lake.write_rows("verdicts", "2021Q1", "assessment", [verdict])
    taken = {"target_id": "s1", "taken_at": datetime(2021, 2, 15, 17, tzinfo=UTC)}
    pages = [
        taken | {"page_url": "http://s1.example/", "path": picture},
        taken | {"page_url": "http://s1.example/a/", "failure": "连接或读取超时"},
    ]
    lake.write_rows("screenshots", "2021Q1", "s1", pages)
    lake.write_rows("account_gaps", "2021-03-30", "accounts", [WARNED | {"name": "昨日"}])
    lake.write_rows("account_gaps", "2021-03-31", "accounts", [UNREAD, HEALTHY, WARNED])
    lake.write_rows("findings", "2021Q1", "assessment", [])
    told = {
        "kind": "site",
        "code": "6104000001",
        "platform": "",
        "owner": "某局",
        "indicator": "site.home_stale",
    }
    published = datetime(2021, 2, 16, 9, tzinfo=UTC)
    for number, name in (("f1", "甲<script>"), ("f2", "乙")):
        opened = told | {"name": name, "problem": "首页不更新", "deadline": "2021-02-26"}
        ledger.add(lake, "2021Q1", number, number, ledger.Event.OPENED, published, note=json.dumps(opened))
    later = datetime(2021, 3, 1, 9, tzinfo=UTC)
    ledger.add(lake, "2021Q1", "f2", "f2", ledger.Event.MENDED, later, note="复查合格，测得1")
    return folder


@pytest.fixture(scope="module")
def client(airflow_app: TestClient, lake_folder: Path) -> Iterator[TestClient]:
    patch = pytest.MonkeyPatch()
    patch.setenv("JIANCHA_LAKE", str(lake_folder))
    yield airflow_app
    patch.undo()


def routes(**odd: str) -> list[str]:
    """Every route of the application, with something in the place of its parameters, ``odd`` values first."""
    from jiancha.airflow.pages import create_app

    known = {
        "key": "2021Q1",
        "dag_id": "quarterly_inspection",
        "run_id": "manual__2021Q1__2021-02-15T16:00:00+00:00",
        "target": "s1",
        "indicator": "site.home_stale",
        "form": "csv",
        "name": "page.css",
    }
    known |= {"path:path": "notices/window=2021Q1/v1/notice.html"} | odd
    found = []
    for route in create_app().routes:
        if isinstance(route, APIRoute):
            path = route.path
            for name, value in known.items():
                path = path.replace(f"{{{name}}}", value)
            assert "{" not in path, f"the walk does not know how to fill {path}"
            found.append(f"/jiancha{path}")
    return found


ROUTES = routes()
MORE = [
    "/jiancha/nothing",
    "/jiancha/lake/nothing",
    "/jiancha/window/2021Q1?page=0",
    "/jiancha/window/2021Q1?sort=%27%3B",
    "/jiancha/window/" + "x" * 300,
    "/jiancha/window/2019Q2",
    "/jiancha/lake/notices/" + "x" * 300,
    "/jiancha/lake/notices/" + "x/" * 3000,
    "/jiancha/lake/notices/a%00b",
    "/jiancha/lake/%ff%fe",
    "/jiancha/target/..%2f..%2fetc",
    "/jiancha/static/..%2fapp.py",
    "/jiancha/compare?a=2021Q1&b=" + "9" * 50,
]


ODD = (
    "%00",
    "%ff%fe",
    "..%2f..%2fetc",
    "%2e%2e",
    "x" * 3000,
    "%ed%a0%80",
    "a'b%22",
    "%",
    "%0d%0aX: y",
    "\u202e",
    "-1",
)
QUERIES = ("page", "sort", "q", "a", "b", "lang", "district", "outcome", "at", "offset", "name")


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_values_are_not_found_and_break_nothing(client: TestClient, token: Token, odd: str) -> None:
    places = ("key", "dag_id", "run_id", "target", "indicator", "form", "name")
    asked = {route for place in places for route in routes(**{place: odd})} - set(ROUTES)
    asked |= {f"{route}?" + "&".join(f"{query}={odd}" for query in QUERIES) for route in ROUTES}
    for route in asked:
        answer = client.get(route, headers=token() | {"accept": "text/html"}, follow_redirects=False)
        assert answer.status_code < 500, (route[:200], answer.text[:300])
        assert "x" not in answer.headers
        ours = "\n" not in answer.url.path  # Airflow answers itself where a line ends in a path
        assert answer.headers.get("x-content-type-options") == "nosniff" or not ours


def test_the_walk_knows_the_application() -> None:
    assert len(ROUTES) >= 16


@pytest.mark.parametrize("route", ROUTES)
def test_a_stranger_sees_nothing(client: TestClient, route: str) -> None:
    assert client.get(route).status_code == 401


@pytest.mark.parametrize("route", MORE)
def test_a_stranger_learns_nothing_from_addresses_that_do_not_exist(client: TestClient, route: str) -> None:
    answer = client.get(route)
    assert answer.status_code in (401, 404)
    assert "2021Q1" not in answer.text


@pytest.mark.parametrize("route", [*ROUTES, *MORE])
def test_every_answer_forbids_what_pages_do_not_need(client: TestClient, token: Token, route: str) -> None:
    for headers in ({}, {"accept": "text/html"}, token(), token() | {"accept": "text/html"}):
        answer = client.get(route, headers=headers)
        assert answer.status_code < 500, answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "script-src 'unsafe" not in policy


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: TestClient, token: Token, route: str, method: str) -> None:
    assert getattr(client, method)(route, headers=token()).status_code == 405


@pytest.mark.parametrize("route", ROUTES)
def test_whoever_lacks_the_right_is_refused(
    client: TestClient, token: Token, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

    monkeypatch.setattr(SimpleAuthManager, "is_authorized_dag", lambda *_, **__: False)
    answer = client.get(route, headers=token("guest") | {"accept": "text/html"})
    assert answer.status_code == 403
    assert "没有权限" in answer.text


@pytest.mark.parametrize(
    ("run", "place"),
    [
        ("quarterly_inspection/scheduled__2021Q1__2021-02-15T16%3A00%3A00%2B00%3A00", "window/2021Q1"),
        ("quarterly_inspection/manual__2019Q2__x", ""),  # nothing of it is in the lake
        ("quarterly_inspection/manual__2021-02-15", ""),
        ("registry_sync/scheduled__2021-02-15", ""),
        ("publish_notice/asset_triggered__2021-02-17", "review"),
    ],
)
def test_a_run_leads_to_what_it_made(client: TestClient, token: Token, run: str, place: str) -> None:
    answer = client.get(f"/jiancha/run/{run}", headers=token(), follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/jiancha/{place}")


def test_people_who_are_not_signed_in_are_led_to_the_log_in(client: TestClient) -> None:
    answer = client.get("/jiancha/window/2021Q1?q=甲", headers={"accept": "text/html"})
    assert answer.status_code == 401
    link = BeautifulSoup(answer.text, "html.parser").find("a", class_="button")
    assert link["href"].startswith("/api/v2/auth/login?next=")
    assert "/jiancha/window/2021Q1?q=甲" in unquote(unquote(link["href"]))


@pytest.mark.parametrize("route", ["/jiancha/docs", "/jiancha/openapi.json", "/jiancha/redoc"])
def test_the_application_does_not_describe_itself(client: TestClient, token: Token, route: str) -> None:
    assert client.get(route).status_code in (401, 404)
    assert client.get(route, headers=token()).status_code == 404


def test_an_error_is_told_in_the_visitors_language(client: TestClient, token: Token) -> None:
    page = client.get("/jiancha/target/nobody?lang=en", headers=token() | {"accept": "text/html"})
    assert page.status_code == 404
    assert "No such target" in page.text


@pytest.mark.parametrize("user", ["admin", "guest"])
def test_windows_are_listed_newest_first_whatever_else_lies_in_the_lake(
    client: TestClient, token: Token, user: str
) -> None:
    page = client.get("/jiancha/", headers=token(user))
    assert page.status_code == 200
    assert page.text.index(">2021Q1<") < page.text.index(">2020Q4<")
    assert "2019Q4" not in page.text
    assert "stray" not in page.text


def test_versions_stand_by_number_with_their_state_and_files(client: TestClient, token: Token) -> None:
    page = BeautifulSoup(client.get("/jiancha/window/2020Q4", headers=token()).text, "html.parser")
    told = [each.get_text(" ").split()[:2] for each in page.select(".version h3")]
    assert told[:2] == [["第10版", "更新"], ["第9版", "更新"]]
    assert told[-2:] == [["第2版", "正式"], ["第1版", "草稿"]]
    links = [a["href"] for a in page.select(".version a")]
    assert "/jiancha/lake/notices/window%3D2020Q4/v10/notice.docx" in links
    letters = client.get("/jiancha/window/2020Q4/letters.zip?version=10", headers=token())
    assert letters.content[:2] == b"PK"
    assert "2020年第四季度整改通知单（第10版）.zip" in unquote(letters.headers["content-disposition"])
    assert client.get("/jiancha/window/2020Q4/letters.zip?version=9", headers=token()).status_code == 404


def test_the_ledger_shows_what_is_open_and_what_is_overdue(client: TestClient, token: Token) -> None:
    page = client.get("/jiancha/ledger/2021Q1", headers=token()).text
    assert page.index("甲&lt;script&gt;") < page.index("乙")
    rows = BeautifulSoup(page, "html.parser").select("tbody tr")
    assert [row.select_one(".badge").get_text() for row in rows] == ["逾期", "已整改"]
    assert "2021-03-01" in rows[1].get_text()
    assert 'href="/jiancha/ledger/2021Q1"' in client.get("/jiancha/", headers=token()).text
    assert client.get("/jiancha/ledger/2019Q2", headers=token()).status_code == 404


def test_a_notice_is_served_without_rights(client: TestClient, token: Token) -> None:
    page = client.get("/jiancha/lake/notices/window=2021Q1/v1/notice.html", headers=token())
    assert (page.status_code, page.text) == (200, "<p>2021Q1</p>")
    assert page.headers["content-security-policy"].startswith("sandbox")
    assert page.headers["content-disposition"].startswith("inline")


def test_files_are_kept_under_their_names_in_chinese(client: TestClient, token: Token) -> None:
    def name(path: str) -> str:
        answer = client.get(f"/jiancha/lake/notices/{path}", headers=token())
        assert answer.status_code == 200
        return unquote(answer.headers["content-disposition"])

    assert name("window=2021Q1/v1/annexes.xlsx") == (
        "attachment; filename*=UTF-8''2021年第一季度附件（草稿 第1版）.xlsx"
    )
    assert name("window=2020Q4/v10/notice.docx").endswith("2020年第四季度通报（第10版）.docx")
    assert name("window=2020Q4/v10/orders/001-某局.docx").endswith("001-某局.docx")


def test_pictures_of_accused_pages(client: TestClient, token: Token) -> None:
    page = client.get("/jiancha/screenshots/2021Q1", headers=token())
    assert "甲&lt;script&gt;" in page.text
    assert "2021-02-16 01:00，连接或读取超时" in page.text
    assert page.text.count("<img") == 1
    picture = client.get("/jiancha/lake/evidence/window=2021Q1/screenshots/s1-a.png", headers=token())
    assert (picture.headers["content-type"], picture.content) == ("image/png", b"\x89PNG")
    assert client.get("/jiancha/screenshots/2020Q4", headers=token()).status_code == 404


def test_the_early_warning_shows_the_last_day_with_the_longest_silent_first(
    client: TestClient, token: Token
) -> None:
    page = client.get("/jiancha/warnings", headers=token("guest"))
    assert page.status_code == 200
    found = BeautifulSoup(page.text, "html.parser")
    first, second, third = [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        for row in found.select("tbody tr")
    ]
    assert first == [
        "乙<script> 微信公众号 610402M001WX0001",
        "秦都区政府",
        "已不达标",
        "15 天",
        "2021-03-16 旧<b>闻",
        "20 天 2021-01-03 – 2021-01-22",
        "7 天 / 80",
        "满14天时",
    ]
    assert (second[0][0], second[2:4]) == ("丁", ["未能读取", "–"])
    assert (third[0][0], third[2:4]) == ("丙", ["正常", "1 天"])
    outside = [a["href"] for a in found.select("tbody a[target]")]
    assert outside == ["https://a.cn/?x=1&y=2"]
    assert "3个账号，其中1个已满10天未发布，1个未能读取" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "evidence/window=2021Q1/secret.warc.gz",
        "evidence/window=2021Q1/screenshots/s1.txt",
        "evidence/window=2021Q1/screenshots/../secret.warc.gz",
        "outside.txt",
        "notices/../outside.txt",
        "notices/%2e%2e/outside.txt",
        "notices/window=2021Q1/v1/linked.html",
        "notices/window=2019Q4/v1/notice.html",
        "notices//window=2021Q1/v1/notice.html",
        "notices/window=2021Q1/%2e/v1/notice.html",
        "notices",
        "",
    ],
)
def test_nothing_else_of_the_lake_is_served(client: TestClient, token: Token, path: str) -> None:
    answer = client.get(f"/jiancha/lake/{path}", headers=token())
    assert answer.status_code == 404


def test_a_damaged_table_is_told_by_its_name(
    client: TestClient, token: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(tmp_path)
    lake.write_bytes(lake.table_path("verdicts", "2021Q1", "assessment"), b"no Parquet at all")
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path))
    answer = client.get("/jiancha/window/2021Q1", headers=token() | {"accept": "text/html"})
    assert answer.status_code == 500
    assert "verdicts/window=2021Q1/assessment.parquet" in answer.text


def test_an_unforeseen_error_is_a_page_with_the_same_headers(
    client: TestClient, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANCHA_CLOCK", "no time at all")  # settings that load, and fail when they are used
    answer = client.get("/jiancha/", headers=token() | {"accept": "text/html"})
    assert answer.status_code == 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Traceback" not in answer.text


def test_an_empty_lake_says_what_to_run(
    client: TestClient, token: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "none"))
    assert "quarterly_inspection" in client.get("/jiancha/", headers=token()).text
    assert "early_warning" in client.get("/jiancha/warnings", headers=token()).text
    assert client.get("/jiancha/compare", headers=token()).status_code == 404
