"""The three ways in which a phone gets to its pass: over the road, on the store's Wi-Fi, and with no line at all."""

from __future__ import annotations

import io
import re
from urllib.parse import urlsplit

import msgspec
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from edge import app as wiring
from edge.arrivals.rules import Phase
from edge.orders import actions as orders
from edge.screens import gather
from sync.agent.line import wsgi_handler
from tests.browser.test_pass import place, until_kept
from tests.frontdoor.running import House, running_house

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NAME = "harbour-lane.localhost"
WIFI_NAME = "harbour-lane.example"


# -- over the road: front door, the store's line, the store --


@pytest.fixture
def road(scene):
    """A front door, and the evening's store on a line to it."""
    with running_house() as house:
        app = wiring.create_app(scene.edge)
        house.open_line(wsgi_handler(app), host=NAME)
        yield house


@pytest.fixture
def on_the_road(chromium, road, scene):
    """A phone on mobile data, with a place that only it knows."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="en", permissions=["geolocation"],
        geolocation=place(3000),
    )  # fmt: skip
    page = context.new_page()
    yield page
    context.close()


def address(house: House, scene, name: str) -> str:
    return f"http://{NAME}:{house.port}/p/{scene.tokens[name]}"


def test_a_phone_on_mobile_data_comes_all_the_way(on_the_road, road, scene):
    """Opened, on my way, sharing, here: each through the front door, with files that are packed and kept for good."""
    files: dict[str, dict[str, str]] = {}
    on_the_road.on(
        "response", lambda said: files.setdefault(urlsplit(said.url).path, said.headers)
    )
    on_the_road.goto(address(road, scene, "Mei L."))
    assert on_the_road.evaluate("isSecureContext")
    loaded = [said for path, said in files.items() if path.startswith("/p/assets/b-")]
    assert len(loaded) >= 6
    assert all("immutable" in said["cache-control"] for said in loaded)
    assert any(said.get("content-encoding") == "gzip" for said in loaded)
    walk_in(on_the_road)
    with scene.edge.read() as reader:
        known = gather.one(
            reader, scene.edge, "en", orders.store.load(reader, scene.orders["Mei L."])
        )
    assert (known.phase, known.journey.bay) == (Phase.ARRIVED, "3")


def walk_in(phone: Page, *, where: str = "Bay 3") -> None:
    """What a customer does on the way."""
    phone.get_by_role("button", name="On my way").click()
    with phone.expect_request("**/ranges") as sent:
        phone.get_by_role("button", name="Yes, share my distance").click()
    assert sent.value.response().ok
    say_here(phone, where=where)
    expect(phone.locator("h1").first).to_have_text("Are you here?")
    say_here(phone, where=where)
    expect(phone.locator("h1").first).to_have_text(
        re.compile("You have arrived|We know you are here")
    )


def say_here(phone: Page, *, where: str) -> None:
    phone.get_by_role("button", name="I am here").click()
    phone.get_by_role("button", name=where).click()


# -- no line at all --


def test_with_the_line_down_the_opened_pass_shows_its_code_and_the_kiosk_reads_it(
    on_the_road, road, scene, screens
):
    """Also when the front door was restarted and knows no store; a pass never opened is told what to do."""
    phone = on_the_road
    phone.clock.install()
    phone.goto(address(road, scene, "Mei L."))
    until_kept(phone, 1)
    code = phone.locator(".ticket .code").inner_text()
    line = road.lines.pop()
    line.stop()
    expect_its_own(phone, code)
    road.door.lines.__init__()  # as a front door that has just started: it knows no store
    assert road.ask("GET", "/p/x", host=NAME).status_code == 421
    expect_its_own(phone, code)
    until_kept(phone, 1)
    stranger = phone.context.new_page()
    stranger.goto(address(road, scene, "Emil J."))
    expect(stranger.locator("h1")).to_have_text("The store cannot be reached from here right now")
    expect(stranger.locator("li").nth(1)).to_contain_text("hold your phone to the scanner")
    picture = Image.open(io.BytesIO(phone.locator(".ticket .qr").screenshot()))
    (read,) = zxingcpp.read_barcodes(picture.convert("L"))
    kiosk = screens.open("/kiosk", "kiosk")
    kiosk.keyboard.type(read.text)
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("#done-title")).to_have_text("Welcome, Mei L.")


def expect_its_own(phone: Page, code: str) -> None:
    """Reloaded without a line: the code, how old the news is, and that the code works all the same."""
    phone.reload()
    expect(phone.locator(".ticket .code")).to_have_text(code)
    phone.clock.run_for(11_000)
    expect(phone.locator("#age")).to_contain_text("Last news")
    expect(phone.locator("#age")).to_contain_text("No connection. The code works")


def test_what_is_kept_is_as_new_as_the_news_whose_age_it_shows(on_the_road, road, scene):
    """The order went on while the pass was open: without a line it shows the newest state, not the first."""
    phone = on_the_road
    phone.goto(address(road, scene, "Leo B."))
    until_kept(phone, 1)
    before = phone.locator("h1").first.inner_text()
    scene.pick(scene.orders["Leo B."])
    expect(phone.locator("h1").first).not_to_have_text(before)
    newest = phone.locator("h1").first.inner_text()
    road.lines.pop().stop()
    phone.reload()
    expect(phone.locator("h1").first).to_have_text(newest)


KEEP_ONE_OF = """async (days) => (await caches.open("pass-1")).put("/p/OLDER" + days, new Response("", {
  headers: { "X-Kept-At": Date.now() - days * 86400000 } }))"""
KEPT = """async () => (await (await caches.open("pass-1")).keys()).map(({ url }) => new URL(url).pathname)"""


def test_a_phone_that_never_looked_again_forgets_after_a_week(on_the_road, road, scene):
    """Name and code of an old order go by themselves; those of six days stay."""
    phone = on_the_road
    phone.goto(address(road, scene, "Mei L."))
    until_kept(phone, 1)
    for days in (6, 8):
        phone.evaluate(KEEP_ONE_OF, days)
    road.lines.pop().stop()
    phone.reload()
    expect(phone.locator(".ticket .code")).to_be_visible()
    kept = phone.evaluate(KEPT)
    assert "/p/OLDER6" in kept
    assert "/p/OLDER8" not in kept


def test_the_pass_can_be_put_on_the_home_screen(on_the_road, road, scene):
    """Chromium finds nothing that would keep it from being installed; its icons are there in both shapes."""
    on_the_road.goto(f"{address(road, scene, 'Mei L.')}?lang=ja")
    until_kept(on_the_road, 1)
    devtools = on_the_road.context.new_cdp_session(on_the_road)
    found = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's browser is a private window; nothing else may be in the way.
    assert {each["errorId"] for each in found} <= {"in-incognito"}
    read = devtools.send("Page.getAppManifest")
    assert read["errors"] == []
    said = msgspec.json.decode(read["data"])
    assert said["start_url"] == f"/p/{scene.tokens['Mei L.']}"
    assert said["lang"] == "ja"
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in said["icons"]:
        drawn = road.ask("GET", icon["src"], host=NAME)
        width, height = Image.open(io.BytesIO(drawn.content)).size
        assert icon["sizes"] == f"{width}x{height}"
