"""notice.json read back into the notice that it was written from."""

from __future__ import annotations

from functools import cache
from typing import Any

from jiancha.errors import InputError
from jiancha.notice.model import Notice


def read_notice(data: bytes) -> Notice:
    """The notice of a notice.json; raises InputError naming the first field that is not as it is written."""
    from pydantic import ValidationError

    try:
        notice: Notice = _adapter().validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise InputError(f"not a notice.json of jiancha ({place}: {first['msg']})") from error
    return notice


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Notice)
