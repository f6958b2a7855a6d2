"""Takes HQ's pictures in docs/pictures: `python -m tests.hq.pictures [folder] [name ...]`."""

from __future__ import annotations

import logging
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.hq.scene import busy
from tests.hq.world import PASSWORD, World

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
CHROMIUM = Path("/usr/bin/chromium")
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PICTURES = {
    "hq-orders": ("/", WIDE),
    "hq-order": ("order", WIDE),
    "hq-needs-a-person": ("/needs-a-person", WIDE),
    "hq-needs-a-person-phone": ("/needs-a-person", PHONE),
    "hq-stores": ("/stores", WIDE),
    "hq-store": ("/stores/mill-square", WIDE),
    "hq-waits": ("/waits", WIDE),
    "hq-offers": ("/offers", WIDE),
    "hq-people": ("/people", WIDE),
}


@contextmanager
def serving() -> Iterator[tuple[World, str]]:
    """HQ in the middle of a day, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as home:
        world = busy(Path(home) / "hq", public_url=url)
        server = make_server("127.0.0.1", port, world.app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield world, url
        server.shutdown()
        server.server_close()
        world.close()


def signed_in(browser: Browser, url: str, lang: str) -> Page:
    """A page of an admin."""
    page = browser.new_context(viewport=WIDE, locale=lang).new_page()
    page.goto(url)
    page.fill("[name=login]", "sora")
    page.fill("[name=password]", PASSWORD)
    page.click("button.solid")
    page.locator("header nav").wait_for()
    return page


def take(page: Page, world: World, name: str, file: Path) -> None:
    """One picture, with few colours: a third of the bytes in the repository."""
    path, size = PICTURES[name]
    if path == "order":
        row = next(row for row in world.table("orders") if row["source_id"] == "1003")
        path = f"/orders/{row['order_id']}"
    page.set_viewport_size(size)
    page.goto(world.settings.public_url + path)
    page.wait_for_timeout(400)
    page.screenshot(path=file)
    picture = Image.open(file).convert("RGB")
    few = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(file, optimize=True)


def main(folder: Path, names: list[str]) -> None:
    """All pictures, or those named, in both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with serving() as (world, url), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False)
        for lang in ("en", "ja"):
            page = signed_in(browser, url, lang)
            for name in names or PICTURES:
                file = folder / f"{name}{'' if lang == 'en' else '.' + lang}.png"
                take(page, world, name, file)
                sys.stdout.write(f"{file}\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER, sys.argv[2:])
