"""What holds on every page: readable by everybody, in two languages, at every size, on its own."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from edge.offers import actions as offers
from tests.browser.conftest import SIZES
from tests.browser.manage_day import a_days_figures
from tests.browser.scene import evening, serving

# When a wire is cut, the tests' own little server leaves the file it was sending to the collector.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PAGES = {
    "board": ("/board", "tablet"),
    "board on the wall": ("/board", "wall"),
    "sign in": ("/signin", "tablet"),
    "pair": ("/pair", "tablet"),
    "kiosk": ("/kiosk", "kiosk"),
    "display": ("/display", "wall"),
    "bay sign": ("sign:bay/3", "phone"),
    "door sign": ("sign:door/1", "phone"),
    "manage, today": ("/manage", "desk"),
    "manage, orders": ("/manage/orders?which=over_two_minutes", "desk"),
    "manage, definitions": ("/manage/definitions", "desk"),
    "manage, offers": ("/manage/offers", "desk"),
    "manage, people": ("/manage/people", "desk"),
    "manage, devices": ("/manage/devices", "desk"),
    "manage, consents": ("/manage/consents", "desk"),
    "manage, sheets": ("/manage/sheets?find=a", "desk"),
    "manage, sync": ("/manage/sync", "desk"),
    "pass, waiting": ("Leo B.", "phone"),
    "pass, on the way": ("Tomasz K.", "phone"),
    "pass, here": ("Ana M.", "phone"),
    "pass, done": ("Nora V.", "phone"),
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# At a desk there is a mouse: WCAG 2.2 asks for 24.
SMALLEST_TARGET = {"tablet": 48, "desk": 24, "wall": 48, "kiosk": 64, "phone": 48}
TOO_SMALL = """least => [...document.querySelectorAll("button, a[href], summary")]
  .filter(e => e.checkVisibility() && !e.matches(".opener"))
  .map(e => [e.textContent.trim().slice(0, 30), e.getBoundingClientRect()])
  .filter(([, box]) => box.height > 0 && box.height < least - 0.5)
  .map(([text, box]) => `${text}: ${box.height}`)"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One evening for the whole file: these tests only look."""
    with serving(evening(tmp_path_factory.mktemp("evening") / "store")) as it:
        a_days_figures(it.scene)
        yield it


def opened(screens, page, lang="en"):
    path, size = PAGES[page]
    if path.startswith("sign:"):
        kind, _, ref = path.removeprefix("sign:").partition("/")
        path = "/q/" + screens.served.scene.write(lambda u: offers.code_for(u, kind, ref)).code
    if path.startswith("/"):
        shown = screens.open(path, size, lang=lang)
    else:
        here = {"latitude": 52.03, "longitude": 5.0}
        shown = screens.a_pass(path, lang=lang, geolocation=here, permissions=["geolocation"])
    shown.wait_for_load_state("networkidle") if size == "phone" else shown.wait_for_timeout(700)
    return shown


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(screens, page, lang):
    """WCAG 2.2 A and AA and best practice."""
    found = Axe().run(
        opened(screens, page, lang), options={"runOnly": {"type": "tag", "values": RULES}}
    )
    told = [
        (each["id"], [node["html"][:160] for node in each["nodes"]])
        for each in found.response["violations"]
    ]
    assert told == []


@pytest.mark.parametrize("page", PAGES)
def test_targets_are_big_and_nothing_scrolls_sideways(screens, page):
    """48 px, at the kiosk 64; the page is as wide as the screen."""
    shown = opened(screens, page)
    size = PAGES[page][1]
    assert shown.evaluate(TOO_SMALL, SMALLEST_TARGET[size]) == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_a_phone_of_320_pixels_loses_nothing(screens):
    """One column, no sideways scroll."""
    for name in ("Leo B.", "Tomasz K.", "Nora V."):
        phone = screens.a_pass(name)
        phone.set_viewport_size({"width": 320, "height": 640})
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_board_at_200_percent_is_one_column(screens):
    """At 640 px it scrolls down, not sideways."""
    board = screens.tablet_board()
    board.set_viewport_size({"width": 640, "height": 400})
    assert board.evaluate("document.documentElement.scrollWidth") <= 640


def test_reduced_motion_stands_still(screens):
    """The ring of an arrival is steady then; the sound still repeats."""
    board = screens.tablet_board(reduced_motion="reduce")
    assert (
        board.locator(".is-new").first.evaluate("e => getComputedStyle(e).animationName") == "none"
    )
