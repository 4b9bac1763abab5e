"""Does reading grow with the size of a page, or faster? ``growth.py [NAME …]`` tells for each hostile page.

A stopwatch would be wrong on another machine; the ratio is not. Doubling a page may double the work and a
little more; a ratio above 2.6 that both doublings show is reported, and so is a page that breaks its budget.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import hostile_pages
import read_in_budget

WORST = 2.6
WORTH = 0.25  # CPU seconds at full size; below it the clock says nothing
SECONDS = 30


def judged(name: str) -> str | None:
    """What is wrong with the reading of a page, or None."""
    half = read_in_budget.read(name, 0.5, SECONDS)
    whole = read_in_budget.read(name, 1.0, SECONDS)
    error = whole.get("error") or half.get("error")
    if error is not None:
        return f"{error} after {whole['seconds']} s, {whole['mb']} MB"
    if whole["seconds"] < WORTH or whole["seconds"] < WORST * half["seconds"]:
        return None
    quarter = read_in_budget.read(name, 0.25, SECONDS)
    if half["seconds"] < WORST * quarter["seconds"]:
        return None
    costs = " -> ".join(f"{each['seconds']} s" for each in (quarter, half, whole))
    return f"grows faster than the page: {costs} for {whole['size'] / 1e6:.1f} MB"


def main() -> int:
    found = 0
    for name in sys.argv[1:] or hostile_pages.names():
        problem = judged(name)
        if problem is not None:
            found += 1
            print(f"{name}: {problem}", flush=True)
    print(f"{found} of {len(sys.argv[1:] or hostile_pages.names())} pages cost more than they should")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
