"""How an app is set up: everything it needs on one page, in both languages, only for the pass's holder."""

from __future__ import annotations

import json
from base64 import b64decode
from html import unescape
from re import findall
from urllib.parse import unquote

import pytest

from edge.app import create_app
from tests.browser.scene import NOW, Evening


@pytest.fixture
def shop(tmp_path):
    made = Evening(tmp_path / "store")
    made.clock.set(NOW)
    made.order("Mei L.", 10, "SKU-003")
    made.phone = create_app(made.edge).test_client()
    yield made
    made.edge.close()


def page(shop, lang="en") -> str:
    return unescape(shop.phone.get(f"/p/{shop.tokens['Mei L.']}/apps?lang={lang}").text)


def test_the_page_gives_addresses_and_the_secret(shop):
    """For each app what it asks for; the public name, wherever the page was opened."""
    shown, token = page(shop), shop.tokens["Mei L."]
    host = findall(r"https://([^/]+)/loc/owntracks</code>", shown)[0]
    for path in ("owntracks", "overland", "osmand"):
        assert f"https://{host}/loc/{path}</code>" in shown
    assert shown.count(f'<code dir="ltr">{token}</code>') == 3


def test_the_links_fill_everything_in(shop):
    """Two ways to set OwnTracks up, the more private one first; one for Overland."""
    shown, token = page(shop), shop.tokens["Mei L."]
    inline = findall(r'owntracks:///config\?inline=([^"]+)"', shown)
    said = [json.loads(b64decode(unquote(each))) for each in inline]
    assert [each["monitoring"] for each in said] == [0, 2]
    assert {each["password"] for each in said} == {token}
    assert f"&token={token}" in shown
    assert "overland://setup?url=https" in shown


def test_it_says_what_becomes_of_it(shop):
    """Sharing is off at first: then whatever an app sends is thrown away."""
    assert "Sharing is off" in page(shop)
    assert "共有はオフ" in page(shop, "ja")


def test_nobody_else_sees_it(shop):
    """Like the pass itself."""
    assert shop.phone.get("/p/WRONG/apps").status_code == 404
