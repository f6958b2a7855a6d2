"""HQ's pages in a real browser: signed in by hand, both languages, wide and narrow, no barrier found."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.hq.scene import busy
from tests.hq.world import PASSWORD, World

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
PATHS = (
    "/", "/?q=nothing", "/needs-a-person", "/stores", "/stores/mill-square", "/nights",
    "/waits", "/waits?store=harbour-lane", "/offers", "/people", "/people/deeds", "/me",
)  # fmt: skip


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; tests may run as root."""
    if not CHROMIUM.exists():
        pytest.skip("no Chromium: run `make system` (apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """HQ in the middle of a day, with orders that need a person and a store that is not well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    world = busy(tmp_path_factory.mktemp("hq"), public_url=f"http://127.0.0.1:{port}")
    server = make_server("127.0.0.1", port, world.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield world
    server.shutdown()
    thread.join()
    server.server_close()
    world.close()


def signed_in(served: World, chromium: Browser, lang: str) -> Page:
    """A page of somebody who typed login and password."""
    page = chromium.new_context(viewport={"width": 1280, "height": 800}, locale=lang).new_page()
    page.set_default_timeout(10_000)
    page.goto(f"{served.settings.public_url}/")
    page.fill("[name=login]", "sora")
    page.fill("[name=password]", PASSWORD)
    page.click("button.solid")
    expect(page.locator("header nav")).to_be_visible()
    return page


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_no_page_has_a_barrier_or_scrolls_sideways(
    served: World, chromium: Browser, lang: str
) -> None:
    """axe-core finds nothing; at 320 px, as at 200 % zoom, only tables and pictures scroll, in their own frame."""
    page = signed_in(served, chromium, lang)
    barriers = []
    for path in [*PATHS, *order_paths(served)]:
        page.goto(f"{served.settings.public_url}{path}")
        found = Axe().run(page).response["violations"]
        barriers += [(path, each["id"], each["nodes"][0]["html"]) for each in found]
        for width in (640, 320):
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        page.set_viewport_size({"width": 1280, "height": 800})
    assert barriers == []
    page.context.close()


def order_paths(served: World) -> list[str]:
    """An order that was handed over, and one that waits for a person."""
    rows = served.table("orders")
    over = next(row for row in rows if row["store_id"])
    waits = next(row for row in rows if row["needs_person"])
    return [f"/orders/{over['order_id']}", f"/orders/{waits['order_id']}"]


def test_a_manager_decides_by_looking_and_undoes_it(served: World, chromium: Browser) -> None:
    """From the list to the workbench: one tap on the nearest store, its name in the answer, one tap back."""
    page = signed_in(served, chromium, "en")
    page.get_by_role("link", name="Decide").first.click()
    expect(page.locator("h1")).to_have_text("Needs a person")
    card = page.locator("[data-card]", has_text="Old Peer")
    expect(card.get_by_role("button").first).to_contain_text("Old Pier Market")
    expect(card.get_by_role("button").first).to_contain_text("under 1 km away")
    card.get_by_role("button").first.click()
    expect(page.get_by_role("status")).to_contain_text("goes to Old Pier Market")
    expect(page.get_by_role("status")).to_contain_text("Sora Ito")
    expect(page.locator("[data-card]")).to_have_count(2)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-card]")).to_have_count(3)
    page.context.close()


def test_a_whole_decision_by_keyboard(served: World, chromium: Browser) -> None:
    """Into a card by Tab, to the next by J; N says that it is no pickup. Outside a card the keys do nothing."""
    page = signed_in(served, chromium, "en")
    page.goto(f"{served.settings.public_url}/needs-a-person")
    page.keyboard.press("n")
    expect(page.locator("[data-card]")).to_have_count(3)
    opener = page.locator("[data-card] h2 a")
    for _ in range(20):
        page.keyboard.press("Tab")
        if opener.first.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("j")
    expect(opener.nth(1)).to_be_focused()
    number = opener.nth(1).locator(".num").inner_text()
    page.keyboard.press("n")
    expect(page.get_by_role("status")).to_contain_text(f"Order {number} is not a pickup.")
    page.get_by_role("status").get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("[data-card]")).to_have_count(3)
    page.context.close()


def test_signing_out_needs_no_script(served: World, chromium: Browser) -> None:
    """Everything at HQ is a form or a link."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.settings.public_url}/")
    page.fill("[name=login]", "sora")
    page.fill("[name=password]", PASSWORD)
    page.click("button.solid")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_contain_text("Sign in")
    context.close()
