"""Columns (栏目) of a site: the links of its navigation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from jiancha.read.items import Item, resolve

_NAME = re.compile(r"^[\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9·、()()]{1,15}$")
_NO_COLUMN = re.compile(
    r"首页|主页|登录|登陆|注册|搜索|检索|网站地图|站点地图|English|繁體|繁体|无障碍|适老|关怀版|手机版|移动版|客户端|"
    r"微信|微博|二维码|邮箱|RSS|更多|返回|上一页|下一页|尾页|末页|打印|关闭|收藏|隐私|版权|免责|声明|找错|纠错|网站帮助|使用帮助"
)
_ARTICLE = re.compile(
    r"/t?20\d{6}_\d+|/20\d{2}-?\d{2}/\d{2}/|/art/20\d{2}/|/content_?/?\w*\d{4,}|/\d{6,}\.s?html?$|[?&](?:article|info|news)?id=\w*\d{4,}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|zip|rar|jpe?g|png|gif|mp4|apk|exe)$", re.IGNORECASE)


class ColumnLink(NamedTuple):
    """A link that may lead to a column."""

    name: str
    url: str


def column_links(tree: LexborHTMLParser, url: str, items: Iterable[Item]) -> list[ColumnLink]:
    """Short same-site links that are neither dated items nor tools, once per address, in page order."""
    dated = {item.url for item in items if item.published_on is not None}
    host = urlsplit(url).hostname
    found: dict[str, ColumnLink] = {}
    for node in tree.css("a[href]"):
        name = "".join(node.text(separator="").split())
        target = resolve(node.attributes.get("href") or "", url)
        if target is None or not _NAME.match(name) or _NO_COLUMN.search(name):
            continue
        key = normalised(target)
        parts = urlsplit(target)
        article = _ARTICLE.search(parts.path + (f"?{parts.query}" if parts.query else ""))
        if parts.hostname != host or target in dated or article or _FILE.search(parts.path):
            continue
        if key != normalised(url):
            found.setdefault(key, ColumnLink(name, target))
    return list(found.values())


def normalised(url: str) -> str:
    """One name for the addresses of one page: without scheme, default file and trailing slash."""
    parts = urlsplit(url)
    path = re.sub(r"/(?:index|default)\.(?:s?html?|jsp|aspx?|php)$", "/", parts.path)
    return f"{parts.hostname}{path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")
