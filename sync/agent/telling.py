"""How the store is: told to HQ once in a while, when nothing else waits. Never kept, never repeated."""

from __future__ import annotations

from collections.abc import Callable

from sync.agent.talks import UNDERSTOOD
from sync.protocol import wire
from sync.protocol.limits import pack

TELL_SECONDS = 60.0

Look = Callable[[], wire.StoreHealth]


class Telling:
    """A talk of one message, about how the store is now."""

    path = "health"

    def __init__(self, look: Look) -> None:
        self._look = look

    def body(self) -> bytes:
        """See Talk."""
        return pack(wire.encode(self._look()))

    def accepted(self, body: bytes, seconds: float) -> None:
        """See Talk."""

    def refused(self, code: str) -> bool:
        """An older HQ does not know this address: nothing is lost by that."""
        return UNDERSTOOD

    def lost(self) -> None:
        """Told anew the next time, as things are then."""
