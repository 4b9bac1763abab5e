"""Characters that nobody sees: taken out of outside text where it is read in, and never printed."""

from __future__ import annotations

import json
import re
import unicodedata

#: Control characters but tab and line breaks; marks of direction and of zero width, fillers, soft hyphens.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_HALF_PAIR = re.compile("[\ud800-\udfff]")
#: What JSON may hold and a terminal must not: the same, and what ends a line. Tabs and breaks lay JSON out.
_ESCAPED = re.compile(f"{_UNSEEN.pattern}|[\x85\u2028\u2029\ud800-\udfff]")
#: What no XML and no terminal may carry: controls, marks of format, halves of pairs, unassigned ones.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})


def clean(text: str) -> str:
    """Outside text as it is kept: valid Unicode without what nobody sees. Blanks and line breaks stay."""
    if text.isprintable():
        return text
    return _HALF_PAIR.sub("\ufffd", _UNSEEN.sub("", text))


def printed(text: str) -> str:
    """One line for any output: nothing in it steers a terminal, turns a line around or breaks it."""
    if text.isprintable():
        return text
    spaced = "".join(" " if c.isspace() else c for c in clean(text))
    return "".join(c for c in spaced if unicodedata.category(c) not in _UNPRINTABLE)


def printed_json(value: object, indent: int | None = None) -> str:
    """The value as JSON of any script, in which what steers a terminal is escaped and nothing is lost."""
    text = json.dumps(
        value, ensure_ascii=False, indent=indent, separators=(",", ":" if indent is None else ": ")
    )
    return _ESCAPED.sub(lambda found: json.dumps(found[0])[1:-1], text)
