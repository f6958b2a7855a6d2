"""Which way the letters run, and that Japanese ones come from a Japanese font."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import asked
from tests.browser.conftest import CHROMIUM, QUIET, SIZES
from tests.browser.scene import evening, serving

# When a wire is cut, the tests' own little server leaves the file it was sending to the collector.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

UI = Path(__file__).parents[2] / "kiosk_ui"
JAPANESE = re.compile(r"CJK JP|Hiragino|Yu Gothic|Meiryo|IPA|Takao|Noto Sans JP")
# Fonts that hold Latin letters only: a computer on which `make system` was never run.
NO_JAPANESE = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<dir>{inter}</dir><cachedir>{cache}</cachedir></fontconfig>"""
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:(?:margin|padding|border)-)?(?:left|right)\s*:|(?:text-align|float)\s*:\s*(?:left|right))"
)
PLACES = {
    "board": [".clock", "[data-lane=coming]", "#call", "article .plate"],
    "pass": [".brandrow .mark", ".state .plate", ".state h1"],
}
BOX = "e => { const b = e.getBoundingClientRect(); return [b.left, b.right]; }"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One evening for the whole file: these tests only look."""
    with serving(evening(tmp_path_factory.mktemp("evening") / "store")) as it:
        yield it


def fonts_of(page: Page, selector: str) -> dict[str, int]:
    """Which fonts drew the letters of an element, and how many each."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    node = devtools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    found = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    devtools.detach()
    return {each["familyName"]: int(each["glyphCount"]) for each in found}


def foreign_fonts(page: Page, selector: str) -> list[str]:
    """Fonts that drew Japanese letters without being Japanese; Latin letters and digits may be anybody's."""
    text = page.locator(selector).first.inner_text()
    wanted = sum(1 for each in text if ord(each) > 0x2E80)
    fonts = fonts_of(page, selector)
    drawn = sum(count for name, count in fonts.items() if JAPANESE.search(name))
    return [] if wanted and drawn >= wanted else [f"{selector}: {wanted} letters, {fonts}"]


@pytest.mark.parametrize(
    ("path", "size", "selector"),
    [("/signin", "tablet", "#h-who"), ("/kiosk", "kiosk", ".khome h1"), ("pass", "phone", ".state h1")],
    ids=["sign in", "kiosk", "pass"],
)  # fmt: skip
def test_japanese_is_set_in_a_japanese_font(screens, path, size, selector):
    """Chinese forms of the same characters look wrong to a Japanese reader. A planted Chinese font is found."""
    page = (
        screens.a_pass("Leo B.", lang="ja")
        if path == "pass"
        else screens.open(path, size, lang="ja")
    )
    page.locator(selector).wait_for()
    assert foreign_fonts(page, selector) == []
    page.locator(selector).evaluate(
        "e => { e.style.fontFamily = 'Noto Sans CJK SC'; e.lang = 'zh-Hans'; }"
    )
    assert len(foreign_fonts(page, selector)) == 1


def test_a_computer_without_japanese_fonts_is_found(chromium, served, tmp_path):
    """Planted: a browser that knows Latin fonts only."""
    config = tmp_path / "fonts.conf"
    config.write_text(
        NO_JAPANESE.format(inter="/usr/share/fonts/opentype/inter", cache=tmp_path / "cache")
    )
    bare = chromium.browser_type.launch(
        executable_path=CHROMIUM, chromium_sandbox=False, args=QUIET,
        env={"FONTCONFIG_FILE": str(config), "HOME": str(tmp_path)},
    )  # fmt: skip
    page = bare.new_page(locale="ja")
    page.goto(f"{served.url}/q/00000000")
    assert len(foreign_fonts(page, "h1")) == 1
    bare.close()


def mirrored(page: Page, places: list[str]) -> list[str]:
    """What does not stand on the other side once the page runs from right to left."""
    width = page.evaluate("document.documentElement.clientWidth")
    before = {each: page.locator(each).first.evaluate(BOX) for each in places}
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.wait_for_timeout(100)
    found = []
    for each, (left, right) in before.items():
        now = page.locator(each).first.evaluate(BOX)
        if abs(now[0] - (width - right)) > 2 or abs(now[1] - (width - left)) > 2:
            found.append(f"{each}: {left:.0f}-{right:.0f} became {now[0]:.0f}-{now[1]:.0f}")
    return found


@pytest.mark.parametrize("screen", PLACES)
def test_right_to_left_turns_the_page_round(screens, screen):
    """No word is cut, nothing scrolls sideways, and what stood at the beginning stands at the beginning."""
    page = screens.tablet_board() if screen == "board" else screens.a_pass("Leo B.")
    page.locator(PLACES[screen][-1]).first.wait_for()
    assert mirrored(page, PLACES[screen]) == []
    assert asked.sideways(page) == []
    for width in (SIZES["tablet"][0] // 2, asked.SMALLEST_PHONE):
        page.set_viewport_size({"width": width, "height": 640})
        page.wait_for_timeout(60)
        assert (asked.sideways(page), asked.cut(page)) == ([], [])
    arrow = page.locator(".icon.flips").first
    if arrow.count():
        assert arrow.evaluate("e => getComputedStyle(e).transform").startswith("matrix(-1")


def test_what_stays_on_its_side_is_found(screens):
    """Planted: a mark pinned to the left."""
    page = screens.a_pass("Leo B.")
    page.locator(".brandrow .mark").evaluate(
        "e => { e.style.position = 'absolute'; e.style.left = '20px'; }"
    )
    assert mirrored(page, PLACES["pass"]) != []


def physical(css: str) -> list[str]:
    """Rules that name left and right instead of beginning and end."""
    return PHYSICAL.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))


@pytest.mark.parametrize(
    "file", sorted(UI.rglob("*.css")), ids=lambda file: str(file.relative_to(UI))
)
def test_styles_name_beginning_and_end(file):
    """Never left and right, so that a right-to-left language needs no second style."""
    if "vendor" not in file.parts:
        assert physical(file.read_text(encoding="utf-8")) == []


def test_a_physical_side_is_found():
    """Planted."""
    assert physical("a { margin-left: 1px } b { text-align: left; } c { left: 0 }") != []
    assert (
        physical("a { margin-inline-start: 1px; text-align: start; transform-origin: left }") == []
    )
