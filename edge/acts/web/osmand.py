"""OsmAnd and Traccar: a position in a query, a form or JSON becomes a range here and is dropped at once."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from flask import Response, request

from edge import http
from edge.acts.web import clients
from edge.arrivals.rules import osmand
from edge.arrivals.rules.osmand import NotOsmAnd
from edge.http import Caller

LIMIT_BYTES = 64 * 1024
MOST_FIELDS = 200

bp = http.blueprint("osmand")


@http.page(
    bp,
    "/loc/osmand",
    who=http.PUBLIC,
    summary="A position from OsmAnd or Traccar in the query, turned into a range in memory",
)
def asked(*, caller: Caller) -> Response:
    """The device id is the pass token. It stands in the query, so no log of ours shows queries."""
    return _taken(_fields(request.query_string))


@http.page(
    bp,
    "/loc/osmand",
    who=http.PUBLIC,
    method="POST",
    limit_bytes=LIMIT_BYTES,
    summary="A position from OsmAnd or Traccar as query, form or JSON, turned into a range in memory",
)
def posted(*, caller: Caller) -> Response:
    """Query and form are one; an empty answer is all that the client waits for."""
    raw = clients.body(LIMIT_BYTES)
    if raw.lstrip()[:1] in (b"{", b"["):
        given = clients.read_json(raw)
        if not isinstance(given, dict):
            raise NotOsmAnd(problem="not one object")
        return _taken(given)
    return _taken({**_fields(request.query_string), **_fields(raw)})


def _taken(given: Mapping[str, object]) -> Response:
    order_id = clients.order_of(osmand.device(given))
    if order_id:
        received_t = http.edge().clock.now().timestamp()
        clients.take_in(order_id, osmand.positions(given, received_t=received_t))
    return Response(b"", status=200, mimetype="text/plain")


def _fields(raw: bytes) -> dict[str, str]:
    """The fields of a query or a form; of a repeated one the last."""
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise NotOsmAnd(problem="not readable") from None
