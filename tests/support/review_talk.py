"""What people and the review say to each other: questions, answers, and the notice that follows."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from jiancha.lake import Lake
from jiancha.pipeline import publish_notice
from jiancha.review.actions import Asked
from jiancha.windows import ZONE

NOW = datetime(2021, 2, 19, 9, tzinfo=ZONE)


def asked() -> list[Asked]:
    return publish_notice.open_review(["2021Q1"])["asked"]


def answer(option: str, reason: str = "", columns: str = "", *, user: str | None = "zhang") -> dict[str, Any]:
    """An answer as Airflow gives it; without a user the time-out's."""
    return {
        "chosen_options": [option],
        "params_input": {"reason": reason, "columns": columns},
        "responded_at": NOW,
        "responded_by_user": {"id": user, "name": user} if user else None,
    }


def published(lake: Lake, version: int = 1) -> dict[str, Any]:
    path = lake.notice_folder("2021Q1", version) / "notice.json"
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def taken(folder: Path, data: bytes) -> dict[str, int]:
    """What becomes of a review sheet that came back."""
    path = folder / "核查.xlsx"
    path.write_bytes(data)
    return publish_notice.import_sheet("2021Q1", path)
