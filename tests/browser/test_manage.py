"""The manager's pages in a browser: by keyboard alone, without script, on a phone, and when the store is gone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.manage_day import a_days_figures
from tests.browser.scene import evening, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PAGES = (
    "",
    "/orders",
    "/definitions",
    "/arrivals",
    "/offers",
    "/people",
    "/devices",
    "/consents",
    "/sheets",
    "/sync",
)
MM = 96 / 25.4


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One evening for the whole file; the tests make people and codes of their own."""
    with serving(evening(tmp_path_factory.mktemp("evening") / "store")) as it:
        a_days_figures(it.scene)
        yield it


def test_no_page_scrolls_sideways_on_a_phone_or_at_twice_the_size(screens):
    """390 and 320 px wide, and 640 px, which is a desk at 200 percent."""
    page = screens.open("/manage", "desk")
    for path in PAGES:
        page.goto(f"{screens.served.url}/manage{path}")
        for width in (640, 390, 320):
            page.set_viewport_size({"width": width, "height": 700})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (path, width, wide)


def test_somebody_is_added_by_keyboard_alone(screens):
    """From the first tab stop to the PIN, without a mouse."""
    page = screens.open("/manage", "desk")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href')") == "/manage/people":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/manage/people")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "name":
            break
    page.keyboard.type("Kim L.")
    page.keyboard.press("Enter")
    expect(page.locator(".once .big-code")).to_have_text(re.compile(r"^\d{6}$"))
    expect(page.get_by_role("heading", name="The PIN of Kim L.")).to_be_visible()


def test_ending_somebody_asks_first_and_closes_by_keyboard(screens):
    """The first press only opens the question."""
    page = screens.open("/manage/people", "desk")
    ask = page.locator("summary", has_text="End Yuki T.")
    ask.focus()
    page.keyboard.press("Enter")
    sure = page.get_by_role("button", name="End it now Yuki T.")
    expect(sure).to_be_visible()
    page.keyboard.press("Enter")
    expect(sure).to_be_hidden()


def test_forms_work_without_script(screens):
    """A pairing code, a sheet and an ended offer, with nothing but links and forms."""
    page = screens.open("/manage/devices", "desk", java_script_enabled=False)
    page.select_option("#f-kind", "display")
    page.get_by_role("button", name="Make a pairing code").click()
    expect(page.locator(".pairing .big-code")).to_be_visible()
    page.goto(f"{screens.served.url}/manage/sheets")
    page.get_by_label("Bay 3").check()
    page.get_by_role("button", name="Show the sheet").click()
    expect(page.locator("svg.paper")).to_have_count(1)
    page.goto(f"{screens.served.url}/manage/offers")
    page.locator("summary", has_text="End now Melon bread").click()
    page.locator('form[action$="/end"] button:visible').click()
    expect(page.locator(".note")).to_contain_text("is over")


def test_a_camera_fills_in_the_pairing_code(screens):
    """It stands behind "#": no request carries it, and the address forgets it."""
    asked: list[str] = []
    phone = screens.open("/manage", "phone")
    phone.context.on("request", lambda request: asked.append(request.url))
    phone.goto(f"{screens.served.url}/pair?next=board#ABCD-EFGH-1234-5678")
    expect(phone.locator("[name=code]")).to_have_value("ABCD-EFGH-1234-5678")
    expect(phone.locator("[name=name]")).to_be_focused()
    assert "#" not in phone.url
    assert not any("ABCD" in url for url in asked)


def test_the_paper_on_the_screen_is_as_large_as_the_paper(screens):
    """96 pixels an inch until it is tuned by a bank card; what was tuned is kept."""
    page = screens.open("/manage/sheets", "desk")
    page.get_by_label("Door").check()
    page.get_by_role("button", name="Show the sheet").click()
    paper = page.locator("svg.paper")
    assert paper.bounding_box()["width"] == pytest.approx(210 * MM, abs=1)
    page.locator("#true-size").fill("120")
    assert paper.bounding_box()["width"] == pytest.approx(252 * MM, abs=1)
    page.reload()
    assert paper.bounding_box()["width"] == pytest.approx(252 * MM, abs=1)


def test_the_shoppers_view_is_looked_at_only(screens):
    """It is the page behind the code, and its button does nothing here."""
    page = screens.open("/manage/offers", "desk")
    page.get_by_role("link", name=re.compile("Change Clam chowder")).click()
    shopper = page.frame_locator("iframe.phone")
    expect(shopper.get_by_role("heading", name="Clam chowder, hot, two cups")).to_be_visible()
    shopper.get_by_role("button", name="Take it").click()
    page.wait_for_timeout(300)
    expect(shopper.get_by_role("button", name="Take it")).to_be_visible()
    # Chromium notes that the sandbox held the form back.
    screens.errors[:] = [each for each in screens.errors if "sandboxed" not in each]


def test_the_picture_has_a_table_behind_it(screens):
    """As many dots as rows, for those who cannot see them."""
    page = screens.open("/manage", "desk")
    dots = page.locator("svg.waits circle, svg.waits path.long").count()
    assert dots > 50
    page.locator("#waits-table summary").click()
    assert page.locator("#waits-table tbody tr").count() == dots
    assert "under 2 minutes" in page.locator("svg.waits").get_attribute("aria-label")


def test_a_page_that_has_lost_the_store_says_so_and_recovers(screens):
    """The age is counted, the banner names the time of what is seen, and both go by themselves."""
    page = screens.open("/manage", "desk")
    page.clock.install()
    page.reload()
    screens.served.cut()
    page.clock.run_for(7_000)
    expect(page.locator("[data-age]")).to_contain_text("s old")
    page.clock.run_for(6_000)
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator("#lost")).to_contain_text("17:51")
    screens.served.mend()
    page.clock.run_for(3_000)
    expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator("[data-age]")).not_to_contain_text("s old")
