"""Each question that every page is asked finds its planted fault, and is content without it."""

from __future__ import annotations

import pytest

from tests.browser import asked, visits
from tests.browser.scene import evening, serving

# When a wire is cut, the tests' own little server leaves the file it was sending to the collector.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PLANTS = {
    "barriers": "() => { document.querySelector('h1').style.color = '#ddd' }",
    "small_targets": "() => { const b = document.querySelector('.typed .btn');"
    " b.style.minHeight = '20px'; b.style.height = '20px' }",
    "sideways": "() => { document.querySelector('h1').style.width = '700px' }",
    "cut": "() => { const h = document.querySelector('h1'); h.style.width = '60px';"
    " h.style.overflow = 'hidden'; h.style.whiteSpace = 'nowrap' }",
    "moving": "() => document.querySelector('h1').animate([{opacity: .5}, {opacity: 1}],"
    " {duration: 900, iterations: 99}) && 1",
    "stray_english": "() => { document.querySelector('h1').textContent = 'You are here' }",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One evening for the whole file: these tests only look."""
    with serving(evening(tmp_path_factory.mktemp("evening") / "store")) as it:
        yield it


def answers(page):
    """Every question's findings."""
    return {
        "barriers": asked.barriers(page),
        "small_targets": asked.small_targets(page, 48),
        "sideways": asked.sideways(page),
        "cut": asked.cut(page),
        "moving": asked.moving(page),
        "stray_english": asked.stray_english(page, ["Harbour Lane"]),
    }


def test_every_question_finds_its_planted_fault(screens, served):
    """The sign of a bay, in Japanese, with one fault after the other."""
    path = visits.Addresses(served).of("/q/{sign:bay/3}")
    page = screens.open(path, "phone", lang="ja", reduced_motion="reduce")
    assert not any(answers(page).values())
    for question, plant in PLANTS.items():
        page.reload()
        page.evaluate(plant)
        assert answers(page)[question] != [], question


def test_what_a_narrow_window_hides_is_found(screens, served):
    """Planted: a button that is gone at 320 px."""
    page = screens.open(visits.Addresses(served).of("/q/{sign:bay/3}"), "phone")
    before = asked.names(page)
    page.locator(".typed .btn").evaluate("e => { e.style.display = 'none' }")
    assert before - asked.names(page) == {"I am here"}


def test_a_page_that_nobody_visits_is_found():
    """Planted: a route more than there are visits."""
    assert visits.unvisited(visits.pages()) == []
    assert visits.unvisited({*visits.pages(), "board.get_new_page"}) == ["board.get_new_page"]
