"""What holds on every page: readable by everybody, in two languages, at every size, with and without motion."""

from __future__ import annotations

import pytest

from tests.browser import asked
from tests.browser.conftest import SIZES
from tests.browser.manage_day import a_days_figures
from tests.browser.scene import PEOPLE, evening, serving
from tests.browser.visits import TRIPS, Addresses, Visit, more_states, pages, unvisited

# When a wire is cut, the tests' own little server leaves the file it was sending to the collector.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

# At a desk there is a mouse: WCAG 2.2 asks for 24.
SMALLEST_TARGET = {"tablet": 48, "desk": 24, "wall": 48, "kiosk": 64, "phone": 48}
# What is typed as it stands: a person's name, a command, the classes of goods.
TYPED = ("Aiko", "store-edge devices code", "chilled、frozen", "MI", "ABC")
# Half the width is 200 percent; 320 is the smallest phone. A wall has no smaller size.
LARGER = {
    "tablet": (640, 320),
    "desk": (640, 320),
    "wall": (960,),
    "kiosk": (540, 320),
    "phone": (320,),
}
DRAWN = "() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(told)))"
# The display looks once a second how much room there is.
A_LOOK_MS = 1200
HOME = {"latitude": 52.03, "longitude": 5.0}


def prepared(served) -> None:
    """A day's figures, and orders in every state."""
    a_days_figures(served.scene)
    more_states(served.scene)


def own_names(served) -> list[str]:
    """What people called things: customers, staff and devices keep their names in every language."""
    scene = served.scene
    with scene.edge.read() as reader:
        devices = [row["name"] for row in reader.rows("SELECT name FROM devices")]
    people = [word for name in (*scene.orders, *PEOPLE) for word in (name, name.split()[0])]
    return [*devices, *people, "Harbour Lane", "Asia/Tokyo", *TYPED]


class Looking:
    """One window of one person in one language, led through all pages of a size."""

    def __init__(self, screens, size: str, lang: str, addresses: Addresses) -> None:
        self.size, self.lang, self.addresses = size, lang, addresses
        self.screens, self.url = screens, screens.served.url
        self.page = screens.open(
            "/healthz", size, lang=lang, reduced_motion="reduce",
            geolocation=HOME, permissions=["geolocation"],
        )  # fmt: skip
        self.known = own_names(screens.served)

    def go(self, visit: Visit) -> None:
        """There, with everything tapped that the visit asks for."""
        self.page.set_viewport_size(dict(zip(("width", "height"), SIZES[self.size], strict=True)))
        self.page.goto("about:blank")
        self.page.goto(self.url + self.addresses.of(visit.path))
        for tap in visit.taps:
            self._tap(tap)
        self.page.locator(visit.shows).first.wait_for()

    def _tap(self, tap: str) -> None:
        if tap == "js:ask":
            self.page.evaluate("document.getElementById('ask').showModal()")
        elif tap == "js:send":
            self.page.locator("form:has([name=price_minor])").first.evaluate(
                "form => { form.noValidate = true; form.requestSubmit(); }"
            )
        elif tap.startswith("wait:"):
            self.page.locator(tap.removeprefix("wait:")).first.wait_for()
        elif tap.startswith("fill:"):
            _, field, text = tap.split(":")
            self.page.locator(field).fill(text)
        else:
            self.page.locator(tap).locator("visible=true").first.click()

    def at(self, visit: Visit) -> list[str]:
        """All that is wrong with one page."""
        self.go(visit)
        page = self.page
        found = asked.barriers(page)
        found += [
            f"too small: {each}" for each in asked.small_targets(page, SMALLEST_TARGET[self.size])
        ]
        found += [f"moves: {each}" for each in asked.moving(page)]
        found += [f"sideways: {each}" for each in asked.sideways(page)]
        if self.lang == "ja":
            found += [f"English: {each}" for each in asked.stray_english(page, self.known)]
        return found + self._made_larger()

    def _made_larger(self) -> list[str]:
        """At 200 percent and at 320 px everything is still there, in one column, whole."""
        height = SIZES[self.size][1]
        found, before = [], asked.names(self.page)
        for each in LARGER[self.size]:
            self.page.set_viewport_size({"width": each, "height": height // 2})
            self.page.evaluate(DRAWN)
            if self.size == "wall":
                self.page.wait_for_timeout(A_LOOK_MS)
            found += [f"{each} px, sideways: {one}" for one in asked.sideways(self.page)]
            found += [f"{each} px, lost: {one}" for one in sorted(before - asked.names(self.page))]
            found += [f"{each} px, cut: {one}" for one in asked.cut(self.page)]
        return found


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One evening for the whole file: these tests only look."""
    with serving(evening(tmp_path_factory.mktemp("evening") / "store")) as it:
        prepared(it)
        yield it


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("size", TRIPS)
def test_every_page_is_for_everybody(screens, size, lang):
    """axe finds nothing, fingers hit, nothing moves unasked, nothing is lost at 200 % and 320 px, no stray English."""
    looking = Looking(screens, size, lang, Addresses(screens.served))
    found = {name: looking.at(visit) for name, visit in TRIPS[size].items()}
    assert {name: told for name, told in found.items() if told} == {}


def test_every_page_is_visited():
    """The list of pages is the one that the store itself registers."""
    assert unvisited(pages()) == []
