"""The marks of a government page: kept, missing, empty, wrong."""

from __future__ import annotations

from datetime import datetime

import pytest

from jiancha.pages.document import Document
from jiancha.pages.marks import MarkResult, read_marks
from jiancha.pages.page import read_page
from jiancha.standard import load_standard
from jiancha.windows import ZONE

MARKS = load_standard("guoban-2019").marks
CODE, HOST = "6104000028", "fgw.xianyang.gov.cn"
AT = datetime(2021, 2, 18, 9, tzinfo=ZONE)
LIST = (
    "<ul>"
    + "".join(f"<li><a href='{n}.html'>某项工作的通知{n}</a><i>2021-02-1{n}</i></li>" for n in range(4))
    + "</ul>"
)
ARTICLE = "<h1>某项工作的通知</h1><p>发布时间:2021-02-14 来源:本委</p><p>正文</p>"
SITE = (
    f'<meta name="SiteName" content="市发展改革委"><meta name="SITEDOMAIN" content="{HOST}">'
    f'<meta name="siteidcode" content="{CODE}">'
)
COLUMN = "".join(
    f'<meta name="{name}" content="工作动态">'
    for name in ("ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType")
)
FOOTER = (
    "<p>主办单位:市发展改革委 联系电话:029-33210000</p><p>网站标识码:<span>6104000028</span> "
    "陕ICP备12345678号-1 "
    '<a href="http://www.beian.gov.cn/">陕公网安备 61040002000123号</a></p>'
    '<script src="//dcs.conac.cn/js/27/x.js"></script><a href="http://pucha.kaipuyun.cn/exposure/jiucuo.html">纠错</a>'
)


def marks(head: str, body: str, path: str = "/xwzx/gzdt/") -> dict[str, MarkResult]:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    url = f"http://{HOST}{path}"
    document = Document(html.encode(), url, "text/html", AT)
    facts = read_page(document)
    found = read_marks(document, facts, marks=MARKS, site_code=CODE, hosts=[HOST])
    return {result.mark: result for result in found}


def faults(found: dict[str, MarkResult]) -> dict[str, str]:
    return {name: result.outcome for name, result in found.items() if result.outcome != "ok"}


def test_a_column_with_all_its_tags_has_no_fault() -> None:
    found = marks(SITE + COLUMN, LIST)
    assert faults(found) == {}
    assert set(found) == {
        "SiteName", "SiteDomain", "SiteIDCode", "ColumnName", "ColumnDescription", "ColumnKeywords",
        "ColumnType",
    }  # fmt: skip


def test_an_article_needs_its_own_tags_and_no_column_ones() -> None:
    found = marks(
        SITE + '<meta name="ArticleTitle" content="t"><meta name="PubDate" content="2021-02-14 10:08">',
        ARTICLE,
    )
    assert faults(found) == {"ContentSource": "missing"}
    assert "ColumnName" not in found


def test_missing_empty_and_commented_tags_are_told_apart() -> None:
    head = (
        '<meta name="SiteName" content=""><meta name="SiteDomain" content="null">'
        f'<!-- <meta name="SiteIDCode" content="{CODE}"> -->'
        '<meta name="ColumnName" content="${channel.name}"><meta content="动态" name=ColumnType>'
    )
    found = marks(head, LIST)
    assert faults(found) == {
        "SiteName": "empty",
        "SiteDomain": "empty",
        "SiteIDCode": "missing",
        "ColumnName": "empty",
        "ColumnDescription": "missing",
        "ColumnKeywords": "missing",
    }
    assert found["SiteIDCode"].value == "仅在注释中"
    assert found["SiteDomain"].value == "null"


@pytest.mark.parametrize(
    ("tag", "value", "outcome"),
    [
        ("SiteIDCode", CODE, "ok"),
        ("SiteIDCode", "6104000004", "wrong"),  # another site's, copied with a template
        ("SiteDomain", HOST, "ok"),
        ("SiteDomain", "www.xianyang.gov.cn", "ok"),  # the portal under whose domain the site lies
        ("SiteDomain", f"www.{HOST}", "ok"),
        ("SiteDomain", f"http://{HOST}/", "wrong"),
        ("SiteDomain", f"{HOST}/", "wrong"),
        ("SiteDomain", "www.shaanxi.gov.cn", "wrong"),
        ("SiteDomain", "gy.gov.cn", "wrong"),
    ],
)
def test_wrong_values_of_a_site(tag: str, value: str, outcome: str) -> None:
    found = marks(f'<meta name="{tag}" content="{value}">', LIST)
    assert (found[tag].outcome, found[tag].value) == (outcome, value)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("2021-02-14 10:08", "ok"),
        ("2021-02-14 10:08:30", "wrong"),
        ("2021-02-14", "wrong"),
        ("2021/02/14 10:08", "wrong"),
        ("2021-2-14 10:08", "wrong"),
        ("2021-02-30 10:08", "wrong"),
    ],
)
def test_the_form_of_a_publish_time(value: str, outcome: str) -> None:
    assert marks(f'<meta name="PubDate" content="{value}">', ARTICLE)["PubDate"].outcome == outcome


def test_the_footer_of_a_home_page() -> None:
    assert faults(marks(SITE, FOOTER, "/")) == {}
    other = FOOTER.replace(CODE, "6104000004").replace("陕ICP备12345678号-1", "")
    assert faults(marks(SITE, other, "/")) == {"footer.site_code": "wrong", "footer.icp": "missing"}
    assert "footer.icp" not in marks(SITE, LIST)


def test_a_footer_that_a_script_may_bring_is_not_judged() -> None:
    bare = "<p>主办文化活动,咨询电话见下</p>"
    assert (
        sum(
            name.startswith("footer")
            for name in marks(SITE, bare + '<script src="/js/foot.js"></script>', "/")
        )
        == 0
    )
    assert faults(marks(SITE, bare, "/"))["footer.icp"] == "missing"


def test_labels_left_by_a_template_are_empty() -> None:
    head = '<meta name="SiteName" content="网站名称"><meta name="SiteIDCode" content="政府网站标识码">'
    found = marks(head, LIST)
    assert (found["SiteName"].outcome, found["SiteIDCode"].outcome) == ("empty", "empty")
    assert marks('<meta name="SiteName" content="某市标题网站名称研究所">', LIST)["SiteName"].outcome == "ok"


def test_a_commented_footer_is_missing() -> None:
    assert faults(marks(SITE, f"<!-- {FOOTER} -->", "/"))["footer.icp"] == "missing"


def test_a_page_that_only_sends_on_needs_no_marks() -> None:
    assert marks('<meta http-equiv="refresh" content="0;url=/xwzx/gzdt/index.html">', "") == {}


def test_other_pages_need_the_marks_of_the_site_only() -> None:
    assert set(marks(SITE, "<p>电话</p>")) == {"SiteName", "SiteDomain", "SiteIDCode"}
