"""When: one table of what is due by the clock. What is due is written down; APScheduler only wakes us.

Timers are rows that features set; jobs have a slot (such as a night) and a "last done" row. Whoever wakes us,
and however often, each timer and each slot is done once. After a clock jump the schedule is built anew.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from edge.acts.erase import ERASES, erase_customer
from edge.acts.warn_of_hold import HOLD_ENDS_SOON, warn_of_hold
from edge.acts.withdraw import lapse as lapse_consent
from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory
from edge.base import answers, store_record, timers, upkeep
from edge.base.edge import Edge
from edge.base.store_record import StoreUnknown
from edge.base.timers import Timer
from edge.base.unit import Unit
from edge.base.writer import ShuttingDown
from edge.consents import actions as consents
from edge.help import actions as help_calls
from edge.messages import actions as messages
from edge.offers import actions as offers
from edge.orders import actions as orders
from edge.profiles import actions as profiles
from edge.settings import Settings
from sync.core.errors import Refusal

LOOK_SECONDS = 1.0
JUMP_SECONDS = 2.0
# A job that failed is not tried at every look.
REST_SECONDS = 60.0

log = logging.getLogger("edge.jobs")

TimerWork = Callable[[Unit, str], object]
TimerTable = Mapping[str, TimerWork]


@dataclass(frozen=True)
class Job:
    """Work with a slot a day: `at` is store time, HH:MM. `work` returns a note for "last done"."""

    name: str
    at: str
    work: Callable[[Edge], str]


def timer_work(edge: Edge) -> TimerTable:
    """What each kind of timer does when it rings."""
    memory = edge.part(RangeMemory)
    return {
        orders.HOLD_ENDS: orders.hold_ended,
        orders.PASS_CLOSES: orders.pass_closes,
        help_calls.LAPSES: help_calls.lapse,
        arrivals.REPORTS_END: lambda unit, ref: arrivals.lapse(unit, ref, memory),
        profiles.PURGE: profiles.purge,
        ERASES: erase_customer,
        consents.ENDS: lambda unit, ref: lapse_consent(unit, ref, memory),
        offers.ENDS: offers.lapse,
        messages.ENDS: messages.lapse,
        HOLD_ENDS_SOON: warn_of_hold,
    }


def forget_old_answers(edge: Edge) -> str:
    """First answers are kept for some days; nobody repeats a request after that."""
    gone = edge.write(lambda unit: answers.forget_before(unit, unit.now - answers.KEPT))
    return f"{gone} answers forgotten"


def daily(settings: Settings, nightly: Callable[[Edge], str]) -> tuple[Job, ...]:
    """Every job with its time of the store's day; `nightly` is the comparison with HQ."""
    return (
        Job("nightly", settings.nightly_at, nightly),
        Job("forget_old_answers", "04:10", forget_old_answers),
        Job("forget_logs", "04:15", upkeep.forget_logs),
        Job("renew_certificate", "04:20", upkeep.renew_certificate),
        Job("backup", settings.backup_at, upkeep.make_backup),
        Job("backup_drill", "05:00", upkeep.drill),
    )


def slot_before(now: datetime, at: str, zone: ZoneInfo) -> datetime:
    """The newest daily slot that has begun, in UTC terms of the store's own day."""
    local = now.astimezone(zone)
    hour, minute = (int(part) for part in at.split(":"))
    slot = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return slot if slot <= local else slot - timedelta(days=1)


class Schedule:
    """Runs what is due. `wake` may be called by anybody at any time."""

    def __init__(self, edge: Edge, *, timer_work: TimerTable, jobs: Sequence[Job]) -> None:
        self._edge = edge
        self._timer_work = timer_work
        self._jobs = jobs
        self._one_at_a_time = threading.Lock()
        self._building = threading.Lock()
        self._stopping = threading.Event()
        self._rests_until: dict[str, float] = {}
        self._made_at = edge.clock.monotonic()
        self.jumps: deque[float] = deque(maxlen=100)
        self._scheduler: Any = None
        self._watch = threading.Thread(target=self._watch_clock, name="clock-watch", daemon=True)

    @property
    def up_seconds(self) -> float:
        """Real seconds since this was made."""
        return self._edge.clock.monotonic() - self._made_at

    @property
    def jobs(self) -> Sequence[Job]:
        """The daily jobs."""
        return self._jobs

    def start(self) -> None:
        """Do what became due while we were off, let APScheduler wake us, and watch the clock for jumps."""
        threading.Thread(target=self._begin, name="first-wake", daemon=True).start()
        self._watch.start()

    def stop(self) -> None:
        """Stop waking."""
        self._stopping.set()
        with self._building:
            if self._scheduler is not None:
                self._scheduler.shutdown(wait=False)
                self._scheduler = None

    def _begin(self) -> None:
        self._build()
        # Whoever stops at once leaves what is due to the next start.
        with suppress(ShuttingDown):
            self.wake()

    def wake(self) -> int:
        """Do all that is due; returns how many timers and jobs were done."""
        with self._one_at_a_time:
            return self._run_timers() + self._run_jobs()

    def _run_timers(self) -> int:
        done = 0
        while True:
            with self._edge.read() as reader:
                waiting = timers.due(reader, self._edge.clock.now())
            if not waiting:
                return done
            for timer in waiting:
                self._run_timer(timer)
                done += 1

    def _run_timer(self, timer: Timer) -> None:
        work = self._timer_work.get(timer.kind)

        def ring(unit: Unit) -> None:
            if not timers.take(unit, timer):
                return
            if work is None:
                log.error("nobody knows timers of kind %s", timer.kind)
                return
            work(unit, timer.ref)

        try:
            self._edge.write(ring)
        except Refusal as refusal:
            log.info("timer %s was not needed any more: %s", timer.kind, refusal.code)
            self._edge.write(lambda unit: timers.take(unit, timer))
        except Exception:
            log.exception("timer %s failed; it will be tried again in a minute", timer.kind)
            again = self._edge.clock.now() + timedelta(minutes=1)
            self._edge.write(lambda unit: unit.set_timer(timer.kind, timer.ref, again))

    def _run_jobs(self) -> int:
        return sum(self._run_job(job) for job in self._jobs)

    def _run_job(self, job: Job) -> int:
        if self._edge.clock.monotonic() < self._rests_until.get(job.name, 0.0):
            return 0
        with self._edge.read() as reader:
            try:
                slot = slot_before(self._edge.clock.now(), job.at, _zone(reader)).isoformat()
            except StoreUnknown:
                return 0
            if timers.was_done(reader, job.name, slot):
                return 0
        try:
            note = job.work(self._edge)
        except Exception:
            log.exception("job %s failed; it is tried again in a minute", job.name)
            self._rests_until[job.name] = self._edge.clock.monotonic() + REST_SECONDS
            return 0
        self._edge.write(lambda unit: timers.mark_done(unit, job.name, slot, note))
        return 1

    def _build(self) -> None:
        # Loaded here, in a thread of its own: nobody's first request has to wait for it.
        from apscheduler.schedulers.background import BackgroundScheduler

        with self._building:
            if self._scheduler is not None:
                self._scheduler.shutdown(wait=False)
            if self._stopping.is_set():
                return
            self._scheduler = BackgroundScheduler(
                job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
            )
            self._scheduler.add_job(self.wake, "interval", seconds=LOOK_SECONDS)
            self._scheduler.start()

    def _watch_clock(self) -> None:
        clock = self._edge.clock
        wall, monotonic = clock.wall(), clock.monotonic()
        while not self._stopping.wait(LOOK_SECONDS):
            now_wall, now_monotonic = clock.wall(), clock.monotonic()
            drift = (now_wall - wall).total_seconds() - (now_monotonic - monotonic)
            if abs(drift) > JUMP_SECONDS:
                log.warning("the clock jumped by %.0f s; building the schedule anew", drift)
                self.jumps.append(drift)
                self._build()
            wall, monotonic = now_wall, now_monotonic


def _zone(reader: Any) -> ZoneInfo:
    return store_record.load(reader).zone
