"""Whether HQ is well, and what its API looks like."""

from __future__ import annotations

from typing import Any

from sync.hq import http
from sync.hq.base.facts import GENERATION, fact
from sync.hq.http import Caller, Who, openapi

bp = http.blueprint("ready")


@http.route(bp, "GET", "/healthz", who=Who.PUBLIC, answers=dict[str, str], summary="Is HQ well?")
def healthz(*, caller: Caller) -> dict[str, str]:
    """Says yes only if the database answers and its writer writes."""
    hq = http.hq()
    hq.write(lambda unit: None, lane="healthz")
    with hq.read() as reader:
        return {"status": "ok", "generation": fact(reader, GENERATION) or ""}


@http.route(bp, "GET", "/openapi.json", who=Who.PUBLIC, answers=dict[str, Any], summary="This API")
def show_openapi(*, caller: Caller) -> dict[str, Any]:
    """Every JSON route, as it was declared."""
    return openapi.document(http.ROUTES)
