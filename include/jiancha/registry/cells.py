"""The values of single cells of the registry: codes, addresses, states. Each says what is doubtful in it."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import urlsplit

from jiancha.text.characters import clean

_QUOTES = re.compile(r"[\"'`“”‘’「」′]")
_DECIMAL_POINT = re.compile(r"([0-9]+)\.0+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_SCIENTIFIC = re.compile(r"([0-9])(?:\.([0-9]+))?[eE]\+?([0-9]{1,2})")
#: What may stand between two addresses of one cell, or between an address and a note.
_BETWEEN = re.compile(r"[\s、;；,，|()（）【】\[\]<>《》]+|和|或|及|与")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")
_GLUED = re.compile(r"\s+(?=[./?#])|(?<=[.\-])\s+")
_BROKEN_PATH = re.compile(r"(?<=[^/:]/)\s+(\S+)")
_SCHEME = re.compile(r"(?i)(?=https?://)")
_ENDING = re.compile(
    r"[a-z]{2}|com|net|org|gov|edu|mil|int|info|biz|xn--[a-z0-9-]+|[\u3400-\u9fff]+|[0-9]{1,3}"
)
_LEADING = re.compile(r"^[^A-Za-z0-9\u3400-\u9fff]*(?:[\u3400-\u9fff]{1,8}[::])?")
_IN_USE = {
    "", "正常", "正常运行", "运行", "运行中", "运行正常", "在用", "使用中", "启用", "已启用", "有效", "开通",
    "已开通", "运维中", "在运行", "正常更新", "在线", "-", "—", "/", "无",
}  # fmt: skip
_CLOSED = re.compile(r"注销|关停|停用|停办|停更|停止|迁移|迁出|关闭|下线|撤销|撤并|整合|归并|销号|暂停|废止")
_NEGATED = re.compile(r"未|非|不|无|没有|取消|撤回")


class CellValue(NamedTuple):
    """A value, and what a person should know about it (Chinese; empty: nothing)."""

    value: str
    remark: str = ""


def read_code(text: str) -> str:
    """A code as it was meant: without quotes, blanks and thousands commas, in plain digits.

    Raises ValueError where a spreadsheet has cut off its digits (6.104E+09).
    """
    code = "".join(_QUOTES.sub("", unicodedata.normalize("NFKC", clean(text))).split()).removeprefix("=")
    if match := _SCIENTIFIC.fullmatch(code):
        digits, places = match[2] or "", int(match[3])
        if len(digits.rstrip("0")) < 2 or len(digits) != places:
            raise ValueError("a code that has lost its digits: format the column as text and enter it again")
        return match[1] + digits
    if _GROUPED.fullmatch(code):
        code = code.replace(",", "")
    match = _DECIMAL_POINT.fullmatch(code)
    return match[1] if match else code


def read_address(text: str) -> CellValue:
    """The web address in a cell; of several the first, with a remark on all that was passed over.

    Raises ValueError, in words that do not quote the address, where there is none or it holds a password.
    """
    text = clean(text).strip()
    whole = _BROKEN_PATH.sub(_path_glued, _GLUED.sub("", text))
    pieces = [p for p in _BETWEEN.split(whole) if p]
    if len(pieces) == 1 and whole.count("://") < 2 and not _IDEOGRAPH.search(whole):
        return CellValue(_usable(whole))
    for number, piece in enumerate(pieces):
        found = _SCHEME.split(_without_notes(piece))
        candidates = [part for part in found if "." in part]
        if not candidates:
            continue
        address = _usable(candidates[0])
        rest = pieces[number + 1 :]
        if not _plausible(address) or (rest and _torn(whole, rest[0])):
            break
        return CellValue(address, f"网址“{text[:80]}”含有其他内容，取用{address}")
    raise ValueError("not a web address")


def read_state(text: str) -> tuple[bool, str]:
    """True for what is in use, and a remark where a state (状态) is not known; unknown ones are in use."""
    state = "".join(unicodedata.normalize("NFKC", clean(text)).split())
    if state in _IN_USE:
        return True, ""
    if _CLOSED.search(state) and not _NEGATED.search(state):
        return False, ""
    return True, f"状态“{state[:40]}”不在已知状态中，按在用检查"


def _path_glued(match: re.Match[str]) -> str:
    """The rest of a path that was broken over two lines; a note or another host stays apart."""
    rest = match[1]
    host = _ENDING.fullmatch(rest.split("/")[0].rpartition(".")[2])
    return match[0] if host or _IDEOGRAPH.search(rest) or "://" in rest else rest


def _without_notes(piece: str) -> str:
    """A piece up to a note that is glued to it: www.a.gov.cn新版."""
    piece = _LEADING.sub("", piece)
    host, slash, path = piece.partition("://")[2].partition("/") if "://" in piece else piece.partition("/")
    scheme = piece.partition("://")[0] + "://" if "://" in piece else ""
    if host and not _IDEOGRAPH.match(host[:1]) and (note := _IDEOGRAPH.search(host)):
        latin = host[: note.start()]
        if not latin.endswith("."):
            return scheme + latin
    tail = _IDEOGRAPH.search(path)
    return scheme + host + slash + (path[: tail.start()] if tail else path)


def _torn(whole: str, following: str) -> bool:
    """True where a host may have been broken by a blank: www.xian yang.gov.cn."""
    place = whole.find(following)
    blank = place > 0 and whole[place - 1].isspace()
    own = "://" in following or following.lower().startswith("www.")
    return blank and "." in following and not own and not _IDEOGRAPH.search(following)


def _plausible(address: str) -> bool:
    host = (urlsplit(address).hostname or "").removesuffix(".")
    return _ENDING.fullmatch(host.rpartition(".")[2]) is not None


def _usable(text: str) -> str:
    """An address that can be asked for; raises ValueError."""
    address = text if "://" in text else f"http://{text}"
    wrong = "not a web address"
    try:
        parts = urlsplit(address)
        labels = (parts.hostname or "").removesuffix(".").split(".")
        if parts.username is not None or parts.password is not None:
            wrong = "an address with a password or a name in it"
            raise ValueError(wrong)
        usable = parts.scheme in ("http", "https") and len(labels) > 1 and all(labels)
        usable = usable and parts.port != 0 and address.isprintable()  # a port that is no number raises
    except ValueError as error:
        raise ValueError(wrong) from error
    if not usable:
        raise ValueError(wrong)
    return address
