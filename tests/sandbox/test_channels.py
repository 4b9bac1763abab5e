"""Channels of accounts: who is read where, what goes wrong, and who cannot be known because of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest

from jiancha import settings as configuration
from jiancha.accounts.plan import load_entries, plan_sources
from jiancha.registry.model import Account
from jiancha.windows import ZONE, Calendar
from jiancha_sandbox.accounts import CityAccount
from jiancha_sandbox.answer import Answer
from jiancha_sandbox.channels import Fault, Habit
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.connections import HUB_HOST, HUB_KEY, environment
from jiancha_sandbox.key import answer_key
from jiancha_sandbox.plan import PLAN_NAME, build_plan, write_plan
from jiancha_sandbox.web import CityWeb

QUARTERS = (
    "2019Q2", "2019Q3", "2019Q4", "2020Q1", "2020Q2", "2020Q3", "2020Q4", "2021Q1", "2021Q2", "2021Q3",
    "2021Q4",
)  # fmt: skip


def after(quarter: str, seed: int = 2021) -> SandboxCity:
    """The city on the morning after a quarter's checkpoint."""
    return SandboxCity(seed, Calendar().window(quarter).checkpoint + timedelta(hours=9))


def ask_hub(city: SandboxCity, route: str, key: str = HUB_KEY) -> Answer:
    code = hashlib.md5(f"{route}{key}".encode(), usedforsecurity=False).hexdigest()
    answer = CityWeb(city).answer(HUB_HOST, f"{route}?format=json&code={code}")
    assert answer is not None
    return answer


def items(city: SandboxCity, account: CityAccount) -> list[dict[str, Any]]:
    answer = ask_hub(city, city.channels(account)[0].address)
    assert answer.status == 200
    found: list[dict[str, Any]] = json.loads(answer.body)["items"]
    return found


def moments(rows: list[dict[str, Any]]) -> list[datetime]:
    return [datetime.fromisoformat(row["date_published"]) for row in rows]


def on_hub(
    city: SandboxCity, family: str, fault: Fault | None = None, habit: Habit | None = None
) -> CityAccount:
    return next(
        a
        for a in city.accounts
        if city.channels(a)[0].adapter == "rsshub"
        and (a.family, city.fault(a, "rsshub"), city.habit(a), a.pinned) == (family, fault, habit, False)
    )


def all_struck(adapter: str, fault: Fault) -> Iterator[tuple[SandboxCity, CityAccount]]:
    """The accounts whose first channel has a fault, each with the city at the time."""
    for quarter in QUARTERS:
        city = after(quarter)
        for account in city.accounts:
            if city.channels(account)[0].adapter == adapter and city.fault(account, adapter) is fault:
                yield city, account


def struck(adapter: str, fault: Fault) -> tuple[SandboxCity, CityAccount]:
    return next(all_struck(adapter, fault))


def test_accounts_are_spread_over_the_channels_of_their_platforms(city: SandboxCity) -> None:
    first = Counter((a.family, city.channels(a)[0].adapter) for a in city.accounts)
    own = {
        "wechat": ("wechat", "werss"),
        "weibo": ("weibo_owner", "weibo_mobile"),
        "douyin": ("douyin_owner",),
    }
    for family in ("wechat", "weibo", "douyin", "toutiao"):
        for adapter in ("rsshub", "export", "feed", *own.get(family, ())):
            assert first[family, adapter] >= 1, (family, adapter)
    assert first["kuaishou", "rsshub"] == 0
    assert sum(count for (_, adapter), count in first.items() if adapter == "self_report") == 30


@pytest.mark.parametrize("quarter", QUARTERS)
def test_a_few_accounts_cannot_be_known_but_none_in_the_quarter_of_the_notice(quarter: str) -> None:
    city = after(quarter)
    unknown = answer_key(city, Calendar().window(quarter))["unknown"]
    if quarter == "2021Q1":
        assert unknown == []
        return
    assert 4 <= len(unknown) <= 8
    assert all(row["fault"] for row in unknown)
    assert any(row["problem"] for row in unknown)  # one of them fails, and nobody may say so


def test_nobody_is_unknown_in_the_notice_six_weeks_later(city: SandboxCity) -> None:
    assert answer_key(city, Calendar().window("2021Q1"))["unknown"] == []


def test_faults_strike_in_the_quarter_of_the_notice_too() -> None:
    city = after("2021Q1")
    hit = [a for a in city.accounts if city.fault(a, city.channels(a)[0].adapter) is not None]
    assert len(hit) >= 8
    assert all(len(city.channels(a)) == 2 for a in hit)


def test_the_hub_gives_the_latest_posts_as_a_json_feed(city: SandboxCity) -> None:
    account = on_hub(city, "weibo")
    feed = json.loads(ask_hub(city, city.channels(account)[0].address).body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == f"{account.name}的微博"
    assert feed["home_page_url"] == f"https://weibo.com/{200_000 + account.number}/"
    assert moments(feed["items"]) == list(reversed(city.posts(account)[-10:]))
    assert feed["items"][0]["date_published"].endswith("Z")


def test_the_hub_wants_its_key_and_knows_its_routes(city: SandboxCity) -> None:
    route = city.channels(on_hub(city, "weibo"))[0].address
    wrong = ask_hub(city, route, key="wrong")
    assert wrong.status == 403
    assert b"Authentication failed" in wrong.body
    missing = ask_hub(city, "/weibo/user/1")
    assert missing.status == 404
    assert json.loads(missing.body) == {"error": {"message": ""}}


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (Fault.HUB_ERROR, 503, "fetch failed"),
        (Fault.HUB_BLOCKED, 503, ": 432"),
        (Fault.HUB_LOGGED_OUT, 503, "Cookies expired"),
        (Fault.ROUTE_GONE, 404, "The route does not exist"),
    ],
)
def test_a_hub_in_trouble_says_so_as_json_or_as_older_versions_with_a_page(
    fault: Fault, status: int, said: str
) -> None:
    forms = set()
    for city, account in all_struck("rsshub", fault):
        answer = ask_hub(city, city.channels(account)[0].address)
        assert answer.status == status
        assert said in answer.body.decode()
        forms.add(answer.content_type)
        if answer.content_type.startswith("application/feed+json"):
            assert list(json.loads(answer.body)) == ["error"]
    assert forms <= {"text/html; charset=utf-8", "application/feed+json; charset=UTF-8"}
    assert len(forms) == 2 or fault is Fault.ROUTE_GONE  # which strikes few


def test_a_hub_may_answer_with_nothing() -> None:
    city, account = struck("rsshub", Fault.EMPTY)
    assert items(city, account) == []


def test_a_block_is_the_whole_platforms() -> None:
    city, account = struck("rsshub", Fault.HUB_BLOCKED)
    family = [
        a for a in city.accounts if a.family == account.family and city.channels(a)[0].adapter == "rsshub"
    ]
    assert len(family) > 1
    assert {city.fault(a, "rsshub") for a in family} == {Fault.HUB_BLOCKED}


def test_times_eight_hours_early_contradict_the_ids_of_weibo() -> None:
    city, account = struck("rsshub", Fault.EIGHT_HOURS)
    for row in items(city, account):
        by_id = (int(row["url"].rsplit("/", 1)[1]) >> 22) + 515_483_463
        shown = datetime.fromisoformat(row["date_published"]).timestamp()
        assert by_id - shown == 8 * 3600


def test_dates_without_a_year_become_2001() -> None:
    city, account = struck("rsshub", Fault.YEAR_2001)
    years = [moment.astimezone(ZONE).year for moment in moments(items(city, account))]
    assert years[0] == 2001
    assert city.clock.year not in years


def test_a_stranger_is_another_account_of_the_platform() -> None:
    city, account = struck("rsshub", Fault.STRANGER)
    title = json.loads(ask_hub(city, city.channels(account)[0].address).body)["title"]
    other = city.stranger(account)
    assert other.platform == account.platform
    assert other.name in title
    assert account.name not in title


@pytest.mark.parametrize("adapter", ["rsshub", "feed"])
def test_a_renamed_account_answers_under_its_new_name(adapter: str) -> None:
    city, account = struck(adapter, Fault.RENAMED)
    channel = city.channels(account)[0]
    if adapter == "rsshub":
        body = ask_hub(city, channel.address).body.decode()
    else:
        parts = urlsplit(channel.address)
        body = (CityWeb(city).answer(parts.netloc, parts.path) or pytest.fail("no feed")).body.decode()
    assert f"{account.name[:-2]}融媒体中心" in body
    assert f'"{account.name}"' not in body


@pytest.mark.parametrize(("fault", "word"), [(Fault.CAPTCHA, "验证"), (Fault.LOGIN, "登录")])
def test_a_page_may_stand_in_place_of_a_feed_with_status_200(fault: Fault, word: str) -> None:
    city, account = struck("feed", fault)
    parts = urlsplit(account.address)
    answer = CityWeb(city).answer(parts.netloc, parts.path)
    assert answer is not None
    assert (answer.status, answer.content_type) == (200, "text/html; charset=utf-8")
    assert word in answer.body.decode()


def test_a_feed_that_is_nobodys_first_channel_has_no_fault() -> None:
    city, account = struck("rsshub", Fault.HUB_ERROR)
    assert city.fault(account, "feed") is None


def test_reposts_same_ids_and_repeated_entries(city: SandboxCity) -> None:
    reposts = items(city, on_hub(city, "weibo", habit=Habit.REPOSTS))
    assert all(row["title"].startswith("转发微博") for row in reposts)
    same = items(city, on_hub(city, "wechat", habit=Habit.SAME_IDS))
    assert len({row["id"] for row in same}) == 1
    assert len({row["url"] for row in same}) == len(same) == 20
    twice = items(city, on_hub(city, "douyin", habit=Habit.TWICE))
    assert len(twice) - len({row["url"] for row in twice}) == 3


def vendor_rows(city: SandboxCity, suffix: str) -> tuple[CityAccount, list[tuple[Any, ...]]]:
    """An account of a vendor's table of this kind, and its rows below the header."""
    account, address = next(
        (a, channel.address)
        for a in city.accounts
        for channel in city.channels(a)
        if channel.adapter == "export"
        and channel.address.endswith(suffix)
        and city.fault(a, "export") is None
    )
    parts = urlsplit(address)
    answer = CityWeb(city).answer(parts.netloc, parts.path)
    assert answer is not None
    if suffix == ".csv":
        rows = [tuple(row) for row in csv.reader(io.StringIO(answer.body.decode("gb18030")))]
    else:
        rows = []
        for sheet in openpyxl.load_workbook(io.BytesIO(answer.body)):
            title, header, *own = sheet.iter_rows(values_only=True)
            assert title[0] == "新媒体发文明细"
            rows = rows or [header]
            for row in own:  # of merged cells only the first has the value
                rows.append((row[0], row[1] or rows[-1][1], *row[2:]))
    assert rows[0] == ("平台", "账号名称", "账号ID", "标题", "发布时间", "原文链接", "导出时间")
    return account, [row for row in rows[1:] if row[1] == account.name]


def test_a_vendors_table_holds_all_posts_and_when_it_was_made(city: SandboxCity) -> None:
    account, rows = vendor_rows(city, ".csv")
    assert [row[4] for row in rows] == [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in city.posts(account)]
    assert {row[6] for row in rows} == {"2021-03-31 09:00:00"}


def test_a_vendors_workbook_has_times_as_cells(city: SandboxCity) -> None:
    account, rows = vendor_rows(city, ".xlsx")
    assert [row[4].replace(tzinfo=ZONE) for row in rows] == [
        m.replace(microsecond=0) for m in city.posts(account)
    ]
    assert {row[6] for row in rows} == {datetime(2021, 3, 31, 9)}


def test_a_dead_collector_tells_when_it_last_looked_and_knows_no_more() -> None:
    city, account = struck("export", Fault.DEAD_COLLECTOR)
    parts = urlsplit(city.channels(account)[0].address)
    answer = CityWeb(city).answer(parts.netloc, parts.path)
    assert answer is not None
    if parts.path.endswith(".csv"):
        text = [
            row for row in csv.reader(io.StringIO(answer.body.decode("gb18030"))) if row[1] == account.name
        ]
        published, exported = max(row[4] for row in text), {row[6] for row in text}
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.body)).worksheets[0]
        cells = [row for row in sheet.iter_rows(values_only=True) if row[1] == account.name]
        published, exported = str(max(row[4] for row in cells)), {str(row[6]) for row in cells}
    checkpoint = Calendar().window(str(city.latest_quarter)).checkpoint_day
    looked = f"{checkpoint - timedelta(days=23)} 23:40:00"
    assert exported == {looked}
    assert published <= looked


def test_the_plan_names_accounts_by_code_and_shared_codes_by_name_too(
    city: SandboxCity, tmp_path: Path
) -> None:
    path = write_plan(tmp_path, city)
    assert path.name == PLAN_NAME
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    shared = {code for code, count in Counter(a.code for a in city.accounts).items() if count > 1}
    assert all(bool(row["账号名称"]) == (row["新媒体标识码"] in shared) for row in rows)
    assert {row["读取方式"] for row in rows} == {
        "rsshub", "export", "werss", "wechat", "weibo_owner", "weibo_mobile", "douyin_owner",
    }  # fmt: skip
    assert HUB_KEY not in path.read_text(encoding="utf-8-sig")
    variables = environment(path)
    assert variables["JIANCHA_ACCOUNT__SOURCES"] == str(path)
    connection = json.loads(variables["AIRFLOW_CONN_SANDBOX_RSSHUB"])
    assert (connection["host"], connection["password"]) == (HUB_HOST, HUB_KEY)
    for row in rows:
        if row["读取方式"] in ("wechat", "weibo_owner", "weibo_mobile", "douyin_owner"):
            assert f"AIRFLOW_CONN_{row['地址'].upper()}" in variables
    assert len({row["地址"] for row in rows if row["读取方式"] == "wechat"}) == sum(
        row["读取方式"] == "wechat" for row in rows
    )  # each owner has a grant of their own


def test_the_inspection_knows_the_plans_settings_and_ways_of_reading(
    city: SandboxCity, tmp_path: Path
) -> None:
    plan = write_plan(tmp_path, city)
    settings = configuration.load(environ=environment(plan)).account
    assert settings.sources == plan
    entries = load_entries(plan)
    assert {entry.adapter for entry in entries} <= set(settings.order)
    accounts = [Account(a.code, a.platform, a.name, a.owner) for a in city.accounts]
    planned = plan_sources(accounts, entries, order=settings.order)
    assert planned.remarks == ()  # each line means one account
    for account, known in zip(city.accounts, planned.accounts, strict=True):
        wanted = [c.adapter for c in city.channels(account) if c.adapter not in ("feed", "self_report")]
        assert [source.adapter for source in known.sources] == wanted  # and asks the first channel first


def test_the_file_for_docker_compose_names_the_same_settings() -> None:
    file = Path(__file__).parents[2] / "config" / "sandbox.env"
    lines = file.read_text(encoding="utf-8").splitlines()
    plan = Path("/var/lib/jiancha") / PLAN_NAME  # where docker-compose.yaml has it written
    assert dict(line.split("=", 1) for line in lines) == environment(plan)


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    clock = datetime(2021, 3, 31, 9, tzinfo=ZONE)
    assert build_plan(SandboxCity(7, clock)) == build_plan(SandboxCity(7, clock))
    assert build_plan(SandboxCity(7, clock)) != build_plan(SandboxCity(8, clock))
