"""A program: the sheets of the workbook on standard input, as a line of JSON each.

The reader of workbooks allocates what a file states and ends its process where that fails, and some damaged
files make it stumble in ways that no handler of errors sees: a few wrong bytes would take all targets of a
task with them. Here the kernel limits memory and time, and nothing is lost but this process.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from contextlib import suppress

_MEMORY, _SECONDS = 3_000_000_000, 120


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # a lower limit holds already, or this system knows none
            resource.setrlimit(what, (most, most))


def _text(cell: object) -> str:
    """A cell as text: codes stored as numbers come without a decimal point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def main() -> None:
    """Write of each sheet its name, whether it is shown, its cells and merged ranges; or what is wrong."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    data = sys.stdin.buffer.read()
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for about in workbook.sheets_metadata:
            table = workbook.get_sheet_by_name(about.name)
            cells = [[_text(cell) for cell in row] for row in table.to_python(skip_empty_area=False)]
            shown = about.visible == SheetVisibleEnum.Visible
            # dumps, for dump takes five times as long
            sys.stdout.write(json.dumps([about.name, shown, cells, table.merged_cell_ranges or []]) + "\n")
    except Exception as error:  # noqa: BLE001 - its errors have no class in common
        sys.exit(f"{error}"[:300])


if __name__ == "__main__":
    _limit()
    main()
