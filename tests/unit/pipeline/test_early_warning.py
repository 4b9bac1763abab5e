"""The daily look at accounts, against a real server: what is read, what is warned of, and how often."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jiancha.accounts.owners import OwnersError
from jiancha.errors import GateFailed, LakeError, SettingsError
from jiancha.lake import Lake
from jiancha.pipeline import early_warning
from jiancha.pipeline.early_warning import MailError
from jiancha.registry import snapshots
from jiancha.registry.exports import RegistryTables
from jiancha.registry.model import Account, AccountSource
from jiancha.windows import ZONE

DAY = date(2021, 3, 31)
QINDU, QIAN = "秦都区政府", "乾县政府"


class Town:
    """Accounts with a feed each, a registry, and a clock."""

    def __init__(self, hostile: Any, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hostile, self.lake, self._monkeypatch = hostile, lake, monkeypatch
        self.accounts: list[Account] = []
        self.sources: list[AccountSource] = []
        self.at = ""

    def account(
        self, name: str, owner: str = QINDU, platform: str = "微信公众号", feed: bool = True
    ) -> Account:
        number = len(self.accounts) + 1
        made = Account(f"610402M001WX{number:04}", platform, name, owner, number)
        self.accounts.append(made)
        if feed:
            address = f"{self.hostile.url}/{number}"
            self.sources.append(AccountSource(made.account_code, platform, name, "feed", address))
        return made

    def posts(self, account: Account, *days: int | date, pages: int = 1) -> None:
        """Posts so many days before DAY (negative: after it), newest first, on pages of even size."""
        size = -(-len(days) // pages)
        path = f"/{account.row}"
        for page in range(pages):
            items = [_item(day, n) for n, day in enumerate(days)][page * size : (page + 1) * size]
            feed: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "items": items}
            if page + 1 < pages:
                feed["next_url"] = f"{self.hostile.url}{path}-{page + 1}"
            self.hostile.serve(path if page == 0 else f"{path}-{page}", json.dumps(feed).encode())

    def look(self, day: date = DAY, *, hour: int = 9) -> dict[str, dict[str, Any]]:
        """The whole daily check but for the mails; the day's rows by the account's name."""
        self._monkeypatch.setenv("JIANCHA_CLOCK", datetime(day.year, day.month, day.day, hour).isoformat())
        tables = RegistryTables(
            sites=[], accounts=self.accounts, columns=[], sources=self.sources, warnings=[]
        )
        snapshots.write_snapshot(self.lake, tables, date(2021, 1, 1))
        self.at = early_warning.open_check()
        for batch in early_warning.list_accounts(self.at):
            early_warning.check(self.at, batch["targets"])
        self.counts = early_warning.settle(self.at)
        rows = self.lake.window_rows("account_gaps", day.isoformat())
        assert len(rows) == len({row["target_id"] for row in rows})
        return {row["name"]: row for row in rows}

    def mail(
        self, send: Callable[[early_warning.Letter], bool] = lambda _: True
    ) -> dict[str | None, list[str]]:
        """Send what is due; returns the accounts told of, by owner."""
        told: dict[str | None, list[str]] = {}

        def sent(letter: early_warning.Letter) -> bool:
            if not letter.to or not send(letter):
                return False
            told[letter.owner] = [row["name"] for row in letter.rows]
            return True

        early_warning.warn(self.at, sent)
        return told


def _item(day: int | date, number: int) -> dict[str, str]:
    posted = DAY - timedelta(days=day) if isinstance(day, int) else day
    return {
        "id": f"{posted}-{number}",
        "title": f"{posted}的动态",
        "url": f"https://a.cn/{number}",
        "date_published": f"{posted}T08:00:00+08:00",
    }


@pytest.fixture
def town(hostile: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    with (tmp_path / "owners.csv").open("w", encoding="utf-8-sig", newline="") as sink:
        csv.writer(sink).writerows([("主办单位", "邮箱"), (QINDU, "office@qindu.gov.cn")])
    monkeypatch.setenv("JIANCHA_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("JIANCHA_HTTP__ALLOW_PRIVATE", "true")
    monkeypatch.setenv("JIANCHA_EARLY_WARNING__OWNERS", str(tmp_path / "owners.csv"))
    monkeypatch.setenv("JIANCHA_MAIL__RECIPIENTS", "ops@xianyang.gov.cn")
    return Town(hostile, Lake(tmp_path / "lake"), monkeypatch)


def asked(town: Town) -> list[str]:
    return [path for path, _ in town.hostile.seen]


# --- what is read ---


def test_a_recent_post_on_the_first_page_is_enough(town: Town) -> None:
    town.posts(town.account("甲"), *range(2, 42, 2), pages=4)
    row = town.look()["甲"]
    assert asked(town) == ["/1"]
    assert (row["outcome"], row["newest"], row["days_without"]) == ("fresh", date(2021, 3, 29), 2)
    assert (row["newest_title"], row["newest_url"]) == ("2021-03-29的动态", "https://a.cn/0")
    # every other day back to ten days ago: silent yesterday, today, and each day in between
    assert (row["known_since"], row["days_counted"], row["longest_gap"]) == (date(2021, 3, 21), 11, 2)
    assert (row["gap_first"], row["gap_last"], row["days_out"]) == (date(2021, 3, 30), DAY, 0)


def test_an_old_first_page_is_followed_until_nothing_newer_can_hide(town: Town) -> None:
    town.posts(town.account("甲"), 30, 31, 32, 33, 34, 35, pages=3)
    assert town.look()["甲"]["days_without"] == 30
    assert asked(town) == ["/1", "/1", "/1-1"]


def test_a_pinned_post_on_top_does_not_make_an_account_silent(town: Town) -> None:
    town.posts(town.account("甲"), 700, 3, 4, 5, 6, 7)
    row = town.look()["甲"]
    assert (row["outcome"], row["days_without"], row["known_since"]) == ("fresh", 3, date(2021, 3, 24))


@pytest.mark.parametrize(("days", "outcome"), [(0, "fresh"), (9, "fresh"), (10, "stale"), (11, "stale")])
def test_ten_whole_days_are_the_limit(town: Town, days: int, outcome: str) -> None:
    town.posts(town.account("甲"), days, 100, 101)
    row = town.look()["甲"]
    assert (row["outcome"], row["days_without"]) == (outcome, days)


def test_gaps_and_days_out_of_compliance(town: Town) -> None:
    town.posts(town.account("甲"), 1, 21, 40, 95)
    row = town.look()["甲"]
    # the span is DAY - 89 to DAY, when the post of DAY - 95 was six days old: silent until DAY - 41
    assert (row["days_counted"], row["known_since"]) == (90, DAY - timedelta(days=95))
    assert (row["longest_gap"], row["gap_first"]) == (54, DAY - timedelta(days=94))
    # out: DAY - 80 to DAY - 41 (40 days), DAY - 25 to DAY - 22 (4), DAY - 6 to DAY - 2 (5)
    assert row["days_out"] == 49


def test_what_was_seen_earlier_is_kept(town: Town) -> None:
    account = town.account("甲")
    town.posts(account, 12, 14, 16)
    town.look(DAY - timedelta(days=12))
    town.posts(account, 3, 8, 12, 14, 16, pages=2)  # the first page reaches back to the last look
    row = town.look()["甲"]
    assert (row["known_since"], row["post_days"][0]) == (DAY - timedelta(days=16),) * 2
    assert len(row["post_days"]) == 5


def test_what_cannot_be_read_is_unknown_and_what_was_known_stays(town: Town) -> None:
    account = town.account("甲")
    town.account("乙", feed=False)
    town.account("丙", platform="小程序")
    town.posts(account, 12, 14, 16)
    town.look(DAY - timedelta(days=1))
    town.hostile.routes["/1"] = lambda handler: handler.answer(b"", status=503)
    rows = town.look()
    assert set(rows) == {"甲", "乙"}  # a mini-program has no posts to look at
    found = rows["甲"]
    assert (found["outcome"], found["failure"], found["days_without"]) == ("unknown", "server_error", None)
    assert (found["newest"], found["known_until"]) == (DAY - timedelta(days=12), DAY - timedelta(days=1))
    assert (rows["乙"]["outcome"], rows["乙"]["failure"]) == ("unknown", "no_source")
    assert town.mail() == {}


def test_an_empty_feed_and_a_stale_one_that_may_hide_posts_are_unknown(town: Town) -> None:
    town.posts(town.account("甲"))
    town.posts(town.account("乙"), 30, 20, 40, 25, 50, 12)  # in no order: a newer one may be missing
    rows = town.look()
    assert [row["outcome"] for row in rows.values()] == ["unknown", "unknown"]
    assert town.mail() == {}
    with pytest.raises(GateFailed, match="2 of 2 accounts"):
        early_warning.require_readable(town.counts)


def test_one_unread_account_of_many_fails_nothing() -> None:
    early_warning.require_readable({"fresh": 3, "stale": 1, "unknown": 1})
    early_warning.require_readable({"fresh": 0, "stale": 0, "unknown": 0})


def test_a_batch_without_an_outcome_is_unknown_and_its_state_is_kept(town: Town) -> None:
    town.posts(town.account("甲"), 12, 30)
    town.look(DAY - timedelta(days=1))
    assert town.mail() == {QINDU: ["甲"]}
    town.posts(town.account("乙"), 1, 30)
    town._monkeypatch.setenv("JIANCHA_CLOCK", f"{DAY}T09:00:00")
    tables = RegistryTables(sites=[], accounts=town.accounts, columns=[], sources=town.sources, warnings=[])
    snapshots.write_snapshot(town.lake, tables, date(2021, 1, 1))
    at = early_warning.open_check()
    early_warning.check(at, [town.accounts[1].target_id])
    early_warning.settle(at)
    rows = {row["name"]: row for row in town.lake.window_rows("account_gaps", DAY.isoformat())}
    assert (rows["甲"]["failure"], rows["甲"]["warned_days"]) == ("no_outcome", 10)
    assert rows["乙"]["outcome"] == "fresh"


def test_a_day_on_which_nothing_was_read_has_no_table(town: Town) -> None:
    town.account("甲")
    town.look()
    with pytest.raises(LakeError, match="no account was read on 2021-04-01"):
        early_warning.settle(datetime(2021, 4, 1, 9, tzinfo=ZONE).isoformat())
    assert [row["day"] for row in early_warning.latest(town.lake)] == [DAY]


# --- who is told, and how often ---


def test_an_owner_is_told_at_ten_days_at_fourteen_and_never_else(town: Town) -> None:
    town.posts(town.account("甲"), 0, 30)
    told = {}
    for days in range(25):
        town.look(DAY + timedelta(days=days))
        if mails := town.mail():
            told[days] = mails
    assert told == {10: {QINDU: ["甲"]}, 14: {QINDU: ["甲"]}}


def test_a_late_warning_is_not_brought_forward_by_the_rule(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below early_warning.days the listing was not read far enough to be sure that nothing newer is there."""
    monkeypatch.setenv("JIANCHA_EARLY_WARNING__DAYS", "20")
    town.posts(town.account("甲"), 15, 30)
    assert town.look()["甲"]["outcome"] == "fresh"
    assert town.mail() == {}
    town.look(DAY + timedelta(days=5))
    assert town.mail() == {QINDU: ["甲"]}


def test_a_new_silence_is_told_of_again(town: Town) -> None:
    account = town.account("甲")
    town.posts(account, 0, 30)
    town.look(DAY + timedelta(days=14))
    assert town.mail() == {QINDU: ["甲"]}
    town.posts(account, -15, 0, 30)
    row = town.look(DAY + timedelta(days=24))["甲"]
    assert (row["warned_days"], town.mail()) == (None, {})
    town.look(DAY + timedelta(days=25))
    assert town.mail() == {QINDU: ["甲"]}


def test_an_unread_day_and_a_deleted_post_start_nothing_anew(town: Town) -> None:
    account = town.account("甲")
    town.posts(account, 0, 5, 30)
    town.look(DAY + timedelta(days=11))
    assert town.mail() == {QINDU: ["甲"]}
    town.hostile.routes["/1"] = lambda handler: handler.answer(b"", status=503)
    town.look(DAY + timedelta(days=12))
    town.posts(account, 0, 5, 30)
    town.look(DAY + timedelta(days=13))
    assert town.mail() == {}
    town.posts(account, 2, 5, 30)  # what was the newest post is gone
    assert town.look(DAY + timedelta(days=13), hour=10)["甲"]["days_without"] == 15
    assert town.mail() == {QINDU: ["甲"]}  # at fourteen days, for the first time
    assert town.mail() == {}


def test_long_silent_accounts_are_told_of_once_when_the_checks_begin(town: Town) -> None:
    town.posts(town.account("甲"), 300, 301)
    town.look()
    assert town.mail() == {QINDU: ["甲"]}
    town.look(hour=10)  # the same day again
    assert town.mail() == {}
    town.look(DAY + timedelta(days=1))
    assert town.mail() == {}


def test_one_mail_for_each_owner_and_one_for_all_without_an_address(town: Town) -> None:
    for name, owner in (("甲", QINDU), ("乙", QIAN), ("丙", QINDU), ("丁", "礼泉县政府")):
        town.posts(town.account(name, owner), 12, 30)
    town.look()
    letters = early_warning.letters(town.at)
    assert [(letter.owner, letter.to, letter.rule_days) for letter in letters] == [
        (QINDU, ("office@qindu.gov.cn",), 14),
        (None, ("ops@xianyang.gov.cn",), 14),
    ]
    assert town.mail() == {QINDU: ["甲", "丙"], None: ["乙", "丁"]}
    assert town.mail() == {}


def test_who_was_not_told_is_told_later(town: Town) -> None:
    town.posts(town.account("甲"), 12, 30)
    town.posts(town.account("乙", QIAN), 12, 30)

    def refused(letter: early_warning.Letter) -> bool:
        if letter.owner is None:
            raise ConnectionRefusedError(111, "refused")
        return True

    town.look()
    with pytest.raises(MailError, match=r"1 of 2 mails were not sent: .*refused"):
        town.mail(refused)
    assert town.mail() == {None: ["乙"]}


def test_nobody_to_tell_is_not_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_MAIL__RECIPIENTS", "")
    town.posts(town.account("乙", QIAN), 12, 30)
    town.look()
    assert town.mail() == {}
    assert early_warning.latest(town.lake)[0]["warned_days"] is None


# --- what stops a run before anything is fetched ---


def test_a_faulty_list_of_owners(town: Town, tmp_path: Path) -> None:
    town.account("甲")
    (tmp_path / "owners.csv").write_text("主办单位,邮箱\n甲,nobody\n", encoding="utf-8")
    with pytest.raises(OwnersError, match="row 2"):
        town.look()
    assert asked(town) == []


def test_a_limit_of_no_days(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANCHA_EARLY_WARNING__DAYS", "0")
    with pytest.raises(SettingsError, match="JIANCHA_EARLY_WARNING__DAYS: Expected `int` >= 1"):
        town.look()


def test_accounts_are_looked_at_in_batches(town: Town) -> None:
    for number in range(41):
        town.account(f"第{number}号", feed=False)
    town.look()
    sizes = [len(batch["targets"]) for batch in early_warning.list_accounts(town.at)]
    assert sizes == [14, 14, 13]
