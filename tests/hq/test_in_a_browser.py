"""HQ's pages in a real browser: signed in by hand, both languages, wide and narrow, no barrier found."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from sync.hq.http import ROUTES
from tests.browser import asked
from tests.hq.scene import busy
from tests.hq.world import PASSWORD, World

pytestmark = pytest.mark.browser

CHROMIUM = Path("/usr/bin/chromium")
# Where one has to go to have seen every page; {over} is an order that was handed over, {doubt} one that waits.
PATHS = {
    "hq_orders.show_orders": ("/", "/?q=nothing"),
    "hq_orders.show_order": ("/orders/{over}", "/orders/{doubt}", "/orders/nowhere"),
    "hq_workbench.show_bench": ("/needs-a-person",),
    "hq_stores.show_stores": ("/stores",),
    "hq_stores.show_store": ("/stores/mill-square", "/stores/nowhere"),
    "hq_reports.show_nights": ("/nights",),
    "hq_waits.show_waits": ("/waits", "/waits?store=harbour-lane", "/waits?day=2026-01-01"),
    "hq_offers.show_offers": ("/offers",),
    "hq_everybody.show_people": ("/people",),
    "hq_everybody.show_deeds": ("/people/deeds",),
    "hq_own.show_own": ("/me",),
}
BEFORE = {"hq_people.show_sign_in": "/sign-in", "hq_people.show_setup": "/setup"}
FILES = (".csv", "/data")
LARGER = (640, 320)
# A phone has no room for it in the bar: it stands under one's own name.
ON_ONES_OWN_PAGE = {"Sign out", "サインアウト"}
# What people called things; goods and stores of the scene have no second name.
NAMES = (
    "Harbour Lane", "Harbor Ln. / North gate", "Mill Square", "Old Pier Market", "Old Peer", "Delivery",
    "Zebra ZD421, paper low", "Rice & beans", "Flat white", "Oat milk 1 l", "woo-main", "JST", "store-edge",
    "Asia/Tokyo", "Sora Ito", "Mei Lindqvist", "Tomás Aguilar", "Ana K.", "Ben O.", "Chie A.", "Leo B.",
    "Nora V.", "A-1", "HL", "MS", "OP", "SQLite", "sora", "mei", "tomas", "woo", "new-en", "new-ja", "nowhere",
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


@contextmanager
def serving(make: Callable[..., World], home: Path) -> Iterator[World]:
    """That HQ behind a server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    world = make(home, public_url=f"http://127.0.0.1:{port}")
    server = make_server("127.0.0.1", port, world.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield world
    server.shutdown()
    thread.join()
    server.server_close()
    world.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """HQ in the middle of a day, with orders that need a person and a store that is not well."""
    with serving(busy, tmp_path_factory.mktemp("hq")) as world:
        yield world


def window(chromium: Browser, lang: str) -> Page:
    """Somebody's window, who asked for no motion."""
    page = chromium.new_context(
        viewport={"width": 1280, "height": 800}, locale=lang, reduced_motion="reduce"
    ).new_page()
    page.set_default_timeout(10_000)
    return page


def signed_in(served: World, chromium: Browser, lang: str) -> Page:
    """A page of somebody who typed login and password."""
    page = window(chromium, lang)
    page.goto(f"{served.settings.public_url}/")
    page.fill("[name=login]", "sora")
    page.fill("[name=password]", PASSWORD)
    page.click("button.solid")
    expect(page.locator("header nav")).to_be_visible()
    return page


def wrong(page: Page, lang: str) -> list[str]:
    """All that is wrong with the page that is open, at a desk, at 200 % and at 320 px."""
    found = asked.barriers(page) + asked.small_targets(page, 24) + asked.moving(page)
    if lang == "ja":
        found += [f"English: {each}" for each in asked.stray_english(page, NAMES)]
    before = asked.names(page)
    for width in LARGER:
        page.set_viewport_size({"width": width, "height": 640})
        found += asked.sideways(page) + asked.cut(page)
        found += [
            f"{width} px, lost: {each}"
            for each in sorted(before - asked.names(page) - ON_ONES_OWN_PAGE)
        ]
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


def test_every_page_is_visited() -> None:
    """The list of pages is HQ's own: a page more than there are visits is found."""
    pages = {
        name
        for name, each in ROUTES.items()
        if each.is_page and each.method == "GET" and not each.path.endswith(FILES)
    }
    assert pages == {*PATHS, *BEFORE}


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_every_page_is_for_everybody(served: World, chromium: Browser, lang: str) -> None:
    """axe finds nothing, nothing moves, is lost at 200 % or 320 px, or is left in English."""
    page = signed_in(served, chromium, lang)
    found = {}
    for path in [each for paths in PATHS.values() for each in paths]:
        page.goto(f"{served.settings.public_url}{path.format(**orders(served))}")
        found[path] = wrong(page, lang)
    assert {path: each for path, each in found.items() if each} == {}
    page.context.close()


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_way_in_is_for_everybody(
    served: World, chromium: Browser, lang: str, tmp_path: Path
) -> None:
    """Sign-in, a refused one, the first password of somebody invited, and the set-up of a new HQ."""
    admin, guest = signed_in(served, chromium, lang), window(chromium, lang)
    guest.goto(f"{served.settings.public_url}/sign-in")
    found = {"sign in": wrong(guest, lang)}
    guest.fill("[name=login]", "nobody")
    guest.fill("[name=password]", PASSWORD)
    guest.click("button.solid")
    found["refused"] = wrong(guest, lang)
    admin.goto(f"{served.settings.public_url}/people")
    form = admin.locator("form[action='/people']")
    form.locator("[name=name]").fill("Harbour Lane")
    form.locator("[name=login]").fill(f"new-{lang}")
    form.locator("button").click()
    found["a one-time password"] = wrong(admin, lang)
    admin.context.close()
    with serving(World, tmp_path) as new:
        guest.goto(f"{new.settings.public_url}/setup")
        found["set up"] = wrong(guest, lang)
    assert {path: each for path, each in found.items() if each} == {}
    guest.context.close()


def orders(served: World) -> dict[str, str]:
    """An order that was handed over, and one that waits for a person."""
    rows = served.table("orders")
    over = next(row for row in rows if row["store_id"])
    doubt = next(row for row in rows if row["needs_person"])
    return {"over": over["order_id"], "doubt": doubt["order_id"]}


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
