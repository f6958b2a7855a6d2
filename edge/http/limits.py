"""How often the same caller may ask what can be guessed or flooded: one table, counted in real time, in memory.

The limits are far above what a busy day needs. Who is counted is a device where there is one, else an address. A pass
that is known is not counted at all, so a guest who floods locks nobody out of theirs.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from flask import Flask, Request, current_app, request

from edge.http.caller import Caller, client_of, edge
from sync.core import base32
from sync.core.errors import Refusal

if TYPE_CHECKING:
    from limits.strategies import MovingWindowRateLimiter

ADDRESS, DEVICE, CODE = "address", "device", "code and address"
_EXTENSION = "store_edge_limits"


@dataclass(frozen=True)
class Limit:
    """So many requests a minute for one caller; `why` goes into the docs."""

    what: str
    a_minute: int
    per: str
    why: str


LIMITS = (
    Limit("POST /api/v1/devices", 30, ADDRESS, "pairing codes can be guessed"),
    Limit("POST /api/v1/sessions", 60, DEVICE, "PINs can be guessed; wrong ones wait besides"),
    Limit("POST /api/v1/check-in", 240, DEVICE, "handover codes can be guessed"),
    Limit("POST /api/v1/board/scans", 600, DEVICE, "handover codes can be guessed"),
    Limit("POST /api/v1/orders/<order_id>/handover", 240, DEVICE, "handover codes can be guessed"),
    Limit(
        "POST /api/v1/offers/<offer_id>/redemptions",
        240,
        DEVICE,
        "codes and passes can be guessed",
    ),
    Limit("GET /api/v1/redemptions/<spoken_code>", 240, DEVICE, "spoken codes can be guessed"),
    Limit(
        "POST /api/v1/redemptions/<spoken_code>/honour", 240, DEVICE, "spoken codes can be guessed"
    ),
    Limit("POST /q/<code>/here", 12, ADDRESS, "the code of a pass can be guessed"),
    # A whole family, or a queue behind one router; not a script that empties the shelf.
    Limit("POST /q/<code>/redeem", 20, CODE, "anybody may take an offer"),
)
UNKNOWN_PASS = Limit("passes that nobody has", 60, ADDRESS, "tokens can be tried")
TABLE = (*LIMITS, UNKNOWN_PASS)
_OF_ROUTE: Mapping[str, Limit] = {each.what: each for each in LIMITS}


class TooManyRequests(Refusal):
    """One caller asked more often than any normal day needs."""

    code = "too_many_requests"
    status = 429
    sentence = "Too many requests. Please wait {seconds} seconds and try again."


class _Counter:
    """The counting engine, made at the first request that is counted: most of its cost is loading it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._engine: MovingWindowRateLimiter | None = None

    @property
    def engine(self) -> MovingWindowRateLimiter:
        """A moving window for each caller, in this process's memory."""
        with self._guard:
            if self._engine is None:
                from limits.storage import MemoryStorage
                from limits.strategies import MovingWindowRateLimiter

                self._engine = MovingWindowRateLimiter(MemoryStorage())
            return self._engine


def install(app: Flask) -> None:
    """Begin to count."""
    app.extensions[_EXTENSION] = _Counter()


def count(request: Request, caller: Caller) -> None:
    """Count this request against the limit of its route; TooManyRequests above it."""
    rule = request.url_rule.rule if request.url_rule else ""
    if limit := _OF_ROUTE.get(f"{request.method} {rule}"):
        _count(limit, _who(limit, request, caller))


def _who(limit: Limit, request: Request, caller: Caller) -> str:
    if limit.per == DEVICE:
        return caller.device_id
    client = client_of(request)
    if limit.per == CODE:
        code = base32.normalise(str((request.view_args or {}).get("code", "")))
        return f"{code} {client}"
    return client


def count_unknown_pass() -> None:
    """Somebody at this address tried a pass that nobody has."""
    _count(UNKNOWN_PASS, client_of(request))


def _count(limit: Limit, whom: str) -> None:
    from limits import RateLimitItemPerMinute

    counter: _Counter = current_app.extensions[_EXTENSION]
    item = RateLimitItemPerMinute(limit.a_minute)
    if counter.engine.hit(item, limit.what, whom):
        return
    stats = counter.engine.get_window_stats(item, limit.what, whom)
    left = ceil(stats.reset_time - edge().clock.wall().timestamp())
    raise TooManyRequests(seconds=min(60, max(1, left)))
