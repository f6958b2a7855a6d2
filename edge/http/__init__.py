"""The web's rim: parsing, one error shape, who may ask what, and how pages and JSON are shown.

Features use `blueprint`, `route`, `page`, `edge` and `render`; app.py fills the ports `identify` and `owns`.
"""

from edge.http.caller import (
    ANYONE,
    DEVICE,
    MANAGER,
    PASS,
    PUBLIC,
    SCREEN,
    STAFF,
    Caller,
    Forbidden,
    Ports,
    SignInNeeded,
    edge,
)
from edge.http.pages import assets, chosen, render, text
from edge.http.routes import blueprint, page, route

__all__ = [
    "ANYONE",
    "DEVICE",
    "MANAGER",
    "PASS",
    "PUBLIC",
    "SCREEN",
    "STAFF",
    "Caller",
    "Forbidden",
    "Ports",
    "SignInNeeded",
    "assets",
    "blueprint",
    "chosen",
    "edge",
    "page",
    "render",
    "route",
    "text",
]
