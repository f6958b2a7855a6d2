"""The sign at a bay, on the phone that has a pass open: one tap, and no code to type."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from edge.arrivals import store as journeys
from edge.offers import actions as offers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def sign(served, bay="3"):
    made = served.scene.write(lambda u: offers.code_for(u, "bay", bay))
    return f"{served.url}/q/{made.code}"


def journey(served, name):
    with served.scene.edge.read() as reader:
        return journeys.load(reader, served.scene.orders[name])


def test_a_phone_with_an_open_pass_needs_one_tap(screens, served):
    """The pass left its mark in this phone only; the page offers it, and scanning alone says nothing."""
    phone = screens.a_pass("Mei L.")
    expect(phone.locator("#age")).to_contain_text("Updated just now")
    phone.goto(sign(served))
    here = phone.get_by_role("button", name="I am here for A-05")
    expect(here).to_be_visible()
    assert not journey(served, "Mei L.").has_arrived
    here.click()
    expect(phone.locator("h1")).to_have_text("You are at bay 3: we are coming")
    assert journey(served, "Mei L.").bay == "3"
    phone.goto(sign(served, "1"))
    phone.get_by_role("button", name="I moved: bring A-05 here").click()
    expect(phone.locator("h1")).to_have_text("You are at bay 1: we are coming")
    phone.get_by_role("link", name="Open my pass").click()
    expect(phone.locator(".promise")).to_contain_text("Bay 1")


def test_a_phone_without_a_pass_types_the_code(screens, served):
    """The form stands open; what another phone has open is not known here."""
    screens.a_pass("Mei L.")
    other = screens.open(sign(served).removeprefix(served.url), "phone")
    expect(other.get_by_label("The 8 characters on your pass")).to_be_visible()
    other.wait_for_timeout(500)
    expect(other.locator("#mine")).to_be_hidden()


def test_the_pass_lets_somebody_move_to_another_bay(screens, served):
    """Ana stands at bay 3 and parks anew."""
    phone = screens.a_pass("Ana M.")
    phone.get_by_role("button", name="I am at another bay").click()
    phone.get_by_role("button", name="Bay 1").click()
    expect(phone.locator(".promise")).to_contain_text("Bay 1")
    assert journey(served, "Ana M.").bay == "1"


def test_without_a_line_the_sign_says_what_still_works(screens, served):
    """The page is there; the tap is not lost in silence."""
    phone = screens.a_pass("Mei L.")
    expect(phone.locator("#age")).to_contain_text("Updated just now")
    phone.goto(sign(served))
    here = phone.get_by_role("button", name="I am here for A-05")
    expect(here).to_be_visible()
    served.cut()
    here.click()
    expect(phone.locator("#problem")).to_contain_text("No connection", timeout=20_000)
    expect(phone.locator(".steps")).to_contain_text("give your order number at the desk")
