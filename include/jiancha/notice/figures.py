"""The notice flattened to frames, as its quality gate reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jiancha.notice.model import Notice

if TYPE_CHECKING:
    import pandas as pd

_ANNEXES = {
    "annex1": ("no", "name", "site_code", "problem"),
    "annex2": ("no", "account_code", "platform", "name", "owner", "problem"),
}


def gate_frames(notice: Notice) -> dict[str, pd.DataFrame]:
    """Frames ``figures`` (section, name, value), ``annex1`` and ``annex2``.

    A figure's section and name are its path in notice.json: ``sites.by_level`` and ``county_portal``. The
    sections are window, notice, sites, accounts, special_checks and previous. ``value`` holds the plain value
    as it stands there: int, str or None.
    """
    import pandas as pd  # 0.5 s: only where gates run

    plain = notice.to_dict()
    kept = {key: plain[key] for key in ("window", "sites", "accounts", "previous") if plain[key] is not None}
    kept["notice"] = {key: plain[key] for key in ("version", "status", "title")}
    kept["notice"] |= {"rate_decimals": notice.words.rate_decimals, "long_stale": notice.long_stale}
    kept["special_checks"] = {check["name"]: check for check in plain["special_checks"]}
    figures = pd.DataFrame(
        [row for section, values in kept.items() for row in _leaves(section, values)],
        columns=["section", "name", "value"],
        dtype=object,
    )
    annexes = {name: pd.DataFrame(plain[name], columns=list(columns)) for name, columns in _ANNEXES.items()}
    return {"figures": figures, **annexes}


def _leaves(section: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(f"{section}.{name}", value)
        else:
            yield section, name, value
