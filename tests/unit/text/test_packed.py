"""What packed files may cost their readers: parts by what they unpack to, never by what they state."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from support.registry_files import SITES, site, workbook

from jiancha.audit import own
from jiancha.errors import InputError, JianchaError, RegistryError, ReviewError
from jiancha.review.sheet import SHEET, read_table
from jiancha.text.packed import Package

MEGABYTE = b" " * 1_000_000


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_the_parts_of_an_archive() -> None:
    with Package(packed({"a": b"1", "b": b"22"}), 3) as package:
        assert (package.names, package.part("a"), package.part("b")) == (("a", "b"), b"1", b"22")
        with pytest.raises(InputError, match="unpacks to more than 3 bytes"):
            package.part("a")  # the limit is for all that is unpacked
        with pytest.raises(InputError, match="no part c"):
            package.part("c")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_refused(method: int) -> None:
    with Package(packed({"a": b"1"}, method), 100) as package, pytest.raises(InputError, match="a is packed"):
        package.part("a")


def damaged() -> dict[str, bytes]:
    whole = packed({"xl/workbook.xml": b"<x>" * 5_000, "word/document.xml": b"<y>" * 5_000})
    locked = bytearray(whole)
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = locked.find(mark)
        while at >= 0:
            locked[at + place] |= 1
            at = locked.find(mark, at + 4)
    moved = bytearray(whole)
    struct.pack_into("<I", moved, moved.find(b"PK\x01\x02") + 42, 0xFFFFFFF0)
    body = bytearray(whole)
    body[40:60] = b"\xff" * 20
    return {
        "cut off": whole[:-30],
        "cut off in the middle": whole[: len(whole) // 2],
        "locked": bytes(locked),
        "a part that lies nowhere": bytes(moved),
        "a body that is none": bytes(body),
        "a directory without end": b"PK\x03\x04" + b"PK\x01\x02" * 20_000 + whole,
    }


@pytest.mark.parametrize("name", damaged())
def test_every_reader_of_packed_files_says_what_is_wrong(name: str) -> None:
    from jiancha.audit.files import text_of
    from jiancha.text.sheets import read_sheets

    data = damaged()[name]
    for read in (
        lambda: read_sheets("a.xlsx", data),
        lambda: text_of("a.docx", data),
        lambda: own.lines_of("annexes.xlsx", data),
        lambda: list(read_table("a.xlsx", data, SHEET, ["x"])),
    ):
        with pytest.raises((RegistryError, ReviewError, InputError)) as caught:
            read()
        assert isinstance(caught.value, JianchaError)
        assert "a." in str(caught.value) or "xlsx" in str(caught.value)


#: One call each that unpacks a workbook of 400 MB with a sheet of 400 million blanks.
READERS = {
    "the review sheet": "from jiancha.review.sheet import read_table as r; list(r('a', data, 'x', ['y']))",
    "our own annexes": "from jiancha.audit.own import lines_of as r; r('annexes.xlsx', data)",
    "the registry": "from jiancha.registry.exports import read_exports as r; r([('a.xlsx', data)])",
    "posts": "from jiancha.text.sheets import read_book as r; r('a.xlsx', data)",
}


def test_a_workbook_that_unpacks_to_400_megabytes_is_refused_in_little_memory(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook(SITES, site()))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        with archive.open("xl/media/big.xml", "w") as part:
            for _ in range(400):
                part.write(MEGABYTE)
    code = (
        "import resource, sys\nfrom jiancha.errors import JianchaError\n"
        "data = open(sys.argv[1], 'rb').read()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (900_000_000,) * 2)\n"
        + "".join(f"try:\n    {call}\nexcept JianchaError as e:\n    print(e)\n" for call in READERS.values())
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(bomb)], check=False, capture_output=True, text=True, timeout=200
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout.count("unpacks to more than") == len(READERS)
