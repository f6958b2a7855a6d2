"""The pass says which notices its customer has seen."""

from __future__ import annotations

import msgspec

from edge import http
from edge.http import Caller
from edge.messages import actions
from edge.messages.rules import NoticeKind

bp = http.blueprint("messages_on_pass")


class SeenBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which notice was seen."""

    kind: NoticeKind


@http.route(
    bp,
    "POST",
    "/p/<token>/seen",
    who=http.PASS,
    reads=SeenBody,
    answers=SeenBody,
    summary="Say that a notice on the pass was seen",
)
def seen(token: str, *, body: SeenBody, caller: Caller) -> SeenBody:
    """It is not told again; one that is not there changes nothing."""
    edge = http.edge()
    edge.write(lambda unit: actions.seen(unit, caller.order_id, body.kind))
    return body
