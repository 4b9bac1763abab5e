"""Keys that an answer repeats stand nowhere: not in the evidence, in a reason, or in what is handed on."""

from __future__ import annotations

import base64
import gzip
import html
import json
import traceback
from datetime import datetime
from urllib.parse import quote, quote_plus

import pytest

from jiancha.errors import FetchFailure
from jiancha.evidence.records import EvidenceWriter
from jiancha.evidence.secrets import Secrets
from jiancha.lake import Lake
from jiancha.net.http import Fetcher
from jiancha.settings import HttpSettings
from jiancha.windows import ZONE

NOW = datetime(2021, 2, 16, 9, tzinfo=ZONE)
LIMITS = HttpSettings(connect_timeout=5, total_timeout=10, max_bytes=100_000, allow_private=True)
KEY = "hun/ter2+Zx&9=<k>"
FORMS = {
    "as it is": KEY,
    "in capitals": KEY.upper(),
    "in an address": quote(KEY, safe=""),
    "in an address, small": quote(KEY, safe="").lower(),
    "in a path": quote(KEY),
    "in a form": quote_plus(KEY),
    "in an address in an address": quote(quote(KEY, safe=""), safe=""),
    "in JSON": json.dumps(KEY)[1:-1],
    "in JSON of PHP": json.dumps(KEY)[1:-1].replace("/", "\\/"),
    "in HTML": html.escape(KEY),
    "in Base64": base64.b64encode(KEY.encode()).decode(),
    "in Base64 for addresses": base64.urlsafe_b64encode(KEY.encode()).decode(),
    "in Base64 behind one sign": base64.b64encode(f"a{KEY}".encode()).decode(),
    "in Base64 behind two": base64.b64encode(f"u:{KEY}&x".encode()).decode(),
    "in hexadecimal": KEY.encode().hex(),
    "in entities": "".join(f"&#{ord(sign)};" for sign in KEY),
    "in hexadecimal entities": "".join(f"&#x{ord(sign):X};" for sign in KEY),
    "in escapes of a script": "".join(f"\\u{ord(sign):04X}" for sign in KEY),
    "in an address, every sign": "".join(f"%{ord(sign):02X}" for sign in KEY),
}


def kept(evidence: EvidenceWriter, tmp_path) -> str:
    lake = Lake(tmp_path)
    evidence.save(lake, lake.root / "e.warc.gz")
    return gzip.decompress((lake.root / "e.warc.gz").read_bytes()).decode("latin-1")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize("status", [200, 400, 500])
def test_a_key_that_is_repeated_is_kept_and_told_nowhere(hostile, tmp_path, form, status):
    body = f'{{"error": "token {form} is not valid"}}'.encode()
    hostile.routes["/api"] = lambda handler: handler.raw(
        f"HTTP/1.1 {status} bad {form}\r\nX-Asked: {form}\r\n".encode()
        + b"Content-Length: %d\r\n\r\n" % len(body)
        + body
    )
    evidence = EvidenceWriter("w/t")
    with Fetcher(LIMITS, now=lambda: NOW, evidence=evidence) as fetcher:
        fetcher.hide(KEY)
        try:
            answer = fetcher.get(f"{hostile.url}/api?n={quote(KEY, safe='')}", headers={"X-Mine": KEY})
            told = f"{answer.headers} {answer.body.decode()}"
        except FetchFailure as failure:
            told = "".join(traceback.format_exception(failure)) + str(evidence.last)
    everything = (told + kept(evidence, tmp_path)).lower()
    assert "hun" not in everything
    assert form.lower() not in everything
    assert "is not valid" in everything


def test_a_redirect_that_repeats_the_key_does_not_carry_it_on(hostile, tmp_path):
    hostile.redirect("/api", f"http://localhost:{hostile.server_address[1]}/log?said={quote(KEY, safe='')}")
    hostile.serve("/log", b"page")
    evidence = EvidenceWriter("w/t")
    with Fetcher(LIMITS, now=lambda: NOW, evidence=evidence) as fetcher:
        fetcher.hide(KEY)
        fetcher.get(f"{hostile.url}/api")
    assert hostile.seen[-1][0] == "/log?said=***"
    assert "hun" not in kept(evidence, tmp_path)


def test_a_question_and_a_body_that_is_cut_off_do_not_show_it(hostile, tmp_path):
    hostile.serve("/api", b"x" * (100_000 - len(KEY) + 3) + KEY.encode() + b"y" * 50)
    evidence = EvidenceWriter("w/t")
    with Fetcher(LIMITS, now=lambda: NOW, evidence=evidence) as fetcher:
        fetcher.hide(KEY)
        with pytest.raises(FetchFailure):
            fetcher.post(f"{hostile.url}/api", json.dumps({"secret": KEY}).encode())
    assert hostile.posted == [json.dumps({"secret": KEY}).encode()]
    assert "hun" not in kept(evidence, tmp_path)


def test_the_log_in_is_hidden_without_being_asked(hostile, tmp_path):
    packed = base64.b64encode(b"clerk:hunter2hunter2").decode()
    hostile.serve("/x", f"You sent Basic {packed} as hunter2hunter2".encode())
    evidence = EvidenceWriter("w/t")
    with Fetcher(LIMITS, now=lambda: NOW, evidence=evidence, auth=("clerk", "hunter2hunter2")) as fetcher:
        assert fetcher.get(f"{hostile.url}/x").body == b"You sent Basic ***= as ***"
    assert "hunter" not in kept(evidence, tmp_path)


def test_what_is_no_secret_stays():
    secrets = Secrets()
    secrets.add("", "2021", "abc")  # what stands in any text by chance would damage dates
    assert secrets.hidden("2021-02-16 abc") == "2021-02-16 abc"
    assert secrets.hidden_in(b"2021", cut=True) == b"2021"
