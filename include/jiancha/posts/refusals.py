"""Error pages and messages of platforms and collectors: which kind of failure they tell of.

Collectors answer almost every error with 503 and a message, platforms with 200 and a page; so the words
decide. First match wins: "captcha after log-in" is a captcha.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from jiancha.errors import FailureKind
from jiancha.posts.model import text

_RULES: tuple[tuple[FailureKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words, re.IGNORECASE))
    for kind, words in (
        (FailureKind.SOURCE_EMPTY, r"route is empty|这里还没有内容|暂无(?:内容|数据|微博|作品)"),
        (FailureKind.NOT_AUTHORISED, r"RejectError|未授权|Authentication failed|access denied by key"),
        (
            FailureKind.AUTH_EXPIRED,
            r"cookies? expired|token expired|expired_token|登录(?:状态)?(?:已)?(?:失效|过期)",
        ),
        (
            FailureKind.CONFIG,
            r"ConfigNotFound|lack(?:ing|s)? (?:of )?(?:relevant )?config|is disabled (?:due|unless|for)"
            r"|缺少.{0,10}配置|未配置",
        ),
        (FailureKind.NOT_FOUND, r"route does not exist|NotFoundError"),
        (
            FailureKind.ANTI_BOT,
            r"captcha|geetest|验证码|滑块|风控|人机|(?:安全|完成|身份)验证|环境异常|反爬"
            r"|访客验证|拼图|just a moment|checking your browser|unusual traffic|verify you are human"
            r"|(?<!\d)(?:403|418|432)(?!\d)|blocking our access|sina visitor system|访客系统",
        ),
        (
            FailureKind.RATE_LIMITED,
            r"(?<!\d)429(?!\d)|too many requests|rate.?limit|过于频繁|频次|reach max api",
        ),
        (FailureKind.BANNED, r"封禁|被封|已被屏蔽|违规|违反|账号异常|帐号异常|冻结|banned|suspended"),
        (FailureKind.RENAMED, r"已(?:更名|改名|迁移)"),
        (
            FailureKind.NOT_FOUND,
            r"(?:用户|账号|帐号|公众号|页面|内容|文章)(?:已)?不存在|不存在该|已(?:自主)?注销|被发布者删除"
            r"|(?<!\d)404(?!\d)|user does not exist",
        ),
        (
            FailureKind.NEEDS_LOGIN,
            r"登录|登陆|扫码|passport|sign.?in|log.?in|微信客户端打开|needs? auth"
            r"|unauthorized|(?<!\d)401(?!\d)",
        ),
        (
            FailureKind.NETWORK,
            r"time(?:d)?.?out|RequestError|FetchError|fetch failed"
            r"|ECONN|ENOTFOUND|EAI_AGAIN|HTTPError|socket hang up",
        ),
        (
            FailureKind.SERVER_ERROR,
            r"(?<!\d)50\d(?!\d)|bad gateway|unavailable|RequestInProgress|系统繁忙|system (?:busy|error)",
        ),
    )
)
_MESSAGES = ("message", "msg", "status_msg", "errmsg", "error_description", "description")
_SPACE = re.compile(r"\s+")
_LONGEST = 200_000
_HIDDEN = ("script", "style", "noscript", "title")
_HUB_MESSAGE = re.compile(
    r"Error Message:?\s{0,20}(.{1,500}?)(?:\s{0,20}Route:|\s{0,20}Full Route:|$)", re.IGNORECASE
)


def classify(message: str) -> FailureKind | None:
    """The kind of failure a message tells of, or None where its words say nothing."""
    return next((kind for kind, words in _RULES if words.search(message[:20_000])), None)


def page_failure(page: str) -> tuple[FailureKind, str]:
    """Kind and reason of an HTML page that stands in the place of a listing."""
    visible = seen_text(page)
    hub = _HUB_MESSAGE.search(visible[:20_000])
    if hub:
        return classify(hub[1]) or FailureKind.SERVER_ERROR, f"采集服务报错：{hub[1][:120]}"
    title = re.search(r"<title[^>]{0,200}>([^<]{0,300})", page[:_LONGEST], re.IGNORECASE)
    known = classify(f"{title[1] if title else ''} {visible[:2000]}")
    if known is None and "passport." in page[:_LONGEST]:
        known = FailureKind.NEEDS_LOGIN
    shown = (visible or (title[1] if title else ""))[:60].strip()
    return known or FailureKind.BAD_CONTENT, f"数据源返回网页而不是发布记录：{shown}"


def message_failure(error: object) -> tuple[FailureKind, str]:
    """Kind and reason of an error that came as JSON: a text, or an object with a message."""
    message = text(error)
    if isinstance(error, dict):
        message = spoken(error)
    return classify(message) or FailureKind.SERVER_ERROR, f"数据源报错：{message[:120]}"


def spoken(data: Mapping[str, object]) -> str:
    """The message of a JSON object that is an error's, or an empty text."""
    found = (text(data.get(key)) for key in _MESSAGES)
    return next(filter(None, found), "")


def seen_text(page: str) -> str:
    """What a visitor of a page reads, on one line. Each character is looked at once, however broken it is."""
    if "<" not in page:
        return _SPACE.sub(" ", unescape(page[:_LONGEST])).strip()
    page, lower = page[:_LONGEST], page[:_LONGEST].lower()
    parts: list[str] = []
    place = 0
    while (start := page.find("<", place)) >= 0:
        parts.append(page[place:start])
        hidden = next((tag for tag in _HIDDEN if lower.startswith(tag, start + 1)), None)
        inside = lower.find(f"</{hidden}", start) if hidden else start
        place = page.find(">", inside) + 1 if inside >= 0 else 0
        if not place:
            place = len(page)
    parts.append(page[place:])
    return _SPACE.sub(" ", unescape(" ".join(parts))).strip()
