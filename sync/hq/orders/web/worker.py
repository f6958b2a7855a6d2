"""The worker that calls shops: one thread a process. Who works on which row is decided by the row's lease."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from sync.core.errors import Refusal
from sync.hq.base.hq import Hq
from sync.hq.base.rows import Unit
from sync.hq.orders.actions import calls, privacy
from sync.hq.orders.actions.calls import Job
from sync.hq.orders.rules.calls import CallFailed
from sync.hq.orders.store import calls as rows
from sync.hq.orders.store import privacy as requests_store
from sync.hq.orders.web.calling import Caller
from sync.hq.orders.web.parts import Bell, OrdersParts, intake_at, lane

LOOK_SECONDS = 5.0
# A call that takes longer is left to its lease: the process need not wait for a slow shop.
STOP_SECONDS = 1.0
CLAIMING = "shop calls"

log = logging.getLogger("hq.shops")


class ShopWorker:
    """Works as long as something is due, then waits for the bell or for the next due time."""

    def __init__(self, hq: Hq, caller: Caller | None = None) -> None:
        self._hq = hq
        self._caller = caller or Caller(hq.home, hq.clock)
        self._holder = hq.ids.token(8)
        self._bell = hq.part(Bell)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="hq-shops", daemon=True)

    def start(self) -> None:
        """Begin to work in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End after the call that is under way; what is left waits in its rows."""
        self._stopping = True
        self._bell.ring()
        if self._thread.is_alive():
            self._thread.join(timeout=STOP_SECONDS)

    def work(self) -> int:
        """Do all that is due now; says how many calls were made."""
        done = 0
        while not self._stopping and (jobs := self._begin()):
            for job in jobs:
                self._do(job)
            done += len(jobs)
        self._forget_people()
        return done

    def _begin(self) -> list[Job]:
        # One at a time: a row that waits behind a slow shop would lose its lease.
        jobs: list[Job] = self._hq.write(
            lambda unit: calls.begin(unit, holder=self._holder, most=1), lane=CLAIMING
        )
        return jobs

    def _do(self, job: Job) -> None:
        own = lane(job.call.source, job.call.source_id)
        try:
            read = self._caller.call(job)
            self._hq.write(lambda unit: self._finish(unit, job, read), lane=own)
        except Refusal as refusal:
            self._put_back(job, _failure(refusal), own)
        except Exception as problem:
            # Counted like any failure, so that a person hears of an order that we cannot read.
            log.exception("an answer of %s could not be used", job.call.source)
            said = f"its answer broke our reading ({type(problem).__name__})"
            self._put_back(job, CallFailed(said), own)

    def _finish(self, unit: Unit, job: Job, read: object) -> bool:
        return calls.finish(unit, job, read, intake=intake_at(self._hq, unit))  # type: ignore[arg-type]

    def _put_back(self, job: Job, failed: CallFailed, own: str) -> None:
        jitter = self._hq.ids.uniform(0.0, 1.0)
        self._hq.write(
            lambda unit: calls.fail(
                unit, job, failed, jitter=jitter, intake=intake_at(self._hq, unit)
            ),
            lane=own,
        )
        log.warning("shop %s: %s", job.call.source, failed.problem)

    def _forget_people(self) -> None:
        parts = self._hq.part(OrdersParts)
        with self._hq.read() as reader:
            due = [
                request
                for request in requests_store.to_carry_out(reader)
                if privacy.can_go_on(reader, request, fetched=parts.fetched)
            ]
        for request in due:
            while not self._stopping and self._hq.write(
                lambda unit, request_id=request.request_id: privacy.carry_out(  # type: ignore[misc]
                    unit, request_id, erasing=self._erasing(unit)
                )
            ):
                pass

    def _erasing(self, unit: Unit) -> privacy.Erasing:
        parts = self._hq.part(OrdersParts)
        return privacy.Erasing(
            intake=intake_at(self._hq, unit), forget=parts.forget, fetched=parts.fetched
        )

    def _run(self) -> None:
        while not self._stopping:
            self._bell.clear()
            try:
                self.work()
                pause = self._pause()
            except Exception:
                # Whatever it was, its row waits; without this thread no shop would ever be asked again.
                log.exception("the work at shops was interrupted")
                pause = LOOK_SECONDS
            self._bell.wait(pause)

    def _pause(self) -> float:
        """Real seconds until there may be something to do."""
        clock = self._hq.clock
        with self._hq.read() as reader:
            due = rows.next_due(reader)
        if due is None or due <= clock.now() + timedelta(seconds=0):
            return LOOK_SECONDS
        return min(LOOK_SECONDS, clock.real_seconds_until(due))


def _failure(refusal: Refusal) -> CallFailed:
    if isinstance(refusal, CallFailed):
        return refusal
    return CallFailed(f"its answer is no order we know ({refusal.code})")
