"""A judged window with its evidence: a site whose columns are stale, and accounts, as the pages show them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from support.lake_rows import City, ago, at

from jiancha.evidence.records import EvidenceWriter, Exchange
from jiancha.review import ledger
from jiancha.review.model import finding_id

SITE = "http://s1.example/"
LIST = """<html><head><title>动态</title><meta http-equiv="refresh" content="0;url=http://evil.example/">
<base href="http://s1.example/c0/"><link rel="stylesheet" href="http://evil.example/a.css">
<script>alert(1)</script></head>
<body onload="alert(2)"><form action="http://evil.example/"><input name="q"></form>
<iframe src="http://evil.example/"></iframe>
<ul><li><a href="n1.html" onclick="go()" ping="http://evil.example/">某局召开年度工作会议部署任务</a><span>2020-12-20</span></li>
<li><a href="n2.html">关于做好冬季安全生产工作的通知</a><span>2020年12月10日</span></li>
<li><a href="n3.html">某局开展主题党日活动的情况</a><b>05</b><i>2020-11</i></li></ul>
<img src="http://evil.example/a.png" alt="图"><svg><a xlink:href="http://evil.example/">x</a></svg></body></html>"""


def stored_city(folder: Path) -> City:
    """Six stale columns with their pages, an account too old by name and one by platform, a good account."""
    city = City(folder)
    city.site("s1")
    city.home("s1", ago(1))
    writer = EvidenceWriter("2021Q1/s1")
    for n in range(6):
        url = f"{SITE}c{n}/"
        body = LIST.replace("http://s1.example/c0/", url).encode()
        headers = {"Content-Type": "text/html"}
        record = writer.add(Exchange(url, {}, 200, "OK", headers, body, at(ago(-1))))
        urls = [f"{url}n{k}.html" for k in (1, 2, 3)]
        days = (date(2020, 12, 20), date(2020, 12, 10), date(2020, 11, 5))
        city.column("s1", f"c{n}", *days, kind="news", urls=urls, evidence=record)
    for row in city.rows["items"]["s1"]:
        column = row["column_id"]
        record = next((c["evidence"] for c in city.rows["columns"]["s1"] if c["column_id"] == column), None)
        row |= {"evidence": record, "date_rule": "row:full"}
    city.account("a1", ago(20), name='=HYPERLINK("x")', owner="+某局")
    city.account("a2", ago(20), ago(30), name="第二账号", platform="新浪微博")
    city.account("a3", ago(1), code="610402M001WX0001")
    told = {"kind": "site", "code": "c", "name": "网站s1", "platform": "", "owner": "某局"}
    told |= {"indicator": "site.columns_a", "problem": "栏目不更新", "deadline": "2021-02-26"}
    finding = finding_id("2021Q1", "s1", "site.columns_a")
    note = json.dumps(told)
    ledger.add(city.lake, "2021Q1", finding, "s1", ledger.Event.OPENED, at(ago(-1)), note=note)
    ledger.add(city.lake, "2021Q1", finding, "s1", ledger.Event.CHECKED, at(ago(-9)), note="仍不合格")
    writer.save(city.lake, city.lake.evidence_path("2021Q1", "s1"))
    city.judge()
    return city
