"""Registry exports from a web server: an index that lists the files, then the files."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from urllib.parse import quote, urljoin

from jiancha.errors import RegistryError
from jiancha.net.http import Fetcher
from jiancha.settings import Settings
from jiancha.text.sheets import is_spreadsheet

_INDEX = "index.json"
_MAX_FILES = 200


def download_exports(
    base_url: str, *, auth: tuple[str, str] | None, settings: Settings
) -> list[tuple[str, bytes]]:
    """Fetch all exports below ``base_url`` (ending in ``/``) as (file name, content).

    ``<base_url>index.json`` lists them: ``{"files": ["政府网站名录-20210215.xlsx", …]}``. ``auth`` is sent to
    this server alone. Raises FetchFailure where something cannot be had, RegistryError for an index that is
    none.
    """
    with Fetcher(settings.http, now=settings.now, auth=auth) as fetcher:
        address = urljoin(base_url, _INDEX)
        names = _names(fetcher.get(address, accept="application/json", inside=True).body, address)
        addresses = [(name, urljoin(base_url, quote(name))) for name in names]
        return [(name, fetcher.get(url, accept="*/*", inside=True).body) for name, url in addresses]


def _names(body: bytes, address: str) -> list[str]:
    try:
        listed = json.loads(body.decode("utf-8-sig"))["files"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RegistryError('the index is no JSON of the form {"files": [names]}', file=address) from error
    if not isinstance(listed, list) or not listed or len(listed) > _MAX_FILES:
        raise RegistryError(f"the index must list 1 to {_MAX_FILES} files", file=address)
    for name in listed:
        plain = isinstance(name, str) and PurePosixPath(name).name == name and "\\" not in name
        if not plain or not is_spreadsheet(name):
            raise RegistryError("not the plain name of an xlsx, xls or csv file", file=address, value=name)
    return listed
