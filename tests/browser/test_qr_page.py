"""The page of a printed code in a real browser that runs no script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests.edge.shelf import Shelf

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
SMALL = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield opened
        opened.close()


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A store with a shelf, and its address."""
    made = Shelf(tmp_path)
    server = make_server("127.0.0.1", 0, made.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()
    made.edge.close()


def test_an_offer_is_read_and_taken_without_script(shelf: Shelf, browser: Browser) -> None:
    """The browser tells the form's own origin, so that the store knows it is no foreign page."""
    offer = shelf.offer()
    code = shelf.code("offer", offer.offer_id)
    phone = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = phone.new_page()
    page.goto(f"{shelf.address}/Q/{code}")
    page.get_by_role("button", name="Take it").click()
    said = page.locator(".code2").inner_text()
    page.reload()
    assert page.locator(".code2").inner_text() == said
    page.goto(f"{shelf.address}/q/{code}?lang=ja")
    assert page.locator(".code2").inner_text() == said
    assert shelf.used(offer) == 1
    phone.close()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_page_of_a_code_is_accessible_and_fits_a_small_phone(
    shelf: Shelf, browser: Browser, lang: str
) -> None:
    """No violation that axe can find, and no sideways scroll at 320 px."""
    codes = [
        shelf.code("offer", shelf.offer(was_minor=450).offer_id),
        shelf.code("product", "SKU-062"),
        shelf.code("bay", "3"),
        shelf.code("door", "1"),
        "00000000",
    ]
    phone = browser.new_context(viewport=SMALL)
    page = phone.new_page()
    for code in codes:
        page.goto(f"{shelf.address}/q/{code}?lang={lang}")
        assert Axe().run(page).violations_count == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    phone.close()


def test_the_offer_form_is_accessible_also_with_its_faults(shelf: Shelf, browser: Browser) -> None:
    """Each fault stands at its field, for eyes and for screen readers."""
    desk = browser.new_context(
        extra_http_headers={"X-Test-Role": "manager", "X-Test-Name": "mia"},
        java_script_enabled=True,
    )
    page = desk.new_page()
    page.goto(f"{shelf.address}/manage/offers")
    assert Axe().run(page).violations_count == 0
    page.locator("form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Make the offer").click()
    assert page.locator(".fault").count() >= 5
    assert Axe().run(page).violations_count == 0
    desk.close()
