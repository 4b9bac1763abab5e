"""A visit once more, from its evidence: nothing is asked of the network."""

from __future__ import annotations

import json
from collections import deque
from datetime import datetime
from pathlib import Path
from types import TracebackType

from jiancha.errors import FailureKind, FetchFailure, LakeError
from jiancha.evidence.records import Recorded, Recorder, Rendering, masked, recorded, rendered
from jiancha.evidence.warc import Entry, entries, stored
from jiancha.lake import Lake


class Replay(Recorder):
    """Answers each request as it was answered when the evidence was taken; use as a context manager.

    The n-th request of an address gets the n-th answer on record, and a page that could not be had fails as
    it did. Raises LakeError where the file is damaged, FileNotFoundError where there is none.
    """

    offline = True

    def __init__(self, path: Path, relative: str) -> None:
        self._file = path.open("rb")
        self._relative = relative
        self._answers: dict[str, deque[Entry]] = {}
        self._failures: dict[str, deque[Entry]] = {}
        self._renderings: dict[str, deque[tuple[Entry, Entry]]] = {}
        try:
            self._index(list(entries(self._file)))
        except LakeError as error:
            self._file.close()
            raise LakeError(f"{relative}: {error}") from error

    def _index(self, found: list[Entry]) -> None:
        """Answers and failures by address. A page that had not changed was the answer each time.

        What a browser showed is kept apart, and what its scripts were answered is asked by nobody else.
        """
        pages = {entry.record_id: entry for entry in found if entry.kind in ("response", "resource")}
        of_browser: set[str] = set()
        for entry in found:
            if entry.kind == "metadata" and entry.refers_to:
                self._renderings.setdefault(entry.url, deque()).append((pages[entry.refers_to], entry))
                of_browser.update(json.loads(stored(self._file, entry).body)["answers"])
        found = [entry for entry in found if entry.record_id not in of_browser]
        seen_before = {entry.refers_to for entry in found if entry.kind == "revisit"}
        for entry in found:
            if entry.kind == "revisit" and entry.refers_to in pages:
                self._answers.setdefault(entry.url, deque()).append(pages[entry.refers_to])
            elif entry.kind == "response" and entry.record_id not in seen_before:
                self._answers.setdefault(entry.url, deque()).append(entry)
            elif entry.kind == "metadata" and not entry.refers_to:
                self._failures.setdefault(entry.url, deque()).append(entry)

    def __enter__(self) -> Replay:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def answer(self, url: str) -> Recorded | None:
        """The next answer on record for an address."""
        found = self._next(self._answers, url)
        if found is None:
            return None
        again = recorded(self._file, found)
        self.last = again.exchange
        return again

    def has(self, url: str) -> bool:
        """True while an answer is left."""
        return bool(self._answers.get(masked(url)))

    def failed(self, url: str, failure: FetchFailure, at: datetime) -> FetchFailure:  # noqa: ARG002 - see Recorder
        """The failure on record, for this one only tells that the record ends here."""
        found = self._next(self._failures, url)
        if found is None:
            return failure
        stated = json.loads(stored(self._file, found).body)
        return FetchFailure(FailureKind(stated["failure"]), stated["reason"], url=stated["url"])

    def rendering(self, url: str) -> Rendering | None:
        """What a browser showed next of a page."""
        kept = self._renderings.get(masked(url))
        return rendered(self._file, *kept.popleft()) if kept else None

    def save(self, lake: Lake, path: Path) -> str:  # noqa: ARG002 - see Recorder
        """Nothing new was recorded: the evidence stays where it is."""
        return self._relative

    @staticmethod
    def _next(kept: dict[str, deque[Entry]], url: str) -> Entry | None:
        found = kept.get(masked(url))
        return found.popleft() if found else None
