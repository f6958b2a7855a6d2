"""Each surface without a mouse: a visible focus at every stop, no trap, dialogs that give the focus back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from edge.orders.rules import codes

# When a wire is cut, the tests' own little server leaves the file it was sending to the collector.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

SOMEWHERE = "() => document.activeElement !== document.body"
MOST_STOPS = 250
# A date and a time are one field of seven parts.
PARTS = 8
STOP = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const rings = [e, ...["::after", "::before"].map(part => [e, part])].map(each =>
    Array.isArray(each) ? getComputedStyle(...each) : getComputedStyle(each));
  const ringed = rings.some(s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2);
  const box = e.getBoundingClientRect();
  e.dataset.stop ||= String(Math.random());
  return {id: e.dataset.stop, ringed, name: (e.ariaLabel || e.textContent || e.name || "").trim().slice(0, 40),
          inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth}; }"""
FROM_THE_TOP = """() => { const b = document.body;
  b.tabIndex = -1; b.focus({preventScroll: true}); b.removeAttribute("tabindex"); }"""
UNREACHED = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter(e => !e.disabled && e.type !== "hidden"
      && (e.checkVisibility({visibilityProperty: true}) || getComputedStyle(e).display === "contents")
      && !e.closest("[hidden], dialog:not([open]), details:not([open]) > :not(summary)") && !e.dataset.stop
      && !(e.type === "radio"))
  .map(e => e.outerHTML.slice(0, 90))"""


def toured(page: Page) -> list[str]:
    """What is wrong on one whole way round by Tab: unseen focus, a trap, or what no key reaches."""
    seen: list[str] = []
    wrong: list[str] = []
    page.evaluate(FROM_THE_TOP)
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None or stop["id"] == (seen[0] if seen else ""):
            break
        if stop["id"] in seen:
            if seen.count(stop["id"]) < PARTS:
                seen.append(stop["id"])
                continue
            return [*wrong, f"held fast at {stop['name']}"]
        seen.append(stop["id"])
        wrong += [f"no ring at {stop['name']}"] if not stop["ringed"] else []
        wrong += [f"out of sight: {stop['name']}"] if not stop["inside"] else []
    return wrong + [f"not reached: {each}" for each in page.evaluate(UNREACHED)]


def by_tab(page: Page, wanted: Locator, keys: str = "Tab") -> None:
    """On with Tab until it has the focus, and the ring is seen there."""
    for _ in range(MOST_STOPS):
        page.keyboard.press(keys)
        if wanted.evaluate("e => e === document.activeElement"):
            assert page.evaluate(STOP)["ringed"]
            return
    raise AssertionError(f"Tab never came to {wanted}")


def entered(page: Page, after: Locator) -> None:
    """Enter, and once more if the step before was still on its way: a press then counts for nothing."""
    for _ in range(5):
        page.keyboard.press("Enter")
        for _ in range(20):
            if after.is_visible():
                return
            page.wait_for_timeout(100)
    raise AssertionError(f"Enter never led to {after}")


def code_of(served, name: str) -> str:
    scene = served.scene
    return codes.handover_code(scene.edge.pepper, codes.token_hash(scene.tokens[name]))


@pytest.mark.parametrize(
    ("path", "size"),
    [("/board", "tablet"), ("/kiosk", "kiosk"), ("/signin", "tablet"), ("pass", "phone"), ("/manage/offers", "desk")],
    ids=["board", "kiosk", "sign in", "pass", "offers"],
)  # fmt: skip
def test_tab_goes_all_the_way_round(screens, path, size):
    """Every control once, each seen, and out again."""
    page = screens.a_pass("Leo B.") if path == "pass" else screens.open(path, size)
    page.locator("article, .tile, [data-staff], .ticket, [name=price_minor]").first.wait_for()
    assert toured(page) == []


def test_an_order_is_picked_staged_and_handed_over(screens, served):
    """Take, line for line, into a bin, and over the desk; the focus is never lost on the way."""
    board = screens.tablet_board()
    board.locator("main article a").first.wait_for()
    board.keyboard.press("Tab")
    expect(board.locator("#skip")).to_be_focused()
    board.keyboard.press("Enter")
    expect(board.locator("main article a, main article button").first).to_be_focused()
    by_tab(
        board,
        board.locator("article", has_text="Leo B.")
        .or_(board.locator(".row", has_text="Leo B."))
        .get_by_role("link"),
    )
    board.keyboard.press("Enter")
    expect(board.locator("#bar-detail h1")).to_be_focused()
    by_tab(board, board.locator(".next .tall"))
    board.keyboard.press("Enter")
    put = board.locator("#detail button", has_text="Put in a bin")
    for after in (board.get_by_text("Not yet: 1 line is open."), put):
        pick = board.get_by_role("button", name=re.compile("^Picked:"))
        expect(pick).to_be_visible()
        if not pick.evaluate("e => e === document.activeElement"):
            by_tab(board, pick)
        entered(board, after)
    expect(put).to_be_focused()
    board.keyboard.press("Enter")
    expect(board.get_by_role("dialog")).to_be_visible()
    board.keyboard.press("Escape")
    expect(put).to_be_focused()
    board.keyboard.press("Enter")
    expect(board.get_by_label("Or type its name")).to_be_focused()
    board.keyboard.type("15")
    board.keyboard.press("Enter")
    expect(board.get_by_role("dialog")).to_have_count(0)
    board.wait_for_function(SOMEWHERE)
    by_tab(board, board.get_by_role("button", name="Hand over"))
    board.keyboard.press("Enter")
    board.keyboard.type(code_of(served, "Leo B."), delay=130)
    board.keyboard.press("Enter")
    expect(board.locator("#toasts")).to_contain_text("handed over")


def test_the_kiosk_checks_in_and_redeems(screens, served):
    """Eight characters by Tab and Enter, then an offer; each view begins at its heading."""
    kiosk = screens.open("/kiosk", "kiosk")
    by_tab(kiosk, kiosk.get_by_role("button", name="I am here for my order"))
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator('[data-view="checkin"] h1')).to_be_focused()
    for character in code_of(served, "Mei L."):
        by_tab(kiosk, kiosk.get_by_role("button", name=character, exact=True))
        kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#done-title")).to_be_focused()
    expect(kiosk.locator("#done-title")).to_have_text("Welcome, Mei L.")
    by_tab(kiosk, kiosk.get_by_role("button", name="Done"))
    kiosk.keyboard.press("Enter")
    by_tab(kiosk, kiosk.get_by_role("button", name="Offers today"))
    kiosk.keyboard.press("Enter")
    by_tab(kiosk, kiosk.locator("li", has_text="Melon bread").get_by_role("button"))
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#done-title")).to_have_text("It is yours")


def test_the_pass_is_followed_from_home_to_the_bay(screens, served):
    """On my way, no to the question, I am here at bay 3; closing a sheet gives the focus back."""
    phone = screens.a_pass("Leo B.")
    phone.keyboard.press("Tab")
    expect(phone.locator(".skip")).to_be_focused()
    phone.keyboard.press("Enter")
    by_tab(phone, phone.get_by_role("button", name="On my way"))
    phone.keyboard.press("Enter")
    expect(phone.locator("#ask-h")).to_be_focused()
    by_tab(phone, phone.get_by_role("button", name="No, thanks"))
    phone.keyboard.press("Enter")
    expect(phone.locator("h1").first).to_have_text("We expect you")
    served.scene.clock.advance(minutes=6)
    here = phone.get_by_role("button", name="I am here")
    for _ in range(3):
        by_tab(phone, here)
        phone.keyboard.press("Enter")
        # The page may just have been drawn anew, with the store's newest word: then the key was for nobody.
        phone.wait_for_timeout(300)
        if phone.locator("#here").is_visible():
            break
    expect(phone.locator("#here")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(here).to_be_focused()
    phone.keyboard.press("Enter")
    by_tab(phone, phone.get_by_role("button", name="Bay 3"))
    phone.keyboard.press("Enter")
    expect(phone.locator("h1").first).to_have_text("We know you are here")
    phone.wait_for_function(SOMEWHERE)


def test_an_offer_is_made_and_ended(screens):
    """All fields by Tab, the date with its own keys; ending it asks first."""
    page = screens.open("/manage/offers", "desk")
    for name, text in (
        ("title_en", "Warm soup"), ("title_ja", "温かいスープ"), ("price_minor", "240"),
        ("ends_at", None), ("kind", "hot"),
    ):  # fmt: skip
        by_tab(page, page.locator(f"[name={name}]"))
        if text:
            page.keyboard.type(text)
            continue
        page.keyboard.type("11232026")
        page.keyboard.press("Tab")
        page.keyboard.type("0630PM")
    page.keyboard.press("Enter")
    expect(page.locator(".made")).to_contain_text("Warm soup")


def test_the_display_asks_for_no_key(screens):
    """Nothing on the wall takes the focus."""
    wall = screens.open("/display", "wall")
    wall.locator("#ready li").first.wait_for()
    wall.keyboard.press("Tab")
    assert wall.evaluate(STOP) is None


def test_a_hidden_ring_a_trap_and_an_unreachable_button_are_found(screens):
    """Planted on a page that is good without them."""
    page = screens.open("/pair", "tablet")
    page.locator("form").wait_for()
    assert toured(page) == []
    plants = {
        "no ring at": "e => { e.style.outline = 'none' }",
        "held fast at": "e => e.addEventListener('keydown', k => k.key === 'Tab' && k.preventDefault())",
        "not reached": "e => { e.tabIndex = -1 }",
        "out of sight": "e => { e.style.position = 'fixed'; e.style.insetInlineStart = '-3000px' }",
    }
    for told, plant in plants.items():
        page.reload()
        page.locator("form button").first.evaluate(plant)
        assert [each for each in toured(page) if each.startswith(told)], told
