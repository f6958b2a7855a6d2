"""The question for a line ticket: it lets the store's own line in at the front door, once and soon."""

from __future__ import annotations

import msgspec

from sync.protocol import wire
from sync.protocol.limits import pack


class Ticketing:
    """A talk of one question, asked before anything else: customers wait for the line."""

    path = "line-ticket"

    def __init__(self) -> None:
        self.ticket: wire.LineTicket | None = None
        self.is_over = False

    def body(self) -> bytes:
        """See Talk."""
        return pack(b"{}")

    def accepted(self, body: bytes, seconds: float) -> None:
        """See Talk."""
        self.ticket = msgspec.json.decode(body, type=wire.LineTicket)
        self.is_over = True

    def refused(self, code: str) -> bool:
        """See Talk."""
        return False

    def lost(self) -> None:
        """The line asks again by itself, later."""
        self.is_over = True
