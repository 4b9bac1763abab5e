"""The published notice of 2021 Q1 as assessment rows, typed by hand, and helpers to vary them."""

from __future__ import annotations

import json
from typing import Any

from jiancha.notice.build import Assessment, make_notice
from jiancha.notice.model import Notice
from jiancha.settings import NoticeSettings
from jiancha.standard import Standard, load_standard
from jiancha.windows import Calendar, Window

WINDOW: Window = Calendar().window("2021Q1")
STANDARD: Standard = load_standard("guoban-2019")
WORDS = NoticeSettings()

LONG, TWO_WEEKS = "长期未更新", "超过两周未更新"
COLUMNS = "应更新但长期未更新栏目数量超过（含）10个。"

BAD_SITES = [
    ("咸阳市发展和改革委员会", "6104000028", "市发展和改革委员会"),
    ("咸阳市科学技术局", "6104000054", "市科学技术局"),
]
# code, platform, name, owner, problem
BAD_ACCOUNTS = [
    ("6104000011", "新浪微博", "咸阳市农业局", "咸阳市农业局", LONG),
    ("6104000068", "新浪微博", "大西安(咸阳)文化体育功能区", "大西安文体功能区-咸阳经开区", LONG),
    ("6104220022", "新浪微博", "三原宣传", "三原县人民政府", TWO_WEEKS),
    ("610428M004WX0001", "微信公众号", "长武在线", "长武县人民政府", TWO_WEEKS),
    ("6104280003", "新浪微博", "中国长武", "长武县人民政府", TWO_WEEKS),
    ("610402M019WX0001", "今日头条", "秦都退役军人事务局", "咸阳市秦都区退役军人事务局", LONG),
    ("610422M013XL0001", "新浪微博", "平安三原", "三原县公安局", LONG),
    ("610422M005WX0001", "微信订阅号", "健康三原", "三原县卫生健康局", TWO_WEEKS),
    ("610424M014WX0001", "微信订阅号", "秦都再就业服务中心", "秦都再就业服务中心", TWO_WEEKS),
    ("610425M015XL0001", "微信订阅号", "礼泉县交警大队", "礼泉县公安局交通警察大队", LONG),
    ("610424M008JR0003", "今日头条", "乾县公安局城关派出所", "乾县公安局城关派出所", LONG),
    ("610481M009WX0001", "微信订阅号", "兴平市场监管", "兴平市场监督管理局", TWO_WEEKS),
    ("610424M014WX0001", "微信订阅号", "qxbdcdjzx", "乾县不动产登记中心", TWO_WEEKS),
    ("610402M016JR0001", "今日头条", "秦都区信访局", "秦都区信访局", LONG),
    ("610424M008WX0002", "新浪微博", "乾县交警大队", "乾县公安局交警大队", LONG),
    ("610424M008WX0003", "微信订阅号", "乾县公安局城关派出所", "乾县公安局城关派出所", TWO_WEEKS),
    ("610425M011WX0001", "微信订阅号", "礼泉县退役军人事务局", "礼泉县退役军人事务局", TWO_WEEKS),
    ("610425M010DY0001", "抖音短视频", "法治礼泉", "礼泉县司法局", TWO_WEEKS),
    ("610425M009DY0001", "抖音短视频", "礼泉县自然资源局", "礼泉县自然资源局", LONG),
    ("610422M009DY0001", "抖音短视频", "sanyuanzhaoshang", "三原县招商局", TWO_WEEKS),
    ("610430M007WX0001", "微信订阅号", "咸阳市生态环境局淳化分局", "咸阳市生态环境局淳化分局", TWO_WEEKS),
    ("610430M007XL0001", "新浪微博", "咸阳市生态环境局淳化分局", "咸阳市生态环境局淳化分局", TWO_WEEKS),
    ("610430M006WX0001", "微信订阅号", "淳化县医疗保障局", "淳化县医疗保障局", TWO_WEEKS),
    ("610422M003JR0001", "今日头条", "三原交警", "三原县公安局交管大队", LONG),
    ("610402M013DY0001", "抖音短视频", "秦都区城市管理执法局", "秦都区城市管理执法局", TWO_WEEKS),
]


def site(row: int, **changes: Any) -> dict[str, Any]:
    """A qualified site's verdict."""
    level = "municipal_portal" if row == 1 else "county_portal" if row <= 14 else "municipal_department"
    return {
        "target_id": f"s{row}",
        "target_kind": "site",
        "row": row,
        "code": f"61040000{row:02}",
        "name": f"网站{row}",
        "platform": None,
        "owner": f"单位{row}",
        "level": level,
        "url": f"http://s{row}.example.gov.cn/",
        "outcome": "qualified",
        "problem": None,
        "reason": None,
    } | changes


def account(row: int, **changes: Any) -> dict[str, Any]:
    """A qualified account's verdict."""
    return {
        "target_id": f"a{row}",
        "target_kind": "account",
        "row": row,
        "code": f"610400M{row:03}WX0001",
        "name": f"账号{row}",
        "platform": "微信订阅号",
        "owner": f"单位{row}",
        "level": None,
        "url": None,
        "outcome": "qualified",
        "problem": None,
        "reason": None,
    } | changes


def seed_verdicts() -> list[dict[str, Any]]:
    """56 sites and 252 accounts; the unqualified ones stand last in the registry, rows shuffled."""
    rows = [site(row) for row in range(1, 55)]
    rows += [
        site(54 + n, name=name, code=code, owner=owner, outcome="unqualified", problem=COLUMNS)
        for n, (name, code, owner) in enumerate(BAD_SITES, 1)
    ]
    rows += [account(row) for row in range(1, 228)]
    rows += [
        account(227 + n, code=c, platform=p, name=name, owner=o, outcome="unqualified", problem=problem)
        for n, (c, p, name, o, problem) in enumerate(BAD_ACCOUNTS, 1)
    ]
    return rows[::-1]


def assessment(verdicts: list[dict[str, Any]], **changes: Any) -> Assessment:
    """Verdicts with the findings, measurements and summary that belong to them."""
    findings = [{"target_id": v["target_id"]} for v in verdicts if v["outcome"] == "unqualified"]
    measured = [
        {
            "target_id": v["target_id"],
            "indicator": i.id,
            "measured": True,
            "value": 1.0,
            "warn": False,
            "reason": None,
        }
        for v in verdicts
        if v["outcome"] != "undetermined"
        for i in STANDARD.indicators
        if i.target == v["target_kind"] and i.required
    ]
    return Assessment(verdicts, findings, measured, summary(verdicts))._replace(**changes)


def summary(
    verdicts: list[dict[str, Any]], previous: dict[tuple[str, str], int] | None = None
) -> list[dict[str, Any]]:
    rows = []
    for kind in ("site", "account"):
        outcomes = [v["outcome"] for v in verdicts if v["target_kind"] == kind]
        values = {
            "registered": len(outcomes),
            "inspected": len(outcomes) - outcomes.count("undetermined"),
            **{name: outcomes.count(name) for name in ("qualified", "unqualified", "undetermined")},
        }
        rows += [
            {
                "target_kind": kind,
                "measure": measure,
                "key": None,
                "value": value,
                "previous": (previous or {}).get((kind, measure)),
            }
            for measure, value in values.items()
        ]
    return rows


def quality(gate: str, check: str, *, passed: bool = False, examples: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "gate": gate,
        "check": check,
        "severity": "warning",
        "passed": passed,
        "count": len(examples),
        "examples": json.dumps(examples, ensure_ascii=False),
        "message": f"{check}的说明",
    }


def notice_of(verdicts: list[dict[str, Any]], words: NoticeSettings = WORDS, **changes: Any) -> Notice:
    return make_notice(WINDOW, assessment(verdicts, **changes), STANDARD, words)


def seed_notice() -> Notice:
    return notice_of(seed_verdicts())
