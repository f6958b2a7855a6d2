"""OwnTracks over HTTP: positions become ranges here, in memory, and are dropped at once."""

from __future__ import annotations

from flask import Response

from edge import http
from edge.acts.web import clients
from edge.arrivals.rules import owntracks
from edge.http import Caller

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
    given = clients.authorization()
    is_basic = given is not None and given.type == "basic"
    order_id = clients.order_of((given.password or "") if given and is_basic else "")
    raw = clients.body(LIMIT_BYTES)
    if order_id and raw.strip():
        clients.take_in(order_id, owntracks.positions(clients.read_json(raw)))
    return Response(b"[]", mimetype="application/json")
