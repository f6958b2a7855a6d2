"""The front door as an ASGI application: customers on one side, stores' lines on the other."""

from __future__ import annotations

import asyncio
import hmac
import logging
import re

import msgspec
import socketio

from sync.core.errors import Refusal
from sync.doors.clock import Clock
from sync.doors.ids import Ids
from sync.frontdoor import asgi, pages
from sync.frontdoor.asgi import Receive, Scope, Send
from sync.frontdoor.lines import Answer, Line, Lines, UsedTickets
from sync.frontdoor.refusals import (
    BadAnswer,
    MethodNotAllowed,
    NoAnswer,
    NotOneOfUs,
    NotPublic,
    StoreBusy,
    StoreUnreachable,
    UnknownHost,
    Unreadable,
)
from sync.frontdoor.settings import FrontDoorSettings
from sync.frontdoor.siblings import Siblings
from sync.protocol import relay, spread
from sync.protocol.frames import OneFramePacket
from sync.protocol.relay import RelayRequest, RelayResponse, TicketElsewhere

log = logging.getLogger("store_edge.frontdoor")

_OWN_PATHS = {"/healthz", relay.POKE_PATH, relay.ACROSS_PATH}
_SAID_IN_LOGS = frozenset(
    {"assets", "state", "consent", "withdrawal", "on-my-way", "ranges", "arrival", "offers", "smile", "redeem",
     "owntracks", "overland", "osmand", "apps", "app.webmanifest"}
)  # fmt: skip


class Poke(msgspec.Struct, forbid_unknown_fields=True):
    """Which store has news waiting at HQ."""

    store_id: str


def create_app(settings: FrontDoorSettings, *, clock: Clock, ids: Ids) -> asgi.App:
    """The whole front door."""
    return FrontDoor(settings, clock=clock, ids=ids)


class FrontDoor:
    """Passes requests down the line of the store they name, and the answers back."""

    def __init__(self, settings: FrontDoorSettings, *, clock: Clock, ids: Ids) -> None:
        self._secret, self._clock, self._ids = settings.secret, clock, ids
        self._name = spread.door_name(settings.own_url) if settings.own_url else ""
        self._siblings = Siblings(settings.doors, settings.own_url, settings.secret, clock=clock)
        self.lines = Lines()
        self._used = UsedTickets(clock.wall())
        self._sockets = _sockets()
        self._sockets.on("connect", self._store_calls_in)
        self._sockets.on("disconnect", self._store_leaves)
        self._sockets.on(relay.LEAVING, self._store_is_leaving)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sort what comes in: a store's line, our own few routes, or a customer."""
        if scope["type"] == "lifespan":
            await asgi.lifespan(receive, send, at_the_end=self._siblings.close)
        elif f"{scope['path']}/".startswith(f"{relay.LINE_PATH}/"):
            await self._line(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    # -- stores --

    async def _line(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Only a browser names an origin, and no browser has business on a store's line.
        if scope["type"] == "websocket" and asgi.header(scope, "origin"):
            await send({"type": "websocket.close"})
            return
        await self._sockets.handle_request(scope, receive, send)

    async def _store_calls_in(self, sid: str, _environ: object, auth: object) -> None:
        try:
            ticket = relay.verify_ticket(self._secret, _ticket_in(auth), now=self._clock.wall())
            if self._name and ticket.door not in ("", self._name):
                raise TicketElsewhere
            self._used.use(ticket, now=self._clock.wall())
        except Refusal as refusal:
            raise socketio.exceptions.ConnectionRefusedError(refusal.code) from refusal
        line = Line(sid, ticket)
        self._hear_every_frame_of(line)
        self.lines.add(line)
        log.info("line of %s is up", line.store_id)

    async def _store_leaves(self, sid: str, _reason: object = None) -> None:
        self.lines.remove(sid)

    async def _store_is_leaving(self, sid: str, _said: object = None) -> None:
        # What it was asked it still answers.
        self.lines.retire(sid)

    def _hear_every_frame_of(self, line: Line) -> None:
        # Pongs and late answers show that a suspect line lives, and only this method sees them all.
        socket = self._sockets.eio.sockets[self._sockets.manager.eio_sid_from_sid(line.sid, "/")]
        receive = socket.receive

        async def receive_and_note(frame: object) -> None:
            line.heard()
            await receive(frame)

        socket.receive = receive_and_note

    # -- callers --

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = self._clock.monotonic()
        try:
            answer = await self._answer_to(scope, receive)
        except Refusal as refusal:
            answer = pages.refused(
                refusal,
                method=scope["method"],
                accept=asgi.header(scope, "accept"),
                languages=asgi.header(scope, "accept-language"),
            )
        except asgi.ClientGone:
            return
        await asgi.send_answer(send, scope["method"], answer)
        took_ms = 1000 * (self._clock.monotonic() - began)
        log.info(
            "%s %s %d %.1f ms",
            _method(scope["method"]),
            template(scope["path"]),
            answer.status,
            took_ms,
        )

    async def _answer_to(self, scope: Scope, receive: Receive) -> RelayResponse:
        if scope["path"] in _OWN_PATHS:
            return await self._own_route(scope, receive)
        _refuse_what_is_not_public(scope)
        host = asgi.header(scope, "host")
        # Before the body is read; it is asked again when it has come.
        if not self._siblings or self.lines.at(host):
            self._line_at(host)
        request = _request(scope, await asgi.read_body(scope, receive), self._ids.token(8))
        answer = await self._anywhere(request)
        return RelayResponse(
            status=answer.status, headers=relay.passed_on(answer.headers), body=answer.body
        )

    async def _anywhere(self, request: RelayRequest) -> RelayResponse:
        if self._siblings and not self.lines.at(request.host):
            return await self._siblings.ask(request, is_known=self.lines.knows(request.host))
        return await self._ask(self._line_at(request.host), request)

    async def _own_route(self, scope: Scope, receive: Receive) -> RelayResponse:
        if scope["path"] == "/healthz":
            return pages.plain(200, {"ok": True})
        if scope["method"] != "POST":
            raise MethodNotAllowed
        if scope["path"] == relay.ACROSS_PATH:
            self._require(scope, relay.ACROSS_HEADER, relay.across_key(self._secret))
            return await self._across(await asgi.read_body(scope, receive, relay.FRAME_LIMIT))
        self._require(scope, relay.POKE_HEADER, relay.poke_key(self._secret))
        return await self._poke(await asgi.read_body(scope, receive))

    def _require(self, scope: Scope, header: str, wanted: str) -> None:
        if not hmac.compare_digest(asgi.header(scope, header).encode(), wanted.encode()):
            raise NotOneOfUs

    async def _across(self, body: bytes) -> RelayResponse:
        """Another front door asks for a store whose line is here."""
        try:
            request = msgspec.msgpack.decode(body, type=RelayRequest)
        except msgspec.MsgspecError as error:
            raise Unreadable from error
        answer = await self._ask(self._line_at(request.host), request)
        return RelayResponse(status=200, body=msgspec.msgpack.encode(answer))

    async def _poke(self, body: bytes) -> RelayResponse:
        try:
            wanted = msgspec.json.decode(body, type=Poke)
        except msgspec.MsgspecError as error:
            raise Unreadable from error
        line = self.lines.of(wanted.store_id)
        if line is not None:
            await self._sockets.emit("poke", {}, to=line.sid)
        return pages.plain(202, {"poked": line is not None})

    def _line_at(self, host: str) -> Line:
        line = self.lines.at(host)
        if line is None:
            raise StoreUnreachable if self.lines.knows(host) else UnknownHost
        if line.is_full:
            raise StoreBusy
        return line

    async def _ask(self, line: Line, asked: RelayRequest) -> RelayResponse:
        began, patience = self._clock.monotonic(), line.patience_seconds
        answer = await line.turn()
        try:
            left = patience - (self._clock.monotonic() - began)
            request = msgspec.structs.replace(asked, deadline_ms=int(1000 * left))
            async with asyncio.timeout(left):
                await self._sockets.emit("request", request, to=line.sid, callback=_settle(answer))
                return _read(await answer)
        except TimeoutError as error:
            line.is_suspect = True
            raise NoAnswer from error
        except ConnectionResetError as error:
            raise NoAnswer from error
        finally:
            line.leave(answer)


def template(path: str) -> str:
    """A path as logs may show it: no token, no code, nothing that a caller chose."""
    if path in _OWN_PATHS:
        return path
    first, *rest = path.strip("/").split("/")
    if f"/{first}/" not in relay.PUBLIC_PATHS:
        return "/*"
    return "/".join(["", first, *(part if part in _SAID_IN_LOGS else "*" for part in rest[:3])])


def _refuse_what_is_not_public(scope: Scope) -> None:
    if not relay.is_public(asgi.raw_path(scope)):
        raise NotPublic
    if scope["method"] not in relay.PUBLIC_METHODS:
        raise MethodNotAllowed


def _request(scope: Scope, body: bytes, request_id: str) -> RelayRequest:
    return RelayRequest(
        id=request_id,
        method=scope["method"],
        path=asgi.raw_path(scope),
        query=scope["query_string"].decode("latin-1"),
        headers=relay.passed_on(asgi.header_pairs(scope)),
        body=body,
        client=scope["client"][0] if scope.get("client") else "",
        scheme=scope.get("scheme", "https"),
        host=asgi.header(scope, "host"),
    )


def _sockets() -> socketio.AsyncServer:
    return socketio.AsyncServer(
        async_mode="asgi",
        serializer=OneFramePacket,
        transports=["websocket"],
        ping_interval=relay.PING_INTERVAL_SECONDS,
        ping_timeout=relay.PING_TIMEOUT_SECONDS,
        max_http_buffer_size=relay.FRAME_LIMIT,
        cors_allowed_origins=[],
    )


def _settle(answer: Answer) -> object:
    def settle(*said: object) -> None:
        if not answer.done():
            answer.set_result(said)

    return settle


def _read(said: tuple[object, ...]) -> RelayResponse:
    if not said:
        # The store dropped it because it came too late.
        raise NoAnswer
    try:
        answer = msgspec.convert(said[0], RelayResponse)
    except msgspec.ValidationError as error:
        raise BadAnswer from error
    if not 200 <= answer.status <= 599 or len(answer.body) > relay.ANSWER_BODY_LIMIT:
        raise BadAnswer
    return answer


def _ticket_in(auth: object) -> str:
    ticket = auth.get("ticket") if isinstance(auth, dict) else None
    return ticket if isinstance(ticket, str) else ""


def _method(method: str) -> str:
    return method if re.fullmatch("[A-Z]{1,7}", method) else "?"
