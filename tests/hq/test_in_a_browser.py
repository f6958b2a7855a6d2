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

from tests.hq.stores.test_comparing import spoken
from tests.hq.world import PASSWORD, World, pickup_line, woo_order

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
PATHS = ("/", "/stores", "/stores/harbour-lane", "/nights", "/people")


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


@pytest.fixture
def served(tmp_path: Path) -> Iterator[World]:
    """HQ with one store that was heard, orders, and one that needs a person."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    world = World(tmp_path, public_url=f"http://127.0.0.1:{port}")
    world.add_stores()
    world.add_shop()
    spoken(world)
    world.hook(woo_order(20, shipping_lines=[pickup_line("Old Pier", "35.4999, 139.7001")]))
    world.command("add-person", login="sora", name="Sora Ito", role="admin", password=PASSWORD)
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
    expect(page.locator("nav")).to_be_visible()
    return page


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_no_page_has_a_barrier_or_scrolls_sideways(
    served: World, chromium: Browser, lang: str
) -> None:
    """axe-core finds nothing; at 320 px only tables scroll, inside their own frame."""
    page = signed_in(served, chromium, lang)
    for path in PATHS:
        page.goto(f"{served.settings.public_url}{path}")
        found = Axe().run(page).response["violations"]
        assert [(path, each["id"], each["nodes"][0]["html"]) for each in found] == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.set_viewport_size({"width": 1280, "height": 800})
    page.context.close()


def test_a_manager_decides_by_looking(served: World, chromium: Browser) -> None:
    """From the list to the decision and back: the nearest store stands first."""
    page = signed_in(served, chromium, "en")
    page.get_by_role("link", name="Decide").click()
    expect(page.get_by_role("radio").first).to_have_value("mill-square")
    page.get_by_role("radio", name="Mill Square").check()
    page.get_by_role("button", name="Send to this store").click()
    expect(page.locator("h1")).to_contain_text("20")
    expect(page.locator(".state").first).to_contain_text("Sent to the store")
    expect(page.locator("dl")).to_contain_text("Sora Ito")
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
