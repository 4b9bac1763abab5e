"""The pages in a real Chromium, served by Airflow's own application with its real checks of permission."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient
from support.stored_city import stored_city

from jiancha_sandbox.local_airflow import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

Token = Callable[..., dict[str, str]]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VIEWS = {
    "overview": "",
    "window": "window/2021Q1",
    "filtered": "window/2021Q1?outcome=unqualified&kind=account",
    "site": "target/s1",
    "account": "target/a2",
    "evidence": "evidence/2021Q1/s1/site.columns_a",
    "review": "review",
    "compare": "compare",
    "registry": "registry/2021Q1",
    "ledger": "ledger/2021Q1",
    "warnings": "warnings",
    "nothing": "window/2019Q2",
}
#: Every language, theme and width once.
WAYS = [("zh", "light", 1280), ("en", "dark", 390)]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def address(airflow_app: TestClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application that the other tests ask directly, on loopback."""
    folder = tmp_path_factory.mktemp("lake")
    stored_city(folder)
    patch = pytest.MonkeyPatch()
    patch.setenv("JIANCHA_LAKE", str(folder))
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(airflow_app.app, host="127.0.0.1", port=port, lifespan="off", log_level="warning")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}/jiancha/"
    server.should_exit = True
    thread.join(10)
    patch.undo()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def opened(browser: Browser, token: Token, theme: str, width: int) -> BrowserContext:
    return browser.new_context(
        extra_http_headers=token(),
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": 900},
    )


@pytest.fixture
def page(browser: Browser, token: Token) -> Iterator[Page]:
    context = opened(browser, token, "light", 1280)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_view_can_be_used_by_everybody(
    browser: Browser, address: str, token: Token, way: tuple[str, str, int]
) -> None:
    """axe finds nothing, no script fails, nothing is asked of another server, nothing hangs over the edge."""
    language, theme, width = way
    context = opened(browser, token, theme, width)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("request", lambda r: faults.append(r.url) if not r.url.startswith((address, "data:")) else None)
    axe, held = Axe(), set[str]()
    for name, path in VIEWS.items():
        page.goto(address + path + (("&" if "?" in path else "?") + "lang=en" if language == "en" else ""))
        assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
        told = axe.run(page).response
        held |= {each["id"] for each in told["passes"]}
        faults += [
            f"{name}: {each['id']} {node['html'][:150]} {node.get('failureSummary', '')[:200]}"
            for each in told["violations"]
            for node in each["nodes"][:3]
        ]
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 1:
            faults.append(f"{name}: {over} px over the edge at {width}")
    context.close()
    assert not faults, "\n".join(faults)
    assert {"color-contrast", "label", "link-name", "scope-attr-valid", "region"} <= held  # it did look


def test_a_person_filters_exports_and_opens_the_evidence(page: Page, address: str, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    page.goto(address + "window/2021Q1")
    page.get_by_label("不合格").or_(page.locator("select[name=outcome]")).first.wait_for()
    page.select_option("select[name=outcome]", "unqualified")
    page.select_option("select[name=kind]", "account")
    page.locator("form").filter(has=page.locator("select[name=outcome]")).get_by_role("button").first.click()
    rows = page.locator("table").first.locator("tbody tr")
    expect(rows).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").first.click()
    assert download.value.suggested_filename.endswith(".csv")
    kept = tmp_path / "shown.csv"
    download.value.save_as(kept)
    assert len(kept.read_text(encoding="utf-8-sig").splitlines()) == 3  # exactly what is shown, and a head
    page.goto(address + "target/s1")
    page.locator("a[href*='/evidence/2021Q1/s1/site.columns_a']").first.click()
    expect(page.locator("iframe")).to_be_visible()
    inside = page.frame_locator("iframe")
    expect(inside.get_by_text("判定依据 2020-12-20")).to_be_visible()
    assert inside.locator("script").count() == 0
    with page.expect_download() as download:
        page.locator("a[href$='/warc']").first.click()
    assert ".warc" in download.value.suggested_filename


def test_the_keyboard_reaches_the_text_and_the_navigation(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.goto(address)
    for _ in range(4):  # past the way to the text, the brand and the overview
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/jiancha/review")


def test_a_stranger_is_shown_the_way_to_the_log_in(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(address + "window/2021Q1")
    assert answer is not None
    assert answer.status == 401
    assert "/auth/login" in str(page.locator("a.button").get_attribute("href"))
    context.close()
