"""A board whose line is cut again and again: in the end it shows what the store knows, and each arrival rang once."""

from __future__ import annotations

import os
import random
import re
from threading import Thread

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from edge import app as wiring
from edge.arrivals.rules import How
from edge.base import log as event_log
from edge.orders import actions as orders
from tests.browser.boards import cards_of
from tests.browser.conftest import Screens
from tests.browser.scene import evening, serving

# When a wire is cut, the tests' own little server leaves the file it was sending to the collector.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.journey,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
CUTS = int(os.environ.get("TEST_CUTS", "60"))
ROUND_SECONDS = 60
# Each card that begins to ring, and each chime with the number of cards that asked for it.
HEAR = """() => {
  window.rang = {}; window.chimes = [];
  let before = new Set();
  const look = () => {
    const after = new Set([...document.querySelectorAll("article.is-new[data-ref]")].map((each) => each.dataset.ref));
    for (const ref of after) if (!before.has(ref)) rang[ref] = (rang[ref] || 0) + 1;
    before = after;
  };
  look();
  new MutationObserver(look).observe(document.querySelector("#board"),
    { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { chimes.push(before.size); return make.call(this); };
}"""


class Hour:
    """What goes on in the shop while the line to the board comes and goes."""

    def __init__(self, served, board, seed: int) -> None:
        self.served, self.scene, self.board = served, served.scene, board
        self.chance = random.Random(seed)
        self.announced: list[str] = []
        self.coming = 0

    def break_the_line(self) -> None:
        """Cut, stalled, or the store's computer starts anew."""
        self.chance.choice((self.served.cut, self.served._wire.freeze, self.restart))()

    def restart(self) -> None:
        """Another server on the same store and port; its sockets know nobody."""
        served = self.served
        served.cut()
        port = served._server.server_port
        served._server.shutdown()
        served._server.server_close()
        served._live.stop()
        app = wiring.create_app(self.scene.edge)
        served._live = wiring.Live(self.scene.edge, wiring.SCREENS)
        served._live.install(app)
        served._live.start()
        served._server = make_server("127.0.0.1", port, app, threaded=True)
        served._server.daemon_threads, served._server.block_on_close = True, False
        Thread(target=served._server.serve_forever, args=(0.05,), daemon=True).start()

    def happen(self) -> None:
        """Somebody orders, somebody arrives, or one who was seen to arrive is served."""
        kind = self.chance.randrange(4)
        scene, ken = self.scene, self.scene.staff["Ken S."]
        if kind == 0 or not self.announced:
            self.arrive()
        elif kind == 1:
            scene.order(f"Guest {len(scene.orders)}", self.chance.randrange(5, 90), "SKU-020")
        elif kind == 2:
            # Only who rang on the board is fetched: nobody knows of the others.
            order_id = self.announced.pop(0)
            scene.write(lambda u: orders.bring_out(u, order_id, by=ken))
            scene.write(lambda u: orders.hand_over(u, order_id, how="scan", by=ken))
        else:
            self.arrive()

    def arrive(self) -> None:
        """Somebody whose order is ready stands in the store."""
        self.coming += 1
        order_id = self.scene.order(f"Visitor {self.coming}", 30, "SKU-003")
        self.scene.stage(order_id, f"{20 + self.coming}", bags=1)
        self.scene.arrive(order_id, self.chance.choice((How.KIOSK, How.DOOR, How.TAP)))

    def pass_time(self, seconds: int) -> None:
        """A minute of the shop and of the page, in a blink."""
        self.scene.clock.advance(seconds=seconds)
        ticked = min(seconds, 4)
        self.board.clock.run_for(1000 * ticked)
        self.board.clock.fast_forward(1000 * (seconds - ticked))

    def until_live(self) -> None:
        """The line is whole again: the page finds out by itself."""
        self.served.mend()
        for _ in range(200):
            self.board.clock.run_for(1000)
            self.board.wait_for_timeout(30)
            if self.board.evaluate(LIVE):
                break
        self.announced = [
            ref for ref in self.board.evaluate(RINGS) if ref in self.scene.orders.values()
        ]


RINGS = """() => [...document.querySelectorAll("article.is-new[data-ref]")].map((each) => each.dataset.ref)"""
LIVE = """() => document.querySelector(".banner.lost") === null
  && document.querySelector("#line").textContent.includes("Live")"""


def plant(page, right: str, wrong: str) -> None:
    """From its next load on, the page gets a script that is wrong in one place."""

    def spoil(route) -> None:
        answer = route.fetch()
        assert right in answer.text(), "the planted fault no longer fits the script"
        route.fulfill(response=answer, body=answer.text().replace(right, wrong))

    page.context.route("**/shared/live.js*", spoil)


def hold_an_hour(page, served, cuts: int, *, look_every: int = 10) -> None:
    """So many breaks of three kinds, up to a minute each, while people order, arrive and are served."""
    page.clock.install()
    page.reload()
    page.locator("article").first.wait_for()
    page.keyboard.press("Shift")
    page.evaluate(HEAR)
    ringing = page.evaluate("Object.keys(rang)")
    first = served.scene.edge.log.durable_seq
    hour = Hour(served, page, seed=11)
    for n in range(cuts):
        hour.break_the_line()
        for _ in range(hour.chance.randrange(3)):
            hour.happen()
        hour.pass_time(hour.chance.randrange(1, ROUND_SECONDS))
        hour.until_live()
        if n % look_every == look_every - 1:
            expect_equal(page)
    expect_equal(page)
    with served.scene.edge.read() as reader:
        told = event_log.read_after(reader, first, limit=10_000)
    arrived = [each.aggregate_id for each in told if each.kind == "customer_arrived"]
    rang = page.evaluate("rang")
    print(f"{cuts} cuts, {len(told)} events, {len(arrived)} arrivals")
    assert len(arrived) > cuts // 4
    assert rang == dict.fromkeys([*ringing, *arrived], 1)
    # A sound without a card that asks for it would be a false alarm.
    assert 0 not in page.evaluate("chimes")


def test_an_hour_of_cuts_leaves_the_board_equal_to_the_store_and_every_alert_once(screens, served):
    """Sixty breaks: what the page shows is what the store says, and each arrival rang once."""
    hold_an_hour(screens.tablet_board(), served, CUTS)


def test_a_board_that_forgets_to_ask_what_it_missed_is_caught(screens, served):
    """The same hour, of six breaks, on a page that takes the answer to its question for a heartbeat only.

    Every few minutes a board is shown anew as a whole, which mends it: so it is looked at after each break.
    """
    page = screens.tablet_board()
    plant(
        page,
        "if (!failed) this.caughtUp(answer || {});",
        "if (!failed) { this.isComplete = true; this.news(); }",
    )
    with pytest.raises(AssertionError):
        hold_an_hour(page, served, 6, look_every=1)


def expect_equal(page) -> None:
    """At once, or after one more question (they come every three seconds): the page's own clock goes no further."""
    for look in range(100):
        if cards_of(page) == cards_of(page, asked=True):
            return
        if look < 8:
            page.clock.run_for(500)
        page.wait_for_timeout(20)
    assert cards_of(page) == cards_of(page, asked=True)


@pytest.fixture
def other(chromium, tmp_path):
    """Another shop with screens of its own, so that two losses are waited for at once."""
    with serving(evening(tmp_path / "other")) as served:
        opened = Screens(chromium, served)
        yield opened
        for context in opened.contexts:
            context.close()


def test_the_page_says_how_old_it_is_after_six_seconds_and_what_works_after_eleven(screens, other):
    """By the real clock, on a line that is cut and on one that went quiet: age beyond 5 s, banner within 10 s."""
    cut, quiet, deaf = screens.tablet_board(), other.tablet_board(), other.tablet_board()
    plant(deaf, "SILENCE_MS = 8000", "SILENCE_MS = 80_000")
    deaf.reload()
    for page in (cut, quiet, deaf):
        expect(page.locator("#line")).to_contain_text("Live")
        expect(page.locator(".banner.lost")).to_have_count(0)
    # "Live" is said from the first look on; a line that is to be lost must be there first: one question and answer.
    deaf.wait_for_timeout(3_500)
    screens.served.cut()
    other.served._wire.freeze()
    cut.wait_for_timeout(6_000)
    said = [page.locator("#line").inner_text() for page in (cut, quiet)]
    assert said[0] == "No news"
    assert re.fullmatch(r"From \d+ s ago", said[1]), said
    cut.wait_for_timeout(5_000)
    # A page that does not notice silence has no banner: what is looked for below can be missing.
    assert deaf.locator(".banner.lost").count() == 0
    for page in (cut, quiet):
        banner = page.locator(".banner.lost").inner_text()
        assert "This screen has lost the store's computer." in banner
        assert re.search(r"\d+ s ago", banner), banner
        assert "Go on with what is here; new arrivals will not show." in banner
    other.served.mend()
