"""The kiosk and the way in for staff: one person at a time, forgotten after thirty idle seconds."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from edge.orders.rules import codes
from tests.browser.scene import PIN

# When a wire is cut, the tests' own little server leaves the file it was sending to the collector.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def code_of(scene, name):
    return codes.handover_code(scene.edge.pepper, codes.token_hash(scene.tokens[name]))


def test_a_pass_held_to_the_kiosk_checks_in(screens, served):
    """Without a tap: the scanner reads the phone, the board hears of it."""
    board = screens.tablet_board()
    kiosk = screens.open("/kiosk", "kiosk")
    expect(kiosk.get_by_role("button", name="I am here for my order")).to_be_visible()
    kiosk.keyboard.type(f"SE.HL.{code_of(served.scene, 'Mei L.')}")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#done-title")).to_have_text("Welcome, Mei L.")
    expect(kiosk.locator("#done-code")).to_have_text("A-05")
    expect(board.locator('[data-lane="out"]')).to_contain_text("Mei L.")


def test_eight_characters_check_in_too(screens, served):
    """Typed on the screen; the last one sends."""
    kiosk = screens.open("/kiosk", "kiosk")
    kiosk.get_by_role("button", name="I am here for my order").click()
    for character in code_of(served.scene, "Emil J."):
        kiosk.get_by_role("button", name=character, exact=True).click()
    expect(kiosk.locator("#done-title")).to_have_text("Welcome, Emil J.")


def test_a_wrong_code_says_so_and_lets_try_again(screens):
    """No dead end: the slots are empty again, the desk is one tap away."""
    kiosk = screens.open("/kiosk", "kiosk")
    kiosk.get_by_role("button", name="I am here for my order").click()
    for character in "00000000":
        kiosk.get_by_role("button", name=character, exact=True).click()
    expect(kiosk.locator("#more")).to_contain_text("No order in this store has this code.")
    expect(kiosk.locator("#slots .on")).to_have_count(0)


def test_the_kiosk_forgets_the_person_after_thirty_seconds(screens, served):
    """What was typed, found and made larger is gone."""
    kiosk = screens.open("/kiosk", "kiosk")
    kiosk.clock.install()
    kiosk.get_by_role("button", name="Larger text").click()
    kiosk.get_by_role("button", name="I am here for my order").click()
    kiosk.get_by_role("button", name="7", exact=True).click()
    kiosk.clock.run_for(31_000)
    expect(kiosk.get_by_role("button", name="I am here for my order")).to_be_visible()
    assert kiosk.evaluate("document.documentElement.hasAttribute('data-large')") is False
    expect(kiosk.locator("#slots .on")).to_have_count(0)


def test_large_text_fits_and_staff_stay_in_reach(screens):
    """Every view of the kiosk in both languages: nothing sideways, and the way to staff on the screen."""
    for lang in ("en", "ja"):
        kiosk = screens.open("/kiosk", "kiosk", lang=lang)
        kiosk.locator("#larger").click()
        for view in ("checkin", "offers", "find", "help"):
            kiosk.locator(f'[data-go="{view}"]').click()
            box = kiosk.locator('.kbar [data-help="call"]').bounding_box()
            assert box["y"] + box["height"] <= 1920, (lang, view)
            assert kiosk.evaluate("document.documentElement.scrollWidth") <= 1080
            cut = kiosk.evaluate(
                """[...document.querySelectorAll('.kview:not([hidden]) b, .kview:not([hidden]) h1')]
                   .filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0).map(e => e.textContent)"""
            )
            assert cut == [], (lang, view)
            kiosk.locator("[data-home]:visible").click()
            kiosk.locator("#larger").click()


def test_a_call_for_help_is_read_whole_on_the_board(screens):
    """What somebody needs decides who goes: it is not cut off."""
    kiosk, board = screens.open("/kiosk", "kiosk"), screens.tablet_board()
    kiosk.get_by_role("button", name="Call staff").click()
    words = board.locator('[data-lane="out"] h3', has_text="Asks for somebody")
    expect(words).to_be_visible()
    assert words.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_an_offer_is_redeemed_by_words_to_say(screens):
    """Once for each person where the offer says so; the second try is refused in words."""
    kiosk = screens.open("/kiosk", "kiosk")
    kiosk.get_by_role("button", name="Offers today").click()
    melon = kiosk.locator("li", has_text="Melon bread")
    expect(melon).to_contain_text("6 left")
    melon.get_by_role("button", name="I want this").click()
    expect(kiosk.locator("#done-title")).to_have_text("It is yours")
    assert len(kiosk.locator("#done-code").inner_text()) >= 4


def test_a_product_is_found_by_its_letters(screens):
    """Typed on the screen, in the reader's language, with its place."""
    kiosk = screens.open("/kiosk", "kiosk")
    kiosk.get_by_role("button", name="Find a product").click()
    for letter in "MISO":
        kiosk.get_by_role("button", name=letter, exact=True).click()
    expect(kiosk.locator("#found li").first).to_contain_text("miso")
    expect(kiosk.locator("#found li").first).to_contain_text("Aisle 1")


def test_help_is_a_card_on_the_board(screens):
    """Somebody comes; the screen says to stay near."""
    board = screens.tablet_board()
    kiosk = screens.open("/kiosk", "kiosk")
    kiosk.get_by_role("button", name="Help", exact=False).first.click()
    kiosk.get_by_role("button", name="I cannot find something").click()
    expect(kiosk.locator("#done-title")).to_have_text("We are coming")
    expect(board.locator('[data-lane="out"]')).to_contain_text("Cannot find something")


def test_a_kiosk_that_lost_the_store_sends_people_to_the_desk(screens, served):
    """Within ten seconds, in words."""
    kiosk = screens.open("/kiosk", "kiosk")
    served.cut()
    expect(kiosk.locator("#lost")).to_be_visible(timeout=12_000)
    expect(kiosk.locator("#lost")).to_contain_text("Please ask at the desk.")


def test_somebody_signs_in_by_pin(screens, served):
    """Choose yourself, type, and you are at the board; a wrong PIN is a sentence."""
    tablet = screens.open("/signin")
    tablet.get_by_role("button", name="Mo A.").click()
    expect(tablet.locator("#h-pin")).to_have_text("Mo, your PIN")
    tablet.keyboard.type("999999")
    tablet.get_by_role("button", name="Sign in").click()
    expect(tablet.locator("#refusal")).to_have_text("That was not right. Please try again.")
    served.scene.clock.advance(seconds=5)
    for digit in PIN:
        tablet.locator(f'[data-key="{digit}"]').click()
    tablet.get_by_role("button", name="Sign in").click()
    tablet.wait_for_url("**/board")


def test_an_unpaired_screen_is_led_to_the_door(screens):
    """Every staff page leads to the same form."""
    stranger = screens.open("/board", "phone")
    stranger.wait_for_url("**/pair?next=board")
    expect(stranger.get_by_label("One-time code")).to_be_focused()
