"""What the native clients have in common: whose they are, how their places become ranges, and that they let go.

A place lives from the request's body to the end of `take_in`, in memory; nothing here keeps, logs or says it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import msgspec
from flask import request
from werkzeug.datastructures import Authorization

from edge import http
from edge.acts.report_range import NotOnTheWay, Post, report_range
from edge.arrivals.memory import ReportPace
from edge.arrivals.rules import RangeReport, regions
from edge.arrivals.rules.journey import JourneyOver
from edge.arrivals.rules.position import Position
from edge.arrivals.rules.reports import STALE_AFTER_SECONDS
from edge.base import store_record
from edge.base.store_record import StoreRecord
from edge.consents.rules import ConsentNeeded
from edge.http import SignInNeeded, limits
from edge.http.caller import ports
from edge.http.decode import raw_body, refuse_depth
from edge.orders import store as orders
from edge.orders.rules.codes import token_hash
from sync.core.bodies import NotJson, TooLarge
from sync.core.errors import NotFound

_GZIP = 31


def order_of(secret: str) -> str | None:
    """The order whose pass token a client was given; tries are counted like those at the pass itself.

    None when the pass has closed: an app that nobody switched off is no guess, and is told to let go like any other.
    """
    if not secret:
        raise SignInNeeded
    try:
        return ports().owns(secret)
    except NotFound:
        with http.edge().read() as reader:
            if orders.was_pass(reader, token_hash(secret)):
                return None
        limits.count_unknown_pass()
        raise


def authorization() -> Authorization | None:
    """The request's credentials, if they can be read at all."""
    try:
        return request.authorization
    except ValueError:
        # werkzeug does not expect letters beyond ASCII in what should be base64.
        return None


def body(limit_bytes: int) -> bytes:
    """The request's bytes, unpacked if they came packed; TooLarge before a bomb has grown."""
    raw = raw_body(request, limit_bytes)
    if request.headers.get("Content-Encoding", "").lower() != "gzip":
        return raw
    stream = zlib.decompressobj(_GZIP)
    try:
        unpacked = stream.decompress(raw, limit_bytes + 1)
    except zlib.error:
        raise NotJson(problem="not gzip") from None
    if len(unpacked) > limit_bytes:
        raise TooLarge(limit_bytes=limit_bytes)
    return unpacked


def read_json(raw: bytes) -> object:
    """The decoded body; of a refusal's words none is the client's own."""
    refuse_depth(raw)
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise NotJson(problem="malformed") from None


def take_in(order_id: str, found: Sequence[Position]) -> None:
    """Report the ranges of what is fresh. What may not be used now is let go without a word.

    An error would make the client keep its positions and send them again for days; so would counting a
    queue that is hours old against the pace, and none of that queue is believed anyway.
    """
    edge = http.edge()
    oldest = edge.clock.now().timestamp() - STALE_AFTER_SECONDS
    fresh = [each for each in found if each.t >= oldest]
    if not fresh:
        return
    with edge.read() as reader:
        here = store_record.load(reader)
    edge.part(ReportPace).admit(order_id, edge.clock.monotonic())
    try:
        ranges = [_as_range(each, here) for each in fresh]
        report_range(edge, order_id, Post(ranges, same_clock=True))
    except (ConsentNeeded, NotOnTheWay, JourneyOver):
        return


def _as_range(place: Position, here: StoreRecord) -> RangeReport:
    """The way to the store's pin; this is where the position ends."""
    from geopy.distance import great_circle

    metres = great_circle((place.north, place.east), (here.north, here.east)).meters
    if place.crossing:
        metres = regions.coarse(metres, place.crossing)
    is_crossing = place.crossing is not None
    return RangeReport(0, place.t, float(metres), place.accuracy_m, is_crossing)
