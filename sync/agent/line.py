"""The store's outbound line: customers on the road reach the store through it, and HQ pokes it.

Work that comes down has a deadline; what is past it is dropped, because nobody waits for the answer.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec
import socketio

from sync.doors.clock import Clock
from sync.doors.ids import Ids
from sync.protocol import relay
from sync.protocol.frames import OneFramePacket
from sync.protocol.relay import RelayRequest, RelayResponse

log = logging.getLogger("store_edge.line")

Handle = Callable[[RelayRequest], RelayResponse]

_FIRST_PAUSE_SECONDS = 0.5
_PAUSE_CAP_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0
_CONNECT_SECONDS = 5.0
# Long enough that a front door which restarts again and again is left alone, and jittered like every call.
HOME_SECONDS = (300.0, 900.0)
_LOOK_SECONDS = 0.05


class NoTicket(Exception):
    """HQ gave no ticket for the line; it is asked again later."""


class NoFrontDoor(NoTicket):
    """HQ has none, and neither do our settings name one: there is nothing to connect to."""


_NO_CONNECTION = (socketio.exceptions.SocketIOError, NoTicket, OSError, ValueError)


class Way(msgspec.Struct, frozen=True):
    """Where the front door is, and what it lets us in with, once."""

    url: str
    ticket: str


@dataclass(frozen=True)
class _Held:
    """A connection that is up, how we hear of its end, and whether it is at this store's own front door."""

    connection: socketio.Client
    ended: threading.Event
    is_at_home: bool


class LineStatus(msgspec.Struct, frozen=True):
    """How the line stands; without a front door there is none that could be down."""

    is_up: bool
    for_seconds: float
    last_problem: str = ""
    has_front_door: bool = True


class Line:
    """Keeps one connection to the front door, for as long as the store runs."""

    def __init__(
        self,
        find_ways: Callable[[], Sequence[Way]],
        *,
        handle: Handle,
        poked: Callable[[], None],
        clock: Clock,
        ids: Ids,
        longest_pause_seconds: float = LONGEST_PAUSE_SECONDS,
    ) -> None:
        self._find_ways = find_ways
        self._handle, self._poked = handle, poked
        self._clock, self._ids = clock, ids
        self._longest_pause = longest_pause_seconds
        self._stopped, self._is_up = threading.Event(), threading.Event()
        self._since, self._problem = clock.monotonic(), "not connected yet"
        self._has_front_door = True
        self._guard = threading.Lock()
        self._connections: set[socketio.Client] = set()
        self._under_way: set[object] = set()
        self._handlers = ThreadPoolExecutor(relay.HANDLER_THREADS, "line-handler")
        self._keeper = threading.Thread(target=self._keep_up, name="line", daemon=True)

    def start(self) -> None:
        """Begin to call out; returns at once."""
        self._keeper.start()

    def stop(self) -> None:
        """Hang up, for good."""
        self._stopped.set()
        for connection in list(self._connections):
            self._hang_up(connection)
        self._handlers.shutdown(wait=False, cancel_futures=True)
        if self._keeper.is_alive():
            self._keeper.join(_CONNECT_SECONDS)

    def status(self) -> LineStatus:
        """Whether the line is up, for how long it has been so, and what was wrong last."""
        return LineStatus(
            self._is_up.is_set(),
            self._clock.monotonic() - self._since,
            self._problem,
            self._has_front_door,
        )

    def wait_until_up(self, timeout_seconds: float) -> bool:
        """Wait for the line; False when it did not come up in time."""
        return self._is_up.wait(timeout_seconds)

    def _keep_up(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            failures = 0 if self._hold_one_connection() else failures + 1
            self._stopped.wait(self._pause(failures))

    def _pause(self, failures: int) -> float:
        # Full jitter: after an outage thousands of stores must not call in the same second.
        high = min(self._longest_pause, _PAUSE_CAP_SECONDS * 2.0 ** min(failures, 10))
        return self._ids.uniform(min(_FIRST_PAUSE_SECONDS, high / 2), high)

    def _hold_one_connection(self) -> bool:
        """Connect and stay until the connection ends; whether there was one at all."""
        try:
            held = self._connect(self._find_ways())
        except _NO_CONNECTION as error:
            self._has_front_door = not isinstance(error, NoFrontDoor)
            self._note(is_up=False, problem=f"{type(error).__name__}: {error}")
            return False
        self._has_front_door = True
        self._note(is_up=True)
        self._stay(held)
        self._note(is_up=False, problem="the connection ended")
        return True

    def _stay(self, held: _Held) -> None:
        """Until the connection ends; one at another front door than our own is left for our own once that is back."""
        while not held.ended.wait(None if held.is_at_home else self._ids.uniform(*HOME_SECONDS)):
            if (at_home := self._moved_home()) is not None:
                self._leave(held)
                held = at_home
        if self._is_still_ours(held.connection):
            # What ended by itself is left open by Engine.IO, until the collector comes by.
            held.connection.eio.ws.shutdown()

    def _moved_home(self) -> _Held | None:
        try:
            # Its own door only: there is a connection already, so nothing else would be better.
            return self._connect(self._find_ways()[:1])
        except _NO_CONNECTION:
            return None

    def _leave(self, held: _Held) -> None:
        """Hang up when nobody waits for an answer on it: the door is told first, and asks us nothing from then on."""
        try:
            held.connection.call(relay.LEAVING, timeout=1)
        except (socketio.exceptions.SocketIOError, OSError):
            log.info("the old front door did not hear that we leave it")
        end = self._clock.monotonic() + relay.RELAY_TIMEOUT_SECONDS
        # What was answered last is still on its way out, what was asked last still on its way in.
        while not self._stopped.wait(_LOOK_SECONDS) and self._clock.monotonic() < end:
            if not self._under_way and not self._stopped.wait(_LOOK_SECONDS):
                break
        self._hang_up(held.connection)

    def _hang_up(self, connection: socketio.Client) -> None:
        # Once: a second call while the first is under way would leave its socket open.
        if self._is_still_ours(connection):
            connection.disconnect()

    def _is_still_ours(self, connection: socketio.Client) -> bool:
        """Whether nobody has ended it yet; whoever is told so does."""
        with self._guard:
            was_ours = connection in self._connections
            self._connections.discard(connection)
            return was_ours

    def _connect(self, ways: Sequence[Way]) -> _Held:
        """A connection to the first front door that lets us in; NoTicket, or what the last one said, if none does."""
        problem: Exception = NoTicket("no way was given")
        for place, way in enumerate(ways):
            ended = threading.Event()
            connection = self._new_connection(ended)
            try:
                self._call_in(connection, way)
            except _NO_CONNECTION as error:
                problem = error
                continue
            return _Held(connection, ended, is_at_home=place == 0)
        raise problem

    def _call_in(self, connection: socketio.Client, way: Way) -> None:
        connection.connect(
            way.url,
            auth={"ticket": way.ticket},
            transports=["websocket"],
            socketio_path=relay.LINE_PATH,
            wait_timeout=_CONNECT_SECONDS,
        )
        with self._guard:
            self._connections.add(connection)
        if self._stopped.is_set():
            self._hang_up(connection)

    def _new_connection(self, ended: threading.Event) -> socketio.Client:
        connection = socketio.Client(
            reconnection=False,
            serializer=OneFramePacket,
            handle_sigint=False,
            request_timeout=_CONNECT_SECONDS,
            websocket_extra_options={"suppress_origin": True},
        )
        connection.on("request", self._requested)
        connection.on("poke", lambda _said=None: self._poked())
        connection.on("disconnect", lambda _reason=None: ended.set())
        return connection

    def _note(self, *, is_up: bool, problem: str = "") -> None:
        if is_up != self._is_up.is_set():
            self._since = self._clock.monotonic()
            log.info("line is %s", "up" if is_up else f"down: {problem}")
        self._problem = problem
        (self._is_up.set if is_up else self._is_up.clear)()

    def _requested(self, said: object) -> RelayResponse | None:
        try:
            request = msgspec.convert(said, RelayRequest)
        except msgspec.ValidationError:
            return _refused(400, "bad_request", "This request could not be read.")
        due = self._clock.monotonic() + request.deadline_ms / 1000
        work = self._submit(request, due)
        if work is None:
            return None
        self._under_way.add(work)
        try:
            return work.result(timeout=request.deadline_ms / 1000)
        except TimeoutError:
            work.cancel()
            return None
        finally:
            self._under_way.discard(work)

    def _submit(self, request: RelayRequest, due: float) -> Future[RelayResponse | None] | None:
        try:
            return self._handlers.submit(self._handle_in_time, request, due)
        except RuntimeError:
            return None

    def _handle_in_time(self, request: RelayRequest, due: float) -> RelayResponse | None:
        return self._handle(request) if self._clock.monotonic() < due else None


def wsgi_handler(app: Callable[..., Iterable[bytes]]) -> Handle:
    """Answers relayed requests by calling the store's own WSGI application in this process."""

    def handle(request: RelayRequest) -> RelayResponse:
        if not relay.is_public(request.path):
            return _refused(404, "not_found", "There is nothing here.")
        if request.method not in relay.PUBLIC_METHODS:
            return _refused(
                405, "method_not_allowed", "Only GET, HEAD and POST are possible here."
            )
        return _call(app, request)

    return handle


def _call(app: Callable[..., Iterable[bytes]], request: RelayRequest) -> RelayResponse:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], _exc: object = None) -> None:
        started.append((status, headers))

    parts = app(_environ(request), start_response)
    try:
        body = _at_most(parts, relay.ANSWER_BODY_LIMIT)
    finally:
        getattr(parts, "close", lambda: None)()
    if body is None:
        return _refused(502, "too_large", "The answer is too large for the front door.")
    status, headers = started[-1]
    return RelayResponse(
        status=int(status.split(" ", 1)[0]), headers=relay.passed_on(headers), body=body
    )


def _at_most(parts: Iterable[bytes], limit: int) -> bytes | None:
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > limit:
            return None
    return bytes(body)


def _environ(request: RelayRequest) -> dict[str, Any]:
    host = request.host or "localhost"
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": relay.host_name(host),
        "SERVER_PORT": "443" if request.scheme == "https" else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": request.client,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        # Routes and limits that differ by way in look here; a header could be sent by anybody.
        "store_edge.via": "front_door",
    }
    for name, value in [*relay.passed_on(request.headers), ("Host", host)]:
        _put_header(environ, name, value)
    return environ


def _put_header(environ: dict[str, Any], name: str, value: str) -> None:
    if "_" in name:
        return  # would be taken for the same name with a dash
    key = name.upper().replace("-", "_")
    key = key if key == "CONTENT_TYPE" else f"HTTP_{key}"
    joint = "; " if key == "HTTP_COOKIE" else ","
    environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value


def _refused(status: int, code: str, message: str) -> RelayResponse:
    body = msgspec.json.encode({"error": {"code": code, "message": message, "details": {}}})
    return RelayResponse(status=status, headers=[("content-type", "application/json")], body=body)
