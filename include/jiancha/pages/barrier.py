"""What stands in a page's place: a firewall's answer, a question to the browser, a log-in, a soft 404.

Such answers come with HTTP 200 as often as not. Who took one for the page would call a column blank, or say
that a list was not recognised, where in truth nobody was let in. Only pages that hold next to nothing else
are asked: a notice about firewalls is an article.
"""

from __future__ import annotations

import re
from enum import StrEnum

from jiancha.pages.document import Document

_MOST_LINKS = 4
_MOST_TEXT = 600  # characters; what a firewall says with its advice
_NO_TEXT = 40  # characters of a page that only a script would fill


class Barrier(StrEnum):
    """Why the answer is not the page."""

    GONE = "gone"  # the page says that it does not exist
    LOGIN = "login"
    BLOCKED = "blocked"  # by a firewall
    BROWSER_CHECK = "browser_check"  # a script decides who is let in
    MAINTENANCE = "maintenance"


_BLOCKED = re.compile(
    r"防火墙|(?:被|予以|已)[^。\s]{0,8}(?:拦截|阻断|屏蔽)|黑客攻击|(?:非法|恶意|危险|可疑)的?(?:请求|访问|参数|字符)"
    r"|(?:请求|访问)(?:已被|被|受到?)(?:拒绝|禁止|限制)|安全(?:策略|规则|狗)|(?:Access|Request)\s(?:Denied|Blocked|Forbidden)"
    r"|\bWAF\b|403 Forbidden",
    re.IGNORECASE,
)
_SAID: tuple[tuple[Barrier, re.Pattern[str]], ...] = (
    (
        Barrier.GONE,
        re.compile(
            r"(?:页面|网页|文件|内容|地址|网址|文章|栏目)(?:可能|已经|已)?(?:不存在|被删除|被移除|丢失)"
            r"|(?:找不到|未找到|没有找到)(?:您|你)?(?:所|要|想)?(?:访问|浏览|请求|查找|查看|找)?的?(?:页面|网页|文件|资源)"
            r"|404(?:错误|页面|\s{0,2}[-:]?\s{0,2}(?:Not Found|找不到))|(?:Page|File) Not Found",
            re.IGNORECASE,
        ),
    ),
    (
        Barrier.BLOCKED,
        _BLOCKED,
    ),
    (
        Barrier.BROWSER_CHECK,
        re.compile(
            r"(?:安全|人机|滑动|滑块|浏览器)(?:验证|检查|检测)|请(?:完成|通过)[^。]{0,6}验证|(?:开启|启用|打开|支持)\s?JavaScript"
            r"|enable JavaScript|checking your browser|Just a moment",
            re.IGNORECASE,
        ),
    ),
    (
        Barrier.MAINTENANCE,
        re.compile(
            r"(?:网站|站点|系统|服务器?)(?:正在|现正|正)?(?:进行)?(?:维护|升级|改版|调试)(?!工作|改造|记录|日志)"
        ),
    ),
)
#: Scripts that set a cookie and load the page again, as their makers name them.
_CHECKS = re.compile(
    r"\$_ts\b|jsl_clearance|acw_sc__v2|_waf_|challenge|document\.cookie\s{0,3}=|block_message", re.IGNORECASE
)
_PASSWORD = re.compile(r"<input\b[^<>]{0,300}\btype\s{0,3}=\s{0,3}[\"']?password", re.IGNORECASE)


def find_barrier(document: Document) -> Barrier | None:
    """What the page is instead of itself; None for a page that holds anything of its own."""
    page = document.outline
    if len(page.links) > _MOST_LINKS:
        return None
    said = " ".join([document.title, *(text.text for text in page.texts)])
    if len(said) > _MOST_TEXT:
        return None
    for barrier, words in _SAID:
        if words.search(said):
            return barrier
    if _PASSWORD.search(document.text):
        return Barrier.LOGIN
    bare = sum(len(text.text) for text in page.texts) <= _NO_TEXT
    return (
        Barrier.BROWSER_CHECK if bare and any(_CHECKS.search(text) for _, text in document.scripts) else None
    )


def is_blocked(document: Document) -> bool:
    """True for a small page by which a firewall says that it let nobody in, whatever status came with it."""
    said = " ".join([document.title, *(text.text for text in document.outline.texts)])
    return len(said) <= _MOST_TEXT and _BLOCKED.search(said) is not None
