"""The cast of new-media accounts: 25 from the published notice of 2021 Q1 and 227 more."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from jiancha_sandbox.gazetteer import CITY, COUNTIES, SUBJECTS, Area
from jiancha_sandbox.history import Rhythm, dice

TOTAL = 252

Form = Literal["json", "rss", "atom", "csv"]
#: How a source writes a time: with offset, in UTC, naive ISO local time, or in Chinese.
TimeForm = Literal["offset", "utc", "naive", "chinese"]


class NoticeRow(NamedTuple):
    """An account of annex 2 of the 2021 Q1 notice, as registered: faults kept.

    ``age`` is the age in days of its newest post at the checkpoint (our choice; the notice only says
    which side of 90 days it is on), ``resume`` the day it posts again, if it ever does.
    """

    code: str
    platform: str
    name: str
    owner: str
    age: int
    resume: date | None


_SOON, _AFTER, _SUMMER = date(2021, 2, 18), date(2021, 3, 9), date(2021, 7, 5)

#: Rows 9 and 13 share a code, row 9 has another county's region, letters contradict types in rows
#: 6, 10 and 15, and the names of rows 11, 15 and 16 are broken over lines: all as published.
NOTICE_2021Q1 = (
    NoticeRow("6104000011", "新浪微博", "咸阳市农业局", "咸阳市农业局", 700, None),
    NoticeRow(
        "6104000068", "新浪微博", "大西安(咸阳)文化体育功能区", "大西安文体功能区-咸阳经开区", 400, None
    ),
    NoticeRow("6104220022", "新浪微博", "三原宣传", "三原县人民政府", 15, _SOON),
    NoticeRow("610428M004WX0001", "微信公众号", "长武在线", "长武县人民政府", 16, _AFTER),
    NoticeRow("6104280003", "新浪微博", "中国长武", "长武县人民政府", 90, _AFTER),
    NoticeRow("610402M019WX0001", "今日头条", "秦都退役军人事务局", "咸阳市秦都区退役军人事务局", 91, _SOON),
    NoticeRow("610422M013XL0001", "新浪微博", "平安三原", "三原县公安局", 95, _AFTER),
    NoticeRow("610422M005WX0001", "微信订阅号", "健康三原", "三原县卫生健康局", 18, _SOON),
    NoticeRow("610424M014WX0001", "微信订阅号", "秦都再就业服务中心", "秦都再就业服务中心", 45, _AFTER),
    NoticeRow("610425M015XL0001", "微信订阅号", "礼泉县交警大队", "礼泉县公安局交通警察大队", 130, _AFTER),
    NoticeRow("610424M008JR0003", "今日头条", "乾县公安局\n城关派出所", "乾县公安局城关派出所", 163, _SUMMER),
    NoticeRow("610481M009WX0001", "微信订阅号", "兴平市场监管", "兴平市场监督管理局", 21, _AFTER),
    NoticeRow("610424M014WX0001", "微信订阅号", "qxbdcdjzx", "乾县不动产登记中心", 33, date(2021, 4, 12)),
    NoticeRow("610402M016JR0001", "今日头条", "秦都区信访局", "秦都区信访局", 210, _AFTER),
    NoticeRow("610424M008WX0002", "新浪微博", "乾县\n交警大队", "乾县公安局交警大队", 188, _AFTER),
    NoticeRow("610424M008WX0003", "微信订阅号", "乾县公安局\n城关派出所", "乾县公安局城关派出所", 52, _SOON),
    NoticeRow("610425M011WX0001", "微信订阅号", "礼泉县退役军人事务局", "礼泉县退役军人事务局", 25, _AFTER),
    NoticeRow("610425M010DY0001", "抖音短视频", "法治礼泉", "礼泉县司法局", 60, date(2021, 4, 20)),
    NoticeRow("610425M009DY0001", "抖音短视频", "礼泉县自然资源局", "礼泉县自然资源局", 250, _SUMMER),
    NoticeRow("610422M009DY0001", "抖音短视频", "sanyuanzhaoshang", "三原县招商局", 70, _AFTER),
    NoticeRow(
        "610430M007WX0001", "微信订阅号", "咸阳市生态环境局淳化分局", "咸阳市生态环境局淳化分局", 30, _SOON
    ),
    NoticeRow(
        "610430M007XL0001", "新浪微博", "咸阳市生态环境局淳化分局", "咸阳市生态环境局淳化分局", 40, _AFTER
    ),
    NoticeRow("610430M006WX0001", "微信订阅号", "淳化县医疗保障局", "淳化县医疗保障局", 27, _SOON),
    NoticeRow("610422M003JR0001", "今日头条", "三原交警", "三原县公安局交管大队", 110, _AFTER),
    NoticeRow("610402M013DY0001", "抖音短视频", "秦都区城市管理执法局", "秦都区城市管理执法局", 82, _AFTER),
)

_PLATFORMS = {  # platform: (letters in codes, folder of its feeds, weight)
    "微信订阅号": ("WX", "wechat", 38),
    "新浪微博": ("XL", "weibo", 22),
    "微信公众号": ("WX", "wechat", 12),
    "今日头条": ("JR", "toutiao", 12),
    "抖音短视频": ("DY", "douyin", 11),
    "快手": ("KS", "kuaishou", 5),
}
_RHYTHMS = ((1, 3), (1, 4), (2, 4))  # two to four posts a week
_FIRST = date(2019, 1, 1)

#: Counties whose accounts come from a table that the county fills in; up to five accounts each.
_REPORTING = ("610422", "610425", "610428", "610430", "610481", "610402")
_REPORTED_EACH = 5

#: One account got a new name; both stand in exports before and after this day.
RENAMED_ON = date(2020, 9, 1)
_FORMER_SUFFIX = "政务微博"


@dataclass(frozen=True, slots=True)
class CityAccount:
    """An account. ``registered_name`` may hold a line break; ``form`` is what its source looks like."""

    number: int
    code: str
    platform: str
    registered_name: str
    owner: str
    region: str
    rhythm: Rhythm
    form: Form
    time_form: TimeForm
    page_size: int
    pinned: bool
    address: str
    former_name: str | None = None

    @property
    def name(self) -> str:
        return self.registered_name.replace("\n", "")

    @property
    def family(self) -> str:
        """wechat, weibo, toutiao, douyin or kuaishou."""
        return _PLATFORMS[self.platform][1]

    def name_at(self, day: date) -> str:
        """The name in the registry on a day, as registered."""
        return self.former_name if self.former_name and day < RENAMED_ON else self.registered_name


class _Entry(NamedTuple):
    code: str
    platform: str
    name: str
    owner: str


def build_accounts(seed: int) -> tuple[CityAccount, ...]:
    """All accounts of the city in registry order (by code)."""
    rng = dice(seed, "accounts")
    known = [_Entry(*row[:4]) for row in NOTICE_2021Q1]
    entries = [*known, *_invented(rng, known)]
    entries.sort(key=lambda e: (e.code, e.name))
    reported = dict.fromkeys(_REPORTING, 0)
    renamed = next(
        e for e in entries if e not in known and e.platform == "新浪微博" and e.code[:6] not in _REPORTING
    )
    accounts = []
    for number, entry in enumerate(entries):
        region = entry.code[:6]
        reports = region in reported and reported[region] < _REPORTED_EACH and rng.random() < 0.5
        if reports:
            reported[region] += 1
        former = entry.name + _FORMER_SUFFIX if entry == renamed else None
        accounts.append(_account(rng, number, entry, reports=reports, former=former))
    return tuple(accounts)


def _account(
    rng: random.Random, number: int, entry: _Entry, *, reports: bool, former: str | None
) -> CityAccount:
    form: Form = "csv" if reports else rng.choices(("json", "rss", "atom"), (5, 3, 2))[0]
    times: dict[Form, tuple[tuple[TimeForm, ...], tuple[int, ...]]] = {
        "json": (("offset", "utc", "naive"), (6, 2, 2)),
        "rss": (("offset", "utc", "chinese"), (6, 2, 2)),
        "atom": (("offset", "utc", "naive"), (6, 2, 2)),
        "csv": (("naive",), (1,)),
    }
    region = entry.code[:6]
    if reports:
        address = f"http://{report_host(region)}/zwxmt/fbjl.csv"
    else:
        address = (
            f"http://feeds.xianyang.gov.cn/{_PLATFORMS[entry.platform][1]}/{100_000 + number}.{_suffix(form)}"
        )
    return CityAccount(
        number=number,
        code=entry.code,
        platform=entry.platform,
        registered_name=entry.name,
        owner=entry.owner,
        region=region,
        rhythm=Rhythm(_FIRST, *rng.choice(_RHYTHMS)),
        form=form,
        time_form=rng.choices(*times[form])[0],
        page_size=rng.randint(20, 30),
        pinned=rng.random() < 0.12,
        address=address,
        former_name=former,
    )


def report_host(region: str) -> str:
    """Where a county puts the table of its accounts' posts."""
    area = next(a for a in COUNTIES if a.code == region)
    return f"report.{area.label}.gov.cn"


def _suffix(form: Form) -> str:
    return "json" if form == "json" else "xml"


def _invented(rng: random.Random, known: list[_Entry]) -> Iterator[_Entry]:
    """As many accounts as are missing; codes and (name, platform) pairs are not used twice."""
    codes = {e.code for e in known}
    names = {e.name for e in known}
    pairs = [(area, number) for area in (CITY, *COUNTIES) for number in range(len(SUBJECTS))]
    rng.shuffle(pairs)
    wanted = TOTAL - len(known)
    platforms, weights = list(_PLATFORMS), [p[2] for p in _PLATFORMS.values()]
    for area, number in pairs:
        name = SUBJECTS[number].name.format(p=area.short)
        if wanted == 0:
            return
        if name in names:
            continue
        platform = rng.choices(platforms, weights)[0]
        code = _free_code(rng, area, number, platform, codes)
        codes.add(code)
        wanted -= 1
        yield _Entry(code, platform, name, SUBJECTS[number].owner.format(c=area.name))


def _free_code(rng: random.Random, area: Area, number: int, platform: str, taken: set[str]) -> str:
    old = rng.random() < 0.12  # ten digits, from the years before organisation numbers
    stem = area.code if old else f"{area.code}M{number + 21:03d}{_PLATFORMS[platform][0]}"
    serial = 101 if old else 1
    while f"{stem}{serial:04d}" in taken:
        serial += 1
    return f"{stem}{serial:04d}"
