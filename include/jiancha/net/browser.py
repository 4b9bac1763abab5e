"""A headless Chromium without a way to the network, driven through a pipe (Chrome DevTools Protocol).

Whatever a page asks for is put to us, TLS or not, and answered by us: what may be asked, how fast and how
much, is decided where all other requests are decided, and every answer can be kept. The browser itself is
sent to a proxy that does not exist. Nobody but us can speak to it: there is no port.

A page's clock is a virtual one: it stands still while something is asked for, and jumps to the next timer
where nothing else is left to do. So a page is given seconds of its own, whatever the machine's load.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from jiancha.errors import FailureKind, FetchFailure, SettingsError

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: Flags of every start, whether pages are read or photographed.
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-features=HttpsUpgrades,OptimizationHints,MediaRouter,Translate,AutofillServerCommunication",
    "--disable-quic",
    "--disable-sync",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--hide-scrollbars",
    "--lang=zh-CN",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--proxy-bypass-list=<-loopback>",  # loopback goes through the proxy as well
)
_MOST_HEAP = "--js-flags=--max-old-space-size=512"  # MB of one page's scripts
_MESSAGE_LIMIT = 50_000_000  # bytes of one message: a page may post what it likes
_CHUNK = 1 << 20
_START = 30.0  # seconds until a browser that was just started answers
_HIGH = 20  # file descriptors above those that the browser is given
_IN, _OUT = 3, 4  # where Chromium finds its pipe

#: What may fill a list; all else that a page asks for is of no use here.
DATA_KINDS = frozenset({"XHR", "Fetch"})
_TELLING = frozenset({"Script", "EventSource"}) | DATA_KINDS

_Params = Mapping[str, Any]


def find_browser(named: str, needed_by: str) -> str:
    """The program to start: the one of ``evidence.browser``, else the first that is installed.

    Raises SettingsError where there is none, which names the setting that needs one.
    """
    for name in [named] if named else _BROWSERS:
        if found := shutil.which(name):
            return found
    wanted = named or ", ".join(_BROWSERS)
    raise SettingsError(f"{needed_by}, but there is no browser here: {wanted}")


def environment(home: str) -> dict[str, str]:
    """Of our environment the browser gets the path alone: it runs strangers' scripts, and secrets stand in
    variables."""
    path = os.environ.get("PATH", os.defpath)
    return {"PATH": path, "HOME": home, "LANG": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"}


def sandbox_flags() -> list[str]:
    return ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's sandbox refuses to work for root


class PageRequest(NamedTuple):
    """What a page asks for. ``kind`` is Chromium's resource type; ``own`` is the page itself."""

    url: str
    method: str
    kind: str
    headers: Mapping[str, str]
    body: bytes | None
    own: bool


class Given(NamedTuple):
    """An answer for a page."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Browser:
    """One browser process; use as a context manager. ``deadline`` (monotonic) ends whatever it is at."""

    def __init__(self, program: str, user_agent: str) -> None:
        self.deadline = time.monotonic() + _START
        self.on_event: Callable[[str, str, _Params], None] | None = None
        self._waiting = b""
        self._number = 0
        self._home = tempfile.TemporaryDirectory(prefix="jiancha-", ignore_cleanup_errors=True)
        self._nowhere = socket.socket()  # bound, and never listened to
        self._nowhere.bind(("127.0.0.1", 0))
        command = [
            program,
            *FLAGS,
            *sandbox_flags(),
            _MOST_HEAP,
            f"--user-agent={user_agent}",
            f"--proxy-server=http://127.0.0.1:{self._nowhere.getsockname()[1]}",
            f"--user-data-dir={self._home.name}/profile",
            "--remote-debugging-pipe",
            "about:blank",
        ]
        self._start(command)

    def _start(self, command: list[str]) -> None:
        (theirs_in, self._to), (self._from, theirs_out) = os.pipe(), os.pipe()
        # moved up, for one of them may have a number that the browser is to find another at
        given = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, _HIGH) for end in (theirs_in, theirs_out)]
        os.set_blocking(self._to, False)
        nothing = [(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_RDWR, 0) for n in range(_IN)]
        places = [(os.POSIX_SPAWN_DUP2, end, n) for end, n in zip(given, (_IN, _OUT), strict=True)]
        try:
            self._process = os.posix_spawn(
                command[0],
                command,
                environment(self._home.name),
                file_actions=[*nothing, *places],
                setsid=True,
            )
        except OSError as error:
            self._process = 0
            self.close()
            raise SettingsError(f"evidence.browser: {command[0]}: {error.strerror}") from error
        finally:
            for end in (theirs_in, theirs_out, *given):
                os.close(end)

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave none of its processes."""
        if self._process:
            with suppress(ProcessLookupError):  # all of the group are gone
                os.killpg(self._process, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(self._process, 0)
        self._process = 0
        for end in (self._to, self._from):
            with suppress(OSError):
                os.close(end)
        self._nowhere.close()
        self._home.cleanup()

    def call(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Have something done and its result; raises FetchFailure where the browser does not do it."""
        number = self.send(method, session, **params)
        while True:
            message = self._next()
            if message.get("id") != number:
                self._handle(message)
            elif "error" in message:
                raise _stopped(f"浏览器不能执行{method}")
            else:
                return dict(message["result"])

    def send(self, method: str, session: str = "", **params: Any) -> int:
        """Have something done without waiting for it."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        data = memoryview(json.dumps(message | ({"sessionId": session} if session else {})).encode() + b"\0")
        while data:
            if not select.select([], [self._to], [], self._left())[1]:
                raise _stopped("浏览器未在规定时间内完成")
            try:
                data = data[os.write(self._to, data) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise _stopped("浏览器意外终止") from error
        return self._number

    def wait(self, done: Callable[[], bool]) -> None:
        """Handle what the browser tells until ``done``."""
        while not done():
            self._handle(self._next())

    def _handle(self, message: Mapping[str, Any]) -> None:
        if "method" in message and self.on_event is not None:
            self.on_event(message.get("sessionId", ""), message["method"], message.get("params", {}))

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._waiting:
            if not select.select([self._from], [], [], self._left())[0]:
                raise _stopped("浏览器未在规定时间内完成")
            data = os.read(self._from, _CHUNK)
            if not data or len(self._waiting) > _MESSAGE_LIMIT:
                raise _stopped("浏览器意外终止")
            self._waiting += data
        message, _, self._waiting = self._waiting.partition(b"\0")
        return dict(json.loads(message))

    def _left(self) -> float:
        return max(0.0, self.deadline - time.monotonic())


class Tab:
    """A page in a window of its own, which shares nothing with others.

    ``answer`` gives what a page may have, None for what it does not get. ``lost`` tells which scripts and
    data it did not get or could not use, and which scripts broke off.
    """

    def __init__(self, browser: Browser, answer: Callable[[PageRequest], Given | None]) -> None:
        self._browser, self._answer = browser, answer
        self.lost: list[str] = []
        self._session, self._world = "", 0
        self._urls: dict[str, str] = {}
        self._expired = False
        self._gone = False
        browser.on_event = self._on
        self._context = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call(
            "Target.createTarget",
            url="about:blank",
            browserContextId=self._context,
            width=1280,
            height=2400,
        )["targetId"]
        self._session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._frame = target  # the frame of a page has its target's name
        for domain in ("Page", "Network", "Runtime", "Inspector"):
            self._call(f"{domain}.enable")
        self._call("Fetch.enable", patterns=[{"urlPattern": "*"}])
        self._call("Emulation.setVirtualTimePolicy", policy="pause")

    def close(self) -> None:
        with suppress(FetchFailure):
            self._browser.call("Target.disposeBrowserContext", browserContextId=self._context)

    def open(self, url: str, seconds: float) -> None:
        """Go to a page and let so many seconds of its time pass."""
        self._browser.send("Page.navigate", self._session, url=url)
        self._pass(seconds / 2)
        self.pass_time(seconds / 2)
        frame = self._call("Page.createIsolatedWorld", frameId=self._frame)
        self._world = frame["executionContextId"]

    def pass_time(self, seconds: float) -> None:
        """Paint the page, so that scripts hear of what is scrolled into view, and let time pass for it."""
        clip = {"x": 0, "y": 0, "width": 1, "height": 1, "scale": 1}
        self._call("Page.captureScreenshot", format="jpeg", quality=1, clip=clip)
        self._pass(seconds)

    def _pass(self, seconds: float) -> None:
        """Let time pass; it stands still while the page waits for answers."""
        self._expired = False
        self._call(
            "Emulation.setVirtualTimePolicy", policy="pauseIfNetworkFetchesPending", budget=seconds * 1000
        )
        self._browser.wait(lambda: self._expired)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, in a world whose functions the page cannot have changed."""
        answer = self._call(
            "Runtime.evaluate", expression=expression, contextId=self._world, returnByValue=True
        )
        return answer["result"].get("value")

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        found = self._browser.call(method, self._session, **params)
        if self._gone:
            raise _stopped("浏览器中的页面意外终止")
        return found

    def _on(self, session: str, method: str, params: _Params) -> None:
        if session != self._session:
            return  # of a page that was closed
        if method == "Fetch.requestPaused":
            self._decide(params)
        elif method == "Emulation.virtualTimeBudgetExpired":
            self._expired = True
        elif method == "Network.loadingFailed":
            if params["type"] in _TELLING and not params.get("canceled"):
                self.lost.append(self._urls.get(params["requestId"], ""))
        elif method == "Network.webSocketCreated":
            self.lost.append(params["url"])
        elif method == "Runtime.exceptionThrown":
            self.lost.append(params["exceptionDetails"].get("url", ""))
        elif method == "Page.javascriptDialogOpening":
            self._browser.send("Page.handleJavaScriptDialog", self._session, accept=False)
        elif method == "Inspector.targetCrashed":
            self._gone = self._expired = True

    def _decide(self, params: _Params) -> None:
        request = params["request"]
        if not request["url"].startswith(("http://", "https://")):  # data that the page made itself
            self._browser.send("Fetch.continueRequest", self._session, requestId=params["requestId"])
            return
        asked = PageRequest(
            url=request["url"],
            method=request["method"],
            kind=params["resourceType"],
            headers=request["headers"],
            body=_body(request),
            own=params["resourceType"] == "Document" and params["frameId"] == self._frame,
        )
        self._urls[params.get("networkId", "")] = asked.url
        number = params["requestId"]
        given = self._answer(asked)
        if given is None:
            self._browser.send(
                "Fetch.failRequest", self._session, requestId=number, errorReason="BlockedByClient"
            )
            return
        self._browser.send(
            "Fetch.fulfillRequest",
            self._session,
            requestId=number,
            responseCode=given.status,
            responseHeaders=[{"name": name, "value": value} for name, value in given.headers.items()],
            body=base64.b64encode(given.body).decode(),
        )


def _body(request: _Params) -> bytes | None:
    """What is posted; None for a question without a body."""
    entries = request.get("postDataEntries") or []
    if not request.get("hasPostData"):
        return None
    return b"".join(base64.b64decode(entry.get("bytes", "")) for entry in entries)


def _stopped(reason: str) -> FetchFailure:
    return FetchFailure(FailureKind.TIMEOUT, reason, url="")
