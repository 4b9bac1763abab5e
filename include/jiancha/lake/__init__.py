"""The lake: where every table lies, what its columns are, and writes that are whole or absent."""

from jiancha.lake.schemas import SCHEMAS
from jiancha.lake.store import Lake

__all__ = ["SCHEMAS", "Lake"]
