# ruff: noqa: E501 - a page to a line
"""Message boards and messages of the evaluation set, with the days of asking and of the answer (or None)."""

from __future__ import annotations

from evaluation.frames import bare, grid, office, portal, tables

TWO = [("2021-02-10", "2021-02-15"), ("2021-01-20", "2021-01-22")]
OPEN = [("2021-02-10", None), ("2021-01-20", None)]
ASKED = [("2021-02-10", None), ("2021-01-20", None)]
#: Name, frame, contents, the days of each message in page order.
BOARDS = [
    (
        "table with a head",
        portal,
        "<table><tr><th>标题</th><th>来信时间</th><th>状态</th><th>回复时间</th></tr><tr><td><a href='/m/1.html'>如何办理居住证</a></td><td>2021-02-10</td><td>已回复</td><td>2021-02-15</td></tr><tr><td><a href='/m/2.html'>小区供暖温度不够</a></td><td>2021-01-20</td><td>已回复</td><td>2021-01-22</td></tr></table>",
        TWO,
    ),
    (
        "rows within a link",
        bare,
        "<ul><li><a href='/m/1.html'><div>如何查询房产信息</div><div>[提交时间:2021-02-10]<span>回复人:某局</span>[回复时间:2021-02-15]</div></a></li><li><a href='/m/2.html'><div>如何办理公积金提取</div><div>[提交时间:2021-01-20]<span>回复人:某局</span>[回复时间:2021-01-22]</div></a></li></ul>",
        TWO,
    ),
    (
        "labelled cards",
        grid,
        "<div class='card'><h4><a href='/m/1.html'>公交线路能否延长</a></h4><p>留言时间:2021-02-10</p><p>回复时间:2021-02-15</p></div><div class='card'><h4><a href='/m/2.html'>学校门口车辆拥堵</a></h4><p>留言时间:2021-01-20</p><p>回复时间:2021-01-22</p></div>",
        TWO,
    ),
    (
        "states",
        office,
        "<table><tr><th>信件主题</th><th>写信日期</th><th>办理状态</th></tr><tr><td><a href='/x/1'>路灯不亮</a></td><td>2021-02-10</td><td>受理中</td></tr><tr><td><a href='/x/2'>自来水水压偏低</a></td><td>2021-01-20</td><td>办理中</td></tr></table>",
        OPEN,
    ),
    (
        "questions and answers",
        tables,
        "<TABLE><TR><TD>问:医保如何异地备案?</TD></TR><TR><TD>提问时间:2021-02-10</TD></TR><TR><TD>答:您好,请持身份证到窗口办理。</TD></TR><TR><TD>回复时间:2021-02-15</TD></TR></TABLE>",
        TWO[:1],
    ),
    (
        "title, then the day",
        portal,
        "<ul><li><a href='/l/1.html'>请问何时发放补贴</a></li><li>来信时间:2021-02-10 <b>已答复</b></li></ul><ul><li><a href='/l/2.html'>请问如何申请租房</a></li><li>来信时间:2021-01-20 <b>已答复</b></li></ul>",
        ASKED,
    ),
    (
        "plain titles",
        office,
        "<ul><li><a href='/m/1.html'>咨询入学报名所需材料</a><span>2021-02-10</span></li><li><a href='/m/2.html'>反映夜间施工噪声扰民</a><span>2021-01-20</span></li></ul>",
        ASKED,
    ),
    (
        "chosen replies",
        grid,
        "<table><tr><th>标题</th><th>回复单位</th><th>回复时间</th></tr><tr><td><a href='/h/1.html'>关于道路积水的问题</a></td><td>市住建局</td><td>2021-02-15</td></tr><tr><td><a href='/h/2.html'>关于垃圾清运的问题</a></td><td>市城管局</td><td>2021-01-22</td></tr></table>",
        [(None, "2021-02-15"), (None, "2021-01-22")],
    ),
    (
        "days of open and answered",
        portal,
        "<table><tr><th>主题</th><th>提交时间</th><th>答复情况</th><th>答复时间</th></tr><tr><td><a href='/y/1'>咨询退休手续办理</a></td><td>2021-02-10</td><td>未答复</td><td></td></tr><tr><td><a href='/y/2'>咨询社保转移接续</a></td><td>2021-01-20</td><td>已答复</td><td>2021-01-22</td></tr></table>",
        [("2021-02-10", None), TWO[1]],
    ),
]
#: A message's own page.
LETTERS = [
    (
        "labelled",
        portal,
        "<h1>如何办理居住证</h1><p>来信时间:2021-02-10</p><p>内容:请问需要哪些材料?</p><p>回复时间:2021-02-15</p><p>回复内容:您好,请持身份证办理。</p>",
        TWO[0],
    ),
    (
        "table",
        tables,
        "<TABLE><TR><TD>信件标题:</TD><TD>路灯不亮</TD></TR><TR><TD>写信日期:</TD><TD>2021-02-10</TD></TR><TR><TD>答复日期:</TD><TD>2021-02-15</TD></TR></TABLE>",
        TWO[0],
    ),
    (
        "open",
        office,
        "<h2>自来水水压偏低</h2><p>提交时间:2021-02-10</p><p>状态:办理中</p>",
        ("2021-02-10", None),
    ),
    (
        "reply alone is dated",
        grid,
        "<h2>关于道路积水的问题</h2><p>答复单位:市住建局</p><p>答复时间:2021-02-15</p><p>答复内容:已安排疏通。</p>",
        (None, "2021-02-15"),
    ),
    (
        "question and reply blocks",
        portal,
        "<div class='q'><b>咨询时间:</b>2021-02-10 09:10</div><div class='t'>请问何时放假?</div><div class='a'><b>答复时间:</b>2021-02-15 10:00</div><div>按日历放假。</div>",
        TWO[0],
    ),
]
