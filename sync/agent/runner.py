"""Drives a session with a real network, clock and thread. Other threads only drop wishes into its box."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from sync.agent.comparing import Comparing
from sync.agent.session import Session
from sync.agent.steps import Outcome, Rest, Send, Silence, Status
from sync.agent.ticketing import Ticketing
from sync.agent.transport import Transport
from sync.doors.clock import Clock
from sync.protocol.wire import LineTicket, NightReport

STUMBLE_SECONDS = 5.0
SETTLE_SECONDS = 30.0
TICKET_SECONDS = 5.0
# Events of one moment go in one batch.
LINGER_SECONDS = 0.02

log = logging.getLogger("sync.agent")


class Agent:
    """One thread that syncs. All its methods may be called from any thread."""

    def __init__(self, session: Session, transport: Transport, clock: Clock) -> None:
        self._session = session
        self._transport = transport
        self._clock = clock
        self._changed = threading.Condition()
        self._wishes: list[Callable[[], object]] = []
        self._rounds_asked = 0
        self._rounds_done = 0
        self._stopping = False
        self._status = Status()
        self._helper = ThreadPoolExecutor(1, "sync-packing")
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begin to sync."""
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not been stopped."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Stop after the request that is under way."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(timeout=STUMBLE_SECONDS)
        self._helper.shutdown(wait=False)

    def poke(self) -> None:
        """HQ has news, or the line is back: look at once."""
        self._wish(self._session.woken)

    def nudge(self) -> None:
        """The log has grown."""
        self._wish(lambda: None)

    def settle(self, seconds: float = SETTLE_SECONDS) -> Status:
        """Look once more; return when nothing is left to do, or the line is known to be down."""
        with self._changed:
            self._rounds_asked += 1
            mine = self._rounds_asked
            self._wishes.append(self._session.woken)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._rounds_done >= mine or self._stopping, seconds)
        return self.status()

    def want_compare(self, business_date: str) -> None:
        """Compare with HQ as soon as nothing else is left to say."""
        self._wish(lambda: self._session.compare(business_date))

    def compare(self, business_date: str, seconds: float = SETTLE_SECONDS) -> NightReport | None:
        """Compare with HQ; None if the line is down: then it follows by itself after the next contact."""
        started: list[Comparing] = []
        self._wish(lambda: started.append(self._session.compare(business_date)))
        self.settle(seconds)
        done = started[0] if started else None
        return done.report if done is not None and done.is_over else None

    def line_ticket(self, seconds: float = TICKET_SECONDS) -> LineTicket | None:
        """A ticket for the store's own line; None if HQ gave none in time."""
        asked: list[Ticketing] = []
        self._wish(lambda: asked.append(self._session.ask_ticket()))
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopping or (bool(asked) and asked[0].is_over), seconds
            )
        return asked[0].ticket if asked else None

    def status(self) -> Status:
        """Where things stand."""
        with self._changed:
            return self._status

    def _wish(self, wish: Callable[[], object]) -> None:
        with self._changed:
            self._wishes.append(wish)
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._stopping:
                    return
                wishes, self._wishes = self._wishes, []
                round_now = self._rounds_asked
            try:
                pause = self._round(wishes)
            except Exception:
                log.exception("sync stumbled; it goes on in %s s", STUMBLE_SECONDS)
                pause = STUMBLE_SECONDS
            if pause > 0:
                self._rest(pause, round_now)

    def _round(self, wishes: list[Callable[[], object]]) -> float:
        """Grant wishes, take one step; the seconds to rest after it (0: go on at once)."""
        for wish in wishes:
            wish()
        step = self._session.next(self._clock.monotonic())
        if isinstance(step, Send):
            outcome = self._carry(step)
            self._session.answered(step.sequence, outcome, self._clock.monotonic())
        status = self._session.status(self._clock.monotonic())
        with self._changed:
            self._status = status
            self._changed.notify_all()
        return max(step.seconds, LINGER_SECONDS) if isinstance(step, Rest) else 0.0

    def _carry(self, send: Send) -> Outcome:
        """Whatever happens on the way, there is an outcome: a session without one would wait for ever."""
        meanwhile = self._session.meanwhile()
        busy = self._helper.submit(meanwhile) if meanwhile else None
        try:
            return self._transport.send(send)
        except Exception as problem:
            log.exception("a request to HQ could not be sent")
            return Silence(f"{type(problem).__name__}: {problem}")
        finally:
            if busy is not None:
                wait([busy])

    def _rest(self, seconds: float, round_now: int) -> None:
        with self._changed:
            self._rounds_done = round_now
            self._changed.notify_all()
            self._changed.wait_for(lambda: bool(self._wishes) or self._stopping, seconds)
