"""The board in a browser: it lives, it rings, it says what it does not know."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from edge.arrivals.rules import How
from edge.base.uplink import Uplink, UplinkSeen
from edge.orders.rules import codes

# When a wire is cut, the tests' own little server leaves the file it was sending to the collector.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def lane(page, name):
    return page.locator(f'[data-lane="{name}"]')


def test_an_arrival_shows_by_itself_and_pulses(screens, served):
    """Nobody touches the screen: Priyanka stands in Bring out, the longest wait first."""
    board = screens.tablet_board()
    expect(lane(board, "out").locator("article")).to_have_count(2)
    scene = served.scene
    scene.arrive(scene.orders["Priyanka S."], How.KIOSK)
    cards = lane(board, "out").locator("article")
    expect(cards).to_have_count(3)
    expect(cards.nth(2)).to_contain_text("Priyanka S.")
    expect(cards.nth(2)).to_have_class(re.compile("is-new"))


def test_one_tap_takes_an_arrival_and_calms_it(screens):
    """The card names who brings it; the next step is the handover."""
    board = screens.tablet_board()
    ana = lane(board, "out").locator("article", has_text="Ana M.")
    ana.get_by_role("button", name="I'll bring it").click()
    expect(ana).to_contain_text("Ken has it")
    expect(ana).not_to_have_class(re.compile("is-new"))
    expect(ana.get_by_role("button", name="Hand over")).to_be_visible()


def test_a_scanned_pass_hands_over_from_anywhere(screens, served):
    """The scanner is a fast keyboard; the card leaves, the waits count one more."""
    board = screens.tablet_board()
    scene = served.scene
    code = codes.handover_code(scene.edge.pepper, codes.token_hash(scene.tokens["Ana M."]))
    board.keyboard.type(f"SE.HL.{code}")
    board.keyboard.press("Enter")
    expect(board.locator("#toasts")).to_contain_text("A-01 handed over")
    expect(lane(board, "out").locator("article", has_text="Ana M.")).to_have_count(0)
    expect(board.locator("#waits")).to_contain_text("2/2")


def test_slow_keys_are_no_scan(screens):
    """A person's fingers leave more than 120 ms between two keys."""
    board = screens.tablet_board()
    board.keyboard.type("SE.HL.7KQ4", delay=160)
    board.keyboard.press("Enter")
    expect(board.locator("#toasts")).to_be_empty()


def test_a_refusal_is_a_sentence(screens, served):
    """A wrong code says whose pass it is, and nothing changes."""
    board = screens.tablet_board()
    scene = served.scene
    jonas = lane(board, "out").locator("article", has_text="Jonas W.")
    jonas.get_by_role("button", name="Hand over").click()
    other = codes.handover_code(scene.edge.pepper, codes.token_hash(scene.tokens["Ana M."]))
    board.get_by_label("Or type the 8 characters").fill(other)
    board.get_by_role("dialog").get_by_role("button", name="Hand over", exact=True).click()
    expect(board.locator("#toasts")).to_contain_text("This pass belongs to order A-01")
    expect(jonas).to_be_visible()


def test_a_pick_list_is_walked_line_by_line(screens):
    """Take, pick each line, put it into a bin: big buttons for legal steps only."""
    board = screens.tablet_board()
    board.get_by_role("link", name="A-08 Hana O.").click()
    expect(board.locator("h2", has_text="Pick list, in walking order")).to_be_visible()
    expect(board.get_by_text("Not yet: 5 lines are open.")).to_be_visible()
    for left in (4, 3, 2, 1):
        board.get_by_role("button", name=re.compile("^Picked:")).click()
        what = "1 line is open" if left == 1 else f"{left} lines are open"
        expect(board.get_by_text(f"Not yet: {what}.")).to_be_visible()
    board.get_by_role("button", name=re.compile("^Picked:")).click()
    board.get_by_role("button", name="Put in a bin").click()
    board.get_by_label("Or type its name").fill("12")
    board.get_by_role("button", name="Put here").click()
    expect(board.locator("#bar-detail")).to_contain_text("Ready")
    board.get_by_role("button", name="Board").click()
    expect(board.get_by_role("link", name="A-08 Hana O.")).to_be_visible()


def test_a_screen_that_lost_the_store_says_so_and_catches_up(screens, served):
    """A banner with the age; after the break, what happened meanwhile."""
    # The page counts to eight seconds; browser, store and test share two cores, so the wait is longer.
    board = screens.tablet_board()
    expect(board.locator("#line")).to_contain_text("Live")
    served.cut()
    expect(board.locator(".banner.lost")).to_be_visible(timeout=20_000)
    expect(board.locator("#line")).to_contain_text("No news", timeout=20_000)
    scene = served.scene
    scene.arrive(scene.orders["Priyanka S."], How.KIOSK)
    served.mend()
    expect(lane(board, "out").locator("article")).to_have_count(3, timeout=30_000)
    expect(board.locator(".banner.lost")).to_have_count(0, timeout=20_000)


def test_a_store_without_internet_goes_on_and_says_what_works(screens, served):
    """The line is cut: a banner within ten seconds, and the arrival from the kiosk still rings."""
    board = screens.tablet_board()
    scene = served.scene
    scene.edge.part(Uplink).answered_by(lambda: UplinkSeen(is_up=False, seconds=1020, backlog=14))
    banner = board.locator(".banner.offline")
    expect(banner).to_contain_text("No internet since 17:34", timeout=20_000)
    expect(banner).to_contain_text("14 changes kept here")
    scene.arrive(scene.orders["Mei L."], How.KIOSK)
    expect(lane(board, "out").locator("article", has_text="Mei L.")).to_be_visible()


def test_a_report_of_a_phone_moves_the_band_without_an_event(screens, served):
    """A reading: nothing is written, the card changes."""
    board = screens.tablet_board()
    card = lane(board, "coming").locator("article", has_text="Priyanka S.")
    before = card.locator(".big").inner_text()
    seq = served.scene.edge.log.durable_seq
    served.scene.come_from(served.scene.orders["Priyanka S."], 200, 6.0)
    expect(card.locator(".big")).not_to_have_text(before)
    assert served.scene.edge.log.durable_seq == seq


def test_calling_a_colleague_puts_a_card_on_every_board(screens):
    """One tap, no form."""
    board, other = screens.tablet_board(), screens.tablet_board()
    board.get_by_role("button", name="Call a colleague").click()
    expect(lane(other, "out")).to_contain_text("A colleague asks for help")
    other.get_by_role("button", name="I am coming").click()
    expect(lane(board, "out")).not_to_contain_text("A colleague asks for help")


def test_two_boards_in_two_languages_hear_the_same(screens, served):
    """Each in its own words."""
    english, japanese = screens.tablet_board(), screens.tablet_board(lang="ja")
    served.scene.arrive(served.scene.orders["Mei L."], How.DOOR)
    expect(lane(english, "out")).to_contain_text("Main door")
    expect(lane(japanese, "out").locator("article", has_text="Mei L.")).to_contain_text("正面入口")
