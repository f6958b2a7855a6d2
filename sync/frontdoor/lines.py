"""Which store is behind which line: all that the front door remembers, in memory only."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sync.core.errors import Refusal
from sync.frontdoor.refusals import StoreBusy, StoreUnreachable
from sync.protocol.relay import (
    IN_FLIGHT_LIMIT,
    QUEUE_LIMIT,
    QUEUE_SECONDS,
    RELAY_TIMEOUT_SECONDS,
    SUSPECT_TIMEOUT_SECONDS,
    TICKET_LIFE,
    Ticket,
    TicketReplayed,
    host_name,
)

# What comes back for one request, once.
Answer = asyncio.Future[tuple[object, ...]]


class Line:
    """One store's connection, the requests that wait for an answer on it, and those that wait for a place."""

    def __init__(self, sid: str, ticket: Ticket) -> None:
        self.sid = sid
        self.store_id = ticket.store_id
        self.host = host_name(ticket.public_host)
        self.is_suspect = False
        self.is_lost = False
        self.waiting: set[Answer] = set()
        # Whose turn comes next, in the order of coming; nothing of a request but its turn is held here.
        self.queue: dict[asyncio.Future[None], Answer] = {}

    @property
    def patience_seconds(self) -> float:
        """How long a request waits: short once the line has let one down, until it is heard again."""
        return SUSPECT_TIMEOUT_SECONDS if self.is_suspect else RELAY_TIMEOUT_SECONDS

    @property
    def is_full(self) -> bool:
        """Whether one more request would find no place and no room to wait for one."""
        return len(self.waiting) >= IN_FLIGHT_LIMIT and len(self.queue) >= QUEUE_LIMIT

    def heard(self) -> None:
        """Any frame came: the line lives."""
        self.is_suspect = False

    async def turn(self) -> Answer:
        """A place on the line: at once, or after those who came before; what comes back is the answer to be.

        StoreBusy when too many wait or it took too long, StoreUnreachable when the line ended: either way
        the store was never asked. Give the place back with `leave`.
        """
        if self.is_lost:
            raise StoreUnreachable
        loop = asyncio.get_running_loop()
        answer: Answer = loop.create_future()
        if len(self.waiting) < IN_FLIGHT_LIMIT:
            self.waiting.add(answer)
        else:
            await self._queued(loop.create_future(), answer)
        return answer

    async def _queued(self, turn: asyncio.Future[None], answer: Answer) -> None:
        if self.is_full:
            raise StoreBusy
        # Half the patience at most: who got a place must still have time for the answer.
        seconds = min(QUEUE_SECONDS, self.patience_seconds / 2)
        late = turn.get_loop().call_later(seconds, _refuse, turn, StoreBusy())
        self.queue[turn] = answer
        try:
            await turn
        finally:
            late.cancel()
            self.queue.pop(turn, None)

    def leave(self, answer: Answer) -> None:
        """The place is given back, and so to whoever waits longest."""
        self.waiting.discard(answer)
        for turn, theirs in self.queue.items():
            if not turn.done():
                # Theirs from this moment on, or somebody who comes now would slip in before them.
                self.waiting.add(theirs)
                turn.set_result(None)
                return

    def lost(self) -> None:
        """The connection ended: nobody needs to wait for its answers any longer."""
        self.is_lost = True
        for turn in self.queue:
            _refuse(turn, StoreUnreachable())
        for answer in self.waiting:
            if not answer.done():
                answer.set_exception(ConnectionResetError())


def _refuse(turn: asyncio.Future[None], why: Refusal) -> None:
    if not turn.done():
        turn.set_exception(why)


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

    def retire(self, sid: str) -> None:
        """A line gets no more requests; those under way go on. A newer one of the same store stays."""
        line = self._by_sid.get(sid)
        if line is not None and self._of_store.get(line.store_id) is line:
            del self._of_store[line.store_id]

    def remove(self, sid: str) -> None:
        """A line ended."""
        self.retire(sid)
        if (line := self._by_sid.pop(sid, None)) is not None:
            line.lost()

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
