"""What the checks look at: a gate's input tables with the columns that relate them to one another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from jiancha.registry.identifiers import platform_of_code

if TYPE_CHECKING:
    import pandas as pd

    from jiancha.windows import Window

    Frames = Mapping[str, pd.DataFrame]

_SECTIONS = {"sites": "网站", "accounts": "新媒体"}


def related(gate: str, frames: Frames, window: Window) -> dict[str, pd.DataFrame]:
    """The frames of a gate with everything its checks need; KeyError for an unknown gate.

    Rows that are about one registered target, or one section of the notice, say which in ``body``.
    """
    built = _BUILDERS[gate](frames, window)
    if "targets" not in built:
        return built
    names = built["targets"].drop_duplicates("target_id").set_index("target_id")["body"]
    return {name: _with_body(frame, names) for name, frame in built.items()}


def _with_body(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    if "target_id" not in frame or "body" in frame:
        return frame
    return frame.assign(body=frame["target_id"].map(names).fillna(frame["target_id"]))


def _registry(frames: Frames, _: Window) -> dict[str, pd.DataFrame]:
    return {**frames, "targets": _targets(frames)}


def _observations(frames: Frames, window: Window) -> dict[str, pd.DataFrame]:
    targets, visits = _targets(frames), frames["visits"].copy()
    targets["visits"] = targets["target_id"].map(visits["target_id"].value_counts()).fillna(0).astype(int)
    failed = set(visits.loc[_text(visits, "status") != "ok", "target_id"])
    targets["failed"] = targets["target_id"].isin(failed).astype(int)
    by_kind = {
        f"{kind}_targets": targets[targets["kind"] == kind].reset_index(drop=True)
        for kind in ("site", "account")
    }
    visits["known"] = visits["target_id"].isin(set(targets["target_id"]))
    visits["late_enough"] = visits["as_of"] >= window.checkpoint
    read_on = visits.set_index("target_id")["as_of"].dt.tz_convert("Asia/Shanghai").dt.date
    dated = {name: _with_future(frames[name], read_on) for name in ("items", "posts")}
    return {**frames, "targets": targets, **by_kind, "visits": visits, **dated}


def _with_future(rows: pd.DataFrame, read_on: pd.Series) -> pd.DataFrame:
    """Marks rows dated after the day on which they were read; clocks that run a day fast are let pass."""
    import pandas as pd

    latest = rows["target_id"].map(read_on[~read_on.index.duplicated()])
    future = [
        day is not None and not pd.isna(limit) and day > limit + timedelta(days=1)
        for day, limit in zip(rows["published_on"].tolist(), latest.tolist(), strict=True)
    ]
    return rows.assign(future=future, day=pd.to_datetime(rows["published_on"]))


def _verdicts(frames: Frames, _: Window) -> dict[str, pd.DataFrame]:
    targets, verdicts = _targets(frames), frames["verdicts"].copy()
    targets["verdicts"] = targets["target_id"].map(verdicts["target_id"].value_counts()).fillna(0).astype(int)
    verdicts["outcome"] = _text(verdicts, "outcome")
    accused = verdicts["outcome"] == "unqualified"
    findings = frames["findings"].copy()
    findings["judged"] = findings["target_id"].isin(set(verdicts["target_id"]))
    verdicts["known"] = verdicts["target_id"].isin(set(targets["target_id"]))
    verdicts["consistent"] = accused == verdicts["target_id"].isin(set(findings["target_id"]))
    verdicts["named"] = ~accused | (_text(verdicts, "problem") != "")
    verdicts["determined"] = verdicts["outcome"] != "undetermined"
    verdicts["explained"] = verdicts["determined"] | (_text(verdicts, "reason") != "")
    compare = findings["compare"] = _text(findings, "compare")
    by_compare = {f"findings_{name}": findings[compare == name] for name in ("at_least", "more_than")}
    by_compare = {name: rows.reset_index(drop=True) for name, rows in by_compare.items()}
    probed = _probed(frames["availability"], targets)
    judged = {"targets": targets, "verdicts": verdicts, "findings": findings, "probed": probed}
    return {**frames, **judged, **by_compare}


def _probed(availability: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Sites that were probed in the window at all, with their names."""
    some = availability[availability["enough"] | (_text(availability, "reason") != "未监测")]
    return some.merge(targets[["target_id", "name"]], on="target_id").reset_index(drop=True)


def _text(frame: pd.DataFrame, column: str) -> pd.Series:
    """A column of text with nothing as empty text: expectations pass over nulls."""
    return frame[column].astype(object).where(frame[column].notna(), "").astype(str).str.strip()


def _targets(frames: Frames) -> pd.DataFrame:
    import pandas as pd

    sites, accounts = frames["sites"], frames["accounts"]
    of_account = _text(accounts, "platform") + "，" + _text(accounts, "account_code")
    parts = [
        sites[["target_id", "name"]].assign(kind="site", body=_body(sites, _text(sites, "site_code"))),
        accounts[["target_id", "name"]].assign(kind="account", body=_body(accounts, of_account)),
    ]
    return pd.concat(parts, ignore_index=True)


def _body(frame: pd.DataFrame, shown: pd.Series) -> pd.Series:
    """The name by which a person knows a target among others of the same name."""
    return _text(frame, "name") + "（" + shown + "）"


def _notice(frames: Frames, _: Window) -> dict[str, pd.DataFrame]:
    import pandas as pd

    table = frames["figures"]
    printed = zip(table["section"].tolist(), table["name"].tolist(), table["value"].tolist(), strict=True)
    figures: dict[tuple[str, str], object] = {(section, name): value for section, name, value in printed}
    annexes = {"sites": frames["annex1"], "accounts": frames["annex2"]}
    sections = pd.DataFrame([_section(section, figures, annexes[section]) for section in _SECTIONS])
    coded = [
        frames["annex1"].rename(columns={"site_code": "code"})[["no", "code", "name", "problem"]],
        frames["annex2"].rename(columns={"account_code": "code"})[["no", "code", "name", "problem"]],
    ]
    numbered = [
        part.assign(position=range(1, len(part) + 1), problem=_text(part, "problem")) for part in coded
    ]
    whole = pd.concat(numbered, ignore_index=True)
    whole["body"] = _body(whole, _text(whole, "code"))
    return {"sections": sections, "annexes": whole, "platforms": _platforms(frames["annex2"])}


def _platforms(annex2: pd.DataFrame) -> pd.DataFrame:
    """Accounts whose code tells a platform (``coded``), beside as much of their type (``begins``)."""
    coded = _text(annex2, "account_code").map(platform_of_code)
    rows = annex2.assign(coded=coded.astype(object))[coded.notna()].reset_index(drop=True)
    begins = [str(kind)[: len(family)] for kind, family in zip(rows["platform"], rows["coded"], strict=True)]
    return rows.assign(begins=begins, body=_body(rows, _text(rows, "account_code")))


def _section(
    section: str, figures: Mapping[tuple[str, str], object], annex: pd.DataFrame
) -> dict[str, object]:
    """One row of figures: those that the notice prints beside those that follow from its parts."""

    def number(name: str) -> int:
        return int(str(figures[(section, name)]))

    parts = "sites.by_level" if section == "sites" else "accounts.by_problem"
    inspected, unqualified = number("inspected"), number("unqualified")
    decimals = int(str(figures[("notice", "rate_decimals")]))
    return {
        "body": _SECTIONS[section],
        "registered": number("registered"),
        "inspected": inspected,
        "unqualified": unqualified,
        "judged": number("qualified") + unqualified,
        "accounted": inspected + number("undetermined"),
        "parts": sum(int(str(value)) for (name, _), value in figures.items() if name == parts),
        "parts_total": number("registered") if section == "sites" else unqualified,
        "annex_rows": len(annex),
        "pass_rate": str(figures[(section, "pass_rate")]),
        "recomputed_rate": _rate(inspected, unqualified, decimals),
    }


def _rate(inspected: int, unqualified: int, decimals: int) -> str:
    if inspected == 0:
        return "None"
    share = Decimal(100) * (inspected - unqualified) / inspected
    return f"{share.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)}%"


_BUILDERS: Mapping[str, Callable[[Frames, Window], dict[str, pd.DataFrame]]] = {
    "registry": _registry,
    "observations": _observations,
    "verdicts": _verdicts,
    "notice": _notice,
}
