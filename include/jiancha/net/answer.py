"""Answers as browsers read them: heads with faulty lines, and bodies as they are packed.

``http.client`` ends a head at the first faulty line and loses all that follows, the length too;
it refuses more than 100 lines, and takes 103 Early Hints for the answer.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from http.client import HTTPMessage, HTTPResponse, IncompleteRead, LineTooLong

_CHUNK = 65_536
_LONGEST_HEAD = 262_144  # bytes, as in Chromium
_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NO_BODY = (204, 304)
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})
_MOST_CODINGS, _MOST_PACKED = 2, 64_000_000
_GZIP = 31  # zlib's number for a gzip envelope
_RAW = -15


class Answer(HTTPResponse):
    """An answer whose head is read line by line: what is no header field costs nothing but itself."""

    def begin(self) -> None:
        """Read the head of the answer, and leave out what comes before it (1xx)."""
        if self.headers is not None:
            return
        status = 100
        while 100 <= status < 200:
            version, status, reason = self._read_status()
            self.headers = self.msg = self._fields()
        self.code = self.status = status
        self.reason = reason.strip()
        self.version = 10 if version in ("HTTP/1.0", "HTTP/0.9") else 11
        coding = self.headers.get("transfer-encoding", "")
        self.chunked = coding.rpartition(",")[2].strip().lower() == "chunked"
        self.chunk_left = None
        self.will_close = self._check_close()
        length = self.headers.get("content-length", "").partition(",")[0].strip()
        known = length.isascii() and length.isdigit() and not self.chunked
        self.length = 0 if status in _NO_BODY else int(length[:18]) if known else None
        if not self.chunked and self.length is None:
            self.will_close = True

    @property
    def is_whole(self) -> bool:
        """True where the body was read to its end, so that the connection may be used again."""
        return self.length == 0 if self.length is not None else self.isclosed()

    def _fields(self) -> HTTPMessage:
        """The header fields; folded values are joined, blanks before the colon are not part of the name."""
        fields: list[tuple[str, str]] = []
        left = _LONGEST_HEAD
        while (line := self.fp.readline(left + 1)).strip(b"\r\n"):
            left -= len(line)
            if left < 0:
                raise LineTooLong("head")
            text = line.decode("latin-1").rstrip("\r\n")
            if text[0] in " \t" and fields:
                fields[-1] = (fields[-1][0], f"{fields[-1][1]} {text.strip()}")
                continue
            name, colon, value = text.partition(":")
            if colon and _TOKEN.fullmatch(name := name.rstrip()):
                fields.append((name, value.strip()))
        message = HTTPMessage()
        for name, value in fields:
            message[name] = value
        return message


def chunks(answer: Answer) -> Iterator[bytes]:
    """The body of an answer, unpacked, as it comes; raises OSError, HTTPException and zlib's error.

    A packed body knows its own end: servers that pack a page on its way tell the length that it had before.
    """
    said = (coding.strip() for coding in answer.headers.get("content-encoding", "").lower().split(","))
    codings = sum(coding in _CODINGS for coding in said)
    if codings > _MOST_CODINGS:
        raise zlib.error(f"packed {codings} times")
    body = _received(answer)
    for left in reversed(range(codings)):
        body = _unpacked(body, answer)
        body = _bounded(body) if left else body
    return body


def _bounded(body: Iterator[bytes]) -> Iterator[bytes]:
    """What is still packed: a megabyte can hold a gigabyte of it that unpacks to nothing."""
    total = 0
    for chunk in body:
        total += len(chunk)
        if total > _MOST_PACKED:
            raise zlib.error(f"packed twice, and more than {_MOST_PACKED:,} bytes")
        yield chunk


def _received(answer: Answer) -> Iterator[bytes]:
    while chunk := answer.read1(_CHUNK):
        yield chunk
    if answer.length:
        raise IncompleteRead(b"", answer.length)


def _unpacked(packed: Iterator[bytes], answer: Answer) -> Iterator[bytes]:
    unpacker = None
    for chunk in packed:
        unpacker = unpacker or zlib.decompressobj(_window(chunk))
        left = chunk
        while left and not unpacker.eof:
            yield unpacker.decompress(left, _CHUNK)
            left = unpacker.unconsumed_tail
        if unpacker.eof:
            if answer.chunked:
                next(packed, None)  # the mark of the end, after which the connection can be kept
            return
    if unpacker is not None:
        raise IncompleteRead(b"")


def _window(data: bytes) -> int:
    """zlib's number for the form a body begins in: gzip, zlib, or the bare stream that some call deflate."""
    if data[:1] == b"\x1f":
        return _GZIP
    is_zlib = len(data) > 1 and data[0] & 15 == zlib.DEFLATED and int.from_bytes(data[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if is_zlib else _RAW
