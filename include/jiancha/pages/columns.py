"""Columns (栏目) of a site: the links of its navigation, and of the heads of lists (更多)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from jiancha.pages.items import Item
from jiancha.pages.labels import MORE, PATH_WORDS
from jiancha.pages.menus import MenuEntry
from jiancha.pages.outline import Element, Link, Outline
from jiancha.text.urls import host_of, normalised

_NAME = re.compile(
    r"^[\u4e00-\u9fff\u201c\u300a\u2460-\u2473A-Z\d][\u4e00-\u9fffA-Za-z0-9\u00b7\u3001()\u201c\u201d\u300a\u300b+&\-]{1,15}$"
)
#: A longer one that is no title of a document counts where its address is that of a list.
_LONG_NAME = re.compile(r"^(?!关于|.*的[\u4e00-\u9fff]{2,3}$)[\u4e00-\u9fff\u3001()\u201c\u201d]{17,24}$")
#: What tells that a name is one: a Chinese sign, or a name of capitals that does not belong to a tool (GLP).
_SPEAKING = re.compile(r"[\u4e00-\u9fff]|^[A-Z]{3,6}$")
#: What stands around a name in a menu, and how many entries it leads to.
_DECORATION = re.compile(
    r"^(?:[\s>\u00bb\u203a|\u2022\u00b7\-\[\]:\u25a0-\u25ff]|\d\d(?=\D))+|(?:[\s>\u00bb\u203a|\u2022\u00b7\-\[\]:\u25a0-\u25ff]|\(\d{1,6}\))+$"
)
_NO_COLUMN = re.compile(
    r"^(?:网站|本站|站点|返回|回到|门户|平台)?(?:首页|主页)$|登录|登陆|^设为(?:首页|主页)|^\d{1,6}[张人条个篇次]|^进入(?:网站|本站|主站|首页|站点)?$|注册|搜索|检索|网站地图|站点地图|English|繁體|繁体|简体|无障碍|适老|长者"
    r"|老年(?:版|模式|人版)|关怀版|手机版|移动版|电脑版|客户端"
    r"|微信|微博|抖音|二维码|^邮箱|(?:企业|内部|电子|工作|公务|单位|系统|政务)邮箱|邮件系统|OA|RSS|WAP|TOP|BBS|CNKI|更多|返回|上一页|下一页|尾页|末页|打印|关闭|^只看|收藏|隐私|版权|免责|声明|找错|纠错|网站帮助|"
    r"使用帮助|公网安备|ICP备|^\d+$|^[\d/\-.年月日]+$"
)
_ARTICLE = re.compile(
    r"/t?20\d{6}_\d+|/20\d{2}-?\d{2}/\d{2}/|/art/20\d{2}/|/content_?/?\w*\d{4,}|/\d{6,}\.s?html?$|[?&](?:article|info|news)?id=\w*\d{4,}"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-",
    re.IGNORECASE,
)
#: Addresses of folders and their first pages.
_LISTING = re.compile(
    r"/(?:\w{0,12}(?:index|list|default|more|channel|column)\w{0,4}\.\w{3,5})?$", re.IGNORECASE
)
_MORE_PICTURE = re.compile(r"(?:^|[/_\-])(?:more|gengduo)\d{0,2}\.(?:gif|png|jpe?g|svg)$", re.IGNORECASE)
#: Lists by their number: list.aspx?id=1234, /col/123456.html
_LISTING_BY_NUMBER = re.compile(
    r"/(?:list|column|channel|lanmu|class|category|node|col|more|sort|catalog)s?(?:/|\w{0,12}\.\w{3,5}\?)",
    re.IGNORECASE,
)
_PICTURES = 40  # links of a page that are pictures without a name and are looked behind
_NO_COLUMN_PATH = re.compile(
    r"/(?:login|logout|register|search|english|en|sitemap|map|wza|rss|sso|user)(?:[/.?]|$)", re.IGNORECASE
)
_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|jpe?g|png|gif|bmp|mp4|mp3|wmv|flv|apk|exe|xml|json|css|js)$",
    re.IGNORECASE,
)
_LEVELS_UP = 3
#: What a link of a menu stands in, up to the whole menu.
_OF_A_MENU = frozenset({"li", "ul", "ol", "dl", "dd", "dt", "nav", "span", "strong", "b", "h2", "h3", "h4"})
OWN_MENU = 0  # no link's: element 0 is the page
_HEAD_TEXTS = 20  # the head of a list is among the first texts of its block


class ColumnLink(NamedTuple):
    """A link that may lead to a column. ``more``: it is the link 更多 of a list, named by the list's head.

    ``menu``: it stands beside others of its like. ``name`` is empty where only the page behind it tells it:
    of a list without a head, and of a picture. ``place`` is the number of the menu that it stands in, with
    its lower menus, ``OWN_MENU`` where that links to the page itself.
    """

    name: str
    url: str
    more: bool = False
    menu: bool = False
    place: int = -1


def column_links(
    page: Outline, url: str, items: Iterable[Item], written: Iterable[MenuEntry] = ()
) -> list[ColumnLink]:
    """Short same-site links that are neither dated items nor tools, once per address, in page order.

    Those of ``written`` menus, which are no links of the page itself, come last.
    """
    dated = {item.url for item in items if item.published_on is not None}
    host = host_of(url)
    own, own_menus = normalised(url), set[int]()
    found: dict[str, ColumnLink] = {}
    pictures, before = 0, ("", -2)
    for number, link in enumerate(page.links):
        target = link.target
        if target is None or target in dated or not _may_be_column(target, host):
            continue
        picture = None if link.text else page.picture_of(link)
        more = MORE.match(link.text) is not None or (picture is not None and _is_more(picture))
        name = _head_name(page, link) if more else _own_name(link, picture, target)
        key = normalised(target)
        if key == own:
            own_menus.add(_menu_of(page, link))
            continue
        if not (name or more):
            pictures += picture is not None and _LISTING.search(target) is not None
            if picture is None or _LISTING.search(target) is None or pictures > _PICTURES:
                continue
        menu = bool(name) and before[1] == number - 1
        if menu and (first := found.get(before[0])) is not None:
            found[before[0]] = first._replace(menu=True)
        before = (key, number) if name and not more else ("", -2)
        known = found.get(key, ColumnLink("", target))
        place = known.place if known.place >= 0 or not name else _menu_of(page, link)
        found[key] = ColumnLink(known.name or name, known.url, known.more or more, known.menu or menu, place)
    for entry in written:
        name, key = _plain_name(entry.name, entry.url), normalised(entry.url)
        if name and key != own and entry.url not in dated and _may_be_column(entry.url, host):
            found.setdefault(key, ColumnLink(name, entry.url, menu=True))
    return [link._replace(place=OWN_MENU) if link.place in own_menus else link for link in found.values()]


def _menu_of(page: Outline, link: Link) -> int:
    """The outermost list that a link stands in, -1 for none."""
    inner, menu = page.elements[link.element], -1
    while inner.parent >= 0 and page.elements[inner.parent].tag in _OF_A_MENU:
        inner = page.elements[inner.parent]
        menu = inner.number
    return menu


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
    return _ARTICLE.search(whole) is None or _LISTING_BY_NUMBER.search(whole) is not None


def _own_name(link: Link, picture: Element | None, target: str) -> str:
    """The name that a link shows, or that its picture is called by."""
    said = [link.text or link.title]
    if picture is not None:
        said = [link.title, picture.attribute("alt"), picture.attribute("title")]
    return next((name for each in said if (name := _plain_name(each, target))), "")


def _plain_name(said: str, target: str) -> str:
    """What is said of a column as its name, without what stands around it; empty where it is none."""
    name = _DECORATION.sub("", "".join(said.split()))
    long = _LONG_NAME.match(name) is not None and _is_listing(target) and not _NO_COLUMN.search(name)
    return name if long or _is_name(name) else ""


def _is_listing(target: str) -> bool:
    return _LISTING.search(target) is not None or _LISTING_BY_NUMBER.search(target) is not None


def _is_more(picture: Element) -> bool:
    said = "".join(picture.attribute("alt").split())
    return MORE.match(said) is not None or _MORE_PICTURE.search(picture.attribute("src")[-80:]) is not None


def _is_name(name: str) -> bool:
    return bool(_NAME.match(name)) and _SPEAKING.search(name) is not None and not _NO_COLUMN.search(name)


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
