"""Pages that only a script fills, in a real browser: what is read of them, and what stays unknown."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
from support.chromium import needs_chromium
from support.town import WINDOW, Town, days

from jiancha.evidence.records import find_record, read_exchange
from jiancha.evidence.replay import Replay
from jiancha.lake import Lake
from jiancha.registry.model import Site
from jiancha.settings import EvidenceSettings
from jiancha.sites import rendering
from jiancha.sites.visit import inspect_site
from jiancha.standard import load_standard

JSON = {"Content_Type": "application/json"}
FRESH, OLD = days(date(2021, 2, 14), 6), days(date(2019, 5, 6), 6)
#: A list of what an address answers, as many pages of government sites are made.
FILL = """<div class="main"><ul id="list"></ul><p id="said">%s</p></div><script>
%s
function show(rows) {
  document.getElementById('said').textContent = rows.length ? '' : '暂无数据';
  document.getElementById('list').innerHTML += rows.map(r =>
    `<li><a href="${r.url}">${r.title}</a><span>${r.day}</span></li>`).join('');
}
</script>"""
ONCE = "fetch('%s').then(r => r.json()).then(d => show(d.data.list))"


@pytest.fixture
def town(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """The town with a browser, which has time on a busy machine too, and keeps its files apart."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    site = replace(town.settings.site, browser="auto", browser_seconds=600)
    return replace(town, settings=replace(town.settings, site=site))


def answer(path: str, found: Sequence[date]) -> bytes:
    rows = [
        {"title": f"关于做好某项重点工作的通知{n}", "url": f"{path}{day}-{n}.html", "day": str(day)}
        for n, day in enumerate(found)
    ]
    return json.dumps({"code": 200, "data": {"list": rows}}).encode()


def filled(town: Town, name: str, path: str, found: Sequence[date], script: str = "") -> tuple[str, str]:
    """A column whose list its script asks for."""
    town.page(path, FILL % ("加载中...", script or ONCE % f"{path}data"))
    town.server.serve(f"{path}data", answer(path, found), **JSON)
    return name, path


def paged(town: Town, path: str, found: Sequence[date], size: int = 5) -> None:
    """Data that comes page by page: ``?page=1``."""

    def route(handler: Any) -> None:
        page = int(parse_qs(urlsplit(handler.path).query)["page"][0])
        handler.answer(answer(path, found[(page - 1) * size : page * size]), **JSON)

    town.server.routes[f"{path}data"] = route


def told(town: Town) -> dict[str, tuple[str, date | None]]:
    return {row["name"]: (row["status"], town.newest(row["name"])) for row in town.rows("columns")}


def refused(town: Town, name: str, path: str, found: Sequence[date], script: str) -> tuple[str, str]:
    """A column whose script gets its list, and does something more."""
    return filled(town, name, path, found, f"{ONCE % f'{path}data'};{script}")


@needs_chromium
def test_lists_that_scripts_fill_are_read_and_what_did_not_settle_is_unknown(town: Town) -> None:
    then = ".then(r => r.json()).then(d => show(d.data.list))"
    columns = [
        filled(town, "工作动态", "/gzdt/", FRESH),
        filled(town, "通知公告", "/tzgg/", OLD, f"setTimeout(() => {ONCE % '/tzgg/data'}, 3000)"),
        filled(town, "政策文件", "/zcwj/", []),
        # nothing is shown, since an answer says that it failed, did not come, or was not understood
        filled(town, "政策解读", "/zcjd/", [], f"fetch('/sick'){then}"),
        filled(town, "部门动态", "/bmdt/", [], f"fetch('/broken'){then}.catch(e => show([]))"),
        filled(town, "时政动态", "/szdt/", FRESH, "fetch('/szdt/data').then(r => show([]))"),
        # old entries are shown, but not for sure all there are
        refused(town, "公示公告", "/gsgg/", OLD, "fetch('/secret/more').catch(e => 0)"),
        refused(town, "区县动态", "/qxdt/", OLD, "new WebSocket('ws://127.0.0.1:1/')"),
        refused(town, "政务动态", "/zwdt/", OLD, "location['href'] = '/elsewhere'"),
        refused(town, "要闻动态", "/ywdt/", OLD, f"setTimeout(() => fetch('/tzgg/data'){then}, 6000)"),
        refused(town, "街道动态", "/jddt/", OLD, "list.after('数据正在加载中...')"),
        refused(town, "乡镇动态", "/xzdt/", OLD, "notThere()"),
        refused(town, "基层动态", "/jcdt/", FRESH, "fetch('/broken')"),
    ]
    town.server.serve("/sick", b'{"code": 500, "msg": "error", "data": {"list": []}}', **JSON)
    town.server.serve("/robots.txt", b"User-agent: *\nDisallow: /secret/\n", Content_Type="text/plain")
    town.home(*columns)
    town.visit()
    found = {row["name"]: row["status"] for row in town.rows("columns")}
    assert found == dict.fromkeys([name for name, _ in columns], "unread") | {
        "工作动态": "ok",
        "通知公告": "ok",
        "政策文件": "blank",
        "基层动态": "ok",  # an update that was seen is one, whatever else is missing
    }
    assert (town.newest("工作动态"), town.newest("通知公告")) == (FRESH[0], OLD[0])
    assert town.column("通知公告")["complete_back_to"] == OLD[0]
    assert town.column("通知公告")["reason"] is None  # what was said of the page as it was answered
    assert town.column("基层动态")["complete_back_to"] is None
    assert {row["date_rule"].partition(":")[0] for row in town.rows("items")} == {"rendered"}
    assert "部分脚本或数据未能取得或出错" in town.column("公示公告")["reason"]
    assert not {"/secret/more", "/elsewhere", "/favicon.ico"} & set(town.asked)
    (visit,) = town.rows("visits")
    assert (visit["rendered"], visit["rendering_requests"]) == (13, 15)  # counted apart
    assert visit["requests"] + visit["rendering_requests"] == len(town.asked)
    assert not browsers()
    assert replayed(town) == {table: town.rows(table) for table in ("columns", "items")}


def browsers() -> list[str]:
    """What is left of the browsers that were started here: processes, and folders of theirs."""
    own = f"{tempfile.gettempdir()}/jiancha-"
    started = (" ".join(each.info["cmdline"] or ()) for each in psutil.process_iter(["cmdline"]))
    return [line for line in started if f"--user-data-dir={own}" in line] + [
        str(each) for each in Path(tempfile.gettempdir()).glob("jiancha-*/profile")
    ]


def replayed(town: Town) -> dict[str, list[dict[str, Any]]]:
    """The rows of a visit from its evidence, where neither site nor browser is to be had."""
    path, into = town.lake.evidence_path(WINDOW.key, town.site.target_id), Lake(town.lake.root / "again")
    asked = len(town.asked)
    with Replay(path, "evidence") as recorder:
        inspect_site(
            town.site,
            WINDOW,
            columns=(),
            standard=load_standard("guoban-2019"),
            settings=replace(town.settings, evidence=EvidenceSettings(browser="/nowhere")),
            lake=into,
            recorder=recorder,
        )
    assert len(town.asked) == asked
    return {table: into.window_rows(table, WINDOW.key) for table in ("columns", "items")}


@needs_chromium
def test_lists_are_paged_by_their_buttons_and_by_scrolling(town: Town) -> None:
    """All that is shown at first came after the checkpoint."""
    late = [date(2021, 2, 18), date(2021, 2, 18), date(2021, 2, 17), date(2021, 2, 17), date(2021, 2, 16)]
    found = [*late, *days(date(2021, 2, 14), 3), *days(date(2019, 3, 1), 8)]
    more = "let n = 1; const more = () => " + ONCE.replace("'%s'", "'%s?page=' + n++") + "; more();"
    button = more + "function turn() { list.innerHTML = ''; more() }"
    pager = '<div class="pagination"><button onclick="turn()">下一页</button></div>'
    tall = '<div style="height:4000px"></div><script>onscroll = more</script>'
    for path, script, below in (("/gzdt/", button, pager), ("/tzgg/", more, tall), ("/zcwj/", button, pager)):
        town.page(path, FILL % ("", script % f"{path}data") + below)
        paged(town, path, late if path == "/zcwj/" else found)
    town.home(("工作动态", "/gzdt/"), ("通知公告", "/tzgg/"), ("政策文件", "/zcwj/"))
    town.visit()
    assert told(town) == {
        "工作动态": ("ok", date(2021, 2, 14)),
        "通知公告": ("ok", date(2021, 2, 14)),
        "政策文件": ("ok", None),
    }
    assert not town.column("政策文件")["reached_end"]  # a button that shows nothing more proves no end
    again = replayed(town)
    assert again == {table: town.rows(table) for table in ("columns", "items")}


@needs_chromium
def test_a_home_page_that_a_script_fills_and_the_columns_it_leads_to(town: Town) -> None:
    """The data are for those alone who were given a session with the page."""

    def data(handler: Any) -> None:
        known = "session=7" in (handler.headers["Cookie"] or "")
        handler.answer(answer("/art/", FRESH if known else OLD), **JSON)

    menu = '<ul><li><a href="/xwzx/">新闻中心</a></li><li><a href="/zcwj/">政策文件</a></li></ul>'
    more = "said.after(Object.assign(document.createElement('a'), {href: '%s', textContent: '%s'}))"
    below = more % ("/xwzx/gzdt/", "工作动态")
    town.page(
        "/", menu + FILL % ("", f"{ONCE % '/data'};{more % ('/tzgg/', '通知公告')}"), Set_Cookie="session=7"
    )
    town.page("/xwzx/", FILL % ("", f"/* fetch( */{below}"))
    town.page("/zcwj/", '<div class="main"><p>政策文件</p></div><script>/* fetch( */ notThere()</script>')
    town.server.routes["/data"] = data
    for name, path in (("通知公告", "/tzgg/"), ("工作动态", "/xwzx/gzdt/")):
        filled(town, name, path, OLD)
    town.visit()
    home = [row["published_on"] for row in town.rows("items") if row["column_id"] == "home"]
    assert max(day for day in home if day) == FRESH[0]
    found = {name: status for name, (status, _) in told(town).items()}
    assert found == {"通知公告": "ok", "工作动态": "ok", "政策文件": "unread"}
    path = town.lake.evidence_path(WINDOW.key, town.site.target_id)
    assert read_exchange(town.lake, path, town.column("通知公告")["evidence"]).status == 0  # a resource
    assert (
        read_exchange(town.lake, path, town.column("政策文件")["evidence"]).status == 200
    )  # its scripts add nothing
    assert replayed(town) == {table: town.rows(table) for table in ("columns", "items")}


APP = """<!DOCTYPE html><html><head><title>某某局</title></head><body><div id="app"></div>
<script src="/app.js"></script></body></html>"""
ROUTES = """
const menu = '<ul><li><a href="/gzdt">工作动态</a></li><li><a href="/tzgg">通知公告</a></li></ul>';
const view = location.pathname === '/' ? menu : '<div class="main"><ul id="list"></ul></div>';
document.getElementById('app').innerHTML = view;
if (location.pathname !== '/') {
  const request = new XMLHttpRequest();
  request.open('POST', '/api/list');
  request.setRequestHeader('Content-Type', 'application/json');
  request.onload = () => {
    const rows = JSON.parse(request.responseText).data.list;
    document.getElementById('list').innerHTML =
      rows.map(r => `<li><a href="${r.url}">${r.title}</a><span>${r.day}</span></li>`).join('');
  };
  request.send(JSON.stringify({ path: location.pathname }));
}"""


@needs_chromium
def test_a_site_of_one_script_is_read_by_its_routes(town: Town) -> None:
    for path in ("/", "/gzdt", "/tzgg"):
        town.server.serve(path, APP.encode(), Content_Type="text/html")
    town.server.serve("/app.js", ROUTES.encode(), Content_Type="text/javascript")
    town.server.routes["/api/list"] = lambda handler: handler.answer(
        answer("/art/", OLD if b"tzgg" in town.server.posted[-1] else FRESH), **JSON
    )
    town.visit()
    assert told(town) == {"工作动态": ("ok", FRESH[0]), "通知公告": ("ok", OLD[0])}
    assert town.asked.count("/app.js") == 2  # once for a menu, once by the browser for all pages
    path = town.lake.evidence_path(WINDOW.key, town.site.target_id)
    shown = read_exchange(town.lake, path, town.column("通知公告")["evidence"])
    assert "关于做好某项重点工作的通知5" in shown.body.decode()
    assert b"<script" not in shown.body
    posted = read_exchange(town.lake, path, find_record(town.lake, path, f"{town.server.url}/api/list"))
    assert json.loads(posted.body)["code"] == 200
    assert replayed(town) == {table: town.rows(table) for table in ("columns", "items")}


VUE = """<div id="app"><p v-if="!rows.length">正在加载...</p><table><tr v-for="row in rows"><td>
<a :href="row.url">{{ row.title }}</a></td><td>{{ row.day }}</td></tr></table>
<div class="el-pagination"><ul><li v-for="n in 2" @click="page = n">{{ n }}</li></ul>
<button class="btn-next" :disabled="page == 2" @click="page++"><i class="icon"></i></button></div></div>
<script src="/vue.js"></script><script>
const { createApp, ref, watchEffect } = Vue;
createApp({ setup() {
  const rows = ref([]), page = ref(1);
  watchEffect(async () => {
    const answer = await fetch('/tzgg/data?page=' + page.value);
    rows.value = (await answer.json()).data.list;
  });
  return { rows, page };
} }).mount('#app');
</script>"""


@pytest.fixture(scope="module")
def vue(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bundle of a framework, from the npm registry."""
    folder = tmp_path_factory.mktemp("npm")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on this machine")
    told = subprocess.run(
        [npm, "pack", "--silent", "vue@3.5"], cwd=folder, capture_output=True, timeout=120, check=False
    )
    if told.returncode:
        pytest.skip("the npm registry cannot be reached")
    with tarfile.open(next(folder.glob("vue-*.tgz"))) as packed:
        bundle = packed.extractfile("package/dist/vue.global.prod.js")
        assert bundle is not None
        return bundle.read()


@needs_chromium
def test_a_framework_fills_a_list_and_its_pages(town: Town, vue: bytes) -> None:
    town.server.serve("/vue.js", vue, Content_Type="text/javascript")
    town.page("/tzgg/", VUE)
    found = [*days(date(2021, 2, 18), 3), *days(date(2019, 3, 1), 5)]
    paged(town, "/tzgg/", found, size=3)
    town.home(("通知公告", "/tzgg/"))
    town.visit()
    assert town.newest("通知公告") == date(2019, 3, 1)
    column = town.column("通知公告")
    assert (column["status"], column["pages"], column["complete_back_to"]) == ("ok", 2, date(2019, 3, 1))
    assert replayed(town) == {table: town.rows(table) for table in ("columns", "items")}


BOARD = (
    FILL.replace("<li><a href", "<tr><td><a href")
    .replace("</a><span>", "</a></td><td>")
    .replace("</span></li>", "</td><td>${r.state}</td></tr>")
    .replace(
        '<ul id="list"></ul>',
        '<table><tr><th>标题</th><th>来信时间</th><th>状态</th></tr><tbody id="list"></tbody></table>',
    )
)


@needs_chromium
@pytest.mark.parametrize("sick", [False, True])
def test_a_message_board_that_a_script_fills(town: Town, sick: bool) -> None:
    """An unanswered message is one only where the page came whole."""
    rows = [
        {"title": "咨询办理居住证需要的材料", "url": "/zx/1.html", "day": "2020-06-01", "state": "未回复"},
        {"title": "咨询幼儿园报名时间", "url": "/zx/2.html", "day": "2019-06-01", "state": "已回复"},
    ]
    town.server.serve("/zx/data", json.dumps({"code": 0, "data": {"list": rows}}).encode(), **JSON)
    town.page("/zx/", BOARD % ("加载中", ONCE % "/zx/data" + (";notThere()" if sick else "")))
    town.home(("咨询留言", "/zx/"))
    town.visit()
    (check,) = (row for row in town.rows("site_checks") if row["indicator"] == "site.interaction")
    told = [(row["title"], row["asked_on"], row["status"]) for row in town.rows("messages")]
    if sick:
        assert (check["status"], told) == ("unmeasured", [])
    else:
        assert (check["status"], check["reason"]) == ("measured", None)
        assert told[0] == ("咨询办理居住证需要的材料", date(2020, 6, 1), "open")


class City(Town):
    """The town by a name, behind a proxy."""

    @property
    def site(self) -> Site:
        return replace(super().site, url="http://www.city.gov.cn/")


@needs_chromium
def test_what_scripts_ask_for_is_held_to_the_rules_of_every_request(town: Town) -> None:
    http = replace(town.settings.http, allow_private=False, proxy=town.server.url)
    city = City(town.server, town.lake, replace(town.settings, http=http))
    inside = f"fetch('{town.server.url}/inside', {{mode: 'no-cors'}}).catch(e => 0)"
    picture = f"new Image().src = '{town.server.url}/picture'"
    city.home(
        refused(city, "工作动态", "/gzdt/", FRESH, picture),
        refused(city, "通知公告", "/tzgg/", OLD, inside),
    )
    city.visit()
    assert told(city) == {"工作动态": ("ok", FRESH[0]), "通知公告": ("unread", OLD[0])}
    assert {"http://www.city.gov.cn/gzdt/data", "http://www.city.gov.cn/tzgg/data"} <= set(city.asked)
    assert not [path for path in city.asked if "inside" in path or "picture" in path]


@needs_chromium
def test_a_page_that_never_rests_is_stopped(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_GRACE", 1.0)
    town.home(refused(town, "通知公告", "/tzgg/", OLD, "while (true) {}"))
    town.visit(browser_seconds=1)
    assert told(town) == {"通知公告": ("unread", None)}
    assert not browsers()
    assert replayed(town) == {table: town.rows(table) for table in ("columns", "items")}


@pytest.mark.parametrize("limits", [{"browser": "never"}, {"browser_pages": 0}, {"browser_seconds": 0}])
def test_without_a_browser_it_is_unknown_as_before(town: Town, limits: dict[str, Any]) -> None:
    town.home(filled(town, "工作动态", "/gzdt/", FRESH))
    town.visit(**limits)
    assert told(town) == {"工作动态": ("unread", None)}
    assert "/gzdt/data" not in town.asked[3:]
