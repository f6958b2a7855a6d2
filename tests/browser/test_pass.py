"""The pass on a phone: it obeys the plan, keeps a place to itself, and lives on without a line."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from edge.arrivals.rules import How
from edge.arrivals.rules.plan import rounded, seconds_to_next
from edge.consents import store as consents
from edge.consents.rules import Purpose
from edge.orders import actions as orders
from tests.browser.scene import NOW

# When a wire is cut, the tests' own little server leaves the file it was sending to the collector.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

# Three trips towards the store at 52.0 north: metres to go, and seconds since the one before.
TRIPS = {
    "from far away": [12_400, 9_730, 7_420, 5_110, 2_860],
    "through the town": [3_150, 2_490, 1_480, 990, 610],
    "round the corner": [480, 395, 240, 130, 40],
}
COUNT_FIXES = """() => {
  window.fixes = 0;
  const watch = navigator.geolocation.watchPosition.bind(navigator.geolocation);
  navigator.geolocation.watchPosition = (take, ...more) => watch((fix) => { take(fix); window.fixes += 1; }, ...more);
}"""
PAGE_CLOCK = "Date.now() / 1000"
METRES_PER_DEGREE = 6371008.8 * 3.141592653589793 / 180


KEPT = """async () => (await (await caches.open("pass-1")).keys()).filter(
  (kept) => new URL(kept.url).pathname === location.pathname).length"""


def until_kept(page, copies: int) -> None:
    """Until the phone holds so many copies of this pass; the worker works beside the page."""
    for _ in range(100):
        if page.evaluate(KEPT) == copies:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the phone never held {copies} copies of its pass")


def place(metres: float) -> dict[str, float]:
    return {"latitude": 52.0 + metres / METRES_PER_DEGREE, "longitude": 5.0, "accuracy": 12}


@pytest.mark.parametrize("trip", TRIPS.values(), ids=TRIPS)
def test_a_phone_sends_what_the_plan_says_and_nothing_else(screens, trip):
    """Distance, accuracy and time, rounded and spaced by the server's plan; never a coordinate."""
    phone = screens.a_pass("Leo B.", geolocation=place(trip[0]), permissions=["geolocation"])
    bodies: list[str] = []
    phone.on(
        "request",
        lambda r: bodies.append(r.post_data or "") if r.url.endswith("/ranges") else None,
    )
    phone.evaluate(COUNT_FIXES)
    phone.clock.install()
    phone.get_by_role("button", name="On my way").click()
    with phone.expect_request("**/ranges"):
        phone.get_by_role("button", name="Yes, share my distance").click()
    sent_at, elapsed = phone.evaluate(PAGE_CLOCK), 0
    for step, metres in enumerate(trip[1:], 1):
        wait = seconds_to_next(trip[step - 1], elapsed)
        fixes = phone.evaluate("window.fixes")
        phone.context.set_geolocation(place(metres))
        phone.wait_for_function("n => window.fixes > n", arg=fixes, polling=50)
        gone = phone.evaluate(PAGE_CLOCK) - sent_at  # its clock runs on while we look
        phone.clock.run_for(max(0, wait - 3 - gone) * 1000)
        assert len(bodies) == step, "no report before its time"
        with phone.expect_request("**/ranges"):
            phone.clock.run_for(4000)
        sent_at = phone.evaluate(PAGE_CLOCK)
        elapsed += wait
    reports = [each for body in bodies for each in json.loads(body)["reports"]]
    assert [each["distance_m"] for each in reports] == [rounded(metres) for metres in trip]
    assert {tuple(each) for each in reports} == {("seq", "t", "distance_m", "accuracy_m")}
    # The clock's own seconds may end in 52; a latitude stands alone.
    assert not re.search(r"(?<!\d)52\.", "".join(bodies))


def test_no_is_as_easy_as_yes_and_asked_once(screens):
    """The same button twice; after a no the card does not come back, and nothing is slower."""
    phone = screens.a_pass("Leo B.")
    phone.get_by_role("button", name="On my way").click()
    yes = phone.get_by_role("button", name="Yes, share my distance")
    no = phone.get_by_role("button", name="No, thanks")
    expect(no).to_be_visible()
    look = """e => { const s = getComputedStyle(e);
                return [s.backgroundColor, s.color, s.fontSize, s.outlineStyle, e.offsetWidth, e.offsetHeight] }"""
    assert yes.evaluate(look) == no.evaluate(look)
    no.click()
    expect(phone.locator("h1").first).to_have_text("We expect you")
    phone.reload()
    expect(phone.locator("#ask")).to_have_count(0)
    expect(phone.get_by_role("button", name="I am here")).to_be_visible()


def test_a_question_left_unanswered_is_found_again_and_never_asked_twice(screens):
    """Who reloads before answering is not asked anew, and can still say yes where they look for it."""
    phone = screens.a_pass("Leo B.", geolocation=place(3000), permissions=["geolocation"])
    phone.get_by_role("button", name="On my way").click()
    expect(phone.get_by_role("button", name="Yes, share my distance")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("button", name="Yes, share my distance")).not_to_be_visible()
    phone.get_by_role("button", name="What we know and how to stop").click()
    phone.get_by_role("button", name="Share my distance for this trip").click()
    with phone.expect_request("**/ranges"):
        phone.get_by_role("button", name="Yes, share my distance").click()


def test_stop_ends_it_at_once(screens, served):
    """One tap; the plan is gone, and the phone measures no more."""
    phone = screens.a_pass("Tomasz K.", geolocation=place(4000), permissions=["geolocation"])
    expect(phone.locator("#sent")).to_contain_text(re.compile(r"4 km sent \d+ s ago"))
    phone.get_by_role("button", name="Stop", exact=True).click()
    expect(phone.locator("#sent")).to_have_count(0)
    expect(phone.locator("h1").first).to_have_text("We expect you")


def test_a_phone_that_lets_nobody_measure_is_no_customer_who_said_no(screens, served):
    """The yes stands, nothing is sent, the page says why and what to do; allowed later, it goes on by itself."""
    phone = screens.a_pass("Leo B.")
    sent: list[str] = []
    phone.on(
        "request",
        lambda r: sent.append(r.url) if "/ranges" in r.url or "/withdrawal" in r.url else None,
    )
    phone.get_by_role("button", name="On my way").click()
    phone.get_by_role("button", name="Yes, share my distance").click()
    expect(phone.locator("#sent")).to_contain_text("Your phone does not let us measure")
    expect(phone.get_by_role("button", name="I am here")).to_be_visible()
    assert sent == []
    order_id = served.scene.orders["Leo B."]
    with served.scene.edge.read() as reader:
        assert consents.allows(reader, Purpose.ARRIVAL_TIMING, order_id=order_id, now=NOW)
        assert not consents.was_refused(reader, order_id, Purpose.ARRIVAL_TIMING)
    with phone.expect_request("**/ranges"):
        phone.context.grant_permissions(["geolocation"])
        phone.context.set_geolocation(place(3000))


def test_here_names_the_bay(screens, served):
    """Two taps: I am here, bay 3; the pass says what follows."""
    phone = screens.a_pass("Mei L.")
    phone.get_by_role("button", name="I am here").click()
    phone.get_by_role("button", name="Bay 3").click()
    expect(phone.locator("h1").first).to_have_text("You have arrived")
    expect(phone.locator(".promise")).to_contain_text("Bay 3")


def test_an_offer_is_added_with_one_tap(screens):
    """It turns into what was added and where it is paid."""
    phone = screens.a_pass("Tomasz K.", geolocation=place(4000), permissions=["geolocation"])
    phone.get_by_role("button", name="Add to my pickup").click()
    expect(phone.locator(".offer", has_text="Clam chowder")).to_contain_text("Added.")


def test_an_opened_pass_lives_on_without_a_line(screens, served):
    """Reloaded with the store gone: the code is there, with the age of what it says."""
    phone = screens.a_pass("Mei L.")
    code = phone.locator(".ticket .code").inner_text()
    until_kept(phone, 1)
    served.cut()
    phone.reload()
    expect(phone.locator(".ticket .code")).to_have_text(code)
    expect(phone.locator("#age")).to_contain_text("Last news", timeout=12_000)
    expect(phone.locator("#age")).to_contain_text("No connection. The code works", timeout=12_000)


def test_after_the_handover_the_phone_forgets(screens, served):
    """The kept page and its time are deleted; a tap says how it was."""
    scene = served.scene
    phone = screens.a_pass("Mei L.")
    until_kept(phone, 1)
    mei = scene.orders["Mei L."]
    scene.arrive(mei, How.TAP)
    scene.write(lambda unit: orders.hand_over(unit, mei, how="scan", by="ken"))
    expect(phone.locator("h1").first).to_have_text("Thank you, Mei")
    until_kept(phone, 0)
    assert phone.evaluate("localStorage.length") == 0


def test_the_pass_reads_without_script(screens):
    """Code, state and promise stand in the page; it says when it was made."""
    phone = screens.a_pass("Leo B.", java_script_enabled=False)
    expect(phone.locator(".ticket .code")).to_be_visible()
    expect(phone.locator("h1").first).to_have_text("We have your order")
    expect(phone.locator(".promise")).to_contain_text("18:30")
