"""Packed files (xlsx, docx): their parts as far as a reader allows, whatever sizes they state."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Self

from jiancha.errors import InputError

_MOST_PARTS = 10_000  # an entry of the directory takes 46 bytes in the file, and 1 KB once it is read
_PIECE = 1_000_000
_ENTRY = b"PK\x01\x02"
#: Office programs know no others; those that Python knows too may ask for gigabytes to unpack a few bytes.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_FAULTS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error),
    *(NotImplementedError, RuntimeError, OSError, EOFError, ValueError, OverflowError),
)


class Package:
    """A packed file whose parts may unpack to ``limit`` bytes together."""

    def __init__(self, data: bytes, limit: int) -> None:
        """Raises InputError for what is no zip archive."""
        if data.count(_ENTRY) > _MOST_PARTS:
            raise InputError(f"more than {_MOST_PARTS:,} parts")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _FAULTS as error:
            raise InputError(f"no whole archive: {error}") from error
        self.names = tuple(dict.fromkeys(self._archive.namelist()))
        self._limit = self._left = limit

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def part(self, name: str) -> bytes:
        """One part; raises InputError where there is none, it is damaged, or too much was unpacked."""
        if name not in self.names:
            raise InputError(f"no part {name}")
        pieces = []
        try:
            if self._archive.getinfo(name).compress_type not in _METHODS:
                raise InputError(f"{name} is packed in a way that no office program uses")
            with self._archive.open(name) as part:
                while piece := part.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise InputError(f"unpacks to more than {self._limit:,} bytes ({name})")
                    pieces.append(piece)
        except _FAULTS as error:
            raise InputError(f"damaged: {error}") from error
        return b"".join(pieces)
