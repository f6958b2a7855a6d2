"""Every page: protecting headers, two languages, hostile names, nothing left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from sync.core.errors import refusal_kinds
from sync.hq.http import KIOSK_UI, ROUTES, openapi
from tests.hq.stores.test_comparing import spoken
from tests.hq.world import ORIGIN, World, event, pickup_line, woo_line, woo_order

_TEXT = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"')
_MANY = re.compile(r'words\.many\("([^"]*)", "([^"]*)"')
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_every_answer_carries_the_protecting_headers(world: World) -> None:
    """Pages, JSON, refusals and assets alike."""
    browser = world.sign_in()
    for path in ("/", "/healthz", "/nowhere", "/assets/shared/tokens.css", "/sync/v1/hello"):
        headers = browser.get(path, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "geolocation=()" in headers["Permissions-Policy"]
    assert browser.get("/").headers["Cache-Control"] == "no-store"


def test_a_hostile_name_is_only_a_name(world: World) -> None:
    """In the list, in the order, in the search field, in a refusal."""
    said = woo_order(
        number=HOSTILE,
        billing={"first_name": HOSTILE, "last_name": HOSTILE},
        line_items=[woo_line(name=HOSTILE, sku=HOSTILE[:60])],
        shipping_lines=[pickup_line(HOSTILE)],
    )
    order_id = world.hook(said).json["order_id"]
    browser = world.sign_in()
    for path in ("/", f"/orders/{order_id}", f"/?q={HOSTILE}", f"/stores/{HOSTILE}"):
        text = browser.get(path).text
        assert "<script>alert" not in text
        assert "<img" not in text


def test_a_person_decides_and_the_order_goes_down_in_their_name(world: World) -> None:
    """Once; the second click of the same person finds nothing to decide."""
    order_id = world.hook(woo_order(shipping_lines=[pickup_line("Old Pier")])).json["order_id"]
    browser = world.sign_in("manager")
    assert "Old Pier" in browser.get(f"/orders/{order_id}").text
    choose = {"data": {"store_id": "mill-square"}, "headers": {"Origin": ORIGIN}}
    assert browser.post(f"/orders/{order_id}/store", **choose).status_code == 303
    assert browser.post(f"/orders/{order_id}/store", **choose).status_code == 409
    [order] = world.table("orders")
    assert (order["store_id"], order["resolved_by"]) == ("mill-square", "Manager")
    [row] = [row for row in world.table("feed") if row["record_type"] == "order"]
    assert (row["store_id"], row["record_id"]) == ("mill-square", order_id)
    assert "/p/" in browser.get(f"/orders/{order_id}").text


def test_the_order_view_finds_and_filters(world: World) -> None:
    """By number, by store, by state; never by a name, which would be written into an address."""
    world.hook(woo_order(11))
    world.hook(woo_order(12, billing={"first_name": "Ben", "last_name": "Oda"}))
    world.hook(woo_order(13, shipping_lines=[pickup_line("Old Pier")]))
    browser = world.sign_in("viewer")
    everything = browser.get("/").text
    assert everything.index(">13<") < everything.index(">12<")
    assert "Ben O." in browser.get("/?q=12").text
    assert "Ben O." not in browser.get("/?q=ben").text
    assert "Ben O." not in browser.get("/?q=%25").text
    assert "Ben O." not in browser.get("/?show=needs-a-person").text
    assert "Ben O." not in browser.get("/?store=mill-square").text


def test_stores_and_nights_are_shown(world: World) -> None:
    """Heard, not heard, and what waits."""
    _box, order_id, _ = spoken(world)
    browser = world.sign_in("viewer")
    assert "In touch" in browser.get("/stores").text
    assert "Never heard of" in browser.get("/stores").text
    assert browser.get("/stores/harbour-lane").status_code == 200
    assert "No night compared yet" in browser.get("/nights").text
    assert "A-1" in browser.get("/").text
    assert "The store took it on." in browser.get(f"/orders/{order_id}").text


@pytest.mark.parametrize("path", ["/", "/stores", "/nights", "/people", "/sign-in"])
def test_every_page_speaks_japanese(world: World, path: str) -> None:
    """Asked for once, remembered in a cookie."""
    browser = world.sign_in()
    first = browser.get(f"{path}?lang=ja").text
    assert 'lang="ja"' in first
    assert "本部" in first
    assert 'lang="ja"' in browser.get(path).text


def test_an_order_taken_in_a_store_is_in_the_view_too(world: World) -> None:
    """By its number and its state; HQ knows no name, and the store's filter and the search find it."""
    box = world.box()
    box.hello()
    box.push(
        event("order_received", "o1", number="A-17", order_id="o1", lines=2),
        event("order_accepted", "o1", order_id="o1"),
    )
    world.hook(woo_order())
    browser = world.sign_in()
    shown = browser.get("/").text
    assert ("A-17" in shown, "taken in the store" in shown, "2 orders" in shown) == (True,) * 3
    assert "A-17" in browser.get("/?q=a-17&store=harbour-lane").text
    assert "A-17" not in browser.get("/?store=mill-square").text
    assert "A-17" not in browser.get("/?q=B-1").text
    assert "A-17" not in browser.get("/?show=needs-a-person").text


def test_every_text_of_every_page_has_its_japanese() -> None:
    """Page texts, and the sentences of refusals that people see."""
    with (KIOSK_UI / "locale/ja/LC_MESSAGES/hq.po").open("rb") as file:
        known = {
            message.id[0] if isinstance(message.id, tuple) else message.id
            for message in read_po(file)
            if message.string
        }
    wanted = {
        kind.sentence for kind in refusal_kinds() if kind.__module__.startswith("sync.hq.http")
    }
    for page in sorted(Path(KIOSK_UI).glob("screens/hq_*/*.html")):
        text = page.read_text(encoding="utf-8")
        wanted |= {"%(n)s day ago", "%(n)s h ago", "%(n)s min ago", "%(n)s s ago"}
        wanted |= set(_TEXT.findall(text)) | {one for one, _ in _MANY.findall(text)}
    assert wanted - known == set()


def test_the_openapi_document_holds_every_json_route(world: World) -> None:
    """No hidden route."""
    said = world.client.get("/openapi.json").json
    declared = {
        (route.method.lower(), re.sub(r"<(\w+)>", r"{\1}", route.path))
        for route in ROUTES.values()
        if not route.is_page
    }
    assert {(m, path) for path, item in said["paths"].items() for m in item} == declared
    assert said == openapi.document(ROUTES)


def test_only_assets_of_our_own_pages_are_served(world: World) -> None:
    """No templates, no catalogues, nothing above the folder."""
    for path in ("shared/page.html", "locale/ja/LC_MESSAGES/hq.po", "../pyproject.toml", "x.css"):
        assert world.client.get(f"/assets/{path}").status_code == 404
    assert world.client.get("/assets/screens/hq_frame/page.css", buffered=True).status_code == 200
