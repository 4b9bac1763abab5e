"""Evidence: every request and answer of a visit in one WARC file, and what of it can be had again."""

from __future__ import annotations

import fcntl
import io
import json
import re
import shutil
import tempfile
import uuid
from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from jiancha.errors import FetchFailure, LakeError
from jiancha.evidence.warc import HIDDEN, Entry, entries, head, record, stamp, stored
from jiancha.lake import Lake

_IN_MEMORY = 4_000_000
#: Names of query fields whose values are not stored.
_SECRET = re.compile(
    r"token|secret|passw|pwd|credential|signature|session|auth|(?:^|[_.-])(?:\w{0,8}key|sign?|sid|code|ticket)$",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[^?&#;@]*")
_CREDENTIALS = {"authorization", "proxy-authorization", "cookie", "set-cookie", "access-token"}
_ADDRESSES = {"location", "content-location", "refresh", "referer"}
#: These describe the body as it was sent; the record holds it unpacked.
_BODY_HEADERS = {"content-encoding", "transfer-encoding", "content-length"}
_KEPT_AS = "X-Archive-Orig-"
_OK = 200
#: What a page tells of its state, and the header that asks whether it still holds.
_VALIDATORS = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
#: The fields of a rendering that its metadata record holds.
_RENDERING_FIELDS = ("charset", "doubt", "asked", "nothing", "answers")
_SHOWN = ("response", "resource")
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer. ``body`` is unpacked; ``truncated`` is WARC's word for why it is not whole
    (length, time, disconnect), or empty."""

    url: str
    request_headers: Mapping[str, str]
    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    truncated: str = ""
    sent: bytes | None = None  # the body of a POST


class Recorded(NamedTuple):
    """An exchange on record, and the id of its response."""

    exchange: Exchange
    record_id: str


class Rendering(NamedTuple):
    """A page as a browser showed it: its DOM as markup in ``charset``, of the page that ``url`` answered.

    ``doubt`` is why it may not be whole, or empty; ``asked``: its scripts asked for data; ``nothing``: those
    said that there is no entry. ``answers`` are the records of what its scripts asked for.
    """

    url: str
    body: bytes
    charset: str
    at: datetime
    doubt: str = ""
    asked: bool = False
    nothing: bool = False
    answers: tuple[str, ...] = ()
    record_id: str = ""

    @property
    def content_type(self) -> str:
        return f"text/html; charset={self.charset}"


class _Page(NamedTuple):
    """A page that was seen: its records, and the headers that ask whether it has changed."""

    file: IO[bytes]
    entry: Entry
    request: Entry
    validators: dict[str, str]


class Recorder:
    """What a fetcher tells of its work, and what it may take from work done before.

    This one keeps nothing and has nothing. ``last`` is the exchange that was added or taken last, ``begun``
    the time of the first of those to be taken; ``offline`` forbids to ask the network for what is not on
    record.
    """

    offline = False
    last: Exchange | None = None
    begun: datetime | None = None

    def add(self, exchange: Exchange) -> str:  # noqa: ARG002 - see above
        """Note one exchange; returns the id of its record, empty where none is kept."""
        return ""

    def failed(self, url: str, failure: FetchFailure, at: datetime) -> FetchFailure:  # noqa: ARG002 - see above
        """Note that an address could not be had; returns the failure that the caller is to raise."""
        return failure

    def answer(self, url: str) -> Recorded | None:  # noqa: ARG002 - see above
        """The next exchange on record for an address, or None."""
        return None

    def has(self, url: str) -> bool:  # noqa: ARG002 - see above
        """True where ``answer`` would tell something."""
        return False

    def validators(self, url: str) -> dict[str, str]:  # noqa: ARG002 - see above
        """Headers that ask for a page only if it has changed since it was seen; none where it was not."""
        return {}

    def unchanged(self, exchange: Exchange) -> Recorded:
        """What was last seen of a page, of which ``exchange`` tells that it has not changed since."""
        raise NotImplementedError

    def add_rendering(self, rendering: Rendering) -> str:  # noqa: ARG002 - see above
        """Note what a browser showed; returns the id of its record, empty where none is kept."""
        return ""

    def rendering(self, url: str) -> Rendering | None:  # noqa: ARG002 - see above
        """What a browser showed next of a page, if that is on record."""
        return None

    def save(self, lake: Lake, path: Path) -> str:  # noqa: ARG002 - see above
        """Put what was noted into the lake; returns its path there, empty where nothing is kept."""
        return ""


class EvidenceWriter(Recorder):
    """Collects the exchanges of one visit; ``save`` writes them into the lake.

    Record ids are uuid5 of ``name`` (window and target), the address, and how often it was asked before: a
    visit that is repeated over the same pages names its records alike. With ``working``, a file that holds
    the records until they are saved, a visit that was killed goes on: what an earlier try left there at
    most ``fresh`` before ``now`` counts as answered. Without it nothing outlives the process.

    ``seen`` is the file of an earlier visit: its pages are asked for only if they have changed since. Where
    they have not, their records are taken over, with one that tells so.
    """

    def __init__(
        self,
        name: str = "",
        working: Path | None = None,
        *,
        now: datetime | None = None,
        fresh: timedelta = timedelta(),
        seen: IO[bytes] | None = None,
    ) -> None:
        self._name = name or uuid.uuid4().hex
        self._asked: Counter[str] = Counter()
        locked = _locked(working) if working is not None else None
        # where another process is at work on this target, each keeps its own records
        self._working = None if locked is None else working
        self._file: IO[bytes] = locked or tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - till save
        kept = [] if locked is None or now is None else _taken_over(locked, now - fresh, now)
        self._earlier: dict[str, deque[Entry]] = {}
        for entry in kept:
            self._earlier.setdefault(entry.url, deque()).append(entry)
        self._taken = {entry.record_id for entry in kept}
        self._seen_file = seen
        self._seen = _seen(seen) if seen is not None else {}
        self.begun = min((entry.at for entry in kept), default=None)

    def add(self, exchange: Exchange) -> str:
        """Record one exchange as a response and a request; returns the id of the response record.

        Log-ins, cookies and secrets in addresses are left out. Headers that describe how the body was
        packed are kept under ``X-Archive-Orig-``.
        """
        self.last = exchange
        address = masked(exchange.url)
        self._asked[address] += 1
        response_id, request_id = self._id("response", address), self._id("request", address)
        answer = head(
            f"HTTP/1.1 {exchange.status} {exchange.reason}",
            [*_stored(exchange.headers), ("Content-Length", str(len(exchange.body)))],
        )
        parts = urlsplit(address)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        method = "GET" if exchange.sent is None else "POST"
        length = [] if exchange.sent is None else [("Content-Length", str(len(exchange.sent)))]
        asked = head(
            f"{method} {target} HTTP/1.1",
            [("Host", parts.netloc), *_stored(exchange.request_headers), *length],
        )
        cut = [("WARC-Truncated", exchange.truncated)] if exchange.truncated else []
        at = stamp(exchange.at)
        response = record("response", response_id, address, at, http=answer, body=exchange.body, more=cut)
        linked = [("WARC-Concurrent-To", response_id)]
        request = record(
            "request", request_id, address, at, http=asked, body=exchange.sent or b"", more=linked
        )
        self._file.write(response + request)
        return response_id

    def validators(self, url: str) -> dict[str, str]:
        """If-None-Match or If-Modified-Since, as the page's own headers allow."""
        page = self._seen.get(masked(url))
        return {} if page is None else page.validators

    def unchanged(self, exchange: Exchange) -> Recorded:
        """Take over the records of the page and add a revisit record; the page is as old as it was."""
        address = masked(exchange.url)
        page = self._seen[address]
        if page.entry.record_id not in self._taken:  # else it is taken over already
            self._taken.add(page.entry.record_id)
            for entry in (page.entry, page.request):
                self._file.write(_packed(page.file, entry))
        self._asked[address] += 1
        line = head(f"HTTP/1.1 {exchange.status} {exchange.reason}", _stored(exchange.headers))
        more = [("WARC-Profile", _NOT_MODIFIED), ("WARC-Refers-To", page.entry.record_id)]
        self._file.write(
            record(
                "revisit",
                self._id("revisit", address),
                address,
                stamp(exchange.at),
                http=line,
                more=more,
            )
        )
        found = recorded(page.file, page.entry)
        self.last = found.exchange
        return found

    def failed(self, url: str, failure: FetchFailure, at: datetime) -> FetchFailure:
        """Record in a metadata record why an address could not be had."""
        address = masked(url)
        self._asked[address] += 1
        described = json.dumps({"failure": failure.kind, "reason": failure.reason, "url": failure.url})
        name = self._id("failure", address)
        self._file.write(record("metadata", name, address, stamp(at), body=described.encode()))
        return failure

    def add_rendering(self, rendering: Rendering) -> str:
        """Record a DOM as a resource, with a metadata record of how it came about."""
        address = masked(rendering.url)
        self._asked[address] += 1
        shown, about_id = self._id("resource", address), self._id("rendering", address)
        at, kind = stamp(rendering.at), rendering.content_type
        about = {name: getattr(rendering, name) for name in _RENDERING_FIELDS}
        self._file.write(
            record("resource", shown, address, at, body=rendering.body, content_type=kind)
            + record(
                "metadata",
                about_id,
                address,
                at,
                body=json.dumps(about).encode(),
                more=[("WARC-Refers-To", shown)],
            )
        )
        return shown

    def answer(self, url: str) -> Recorded | None:
        """What an earlier try of this visit was answered, if that was whole."""
        if not self.has(url):
            return None
        address = masked(url)
        self._asked[address] += 1
        found = recorded(self._file, self._earlier[address].popleft())
        self._file.seek(0, io.SEEK_END)
        self.last = found.exchange
        return found

    def has(self, url: str) -> bool:
        """True while an answer of the earlier try is left."""
        return bool(self._earlier and self._earlier.get(masked(url)))

    def save(self, lake: Lake, path: Path) -> str:
        """Write all records, replacing what an earlier try left; returns the path in the lake."""
        if self._working is None:
            self._file.seek(0)
            lake.write_stream(path, self._file)
        else:
            lake.take_file(path, self._working)
        self._file.close()
        if self._seen_file is not None:
            self._seen_file.close()
        return lake.relative(path)

    def _id(self, kind: str, address: str) -> str:
        """A new id, the same for the same request of the same visit."""
        number = self._asked[address]
        while True:
            name = f"jiancha:{self._name}:{kind}:{number}:{address}"
            found = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"
            if found not in self._taken:
                return found
            number += 1


def recorded(file: IO[bytes], entry: Entry) -> Recorded:
    """The exchange of a response record."""
    found = stored(file, entry)
    headers = {name.removeprefix(_KEPT_AS.lower()): value for name, value in found.headers.items()}
    exchange = Exchange(
        entry.url, {}, found.status, found.reason, headers, found.body, entry.at, entry.truncated
    )
    return Recorded(exchange, entry.record_id)


def rendered(file: IO[bytes], shown: Entry, about: Entry) -> Rendering:
    """What a browser showed, by its resource and the metadata record about it."""
    fields = json.loads(stored(file, about).body)
    return Rendering(
        url=shown.url,
        body=stored(file, shown).body,
        charset=fields["charset"],
        at=shown.at,
        doubt=fields["doubt"],
        asked=fields["asked"],
        nothing=fields["nothing"],
        answers=tuple(fields["answers"]),
        record_id=shown.record_id,
    )


def _seen(file: IO[bytes]) -> dict[str, _Page]:
    """The whole pages of a file that tell how to ask whether they have changed."""
    found: list[Entry] = []
    with suppress(LakeError):  # a damaged file is of no use
        found += entries(file)
    pages = {}
    for answer, asked in pairwise(found):
        if (answer.kind, asked.kind) != ("response", "request") or answer.truncated or answer.hidden:
            continue
        page = stored(file, answer)
        validators = {
            name: page.headers[header] for header, name in _VALIDATORS.items() if header in page.headers
        }
        if page.status == _OK and validators:
            pages[answer.url] = _Page(file, answer, asked, validators)
    return pages


def _packed(file: IO[bytes], entry: Entry) -> bytes:
    file.seek(entry.offset)
    return file.read(entry.length)


def _locked(path: Path) -> IO[bytes] | None:
    """The working file, or None while another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+b", buffering=0)  # what is written survives this process
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _taken_over(file: IO[bytes], since: datetime, until: datetime) -> list[Entry]:
    """The whole answers of a visit that was killed, if it took place in this time.

    All else leaves the file: what is older, torn or cut off, and why other pages could not be had, for they
    are asked again. So do answers that cannot be had without a secret that was not stored.
    """
    found: list[Entry] = []
    file.seek(0)
    with suppress(LakeError):  # the last record may be torn
        found += entries(file)
    pairs = [
        (answer, asked)
        for answer, asked in pairwise(found)
        if (answer.kind, asked.kind) == ("response", "request") and answer.url == asked.url
    ]
    if not all(since <= answer.at <= until for answer, _ in pairs):
        pairs = []
    usable = [pair for pair in pairs if not (pair[0].truncated or pair[0].hidden)]
    return _only(file, usable)


def _only(file: IO[bytes], pairs: Sequence[tuple[Entry, Entry]]) -> list[Entry]:
    """Cut a file down to these records; returns the answers at their new places."""
    kept, place = [], 0
    with tempfile.TemporaryFile() as copy:
        for answer, asked in pairs:
            kept.append(answer._replace(offset=place))
            for entry in (answer, asked):
                place += copy.write(_packed(file, entry))
        copy.seek(0)
        file.truncate(0)
        shutil.copyfileobj(copy, file)
    return kept


def read_evidence(lake: Lake, path: Path, record_id: str) -> bytes:
    """The body of one response or resource; raises LakeError where it is not there or the file is damaged."""
    return read_exchange(lake, path, record_id).body


def read_exchange(lake: Lake, path: Path, record_id: str) -> Exchange:
    """The answer that one record holds, or the DOM that a browser made of answers; raises LakeError as
    ``read_evidence`` does."""
    with _opened(lake, path) as file:
        for entry in entries(file):
            if entry.record_id == record_id and entry.kind in _SHOWN:
                return recorded(file, entry).exchange
    raise LakeError(f"no record {record_id} in {lake.relative(path)}")


def cut_out(lake: Lake, path: Path, record_ids: Collection[str]) -> bytes:
    """A WARC of these records alone, with their requests or the metadata about them, byte for byte."""
    pieces, last = [], ""
    with _opened(lake, path) as file:
        for entry in list(entries(file)):
            asked = entry.kind == "request" and last in record_ids
            asked |= entry.kind == "metadata" and entry.refers_to in record_ids
            if asked or entry.record_id in record_ids:
                pieces.append(_packed(file, entry))
            last = entry.record_id
    return b"".join(pieces)


def find_record(lake: Lake, path: Path, url: str) -> str:
    """The id of the last response recorded for an address; raises LakeError where there is none."""
    wanted = masked(url)
    with _opened(lake, path) as file:
        answers = [entry for entry in entries(file) if (entry.kind, entry.url) == ("response", wanted)]
    if not answers:
        raise LakeError(f"no answer of {wanted} in {lake.relative(path)}")
    return answers[-1].record_id


@contextmanager
def _opened(lake: Lake, path: Path) -> Iterator[IO[bytes]]:
    """A file of evidence; an empty one where nothing was recorded."""
    try:
        file: IO[bytes] = path.open("rb")
    except FileNotFoundError:
        file = io.BytesIO()
    try:
        with file:
            yield file
    except LakeError as error:
        raise LakeError(f"{lake.relative(path)}: {error}") from error


def masked(url: str) -> str:
    """The address without a log-in and without what secrets its query or fragment may hold, for storing."""
    if not url.isascii():
        url = url.encode("utf-8", "replace").decode()  # half a surrogate pair, as scripts may write it
    if _PLAIN.fullmatch(url):
        return url
    pieces = re.split(r"([?&#;])", url)
    scheme, slashes, rest = pieces[0].partition("//")
    host, slash, path = rest.partition("/")
    pieces[0] = f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"
    for index in range(2, len(pieces), 2):
        name, equals, _ = pieces[index].partition("=")
        if equals and _SECRET.search(name[:100]):
            pieces[index] = f"{name}={HIDDEN}"
    return "".join(pieces)


def _stored(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers that are kept."""
    kept = []
    for name, value in headers.items():
        lower = name.lower()
        if lower in _CREDENTIALS:
            continue
        shown = masked(value) if lower in _ADDRESSES else value
        kept.append((f"{_KEPT_AS}{name}" if lower in _BODY_HEADERS else name, shown))
    return kept
