"""The pass as an app on the phone: what a browser reads before it puts one on the home screen."""

from __future__ import annotations

import msgspec
from flask import Response

from edge import http
from edge.http import Caller
from edge.orders import store as orders
from edge.screens import gather

BRAND, PAPER = "#17614f", "#f2f2ed"

bp = http.blueprint("home_screen")


class Icon(msgspec.Struct):
    """One drawing of the app; a maskable one may be cut to any shape by the phone."""

    src: str
    sizes: str
    type: str = "image/png"
    purpose: str = "any"


class AppManifest(msgspec.Struct):
    """A web app manifest, in the words of its standard (W3C, Web Application Manifest)."""

    id: str
    start_url: str
    name: str
    short_name: str
    lang: str
    icons: list[Icon]
    scope: str = "/p/"
    display: str = "standalone"
    theme_color: str = BRAND
    background_color: str = PAPER


@http.route(
    bp, "GET", "/p/<token>/app.webmanifest", who=http.PASS, answers=AppManifest,
    summary="The pass as an app on the phone",
)  # fmt: skip
def manifest(token: str, *, caller: Caller) -> Response:
    """Each pass is an app of its own, which opens that pass and no other."""
    with http.edge().read() as reader:
        number = orders.load(reader, caller.order_id).number
        store = gather.store_name(reader, caller.lang)
    files = f"{http.assets()}/screens/pass"
    said = AppManifest(
        id=f"/p/{token}",
        start_url=f"/p/{token}",
        name=f"{number} · {store}",
        short_name=number,
        lang=caller.lang,
        icons=[
            Icon(f"{files}/icon-192.png", "192x192"),
            Icon(f"{files}/icon-512.png", "512x512"),
            Icon(f"{files}/icon-mask-512.png", "512x512", purpose="maskable"),
        ],
    )
    return Response(msgspec.json.encode(said), mimetype="application/manifest+json")
