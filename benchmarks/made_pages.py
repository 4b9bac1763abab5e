"""Pages of a county's website with known dates, made for the comparison where no labelled pages are given.

Made by rules of their own: neither the sandbox city nor the reader has a part in them. Every page has the
furniture that misleads readers of dates: a menu, the day of today by script, lists of newer articles beside
the text, years of copyright, dates of events. Each kind of page below stands for one habit of real sites.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

READ_ON = date(2021, 3, 31)
PER_KIND = 12
_TOPICS = [
    "安全生产",
    "春季造林",
    "城乡供水",
    "医疗保障",
    "就业培训",
    "道路养护",
    "教育督导",
    "防汛抗旱",
    "招商引资",
    "文物保护",
]
_ACTS = [
    "工作会议召开",
    "专项检查启动",
    "情况的通报",
    "实施意见",
    "先进名单公示",
    "培训班开班",
    "补助资金公告",
    "答记者问",
]
_OFFICES = ["县政府办公室", "县财政局", "县水利局", "县教育局", "县卫健局"]


class Made(NamedTuple):
    """The parts of a page; ``truth`` is the day that a reader should find."""

    head: str
    body: str
    truth: date | None
    address: str = ""


class Maker:
    """Draws words and days; the same number gives the same pages."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def day(self, first: int = 2009, before: date = READ_ON) -> date:
        start = date(first, 1, 1)
        return start + timedelta(days=self.draw.randrange((before - start).days))

    def title(self) -> str:
        return f"{self.draw.choice(_OFFICES)}关于{self.draw.choice(_TOPICS)}{self.draw.choice(_ACTS)}"

    def time(self) -> str:
        return f"{self.draw.randrange(8, 19):02}:{self.draw.randrange(60):02}"

    def text(self) -> str:
        """Paragraphs in which days of events stand, older and newer than the article."""
        lines = []
        for _ in range(self.draw.randrange(3, 9)):
            event = self.day(2005, date(2021, 12, 31))
            lines.append(
                f"<p>　　{chinese(event)},{self.draw.choice(_OFFICES)}围绕{self.draw.choice(_TOPICS)}开展了"
                f"{self.draw.randrange(2, 40)}次走访,覆盖{self.draw.randrange(100, 9000)}户,相关情况按要求"
                "报送。</p>"
            )
        return "".join(lines)

    def aside(self) -> str:
        """Newer articles beside the text, as on every page of such a site."""
        lines = "".join(
            f'<li><a href="/tj/{n}.html">{self.title()}</a><span>{READ_ON - timedelta(days=n)}</span></li>'
            for n in range(1, 6)
        )
        return f'<div class="sidebar"><h3>热点推荐</h3><ul>{lines}</ul></div>'


def chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def wide(text: str) -> str:
    return text.translate({48 + n: 0xFF10 + n for n in range(10)})


# --- articles ---


def _article(m: Maker, line: str, truth: date | None, head: str = "", address: str = "") -> Made:
    body = f'<h1>{m.title()}</h1>{line}<div class="content">{m.text()}</div>{m.aside()}'
    return Made(head, body, truth, address)


def labelled(m: Maker) -> Made:
    day = m.day()
    return _article(m, f"<p>发布时间:{day} {m.time()} 来源:{m.draw.choice(_OFFICES)} 浏览次数:218</p>", day)


def bare_line(m: Maker) -> Made:
    day = m.day()
    return _article(
        m, f"<div><span>{day:%Y/%m/%d}</span> <span>字号:大 中 小</span> <span>打印</span></div>", day
    )


def in_words(m: Maker) -> Made:
    day = m.day()
    return _article(
        m,
        f"<table><tr><td>发布日期:{chinese(day)}</td><td>作者:{m.draw.choice(_OFFICES)}</td></tr></table>",
        day,
    )


def wide_signs(m: Maker) -> Made:
    day = m.day()
    clock = m.time().replace(":", "\u2236")
    return _article(m, f"<p>时间:{wide(day.isoformat())}　{clock}　来源:本站</p>", day)


def tag_and_line(m: Maker) -> Made:
    day = m.day()
    return _article(
        m, f"<p>{day} {m.time()} 来源:本站</p>", day, f'<meta name="PubDate" content="{day} 09:00">'
    )


def tag_of_migration(m: Maker) -> Made:
    """The tag carries the day on which the article was moved to a new system."""
    day = m.day(before=date(2018, 1, 1))
    return _article(
        m, f"<p>发布时间:{day} 来源:本站 点击:9</p>", day, '<meta name="PubDate" content="2020-05-12 00:00">'
    )


def tag_only(m: Maker) -> Made:
    day = m.day()
    return _article(m, "", day, f'<meta name="PubDate" content="{day} 10:20">')


def script_only(m: Maker) -> Made:
    day = m.day()
    script = f'<script>var pubDate = "{day} {m.time()}";show(pubDate);</script>'
    line = f'<p>发布时间:<span id="d"></span></p>{script}'
    return _article(m, line, day)


def two_labels(m: Maker) -> Made:
    day = m.day(before=date(2020, 6, 1))
    later = day + timedelta(days=m.draw.randrange(20, 200))
    return _article(m, f"<p>更新时间:{later} 发布时间:{day} 阅读:31</p>", day)


def sheet(m: Maker) -> Made:
    """The sheet of an open-government document: written on one day, published on another."""
    day = m.day()
    written = day - timedelta(days=m.draw.randrange(3, 400))
    cells = f"<tr><td>索引号</td><td>0161-{day:%Y}-0021</td><td>成文日期</td><td>{chinese(written)}</td></tr>"
    office = m.draw.choice(_OFFICES)
    cells += f"<tr><td>发布机构</td><td>{office}</td><td>发布日期</td><td>{chinese(day)}</td></tr>"
    return _article(m, f"<table>{cells}</table>", day)


def other_address(m: Maker) -> Made:
    """The address carries the day of entry, the page the day of publishing."""
    day = m.day()
    entered = day - timedelta(days=m.draw.randrange(1, 30))
    line = f"<p>日期:{day} 编辑:李 来源:本站</p>"
    return _article(m, line, day, address=f"art/{entered:%Y}/{entered.month}/{entered.day}/")


def open_graph(m: Maker) -> Made:
    day = m.day()
    head = f'<meta property="article:published_time" content="{day}T08:00:00+08:00">'
    return _article(m, f'<p><time datetime="{day}">{day}</time> 来源:本站</p>', day, head)


def undated(m: Maker) -> Made:
    """A page about an office: no publish date, but a birthday and the years of a career."""
    born = m.day(1995, date(2000, 1, 1))
    return Made(
        "", f"<h1>领导简介</h1><p>王某,{chinese(born)}参加工作。</p>{m.text()}<p>电话:029-33210000</p>", None
    )


def undated_notice(m: Maker) -> Made:
    until = m.day(2019)
    return Made(
        "", f"<h1>办事指南</h1><p>受理截止时间:{until}</p><p>实施日期:{chinese(m.day())}</p>{m.aside()}", None
    )


ARTICLES = (
    labelled, bare_line, in_words, wide_signs, tag_and_line, tag_of_migration, tag_only, script_only,
    two_labels, sheet, other_address, open_graph, undated, undated_notice,
)  # fmt: skip


# --- lists ---


def _rows(
    m: Maker, shown: Callable[[date], str], *, shuffle: bool = False
) -> tuple[list[tuple[str, str]], date]:
    """Titles with their dates as shown, and the newest; a title may name a later year."""
    day = m.day(2015)
    days = [day]
    for _ in range(m.draw.randrange(5, 18)):
        days.append(days[-1] - timedelta(days=m.draw.randrange(9)))
    if shuffle:
        m.draw.shuffle(days)
    return [(m.title(), shown(each)) for each in days], day


def plain_list(m: Maker) -> Made:
    rows, newest = _rows(m, date.isoformat)
    lines = "".join(f'<li><a href="{n}.html">{t}</a><span>{d}</span></li>' for n, (t, d) in enumerate(rows))
    return Made("", f"<ul>{lines}</ul>", newest)


def unsorted_list(m: Maker) -> Made:
    rows, newest = _rows(m, lambda day: f"[{day:%Y/%m/%d}]", shuffle=True)
    lines = "".join(f'<p>· <a href="/a/{n}.shtml">{t}</a> {d}</p>' for n, (t, d) in enumerate(rows))
    return Made("", f'<div class="r">{lines}</div>{m.aside()}', newest)


def titles_with_days(m: Maker) -> Made:
    """Titles name days after those on which they were published."""
    rows, newest = _rows(m, date.isoformat)
    force = [chinese(READ_ON - timedelta(days=n)) for n in range(len(rows))]
    lines = "".join(
        f'<tr><td><a href="c_{n}.html">{t}({force[n]}起施行)</a></td><td>{d}</td></tr>'
        for n, (t, d) in enumerate(rows)
    )
    return Made("", f"<table>{lines}</table>", newest)


def two_columns(m: Maker) -> Made:
    rows, newest = _rows(m, date.isoformat)
    head = "<tr><th>标题</th><th>发布日期</th><th>实施日期</th></tr>"
    lines = "".join(
        f'<tr><td><a href="{n}.html">{t}</a></td><td>{d}</td><td>{m.day(2021)}</td></tr>'
        for n, (t, d) in enumerate(rows)
    )
    return Made("", f"<table>{head}{lines}</table>", newest)


def day_boxes(m: Maker) -> Made:
    rows, newest = _rows(m, date.isoformat)
    lines = "".join(
        f'<dl><dt><b>{d[8:]}</b><i>{d[:7]}</i></dt><dd><a href="/x/{n}.htm">{t}</a></dd></dl>'
        for n, (t, d) in enumerate(rows)
    )
    return Made("", f"<div>{lines}</div>", newest)


def in_script(m: Maker) -> Made:
    rows, newest = _rows(m, lambda day: f"{day} 10:00:00")
    data = [{"title": t, "url": f"/d/{n}.html", "pubDate": d} for n, (t, d) in enumerate(rows)]
    script = f"<script>var rows = {json.dumps(data, ensure_ascii=False)};draw(rows);</script>"
    return Made("", f'<div id="list"></div>{script}', newest)


def blank_list(m: Maker) -> Made:
    return Made("", f'<div class="list"><p>暂无信息</p></div>{m.aside()}', None)


LISTS = (plain_list, unsorted_list, titles_with_days, two_columns, day_boxes, in_script, blank_list)


def _page(m: Maker, made: Made, title: str, charset: str) -> bytes:
    menu = "".join(f'<li><a href="/c{n}/">{topic}</a></li>' for n, topic in enumerate(_TOPICS))
    today = (
        "<script>var d=new Date();document.write('今天是'+d.getFullYear()+'年'+d.getMonth()+'月')</script>"
    )
    style = (
        "<style>" + "".join(f".c{n}{{margin:{n}px}}" for n in range(m.draw.randrange(20, 200))) + "</style>"
    )
    html = (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}</title>'
        f"{made.head}{style}</head>"
        f"<body><div>{today}</div><ul>{menu}</ul>{made.body}"
        f"<footer>版权所有 2005-2021 某县人民政府 网站标识码 6104220001</footer></body></html>"
    )
    return html.encode("gb18030" if charset == "gb2312" else "utf-8")


def write(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Write all pages below ``folder``; returns their labels in the form that ``--labels`` takes."""
    labels: dict[str, list[dict[str, Any]]] = {"articles": [], "list_pages": []}
    for table, key, kinds in (("articles", "date", ARTICLES), ("list_pages", "newest", LISTS)):
        for number, kind in enumerate(kinds):
            m = Maker(1000 + number if table == "articles" else 2000 + number)
            for copy in range(PER_KIND):
                made = kind(m)
                name = f"{table}/{kind.__name__}/{made.address}{copy}.html"
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(_page(m, made, m.title(), "gb2312" if copy % 3 == 0 else "utf-8"))
                labels[table].append({"page": name, key: made.truth.isoformat() if made.truth else None})
    return labels
