"""Addresses: where a link leads, and which addresses are one page, one host, one registered domain."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote, urljoin, urlsplit

_MAX_REMEMBERED = 1000  # characters of an address
#: What the URL standard takes away at both ends of a link: controls and blanks, no other white space.
_EDGES = "".join(map(chr, range(33)))
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):(.*)", re.IGNORECASE | re.DOTALL)
_WEB = ("http", "https")
#: Links of which nothing is to be mended before they are joined to their page's address.
_PLAIN = re.compile(
    r"(?!///)(?:https?://(?=\w))?[\w./\-%~+,;=&@!]*(?:\?[A-Za-z0-9_./\-%~+,;:=&@!?*$()]*)?", re.IGNORECASE
)
_QUERY_SAFE = "".join(chr(code) for code in range(33, 127) if chr(code) not in "\"#<>'")
_LINE_SIGNS = re.compile(r"[\t\n\r]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_PATH_UNSAFE = re.compile(r"[\x00-\x20\x7f\"<>`]")
#: Pages in these charsets send their queries in UTF-8; those read as GB18030 are declared GBK or GB2312.
_QUERY_CHARSETS = {"gb18030": "gbk", "gbk": "gbk", "big5": "big5"}
_DEFAULT_FILE = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|aspx?|php)$", re.IGNORECASE)
#: What tells one visitor or one moment from another, never one page.
_SESSION = re.compile(
    r"(?:jsessionid|phpsessid|aspsessionid\w*)=.*|(?:_|_?t|ts|timestamp|rnd|rand(?:om)?)=(?:\d{10,17}|0\.\d{5,})",
    re.IGNORECASE,
)
_SESSION_PATH = re.compile(r";jsessionid=[^/]*", re.IGNORECASE)
_NUMBERS = re.compile(r"\d+")
_SECOND_LEVEL = frozenset(
    {"com.cn", "net.cn", "org.cn", "gov.cn", "edu.cn", "ac.cn", "mil.cn", "com.hk", "co.jp", "co.uk"}
)


def is_web_address(text: str) -> bool:
    """True for an absolute http or https address with a host and, if any, a usable port."""
    try:
        parts = urlsplit(text)
        return parts.scheme in _WEB and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def host_of(url: str) -> str:
    """The host of an address in lower case, without www; empty where it has none or is no address."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def same_host(url: str, other: str) -> bool:
    """True for two addresses of one host, with or without www."""
    return host_of(url) == host_of(other)


def request_target(url: str) -> str:
    """What is asked of an address's host: path and query."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@lru_cache(maxsize=1024)  # a page's own address is named a dozen times while it is read
def normalised(url: str) -> str:
    """One name for the addresses of one page: without scheme, www, default file, last slash and session."""
    parts = urlsplit(url)
    path, query = parts.path, parts.query
    if ";" in path:
        path = _SESSION_PATH.sub("", path)
    if "=" in query:
        query = "&".join(field for field in query.split("&") if not _SESSION.fullmatch(field))
    path = _DEFAULT_FILE.sub("/", path)
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    return f"{host_of(url)}{port}{path.rstrip('/')}" + (f"?{query}" if query else "")


def beneath(url: str, column: str) -> bool:
    """True where an address lies in the folder of a column's address, or in the one named as its page is."""
    if not same_host(url, column):
        return False
    folder, path = _folder_of(column), urlsplit(url).path
    stem, dot, _ = urlsplit(column).path.rpartition(".")
    return (len(folder) > 1 and path.startswith(folder)) or (bool(dot) and path.startswith(f"{stem}/"))


def alike(url: str, other: str) -> bool:
    """True for two addresses of one host that differ by their numbers only: /col/col12/, /col/col34/."""
    return same_host(url, other) and _unnumbered(url) == _unnumbered(other)


@lru_cache(maxsize=1024)
def _unnumbered(url: str) -> str:
    return _NUMBERS.sub("0", request_target(url))


def beside(url: str, other: str) -> bool:
    """True where two addresses lie in one folder."""
    return same_host(url, other) and _folder_of(url) == _folder_of(other)


def _folder_of(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[0] + "/"


def registered_domain(host: str) -> str:
    """The part of a host name that is registered: xianyang.gov.cn, example.com, example.com.cn."""
    labels = host.lower().strip(".").split(".")
    if labels[-1].isdigit():
        return host
    size = 3 if ".".join(labels[-2:]) in _SECOND_LEVEL else 2
    return ".".join(labels[-size:])


# --- links --------------------------------------------------------------------------------------------------


def based(url: str, base: str | None, charset: str = "utf-8") -> str:
    """The address that the links of a page start from.

    Ignore a base that is no web address, as browsers do.
    """
    return resolve(base or "", url, charset) or url


def resolve(href: str, url: str, charset: str = "utf-8") -> str | None:
    """The absolute address of a link, made as browsers make it, without fragment; None for what is no page.

    ``charset`` is that of the page, in which its links' queries are encoded.
    """
    # pages of one folder share their menus: what leads from one leads from all
    base = url if href.lstrip(_EDGES).startswith("?") else _folder(url)
    join = _remembered if len(href) + len(base) <= _MAX_REMEMBERED else _join
    return join(href, base, charset)


def resolved(hrefs: Iterable[str], url: str, charset: str = "utf-8") -> Iterator[str | None]:
    """Resolve all links of one page."""
    folder = _folder(url)
    room = _MAX_REMEMBERED - len(folder)
    for href in hrefs:
        plainly = len(href) <= room and (href[:1].isalnum() or href[:1] in ("/", "."))
        yield _remembered(href, folder, charset) if plainly else resolve(href, url, charset)


def _join(href: str, url: str, charset: str) -> str | None:
    mended = href if _PLAIN.fullmatch(href) else _mended(href, url, charset)
    if not mended:
        return None
    try:
        target = urljoin(url, mended)
    except ValueError:
        return None
    return target.partition("#")[0] if is_web_address(target) else None


_remembered = lru_cache(maxsize=20_000)(_join)


def _mended(href: str, url: str, charset: str) -> str:
    """A link as the URL standard reads it, without its fragment; empty where it leads to no page."""
    text = _SURROGATE.sub("\ufffd", _LINE_SIGNS.sub("", href.strip(_EDGES))).partition("#")[0]
    scheme = _SCHEME.match(text)
    if scheme is not None and scheme[1].lower() not in _WEB:
        return ""
    before, question, query = text.partition("?")
    before = before.replace("\\", "/")
    if scheme is not None:
        name, rest = scheme[1].lower(), before[len(scheme[1]) + 1 :]
        same = url.lower().startswith(f"{name}:")
        # http:a.html is a page beside this one, http:///a.cn and https:a.cn are hosts
        before = rest if same and not rest.startswith("//") else f"{name}://{rest.lstrip('/')}"
        if before.endswith("://"):
            return ""
    elif before.startswith("//"):
        before = f"//{before.lstrip('/')}"
    before = _PATH_UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", before)
    encoded = query.encode(_QUERY_CHARSETS.get(charset, "utf-8"), _AS_REFERENCE)
    return before + question + quote(encoded, safe=_QUERY_SAFE)


def _as_reference(error: UnicodeError) -> tuple[str, int]:
    """What forms send for a character that their page's charset does not have: &#32993; in percent signs."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(f"%26%23{ord(sign)}%3B" for sign in lacking), error.end


_AS_REFERENCE = "jiancha.text.urls"
codecs.register_error(_AS_REFERENCE, _as_reference)


@lru_cache(maxsize=64)
def _folder(url: str) -> str:
    """The part of an address from which all relative ones but a mere query are resolved alike."""
    folder, slash, _ = url.partition("#")[0].partition("?")[0].rpartition("/")
    return folder + slash if folder.count("/") >= 2 else url
