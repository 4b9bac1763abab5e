"""Evidence: every request and answer of a visit in one WARC file."""

from __future__ import annotations

import io
import re
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO
from urllib.parse import urlsplit

from upath import UPath
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from jiancha.errors import LakeError
from jiancha.lake import Lake

_IN_MEMORY = 4_000_000
#: Names of query fields whose values are not stored.
_SECRET = re.compile(
    r"token|secret|passw|pwd|credential|signature|session|auth|(?:^|[_.-])(?:\w{0,8}key|sign?|sid|code|ticket)$",
    re.IGNORECASE,
)
_CREDENTIALS = {"authorization", "proxy-authorization", "cookie", "set-cookie"}
_ADDRESSES = {"location", "content-location", "refresh", "referer"}
#: These describe the body as it was sent; the record holds it unpacked.
_BODY_HEADERS = {"content-encoding", "transfer-encoding", "content-length"}


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


class EvidenceWriter:
    """Collects the exchanges of one visit; ``save`` writes them into the lake.

    Record ids are uuid5 of ``name`` (window and target) and a counter, so a visit that is repeated over
    the same pages names its records alike. ``last`` is the exchange added last.
    """

    def __init__(self, name: str = "") -> None:
        self._name = name or uuid.uuid4().hex
        self.last: Exchange | None = None
        self._count = 0
        self._spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed in save
        self._writer = WARCWriter(self._spool, gzip=True, warc_version="1.1")

    def add(self, exchange: Exchange) -> str:
        """Record one exchange as a response and a request; returns the id of the response record.

        Log-ins, cookies and secrets in addresses are left out. Headers that describe how the body was
        packed are kept under ``X-Archive-Orig-``.
        """
        self.last = exchange
        address = masked(exchange.url)
        response_id, request_id = self._next_id(), self._next_id()
        common = {"WARC-Date": exchange.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
        cut = {"WARC-Truncated": exchange.truncated} if exchange.truncated else {}
        answer = StatusAndHeaders(
            _line(f"{exchange.status} {exchange.reason}"),
            [*_stored(exchange.headers), ("Content-Length", str(len(exchange.body)))],
            protocol="HTTP/1.1",
        )
        self._write(
            "response", address, answer, exchange.body, common | cut | {"WARC-Record-ID": response_id}
        )
        parts = urlsplit(address)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        asked = StatusAndHeaders(
            _line(f"GET {target} HTTP/1.1"),
            [("Host", _line(parts.netloc)), *_stored(exchange.request_headers)],
            is_http_request=True,
        )
        linked = {"WARC-Record-ID": request_id, "WARC-Concurrent-To": response_id}
        self._write("request", address, asked, b"", common | linked)
        return response_id

    def save(self, lake: Lake, path: UPath) -> str:
        """Write all records, replacing what an earlier try left; returns the path in the lake."""
        self._spool.seek(0)
        lake.write_stream(path, self._spool)
        self._spool.close()
        return lake.relative(path)

    def _next_id(self) -> str:
        self._count += 1
        return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'jiancha:{self._name}:{self._count}')}>"

    def _write(
        self, kind: str, url: str, http: StatusAndHeaders, body: bytes, warc_headers: dict[str, str]
    ) -> None:
        record = self._writer.create_warc_record(
            url, kind, payload=io.BytesIO(body), http_headers=http, warc_headers_dict=warc_headers
        )
        self._writer.write_record(record)


def read_evidence(lake: Lake, path: UPath, record_id: str) -> bytes:
    """The body of one response record; raises LakeError where it is not there or the file is damaged."""
    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_headers.get_header("WARC-Record-ID") == record_id:
                    body: bytes = record.content_stream().read()
                    return body
    except FileNotFoundError:
        pass  # nothing was recorded
    except (ArchiveLoadFailed, EOFError, OSError) as error:
        raise LakeError(f"{lake.relative(path)} is not a whole WARC file: {error}") from error
    raise LakeError(f"no record {record_id} in {lake.relative(path)}")


def find_record(lake: Lake, path: UPath, url: str) -> str:
    """The id of the last response recorded for an address; raises LakeError where there is none."""
    wanted, found = masked(url), None
    try:
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                headers = record.rec_headers
                if record.rec_type == "response" and headers.get_header("WARC-Target-URI") == wanted:
                    found = str(headers.get_header("WARC-Record-ID"))
    except FileNotFoundError:
        pass  # nothing was recorded
    except (ArchiveLoadFailed, EOFError, OSError) as error:
        raise LakeError(f"{lake.relative(path)} is not a whole WARC file: {error}") from error
    if found is None:
        raise LakeError(f"no answer of {wanted} in {lake.relative(path)}")
    return found


def masked(url: str) -> str:
    """The address without a log-in and without what secrets its query or fragment may hold, for storing."""
    pieces = re.split(r"([?&#;])", url)
    scheme, slashes, rest = pieces[0].partition("//")
    host, slash, path = rest.partition("/")
    pieces[0] = f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"
    for index in range(2, len(pieces), 2):
        name, equals, _ = pieces[index].partition("=")
        if equals and _SECRET.search(name[:100]):
            pieces[index] = f"{name}=***"
    return "".join(pieces)


def _stored(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers that are kept, as lines of text that a WARC can hold."""
    kept = []
    for name, value in headers.items():
        lower = name.lower()
        if lower in _CREDENTIALS:
            continue
        shown = masked(value) if lower in _ADDRESSES else value
        kept.append((f"X-Archive-Orig-{name}" if lower in _BODY_HEADERS else name, _line(shown)))
    return kept


def _line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ").encode("latin-1", "replace").decode("latin-1")
