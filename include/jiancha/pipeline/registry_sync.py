"""The step of ``registry_sync``: exports of the reporting systems become snapshots of the registry (名录)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jiancha.errors import RegistryError
from jiancha.pipeline.context import open_lake

if TYPE_CHECKING:
    from jiancha.settings import Settings


def sync_registry() -> dict[str, Any]:
    """Read the exports, from the configured Connection or else the folder, into snapshots of the lake.

    Returns the snapshots made and the differences between them. Raises RegistryError for a faulty
    export; the last good snapshot then stays in force.
    """
    from jiancha.net.names import unresolved
    from jiancha.registry import snapshots

    settings, lake, _ = open_lake()
    result = snapshots.sync(
        lake,
        registry_files(settings),
        default_date=settings.now().date(),
        aliases=settings.registry.aliases,
        unresolved=unresolved if _looks_up(settings) else None,
    )
    return result.to_dict()


def _looks_up(settings: Settings) -> bool:
    """False where a proxy resolves the names: this machine may know none of them."""
    return settings.registry.look_up_hosts and not settings.http.proxy


def registry_files(settings: Settings) -> list[tuple[str, bytes]]:
    """The exports by name, of the configured Connection or else the folder; raises RegistryError."""
    return _connection_files(settings) if settings.registry.connection else _folder_files(settings)


def _folder_files(settings: Settings) -> list[tuple[str, bytes]]:
    from jiancha.text.sheets import is_spreadsheet

    folder = settings.registry.folder
    if not folder.is_dir():
        raise RegistryError("the registry folder does not exist", file=str(folder))
    names = sorted(path for path in folder.iterdir() if is_spreadsheet(path.name))
    if not names:
        raise RegistryError("no export (xlsx, xls, csv) in the registry folder", file=str(folder))
    return [(p.name, p.read_bytes()) for p in names]


def _connection_files(settings: Settings) -> list[tuple[str, bytes]]:
    """Exports behind an Airflow HTTP Connection: its secrets stay in Airflow."""
    from jiancha.net.export_download import download_exports
    from jiancha.pipeline.connections import get_connection

    connection = get_connection(settings.registry.connection)
    folder = connection.path.strip("/")
    url = f"{connection.address('http')}/{folder}/" if folder else f"{connection.address('http')}/"
    auth = (connection.login, connection.password) if connection.login else None
    return download_exports(url, auth=auth, settings=settings)
