"""A stored page as people look at it: inert, and marked where it was read."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient
from support.lake_rows import ago, at
from support.stored_city import LIST, stored_city
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from jiancha.airflow.pages.marked_page import DECIDES, Read, show
from jiancha.pipeline.context import open_lake
from jiancha.review import store
from jiancha.review.actions import Asked
from jiancha.windows import ZONE

Token = Callable[..., dict[str, str]]

ROWS = [
    Read(
        "某局召开年度工作会议部署任务", "http://s1.example/c0/n1.html", date(2020, 12, 20), "row:full", True
    ),
    Read(
        "关于做好冬季安全生产工作的通知",
        "http://s1.example/c0/n2.html",
        date(2020, 12, 10),
        "row:full",
        False,
    ),
    Read("某局开展主题党日活动的情况", "http://s1.example/c0/n3.html", date(2020, 11, 5), "row:box", False),
]


def shown(text: str | bytes, kind: str = "text/html", rows: list[Read] = ROWS) -> tuple[BeautifulSoup, int]:
    body = text.encode() if isinstance(text, str) else text
    found = show(body, content_type=kind, url="http://s1.example/c0/", at=at(ago(0)), rows=rows)
    return BeautifulSoup(found.html, "html.parser"), found.marked


def test_dates_are_marked_where_they_were_read_and_the_deciding_one_stands_out() -> None:
    page, marked = shown(LIST)
    assert marked == 3
    assert [mark.get_text() for mark in page.select("mark.jiancha-date")] == ["2020-12-20", "2020年12月10日"]
    assert [badge.get_text() for badge in page.select(".jiancha-rule")] == [
        "判定依据 2020-12-20 · row:full",
        "2020-12-10 · row:full",
        "2020-11-05 · row:box",  # day and month stand apart: the row is marked as a whole
    ]
    first = page.find(id=DECIDES)
    assert "年度工作会议" in first.get_text()
    assert [row.name for row in page.select(".jiancha-row")] == ["li", "li", "li"]


@pytest.mark.parametrize(
    "text",
    [
        LIST,
        '<html><body background="http://evil.example/"><a href="javascript:alert(1)">会议</a></body></html>',
        "<html><body><object data='http://evil.example/'></object><embed src='http://evil.example/'></body></html>",
        "<html><body><video poster='http://evil.example/' src='http://evil.example/'></video></body></html>",
        "<html><body><template><img src='http://evil.example/'></template></body></html>",
        "<html><body><math><a xlink:href='http://evil.example/'>x</a></math></body></html>",
        "<html><head><meta http-equiv=set-cookie content=a></head><portal src='http://evil.example/'></html>",
        "<html><body>" + "<div>" * 2000 + "<a href='http://evil.example/'>深</a></body></html>",
    ],
)
def test_nothing_in_a_shown_page_runs_loads_or_leads_away(text: str) -> None:
    page, _ = shown(text)
    assert not page.select("script, iframe, object, embed, base, link, template, portal, meta[http-equiv]")
    for node in page.find_all(True):
        names = set(node.attrs)
        assert not {n for n in names if n.startswith("on") or n.endswith(("href", "src", "srcset", "action"))}
        assert not names & {"data", "poster", "background", "ping", "target"}
    assert "evil.example" not in str(page)


def test_a_feed_is_shown_as_text_with_what_was_read_marked() -> None:
    rows = [Read("春耕“<b>生产”通知", "https://weibo.com/1?a=1&b=2", date(2021, 1, 2), "timestamp", True)]
    feed = r'{"items":[{"title":"\u6625\u8015\u201c<b>\u751f\u4ea7\u201d\u901a\u77e5","url":"https://weibo.com/1?a=1&b=2"}]}'
    page, marked = shown(feed, "application/json", rows)
    assert marked == 1
    assert [m.get_text() for m in page.select("mark")] == ["春耕“<b>生产”通知", "https://weibo.com/1?a=1&b=2"]
    assert page.find("b") is None
    assert page.find(id=DECIDES) is not None


@pytest.mark.parametrize(
    "body", [b"%PDF-1.4 x", b"PK\3\4", b"\x89PNG\r\n", b"a\0b", b"", b"\xff\xfe\xfd", b"[" * 5000]
)
def test_what_is_no_page_is_told_or_shown_as_text(body: bytes) -> None:
    page, marked = shown(body, "", [])
    assert marked == 0
    assert not page.find_all("script")


def test_a_page_in_gbk_without_a_declaration_is_read_as_it_was() -> None:
    page, marked = shown(LIST.encode("gb18030"), "text/html")
    assert marked == 3
    assert "年度工作会议" in page.get_text()


# --- through the application ---


@pytest.fixture(scope="module")
def client(airflow_app: TestClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("lake")
    stored_city(folder)
    patch = pytest.MonkeyPatch()
    patch.setenv("JIANCHA_LAKE", str(folder))
    yield airflow_app
    patch.undo()


EVIDENCE = "/jiancha/evidence/2021Q1/s1/site.columns_a"


def test_the_evidence_of_a_finding_names_what_decided(client: TestClient, token: Token) -> None:
    answer = client.get(EVIDENCE, headers=token())
    assert answer.status_code == 200
    page = BeautifulSoup(answer.text, "html.parser")
    front = page.select_one(".front").get_text(" ", strip=True)
    assert "2020-12-20" in front
    assert "57 天" in front  # 20 December to 15 February
    assert len(page.select(".bases li")) == 6
    decides = page.select("tr.decides")
    assert [row.select_one("td").get_text(" ", strip=True) for row in decides] == ["2020-12-20 判定依据"]
    frame = page.select_one("iframe")
    assert not frame["sandbox"]  # no right at all
    stored = client.get(frame["src"], headers=token())
    assert stored.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "evil.example" not in stored.text
    assert "判定依据 2020-12-20 · row:full" in stored.text


def test_the_raw_answer_and_a_warc_of_one_finding_can_be_had(
    client: TestClient, token: Token, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = BeautifulSoup(client.get(EVIDENCE, headers=token()).text, "html.parser")
    raw = next(a["href"] for a in page.select("a") if "/raw?" in a["href"])
    answer = client.get(raw, headers=token())
    assert answer.content == LIST.encode()
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    file = tmp_path / "one.warc.gz"
    file.write_bytes(client.get(f"{EVIDENCE}/warc", headers=token()).content)
    with file.open("rb") as stream:
        kinds = [r.rec_type for r in ArchiveIterator(stream)]
    assert kinds == ["response", "request"] * 6
    options = SimpleNamespace(inputs=[str(file)], verbose=True)
    assert not Checker(options).process_all()  # no exit value: all digests hold
    assert capsys.readouterr().out.count("digest pass") == 6


@pytest.mark.parametrize(
    "path",
    [
        f"{EVIDENCE}/page?record=x",
        f"{EVIDENCE}/raw?record=%3Curn:uuid:00000000-0000-0000-0000-000000000000%3E",
        "/jiancha/evidence/2021Q1/s1/site.home_stale",
        "/jiancha/evidence/2021Q1/nobody/site.columns_a",
        "/jiancha/evidence/2019Q2/s1/site.columns_a",
    ],
)
def test_what_was_not_found_has_no_evidence(client: TestClient, token: Token, path: str) -> None:
    assert client.get(path, headers=token()).status_code == 404


def test_a_finding_without_a_stored_page_says_so(client: TestClient, token: Token) -> None:
    answer = client.get("/jiancha/evidence/2021Q1/a1/account.stale", headers=token())
    assert answer.status_code == 200
    assert "<iframe" not in answer.text
    assert "证据无法读取" in answer.text


def test_a_window_is_filtered_and_exported_as_it_is_shown(client: TestClient, token: Token) -> None:
    import io

    import openpyxl

    def names(query: str) -> list[str]:
        page = BeautifulSoup(
            client.get(f"/jiancha/window/2021Q1?{query}", headers=token()).text, "html.parser"
        )
        table = page.select("table")[0]
        return [a.get_text() for a in table.select("tbody th a")]

    assert len(names("")) == 4
    assert names("outcome=unqualified&kind=account") == ['=HYPERLINK("x")', "第二账号"]
    assert names("platform=新浪微博") == ["第二账号"]
    assert names("q=第二") == ["第二账号"]
    assert names("district=610402") == ["账号a3"]
    assert names("indicator=site.columns_a") == ["网站s1"]
    assert names("q=%27%20OR%201=1--") == []
    query = "outcome=unqualified&kind=account"
    data = client.get(f"/jiancha/window/2021Q1/export.csv?{query}", headers=token())
    lines = data.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert '"\'=HYPERLINK(""x"")"' in lines[1]
    assert ",'+某局," in lines[1]
    sheet = openpyxl.load_workbook(
        io.BytesIO(client.get(f"/jiancha/window/2021Q1/export.xlsx?{query}", headers=token()).content)
    ).active
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ['=HYPERLINK("x")', "第二账号"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_a_target_shows_its_columns_against_their_limits(client: TestClient, token: Token) -> None:
    page = BeautifulSoup(client.get("/jiancha/target/s1", headers=token()).text, "html.parser")
    cells = [cell.get_text(" ", strip=True) for cell in page.select(".heat tbody td")]
    assert cells == ["57 (14)"] * 6  # news: two weeks
    assert {cell["class"][0] for cell in page.select(".heat tbody td")} == {"h4"}
    history = page.select("section[aria-labelledby=history] tbody tr")
    cells = [[cell.get_text() for cell in row.select("td")] for row in history]
    assert [(row[0], row[3], row[4]) for row in cells] == [
        ("2021-02-24 10:00", "复查", "仍不合格"),
        ("2021-02-16 10:00", "公布", "整改期限 2021-02-26"),
    ]
    account = client.get("/jiancha/target/a2", headers=token())
    assert "10 天：2021-01-16 – 2021-01-26" in account.text


@pytest.mark.parametrize(
    "path",
    ["", "window/2021Q1", "target/s1", "target/a1", "compare", "registry/2021Q1", "review", "warnings"],
)
def test_in_english_no_word_of_the_page_itself_stays_chinese(
    client: TestClient, token: Token, path: str
) -> None:
    from jiancha.airflow.pages import view

    said: set[str] = set()
    plain = view.View.say

    def noted(self: view.View, text: str) -> str:
        said.add(text)
        return plain(self, text)

    patch = pytest.MonkeyPatch()
    patch.setattr(view.View, "say", noted)
    answer = client.get(f"/jiancha/{path}?lang=en", headers=token())
    patch.undo()
    assert answer.status_code == 200
    assert said
    known = view._english()
    assert {text for text in said if not text.isascii() and text not in known} <= DATA


#: Words that come out of tables: platforms, districts, and names of indicators.
DATA = {"微信订阅号", "新浪微博", "秦都区", "内容不更新", "栏目不更新"}


def test_the_review_board_tells_why_a_question_came_back(client: TestClient, token: Token) -> None:
    asked = Asked(
        about="findings", window="2021Q1", subject="某账号{{ 1 }}", body="", options=[], findings=[["f", "p"]]
    )
    given = {
        **{"chosen_options": ["不成立"], "responded_by_user": {"id": "1", "name": "<b>张"}},
        "responded_at": datetime(2021, 2, 19, 9, tzinfo=ZONE),
    }
    store.keep_refused(open_lake().lake, asked, "必须写明理由", given)
    text = client.get("/jiancha/review?window=2021Q1", headers=token()).text
    assert "某账号{{ 1 }}：不成立（&lt;b&gt;张）：必须写明理由，已重新询问" in text
    assert "必须写明理由" not in client.get("/jiancha/review?window=2020Q4", headers=token()).text


def test_titles_that_all_begin_alike_do_not_keep_the_server_busy() -> None:
    """A hostile feed chooses its titles and its text; what decides is marked all the same."""
    alike = [Read(f"{'a' * 60}{n}", f"http://{'a' * 100}{n}", None, "feed", False) for n in range(500)]
    decides = Read("关于某事的通知", "http://a.gov.cn/1", date(2021, 2, 1), "feed", True)
    body = json.dumps({"x": "a" * 1_000_000, "title": decides.title}, ensure_ascii=False).encode()
    started = time.process_time()
    found = show(
        body, content_type="application/json", url="http://a.cn/", at=at(ago(0)), rows=[*alike, decides]
    )
    assert time.process_time() - started < 10  # each of the titles at each place: 80 s
    assert f'id="{DECIDES}"' in found.html
    assert found.marked == 1
