"""Pages show the history in each template's own way; read here with one small pattern per template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from jiancha.windows import ZONE
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.sites import TEMPLATES, CitySite, Column
from jiancha_sandbox.web import Answer, CityWeb

# template: body encoding, charset in the header, charset in the meta tag
ENCODINGS = {
    "trs": ("utf-8", "utf-8", "utf-8"),
    "gbktable": ("gbk", "gbk", "gb2312"),
    "wrongheader": ("gb18030", "utf-8", "gb2312"),
    "definition": ("utf-8", None, "gb2312"),
    "daybox": ("utf-8", "utf-8", "utf-8"),
    "scriptlist": ("utf-8", "utf-8", "utf-8"),
    "jsonlist": ("gb18030", None, "gb18030"),
    "relative": ("utf-8", "utf-8", None),
    "dynamic": ("gbk", None, "gbk"),
}
CLOCK = date(2021, 3, 31)


@pytest.fixture(scope="module")
def web(city: SandboxCity) -> CityWeb:
    return CityWeb(city)


def ask(web: CityWeb, host: str, address: str) -> Answer:
    answer = web.answer(host, address)
    assert answer is not None
    return answer


def text_of(web: CityWeb, site: CitySite, address: str) -> str:
    answer = ask(web, site.host, address)
    assert answer.status == 200, address
    return answer.body.decode(ENCODINGS[site.template][0])


def sites_of(city: SandboxCity, template: str) -> list[CitySite]:
    """The sites of a template that carry no kind beside it (test_kinds.py)."""
    return [s for s in city.sites if s.template == template and s.site_code not in city.kinds]


def plain_sites(city: SandboxCity) -> list[CitySite]:
    return [site for template in TEMPLATES for site in sites_of(city, template)]


def start_of(site: CitySite, column: Column) -> str:
    return f"/list.jsp?catid={101 + column.number}" if site.template == "dynamic" else column.path


def pages_of(web: CityWeb, site: CitySite, column: Column) -> Iterator[str]:
    """All pages of a column, following what the page says about the next one."""
    address: str | None = start_of(site, column)
    number = 0
    while address is not None:
        text = text_of(web, site, address)
        yield text
        number += 1
        script = re.search(r'createPageHTML\((\d+), (\d+), "index", "html"\)', text)
        if script:
            assert int(script[2]) == number - 1
            address = f"{column.path}index_{number}.html" if number < int(script[1]) else None
        else:
            link = re.search(r'<a href="([^"]*)">下一页</a>', text)
            address = link[1].replace("&amp;", "&") if link else None


def shown_days(template: str, page: str) -> list[date]:
    page = re.sub(r"<!--.*?-->", "", page)
    main = page.split('<div class="main">')[1]
    if template == "scriptlist":
        found = re.search(r"var dataList = (\[.*?\]);\n", main)
        return [date.fromisoformat(row["pubDate"]) for row in json.loads(found[1])] if found else []
    if template == "jsonlist":
        found = re.search(r'id="list-data">(.*?)</script>', main)
        return [date.fromisoformat(row["FBSJ"]) for row in json.loads(found[1])["rows"]] if found else []
    if template == "daybox":
        boxes = re.findall(r"<b>(\d\d)</b><i>(\d{4})-(\d\d)</i>", main)
        return [date(int(y), int(m), int(d)) for d, y, m in boxes]
    cell = {"gbktable": r'<td align="right">(.*?)</td>', "definition": r"<dd>(.*?)</dd>"}.get(
        template, r"<span>([^<]*\d[^<]*前?|昨天)</span>"
    )
    return [read_day(text) for text in re.findall(cell, main)]


def read_day(text: str) -> date:
    if text.endswith(("小时前", "分钟前")):
        return CLOCK
    if text == "昨天":
        return CLOCK - timedelta(days=1)
    numbers = [int(n) for n in re.findall(r"\d+", text)]
    return date(*numbers) if len(numbers) == 3 else date(2021, *numbers)


@pytest.mark.parametrize("template", TEMPLATES)
def test_lists_show_the_whole_history_and_end(city: SandboxCity, web: CityWeb, template: str) -> None:
    for site in sites_of(city, template)[:3]:
        odd = {*city.faults(site).undated, *city.faults(site).stubs}
        for column in (c for c in site.columns if c.slug not in odd):
            pages = list(pages_of(web, site, column))
            days = [d for page in pages for d in shown_days(template, page)]
            past = sorted(d for d in days if d <= CLOCK)
            assert past == [m.date() for m in city.items(column)], (site.host, column.name)
            assert all(d.year >= 2030 for d in days if d > CLOCK)
            if not days:
                assert "暂无信息" in pages[0]
                assert len(pages) == 1


@pytest.mark.parametrize("template", TEMPLATES)
def test_encodings_are_as_declared_or_as_wrongly_declared(
    city: SandboxCity, web: CityWeb, template: str
) -> None:
    encoding, header, meta = ENCODINGS[template]
    site = sites_of(city, template)[0]
    answer = ask(web, site.host, start_of(site, site.columns[0]))
    declared = re.search(r"charset=(\S+)", answer.content_type)
    assert (declared[1].lower() if declared else None) == header
    text = answer.body.decode(encoding)
    in_meta = re.search(r'text/html; charset=([\w-]+)"', text)
    assert (in_meta[1].lower() if in_meta else None) == meta
    assert site.columns[0].name in text
    if encoding != "utf-8":
        with pytest.raises(UnicodeDecodeError):
            answer.body.decode("utf-8")


def test_a_rare_name_needs_gb18030(city: SandboxCity, web: CityWeb) -> None:
    sites = sites_of(city, "wrongheader") + sites_of(city, "jsonlist")
    pages = [ask(web, s.host, s.columns[0].path).body for s in sites]
    assert any("䶮" in body.decode("gb18030") for body in pages)


def test_past_the_last_page_there_is_nothing(city: SandboxCity, web: CityWeb) -> None:
    for template in TEMPLATES:
        site = sites_of(city, template)[0]
        column = site.columns[0]
        for tail in (
            "?page=900",
            "index_900.html",
            "list_900.html",
            "?page=x" if template == "jsonlist" else "p.html",
        ):
            status = ask(web, site.host, column.path + tail).status
            ignored = tail.startswith("?") and template not in ("wrongheader", "definition", "jsonlist")
            assert status == (200 if ignored else 404), (template, tail)
    dynamic = sites_of(city, "dynamic")[0]
    assert ask(web, dynamic.host, "/list.jsp?catid=101&page=900").status == 404
    assert ask(web, dynamic.host, "/list.jsp?catid=999").status == 404
    assert ask(web, dynamic.host, "/list.jsp").status == 404


def home_of(web: CityWeb, site: CitySite) -> str:
    answer = ask(web, site.host, "/")
    if answer.status == 302:
        assert answer.location is not None
        answer = ask(web, site.host, answer.location)
    return answer.body.decode(ENCODINGS[site.template][0])


def test_home_pages_lead_to_every_listed_column(city: SandboxCity, web: CityWeb) -> None:
    for site in plain_sites(city):
        home = home_of(web, site)
        for column in site.columns:
            assert (f'href="{start_of(site, column)}"' in home) == column.listed, (site.host, column.name)


def test_home_pages_show_items_unless_they_only_navigate(city: SandboxCity, web: CityWeb) -> None:
    for site in plain_sites(city):
        home = home_of(web, site)
        assert ("更多" in home) != site.navigation_only
        assert bool(re.search(r"/t\d{8}_\d+\.html", home)) != site.navigation_only


def test_articles_behind_list_links_are_there(city: SandboxCity, web: CityWeb) -> None:
    for template in TEMPLATES:
        site = sites_of(city, template)[0]
        column = site.columns[0]
        page = text_of(web, site, start_of(site, column))
        link = re.findall(r"[\w./:]*/?\d{6}/t\d{8}_\d+\.html", page)[3]
        path = column.path + link[2:] if link.startswith("./") else link.removeprefix(f"http://{site.host}")
        article = text_of(web, site, path)
        day = re.search(r"/t(\d{4})(\d\d)(\d\d)_", path)
        assert day is not None
        shown = f"{day[1]}-{day[2]}-{day[3]}"
        assert f"发布时间:{shown} " in article
        if template not in ("gbktable", "relative"):
            assert re.search(rf'<meta name="pubdate" content="{shown} \d\d:\d\d">', article, re.IGNORECASE)
    assert ask(web, site.host, column.path + "202001/t20200101_1.html").status == 404


def test_pinned_unsorted_and_future_items_occur(city: SandboxCity, web: CityWeb) -> None:
    pinned = unsorted = future = 0
    for site in sites_of(city, "trs"):
        for column in site.columns:
            page = text_of(web, site, column.path)
            days = shown_days("trs", page)
            pinned += "[置顶]" in page
            future += bool(days) and days[0] > CLOCK
            body = days[1:]
            unsorted += body != sorted(body, reverse=True)
    assert pinned
    assert unsorted
    assert future


def test_a_future_item_tops_stale_columns_of_the_bad_sites(city: SandboxCity, web: CityWeb) -> None:
    for code in ("6104000028", "6104000054"):
        site = city.site(code)
        tops = [max(shown_days(site.template, text_of(web, site, start_of(site, c)))) for c in site.columns]
        assert sum(day > CLOCK for day in tops) >= 3


def test_year_less_dates_stand_for_the_year_of_the_clock_only(city: SandboxCity, web: CityWeb) -> None:
    for template in ("gbktable", "relative"):
        site = sites_of(city, template)[0]
        text = "".join(pages_of(web, site, site.columns[0]))
        assert re.search(r"[>\[]03-\d\d[<\]]", text)
        assert not re.search(r"2021-\d\d-\d\d[<\]]", text)
        assert re.search(r"[>\[]2020-12-\d\d[<\]]", text)


def test_relative_dates_on_the_last_days() -> None:
    web = CityWeb(SandboxCity(2021, datetime(2021, 3, 31, 18, tzinfo=ZONE)))
    site = sites_of(web.city, "relative")[0]
    pages = [
        text_of(web, s, c.path) for s in sites_of(web.city, "relative") for c in s.columns if c.kind == "news"
    ]
    assert site
    assert any("小时前</span>" in p for p in pages)
    assert any("<span>昨天</span>" in p for p in pages)


def test_meta_tags_vary(city: SandboxCity, web: CityWeb) -> None:
    spellings = {
        found[1]
        for site in plain_sites(city)
        for found in re.finditer(r'<meta name="(SiteIDCode|SITEIDCODE|siteidcode)"', home_of(web, site))
    }
    assert spellings == {"SiteIDCode", "SITEIDCODE", "siteidcode"}
    assert any("<meta name=" not in home_of(web, site) for site in plain_sites(city))
    assert sum(s.claimed_code != s.site_code for s in city.sites) == 3
    for site in plain_sites(city):
        assert f"网站标识码:{site.site_code} " in home_of(web, site)


def test_pages_that_are_no_columns(city: SandboxCity, web: CityWeb) -> None:
    site = city.sites[0]
    assert "English" in text_of(web, site, "/english/")
    assert ask(web, site.host, "/nothing/here").status == 404
    moved = ask(web, site.host, "/zwgk/tzgg")
    assert (moved.status, moved.location) == (301, "/zwgk/tzgg/")


def test_the_moved_site_answers_at_both_addresses(city: SandboxCity, web: CityWeb) -> None:
    site = next(s for s in city.sites if s.former_host)
    assert site.former_host is not None
    assert ask(web, site.former_host, "/zwgk/tzgg/") == ask(web, site.host, "/zwgk/tzgg/")


def test_the_same_seed_gives_the_same_bytes(city: SandboxCity, web: CityWeb) -> None:
    again = CityWeb(SandboxCity(2021, city.clock))
    for site in city.sites:
        for address in ("/", start_of(site, site.columns[0])):
            assert again.answer(site.host, address) == web.answer(site.host, address)
