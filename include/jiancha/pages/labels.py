"""The words beside dates on pages: which name a publish date, another day, a byline, or the way to the page.

All patterns are meant for text whose full-width signs were made plain (``dates.plain``), the byline also for
text as it stands.
"""

from __future__ import annotations

import re

_PUBLISH = "发布|发稿|公开|上传|录入|公布|刊发|发表|刊登|播发|添加|登载|上网|挂网"
#: 发布时间: or 发布日期, 发布于, and a mere 发布: where nothing but a sign stands before it.
PUBLISHED = re.compile(
    rf"(?:{_PUBLISH})(?:日期|时间)(?:为|是)?\s{{0,3}}:?\s{{0,3}}[\[(]?$"
    r"|(?i:\bpublish(?:ed)?(?:\s(?:time|date|on))?)\s{0,3}:?\s{0,3}$"
    rf"|(?:{_PUBLISH})于\s{{0,3}}:?\s{{0,3}}$|(?:^|[\s|\[\]()>:])(?:{_PUBLISH})\s{{0,3}}:?\s{{0,3}}[\[(]?$"
)
#: 日期: or 时间: where no other word says of what (as a text of its own without a colon, too), and 发文日期,
#: which often stands beside 发布日期.
MERE = re.compile(
    r"(?:^|[\s|\[\](),;\uff0c\uff1b])(?:日\s{0,4}期|时\s{0,4}间|(?i:date|time))\s{0,3}:\s{0,3}[\[(]?$"
    r"|(?:^|[\s|\[\](),;\uff0c\uff1b])(?:发文|公告|公示|编辑|创建)(?:日期|时间)\s{0,3}:?\s{0,3}[\[(]?$"
    r"|^(?:日期|时间)$"
)
UPDATED = re.compile(r"(?:更新|修改)(?:日期|时间)?(?:于)?\s{0,3}:?\s{0,3}[\[(]?$")
#: 生成日期 of a catalogue of open information; 页面生成时间 is the day of a rebuilt page.
CREATED = re.compile(r"(?:^|信息|[\s|\[\]()])(?:生成|产生)日期\s{0,3}:?\s{0,3}[\[(]?$")

_EVENT = (
    "成文|生成|印发|签发|制定|修订|截止|截至|实施|施行|执行|生效|失效|废止|有效|开标|投标|递交|报名|会议|召开|活动|考试|面试"
    "|拍卖|公示(?!日期)|培训|开始|结束|起止|出生|成立|登记|受理|办理|办结|答复|回复|来信|提交|提问|留言|发生|举办|举行|今天|今日|现在|当前|服务器"
)
#: Names of other days. An event without 日期, 时间 or a colon after it is more often the end of a title.
OTHER = re.compile(
    rf"(?:{_EVENT})[^\s:。,]{{0,4}}?(?:日期|时间|期限|期|日)?\s{{0,3}}(?:为|是|至|到|自|从|定于|:)\s{{0,3}}[\[(]?$"
    rf"|(?:{_EVENT})[^\s:。,]{{0,4}}?(?:日期|时间|期限|期)\s{{0,3}}[\[(]?$"
    r"|(?:成文|印发|签发|截止|截至|生效|今天是?|今日是?|现在是?|当前)\s{0,3}[\[(]?$"
    r"|(?:[至到自从于~]|定于)\s{0,3}$"
)
#: When another document was published, to which this one belongs (中标公告 names its 采购公告).
OF_ANOTHER = re.compile(
    r"(?:采购|招标|磋商|谈判|询价|预审|原|首次|预)\S{0,4}?公告的?(?:发布|刊登|公布)?(?:日期|时间)\s{0,3}:?\s{0,3}$"
)
OWNER = 12  # characters before a label that tell whose date it names
#: What the way to a page begins with (当前位置:首页 > 通知公告).
PATH_WORDS = re.compile(
    r"当前(?:的)?位置|[您你](?:现在)?(?:的|所在)?位置|[您你]现在(?:所在)?(?:的)?位置|所在位置"
)
#: What stands in a page's foot.
FOOT = re.compile(r"ICP备|公网安备|网安备|备案号|网站标识码|版权所有|技术支持")
_COLON = "[:\uff1a\u2236]"
#: What stands in the line under a title. Words of daily use count only with a colon or a number.
BYLINE = re.compile(
    rf"(?:来源|作者|编辑|责编|审核|撰稿|供稿)(?:\s{{0,6}}{_COLON}|(?=\s|$))|稿源|信息来源|责任编辑"
    rf"|(?:浏览|阅读|点击|访问)(?:(?:次数|人数|数|量|率|统计)|\s{{0,3}}(?:{_COLON}|[\[(]|\d|$))|人气\s{{0,3}}{_COLON}"
    r"|\d\s{0,3}(?:人|次)(?:浏览|阅读|点击|访问)|字号|字体|分享(?:到|至|\s|$|[:\uff1a])|打印|大 中 小|大中小"
    rf"|发布(?:单位|机构|人|者|部门)\s{{0,3}}{_COLON}|(?:视力)?保护色|护眼色"
)
#: The link at the head of a list that leads to all of it.
MORE = re.compile(
    r"^[\s>\u00bb\u203a\[\]+.\u2026]*(?:查看|点击|浏览)?(?:更多|more)(?:内容|信息)?[\s>\u00bb\u203a\[\]+.\u2026]*$",
    re.IGNORECASE,
)
