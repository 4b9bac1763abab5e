"""TOML files become frozen dataclasses; what does not fit is named by file, key and what was expected.

msgspec converts: it is loaded in a tenth of pydantic's time, and ``jiancha read`` is started once per page.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from jiancha.errors import JianchaError

_T = TypeVar("_T")

_SOME = r"\S"
_MAIL = r"^[^@\s,;<>]+@[^@\s,;<>]+$"
_WORDS = {_SOME: "a text", _MAIL: "a mail address such as ops@example.gov.cn"}

#: Types of keys. A bound refuses nan too, which is never above a limit.
Text = Annotated[str, msgspec.Meta(pattern=_SOME)]
MailAddress = Annotated[str, msgspec.Meta(pattern=_MAIL)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Number = Count | Amount  # as it is written: 14 stays 14


def read_toml(path: Path, error: type[JianchaError]) -> dict[str, Any]:
    """Read a file; raises ``error`` naming it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise error(f"{path}: {problem}") from problem


def build_table(kind: type[_T], data: object, where: str, error: type[JianchaError]) -> _T:
    """Make a dataclass of a table; raises ``error`` for unknown, missing and wrong keys."""
    _refuse_unknown_keys(kind, data, where, error)
    return build(kind, data, where, error)


def _refuse_unknown_keys(kind: Any, data: object, where: str, error: type[JianchaError]) -> None:
    if not isinstance(data, Mapping):
        raise error(f"{where} must be a table, not {data!r}")
    hints = get_type_hints(kind)
    refuse_unknown(data, hints, where, error)
    for name, hint in hints.items():
        inner = next((each for each in (hint, *get_args(hint)) if is_dataclass(each)), None)
        if inner is not None and name in data:
            _refuse_unknown_keys(inner, data[name], f"{where}: {name}", error)


def build(kind: type[_T], data: object, where: str, error: type[JianchaError], *, strict: bool = True) -> _T:
    """Convert plain values; ``strict=False`` reads numbers and truth values from text."""
    try:
        return msgspec.convert(data, kind, strict=strict, dec_hook=_own_type)
    except msgspec.ValidationError as problem:
        message, _, place = str(problem).partition(" - at `$")
        place = place.rstrip("`")
        for pattern, words in _WORDS.items():
            message = message.replace(f"`str` matching regex {pattern!r}", words)
        message = message.replace("Object missing required field", "missing key")
        if "enum value" in message:
            message += f", expected one of {', '.join(_choices(kind, place))}"
        given = _at(data, place)
        value = "" if isinstance(given, Mapping) else f", not {given!r}"
        raise error(f"{where}{place.replace('.', ': ', 1)}: {message}{value}") from problem


def _choices(kind: Any, place: str) -> list[str]:
    """The values that a type, or the field of a dataclass that ``place`` names, may have."""
    if is_dataclass(kind) and (name := re.match(r"\.(\w+)", place)):
        return _choices(get_type_hints(kind, include_extras=True)[name[1]], "")
    inner = get_args(kind)
    return [each for arg in inner for each in _choices(arg, "")] if inner else [repr(kind)]


def _at(data: Any, place: str) -> object:
    """The value at a place such as ``.words[2]``."""
    for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", place):
        data = data[name] if name else data[int(index)]
    return data


def refuse_unknown(
    data: Iterable[str], known: Iterable[str], where: str, error: type[JianchaError], *, thing: str = "key"
) -> None:
    """Refuse the first name that is not known, and tell the known one that is nearest."""
    names = list(known)
    for name in sorted(set(data) - set(names)):
        from difflib import get_close_matches  # seldom needed, and `jiancha read` starts once per page

        near = get_close_matches(name, names, n=1) or [", ".join(sorted(names))]
        raise error(f"{where}: unknown {thing} {name!r} (expected: {near[0]})")


def _own_type(kind: Any, value: object) -> Any:
    if not isinstance(value, str):
        raise TypeError(f"Expected `str`, got `{type(value).__name__}`")
    if get_origin(kind) is not re.Pattern:
        return Path(value)
    try:
        return re.compile(value)
    except re.error as problem:
        raise ValueError(f"Expected a regular expression ({problem})") from problem
