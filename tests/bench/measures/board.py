"""How the board feels with 500 open orders: when it first shows, and how late a change is on the glass."""

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.bench import figure, shop
from tests.bench.asking import Client
from tests.bench.figure import Figure, p50

CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--no-first-run",
]
OPEN = 500
OPENINGS = 5
CHANGES = 40
MOST_PAINT_MS = 1000.0
MOST_UPDATE_MS = 100.0
PLAIN = "data:text/html," + "<article>A-01 Ana K. 3 items</article>" * OPEN
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
# Cards come by script: what counts is the frame in which they are there, in milliseconds since navigation.
CARDS_SHOWN = """() => new Promise(done => {
  const look = () => document.querySelector("article[data-ref]")
    ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
  look();
})"""
WATCH = """() => {
  window.changedAt = {};
  const note = ref => ref && requestAnimationFrame(() => {
    window.changedAt[ref] ??= performance.timeOrigin + performance.now();
  });
  new MutationObserver(all => {
    for (const each of all) for (const node of [each.target, ...each.addedNodes]) {
      const card = node.closest?.("[data-ref]") ?? node.querySelector?.(`[data-ref="${window.watched}"]`);
      if (card?.dataset.ref === window.watched) note(window.watched);
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def measure() -> list[Figure]:
    """A tablet in Chromium; the floor is the same browser showing 500 plain cards that are in the page itself."""
    words = ("-m", "tests.bench.stamped", "{home}/commits")
    with shop.open_shop(words) as store, sync_playwright() as playwright:
        staff = shop.signed_in(store)
        for n in range(OPEN):
            staff.json("POST", "/api/v1/orders", shop.order(n))
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=False, args=QUIET
        )
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        token = staff.headers["Authorization"].removeprefix("Bearer ")
        url = f"http://127.0.0.1:{store.port}"
        context.add_cookies([{"name": "store_edge_device", "value": token, "url": url}])
        page = context.new_page()
        shown, plain = _openings(page, f"{url}/board")
        late = _changes(page, staff, store.home / "commits")
        browser.close()
        staff.close()
    p95 = sorted(late)[int(len(late) * 0.95)]
    return [
        figure.at_most(
            "board_500_first_paint", p50(shown), "ms", floor=p50(plain), most=MOST_PAINT_MS
        ),
        figure.at_most("board_500_update_p95", p95, "ms", floor=1000 / 60, most=MOST_UPDATE_MS),
    ]


def _openings(page: Page, url: str) -> tuple[list[float], list[float]]:
    shown, plain = [], []
    for n in range(OPENINGS + 1):
        page.goto(PLAIN)
        drawn: Any = page.evaluate(FIRST_PAINT)
        page.goto(url)
        cards: float = page.evaluate(CARDS_SHOWN)
        if n:  # the first opening fills the browser's cache
            plain.append(drawn or 0.0)
            shown.append(cards)
    return shown, plain


def _changes(page: Page, staff: Client, stamps: Path) -> list[float]:
    """Milliseconds from each commit to the frame that shows it: somebody begins to pick, oldest promise first."""
    page.evaluate(WATCH)
    late = []
    for n in range(CHANGES):
        order_id = shop.order(n)["order_id"]
        page.evaluate("ref => { window.watched = ref; }", order_id)
        staff.json("POST", f"/api/v1/orders/{order_id}/picking", {})
        committed = float(stamps.read_text().splitlines()[-1].split()[1])
        page.wait_for_function("ref => window.changedAt[ref]", arg=order_id, timeout=10_000)
        at = page.evaluate("ref => window.changedAt[ref]", order_id)
        late.append(at - 1000 * (committed + time.time() - time.perf_counter()))
    return late
