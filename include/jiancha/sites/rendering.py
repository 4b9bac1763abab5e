"""Pages that only a script fills, as a browser shows them: the second step of a visit, for just these pages.

The browser gets nothing but by our own requests, under the same rules as all others, and each answer is kept.
It is sent no cookie that a script made and is led nowhere else: who wants proof of being a person gets none.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from urllib.parse import urlsplit

from jiancha.errors import FailureKind, FetchFailure, SettingsError
from jiancha.evidence.records import Exchange, Recorder, Rendering
from jiancha.net.browser import DATA_KINDS, Browser, Given, PageRequest, Tab, find_browser
from jiancha.net.http import Fetcher, Response
from jiancha.pages.blank import is_waiting
from jiancha.pages.document import Document
from jiancha.pages.page import PageFacts
from jiancha.pages.rendered import as_rendered, tell_of_nothing
from jiancha.settings import Settings
from jiancha.sites.column_pages import Page, document_of

_log = logging.getLogger(__name__)

_FILL = 5.0  # seconds of a page's own time in which its scripts fill it
_STILL = 2.0  # more of it in which nothing may change
_TURN = 3.0  # of it after a click
_PAGE_SECONDS = 20.0  # of real time for one page; what it asks for later is refused
_MOST_DEATHS = 2  # of the browser in one visit
_GRACE = 5.0  # more of it until the browser is killed
_MOST_REQUESTS = 60  # of one page
_MOST_BYTES = 20_000_000  # of one page
_MOST_POSTED = 100_000
_CHANGED, _LOST, _TIME = "页面内容仍在变化", "部分脚本或数据未能取得或出错", "页面未在规定时间内载入"
_WAITS = "页面仍在载入"
_TOO_MANY = "页面的请求过多"
_LEAVES = "页面要求转到其他网址"
#: Counters of visits, by their hosts: they fill no list, and no visitor is to be counted.
_COUNTERS = re.compile(
    r"(?:^|\.)(?:hm\.baidu|cnzz|51\.la|google-analytics|googletagmanager|clarity|umeng|growingio)\.?(?:com|ms|la)?$"
)
_FILLING = DATA_KINDS | {"Script"}
_NO_STYLE = Given(200, {"content-type": "text/css"}, b"")  # only what a page says is read
_NO_COUNT = Given(200, {"content-type": "text/javascript"}, b"")
#: Headers that are ours to set, or the connection's.
_OURS = frozenset(
    {"user-agent", "accept", "accept-encoding", "accept-language", "cookie", "host", "connection"}
)
#: These say how an answer was packed, which it no longer is; a joined Set-Cookie is invalid.
_UNPACKED = frozenset({"content-encoding", "content-length", "transfer-encoding", "set-cookie"})

#: The page as it stands, without what only acts or is shown to browsers without scripts.
_DOM = """(() => {
  const copy = document.documentElement.cloneNode(true);
  for (const each of copy.querySelectorAll('script, noscript, template')) each.remove();
  const html = '<!DOCTYPE html>' + copy.outerHTML;
  return html.length > %d ? null : html;
})()"""
#: Open the next page of a list: by its button, else by going to the end of all that can be scrolled.
_NEXT = r"""(() => {
  const words = /^(?:下一?页|后一?页|next|(?:点击|上拉)?(?:加载|查看|显示)更多.{0,6})$/i;
  const named = /(?:^|[\s_-])(?:next|load-?more)(?:$|[\s_-])/i;
  const within = each => each.closest('[class*=pag], [class*=Pag], [id*=pag]');
  for (const each of document.querySelectorAll('a, button, li, span, div, [role=button]')) {
    if (each.childElementCount > 2 || (each.type === 'submit' && each.form)) continue;
    const said = (each.textContent || each.title || each.getAttribute('aria-label') || '').replace(/\s/g, '');
    const arrow = /^[>›»]?$/.test(said) && named.test(each.className) && within(each);
    if (!words.test(said) && !arrow) continue;
    const href = each.closest('a')?.getAttribute('href');
    if (href && !/^(?:#|javascript:)/i.test(href)) continue;
    if (each.disabled || each.closest('[disabled], [aria-disabled=true], .disabled')) continue;
    if (!each.checkVisibility()) continue;
    (each.querySelector('a, button') || each).click();
    return;
  }
  for (const each of document.querySelectorAll('*'))
    if (each.scrollHeight > each.clientHeight + 50 && /auto|scroll/.test(getComputedStyle(each).overflowY))
      each.scrollTop = each.scrollHeight;
  scrollTo(0, document.documentElement.scrollHeight);
})()"""


class Renderer:
    """Shows pages of one site in a browser, within its bounds; use as a context manager.

    ``read`` gives the facts of a document, ``may_ask`` raises FetchFailure for what robots.txt forbids.
    ``pages`` were shown, for ``requests`` that were answered: they count apart from the visit's own, and
    a replay counts the same.
    """

    def __init__(
        self,
        settings: Settings,
        fetcher: Fetcher,
        read: Callable[[Document], PageFacts],
        may_ask: Callable[[str], None],
    ) -> None:
        self._settings, self._read = settings, read
        self._recorder = fetcher.recorder
        self._aside = _Aside(fetcher.recorder)
        self._fetcher = Fetcher(settings.http, now=settings.now, evidence=self._aside, pace=fetcher.pace)
        self._fetcher.share_cookies(fetcher)
        self._source = _Source(self._fetcher, self._aside, may_ask)
        self._browser: Browser | None = None
        self._shown: _Shown | None = None
        self._deaths = 0 if settings.site.browser == "auto" else _MOST_DEATHS
        self._left = settings.site.browser_seconds
        self._answers: set[str] = set()
        self.pages = 0

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()
        self._fetcher.__exit__(None, None, None)

    def rest(self) -> None:
        """Let the browser go, which holds as much memory as some visits do."""
        if self._browser is not None:
            self._browser.close()
        self._browser = self._shown = None

    @property
    def requests(self) -> int:
        return len(self._answers)

    def render(self, page: Page) -> Page | None:
        """The page as a browser shows it; None where it cannot be shown, is no page then either, or is the
        page that it was."""
        if self._recorder.offline:
            found = self._recorder.rendering(page.response.final_url)
        else:
            found = self._timed(lambda: self._open(page))
        shown = None if found is None else self._as_page(found)
        if found is None or shown is None or (not found.asked and _entries(shown) == _entries(page)):
            return None  # its scripts show nothing more than its source
        return shown

    def _more(self, page: Page) -> Page | None:
        """The page with more of its list, by its button or by scrolling; None where nothing more comes."""
        if self._recorder.offline:
            found = self._recorder.rendering(page.response.url)
        else:
            found = self._timed(lambda: self._turn(page))
        return None if found is None else self._as_page(found)

    def _as_page(self, found: Rendering) -> Page | None:
        self.pages += 1
        self._answers.update(found.answers)
        headers = {"content-type": found.content_type}
        response = Response(found.url, found.url, 200, headers, found.body, found.at, found.record_id)
        document = document_of(response)
        try:
            facts = self._read(document)
        except FetchFailure:  # a log-in, or something else in the page's place
            return None
        doubt = found.doubt or (_WAITS if is_waiting(document) else "")
        page = Page(
            response, document, as_rendered(facts, document, nothing=found.nothing and not doubt), doubt
        )
        return page._replace(further=lambda: self._more(page))

    # --- the browser ---

    def _timed(self, work: Callable[[], Rendering | None]) -> Rendering | None:
        """What some work in the browser comes to, if there is time and room for it."""
        if self._left <= 0 or self.pages >= self._settings.site.browser_pages:
            return None
        begun = time.monotonic()
        try:
            return work()
        except (LookupError, TypeError, ValueError, OSError):  # its answer has a form of its own
            _log.exception("the browser was not understood")
            self._stop()
            return None
        finally:
            self._left -= time.monotonic() - begun

    def _open(self, page: Page) -> Rendering | None:
        """Show a page; what goes wrong with it stands in the rendering. None where there is no browser."""
        self._leave()
        if (browser := self._started()) is None:
            return None
        url, charset = page.response.final_url, page.document.decoded.charset
        own = Given(200, {"content-type": f"text/html; charset={charset}"}, page.response.body)
        shown = _Shown(url, charset, _Answers(self._source, own, self._limit(browser)))
        try:
            shown.tab = tab = Tab(browser, shown.answers.answer)
            self._shown = shown
            tab.open(url, _FILL)
            before = self._dom(shown)
            tab.pass_time(_STILL)
            shown.dom = self._dom(shown)
        except FetchFailure as failure:
            self._stop()
            shown.answers.doubt = failure.reason
        else:
            if self._listed(shown, before) != self._listed(shown, shown.dom):
                shown.answers.doubt = _CHANGED
        return self._kept(shown)

    def _turn(self, page: Page) -> Rendering | None:
        """Click or scroll on, where the page is the one that is shown."""
        shown, browser = self._shown, self._browser
        if shown is None or browser is None or shown.tab is None or shown.dom != page.response.body:
            return None
        shown.answers.until = self._limit(browser)
        try:
            shown.tab.evaluate(_NEXT)
            shown.tab.pass_time(_TURN)
            shown.dom = self._dom(shown)
        except FetchFailure:
            self._stop()
            return None
        if self._listed(shown, shown.dom) <= self._listed(shown, page.response.body):
            return None
        return self._kept(shown)

    def _kept(self, shown: _Shown) -> Rendering:
        """What is shown, on record."""
        answers = shown.answers
        doubt = answers.doubt or (_LOST if shown.tab is not None and shown.tab.lost else "")
        found = Rendering(
            url=shown.url,
            body=shown.dom,
            charset=shown.charset,
            at=self._settings.now(),
            doubt=doubt,
            asked=answers.asked,
            nothing=tell_of_nothing(answers.data),
            answers=tuple(dict.fromkeys(answers.records)),
        )
        return found._replace(record_id=self._recorder.add_rendering(found))

    def _dom(self, shown: _Shown) -> bytes:
        """The page as it stands, in the charset that it came in: its links are encoded by that."""
        most = self._settings.http.max_bytes
        html = shown.tab.evaluate(_DOM % most) if shown.tab is not None else None
        if not isinstance(html, str):
            raise FetchFailure(FailureKind.TOO_LARGE, f"内容超过{most}字节", url=shown.url)
        return html.encode(shown.charset, "xmlcharrefreplace")

    def _listed(self, shown: _Shown, dom: bytes) -> set[tuple[str, str, date | None]]:
        """What a page lists."""
        document = Document(dom, shown.url, f"text/html; charset={shown.charset}", self._settings.now())
        with suppress(FetchFailure):
            return {(item.title, item.url, item.published_on) for item in self._read(document).items}
        return set()

    def _limit(self, browser: Browser) -> float:
        """Until when a page is answered, by the monotonic clock; sets the browser's deadline."""
        until = time.monotonic() + min(_PAGE_SECONDS, self._left)
        browser.deadline = until + _GRACE
        return until

    def _started(self) -> Browser | None:
        """The browser, started where it is not there; None where it cannot be had."""
        if self._browser is None and self._deaths < _MOST_DEATHS:
            try:
                program = find_browser(self._settings.evidence.browser, "site.browser is auto")
                self._browser = Browser(program, self._settings.http.user_agent)
            except SettingsError as error:
                _log.info("pages that only scripts fill are not read: %s", error)
                self._deaths = _MOST_DEATHS
        return self._browser

    def _leave(self) -> None:
        """Close the page that is shown."""
        if self._shown is not None and self._shown.tab is not None:
            self._shown.tab.close()
        self._shown = None

    def _stop(self) -> None:
        """Let go of a browser that failed."""
        self._deaths += self._browser is not None
        self.rest()


def _entries(page: Page) -> tuple[object, ...]:
    """What a page is, lists and leads to."""
    facts = page.facts
    return facts.kind, {(item.title, item.url, item.published_on) for item in facts.items}, facts.columns


@dataclass(slots=True)
class _Shown:
    """A page in the browser."""

    url: str
    charset: str
    answers: _Answers
    tab: Tab | None = None
    dom: bytes = b""


class _Got(NamedTuple):
    """What an address gave, and the records of that."""

    given: Given | None
    records: tuple[str, ...]


class _Aside(Recorder):
    """Keeps what a browser asked for beside a visit's own requests, which it takes nothing from."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.records: list[str] = []

    def add(self, exchange: Exchange) -> str:
        self.records.append(self._recorder.add(exchange))
        return self.records[-1]


class _Source:
    """Asks for what pages want, one at a time; scripts of a site once for all its pages."""

    def __init__(self, fetcher: Fetcher, aside: _Aside, may_ask: Callable[[str], None]) -> None:
        self._fetcher, self._aside, self._may_ask = fetcher, aside, may_ask
        self._scripts: dict[str, _Got] = {}

    def get(self, asked: PageRequest) -> tuple[_Got, bool]:
        """What an address gave, and whether it was asked just now."""
        if (known := self._scripts.get(asked.url)) is not None:
            return known, False
        self._aside.records.clear()
        given = self._ask(asked)
        got = _Got(given, tuple(self._aside.records))
        if asked.kind == "Script":
            self._scripts[asked.url] = got
        return got, True

    def _ask(self, asked: PageRequest) -> Given | None:
        headers = {
            name: value
            for name, value in asked.headers.items()
            if name.lower() not in _OURS and not name.lower().startswith("sec-")
        }
        given = {name.lower(): value for name, value in asked.headers.items()}
        try:
            self._may_ask(asked.url)
            if asked.body is None:
                accept = given.get("accept", "*/*")
                answer = self._fetcher.get(asked.url, accept=accept, headers=headers)
            else:
                kind = given.get("content-type", "application/x-www-form-urlencoded")
                answer = self._fetcher.post(asked.url, asked.body, content_type=kind)
        except FetchFailure as failure:
            _log.info("a script did not get %s", failure)
            return None
        kept = {name: value for name, value in answer.headers.items() if name not in _UNPACKED}
        return Given(answer.status, kept, answer.body)


class _Answers:
    """What one page gets: itself, as it was answered before, and what its scripts ask for within bounds.

    ``doubt`` is why it did not get all; ``asked``: its scripts asked for data; ``data`` is what they got.
    """

    def __init__(self, source: _Source, own: Given, until: float) -> None:
        self._source, self._own = source, own
        self.until = until
        self._requests, self._bytes = _MOST_REQUESTS, _MOST_BYTES
        self._is_open = False
        self.doubt = ""
        self.asked = False
        self.data: list[bytes] = []
        self.records: list[str] = []

    def answer(self, asked: PageRequest) -> Given | None:
        if asked.own:
            return self._page()
        if asked.kind == "Stylesheet":
            return _NO_STYLE
        if _COUNTERS.search(urlsplit(asked.url).hostname or ""):
            return _NO_COUNT
        self.asked |= asked.kind in DATA_KINDS
        return self._asked(asked) if self._may_ask(asked) else None

    def _asked(self, asked: PageRequest) -> Given | None:
        got, new = self._source.get(asked)
        self.records += got.records
        if got.given is None:
            return None
        if new:
            self._requests -= 1
            self._bytes -= len(got.given.body)
        if asked.kind in DATA_KINDS:
            self.data.append(got.given.body)
        return got.given

    def _page(self) -> Given | None:
        """The page itself, once: a page that leads on by a script is not followed."""
        if self._is_open:
            self.doubt = _LEAVES
            return None
        self._is_open = True
        return self._own

    def _may_ask(self, asked: PageRequest) -> bool:
        posted = (
            asked.method == "POST" and asked.kind in DATA_KINDS and len(asked.body or b"") <= _MOST_POSTED
        )
        if asked.kind not in _FILLING or not (asked.method == "GET" or posted):
            return False
        if time.monotonic() > self.until:
            self.doubt = _TIME
        elif self._requests <= 0 or self._bytes <= 0:
            self.doubt = _TOO_MANY
        return not self.doubt
