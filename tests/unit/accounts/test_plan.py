"""The source plan: read, checked and matched with the registry."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiancha.accounts.plan import PlanError, PlanLine, PlannedSource, plan_sources, read_entries
from jiancha.cli.main import main
from jiancha.errors import RegistryError
from jiancha.registry.model import Account, AccountSource
from jiancha.windows import ZONE

WEIBO = Account("610402M001XL0001", "新浪微博", "秦都发布", "区政府")
WECHAT = Account("610402M001WX0001", "微信公众号", "秦都发布", "区政府")
TWIN = Account("610402M001WX0001", "微信公众号", "渭城发布", "区政府")  # the same code, as it happens
APP = Account("610402M001AP0001", "移动客户端", "秦都通", "区政府")
HEAD = "账号类型,账号名称,新媒体标识码,读取方式,地址,平台账号\r\n"


def entries(*rows):
    return read_entries("plan.csv", (HEAD + "".join(f"{row}\r\n" for row in rows)).encode())


def sources(plan, account):
    return next(planned.sources for planned in plan.accounts if planned.account == account)


def test_a_plan_in_three_forms_says_the_same():
    rows = [
        ["新浪微博", "秦都发布", "", "rsshub", "", "2000000001"],
        ["微信公众号", "", "C1", "订阅源", "https://a.cn/f", ""],
    ]
    book = openpyxl.Workbook()
    for row in [HEAD.strip().split(","), *rows]:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    toml = (
        '[[source]]\nplatform = "新浪微博"\nname = "秦都发布"\nadapter = "rsshub"\nuid = "2000000001"\n'
        '[[source]]\nplatform = "微信公众号"\ncode = "C1"\nadapter = "feed"\naddress = "https://a.cn/f"\n'
    )
    from_csv = entries(*(",".join(row) for row in rows))
    assert [e.row for e in from_csv] == [2, 3]
    assert [(e.platform, e.name, e.code, e.adapter, e.address, e.uid) for e in from_csv] == [
        ("新浪微博", "秦都发布", "", "rsshub", "/weibo/user/2000000001", "2000000001"),
        ("微信公众号", "", "C1", "feed", "https://a.cn/f", ""),
    ]
    assert read_entries("plan.xlsx", target.getvalue()) == from_csv
    assert [e[:6] for e in read_entries("plan.toml", toml.encode())] == [e[:6] for e in from_csv]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (",秦都发布,,feed,https://a.cn/f,", "platform", "account type"),
        ("新浪微博,,,feed,https://a.cn/f,", "name", "name or code"),
        ("新浪微博,秦都发布,,telepathy,https://a.cn/f,", "adapter", "telepathy"),
        ("新浪微博,秦都发布,,feed,,", "address", "web address"),
        ("新浪微博,秦都发布,,feed,ftp://a.cn/f,", "address", "web address"),
        ("新浪微博,秦都发布,,feed,http://[a.cn/f,", "address", "web address"),
        ("新浪微博,秦都发布,,feed,https://u:p@a.cn/f,", "address", "Connection"),
        ("新浪微博,秦都发布,,feed,https://a.cn/f?access_token=x,", "address", "Connection"),
        ("新浪微博,秦都发布,,feed,https://a.cn/f?key=x,", "address", "Connection"),
        ("微信公众号,秦都发布,,rsshub,,abc", "address", "route"),
        ("新浪微博,秦都发布,,rsshub,https://a.cn/weibo,", "address", "route"),
        ("新浪微博,秦都发布,,rsshub,/weibo/../x,", "address", "route"),
        ("新浪微博,秦都发布,,rsshub,/weibo/user/1?key=x,", "address", "route"),
        ("新浪微博,秦都发布,,rsshub,,20 00", "uid", "identity"),
    ],
)
def test_each_fault_names_its_place(row, column, words):
    with pytest.raises(PlanError) as caught:
        entries("微信公众号,渭城发布,,feed,https://a.cn/1,", row)
    error = caught.value
    assert (error.file, error.row, error.column) == ("plan.csv", 3, column)
    assert words in str(error)


MANUAL = HEAD.strip() + ",最近发布,查看时间,查看人\r\n"


@pytest.mark.parametrize(
    ("row", "adapter", "address"),
    [
        ("微信公众号,秦都发布,,wechat,wechat_qindu,", "wechat", "wechat_qindu"),
        ("微信订阅号,秦都发布,,微信接口,wx-1.a,", "wechat", "wx-1.a"),
        ("新浪微博,秦都发布,,weibo_owner,weibo_qindu,2000000001", "weibo_owner", "weibo_qindu"),
        ("抖音短视频,秦都发布,,抖音接口,douyin_qindu,", "douyin_owner", "douyin_qindu"),
        ("新浪微博,秦都发布,,weibo_mobile,,2000000001", "weibo_mobile", ""),
        ("新浪微博,秦都发布,,微博移动端,local,2000000001", "weibo_mobile", "local"),
        ("微信公众号,秦都发布,,werss,http://127.0.0.1:8001/feeds/MP_WXS_1.json,", "werss", None),
        ("移动客户端,秦都通,,app,https://a.cn/app,", "app", "https://a.cn/app"),
        ("小程序,秦都通,,下载地址,https://a.cn/app,", "app", "https://a.cn/app"),
    ],
)
def test_each_way_of_reading_has_its_address(row, adapter, address):
    (entry,) = entries(row)
    assert entry.adapter == adapter
    assert address in (None, entry.address)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("新浪微博,秦都发布,,wechat,wechat_qindu,", "adapter"),  # another platform
        ("微信公众号,秦都发布,,weibo_owner,c,", "adapter"),
        ("快手,秦都发布,,douyin_owner,c,", "adapter"),
        ("新浪微博,秦都发布,,werss,https://a.cn/f,", "adapter"),
        ("微信公众号,秦都发布,,app,https://a.cn/f,", "adapter"),
        ("移动客户端,秦都通,,feed,https://a.cn/f,", "adapter"),
        ("微信公众号,秦都发布,,wechat,,", "address"),
        ("微信公众号,秦都发布,,wechat,https://api.weixin.qq.com/,", "address"),
        ("新浪微博,秦都发布,,weibo_mobile,https://m.weibo.cn/,2000000001", "address"),
        ("新浪微博,秦都发布,,weibo_mobile,,", "uid"),
        ("微信公众号,秦都发布,,manual,,", "posted"),
    ],
)
def test_ways_of_reading_that_do_not_fit(row, column):
    with pytest.raises(PlanError) as caught:
        entries(row)
    assert caught.value.column == column


@pytest.mark.parametrize(
    ("platform", "adapter"),
    [("微信公众号", "wechat"), ("新浪微博", "weibo_owner"), ("抖音短视频", "douyin_owner")],
)
def test_a_connection_speaks_for_one_account(platform, adapter):
    with pytest.raises(PlanError, match="row 2") as caught:
        entries(f"{platform},秦都发布,,{adapter},c,", f"{platform},渭城发布,,{adapter},c,")
    assert (caught.value.row, caught.value.column, caught.value.value) == (3, "address", "c")
    entries(f"{platform},秦都发布,,{adapter},c,", f"{platform},渭城发布,,{adapter},d,")


def test_what_a_person_saw_stands_in_the_plan():
    row = "微信公众号,秦都发布,,人工查看,,,2021-02-10,2021-02-16 09:30,王工\r\n"
    (entry,) = read_entries("plan.csv", (MANUAL + row).encode())
    assert entry.looked == (date(2021, 2, 10), None, datetime(2021, 2, 16, 9, 30, tzinfo=ZONE), "王工")
    (source,) = sources(plan_sources([WECHAT], [entry]), WECHAT)
    assert (source.adapter, source.looked) == ("manual", entry.looked)
    toml = (
        '[[source]]\nplatform = "微信公众号"\nname = "秦都发布"\nadapter = "manual"\n'
        'posted = "2021-02-10T08:05"\n'
        'seen_at = "2021-02-16T09:30+08:00"\nseen_by = "王工"\naddress = "https://mp.weixin.qq.com/s/x"\n'
    )
    (other,) = read_entries("plan.toml", toml.encode())
    assert other.looked.posted_at == datetime(2021, 2, 10, 8, 5, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (",2021-02-16 09:30,王工", "posted"),
        ("昨天,2021-02-16 09:30,王工", "posted"),
        ("2021-02-10,,王工", "seen_at"),
        ("2021-02-10,2021-02-16 09:30,", "seen_by"),
        ("2021-02-17,2021-02-16 09:30,王工", "posted"),  # nobody sees a post of tomorrow
        ("2021-02-10,2021-02-16 09:30," + "王" * 61, "seen_by"),
    ],
)
def test_an_entry_says_what_was_seen_by_whom_and_when(cells, column):
    with pytest.raises(PlanError) as caught:
        read_entries("plan.csv", f"{MANUAL}微信公众号,秦都发布,,manual,,,{cells}\r\n".encode())
    assert caught.value.column == column


def test_all_faults_are_told_at_once():
    with pytest.raises(PlanError, match="2 problems") as caught:
        entries(
            "新浪微博,a,,x,https://a.cn/f,", "新浪微博,a,,feed,nowhere,", "新浪微博,b,,feed,https://a.cn/f,"
        )
    assert "row 2" in str(caught.value)
    assert "row 3" in str(caught.value)


def test_a_line_twice_is_a_fault():
    with pytest.raises(PlanError, match="row 2"):
        entries("新浪微博,a,,feed,https://a.cn/f,", "新浪微博,a,,feed,https://a.cn/f,")


@pytest.mark.parametrize(
    ("file", "data", "words"),
    [
        ("p.toml", b"[[source]\n", "cannot be read"),
        ("p.toml", b"\xff", "cannot be read"),
        ("p.toml", b"source = 1", "source"),
        ("p.toml", b"[[sources]]\nname = '1'", "source"),
        ("p.toml", b"[[source]]\ncolour = 'red'", "colour"),
        ("p.toml", b"[[source]]\nuid = 12", "quotes"),
        ("p.csv", b"a,b\n1,2\n", "账号类型"),
        ("p.csv", b"", "empty"),
        ("p.xlsx", b"PK\x03\x04", "workbook"),
    ],
)
def test_files_that_are_no_plan(file, data, words):
    with pytest.raises(PlanError, match=words) as caught:
        read_entries(file, data)
    assert caught.value.file == file


def test_sources_in_the_configured_order():
    plan = plan_sources(
        [WEIBO, WECHAT],
        entries(
            "新浪微博,秦都发布,,rsshub,,2000000001",
            "新浪微博,,610402M001XL0001,feed,https://a.cn/2,",
            "新浪微博,秦都发布,610402M001XL0001,自主填报,https://a.cn/1,",
            "新浪微博,秦都发布,,feed,https://a.cn/3,",
        ),
        order=("self_report", "feed"),
    )
    assert [s.address for s in sources(plan, WEIBO)] == [
        "https://a.cn/1",
        "https://a.cn/2",
        "https://a.cn/3",
        "/weibo/user/2000000001",
    ]
    assert sources(plan, WEIBO)[3] == PlannedSource(
        WEIBO.account_code, WEIBO.platform, WEIBO.name, "rsshub", "/weibo/user/2000000001", "2000000001"
    )
    assert sources(plan, WECHAT) == ()
    assert [planned.missing for planned in plan.accounts] == [False, True]
    assert plan.remarks == ()


def test_the_registrys_own_sources_join():
    own = AccountSource(WEIBO.account_code, WEIBO.platform, WEIBO.name, "feed", "https://a.cn/own")
    other = AccountSource(WEIBO.account_code, WEIBO.platform, "别的", "feed", "https://a.cn/other")
    plan = plan_sources([WEIBO], entries("新浪微博,秦都发布,,feed,https://a.cn/own,77"), [own, other])
    (source,) = sources(plan, WEIBO)
    assert (source.address, source.uid) == ("https://a.cn/own", "77")


def test_a_line_that_fits_none_or_several_is_given_to_none():
    plan = plan_sources(
        [WEIBO, WECHAT, TWIN],
        entries(
            "微信公众号,,610402M001WX0001,feed,https://a.cn/1,",
            "微信公众号,渭城发布,610402M001WX0001,feed,https://a.cn/2,",
            "抖音短视频,秦都发布,,feed,https://a.cn/3,",
        ),
    )
    assert [len(planned.sources) for planned in plan.accounts] == [0, 0, 1]
    assert sources(plan, TWIN)[0].address == "https://a.cn/2"
    assert ["第2行" in plan.remarks[0], "第4行" in plan.remarks[1]] == [True, True]
    assert "2个" in plan.remarks[0]
    assert "没有对应" in plan.remarks[1]


def test_apps_need_no_source():
    (planned,) = plan_sources([APP], []).accounts
    assert not planned.missing


@given(st.binary(max_size=200), st.sampled_from(["p.toml", "p.csv", "p.xlsx"]))
def test_no_bytes_break_the_reader(data, file):
    with suppress(PlanError):
        read_entries(file, data)


ACCOUNTS = (
    "新媒体标识码,账号类型,账号名称,开设主体\r\n"
    "610402M001XL0001,新浪微博,秦都发布,区政府\r\n610402M001WX0001,微信公众号,秦都发布,区政府\r\n"
    "610402M001AP0001,移动客户端,秦都通,区政府\r\n"
)


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    (tmp_path / "plan.csv").write_text(
        HEAD + "新浪微博,秦都发布,,rsshub,,2000000001\r\n新浪微博,无此号,,rsshub,,1\r\n", "utf-8"
    )
    return ["--registry", "accounts.csv", "--file", "plan.csv"]


def test_the_command(files, capsys):
    assert main(["account", "plan", *files]) == 0
    said = capsys.readouterr().out
    assert "新浪微博 秦都发布：rsshub /weibo/user/2000000001" in said
    assert "共3个账号，1个没有来源" in said
    assert "来源表第3行" in said
    assert main(["account", "plan", "--missing", "--json", *files]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(a["platform"], a["sources"]) for a in shown["accounts"]] == [("微信公众号", [])]
    assert len(shown["remarks"]) == 1


def test_the_command_reads_the_settings(files, tmp_path, monkeypatch, capsys):
    (tmp_path / "exports").mkdir()
    (tmp_path / "accounts.csv").rename(tmp_path / "exports" / "accounts.csv")
    (tmp_path / "jiancha.toml").write_text(
        '[registry]\nfolder = "exports"\n[account]\nsources = "plan.csv"\n'
    )
    monkeypatch.setenv("JIANCHA_CONFIG", str(tmp_path / "jiancha.toml"))
    assert main(["account", "plan"]) == 0
    assert "共3个账号，1个没有来源" in capsys.readouterr().out


def test_the_command_tells_what_is_wrong(files, tmp_path, capsys):
    (tmp_path / "plan.csv").write_text(HEAD + "新浪微博,秦都发布,,x,,\r\n", "utf-8")
    assert main(["account", "plan", *files]) == 1
    assert "plan.csv" in capsys.readouterr().err
    assert main(["account", "plan", "--registry", "none.csv"]) == 1
    assert main(["account", "plan"]) == 1
    assert issubclass(PlanError, RegistryError)


def test_the_plan_of_many_accounts_grows_with_their_number(monkeypatch):
    """Entries held against accounts, counted: each is held against those of its name or code alone."""
    held = []
    means = PlanLine.means
    monkeypatch.setattr(PlanLine, "means", lambda self, account: held.append(1) or means(self, account))

    def compared(number):
        accounts = [
            Account(f"610402M{n % 1000:03}WX{n:05}", "微信公众号", f"账号{n}", "", n) for n in range(number)
        ]
        entries = [
            PlanLine(
                "微信公众号",
                a.name if a.row % 2 else "",
                "" if a.row % 2 else a.account_code,
                "feed",
                "",
                "",
                1,
            )
            for a in accounts
        ]
        held.clear()
        plan = plan_sources(accounts, entries)
        assert all(len(planned.sources) == 1 for planned in plan.accounts)
        return len(held)

    assert compared(2000) == 2000
    assert compared(20_000) == 20_000
