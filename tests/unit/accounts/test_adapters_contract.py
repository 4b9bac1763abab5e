"""What a run decides and what ``jiancha account feed`` says are the same: the documented cases."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path

from jiancha.accounts.adapters import ADAPTERS
from jiancha.accounts.reader import fetch_account
from jiancha.assess import assess
from jiancha.errors import PermanentFailure
from jiancha.lake import Lake
from jiancha.registry.model import Account, AccountSource
from jiancha.registry.ways import WAYS
from jiancha.settings import AccountSettings, HttpSettings, Settings
from jiancha.standard import load_standard
from jiancha.windows import Calendar

DOC = Path(__file__).resolve().parents[3] / "docs" / "account-rules.md"
WINDOW = Calendar().window("2021Q1")  # checkpoint: 2021-02-15 23:59:59
SETTINGS = Settings(clock="2021-02-21T09:00:00", http=HttpSettings(allow_private=True))
VERDICTS = {"fresh": "qualified", "stale": "unqualified", "unknown": "undetermined"}
_POST = re.compile(r"(?:(\d{4})-)?(\d\d-\d\d)(?: (\d\d:\d\d)(:\d\d)?)?( pinned| repost)?")


def cases():
    """The documented cases that a feed can express: name, items and outcome."""
    section = DOC.read_text(encoding="utf-8").partition("## Cases")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line[:1] == "|"]
    for line in lines[2:]:
        name, posts, listing, outcome, _ = (cell.strip() for cell in line.strip("|").split("|")[:5])
        if not listing and not re.search("hidden|about", posts):
            parts = [part.strip() for part in posts.split(";") if part.strip()]
            yield name, [item(part, number) for number, part in enumerate(parts)], outcome


def item(text, number):
    if text == "?":
        return {"id": str(number), "title": "?"}
    year, day, clock, seconds, word = _POST.fullmatch(text).groups()
    moment = f"{year or 2021}-{day}" + (f"T{clock}{seconds or ':00'}+08:00" if clock else "")
    return {"id": str(number), "title": text, "date_published": moment, "_pinned": word == " pinned"}


def test_runs_decide_as_documented(hostile, tmp_path):
    lake = Lake(tmp_path)
    expected, rows = {}, []
    for number, (name, items, outcome) in enumerate(cases()):
        account = Account(f"610402M001WX{number:04d}", "微信公众号", name, "区政府", number)
        address = hostile.serve(f"/{number}", json.dumps({"items": items}).encode())
        source = AccountSource(account.account_code, account.platform, account.name, "feed", address)
        with suppress(PermanentFailure):
            fetch_account(account, [source], WINDOW, settings=SETTINGS, lake=lake)
        rows.append(
            {
                "target_id": account.target_id,
                "account_code": account.account_code,
                "platform": account.platform,
                "name": name,
                "owner": account.owner,
                "row": number,
            }
        )
        expected[name] = VERDICTS[outcome]
    lake.write_rows("sites", WINDOW.key, "registry", [])
    lake.write_rows("accounts", WINDOW.key, "registry", rows)
    assess(lake, WINDOW, load_standard("guoban-2019"))
    decided = {row["name"]: row["outcome"] for row in lake.window_rows("verdicts", WINDOW.key)}
    assert len(expected) > 20
    assert decided == expected


def test_every_way_of_reading_has_its_adapter_and_place():
    assert set(ADAPTERS) == set(WAYS)
    assert set(AccountSettings().order) == set(WAYS) - {"app"}
