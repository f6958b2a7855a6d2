"""The board in a browser: it lives, it rings, it says what it does not know."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from edge.arrivals.rules import How
from edge.base import log as event_log
from edge.base.uplink import Uplink, UplinkSeen
from edge.orders import actions as orders
from edge.orders import store as orders_store
from edge.orders.rules import codes
from tests.browser.scene import PIN

# When a wire is cut, the tests' own little server leaves the file it was sending to the collector.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def lane(page, name):
    return page.locator(f'[data-lane="{name}"]')


def scan(page, text):
    """As fast as a scanner, however busy the machine is: the first key wakes the sound, which takes its time."""
    page.keyboard.press("Shift")
    page.evaluate(
        """keys => keys.forEach((key) => (document.activeElement || document.body)
             .dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))""",
        [*text, "Enter"],
    )


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


def test_what_is_next_moves_on_with_every_tap_and_every_report(screens, served):
    """Nothing while Ken's hands are full; then who is here, and at a phone's report who comes in a moment."""
    board, scene = screens.tablet_board(), served.scene
    upcoming = board.locator("#next")
    expect(upcoming).to_be_hidden()
    ken, jonas, ana = scene.staff["Ken S."], scene.orders["Jonas W."], scene.orders["Ana M."]
    scene.write(lambda u: orders.hand_over(u, jonas, how="scan", by=ken))
    expect(upcoming).to_contain_text("Next for you: A-01 The customer is here.")
    upcoming.get_by_role("button").click()
    expect(lane(board, "out").locator("article", has_text="Ana M.")).to_contain_text("Ken has it")
    expect(upcoming).to_be_hidden()
    scene.write(lambda u: orders.hand_over(u, ana, how="scan", by=ken))
    expect(upcoming).to_contain_text("Next for you")
    expect(upcoming).not_to_contain_text("Go out now")
    scene.come_from(scene.orders["Priyanka S."], 420, 8.0)
    expect(upcoming).to_contain_text("Go out now: the customer comes in a moment.")


def test_a_scanned_pass_hands_over_from_anywhere(screens, served):
    """The scanner is a fast keyboard; the card leaves, the waits count one more."""
    board = screens.tablet_board()
    scene = served.scene
    code = codes.handover_code(scene.edge.pepper, codes.token_hash(scene.tokens["Ana M."]))
    scan(board, f"SE.HL.{code}")
    expect(board.locator("#toasts")).to_contain_text("A-01 handed over")
    expect(lane(board, "out").locator("article", has_text="Ana M.")).to_have_count(0)
    expect(board.locator("#waits")).to_contain_text("2/2")


def test_slow_keys_are_no_scan(screens):
    """A person's fingers leave more than 120 ms between two keys."""
    board = screens.tablet_board()
    board.keyboard.type("SE.HL.7KQ4", delay=160)
    board.keyboard.press("Enter")
    expect(board.locator("#toasts")).to_be_empty()


def test_a_wrong_code_is_refused_in_the_question_itself(screens, served):
    """It says whose pass that is, stays open with the cursor where it was, and takes the right one."""
    board = screens.tablet_board()
    scene = served.scene
    jonas = lane(board, "out").locator("article", has_text="Jonas W.")
    jonas.get_by_role("button", name="Hand over").click()
    other = codes.handover_code(scene.edge.pepper, codes.token_hash(scene.tokens["Ana M."]))
    board.get_by_label("Or type the 8 characters").fill(other)
    board.get_by_role("dialog").get_by_role("button", name="Hand over", exact=True).click()
    dialog = board.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("This pass belongs to order A-01")
    expect(board.get_by_label("Or type the 8 characters")).to_be_focused()
    right = codes.handover_code(scene.edge.pepper, codes.token_hash(scene.tokens["Jonas W."]))
    board.keyboard.type(right)
    board.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(board.locator("#toasts")).to_contain_text("A-02 handed over")
    expect(jonas).to_have_count(0)


def test_a_picking_is_scanned_and_its_last_step_taken_back(screens, served):
    """One scan a piece, a wrong item says so, not here is noted, and undo brings the line back; keys alone do it."""
    scene = served.scene
    board = screens.tablet_board()
    board.locator("article", has_text="Fatima A.").get_by_role("button", name="Take").press(
        "Enter"
    )
    expect(board.locator("#bar-detail")).to_contain_text("Picking · Ken until 18:01")
    scan(board, "SKU-005")
    expect(board.locator(".ln", has_text="Rice vinegar")).to_contain_text("1 of 2 scanned")
    scan(board, "SKU-060")
    wrong = board.get_by_role("alert").filter(has_text="Wrong item. You scanned Matcha ice cream.")
    expect(wrong).to_contain_text("The order wants Koshihikari rice 2 kg.")
    board.get_by_role("button", name="Not here").press("Enter")
    undo = board.get_by_role("button", name="Undo")
    expect(board.locator("#toasts")).to_contain_text("Koshihikari rice 2 kg noted as short")
    expect(undo).to_contain_text(re.compile(r"\d+ s"))
    undo.press("Enter")
    rice = board.locator(".ln", has_text="Koshihikari rice 2 kg")
    expect(rice).to_have_attribute("data-st", "next")
    with scene.edge.read() as reader:
        kinds = [e.kind for e in event_log.of_aggregate(reader, scene.orders["Fatima A."])]
    assert kinds[-3:] == ["line_counted", "line_short_picked", "order_step_undone"]


def test_what_is_not_there_is_substituted_by_name(screens, served):
    """Where the customer said so: looked for, taken, and said at what price."""
    board = screens.tablet_board()
    scene = served.scene
    board.locator("article", has_text="Fatima A.").get_by_role("button", name="Take").click()
    board.get_by_role("button", name="Picked: Koshihikari rice 2 kg").click()
    board.get_by_role("button", name="Substitute", exact=True).click()
    dialog = board.get_by_role("dialog")
    expect(dialog.locator(".options .btn").first).to_be_visible()
    board.get_by_label("Name, number or bar code").fill("SKU-006")
    expect(dialog.locator(".options .btn")).to_have_count(1)
    expect(dialog.locator(".options .btn")).to_contain_text("customer pays ¥300")
    dialog.locator(".options .btn").click()
    expect(board.locator('.ln[data-st="swap"]')).to_contain_text("instead")
    with scene.edge.read() as reader:
        kept = orders_store.load(reader, scene.orders["Fatima A."])
    assert [x.substitute.sku for x in kept.lines if x.substitute] == ["SKU-006"]


def test_an_order_is_taken_over_by_name_and_never_from_oneself(screens, served):
    """Yuki's is asked for once; after that it is Ken's and is not offered again."""
    board = screens.tablet_board()
    board.get_by_role("link", name="A-08 Hana O.").click()
    expect(board.get_by_text("Yuki is picking this order.")).to_be_visible()
    board.get_by_role("button", name="Take it over").click()
    dialog = board.get_by_role("dialog")
    expect(dialog).to_contain_text("Yuki has this until 17:55. Take it over?")
    dialog.get_by_role("button", name="Take it over").click()
    expect(board.locator("#bar-detail")).to_contain_text("Picking · Ken until 18:01")
    expect(board.get_by_role("button", name="Take it over")).to_have_count(0)


def test_a_tap_before_signing_in_is_done_after_it(screens, served):
    """Nobody is signed in: the tap leads to the PIN, and is not lost on the way."""
    scene = served.scene
    del scene.cookies["store_edge_session"]
    board = screens.tablet_board()
    ana = lane(board, "out").locator("article", has_text="Ana M.")
    ana.get_by_role("button", name="I'll bring it").click()
    board.locator(f'[data-staff="{scene.staff["Mo A."]}"]').click()
    board.keyboard.type(PIN)
    board.keyboard.press("Enter")
    expect(lane(board, "out").locator("article", has_text="Ana M.")).to_contain_text("Mo has it")


def test_a_pick_list_is_walked_line_by_line(screens):
    """Take, pick each line, put it into a bin: big buttons for legal steps only."""
    board = screens.tablet_board()
    board.get_by_role("link", name="A-08 Hana O.").click()
    expect(board.locator("h2", has_text="Pick list, in walking order")).to_be_visible()
    board.get_by_role("button", name="Take it over").click()
    board.get_by_role("dialog").get_by_role("button", name="Take it over").click()
    expect(board.get_by_text("Not yet: 5 lines are open.")).to_be_visible()
    for left in (4, 3, 2, 1):
        board.get_by_role("button", name=re.compile("^Picked:")).click()
        what = "1 line is open" if left == 1 else f"{left} lines are open"
        expect(board.get_by_text(f"Not yet: {what}.")).to_be_visible()
    board.get_by_role("button", name=re.compile("^Picked:")).click()
    board.get_by_role("button", name="Put in a bin").click()
    board.get_by_role("button", name="One bag more").click()
    board.get_by_label("Or type its name").fill("12")
    board.get_by_label("And where is what must stay cold?").fill("C9")
    board.get_by_role("button", name="Put here").click()
    expect(board.locator(".bags")).to_contain_text("2 bags")
    expect(board.locator(".bags")).to_contain_text("C9")
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
