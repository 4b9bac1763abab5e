"""Snapshots: which one is in force, what changed between two, and that a bad export changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.registry_files import ACCOUNTS, SITES, account, site, table, workbook

from jiancha.errors import LakeError, RegistryError
from jiancha.lake import Lake
from jiancha.registry import snapshots
from jiancha.registry.exports import RegistryTables
from jiancha.registry.model import Account, Level, Site
from jiancha.windows import Calendar

TODAY = date(2021, 3, 1)
WINDOW = Calendar().window("2021Q1")  # its checkpoint day is 15 February


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def export(day: str, *rows: tuple[object, ...]) -> tuple[str, bytes]:
    return f"政府网站名录{day}.xlsx", workbook(SITES, *(rows or (site(),)))


def sync(lake: Lake, *files: tuple[str, bytes]) -> snapshots.SyncResult:
    return snapshots.sync(lake, files, default_date=TODAY)


def files(lake: Lake) -> dict[str, int]:
    return {
        p.relative_to(lake.root).as_posix(): p.stat().st_mtime_ns for p in lake.root.rglob("*") if p.is_file()
    }


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("政府网站名录-20210215.xlsx", date(2021, 2, 15)),
        ("20210215政府网站.csv", date(2021, 2, 15)),
        ("政府网站2021-02-15.csv", date(2021, 2, 15)),
        ("编号6104000420210215.xlsx", None),
        ("政府网站20211315.xlsx", None),
        ("政府网站.xlsx", None),
    ],
)
def test_the_date_of_an_export(name: str, day: date | None) -> None:
    assert snapshots.export_date(name) == day


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_date_of_the_century_is_read(day: date) -> None:
    assert snapshots.export_date(f"政务新媒体名录-{day:%Y%m%d}.xlsx") == day


def test_files_of_one_date_are_one_set_and_undated_ones_are_of_today(lake: Lake) -> None:
    accounts = "政务新媒体-20210215.csv", table(ACCOUNTS, account())
    assert sync(lake, export("-20210215"), accounts, export("")).snapshots == ["2021-02-15", "2021-03-01"]
    assert snapshots.freeze(lake, WINDOW) == date(2021, 2, 15)
    assert len(snapshots.read_sites(lake, "2021Q1")) == len(snapshots.read_accounts(lake, "2021Q1")) == 1


def test_the_same_export_writes_nothing_again(lake: Lake) -> None:
    sync(lake, export("-20210215"))
    before = files(lake)
    result = sync(lake, export("-20210215"))
    assert (result.snapshots, result.differences, files(lake)) == ([], [], before)


def test_a_table_that_was_lost_is_written_anew(lake: Lake) -> None:
    sync(lake, export("-20210215"))
    (lake.snapshot_folder("2021-02-15") / "sites.parquet").unlink()
    assert sync(lake, export("-20210215")).snapshots == ["2021-02-15"]
    snapshots.freeze(lake, WINDOW)
    assert [s.name for s in snapshots.read_sites(lake, "2021Q1")] == ["咸阳市科学技术局"]


@pytest.mark.parametrize(
    "bad", [b"", b"not a workbook", workbook(SITES, site(网站名称="")), workbook(("甲", "乙"))]
)
def test_a_broken_export_leaves_the_last_good_snapshot_in_force(lake: Lake, bad: bytes) -> None:
    sync(lake, export("-20210101"))
    before = files(lake)
    with pytest.raises(RegistryError):
        sync(lake, export("-20210102"), ("政府网站-20210215.xlsx", bad))
    assert files(lake) == before
    assert snapshots.freeze(lake, WINDOW) == date(2021, 1, 1)


def test_a_set_without_targets_is_refused(lake: Lake) -> None:
    with pytest.raises(RegistryError, match="neither websites nor accounts"):
        sync(lake, ("名录-20210215.xlsx", workbook(SITES)))
    assert snapshots.list_snapshots(lake) == []


def test_a_half_written_snapshot_is_none(lake: Lake) -> None:
    sync(lake, export("-20210101"), export("-20210215"))
    (lake.snapshot_folder("2021-02-15") / "complete.json").unlink()
    assert snapshots.list_snapshots(lake) == [date(2021, 1, 1)]


@pytest.mark.parametrize(
    ("days", "taken"),
    [
        (["-20210101", "-20210215", "-20210216"], date(2021, 2, 15)),  # the checkpoint day itself counts
        (["-20210101", "-20210214"], date(2021, 2, 14)),
        (["-20210301", "-20210216"], date(2021, 2, 16)),
    ],
)
def test_which_snapshot_a_window_is_judged_by(lake: Lake, days: list[str], taken: date) -> None:
    sync(lake, *[export(day) for day in days])
    assert snapshots.freeze(lake, WINDOW) == taken
    checks = [row["check"] for row in lake.window_rows("registry_warnings", "2021Q1")]
    assert checks == (["snapshot_later"] if taken > date(2021, 2, 15) else [])


def test_without_a_snapshot_nothing_can_be_frozen_or_read(lake: Lake) -> None:
    with pytest.raises(LakeError, match="no registry snapshot"):
        snapshots.freeze(lake, WINDOW)
    with pytest.raises(LakeError):
        snapshots.read_sites(lake, "2021Q1")


def test_rows_come_back_as_they_were_read(lake: Lake) -> None:
    tables = RegistryTables(
        sites=[Site("6104000054", "甲", "http://a.gov.cn/", Level.COUNTY_PORTAL, "", 1)],
        accounts=[Account("610424M014WX0001", "微信订阅号", "乙", "丙", n) for n in (1, 2)],
    )
    assert snapshots.write_snapshot(lake, tables, date(2021, 2, 15))
    assert not snapshots.write_snapshot(lake, tables, date(2021, 2, 15))
    snapshots.freeze(lake, WINDOW)
    assert snapshots.read_sites(lake, "2021Q1") == tables.sites
    assert snapshots.read_accounts(lake, "2021Q1") == tables.accounts
    assert (snapshots.read_site_columns(lake, "2021Q1"), snapshots.read_account_sources(lake, "2021Q1")) == (
        [],
        [],
    )


def test_what_changed_between_two_snapshots(lake: Lake) -> None:
    old = [
        site(),
        site(网站名称="甲局", 网站标识码="6104000001"),
        site(网站名称="乙局", 网站标识码="6104000002"),
    ]
    new = [
        site(首页网址="https://kjj.xianyang.gov.cn/"),
        site(网站名称="甲委", 网站标识码="6104000001"),
        site(网站名称="丙局", 网站标识码="6104000003"),
    ]
    result = sync(lake, export("-20210101", *old), export("-20210215", *new)).to_dict()
    assert result == {
        "snapshots": ["2021-01-01", "2021-02-15"],
        "differences": [
            {
                "older": "2021-01-01",
                "newer": "2021-02-15",
                "added": ["新增网站“丙局”6104000003"],
                "removed": ["减少网站“乙局”6104000002"],
                "renamed": ["网站6104000001由“甲局”更名为“甲委”"],
                "changed": [
                    "网站“咸阳市科学技术局”6104000054的首页网址由“http://kjj.xianyang.gov.cn/”"
                    "改为“https://kjj.xianyang.gov.cn/”"
                ],
            }
        ],
    }


def test_accounts_that_share_a_code_are_matched_by_name(lake: Lake) -> None:
    def accounts(day: str, *names_and_owners: tuple[str, str]) -> tuple[str, bytes]:
        rows = [account(账号名称=n, 开设主体=o, 新媒体标识码="610424M014WX0001") for n, o in names_and_owners]
        return f"新媒体-{day}.csv", table(ACCOUNTS, *rows)

    result = sync(
        lake,
        accounts("20210101", ("秦都再就业", "秦都"), ("qxbdcdjzx", "乾县")),
        accounts("20210215", ("qxbdcdjzx", "乾县不动产"), ("秦都再就业", "秦都")),
    )
    (found,) = result.differences
    assert (found.added, found.removed, found.renamed) == ([], [], [])
    assert found.changed == [
        "新媒体“qxbdcdjzx”610424M014WX0001(微信订阅号)的开设主体由“乾县”改为“乾县不动产”"
    ]


def lost(*hosts: str) -> Callable[[Sequence[str]], list[str]]:
    return lambda asked: [host for host in asked if host in hosts]


def remarks(lake: Lake, day: str) -> list[dict[str, Any]]:
    rows = lake.read_rows(lake.snapshot_folder(day) / "registry_warnings.parquet")
    return [row for row in rows if row["check"] == "host_unresolved"]


TWO = (site(), site(网站名称="咸阳市司法局", 网站标识码="6104000055", 首页网址="http://sfj.xianyang.gov.cn/"))


def test_a_host_without_an_address_is_a_remark_on_its_row(lake: Lake) -> None:
    files = [export("20210215", *TWO)]
    snapshots.sync(lake, files, default_date=TODAY, unresolved=lost("sfj.xianyang.gov.cn"))
    (row,) = remarks(lake, "2021-02-15")
    assert (row["row"], row["code"]) == (2, "6104000055")
    assert row["message"] == "“咸阳市司法局”的主机名sfj.xianyang.gov.cn解析不到地址，请核对网址"
    assert len(snapshots.snapshot_sites(lake, date(2021, 2, 15))) == 2  # it stays in the registry


def test_no_host_with_an_address_tells_of_this_machine(lake: Lake) -> None:
    files = [export("20210215", *TWO)]
    snapshots.sync(lake, files, default_date=TODAY, unresolved=lambda asked: asked)
    (row,) = remarks(lake, "2021-02-15")
    assert (row["code"], row["message"][:15]) == ("", "名录中的主机名都解析不到地址，")


def test_hosts_are_asked_for_once_and_never_make_a_snapshot_anew(lake: Lake) -> None:
    asked: list[Sequence[str]] = []

    def unresolved(hosts: Sequence[str]) -> list[str]:
        asked.append(hosts)
        return list(hosts)[:1]

    files = [export("20210215", *TWO)]
    assert snapshots.sync(lake, files, default_date=TODAY, unresolved=unresolved).snapshots
    assert not snapshots.sync(lake, files, default_date=TODAY, unresolved=unresolved).snapshots
    assert not sync(lake, *files).snapshots
    assert asked == [["kjj.xianyang.gov.cn", "sfj.xianyang.gov.cn"]]
