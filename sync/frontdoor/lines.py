"""Which store is behind which line: all that the front door remembers, in memory only."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sync.protocol.relay import (
    RELAY_TIMEOUT_SECONDS,
    SUSPECT_TIMEOUT_SECONDS,
    TICKET_LIFE,
    Ticket,
    TicketReplayed,
    host_name,
)


class Line:
    """One store's connection and the requests that wait for an answer on it."""

    def __init__(self, sid: str, ticket: Ticket) -> None:
        self.sid = sid
        self.store_id = ticket.store_id
        self.host = host_name(ticket.public_host)
        self.is_suspect = False
        self.waiting: set[asyncio.Future[tuple[object, ...]]] = set()

    @property
    def patience_seconds(self) -> float:
        """How long a request waits: short once the line has let one down, until it is heard again."""
        return SUSPECT_TIMEOUT_SECONDS if self.is_suspect else RELAY_TIMEOUT_SECONDS

    def heard(self) -> None:
        """Any frame came: the line lives."""
        self.is_suspect = False

    def lost(self) -> None:
        """The connection ended: nobody needs to wait for its answers any longer."""
        for answer in self.waiting:
            if not answer.done():
                answer.set_exception(ConnectionResetError())


class Lines:
    """Newest line of each store, found by public name."""

    def __init__(self) -> None:
        self._of_store: dict[str, Line] = {}
        self._by_sid: dict[str, Line] = {}
        self._store_at: dict[str, str] = {}

    def add(self, line: Line) -> None:
        """A store called in; its older line, if any, no longer gets requests."""
        self._by_sid[line.sid] = line
        self._of_store[line.store_id] = line
        self._store_at[line.host] = line.store_id

    def remove(self, sid: str) -> None:
        """A line ended. A newer one of the same store stays."""
        line = self._by_sid.pop(sid, None)
        if line is None:
            return
        line.lost()
        if self._of_store.get(line.store_id) is line:
            del self._of_store[line.store_id]

    def knows(self, host: str) -> bool:
        """Whether a store has called in under this name before."""
        return host_name(host) in self._store_at

    def at(self, host: str) -> Line | None:
        """The line that answers for this name now."""
        return self.of(self._store_at.get(host_name(host), ""))

    def of(self, store_id: str) -> Line | None:
        """The line of this store now."""
        return self._of_store.get(store_id)


class UsedTickets:
    """Makes a ticket good for one connection, also across a restart of the front door."""

    def __init__(self, started: datetime) -> None:
        # A ticket that may have been used before we started would have lapsed by then.
        self._oldest_exp = int((started + TICKET_LIFE).timestamp())
        self._exp_of: dict[str, int] = {}

    def use(self, ticket: Ticket, *, now: datetime) -> None:
        """Remember the ticket until it expires by itself; refuse it the second time."""
        self._exp_of = {n: exp for n, exp in self._exp_of.items() if exp > now.timestamp()}
        if ticket.nonce in self._exp_of or ticket.exp < self._oldest_exp:
            raise TicketReplayed
        self._exp_of[ticket.nonce] = ticket.exp
