"""HQ's manners on the wire: who may ask, strict reading, one error shape, headers on every answer."""

from sync.hq.http.answering import render, said, see_other
from sync.hq.http.asking import checked, idempotency_key
from sync.hq.http.guards import Counts, Doors, NoEntry, NotSignedIn, Signed, session_cookie, target
from sync.hq.http.install import install
from sync.hq.http.languages import KIOSK_UI
from sync.hq.http.routes import ROUTES, Caller, Who, blueprint, hq, page, route
from sync.hq.http.tables import csv_file

__all__ = [
    "KIOSK_UI",
    "ROUTES",
    "Caller",
    "Counts",
    "Doors",
    "NoEntry",
    "NotSignedIn",
    "Signed",
    "Who",
    "blueprint",
    "checked",
    "csv_file",
    "hq",
    "idempotency_key",
    "install",
    "page",
    "render",
    "route",
    "said",
    "see_other",
    "session_cookie",
    "target",
]
