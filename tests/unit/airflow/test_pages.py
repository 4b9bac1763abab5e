"""The plugin's pages inside Airflow's own API application: who may see them, and what they serve."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from jiancha.lake import Lake
from jiancha.review import ledger

ROUTES = [
    "/jiancha/",
    "/jiancha/warnings",
    "/jiancha/lake/notices/window=2021Q1/v1/notice.html",
    "/jiancha/lake/nothing",
    "/jiancha/ledger/2021Q1",
]


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


@pytest.fixture(scope="module")
def lake_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    lake = Lake(folder)
    for window in ("2020Q4", "2021Q1"):
        lake.write_bytes(lake.notice_folder(window) / "notice.html", f"<p>{window}</p>".encode())
        lake.write_bytes(lake.notice_folder(window) / "annexes.xlsx", b"PK")
    lake.write_bytes(lake.window_folder("data_docs", "2021Q1") / "registry" / "index.html", b"<p>docs</p>")
    lake.write_bytes(lake.evidence_path("2021Q1", "secret"), b"evidence")
    (folder / "outside.txt").write_text("outside")
    picture = "evidence/window=2021Q1/screenshots/s1-a.png"
    lake.write_bytes(lake.root / picture, b"\x89PNG")
    lake.write_bytes(lake.root / "evidence/window=2021Q1/screenshots/s1.txt", b"no picture")
    verdict = {
        "target_id": "s1",
        "name": "甲<script>",
        "code": "6104000001",
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
    return folder


@pytest.fixture(scope="module")
def client(lake_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    passwords = tmp_path_factory.mktemp("auth") / "passwords.json"
    passwords.write_text(json.dumps({"admin": "let-me-in", "guest": "look"}))
    patch = pytest.MonkeyPatch()
    patch.setenv("JIANCHA_LAKE", str(lake_folder))
    patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "admin:admin,guest:viewer")
    patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(passwords))
    subprocess.run(
        [sys.executable, "-m", "airflow", "db", "migrate"], check=True, capture_output=True, env=os.environ
    )
    from airflow.api_fastapi.app import create_app

    with TestClient(create_app(), raise_server_exceptions=False) as running:
        yield running
    patch.undo()


def token(client: TestClient, user: str, password: str) -> dict[str, str]:
    answer = client.post("/auth/token", json={"username": user, "password": password})
    assert answer.status_code == 201
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.mark.parametrize("route", ROUTES)
def test_a_stranger_sees_nothing(client: TestClient, route: str) -> None:
    assert client.get(route).status_code == 401


@pytest.mark.parametrize("route", ["/jiancha/docs", "/jiancha/openapi.json", "/jiancha/redoc"])
def test_the_application_does_not_describe_itself(client: TestClient, route: str) -> None:
    assert client.get(route).status_code in (401, 404)
    assert client.get(route, headers=token(client, "admin", "let-me-in")).status_code == 404


@pytest.mark.parametrize(("user", "password"), [("admin", "let-me-in"), ("guest", "look")])
def test_who_may_see_the_runs_sees_the_notices_newest_first(
    client: TestClient, user: str, password: str
) -> None:
    page = client.get("/jiancha/", headers=token(client, user, password))
    assert page.status_code == 200
    assert page.text.index("2021Q1") < page.text.index("2020Q4")
    assert "lake/notices/window=2021Q1/v1/annexes.xlsx" in page.text


def test_the_ledger_shows_what_is_open_and_what_is_overdue(client: TestClient, lake_folder: Path) -> None:
    lake = Lake(lake_folder)
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
    headers = token(client, "admin", "let-me-in")
    page = client.get("/jiancha/ledger/2021Q1", headers=headers).text
    assert page.index("甲&lt;script&gt;") < page.index("乙")
    assert page.count("逾期") == 1
    assert "已整改 2021-03-01" in page
    assert 'href="ledger/2021Q1"' in client.get("/jiancha/", headers=headers).text
    assert client.get("/jiancha/ledger/2019Q2", headers=headers).status_code == 404


def test_a_notice_is_served_without_rights(client: TestClient) -> None:
    page = client.get(ROUTES[2], headers=token(client, "admin", "let-me-in"))
    assert (page.status_code, page.text) == (200, "<p>2021Q1</p>")
    assert page.headers["content-security-policy"].startswith("sandbox")


def test_pictures_of_accused_pages(client: TestClient) -> None:
    known = token(client, "admin", "let-me-in")
    assert client.get("/jiancha/screenshots/2021Q1").status_code == 401
    page = client.get("/jiancha/screenshots/2021Q1", headers=known)
    assert "甲&lt;script&gt; 6104000001" in page.text
    assert "2021-02-16 01:00,连接或读取超时" in page.text
    assert page.text.count("<img") == 1
    picture = client.get("/jiancha/lake/evidence/window=2021Q1/screenshots/s1-a.png", headers=known)
    assert (picture.headers["content-type"], picture.content) == ("image/png", b"\x89PNG")
    assert client.get("/jiancha/", headers=known).text.count('href="screenshots/') == 1
    assert client.get("/jiancha/screenshots/2020Q4", headers=known).status_code == 404


def test_the_early_warning_shows_the_last_day_with_the_longest_silent_first(client: TestClient) -> None:
    page = client.get("/jiancha/warnings", headers=token(client, "guest", "look"))
    assert page.status_code == 200
    found = BeautifulSoup(page.text, "html.parser")
    first, second, third = [
        [cell.get_text(" ", strip=True) for cell in row.find_all("td")] for row in found.find_all("tr")[1:]
    ]
    assert first == [
        "乙<script> 微信公众号 610402M001WX0001",
        "秦都区政府",
        "15天",
        "2021-03-16 旧<b>闻",
        "20天 2021-01-03 至 2021-01-22",
        "7天 共80天",
        "满14天时",
    ]
    assert (second[0][0], second[2], second[6]) == ("丙", "1天", "")
    assert (third[0][0], third[2:]) == ("丁", ["未知", "未能读取:平台要求登录", "–", "–", ""])
    assert [link["href"] for link in found.find_all("a")] == ["./", "https://a.cn/?x=1&y=2"]
    assert [row.get("class") for row in found.find_all("tr")[1:]] == [["late"], [], ["unknown"]]
    assert "3个账号,其中1个已满10天未发布,1个未能读取" in page.text
    assert 'href="warnings"' in client.get("/jiancha/", headers=token(client, "guest", "look")).text


@pytest.mark.parametrize(
    "path",
    [
        "evidence/window=2021Q1/secret.warc.gz",
        "evidence/window=2021Q1/screenshots/s1.txt",
        "evidence/window=2021Q1/screenshots/../secret.warc.gz",
        "outside.txt",
        "notices/../outside.txt",
        "notices/%2e%2e/outside.txt",
        "notices",
        "",
    ],
)
def test_nothing_else_of_the_lake_is_served(client: TestClient, path: str) -> None:
    answer = client.get(f"/jiancha/lake/{path}", headers=token(client, "admin", "let-me-in"))
    assert answer.status_code == 404
