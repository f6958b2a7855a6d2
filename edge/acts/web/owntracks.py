"""OwnTracks over HTTP: positions become ranges here, in memory, and are dropped at once."""

from __future__ import annotations

import msgspec
from flask import Response, request
from werkzeug.datastructures import Authorization

from edge import http
from edge.acts.report_range import NotOnTheWay, report_range
from edge.arrivals.rules import RangeReport, owntracks
from edge.arrivals.rules.journey import JourneyOver
from edge.arrivals.rules.owntracks import Position
from edge.base import store_record
from edge.base.store_record import StoreRecord
from edge.consents.rules import ConsentNeeded
from edge.http import Caller, SignInNeeded, limits
from edge.http.caller import ports
from edge.http.decode import NotJson, raw_body, refuse_depth
from sync.core.errors import NotFound

LIMIT_BYTES = 64 * 1024

bp = http.blueprint("owntracks")


@http.page(
    bp,
    "/loc/owntracks",
    who=http.PUBLIC,
    method="POST",
    limit_bytes=LIMIT_BYTES,
    summary="Positions from an OwnTracks client, turned into ranges in memory",
)
def posted(*, caller: Caller) -> Response:
    """Basic auth: any user, the pass token as password. Always `[]`, so that the client lets go of it."""
    order_id = _order_of_password()
    found = owntracks.positions(_body())
    if found:
        _report(order_id, found)
    return Response(b"[]", mimetype="application/json")


def _report(order_id: str, found: list[Position]) -> None:
    edge = http.edge()
    with edge.read() as reader:
        here = store_record.load(reader)
    reports = [_as_range(each, here) for each in found]
    try:
        report_range(edge, order_id, reports, same_clock=True)
    except (ConsentNeeded, NotOnTheWay, JourneyOver):
        # An error would make the client keep the position and send it again for days.
        return


def _as_range(position: Position, here: StoreRecord) -> RangeReport:
    """The way to the store's pin; this is where the position ends."""
    from geopy.distance import great_circle

    metres = great_circle((position.north, position.east), (here.north, here.east)).meters
    return RangeReport(int(position.t), position.t, float(metres), position.accuracy_m)


def _order_of_password() -> str:
    given = _authorization()
    if given is None or given.type != "basic" or not given.password:
        raise SignInNeeded
    try:
        return ports().owns(given.password)
    except NotFound:
        limits.count_unknown_pass()
        raise


def _authorization() -> Authorization | None:
    try:
        return request.authorization
    except ValueError:
        # werkzeug does not expect letters beyond ASCII in what should be base64.
        return None


def _body() -> object:
    raw = raw_body(request, LIMIT_BYTES)
    if not raw.strip():
        return []
    refuse_depth(raw)
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        raise NotJson(problem=str(problem)) from None
