"""`/healthz`: any answer says that the service lives, 200 that it can do its work."""

from __future__ import annotations

import shutil

import msgspec
from flask import Response

from edge import http
from edge.base.edge import Edge
from edge.health import store
from edge.http import PUBLIC, Caller

STUCK_SECONDS = 10.0
LEAST_FREE_BYTES = 20_000_000

bp = http.blueprint("health")


class Health(msgspec.Struct, frozen=True):
    """Whether all is well, and each part of it."""

    ok: bool
    writer: bool
    database: bool
    disk: bool


@http.route(
    bp, "GET", "/healthz", who=PUBLIC, summary="Whether the service can work", answers=Health
)
def healthz(*, caller: Caller) -> Response:
    """200 when orders can be taken and saved, 503 when not."""
    seen = look(http.edge())
    return Response(
        msgspec.json.encode(seen), status=200 if seen.ok else 503, mimetype="application/json"
    )


def look(edge: Edge) -> Health:
    """How the service is now; cheap, and it writes nothing."""
    busy = edge.writer_busy_seconds
    writer = busy is not None and busy < STUCK_SECONDS
    database, disk = store.is_readable(edge), shutil.disk_usage(edge.home).free > LEAST_FREE_BYTES
    return Health(writer and database and disk, writer=writer, database=database, disk=disk)
