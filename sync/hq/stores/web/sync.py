"""The sync routes: every request is signed by the store's own key, and opens that store's data only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Response, request

from sync.hq import http
from sync.hq.base.hq import Hq
from sync.hq.base.rows import Unit
from sync.hq.http import Caller, Who
from sync.hq.http import Signed as Shown
from sync.hq.stores.actions import comparing, forking, registry, taking, ticketing
from sync.hq.stores.store import health as healths
from sync.hq.stores.store import registry as stores
from sync.hq.stores.web.parts import StoresParts
from sync.protocol import relay, wire
from sync.protocol.batch import Batch, links, read
from sync.protocol.limits import MAX_BODY, MAX_PACKED, MAX_UNPACKED, pack, unpack
from sync.protocol.refusals import Malformed, SignatureRefused
from sync.protocol.signature import NO_NONCE, Signed, public_key, verify

T = TypeVar("T")
SMALLEST_PACKED = 1024

bp = http.blueprint("sync", "/sync/v1")


def identify(hq: Hq, shown: Shown) -> Caller:
    """The store whose key signed this request."""
    known: dict[str, str] = {}

    def key_of(key_id: str) -> Ed25519PublicKey | None:
        with hq.read() as reader:
            found = stores.key_and_store(reader, key_id)
        if found is None:
            return None
        known["store_id"] = found[1]
        return public_key(found[0])

    signed = _verified(hq, shown, key_of)
    return Caller(kind="store", id=known["store_id"], proof=signed)


@http.route(
    bp, "POST", "/hello", who=Who.STORE, reads=bytes, answers=wire.Welcome, limit=MAX_PACKED,
    summary="A store begins a session",
)  # fmt: skip
def hello(*, body: bytes, caller: Caller) -> Response:
    """Compare epoch and chain, and say where to resume."""
    hq = http.hq()
    asked = _decoded(body, wire.Hello, limit=MAX_BODY)
    taking.require_own(caller.id, asked.store_id)
    return _reply(
        hq.write(
            lambda unit: taking.greet(
                unit,
                caller.id,
                asked,
                signed=_proof(caller),
                batch_events=hq.settings.batch_events,
                real_now=hq.clock.wall(),
            ),
            lane=_lane(caller),
        )
    )


@http.route(
    bp, "POST", "/push", who=Who.STORE, reads=bytes, answers=wire.PushReply, limit=MAX_PACKED,
    summary="A store tells what happened",
)  # fmt: skip
def push(*, body: bytes, caller: Caller) -> Response:
    """Take a batch in, with its effects and the watermark, in one transaction."""
    hq = http.hq()
    batch: Batch = read(unpack(body, MAX_UNPACKED))
    taking.require_own(caller.id, batch.store_id)
    chained = links(batch)
    return _reply(
        _in_session(
            caller,
            lambda unit: taking.push(
                unit,
                caller.id,
                batch,
                chained,
                batch_events=hq.settings.batch_events,
                heard=hq.part(StoresParts).heard,
                refused=hq.part(StoresParts).refused,
            ),
        )
    )


@http.route(
    bp, "POST", "/pull", who=Who.STORE, reads=bytes, answers=wire.Page, limit=MAX_PACKED,
    summary="A store asks for news",
)  # fmt: skip
def pull(*, body: bytes, caller: Caller) -> Response:
    """The next page of this store's feed."""
    hq = http.hq()
    asked = _decoded(body, wire.Pull, limit=MAX_BODY)
    body_of = hq.part(StoresParts).body_of
    return _reply(
        _in_session(
            caller,
            lambda unit: taking.pull(
                unit, caller.id, asked, page_rows=hq.settings.page_rows, body_of=body_of
            ),
        )
    )


@http.route(
    bp, "POST", "/reconcile", who=Who.STORE, reads=bytes, answers=wire.HeadsAnswer,
    limit=MAX_PACKED, summary="A store compares its night",
)  # fmt: skip
def reconcile(*, body: bytes, caller: Caller) -> Response:
    """Compare chains and tables, name the differing rows, or keep the report of the night."""
    parts = http.hq().part(StoresParts)
    asked = _decoded(body, wire.Reconcile, limit=MAX_UNPACKED)
    _in_session(caller, lambda unit: None)
    if isinstance(asked, wire.NightReport):
        report = asked
        http.hq().write(
            lambda unit: parts.keep_report(unit, caller.id, report), lane=_lane(caller)
        )
        return _reply(report)
    with http.hq().read() as reader:
        if isinstance(asked, wire.CompareHeads):
            return _reply(comparing.compare_heads(reader, caller.id, asked, down=parts.down))
        return _reply(comparing.compare_rows(reader, caller.id, asked, down=parts.down))


@http.route(
    bp, "POST", "/fork", who=Who.STORE, reads=bytes, answers=wire.EpochOpened, limit=MAX_PACKED,
    summary="A store that was restored goes on in a fresh epoch",
)  # fmt: skip
def fork(*, body: bytes, caller: Caller) -> Response:
    """Where both logs part, or a fresh epoch from there on."""
    parts = http.hq().part(StoresParts)
    asked = _decoded(body, wire.Fork, limit=MAX_UNPACKED)
    if isinstance(asked, wire.LookBack):
        look = asked
        return _reply(_in_session(caller, lambda unit: forking.look_back(unit, caller.id, look)))
    return _reply(
        _in_session(
            caller,
            lambda unit: forking.open_epoch(unit, caller.id, asked, tell_back=parts.tell_back),
        )
    )


@http.route(
    bp, "POST", "/line-ticket", who=Who.STORE, reads=bytes, answers=wire.LineTicket,
    limit=MAX_PACKED, summary="A store asks for a ticket to the front door",
)  # fmt: skip
def line_ticket(*, body: bytes, caller: Caller) -> Response:
    """A ticket that lets this store's own line in at the front door, once and soon."""
    hq = http.hq()
    unpack(body, MAX_BODY)

    def made(unit: Unit) -> wire.LineTicket:
        store = stores.by_id(unit, caller.id)
        assert store is not None
        first, *others = ticketing.ways(
            hq.settings,
            hq.secret("line.key"),
            store,
            now=hq.clock.wall(),
            nonce=lambda: unit.ids.token(16),
        )
        seconds = int(relay.TICKET_LIFE.total_seconds())
        return wire.LineTicket(ticket=first.ticket, url=first.url, seconds=seconds, others=others)

    return _reply(_in_session(caller, made))


@http.route(
    bp, "POST", "/health", who=Who.STORE, reads=bytes, answers=wire.Noted, limit=MAX_PACKED,
    summary="A store tells how it is",
)  # fmt: skip
def health(*, body: bytes, caller: Caller) -> Response:
    """Keep the newest word, with the moment at which it came."""
    hq = http.hq()
    said = _decoded(body, wire.StoreHealth, limit=MAX_BODY)
    _in_session(caller, lambda unit: healths.save(unit, caller.id, said, real_now=hq.clock.wall()))
    return _reply(wire.Noted())


@http.route(
    bp, "POST", "/enrol", who=Who.PUBLIC, reads=bytes, answers=wire.Enrolled, limit=MAX_PACKED,
    summary="A box shows its one-time code and becomes a store",
)  # fmt: skip
def enrol(*, body: bytes, caller: Caller) -> Response:
    """Signed by the very key that it shows, so that nobody can enrol a key they do not hold."""
    hq = http.hq()
    asked = _decoded(body, wire.Enrol, limit=MAX_BODY)
    shown = Shown(request.method, *http.target(), dict(request.headers), body)
    signed = _verified(hq, shown, lambda key_id: _shown_key(asked.public_key))
    if signed.nonce != NO_NONCE:
        raise SignatureRefused(reason="enrolment comes before any session")
    tell_back = hq.part(StoresParts).tell_back
    return _reply(
        hq.write(
            lambda unit: registry.enrol(unit, asked, real_now=hq.clock.wall(), tell_back=tell_back)
        )
    )


def _in_session(caller: Caller, work: Callable[[Unit], T]) -> T:
    """Do `work` in the one transaction that also moves the session on, so that a replay finds it moved."""
    hq = http.hq()

    def admitted(unit: Unit) -> T:
        taking.admit(unit, caller.id, _proof(caller), real_now=hq.clock.wall())
        return work(unit)

    return cast(T, hq.write(admitted, lane=_lane(caller)))


def _lane(caller: Caller) -> str:
    """A store's session, log and report: its requests come one after the other, those of others meanwhile."""
    return f"store:{caller.id}"


def _verified(hq: Hq, shown: Shown, key_of: Callable[[str], Ed25519PublicKey | None]) -> Signed:
    target = f"{shown.path}?{shown.query}" if shown.query else shown.path
    return verify(
        base_url=hq.settings.public_url,
        target=target,
        headers=list(shown.headers.items()),
        body=shown.body,
        key_of=key_of,
    )


def _shown_key(text: str) -> Ed25519PublicKey | None:
    try:
        return public_key(text)
    except ValueError:
        return None


def _proof(caller: Caller) -> Signed:
    assert isinstance(caller.proof, Signed)
    return caller.proof


def _decoded(body: bytes, kind: Any, *, limit: int) -> Any:
    try:
        return msgspec.json.decode(unpack(body, limit), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as broken:
        raise Malformed(reason=str(broken)) from None


def _reply(message: msgspec.Struct) -> Response:
    raw = wire.encode(message)
    response = Response(raw, content_type="application/json")
    if len(raw) >= SMALLEST_PACKED and "gzip" in request.headers.get("Accept-Encoding", ""):
        response.set_data(pack(raw))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    return response
