"""From one front door to another: small posts over connections that are kept open, HTTP/1.1 by h11."""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

from sync.doors.clock import Clock
from sync.protocol.relay import FRAME_LIMIT

CONNECT_SECONDS = 1.0
# Well below the time after which the other side closes a connection that nobody uses.
IDLE_SECONDS = 30.0
KEPT = 64
_CHUNK = 64 * 1024


class Unreached(Exception):
    """Not one byte was sent: whoever should have been asked does not know."""


@dataclass
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    talk: h11.Connection
    idle_since: float = 0.0


class Connections:
    """Posts to other front doors; at most KEPT connections to each wait for the next post."""

    def __init__(self, headers: Mapping[str, str], clock: Clock) -> None:
        self._headers = list(headers.items())
        self._clock = clock
        self._idle: dict[str, list[_Connection]] = defaultdict(list)

    async def post(self, door: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer; Unreached when there was no way, ConnectionError when it ended half-way."""
        connection = self._kept(door) or await _connect(door)
        is_good = False
        try:
            answer = await self._talk(connection, urlsplit(door).netloc, path, body)
            is_good = connection.talk.our_state is connection.talk.their_state is h11.DONE
        except h11.ProtocolError as error:
            raise ConnectionResetError(str(error)) from error
        finally:
            self._put_back(door, connection) if is_good else connection.writer.close()
        return answer

    async def close(self) -> None:
        """End all that wait for the next post."""
        idle = [each for kept in self._idle.values() for each in kept]
        self._idle.clear()
        for connection in idle:
            connection.writer.close()
        await asyncio.gather(
            *(connection.writer.wait_closed() for connection in idle), return_exceptions=True
        )

    async def _talk(
        self, connection: _Connection, host: str, path: str, body: bytes
    ) -> tuple[int, bytes]:
        talk = connection.talk
        headers = [("Host", host), *self._headers, ("Content-Length", str(len(body)))]
        request = h11.Request(method="POST", target=path, headers=headers)
        for part in (request, h11.Data(data=body), h11.EndOfMessage()):
            connection.writer.write(talk.send(part) or b"")
        await connection.writer.drain()
        return await _read(connection)

    def _kept(self, door: str) -> _Connection | None:
        idle = self._idle[door]
        while idle:
            found = idle.pop()
            is_old = self._clock.monotonic() - found.idle_since > IDLE_SECONDS
            if not (is_old or found.reader.at_eof() or found.writer.is_closing()):
                return found
            found.writer.close()
        return None

    def _put_back(self, door: str, connection: _Connection) -> None:
        connection.talk.start_next_cycle()
        connection.idle_since = self._clock.monotonic()
        if len(self._idle[door]) < KEPT:
            self._idle[door].append(connection)
        else:
            connection.writer.close()


async def _connect(door: str) -> _Connection:
    at = urlsplit(door)
    secured = ssl.create_default_context() if at.scheme == "https" else None
    port = at.port or (443 if secured else 80)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(at.hostname, port, ssl=secured)
    except (OSError, TimeoutError) as error:
        raise Unreached(door) from error
    return _Connection(reader, writer, h11.Connection(our_role=h11.CLIENT))


async def _read(connection: _Connection) -> tuple[int, bytes]:
    status, said = 0, bytearray()
    while True:
        event = connection.talk.next_event()
        if event is h11.NEED_DATA:
            connection.talk.receive_data(await connection.reader.read(_CHUNK))
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            said += event.data
        elif isinstance(event, h11.EndOfMessage):
            return status, bytes(said)
        if isinstance(event, h11.ConnectionClosed) or len(said) > FRAME_LIMIT:
            raise ConnectionResetError("no whole answer")
