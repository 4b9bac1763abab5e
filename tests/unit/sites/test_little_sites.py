"""Whole little sites in the structures of real ones: each column that a person lists is found and read."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from evaluation.sites import BLANK, UNSEEN, LittleSite, sites
from support.hostile_server import Handler
from support.town import Town


@pytest.mark.parametrize("site", [pytest.param(site, id=site.name) for site in sites()])
def test_the_columns_of_a_little_site(town: Town, site: LittleSite) -> None:
    served = {path: page.encode(site.charset) for path, page in site.pages.items()}

    def answer(handler: Handler) -> None:
        body = served.get(handler.path)
        kind = "text/html" if ".js" not in handler.path[-5:] else "application/javascript"
        handler.answer(body or b"not here", status=404 if body is None else 200, Content_Type=kind)

    town.server.routes |= {urlsplit(path).path: answer for path in served}
    town.visit()
    said = {}
    for column in town.rows("columns"):
        days = [row["published_on"] for row in town.rows("items") if row["column_id"] == column["column_id"]]
        newest = max((day for day in days if day), default=None)
        seen = newest.isoformat() if newest and column["status"] == "ok" else column["status"]
        said[column["url"].removeprefix(town.server.url)] = seen
    assert said == site.columns
    complete = not {UNSEEN, "failed"} & set(site.columns.values())
    assert (town.rows("visits")[0]["coverage"] == "complete") == complete
    assert BLANK in said.values() or BLANK not in site.columns.values()
