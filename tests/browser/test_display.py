"""The display in the store: soft news, pages, no old numbers as live, and weeks without growing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from edge.orders import store
from edge.orders.rules.events import OrderReady

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
UPDATES = 5_000


def numbers(page, column):
    return page.locator(f"#{column} li b").all_inner_texts()


def test_a_new_number_is_pointed_out_and_then_stands_still(screens, served):
    """First, big, with a word and a bell; a minute later it is a number like the others."""
    page = screens.open("/display", "wall", reduced_motion="reduce")
    expect(page.locator("#ready li")).not_to_have_count(0)
    assert numbers(page, "preparing") == ["A-08", "A-04"]
    assert page.locator("#ready li.new").count() == 0
    page.clock.install()
    served.scene.stage(served.scene.orders["Leo B."], "18")
    expect(page.locator("#ready li.first")).to_have_text("A-09New")
    expect(page.locator("#announce")).to_have_text("A-09 Ready now")
    icon = page.locator("#ready li.first .icon")
    assert icon.evaluate("e => getComputedStyle(e).animationName") == "none"
    page.clock.run_for(62_000)
    expect(page.locator("#ready li.new")).to_have_count(0)
    expect(page.locator("#ready")).to_contain_text("A-09")


def test_more_numbers_than_fit_take_turns(screens):
    """Every number comes round; the counter says where we are."""
    page = screens.open("/display", "wall")
    page.set_viewport_size({"width": 1000, "height": 600})
    page.clock.install()
    page.reload()
    expect(page.locator("#ready-pages")).to_be_visible()
    seen = set(numbers(page, "ready"))
    for _ in range(20):
        page.clock.run_for(8_000)
        # What the turned page asks for is answered in real time.
        page.wait_for_timeout(50)
        seen |= set(numbers(page, "ready"))
        if len(seen) == 6:
            break
    assert seen == {"A-01", "A-02", "A-03", "A-05", "A-15", "A-16"}


@pytest.mark.journey
def test_without_the_stores_computer_no_number_is_shown_as_live(screens, served):
    """Ten seconds: then it says where to ask, in both languages, and comes back by itself."""
    page = screens.open("/display", "wall")
    expect(page.locator("#ready li")).not_to_have_count(0)
    served.cut()
    # The page looks once a second.
    page.wait_for_timeout(6_500)
    assert re.search(r"Last news [5-9] s ago", page.locator("footer").inner_text())
    page.wait_for_timeout(3_500)
    assert page.locator("#stale").is_visible()
    assert numbers(page, "ready") == []
    assert page.locator("#stale h1").all_inner_texts() == [
        "Please ask at the desk",
        "カウンターでお尋ねください",
    ]
    served.mend()
    expect(page.locator("#numbers")).to_be_visible(timeout=30_000)
    expect(page.locator("#ready li")).not_to_have_count(0)


def weight(page, devtools) -> tuple[int, int, float]:
    """Nodes, listeners and megabytes after a collection."""
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    counted = devtools.send("Memory.getDOMCounters")
    used = devtools.send("Runtime.getHeapUsage")["usedSize"]
    return counted["nodes"], counted["jsEventListeners"], used / 1e6


def test_five_thousand_updates_leave_nothing_behind(screens, served):
    """No node, no listener and no memory more than before: it runs for a week without a reload."""
    scene = served.scene
    moving = [scene.orders[name] for name in ("Leo B.", "Sofia R.", "Kai N.", "Ida P.", "Lou Q.")]
    last = scene.orders["Ben C."]
    steps = (("picking", 1), ("ready", 1), ("handed_over", 0))

    def update(order_ids, state, is_open, times=1):
        def work(unit):
            marks = ", ".join("?" * len(order_ids))
            unit.execute(
                f"UPDATE orders SET state = ?, is_open = ? WHERE order_id IN ({marks})",
                (state, is_open, *order_ids),
            )
            for _ in range(times):
                for order_id in order_ids:
                    unit.record(OrderReady(order_id=order_id))

        scene.write(work)

    def push(updates):
        for place in range(updates // 50):
            update(moving, *steps[place % 3], times=10)
        update(moving, "handed_over", 0)
        for state, is_open, shown in (("ready", 1, 1), ("handed_over", 0, 0)):
            update([last], state, is_open)
            tile = page.locator("#ready li", has_text=number)
            expect(tile).to_have_count(shown, timeout=60_000)

    with scene.edge.read() as reader:
        number = store.load(reader, last).number
    page = screens.open("/display", "wall")
    expect(page.locator("#ready li")).not_to_have_count(0)
    devtools = page.context.new_cdp_session(page)
    push(600)
    before = weight(page, devtools)
    push(UPDATES)
    after = weight(page, devtools)
    print(f"nodes, listeners, MB: {before} -> {after}")
    assert after[0] <= before[0] + 60
    assert after[1] <= before[1]
    assert after[2] <= before[2] + 1.0
