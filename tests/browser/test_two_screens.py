"""Two people at two screens reach for the same order in the same moment: one has it, the other hears who."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from edge.arrivals.rules import How
from edge.base import log as event_log
from edge.live import Live
from edge.orders.rules import codes
from edge.staff import actions as staff
from tests.browser.boards import cards_of

# By the real clock: within a second, so nothing else may run beside it.
pytestmark = [pytest.mark.browser, pytest.mark.journey]
TOLD_MS = 1000
# Clicks on both screens at the same millisecond of the wall clock.
PRESS = """([selector, text, at]) => {
  const find = () => [...document.querySelectorAll(selector)].find((each) => each.textContent.includes(text));
  const isTold = () => document.querySelector("#toasts > *, .refusal:not(:empty)");
  window.told = new Promise((resolve) => setTimeout(() => {
    const pressed = performance.now();
    const look = () => isTold() && resolve(performance.now() - pressed);
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
    find().click();
  }, at - Date.now()));
}"""


@pytest.fixture
def boards(screens, served):
    """Ken's board and Mo's, each on a tablet of its own."""
    ken = screens.tablet_board()
    scene = served.scene
    at = scene.clock.wall()
    code = scene.write(lambda u: staff.make_code(u, at=at, by="setup"))
    device, token = scene.write(lambda u: staff.pair(u, code, "Tablet at the shelves", at=at))
    session = scene.write(
        lambda u: staff.sign_in(u, scene.staff["Mo A."], device.device_id, at=at)
    )
    scene.cookies = {"store_edge_device": token, "store_edge_session": session}
    return ken, screens.tablet_board()


def press_together(boards, selector: str, text: str) -> None:
    """Both press what says `text` at once; back when both have been told something."""
    at = boards[0].evaluate("Date.now() + 700")
    for board in boards:
        board.evaluate(PRESS, [selector, text, at])
    for board in boards:
        assert board.evaluate("() => window.told") <= TOLD_MS


def kinds_of(scene, name: str, kind: str) -> int:
    with scene.edge.read() as reader:
        told = event_log.of_aggregate(reader, scene.orders[name])
    return sum(each.kind == kind for each in told)


def agree(boards) -> None:
    """Both boards show the same cards in the same order, and what the store says is there."""
    one, other = boards
    expect(one.locator("article.is-busy")).to_have_count(0)
    one.wait_for_timeout(300)
    assert cards_of(one) == cards_of(other) == cards_of(one, asked=True)


def test_two_take_the_same_picking_and_one_has_it(boards, served):
    """The other reads who was faster; both boards show one name."""
    press_together(boards, '[data-lane="pick"] article[data-ref] button', "Take")
    scene = served.scene
    started = [name for name in scene.orders if kinds_of(scene, name, "order_picking_started")]
    assert "Fatima A." in started
    assert kinds_of(scene, "Fatima A.", "order_picking_started") == 1
    said = [board.locator("#toasts").inner_text() for board in boards]
    assert sum(bool(re.search(r"(Ken|Mo).* is picking order A-06", each)) for each in said) == 1
    winner, loser = sorted(
        boards, key=lambda board: "is picking" in board.locator("#toasts").inner_text()
    )
    expect(winner.locator("#bar-detail")).to_contain_text(re.compile(r"Picking · (Ken|Mo) until"))
    winner.get_by_role("button", name="Board").click()
    for board in (winner, loser):
        card = board.locator('[data-lane="pick"] article', has_text="Fatima A.")
        expect(card.locator(".has")).to_have_text(re.compile("^(Ken|Mo)$"))
    agree(boards)


def test_two_put_the_same_order_into_two_bins_and_one_place_counts(boards, served):
    """The second is told that it lies somewhere already; the bags are in one bin."""
    scene = served.scene
    scene.pick(scene.orders["Leo B."], by="Ken S.")
    for board, place in zip(boards, ("11", "12"), strict=True):
        board.evaluate(f"location.assign('/board#{scene.orders['Leo B.']}'); location.reload()")
        board.get_by_role("button", name="Put in a bin").click()
        board.get_by_label("Or type its name").fill(place)
    press_together(boards, "dialog button", "Put here")
    assert kinds_of(scene, "Leo B.", "order_staged") == 1
    refused = [board.locator("dialog .refusal").all_inner_texts() for board in boards]
    assert sum(any(texts) for texts in refused) == 1, refused


def test_two_hand_over_the_same_order_and_it_leaves_once(boards, served):
    """The same pass under two scanners: the second hears when it was handed over."""
    scene = served.scene
    code = codes.handover_code(scene.edge.pepper, codes.token_hash(scene.tokens["Jonas W."]))
    for board in boards:
        card = board.locator('[data-lane="out"] article', has_text="Jonas W.")
        card.get_by_role("button", name="Hand over").click()
        board.get_by_label("Or type the 8 characters").fill(code)
    press_together(boards, "dialog form button", "Hand over")
    assert kinds_of(scene, "Jonas W.", "order_handed_over") == 1
    refused = [text for b in boards for text in b.locator("dialog .refusal").all_inner_texts()]
    assert [each for each in refused if "was already handed over at" in each], refused
    for board in boards:
        board.keyboard.press("Escape")
        expect(board.locator('[data-lane="out"] article', has_text="Jonas W.")).to_have_count(0)
    agree(boards)


def test_a_board_that_shows_something_else_is_found(boards):
    """The comparison can fail: a card is taken out of one board by hand."""
    agree(boards)
    boards[1].evaluate("document.querySelector('article[data-ref]').remove()")
    assert cards_of(boards[0]) != cards_of(boards[1])


def test_a_screen_too_many_says_so_and_still_shows_what_happens(screens, served, monkeypatch):
    """One place is taken: the second asks again and again, in words; when the first is closed it is live."""
    monkeypatch.setattr(Live, "most", 1)
    first, second = screens.tablet_board(), screens.tablet_board()
    expect(first.locator("#line")).to_contain_text("Live")
    banner = second.locator(".banner.lost")
    expect(banner).to_contain_text("Too many screens are connected to the store's computer.")
    served.scene.arrive(served.scene.orders["Mei L."], How.DOOR)
    expect(second.locator('[data-lane="out"] article', has_text="Mei L.")).to_be_visible()
    first.close()
    expect(banner).to_have_count(0, timeout=30_000)
    expect(second.locator("#line")).to_contain_text("Live")
