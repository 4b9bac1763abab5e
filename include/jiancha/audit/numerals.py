"""The text of a notice made comparable, character for character: positions stay those of the original."""

from __future__ import annotations

import re
import unicodedata

# full-width digits, letters and signs; marks of thousands and decimals; the same mark in several forms
_SAME: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SAME.update({0x3000: 32, 0xA0: 32, ord("﹪"): ord("%")})
# pdfs often name a character by its radical, which looks the same
_SAME.update({code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)})
_SAME.update(str.maketrans("⺠⻔⻓⻚⻅⻋⻛⻢⻘⻝⻩⻰⻉⻥⻦⻬", "民门长页见车风马青食黄龙贝鱼鸟齐"))
del _SAME[ord("，")]  # between two figures of a list it is no mark of thousands
# traditional characters of such notices, one for one
_SAME.update(
    str.maketrans(
        "與務網體檢結關於報況總門縣級區開設註冊備運個監測發現問題據標準達過長間無數錯誤專項東單應當"
        "將實負責進強見條類號簡訊臺賬戶術業產農資環財稅違規範對聯電話傳鎮鄉衛師廳黨黃請時後複續評價"
        "優點紀錄辦領導組織從屬權圖書館會議興國經濟學習車軍頭視頻說讀寫記證許論該課調護識詳誠語變讓"
        "質購費較轉邊還這遠連適選遲醫釋",
        "与务网体检结关于报况总门县级区开设注册备运个监测发现问题据标准达过长间无数错误专项东单应当"
        "将实负责进强见条类号简讯台账户术业产农资环财税违规范对联电话传镇乡卫师厅党黄请时后复续评价"
        "优点纪录办领导组织从属权图书馆会议兴国经济学习车军头视频说读写记证许论该课调护识详诚语变让"
        "质购费较转边还这远连适选迟医释",
    )
)
_SAME.update({ord("〔"): ord("("), ord("〕"): ord(")"), ord("〇"): ord("零"), ord("○"): ord("零")})
_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}

#: A count: 1,024 or 12 or 十二, with 万 or 亿.
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.\d{1,4})?[万亿]?|[零一二两三四五六七八九十百千]{1,9}"


def normalised(text: str) -> str:
    """Full-width forms made half-width, one character for one."""
    return text.translate(_SAME)


def number(text: str) -> float | None:
    """The value of a match of NUMBER; None for malformed Chinese numerals."""
    scale = {"万": 10_000, "亿": 100_000_000}.get(text[-1], 1)
    plain = text[:-1] if scale > 1 else text
    try:
        return float(plain.replace(",", "")) * scale
    except ValueError:
        value = chinese_number(plain)
        return None if value is None else float(value * scale)


def chinese_number(text: str) -> int | None:
    """十二 is 12, 二十 is 20, 一百零五 is 105; None where it is no number."""
    total, digit = 0, 0
    for char in text.replace("两", "二"):
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        elif char in _DIGITS and digit == 0:
            digit = _DIGITS[char]
        else:
            return None
    return total + digit if text else None


def chinese_year(text: str) -> int | None:
    """二零二一 is 2021."""
    if any(char not in _DIGITS for char in text) or len(text) != 4:
        return None
    return int("".join(str(_DIGITS[char]) for char in text))


def line_of(text: str, position: int) -> int:
    """The number of the line at a position, from 1."""
    return text.count("\n", 0, position) + 1


def squeezed(text: str, limit: int = 80) -> str:
    """Words to quote: one line of at most ``limit`` characters."""
    flat = re.sub(r"\s+", " ", text).strip()
    return flat if len(flat) <= limit else f"{flat[:limit]}…"
