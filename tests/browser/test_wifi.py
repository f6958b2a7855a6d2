"""The store's own Wi-Fi: its public name leads straight to its computer; no internet, no HQ, no front door."""

from __future__ import annotations

import base64
import hashlib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Page, expect, sync_playwright

from edge import app as wiring
from edge.acts.receive_order import receive_order
from edge.orders import actions as orders
from edge.orders.rules import codes
from sync.core.neutral import NeutralLine, NeutralOrder
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.test_pass import place, until_kept
from tests.browser.test_three_phones import walk_in
from tests.edge.cli import opened

pytestmark = [pytest.mark.browser, pytest.mark.journey]

WIFI_NAME = "harbour-lane.example"


@contextmanager
def a_store_on_wifi(home: Path) -> Iterator[tuple[opened.Opened, str]]:
    """A store as an installer sets it up for a trial, without HQ or front door; its one order's pass token."""
    words = ["--public-host", WIFI_NAME, "--local-ca"]
    made = opened.store_edge(
        home,
        "init",
        "--store-id",
        "harbour-lane",
        "--code",
        "HL",
        "--name",
        "Harbour Lane",
        *words,
    )
    assert made.exit_code == 0, made.output
    edge = wiring.open_store(home, environment={})
    now = edge.clock.now()
    order_id = edge.ids.uuid7(now)
    token = codes.pass_token(edge.pepper, order_id)
    order = NeutralOrder(
        order_id=order_id, source="web", source_id="1", shown_number="1001", store_id="harbour-lane",
        customer_key="mei", customer_name="Mei L.", placed_at=now, currency="JPY",
        lines=[NeutralLine(line_no=1, sku="SKU-1", name="Bread", qty=1, unit_price_minor=300)],
        promise_at=now + timedelta(minutes=30), hold_until=now + timedelta(hours=4),
        token_hash=codes.token_hash(token),
    )  # fmt: skip
    edge.write(lambda u: receive_order(u, order, shop=orders.shop_here(u, edge), origin="hq"))
    edge.close()
    with opened.serving(home) as store:
        yield store, token


@contextmanager
def a_phone_on_wifi(store: opened.Opened) -> Iterator[Page]:
    """The router's DNS leads the public name to the box; the phone trusts the store's trial authority, by its key."""
    leaf = x509.load_pem_x509_certificate((store.home / "tls" / "certificate.pem").read_bytes())
    key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    trusted = base64.b64encode(hashlib.sha256(key).digest()).decode()
    box = urlsplit(store.https).netloc
    args = [
        *QUIET,
        f"--host-resolver-rules=MAP {WIFI_NAME} {box}, MAP * ~NOTFOUND",
        f"--ignore-certificate-errors-spki-list={trusted}",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=False, args=args
        )
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, locale="en",
            permissions=["geolocation", "camera"], geolocation=place(3000),
        )  # fmt: skip
        yield context.new_page()
        browser.close()


def certificate_is_good(store: opened.Opened) -> bool:
    """What a phone checks that trusts `tls/ca.pem`: the chain, the dates and the public name."""
    at = urlsplit(store.https)
    trust = ssl.create_default_context(cafile=store.ca)
    with (
        socket.create_connection((at.hostname, at.port), timeout=5) as raw,
        trust.wrap_socket(raw, server_hostname=WIFI_NAME) as spoken,
    ):
        return spoken.version() is not None


def test_on_the_stores_wifi_the_same_name_and_page_work_without_the_internet(tmp_path):
    """Secure context with place, worker and camera; opened, on my way, here; then the store has no power either."""
    with a_store_on_wifi(tmp_path / "store") as (store, token), a_phone_on_wifi(store) as phone:
        assert certificate_is_good(store)
        phone.goto(f"https://{WIFI_NAME}/p/{token}")
        assert phone.evaluate("isSecureContext")
        assert phone.evaluate("'serviceWorker' in navigator && 'geolocation' in navigator")
        assert phone.evaluate("typeof navigator.mediaDevices.getUserMedia") == "function"
        until_kept(phone, 1)
        walk_in(phone, where="At the door or the desk")
        store.process.terminate()
        store.process.wait(30)
        phone.reload()
        expect(phone.locator(".ticket .code")).to_be_visible()
        expect(phone.locator("#age")).to_contain_text("Last news")
