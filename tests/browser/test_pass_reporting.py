"""What a phone that shares its distance does when things go wrong, and when it ends."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace
from playwright.sync_api import expect

from edge.acts.withdraw import withdraw
from edge.arrivals import store as journeys
from edge.arrivals.rules import How
from edge.arrivals.rules.plan import SHIPPED
from edge.base import store_record
from edge.orders import actions as orders
from tests.browser.test_pass import place

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

WAKE = """() => { window.locks = [];
  Object.defineProperty(navigator, "wakeLock", { value: { request: async () => {
    const lock = { released: false, release: async () => { lock.released = true; } };
    window.locks.push(lock);
    return lock; } } }); }"""
HIDE = """(hidden) => { Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  if (hidden) for (const lock of window.locks || []) lock.released = true;
  document.dispatchEvent(new Event("visibilitychange")); }"""
# A phone whose position fails with this code, and whose permission stands so.
FAILS = """([code, state]) => { window.asked = 0;
  navigator.permissions.query = async () => ({ state });
  navigator.geolocation.watchPosition = (take, fail) => {
    window.asked += 1;
    setTimeout(() => fail({ code, PERMISSION_DENIED: 1 }));
    return 7; }; }"""
# The phone's clock has gone on with the store's.
AN_HOUR_ON = """const real = Date.now; Date.now = () => real() + 3600000;
  const watch = navigator.geolocation.watchPosition.bind(navigator.geolocation);
  navigator.geolocation.watchPosition = (take, ...more) => watch(
    ({ coords, timestamp }) => take({ coords, timestamp: timestamp + 3600000 }), ...more);"""
SHARING = {"geolocation": place(4000), "permissions": ["geolocation"]}


def reports_of(phone) -> list[dict]:
    """Everything that leaves from now on, in the order in which it does."""
    left: list[dict] = []
    phone.on(
        "request",
        lambda r: (
            left.extend(json.loads(r.post_data)["reports"]) if r.url.endswith("/ranges") else None
        ),
    )
    return left


def says_yes(phone) -> None:
    phone.get_by_role("button", name="On my way").click()
    phone.get_by_role("button", name="Yes, share my distance").click()


def test_what_could_not_be_sent_goes_in_order_when_the_line_is_back(screens):
    """Kept on the phone as distances only; numbered as it was measured, nothing twice."""
    phone = screens.a_pass("Tomasz K.", **SHARING)
    expect(phone.locator("#sent")).to_contain_text("4 km sent")
    phone.route("**/ranges", lambda route: route.abort())
    phone.clock.install()
    for metres in (3_900, 3_800):
        phone.context.set_geolocation(place(metres))
        with phone.expect_event("requestfailed", lambda r: r.url.endswith("/ranges")):
            phone.clock.run_for(70_000)
    expect(phone.locator("#sent")).to_have_text("No line: your distance waits on this phone.")
    kept = phone.evaluate("JSON.stringify({ ...sessionStorage })")
    assert "52." not in kept, "a place is kept nowhere"
    phone.unroute("**/ranges")
    with phone.expect_response("**/ranges") as answer:
        phone.clock.run_for(70_000)
    seqs = [each["seq"] for each in json.loads(answer.value.request.post_data)["reports"]]
    assert len(seqs) >= 2
    assert seqs == sorted(set(seqs))


def test_the_screen_stays_on_while_sharing_and_no_longer(screens):
    """Asked for again when the page is back; let go at Stop. A phone that says no is not asked twice."""
    phone = screens.a_pass("Leo B.", **SHARING)
    phone.evaluate(WAKE)
    with phone.expect_request("**/ranges"):
        says_yes(phone)
    phone.wait_for_function("() => window.locks.length === 1")
    phone.evaluate(HIDE, True)
    phone.evaluate(HIDE, False)
    phone.wait_for_function("() => window.locks.length === 2")
    phone.get_by_role("button", name="Stop", exact=True).click()
    phone.wait_for_function("() => window.locks.every((lock) => lock.released)")
    assert phone.evaluate("window.locks.length") == 2


def hand_over(served, order_id):
    served.scene.arrive(order_id, How.KIOSK)
    served.scene.stage(order_id, "5")
    served.scene.write(lambda unit: orders.hand_over(unit, order_id, how="scan", by="ken"))


def cancel(served, order_id):
    served.scene.write(lambda unit: orders.cancel(unit, order_id, reason="Asked", by="ken"))


def take_back(served, order_id):
    served.scene.write(lambda unit: withdraw(unit, order_id, served.scene.memory))


def two_hours(served, _order_id):
    served.scene.clock.advance(seconds=SHIPPED.ends_after_seconds)


@pytest.mark.parametrize("ending", [hand_over, cancel, take_back, two_hours])
def test_nothing_leaves_after_the_end(screens, served, ending):
    """Handed over, called off, withdrawn elsewhere, or two hours: the phone measures no more."""
    phone = screens.a_pass("Leo B.", **SHARING)
    with phone.expect_response("**/ranges"):
        says_yes(phone)
    ending(served, served.scene.orders["Leo B."])
    phone.clock.install()
    with phone.expect_response("**/state"):
        phone.clock.run_for(4_000)
    phone.wait_for_function("() => !document.getElementById('sent')?.textContent.includes('sent')")
    left = reports_of(phone)
    phone.context.set_geolocation(place(2_000))
    phone.clock.run_for(120_000)
    assert left == []


def test_the_customer_sees_exactly_what_was_sent(screens):
    """Each distance with its time, kept on this phone only; after a reload it is still to be read."""
    phone = screens.a_pass("Leo B.", **SHARING)
    left = reports_of(phone)
    with phone.expect_response("**/ranges"):
        says_yes(phone)
    expect(phone.locator("#sent")).to_contain_text("4 km sent")
    phone.get_by_role("button", name="What we know and how to stop").click()
    expect(phone.locator("#sentlist li")).to_have_count(len(left))
    expect(phone.locator("#sentlist li").first).to_contain_text("4 km ± 12 m")
    phone.reload()
    phone.get_by_role("button", name="What we know and how to stop").click()
    expect(phone.locator("#sentlist li").first).to_contain_text("4 km ± 12 m")


def test_the_list_goes_on_when_it_is_full_and_tells_what_was_perhaps_sent(screens):
    """Whoever waited for an answer in vain reads so; what was never tried is not in it."""
    phone = screens.a_pass("Leo B.")
    listed = phone.evaluate(
        """async () => { const { Sent } = await import("/p/assets/screens/pass/sent.js");
          const ranges = new Sent("test"), of = (seq) => ({ seq, t: seq, distance_m: seq, accuracy_m: 5 });
          for (let seq = 1; seq <= 301; seq += 1) { ranges.add(of(seq)); ranges.gone(ranges.tries(seq), seq); }
          ranges.add(of(302)); ranges.tries(302); ranges.add(of(303)); ranges.drop();
          return { count: new Sent("test").count, length: ranges.sent.length, newest: ranges.sent.slice(-2),
            last: ranges.last.distance_m }; }"""
    )
    assert listed == {
        "count": 302,
        "length": 300,
        "newest": [
            {"distance_m": 301, "accuracy_m": 5, "at": 301, "isPerhaps": False},
            {"distance_m": 302, "accuracy_m": 5, "at": 302, "isPerhaps": True},
        ],
        "last": 301,
    }


def test_a_report_without_an_answer_is_listed_as_perhaps_sent(screens):
    """The line broke in between: it may have reached the store."""
    phone = screens.a_pass("Tomasz K.", **SHARING)
    expect(phone.locator("#sent")).to_contain_text("4 km sent")
    phone.route("**/ranges", lambda route: route.abort())
    phone.clock.install()
    phone.context.set_geolocation(place(3_900))
    with phone.expect_event("requestfailed", lambda r: r.url.endswith("/ranges")):
        phone.clock.run_for(70_000)
    phone.get_by_role("button", name="Stop", exact=True).click()
    # The page is drawn anew once the store has heard it, which would close what is opened before.
    expect(phone.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    phone.get_by_role("button", name="What we know and how to stop").click()
    expect(phone.locator("#sentlist li").first).to_contain_text("perhaps sent")


def test_stop_without_a_line_stops_at_once_and_is_told_later(screens, served):
    """The tap is not lost: nothing leaves from then on, and the store hears of it when it can."""
    phone = screens.a_pass("Tomasz K.", **SHARING)
    expect(phone.locator("#sent")).to_contain_text("4 km sent")
    served.cut()
    phone.get_by_role("button", name="Stop", exact=True).click()
    expect(phone.locator("#sent")).to_contain_text("Stopped: nothing is sent")
    left = reports_of(phone)
    served.mend()
    expect(phone.locator("#sent")).to_have_count(0)
    assert left == []


@pytest.mark.parametrize(
    ("code", "state", "words"),
    [
        (1, "denied", "Your phone does not let us measure"),
        (1, "prompt", "Your phone's question had no answer"),
        (2, "granted", "Your phone cannot tell where it is just now"),
        (3, "granted", "Your phone cannot tell where it is just now"),
    ],
)
def test_a_phone_that_does_not_measure_says_why_and_asks_no_second_time(
    screens, code, state, words
):
    """Denied, left unanswered, unavailable, too slow: each has its words, and "I am here" stands beside them."""
    phone = screens.a_pass("Leo B.")
    phone.evaluate(FAILS, [code, state])
    says_yes(phone)
    expect(phone.locator("#sent")).to_contain_text(words)
    expect(phone.get_by_role("button", name="I am here")).to_be_visible()
    phone.wait_for_timeout(3_500)
    assert phone.evaluate("window.asked") == 1, "polls go on, the phone is left in peace"
    expect(phone.get_by_role("button", name="Ask my phone again")).to_be_visible(
        visible=state == "prompt"
    )


def test_a_question_that_the_phone_left_open_is_asked_again_by_a_tap_only(screens):
    """Also after the page was opened anew."""
    phone = screens.a_pass("Leo B.")
    phone.evaluate(FAILS, [1, "prompt"])
    says_yes(phone)
    expect(phone.locator("#sent")).to_contain_text("had no answer")
    phone.context.add_init_script(f"({FAILS})([1, 'prompt'])")
    phone.reload()
    expect(phone.locator("#sent")).to_contain_text("had no answer")
    assert phone.evaluate("window.asked") == 0
    phone.get_by_role("button", name="Ask my phone again").click()
    phone.wait_for_function("() => window.asked === 1")


def test_a_hidden_page_sends_nothing_and_says_so_when_it_is_back(screens):
    """The truth about web pages, in one sentence."""
    phone = screens.a_pass("Tomasz K.", **SHARING)
    expect(phone.locator("#sent")).to_contain_text("4 km sent")
    phone.evaluate(HIDE, True)
    phone.clock.install()
    left = reports_of(phone)
    phone.context.set_geolocation(place(3_000))
    phone.clock.run_for(100_000)
    assert left == []
    phone.evaluate(HIDE, False)
    with phone.expect_response("**/ranges"):
        phone.clock.run_for(2_000)


def test_a_phone_opened_again_an_hour_later_goes_on(screens, served):
    """It is on the way since the first tap, is not asked again, and reports at once."""
    phone = screens.a_pass("Leo B.", **SHARING)
    with phone.expect_response("**/ranges"):
        says_yes(phone)
    path, order_id = phone.url, served.scene.orders["Leo B."]
    phone.close()
    with served.scene.edge.read() as reader:
        started = journeys.load(reader, order_id).started_at
    served.scene.clock.advance(seconds=3_600)
    screens.contexts[-1].add_init_script(AN_HOUR_ON)
    again = screens.contexts[-1].new_page()
    with again.expect_response("**/ranges") as answer:
        again.goto(path)
    assert answer.value.json()["taken"] == 1
    expect(again.get_by_role("button", name="On my way")).to_have_count(0)
    expect(again.locator("#ask[open]")).to_have_count(0)
    with served.scene.edge.read() as reader:
        assert journeys.load(reader, order_id).started_at == started


def test_standing_at_another_store_is_said_on_the_phone_and_sent_nowhere(screens, served):
    """Which store is right and how far it is; the report is the distance to one's own store, as ever."""
    scene = served.scene
    with scene.edge.read() as reader:
        here = store_record.load(reader)
    old = store_record.Sister(
        code="OS", name="Old Street", north=here.north + 0.03, east=here.east
    )
    told = replace(here, sisters=(old,), revision=here.revision + 1)
    scene.write(lambda unit: store_record.save(unit, told))
    phone = screens.a_pass("Tomasz K.", geolocation=place(3_340), permissions=["geolocation"])
    left = reports_of(phone)
    expect(phone.locator("#wrong")).to_have_text(
        f"This looks like Old Street. Your order is at {here.name}, 3.4 km from here."
    )
    phone.wait_for_function("() => document.getElementById('sent').textContent.includes('sent')")
    assert {tuple(each) for each in left} <= {("seq", "t", "distance_m", "accuracy_m")}
    phone.get_by_role("button", name="I am here").click()
    phone.get_by_role("button", name="Bay 3").click()
    expect(phone.locator("h1").first).to_have_text("Are you here?")
