"""notice.json read back into the notice that it was written from."""

from __future__ import annotations

from jiancha.errors import InputError
from jiancha.notice.model import Notice


def read_notice(data: bytes) -> Notice:
    """The notice of a notice.json; raises InputError naming the first field that is not as it is written."""
    import msgspec

    try:
        return msgspec.json.decode(data, type=Notice)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not a notice.json of jiancha ({error})") from error
