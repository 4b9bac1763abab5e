"""Columns (栏目) of a site: the links of its navigation, and of the heads of lists (更多)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from jiancha.pages.items import Item
from jiancha.pages.labels import PATH_WORDS
from jiancha.pages.outline import Link, Outline
from jiancha.text.urls import host_of, normalised

_NAME = re.compile(
    r"^[\u4e00-\u9fff\u201c\u300a\u2460-\u2473\d][\u4e00-\u9fffA-Za-z0-9\u00b7\u3001()\u201c\u201d\u300a\u300b+&\-]{1,15}$"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NO_COLUMN = re.compile(
    r"首页|主页|登录|登陆|注册|搜索|检索|网站地图|站点地图|English|繁體|繁体|简体|无障碍|适老|长者|老年|关怀版|手机版|移动版|电脑版|客户端|"
    r"微信|微博|抖音|二维码|邮箱|邮件系统|OA|RSS|更多|返回|上一页|下一页|尾页|末页|打印|关闭|收藏|隐私|版权|免责|声明|找错|纠错|网站帮助|"
    r"使用帮助|关于我们|公网安备|ICP备|^\d+$|^[\d/\-.年月日]+$"
)
_MORE = re.compile(
    r"^[\s>\u00bb\u203a\[\]+.\u2026]*(?:查看)?(?:更多|more)(?:内容|信息)?[\s>\u00bb\u203a\[\]+.\u2026]*$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"/t?20\d{6}_\d+|/20\d{2}-?\d{2}/\d{2}/|/art/20\d{2}/|/content_?/?\w*\d{4,}|/\d{6,}\.s?html?$|[?&](?:article|info|news)?id=\w*\d{4,}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-",
    re.IGNORECASE,
)
_NO_COLUMN_PATH = re.compile(
    r"/(?:login|logout|register|search|english|en|sitemap|map|wza|rss|sso|user)(?:[/.?]|$)", re.IGNORECASE
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|jpe?g|png|gif|bmp|mp4|mp3|wmv|flv|apk|exe|xml|json|css|js)$",
    re.IGNORECASE,
)
_LEVELS_UP = 3
_HEAD_TEXTS = 20  # the head of a list is among the first texts of its block


class ColumnLink(NamedTuple):
    """A link that may lead to a column. ``more``: it is the link 更多 of a list, named by the list's head.

    ``name`` is empty where that head could not be told.
    """

    name: str
    url: str
    more: bool = False


def column_links(page: Outline, url: str, items: Iterable[Item]) -> list[ColumnLink]:
    """Short same-site links that are neither dated items nor tools, once per address, in page order."""
    dated = {item.url for item in items if item.published_on is not None}
    host = host_of(url)
    own = normalised(url)
    found: dict[str, ColumnLink] = {}
    for link in page.links:
        target = link.target
        if target is None or target in dated or not _may_be_column(target, host):
            continue
        more = _MORE.match(link.text) is not None
        name = _head_name(page, link) if more else _own_name(link)
        key = normalised(target)
        if not (name or more) or key == own:
            continue
        known = found.get(key)
        if known is None:
            found[key] = ColumnLink(name, target, more)
        else:
            found[key] = ColumnLink(known.name or name, known.url, known.more or more)
    return list(found.values())


def breadcrumb(page: Outline) -> list[str]:
    """The names on the way to a page, without the home page: 当前位置:首页 > 政务公开 > 通知公告."""
    for number, text in enumerate(page.texts[:2000]):
        if PATH_WORDS.search(text.text):
            after = "\n".join(part.text for part in page.texts[number : number + 12])
            return _trail(re.split(r"[>\u00bb\u203a/|]", PATH_WORDS.sub("", after)[:120]))
    return []


def _trail(parts: list[str]) -> list[str]:
    """The names among the parts of a way; the last one runs on, in lines, into what follows the way."""
    names = []
    for part in parts:
        name, _, following = part.strip(" :\n").partition("\n")
        if _NAME.match(name.strip()) and not _NO_COLUMN.search(name):
            names.append(name.strip())
            if following:
                break
    return names


def _may_be_column(target: str, host: str) -> bool:
    parts = urlsplit(target)
    if host_of(target) != host or _FILE.search(parts.path) or _NO_COLUMN_PATH.search(parts.path):
        return False
    whole = parts.path + (f"?{parts.query}" if parts.query else "")
    return _ARTICLE.search(whole) is None


def _own_name(link: Link) -> str:
    name = "".join(link.text.split())
    return name if _is_name(name) else ""


def _is_name(name: str) -> bool:
    return bool(_NAME.match(name)) and _CHINESE.search(name) is not None and not _NO_COLUMN.search(name)


def _head_name(page: Outline, link: Link) -> str:
    """The name of the list that a link 更多 belongs to: the short text before it, in its block."""
    titled = "".join(link.title.split()).removeprefix("更多").removesuffix("更多")
    if _is_name(titled):
        return titled
    current = link.element
    for _ in range(_LEVELS_UP):
        current = page.elements[current].parent
        if current < 0:
            break
        start = page.elements[current].texts.start
        end = page.elements[link.element].texts.start
        for text in page.texts[start : min(end, start + _HEAD_TEXTS)]:
            name = "".join(text.text.split())
            if _is_name(name):
                return name
    return ""
