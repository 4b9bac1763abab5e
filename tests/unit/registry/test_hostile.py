"""Exports and header files that are wrong on purpose or by accident: refused fast, and named."""

from __future__ import annotations

import csv
import io
import struct
import time
import zipfile
from pathlib import Path

import pytest
from support.little_memory import outcomes
from support.registry_files import ACCOUNTS, SITES, account, site, table, workbook

from jiancha.errors import RegistryError
from jiancha.registry.exports import joined, read_exports
from jiancha.text.sheets import read_sheets

FULL_WIDTH = "网站名称（全称）"


def read_with_header(folder: Path, aliases: str, name_header: str = "网站全称") -> str:
    """The name of the one site of an export whose header says something else than 网站名称."""
    own = folder / "own.toml"
    own.write_text(aliases, encoding="utf-8")
    header = tuple(name_header if title == "网站名称" else title for title in SITES)
    return read_exports([("名录.xlsx", workbook(header, site()))], aliases=own).sites[0].name


@pytest.mark.parametrize(
    ("aliases", "named"),
    [
        ('[sites]\nname = "网站全称"', "[sites] name must be a list"),  # not the letters of a word one by one
        ("[sites]\nname = [3]", "[sites] name must be a list"),
        ("sites = 3", "sites must be a table"),
        ('[site]\nname = ["网站全称"]', "[site] name"),
        ("[sites", "cannot be read"),
    ],
)
def test_a_faulty_file_of_header_names_is_named(tmp_path: Path, aliases: str, named: str) -> None:
    with pytest.raises(RegistryError) as caught:
        read_with_header(tmp_path, aliases)
    assert named in str(caught.value)
    assert caught.value.file.endswith("own.toml")


@pytest.mark.parametrize("header", [FULL_WIDTH, "网站名称(全称)", "网站名称\n（全称）"])
@pytest.mark.parametrize("alias", [FULL_WIDTH, "网站名称(全称)"])
def test_full_width_brackets_of_a_header_do_not_matter(tmp_path: Path, header: str, alias: str) -> None:
    assert read_with_header(tmp_path, f'[sites]\nname = ["{alias}"]', header) == "咸阳市科学技术局"


@pytest.mark.parametrize("filler", [" ", "\n ", "\r", " \n", "\u3000"])
def test_a_name_full_of_blanks_takes_no_time(filler: str) -> None:
    text = f"甲{filler * (32_000 // len(filler))}乙"
    started = time.process_time()
    joined(text)
    assert time.process_time() - started < 0.5  # every blank looked at again for every other: 4 s and more


@pytest.mark.parametrize(
    "address",
    [
        "http://kjj.xianyang.gov.cn:port/",
        "http://kjj.xianyang.gov.cn:99999/",
        "http://kjj.xianyang.gov.cn:0/",
        "http://kjj..gov.cn/",
        "http://.gov.cn/",
        "http://gov/",
        "http：//kjj.xianyang.gov.cn/",
        "file:///etc/passwd",
    ],
)
def test_addresses_that_nothing_can_be_fetched_from(address: str) -> None:
    data = workbook(SITES, site(), site(首页网址=address))
    with pytest.raises(RegistryError) as caught:
        read_exports([("名录.xlsx", data)])
    error = caught.value
    assert (error.file, error.sheet, error.row, error.column) == ("名录.xlsx", "名录", 3, "首页网址")
    assert error.value == address
    for told in ("'名录.xlsx'", "'名录'", "row 3", "'首页网址'", repr(address)):
        assert told in str(error)


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("kjj.xianyang.gov.cn", "http://kjj.xianyang.gov.cn"),
        (" http://kjj.xianyang.gov.cn:8080/\nindex.html", "http://kjj.xianyang.gov.cn:8080/index.html"),
        ("http://咸阳市科技局.政务/", "http://咸阳市科技局.政务/"),
        ("https://kjj.xianyang.gov.cn./", "https://kjj.xianyang.gov.cn./"),
    ],
)
def test_addresses_as_people_write_them(cell: str, address: str) -> None:
    assert read_exports([("名录.xlsx", workbook(SITES, site(首页网址=cell)))]).sites[0].url == address


def test_an_archive_that_states_false_sizes_is_refused_unread() -> None:
    buffer = io.BytesIO()
    padding = b"<!--" + b" " * 20_000_000 + b"-->"
    with (
        zipfile.ZipFile(io.BytesIO(workbook(SITES, site()))) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, padding + data if name == "xl/worksheets/sheet1.xml" else data)
    forged = bytearray(buffer.getvalue())
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):  # directory, header of the entry
        at = forged.find(mark)
        while at >= 0:
            if struct.unpack_from("<I", forged, at + place)[0] > 20_000_000:
                struct.pack_into("<I", forged, at + place, 1_000)
            at = forged.find(mark, at + 4)
    with pytest.raises(RegistryError, match="Bad CRC"):
        read_exports([("名录.xlsx", bytes(forged))])


def test_two_rows_with_one_code_are_both_kept() -> None:
    rows = [account(账号名称=name) for name in ("健康三原", "三原卫健")]
    tables = read_exports([("新媒体.csv", table(ACCOUNTS, *rows))])
    assert [(a.name, a.row) for a in tables.accounts] == [("健康三原", 1), ("三原卫健", 2)]
    assert len({a.target_id for a in tables.accounts}) == 2
    assert [w.check for w in tables.warnings] == ["account_code_duplicate"]


def test_an_oversized_cell_is_named_by_row_and_place() -> None:
    data = table(SITES, site(), site(主办单位="甲" * 5_000_000), encoding="gb18030")
    with pytest.raises(RegistryError) as caught:
        read_exports([("名录.csv", data)])
    assert (caught.value.row, caught.value.column) == (3, "6")
    assert len(str(caught.value)) < 1_000


def test_a_short_table_leaves_other_tables_as_they_are() -> None:
    read_sheets("a.csv", b"a,b\n1,2\n", max_cell=100)
    ((cell,),) = csv.reader(io.StringIO(f"{'长' * 100_000}\n"))
    assert len(cell) == 100_000


def test_tables_that_grow_without_end_are_refused_or_read_in_little_memory(tmp_path: Path) -> None:
    head, row = ",".join(SITES) + "\n", ",".join(map(str, site())) + "\n"
    expected = {
        "commas.csv": (head + "," * 5_000_000, "0"),
        "columns.csv": (",".join(f"列{n}" for n in range(400_000)) + "\n" + row, "400,000 columns"),
        "quote.csv": (head + '"' + "某局\n" * 1_500_000, "malformed"),
        "quotes.csv": (head + '""' * 4_000_000, "a cell of 3,999,999 characters"),
        "cell.csv": (head + "某" * 4_000_000 + row, "a cell of 4,000,001 characters"),
        "lines.csv": (head + "\n" * 3_000_000, "0"),
        "rows.csv": (head + row * 20_000, "20000"),
    }
    said = outcomes(
        tmp_path,
        {name: text.encode() for name, (text, _) in expected.items()},
        "from jiancha.registry.exports import read_exports",
        "len(read_exports([(file.name, data)]).sites)",
    )
    assert set(said) == set(expected)
    for name, (_, told) in expected.items():
        assert told in said[name]
        assert said[name] == told or name in said[name]
