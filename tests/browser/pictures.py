"""Takes the pictures in docs/pictures: `python -m tests.browser.pictures [folder] [name ...]`.

The scene is the one of the browser tests, so a picture shows what the product really does.
"""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from edge import reactions
from edge.base.uplink import Uplink, UplinkSeen
from edge.offers import actions as offers
from tests.browser.conftest import CHROMIUM, QUIET, SIZES
from tests.browser.manage_day import a_days_figures
from tests.browser.scene import NOW, Served, evening, serving

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
HOME = {"latitude": 52.03, "longitude": 5.0, "accuracy": 12}
Prepare = Callable[[Page, Served], None]


def nothing(_page: Page, _served: Served) -> None:
    """As the page opens."""


def tap(selector: str) -> Prepare:
    def prepare(page: Page, _served: Served) -> None:
        page.locator(selector).first.click()
        page.wait_for_timeout(500)

    return prepare


def without_internet(page: Page, served: Served) -> None:
    served.scene.edge.part(Uplink).answered_by(
        lambda: UplinkSeen(is_up=False, seconds=1020, backlog=14)
    )
    page.locator(".banner.offline").wait_for(timeout=12_000)


def cut_off(selector: str) -> Prepare:
    def prepare(page: Page, served: Served) -> None:
        page.wait_for_timeout(1500)
        served.cut()
        page.locator(selector).wait_for(timeout=15_000)

    return prepare


def pass_offline(page: Page, served: Served) -> None:
    page.wait_for_timeout(3000)
    served.cut()
    page.reload()
    page.locator("#age.old").wait_for(timeout=20_000)


def checked_in(page: Page, served: Served) -> None:
    from edge.orders.rules import codes

    token = served.scene.tokens["Mei L."]
    code = codes.handover_code(served.scene.edge.pepper, codes.token_hash(token))
    page.keyboard.type(f"SE.HL.{code}")
    page.keyboard.press("Enter")
    page.locator("#done-title").wait_for()


def at_bay(then: Prepare = nothing) -> Prepare:
    """The sign of bay 3, read by a phone that has a pass open."""

    def prepare(page: Page, served: Served) -> None:
        code = served.scene.write(lambda u: offers.code_for(u, "bay", "3")).code
        page.wait_for_timeout(2500)
        page.goto(f"{served.url}/q/{code}")
        page.locator("#mine .btn").wait_for()
        then(page, served)

    return prepare


def known_after_no_answer(page: Page, _served: Served) -> None:
    """Who left the card unanswered finds the question under what we know."""
    page.locator("[data-start]").click()
    page.locator("#ask[open]").wait_for()
    page.reload()
    page.locator('[data-open="known"]').click()
    page.wait_for_timeout(500)


def told_ready(page: Page, served: Served) -> None:
    edge = served.scene.edge
    seq = reactions.react(edge, reactions.table(edge), 0)
    served.scene.stage(served.scene.orders["Leo B."], "18")
    reactions.react(edge, reactions.table(edge), seq)
    page.locator(".notice").wait_for()


def large(selector: str) -> Prepare:
    """The kiosk in large text, one tap on."""

    def prepare(page: Page, _served: Served) -> None:
        page.locator("#larger").click()
        page.locator(selector).first.click()
        page.wait_for_timeout(500)

    return prepare


def becomes_ready(page: Page, served: Served) -> None:
    served.scene.stage(served.scene.orders["Leo B."], "18")
    page.locator("#ready li.first").wait_for()


def a_day(page: Page, served: Served) -> None:
    """A whole day's figures behind the evening."""
    a_days_figures(served.scene)
    page.reload()
    page.wait_for_timeout(600)


def forgetting(page: Page, served: Served) -> None:
    a_day(page, served)
    page.locator(".c summary").first.click()


def a_sheet(page: Page, served: Served) -> None:
    for box in page.locator('[name="pick"]').all()[:3]:
        box.check()
    page.locator('[name="skus"]').fill("SKU-003 SKU-010 SKU-021")
    page.locator("#choose button.solid").click()
    page.locator(".paper").first.wait_for()


def a_pairing_code(page: Page, served: Served) -> None:
    a_day(page, served)
    page.locator("main form.row button").click()
    page.locator(".pairing").wait_for()


def an_offer(page: Page, served: Served) -> None:
    page.locator("td.acts a").first.click()
    page.locator("iframe.phone").wait_for()
    page.wait_for_timeout(600)


def by_scanner(*texts: str) -> Prepare:
    """Ken takes the order that is late, and scans these."""

    def prepare(page: Page, _served: Served) -> None:
        page.locator('[data-lane="pick"] .btn').first.click()
        page.locator("#detail .list").wait_for()
        for text in texts:
            page.wait_for_timeout(600)
            page.keyboard.type(text)
            page.keyboard.press("Enter")
        page.wait_for_timeout(800)

    return prepare


def substituting(page: Page, served: Served) -> None:
    by_scanner("SKU-001")(page, served)
    page.locator(".sides .btn").nth(1).click()
    page.locator(".options .btn").first.wait_for()


def taking_over(page: Page, served: Served) -> None:
    tap('[aria-label="A-08 Hana O."]')(page, served)
    page.locator(".next .tall").click()


def wrong_code(page: Page, served: Served) -> None:
    from edge.orders.rules import codes

    tap('[data-lane="out"] .btn.line')(page, served)
    token = codes.token_hash(served.scene.tokens["Ana M."])
    page.locator("#ask input").first.fill(codes.handover_code(served.scene.edge.pepper, token))
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)


PICTURES: dict[str, tuple[str, str, Prepare]] = {
    "board": ("/board", "tablet", nothing),
    "board-wall": ("/board", "wall", nothing),
    "board-offline": ("/board", "tablet", without_internet),
    "board-lost": ("/board", "tablet", cut_off(".banner.lost")),
    "board-order": ("/board", "tablet", tap('[aria-label="A-08 Hana O."]')),
    "board-handover": ("/board", "tablet", tap('[data-lane="out"] .btn.line')),
    "board-picking": ("/board", "tablet", by_scanner("SKU-001", "SKU-005")),
    "board-picking-wall": ("/board", "wall", by_scanner("SKU-001", "SKU-005")),
    "board-wrong-item": ("/board", "tablet", by_scanner("SKU-060")),
    "board-substitute": ("/board", "tablet", substituting),
    "board-take-over": ("/board", "tablet", taking_over),
    "board-wrong-code": ("/board", "tablet", wrong_code),
    "signin": ("/signin", "tablet", tap("[data-staff]")),
    "pass-waiting": ("Leo B.", "phone", nothing),
    "pass-consent": ("Leo B.", "phone", tap("[data-start]")),
    "pass-on-the-way": ("Tomasz K.", "phone", nothing),
    "pass-here": ("Ana M.", "phone", nothing),
    "pass-ready": ("Leo B.", "phone", told_ready),
    "pass-known": ("Kai N.", "phone", known_after_no_answer),
    "bay": ("Mei L.", "phone", at_bay()),
    "bay-coming": ("Mei L.", "phone", at_bay(tap("#mine .btn"))),
    "pass-offline": ("Mei L.", "phone", pass_offline),
    "pass-done": ("Nora V.", "phone", nothing),
    "kiosk": ("/kiosk", "kiosk", nothing),
    "kiosk-check-in": ("/kiosk", "kiosk", tap('[data-go="checkin"]')),
    "kiosk-checked-in": ("/kiosk", "kiosk", checked_in),
    "kiosk-offers": ("/kiosk", "kiosk", tap('[data-go="offers"]')),
    "kiosk-find": ("/kiosk", "kiosk", tap('[data-go="find"]')),
    "kiosk-help": ("/kiosk", "kiosk", tap('[data-go="help"]')),
    "kiosk-large": ("/kiosk", "kiosk", large('[data-go="checkin"]')),
    "kiosk-lost": ("/kiosk", "kiosk", cut_off("#lost")),
    "manage": ("/manage", "desk", a_day),
    "manage-arrivals": ("/manage/arrivals", "desk", a_day),
    "manage-arrivals-forget": ("/manage/arrivals", "desk", forgetting),
    "manage-durations": ("/manage/durations", "desk", a_day),
    "manage-offer": ("/manage/offers", "desk", an_offer),
    "manage-devices": ("/manage/devices", "desk", a_pairing_code),
    "manage-sheets": ("/manage/sheets", "desk", a_sheet),
    "manage-sync": ("/manage/sync", "desk", a_day),
    "display": ("/display", "wall", becomes_ready),
    "display-stale": ("/display", "wall", cut_off("#stale")),
}


def take(browser: Browser, name: str, lang: str, folder: Path) -> Path:
    """One picture; each has its own evening, so none can spoil another."""
    path, size, prepare = PICTURES[name]
    file = folder / f"{name}{'' if lang == 'en' else '.' + lang}.png"
    with tempfile.TemporaryDirectory() as home, serving(evening(Path(home) / "s")) as served:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=lang,
            geolocation=HOME,
            permissions=["geolocation"],
        )
        cookies = [
            {"name": key, "value": value, "url": served.url}
            for key, value in served.scene.cookies.items()
        ]
        if path.startswith("/"):
            context.add_cookies(cookies)
        page = context.new_page()
        if name == "signin":
            page.clock.set_fixed_time(NOW)
        page.goto(served.url + (path if path[0] == "/" else f"/p/{served.scene.tokens[path]}"))
        page.wait_for_timeout(1200)
        prepare(page, served)
        page.wait_for_timeout(400)
        page.screenshot(path=file)
        context.close()
    # Flat colours need no more than a palette: a third of the bytes in the repository.
    picture = Image.open(file).convert("RGB")
    few = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(file, optimize=True)
    return file


def main(folder: Path, names: list[str]) -> None:
    """All pictures, or those named, in both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=False, args=QUIET
        )
        for name in names or PICTURES:
            for lang in ("en", "ja"):
                sys.stdout.write(f"{take(browser, name, lang, folder)}\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER, sys.argv[2:])
