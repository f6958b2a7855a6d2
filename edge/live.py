"""Who sees: after each commit every open screen gets its changed cards, numbered, and readings as they are now.

Sockets are for staff screens and the kiosk. Only a page of ours on a paired device gets one: a foreign Origin,
no Origin, or an unpaired device is refused before the upgrade costs a thread.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import msgspec
from flask import Flask, Request, request
from flask_socketio import ConnectionRefusedError as SocketRefused
from flask_socketio import SocketIO, emit, join_room, leave_room, rooms

from edge import http
from edge.base import log as event_log
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.following import Follower
from edge.base.log import LoggedEvent
from edge.base.readings import Readings
from edge.http import guard
from edge.http.caller import ports
from edge.http.errors import error_body
from edge.screens.screen import Screen
from sync.core.languages import LANGUAGES

NAMESPACE = "/live"
BATCH = 200
DEVICE_REVOKED = "device_revoked"
MOST_EVENTS_TO_CATCH_UP = 500
LARGEST_MESSAGE = 16 * 1024
GATHER_SECONDS = 0.2
WAIT_SECONDS = 1.0


class CatchUp(msgspec.Struct):
    """A screen says what it is and what it last saw."""

    screen: str
    after: int
    lang: str = "en"


class Live:
    """The sockets of this store's screens."""

    def __init__(self, edge: Edge, screens: Sequence[Screen]) -> None:
        self._edge = edge
        self._screens = {screen.name: screen for screen in screens}
        self._readings = edge.part(Readings)
        self._device_of: dict[str, str] = {}
        self._guard = threading.Lock()
        self._stopping = threading.Event()
        self.socketio = SocketIO(
            async_mode="threading",
            cors_allowed_origins=guard.is_own_origin,
            max_http_buffer_size=LARGEST_MESSAGE,
            transports=["websocket"],
            serve_client=False,
            logger=False,
        )
        self.follower = Follower("live", edge, self.follow, start_at=edge.log.durable_seq)
        self._reader = threading.Thread(target=self._send_readings, name="readings", daemon=True)

    def install(self, app: Flask) -> None:
        """Put the sockets into the app, behind the cap."""
        self.socketio.init_app(app)
        app.wsgi_app = _Cap(app, self)  # type: ignore[method-assign]
        self.socketio.on_event("connect", self._connect, namespace=NAMESPACE)
        self.socketio.on_event("disconnect", self._disconnect, namespace=NAMESPACE)
        self.socketio.on_event("catch_up", self._catch_up, namespace=NAMESPACE)

    def start(self) -> None:
        """Begin to send."""
        self.follower.start()
        self._reader.start()

    def stop(self) -> None:
        """Stop sending."""
        self._stopping.set()
        self._readings.close()
        self.follower.stop()
        if self._reader.is_alive():
            self._reader.join(timeout=2 * WAIT_SECONDS)

    @property
    def open_sockets(self) -> int:
        """Sockets that are open now."""
        return len(self._device_of)

    @property
    def most(self) -> int:
        """How many sockets there may be."""
        return self._edge.settings.sockets

    @property
    def is_full(self) -> bool:
        """Whether another socket would starve the web's threads."""
        return self.open_sockets >= self._edge.settings.sockets

    def drop_device(self, device_id: str) -> None:
        """Close every socket of a device that is no longer trusted."""
        with self._guard:
            gone = [sid for sid, owner in self._device_of.items() if owner == device_id]
        for sid in gone:
            self.socketio.server.disconnect(sid, namespace=NAMESPACE)

    def follow(self, seq: int) -> int:
        """Send what happened after `seq` to the rooms that somebody is in; returns how far it came."""
        newest = self._edge.log.durable_seq
        kinds = self._edge.log.kinds_beyond(seq)
        if kinds is not None and DEVICE_REVOKED not in kinds and not self._has_any_listener():
            return newest
        with self._edge.read() as reader:
            happened = event_log.read_after(reader, seq, limit=BATCH)
            for screen in self._screens.values():
                for lang in LANGUAGES:
                    self._send_events(reader, screen, lang, happened)
        for fact in happened:
            if fact.kind == DEVICE_REVOKED:
                self.drop_device(fact.aggregate_id)
        return happened[-1].seq if happened else seq

    def _send_events(
        self, reader: Rows, screen: Screen, lang: str, happened: Sequence[LoggedEvent]
    ) -> None:
        room = f"{screen.name}:{lang}"
        if not self._has_listeners(room):
            return
        for message in self._messages(reader, screen, lang, happened):
            self.socketio.emit("event", message, namespace=NAMESPACE, to=room)

    def _messages(
        self, reader: Rows, screen: Screen, lang: str, happened: Sequence[LoggedEvent]
    ) -> list[dict[str, Any]]:
        messages = []
        for fact in happened:
            if affected := screen.refreshes.get(fact.kind):
                cards = screen.cards(reader, self._edge, lang, affected(fact))
                messages.append(
                    {"seq": fact.seq, "kind": fact.kind, "cards": msgspec.to_builtins(cards)}
                )
        return messages

    def _has_any_listener(self) -> bool:
        rooms = (f"{name}:{lang}" for name in self._screens for lang in LANGUAGES)
        return any(self._has_listeners(room) for room in rooms)

    def _has_listeners(self, room: str) -> bool:
        rooms = self.socketio.server.manager.rooms.get(NAMESPACE, {})
        return bool(rooms.get(room))

    def _send_readings(self) -> None:
        while not self._stopping.is_set():
            changed = self._readings.take(WAIT_SECONDS)
            for screen in self._screens.values():
                for lang in LANGUAGES:
                    if self._has_listeners(f"{screen.name}:{lang}"):
                        self._send_changed(screen, lang, changed)
            if changed:
                self._stopping.wait(GATHER_SECONDS)

    def _send_changed(self, screen: Screen, lang: str, changed: set[tuple[str, str]]) -> None:
        for name, ref in sorted(changed):
            if make := screen.readings.get(name):
                value = msgspec.to_builtins(make(self._edge, lang, ref))
                message = {"name": name, "ref": ref, "value": value}
                self.socketio.emit(
                    "reading", message, namespace=NAMESPACE, to=f"{screen.name}:{lang}"
                )

    def _connect(self, _auth: object = None) -> None:
        caller = ports().identify(request)
        if not guard.is_known_origin(request.headers.get("Origin")) or not caller.may(http.SCREEN):
            raise SocketRefused("sign in on a paired device first")
        with self._guard:
            self._device_of[_sid()] = caller.device_id or caller.id

    def _disconnect(self, _reason: object = None) -> None:
        with self._guard:
            self._device_of.pop(_sid(), None)

    def _catch_up(self, asked: object) -> dict[str, Any]:
        try:
            wish = msgspec.convert(asked, CatchUp)
        except msgspec.ValidationError:
            return {"reload": True}
        screen = self._screens.get(wish.screen)
        if screen is None or wish.lang not in LANGUAGES:
            return {"reload": True}
        if not ports().identify(request).may(screen.who):
            return {"reload": True}
        room = f"{screen.name}:{wish.lang}"
        is_new = room not in rooms()
        for lang in LANGUAGES:
            leave_room(f"{screen.name}:{lang}")
        try:
            join_room(room)
        except (ValueError, KeyError):
            # It asked and was gone: its page was closed or loaded anew before we came to it, or while we did.
            return {"reload": True}
        if is_new:
            self._send_latest(screen, wish.lang)
        return self._missed(screen, wish)

    def _send_latest(self, screen: Screen, lang: str) -> None:
        """Readings have no numbers to ask for: what changed before somebody listened is sent to them now."""
        for name, ref in self._readings.latest():
            if make := screen.readings.get(name):
                value = msgspec.to_builtins(make(self._edge, lang, ref))
                emit("reading", {"name": name, "ref": ref, "value": value}, namespace=NAMESPACE)

    def _missed(self, screen: Screen, wish: CatchUp) -> dict[str, Any]:
        newest = self._edge.log.durable_seq
        if wish.after == newest:
            return {"events": [], "seq": newest}
        if wish.after > newest or newest - wish.after > MOST_EVENTS_TO_CATCH_UP:
            return {"reload": True}
        with self._edge.read() as reader:
            happened = event_log.read_after(reader, wish.after, limit=MOST_EVENTS_TO_CATCH_UP)
            # A store's busy evening that does not concern this screen must not leave it behind.
            seq = happened[-1].seq if happened else wish.after
            return {"events": self._messages(reader, screen, wish.lang, happened), "seq": seq}


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]  # Flask-SocketIO adds it


class _Cap:
    """Refuses an upgrade of a stranger, or one too many, before it takes one of the web's threads for good."""

    def __init__(self, app: Flask, live: Live) -> None:
        self._flask = app
        self._app: Any = app.wsgi_app
        self._live = live
        self._taken = 0
        self._guard = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not environ.get("PATH_INFO", "").startswith("/socket.io"):
            return self._app(environ, start_response)
        if not self._is_ours(environ):
            return _refused(start_response, "403 Forbidden", "forbidden")
        with self._guard:
            # A socket that never says which namespace it wants holds a thread as well.
            if self._live.is_full or self._taken >= self._live.most:
                return _refused(start_response, "503 Service Unavailable", "busy")
            self._taken += 1
        try:
            return self._app(environ, start_response)
        finally:
            with self._guard:
                self._taken -= 1

    def _is_ours(self, environ: dict[str, Any]) -> bool:
        with self._flask.app_context():
            if not guard.is_known_origin(environ.get("HTTP_ORIGIN")):
                return False
            return ports().identify(Request(environ)).may(http.SCREEN)


def _refused(start_response: Any, status: str, code: str) -> list[bytes]:
    headers = [("Content-Type", "application/json"), ("Retry-After", "5")]
    start_response(status, headers)
    return [error_body(code, "No live connection can be opened here now.")]
