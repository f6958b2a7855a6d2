"""Debian's Chromium, without a sandbox (tests may run as root) and without talking to anybody."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.scene import NOW, Evening, Served, evening, serving

# Browser, store and test share two cores: an expectation is about what comes, not about how fast.
expect.set_options(timeout=15_000)

CHROMIUM = Path("/usr/bin/chromium")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]
SIZES = {
    "tablet": (1280, 800),
    "desk": (1280, 800),
    "wall": (1920, 1080),
    "phone": (390, 844),
    "kiosk": (1080, 1920),
}


@pytest.fixture(scope="module")
def chromium():
    """One browser a file; each test has its own context. No longer: its loop would stay in everybody's way."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium: run `make system` (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=False, args=QUIET
        )
        yield browser
        browser.close()


@pytest.fixture
def scene(tmp_path) -> Evening:
    """The evening in the shop."""
    return evening(tmp_path / "store")


@pytest.fixture
def served(scene):
    """The evening behind a server."""
    with serving(scene) as it:
        yield it


class Screens:
    """Opens pages as a paired tablet or as somebody's phone, and notes what went wrong in them."""

    def __init__(self, browser: Browser, served: Served) -> None:
        self._browser = browser
        self.served = served
        self.contexts: list[BrowserContext] = []
        self.errors: list[str] = []
        self.foreign: list[str] = []

    def open(self, path: str, size: str = "tablet", *, lang: str = "en", **options) -> Page:
        """A page at one of our sizes; staff sizes are paired and signed in."""
        width, height = SIZES[size]
        context = self._browser.new_context(
            viewport={"width": width, "height": height}, locale=lang, **options
        )
        self.contexts.append(context)
        if size != "phone":
            self._pair(context)
        context.on("request", self._note_foreign)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note_console)
        page.goto(f"{self.served.url}{path}")
        return page

    def tablet_board(self, **options) -> Page:
        """The board, with its cards on it."""
        page = self.open("/board", "tablet", **options)
        page.locator("article").first.wait_for()
        return page

    def a_pass(self, name: str, **options) -> Page:
        """Somebody's pass on a phone."""
        return self.open(f"/p/{self.served.scene.tokens[name]}", "phone", **options)

    def _pair(self, context: BrowserContext) -> None:
        cookies = self.served.scene.cookies.items()
        context.add_cookies(
            [{"name": name, "value": value, "url": self.served.url} for name, value in cookies]
        )

    def _note_foreign(self, request) -> None:
        if not request.url.startswith((self.served.url, "data:", "blob:")):
            self.foreign.append(request.url)

    def _note_console(self, message) -> None:
        # A refused or unanswered request is said by the page itself; Chromium logs it as well.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)


@pytest.fixture
def screens(chromium, served):
    """Pages that leave no error behind and talk to nobody else."""
    opened = Screens(chromium, served)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.foreign == []
    noise = [e for e in opened.errors if "WebSocket connection" not in e]
    assert noise == []


__all__ = ["NOW"]


@pytest.fixture(autouse=True)
def _swept():
    """What a cut wire left behind is collected here, and not in the middle of another test."""
    yield
    gc.collect()
