"""A store's uplink that can be cut, frozen or slowed: a TCP proxy which the rehearsal owns.

cut: connections end and new ones are closed at once. freeze: nothing moves, and nobody is told.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar
from weakref import WeakSet

T = TypeVar("T")

_CHUNK = 64 * 1024
# An aborted connection is really closed one round of the loop later.
LAST_ROUNDS = 3
GRACE_SECONDS = 0.02


class Uplink:
    """Passes bytes from its own port to a target, until told otherwise."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="uplink", daemon=True)
        self._flowing = asyncio.Event()
        self._is_cut = False
        self._delay_seconds = 0.0
        self._writers: set[asyncio.StreamWriter] = set()
        self._transports: WeakSet[asyncio.WriteTransport] = WeakSet()
        self._pumps: set[asyncio.Task[None]] = set()
        self.port = 0
        self.bytes_passed = 0

    def start(self) -> int:
        """Listen on a free loopback port and return it."""
        self._thread.start()
        self.port = self._run(self._listen())
        return self.port

    def stop(self) -> None:
        """Close everything."""
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """End all connections and let none in."""
        self._run(self._cut())

    def freeze(self) -> None:
        """Hold all bytes back without closing anything, as a stalled line does."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def slow(self, seconds: float) -> None:
        """Hold each piece back for `seconds`."""
        self._delay_seconds = seconds

    def mend(self) -> None:
        """Undo cut, freeze and slow; what was held back is delivered."""
        self._is_cut, self._delay_seconds = False, 0.0
        self._loop.call_soon_threadsafe(self._flowing.set)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> int:
        self._flowing.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _close(self) -> None:
        self._server.close()
        await self._cut()
        self._flowing.set()
        # Who was just let in is shown out by its own task; then whoever is left ends, for a task that
        # outlives its loop keeps its sockets open.
        await asyncio.sleep(GRACE_SECONDS)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        for transport in list(self._transports):
            transport.abort()
        for _ in range(LAST_ROUNDS):
            await asyncio.sleep(0)

    async def _cut(self) -> None:
        self._is_cut = True
        for writer in list(self._writers):
            writer.transport.abort()

    def _lets_nobody_in(self) -> bool:
        return self._is_cut

    async def _serve(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        self._transports.add(to_near.transport)
        if self._lets_nobody_in():
            to_near.transport.abort()
            return
        try:
            far, to_far = await asyncio.open_connection(*self._target)
        except OSError:
            to_near.transport.abort()
            return
        self._transports.add(to_far.transport)
        self._writers |= {to_near, to_far}
        if self._lets_nobody_in():
            await self._cut()
            return
        for source, sink in ((near, to_far), (far, to_near)):
            pump = asyncio.create_task(self._pump(source, sink))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while piece := await source.read(_CHUNK):
                await self._flowing.wait()
                if self._delay_seconds:
                    await asyncio.sleep(self._delay_seconds)
                self.bytes_passed += len(piece)
                sink.write(piece)
                await sink.drain()
        except OSError:
            pass
        finally:
            sink.close()
            self._writers.discard(sink)
