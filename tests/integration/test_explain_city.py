"""The chains behind verdicts of the sandbox city, inspected for real, and the stored pages they name.

Who fails, and for what, is told by the city's answer key. Only the accused targets are visited.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from jiancha.cli.main import main
from jiancha.errors import PermanentFailure, TransientFailure
from jiancha.pipeline import availability_probe, quarterly_inspection, registry_sync
from jiancha.pipeline.context import Batch
from jiancha.windows import Calendar, Window
from jiancha_sandbox.city import SandboxCity
from jiancha_sandbox.connections import environment
from jiancha_sandbox.exports import write_exports
from jiancha_sandbox.key import answer_key
from jiancha_sandbox.outages import OUTAGE_QUARTER, probe_moments
from jiancha_sandbox.plan import write_plan
from jiancha_sandbox.server import serve

SEED = 2021
STALE = "动态、要闻类和通知公告、政策文件类栏目不更新数量超过（含）5个。"
UNREACHABLE = "站点无法访问比例累计超过（含）5%。"
INTERACTION = "超过3个月未对网民留言作出答复。"
SERVICES = "办事指南要素缺失的事项数量超过（含）5个。"
RECORD = re.compile(r"<urn:uuid:[0-9a-f-]{36}>")


ACCOUNT = "account"


class Case(NamedTuple):
    """One accused target, and what explain tells of it."""

    code: str
    name: str
    window: str
    told: str

    def line(self, beginning: str) -> str:
        """The first line that begins so."""
        return next(line for line in self.told.splitlines() if line.startswith(beginning))

    def records(self) -> list[str]:
        """All evidence records that are named, once."""
        return list(dict.fromkeys(RECORD.findall(self.told)))


@contextmanager
def inspected(folder: Path, window_key: str, accused: Sequence[str]) -> Iterator[dict[str, Case]]:
    """The key's first target for each problem, visited, judged and explained."""
    window = Calendar().window(window_key)
    city = SandboxCity(seed=SEED, clock=window.checkpoint + timedelta(hours=9))
    key = answer_key(city, window, probed=UNREACHABLE in accused)
    sites = {p: next(s for s in key["sites"] if p in s["problems"]) for p in accused if p != ACCOUNT}
    account = next(a for a in key["accounts"] if a["platform"] == "新浪微博")
    everybody, codes = city.sites, {site["site_code"] for site in sites.values()}
    city.sites = registered(city, codes)
    write_exports(folder / "registry", city, as_of=window.end)
    city.sites = everybody
    plan = write_plan(folder, city)
    with serve(city) as port, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("JIANCHA_LAKE", str(folder / "lake"))
        patch.setenv("JIANCHA_CLOCK", city.clock.isoformat())
        patch.setenv("JIANCHA_REGISTRY__FOLDER", str(folder / "registry"))
        patch.setenv("JIANCHA_HTTP__PROXY", f"http://127.0.0.1:{port}")
        patch.setenv("JIANCHA_HTTP__PACE_SECONDS", "0")
        for name, value in environment(plan).items():
            patch.setenv(name, value)
        registry_sync.sync_registry()
        if UNREACHABLE in accused:
            probe_week(city, window, patch)
        quarterly_inspection.freeze_registry(window_key)
        with suppress(TransientFailure, PermanentFailure):
            quarterly_inspection.inspect_sites(
                window_key, targets(quarterly_inspection.list_sites(window_key), codes)
            )
        if ACCOUNT in accused:
            quarterly_inspection.fetch_accounts(
                window_key, targets(quarterly_inspection.list_accounts(window_key), {account["account_code"]})
            )
        quarterly_inspection.roll_up(window_key)
        quarterly_inspection.assess_window(window_key)
        cases = {p: (site["site_code"], site["name"]) for p, site in sites.items()}
        if ACCOUNT in accused:
            cases[ACCOUNT] = (account["account_code"], account["name"])
        yield {
            problem: Case(code, name, window_key, explained(code, window_key))
            for problem, (code, name) in cases.items()
        }


def targets(batches: Sequence[Batch], codes: set[str]) -> list[str]:
    return [t for batch in batches for t in batch["targets"] if t.rpartition("-")[0] in codes]


def registered(city: SandboxCity, codes: set[str]) -> list[Any]:
    """The accused sites and two more that always open, or our own line were to blame."""
    healthy = [site.site_code for site in city.sites if site.site_code not in {*city.outages, *codes}]
    return [site for site in city.sites if site.site_code in {*codes, *healthy[:2]}]


def probe_week(city: SandboxCity, window: Window, patch: pytest.MonkeyPatch) -> None:
    """The window's last week, hour by hour."""
    for moment in probe_moments(window):
        city.now = moment
        patch.setenv("JIANCHA_CLOCK", moment.isoformat())
        opened = availability_probe.open_probe_round()
        assert opened is not None
        for batch in availability_probe.list_probe_batches(opened):
            availability_probe.probe_sites(opened, batch["targets"])
        availability_probe.close_probe_round(opened)
    city.now = city.clock
    patch.setenv("JIANCHA_CLOCK", city.clock.isoformat())


def explained(code: str, window: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out):
        assert main(["explain", code, window]) == 0
    return out.getvalue()


@pytest.fixture(scope="module")
def autumn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Case]]:
    """The window in which home pages were probed."""
    wanted = [STALE, UNREACHABLE, ACCOUNT]
    with inspected(tmp_path_factory.mktemp("autumn"), str(OUTAGE_QUARTER), wanted) as cases:
        yield cases


def read_back(case: Case, record: str, folder: Path) -> bytes:
    out = folder / "page"
    assert main(["evidence", record, case.window, case.code, "--out", str(out)]) == 0
    return out.read_bytes()


def test_a_site_with_stale_columns(autumn: dict[str, Case], tmp_path: Path) -> None:
    case = autumn[STALE]
    assert case.line(case.name).startswith(f"{case.name} {case.code} · 窗口 2020Q4 · 名录第")
    assert case.line("结论") == f"结论：不合格 {STALE}"
    lines = case.told.splitlines()
    stale = [n for n, line in enumerate(lines) if line.startswith("栏目 ") and "：未更新，最新 " in line]
    assert len(stale) >= 5
    for place in stale:
        newest = re.search(r"最新 (\d{4}-\d\d-\d\d)，界限 (\d{4}-\d\d-\d\d)", lines[place])
        assert newest is not None
        assert newest[1] < newest[2]
        chain = "\n".join(lines[place : place + 5])
        assert re.search(rf"依据：.+ http://\S+ 日期 {newest[1]}（规则 \w+[:\w]*）\n    见 http", chain)
        title = lines[place + 3].removeprefix("  依据：").partition(" http")[0]
        page = read_back(case, RECORD.findall(lines[place + 4])[0], tmp_path)
        assert title.encode() in page or title.encode("gb18030") in page
    assert case.line("指标 site.columns_a（栏目不更新）").endswith("个栏目，不合格；达到5个栏目为不合格")
    assert case.line(f"问题：{STALE} 测得 ").count("依据 guoban-2019 第1版，证据 evidence/") == 1


def test_a_site_that_does_not_open(autumn: dict[str, Case], tmp_path: Path) -> None:
    case = autumn[UNREACHABLE]
    assert case.line("结论") == f"结论：不合格 {UNREACHABLE}"
    told = re.match(
        r"可用性探测：2020-11-09至2020-11-15，7天，计入140次，未能打开(\d+)次", case.line("可用性探测")
    )
    assert told is not None
    assert int(told[1]) >= 7  # 5 % of 140
    assert case.line("指标 site.unreachable（站点无法访问）").endswith(
        "%，不合格；达到5%为不合格，达到3%预警"
    )
    assert case.line(f"问题：{UNREACHABLE}")
    assert len(case.records()) >= int(told[1])
    assert len({read_back(case, record, tmp_path) for record in case.records()}) >= 2


def test_an_account(autumn: dict[str, Case], tmp_path: Path) -> None:
    case = autumn[ACCOUNT]
    assert case.line(f"{case.name}（新浪微博） {case.code} · 窗口 2020Q4")
    assert re.match(r"结论：不合格 (长期未更新|超过两周未更新)$", case.line("结论"))
    assert re.match(r"最新发布：\d{4}-\d\d-\d\d，距监测时间点\d+天 \S", case.line("最新发布"))
    assert case.line("问题：")
    assert case.records()


@pytest.mark.parametrize("problem", [STALE, UNREACHABLE, ACCOUNT])
def test_every_record_that_is_named_can_be_read(
    autumn: dict[str, Case], problem: str, tmp_path: Path
) -> None:
    case = autumn[problem]
    for record in case.records():
        read_back(case, record, tmp_path)


def test_a_site_that_does_not_answer(tmp_path: Path) -> None:
    with inspected(tmp_path, "2020Q2", [INTERACTION]) as cases:
        case = cases[INTERACTION]
        assert case.line("结论") == f"结论：不合格 {INTERACTION}"
        assert case.line("咨询留言：读到")
        assert case.line("  超期未答复：")
        lines = case.told.splitlines()
        place = lines.index(case.line(f"问题：{INTERACTION}"))
        said = [
            n
            for n in range(place, len(lines))
            if lines[n].endswith("天未答复") or "天未答复 http" in lines[n]
        ]
        assert said
        for n in said:
            title = lines[n].strip().partition("：")[0]
            page = read_back(case, RECORD.findall(lines[n + 1])[0], tmp_path)
            assert title.encode() in page or title.encode("gb18030") in page
        for record in case.records():
            read_back(case, record, tmp_path)


def test_a_site_whose_guides_lack_elements(tmp_path: Path) -> None:
    with inspected(tmp_path, "2021Q3", [SERVICES]) as cases:
        case = cases[SERVICES]
        assert case.line("结论") == f"结论：不合格 {SERVICES}"
        lines = case.told.splitlines()
        place = lines.index(case.line(f"问题：{SERVICES}"))
        lacking = [n for n in range(place, len(lines)) if "：缺 " in lines[n]]
        assert len(lacking) >= 5
        for n in lacking:
            title = lines[n].strip().partition("：")[0]
            page = read_back(case, RECORD.findall(lines[n + 1])[0], tmp_path)
            assert title.encode() in page or title.encode("gb18030") in page
        for record in case.records():
            read_back(case, record, tmp_path)
