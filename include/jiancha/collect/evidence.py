"""Evidence: every request and answer of a visit in one WARC file."""

from __future__ import annotations

import io
import re
import tempfile
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO
from urllib.parse import urlsplit

from upath import UPath
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from jiancha.errors import LakeError
from jiancha.lake import Lake

_IN_MEMORY = 4_000_000
_SECRET = re.compile(r"(?i)([?&][^=&]*(?:token|secret|passw|apikey|access_key|signature)[^=&]*=)[^&#]*")
#: These describe the body as it was sent; the record holds it decoded.
_BODY_HEADERS = {"content-encoding", "transfer-encoding", "content-length"}


class EvidenceWriter:
    """Collects the exchanges of one visit; ``save`` writes them into the lake.

    Record ids are uuid5 of ``name`` (window and target) and a counter, so a visit that is repeated over
    the same pages names its records alike.
    """

    def __init__(self, name: str = "") -> None:
        self._name = name or uuid.uuid4().hex
        self._count = 0
        self._spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed in save
        self._writer = WARCWriter(self._spool, gzip=True, warc_version="1.1")

    def add(
        self,
        url: str,
        request_headers: Mapping[str, str],
        status: int,
        reason: str,
        headers: Mapping[str, str],
        body: bytes,
        at: datetime,
    ) -> str:
        """Record one exchange; returns the id of the response record."""
        address = masked(url)
        date = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        kept = [(k, v) for k, v in headers.items() if k.lower() not in _BODY_HEADERS]
        kept.append(("Content-Length", str(len(body))))
        response_id, request_id = self._next_id(), self._next_id()
        answer = StatusAndHeaders(f"{status} {reason}", _ascii(kept), protocol="HTTP/1.1")
        self._write("response", address, answer, body, {"WARC-Date": date, "WARC-Record-ID": response_id})
        parts = urlsplit(address)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        asked = StatusAndHeaders(
            f"GET {target} HTTP/1.1",
            _ascii([("Host", parts.netloc), *request_headers.items()]),
            is_http_request=True,
        )
        self._write(
            "request",
            address,
            asked,
            b"",
            {"WARC-Date": date, "WARC-Record-ID": request_id, "WARC-Concurrent-To": response_id},
        )
        return response_id

    def save(self, lake: Lake, path: UPath) -> str:
        """Write all records, replacing what an earlier try left; returns the path in the lake."""
        self._spool.seek(0)
        lake.write_bytes(path, self._spool.read())
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
    """The body of one response record; raises LakeError where it is not there."""
    if path.exists():
        for record in ArchiveIterator(io.BytesIO(path.read_bytes())):
            if record.rec_headers.get_header("WARC-Record-ID") == record_id:
                body: bytes = record.content_stream().read()
                return body
    raise LakeError(f"no record {record_id} in {lake.relative(path)}")


def masked(url: str) -> str:
    """The address without what secrets its query may hold, for storing."""
    return _SECRET.sub(r"\1***", url)


def _ascii(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Header values as one line of text a WARC can hold."""
    return [(k, v.replace("\r", " ").replace("\n", " ").encode("latin-1", "replace").decode("latin-1")) for k, v in headers]
