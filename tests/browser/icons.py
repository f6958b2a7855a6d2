"""Draws the icons of the pass as an app: `python -m tests.browser.icons`, after the mark has changed."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET

UI = Path(__file__).parents[2] / "kiosk_ui"
MARK = (UI / "shared" / "favicon.svg").read_text(encoding="utf-8")
PAPER = "#f2f2ed"
# A phone may cut a maskable icon down to a circle of 80 %; the mark stays well inside.
ICONS = {
    "icon-192.png": (192, "transparent", 0.92),
    "icon-512.png": (512, "transparent", 0.92),
    "icon-mask-512.png": (512, PAPER, 0.56),
}


def main() -> None:
    """Draw all of them over those that are there."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=False, args=QUIET
        )
        for name, (size, ground, share) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>body{{margin:0;height:100vh;display:grid;place-items:center;background:{ground}}}"
                f"svg{{width:{100 * share}vw;height:{100 * share}vw}}</style>{MARK}"
            )
            page.screenshot(path=UI / "screens" / "pass" / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
