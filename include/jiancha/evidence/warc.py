"""WARC 1.1 records: one gzip member each, so that a file may end after any of them.

The library for these files takes several times as long to write a page as it takes to fetch it: it packs at
the highest level, and copies and spools each record on its own. And it reads a file that breaks off in the
middle of a record as one that ends there. The tests hold both sides against it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import IO, NamedTuple

from isal import isal_zlib

from jiancha.errors import LakeError
from jiancha.windows import ZONE

#: Stands in an address where a secret was left out.
HIDDEN = "***"

#: A tenth larger than zlib's highest level, at a twentieth of its time.
_LEVEL = 2
_GZIP = 31  # zlib's number for a gzip envelope
_TYPES = {
    "response": "application/http; msgtype=response",
    "request": "application/http; msgtype=request",
    "revisit": "application/http; msgtype=response",
    "metadata": "application/json",
    "resource": "text/html",
}
_WHEN = "%Y-%m-%dT%H:%M:%S.%fZ"
_END = b"\r\n\r\n"  # of a record
_CHUNK = 65_536


def head(first: str, headers: Iterable[tuple[str, str]]) -> bytes:
    """The head of an HTTP message: its first line and headers, each in one line of Latin-1."""
    lines = [first, *[f"{name}: {value}" for name, value in headers]]
    text = "\r\n".join(lines)
    if not text.count("\r") == text.count("\n") == len(lines) - 1:
        text = "\r\n".join(line.replace("\r", " ").replace("\n", " ") for line in lines)
    return text.encode("latin-1", "replace") + b"\r\n\r\n"


def stamp(at: datetime) -> str:
    """A time (aware) as it stands in a record."""
    return at.astimezone(UTC).strftime(_WHEN)


def record(  # noqa: PLR0913 - the fields of a record
    kind: str,
    record_id: str,
    url: str,
    at: str,
    *,
    http: bytes = b"",
    body: bytes = b"",
    content_type: str = "",
    more: Iterable[tuple[str, str]] = (),
) -> bytes:
    """One record, packed. ``kind`` is response, request, revisit, metadata or resource, ``http`` a message's
    head, and ``at`` a time as ``stamp`` writes it."""
    headers = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", record_id),
        ("WARC-Target-URI", url),
        ("WARC-Date", at),
        *more,
    ]
    if kind in ("response", "resource"):
        headers.append(("WARC-Payload-Digest", _digest(body)))
    headers += [
        ("Content-Type", content_type or _TYPES[kind]),
        ("Content-Length", str(len(http) + len(body))),
    ]
    packer = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP)
    parts = (head("WARC/1.1", headers), http, body, _END)
    return b"".join([*(packer.compress(part) for part in parts), packer.flush()])


class Entry(NamedTuple):
    """Where a record lies in its file, and what its head says. ``at`` is aware (Asia/Shanghai); ``hidden``
    tells that a secret was left out of its address or of where it sends its visitor; ``refers_to`` is the
    record that a revisit, or the metadata of a resource, refers to."""

    kind: str
    record_id: str
    url: str
    at: datetime
    truncated: str
    hidden: bool
    refers_to: str
    offset: int
    length: int


class Stored(NamedTuple):
    """What a record holds. ``status`` and ``reason`` are those of the answer, if it is one."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes


def entries(file: IO[bytes]) -> Iterator[Entry]:
    """The records of a file from its start; raises LakeError behind the last whole one of a damaged file."""
    for offset, length, data in _members(file):
        try:
            _, fields, block = _message(data)
            kind, url = fields["warc-type"], fields["warc-target-uri"]
            onward = _message(block)[1].get("location", "") if kind == "response" else ""
            at = datetime.strptime(fields["warc-date"], _WHEN).replace(tzinfo=UTC)
            yield Entry(
                kind=kind,
                record_id=fields["warc-record-id"],
                url=url,
                at=at.astimezone(ZONE),
                truncated=fields.get("warc-truncated", ""),
                hidden=HIDDEN in url or HIDDEN in onward,
                refers_to=fields.get("warc-refers-to", ""),
                offset=offset,
                length=length,
            )
        except (ValueError, KeyError) as error:
            raise LakeError(f"not a WARC record at byte {offset}: {error!r}") from error


def stored(file: IO[bytes], entry: Entry) -> Stored:
    """Read one record; raises LakeError where it is damaged."""
    file.seek(entry.offset)
    _, _, data = next(_members(io.BytesIO(file.read(entry.length))))
    _, fields, block = _message(data)
    body = block[: -len(_END)]
    if entry.kind in ("metadata", "resource"):
        return Stored(0, "", {"content-type": fields["content-type"]}, body)
    first, headers, body = _message(body)
    _, _, rest = first.partition(" ")
    status, _, reason = rest.partition(" ")
    return Stored(int(status) if status.isdigit() else 0, reason, headers, body)


def _members(file: IO[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """The gzip members of a file: place, packed length and content."""
    file.seek(0)
    offset, rest = 0, b""
    while rest or (rest := file.read(_CHUNK)):
        unpacker, parts, length = zlib.decompressobj(_GZIP), [], 0
        try:
            while not unpacker.eof:
                if not rest and not (rest := file.read(_CHUNK)):
                    raise LakeError(f"not a whole WARC file: it breaks off in the record at byte {offset}")
                parts.append(unpacker.decompress(rest))
                length += len(rest) - len(unpacker.unused_data)
                rest = unpacker.unused_data
        except zlib.error as error:
            raise LakeError(f"not a WARC file, or a damaged one, at byte {offset}: {error}") from error
        yield offset, length, b"".join(parts)
        offset += length


def _message(data: bytes) -> tuple[str, dict[str, str], bytes]:
    """First line, headers by lower-case name, and the rest; raises ValueError where there is no head."""
    end = data.index(b"\r\n\r\n")
    first, *lines = data[:end].decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first, {name.lower(): value.strip() for name, _, value in pairs}, data[end + 4 :]


def _digest(body: bytes) -> str:
    digest = hashlib.sha1(body, usedforsecurity=False).digest()  # as every tool for these files checks it
    return "sha1:" + base64.b32encode(digest).decode("ascii")
