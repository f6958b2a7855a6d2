"""Overland: batches of points become ranges here, in memory, and are dropped at once."""

from __future__ import annotations

from flask import Response

from edge import http
from edge.acts.web import clients
from edge.arrivals.rules import overland
from edge.http import Caller

# The app's largest batch; over the road 64 KB pass, so the setup page asks for the smallest.
LIMIT_BYTES = 1024 * 1024

bp = http.blueprint("overland")


@http.page(
    bp,
    "/loc/overland",
    who=http.PUBLIC,
    method="POST",
    limit_bytes=LIMIT_BYTES,
    summary="Positions from an Overland client, turned into ranges in memory",
)
def posted(*, caller: Caller) -> Response:
    """Bearer: the pass token. Always {"result": "ok"}: anything else and the batch comes again."""
    given = clients.authorization()
    is_bearer = given is not None and given.type == "bearer"
    order_id = clients.order_of((given.token or "") if given and is_bearer else "")
    raw = clients.body(LIMIT_BYTES)
    if order_id and raw.strip():
        clients.take_in(order_id, overland.positions(clients.read_json(raw)))
    return Response(b'{"result":"ok"}', mimetype="application/json")
