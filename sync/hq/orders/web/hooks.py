"""Webhooks of shop systems: verified over the raw body, answered after the commit, the body never kept."""

from __future__ import annotations

import hashlib

from flask import request

from sync.hq import http
from sync.hq.base import secret_files
from sync.hq.base.hq import Hq
from sync.hq.base.rows import Unit
from sync.hq.http import Caller, Who
from sync.hq.orders.actions.intake import take_in
from sync.hq.orders.actions.privacy import note
from sync.hq.orders.actions.sources import secret_path
from sync.hq.orders.rules.draft import Draft, Ignored, Needs, PrivacyAsked
from sync.hq.orders.rules.intake import SourceUnknown, Taken
from sync.hq.orders.sources import SOURCES
from sync.hq.orders.store import intake as store
from sync.hq.orders.store import shops
from sync.hq.orders.store.intake import SourceRow
from sync.hq.orders.web.parts import intake_at, lane

BODY_LIMIT = 256 * 1024

bp = http.blueprint("hooks")


@http.route(
    bp,
    "POST",
    "/hooks/<source_name>",
    who=Who.HOOK,
    reads=bytes,
    answers=Taken,
    limit=BODY_LIMIT,
    summary="A shop system tells of an order",
)
def hook(source_name: str, *, body: bytes, caller: Caller) -> Taken:
    """Take an order in, change or cancel it; the same message again is answered without effect."""
    hq = http.hq()
    with hq.read() as reader:
        source = store.source(reader, source_name)
        shop = shops.of_source(reader, source_name)
    if source is None:
        raise SourceUnknown
    secrets = secret_files.lines(secret_path(hq.home, source.name))
    headers, adapter = dict(request.headers), SOURCES[source.adapter]
    read = adapter.read(headers, body, secrets=secrets, shop=shop)
    body_hash = hashlib.sha256(body).hexdigest()
    taken: Taken = hq.write(
        lambda unit: _heard(unit, read, body_hash, source=source, hq=hq),
        lane=lane(source.name, read.source_id),
    )
    return taken


def _heard(
    unit: Unit,
    read: Draft | Needs | Ignored | PrivacyAsked,
    body_hash: str,
    *,
    source: SourceRow,
    hq: Hq,
) -> Taken:
    intake = intake_at(hq, unit)
    if isinstance(read, PrivacyAsked):
        return note(unit, read, body_hash, source=source, intake=intake)
    return take_in(unit, read, body_hash, source=source, intake=intake)
