"""A small lake built by hand: every test says only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from jiancha.accounts.freshness import judge, rule_days
from jiancha.accounts.reader import listing_row
from jiancha.assess import assess
from jiancha.lake import Lake
from jiancha.posts.feeds import Post
from jiancha.posts.model import Listing
from jiancha.standard import Standard, load_standard
from jiancha.windows import ZONE, Calendar, Window

STANDARD = load_standard("guoban-2019")
WINDOW = Calendar().window("2021Q1")  # 1 to 15 February 2021, judged as of 15 February 23:59:59
CHECKPOINT = date(2021, 2, 15)

Row = dict[str, Any]


def ago(days: int) -> date:
    """The day that lies so many whole days before the checkpoint; negative after it."""
    return CHECKPOINT - timedelta(days=days)


def at(day: date, clock: time = time(10)) -> datetime:
    return datetime.combine(day, clock, tzinfo=ZONE)


#: 9 to 15 February.
WEEK = [ago(n) for n in range(6, -1, -1)]


class City:
    """Rows of one window, added target by target and written together."""

    def __init__(self, root: Path, window: Window = WINDOW, read_on: date | None = None) -> None:
        self.lake = Lake(str(root))
        self.window = window
        self.read_at = at(read_on or window.checkpoint_day + timedelta(days=1))
        self.rows: dict[str, dict[str, list[Row]]] = {}
        self.listings: dict[str, Listing] = {}
        self.registry: dict[str, list[Row]] = {"sites": [], "accounts": []}

    def put(self, table: str, target: str, *rows: Row) -> None:
        self.rows.setdefault(table, {}).setdefault(target, []).extend(
            {"target_id": target, **r} for r in rows
        )

    # --- sites ---

    def site(
        self, target: str = "s1", *, code: str | None = None, visit: Row | None = None, **changes: Any
    ) -> str:
        """A registered site whose home page was read."""
        self.registry["sites"].append(
            {
                "target_id": target,
                "site_code": code or f"code-{target}",
                "name": f"网站{target}",
                "url": f"http://{target}.example/",
                "level": "municipal_department",
                "owner": "某局",
                "row": len(self.registry["sites"]) + 1,
                **changes,
            }
        )
        self.put("visits", target, self._visit("site", target) | {"home_status": "ok"} | (visit or {}))
        return target

    def home(self, target: str, *days: date | None, urls: Sequence[str] = ()) -> None:
        """Items of the home page, in page order."""
        addresses = [*urls, *(f"http://{target}.example/h{n}" for n in range(len(urls), len(days)))]
        self.put("items", target, *self._items(target, "home", days, addresses))

    def column(
        self,
        target: str,
        column: str,
        *days: date | None,
        kind: str = "other",
        urls: Sequence[str] = (),
        pinned: Sequence[int] = (),
        **changes: Any,
    ) -> None:
        """A column that was read to its end, with items of these days from the top."""
        row = {
            "column_id": column,
            "name": f"栏目{column}",
            "url": f"http://{target}.example/{column}/",
            "kind": kind,
            "found_by": "navigation",
            "status": "ok" if days else "blank",
            "reached_end": True,
            "pages": 1,
            **changes,
        }
        self.put("columns", target, row)
        addresses = [*urls, *(f"http://{target}.example/{column}/{n}" for n in range(len(urls), len(days)))]
        items = self._items(target, column, days, addresses)
        for position in pinned:
            items[position]["pinned"] = True
        self.put("items", target, *items)

    def columns(
        self, target: str, number: int, *days: date, kind: str = "other", prefix: str = "c", **changes: Any
    ) -> None:
        """So many alike columns."""
        for n in range(number):
            self.column(target, f"{prefix}{n}", *days, kind=kind, **changes)

    def good_site(self, target: str = "s1", **changes: Any) -> str:
        """A site without faults: a fresh home page and one fresh column."""
        self.site(target, **changes)
        self.home(target, ago(1))
        self.column(target, "fresh", ago(1))
        return target

    def _items(self, target: str, column: str, days: Sequence[date | None], urls: Sequence[str]) -> list[Row]:
        return [
            {
                "column_id": column,
                "title": f"{column}的第{n}条",
                "url": url,
                "published_on": day,
                "position": n,
                "pinned": False,
                "page_url": f"http://{target}.example/",
            }
            for n, (day, url) in enumerate(zip(days, urls, strict=True))
        ]

    # --- accounts ---

    def account(
        self,
        target: str = "a1",
        *days: date | datetime | None,
        code: str | None = None,
        visit: Row | None = None,
        listing: Row | None = None,
        **changes: Any,
    ) -> str:
        """A registered account whose whole listing was read: a table of posts of these days.

        ``listing``: what is otherwise of it (see posts.model.Listing)."""
        self.registry["accounts"].append(
            {
                "target_id": target,
                "account_code": code or f"code-{target}",
                "platform": "微信订阅号",
                "name": f"账号{target}",
                "owner": "某局",
                "row": len(self.registry["accounts"]) + 1,
                **changes,
            }
        )
        self.put("visits", target, self._visit("account", target) | (visit or {}))
        self.posts(target, *days)
        as_of = (visit or {}).get("as_of", self.read_at)
        whole = {"order": "table", "as_of": as_of} | (listing or {})
        self.listings[target] = Listing("test", _as_read(days), **whole)
        return target

    def posts(self, target: str, *days: date | datetime | None) -> None:
        place = len(self.rows.get("posts", {}).get(target, ()))
        self.put("posts", target, *(_post(place + n, day) for n, day in enumerate(days)))

    def unvisited(self, target: str, kind: str) -> None:
        """Drop what a target's visit left."""
        self.rows["visits"].pop(target)

    def _visit(self, kind: str, target: str) -> Row:
        return {
            "target_kind": kind,
            "status": "ok",
            "url": f"http://{target}.example/",
            "started_at": self.read_at,
            "finished_at": self.read_at,
            "as_of": self.read_at,
            "coverage": "complete",
            "adapter": "test",
            "evidence": f"evidence/window={self.window.key}/{target}.warc.gz",
            "requests": 1,
            "bytes": 100,
        }

    # --- results ---

    def read_listings(self, standard: Standard = STANDARD) -> None:
        """What the rule of freshness makes of each account's listing, as when it is read."""
        since, checkpoint = at(self.window.cutoff(rule_days(standard)), time()), self.window.checkpoint
        for target, listing in self.listings.items():
            row = listing_row(target, listing, judge(listing, since, checkpoint))
            self.rows.setdefault("listings", {}).setdefault(target, [row])

    def judge(self, standard: Standard = STANDARD, *, together: bool = False) -> Results:
        """Write everything, assess, and read the results; ``together`` writes a file a table, for speed."""
        for table in ("sites", "accounts"):
            self.lake.write_rows(table, self.window.key, table, self.registry[table])
        self.read_listings(standard)
        for table, targets in self.rows.items():
            everything = {"all": [row for rows in targets.values() for row in rows]}
            for name, rows in (everything if together else targets).items():
                self.lake.write_rows(table, self.window.key, name, rows)
        assess(self.lake, self.window, standard)
        return Results(self.lake, self.window.key)


class Probes:
    """Probes of a city's sites, hour by hour."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.rounds: set[str] = set()

    def add(self, target: str, moment: datetime, outcome: str = "ok", reason: str = "连接超时") -> None:
        bad = outcome != "ok"
        self.city.put(
            "probes",
            target,
            {
                "round": f"{moment:%Y%m%dT%H}",
                "url": f"http://{target}.example/",
                "probed_at": moment,
                "seconds": 15.0 if bad else 0.2,
                "outcome": outcome,
                "failure": "timeout" if bad else None,
                "reason": reason if bad else None,
            },
        )
        self.rounds.add(f"{moment:%Y%m%dT%H}")

    def week(self, target: str, failed: int, per_day: int = 20, days: Sequence[date] = WEEK) -> None:
        """So many probes a day, the first ``failed`` of which failed."""
        moments = [at(day, time(hour, 23)) for day in days for hour in range(per_day)]
        for n, moment in enumerate(moments):
            self.add(target, moment, "failed" if n < failed else "ok")

    def judge(
        self,
        *,
        spoilt: set[str] = frozenset(),
        lost: set[str] = frozenset(),
        together: bool = True,
        **more,
    ) -> Results:
        """``spoilt`` rounds are our own line's, ``lost`` ones were never closed."""
        for name in self.rounds - lost:
            self.city.put("probe_rounds", name, {"round": name, "own_line": name in spoilt})
        return self.city.judge(together=together, **more)


class Results:
    """What an assessment wrote."""

    def __init__(self, lake: Lake, window: str) -> None:
        self.lake, self.window = lake, window

    def rows(self, table: str) -> list[Row]:
        return self.lake.window_rows(table, self.window)

    def verdict(self, target: str) -> Row:
        (row,) = [r for r in self.rows("verdicts") if r["target_id"] == target]
        return row

    def outcome(self, target: str) -> str:
        outcome: str = self.verdict(target)["outcome"]
        return outcome

    def found(self, target: str) -> list[str]:
        """The indicators that a target failed."""
        return [r["indicator"] for r in self.rows("findings") if r["target_id"] == target]

    def measurement(self, target: str, indicator: str) -> Row:
        (row,) = [
            r for r in self.rows("measurements") if (r["target_id"], r["indicator"]) == (target, indicator)
        ]
        return row

    def column(self, target: str, column: str) -> Row:
        rows = self.rows("column_freshness")
        (row,) = [r for r in rows if (r["target_id"], r["column_id"]) == (target, column)]
        return row

    def figure(self, kind: str, measure: str, key: str = "") -> tuple[int, int | None]:
        rows = self.rows("summary")
        (row,) = [r for r in rows if (r["target_kind"], r["measure"], r["key"]) == (kind, measure, key)]
        return row["value"], row["previous"]


def _as_read(days: Sequence[date | datetime | None]) -> tuple[Post, ...]:
    rows = [_post(n, day) for n, day in enumerate(days)]
    return tuple(
        Post(r["post_id"], r["title"], r["url"], r["published_on"], r["published_at"], "test", r["position"])
        for r in rows
    )


def _post(place: int, day: date | datetime | None) -> Row:
    moment = day if isinstance(day, datetime) else None
    local = moment.astimezone(ZONE).date() if moment is not None else day
    return {
        "post_id": f"p{place}",
        "title": f"第{place}条",
        "url": f"http://feed.example/{place}",
        "published_on": local,
        "published_at": moment,
        "pinned": False,
        "position": place,
        "evidence": f"record-{place}",
    }
