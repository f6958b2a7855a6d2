"""What the routes about orders are given by app.py, and what they make of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sync.hq.base.hq import Hq
from sync.hq.base.rows import Reader, Unit
from sync.hq.orders.actions.intake import Intake
from sync.hq.orders.rules.intake import HqOrder
from sync.hq.orders.rules.route import KnownStore


class Course(Protocol):
    """What a store told of one thing, oldest first: kind, at, body."""

    def __call__(
        self, reader: Reader, store_id: str, thing: str, *, since: datetime, until: datetime
    ) -> Sequence[Any]:
        """See sync.hq.stores.store.course.of_thing."""


@dataclass(frozen=True)
class OrdersParts:
    """Ports of the orders feature. `heard` says when a store last spoke (real time).

    `forget` erases a person beyond orders: pseudonym, the stores that knew them, the request it is for.
    `fetched` is the place in its feed that a store has taken over.
    """

    stores: Callable[[Reader], list[KnownStore]]
    sent: Callable[[Unit, HqOrder], None]
    course: Course
    heard: Callable[[Reader, str], datetime | None]
    may_have: Callable[[Reader, HqOrder], bool]
    forget: Callable[[Unit, str, Collection[str], str], None]
    fetched: Callable[[Reader, str], int]


def intake_at(hq: Hq, reader: Reader) -> Intake:
    """All that intake needs, as of now."""
    settings = hq.settings
    return Intake(
        stores=hq.part(OrdersParts).stores(reader),
        secret=hq.secret("pass.key"),
        feed=hq.feed,
        sent=hq.part(OrdersParts).sent,
        promise_minutes=settings.promise_minutes,
        hold=timedelta(minutes=settings.hold_minutes),
        pass_scheme=settings.pass_scheme,
        wake=hq.part(Bell).ring,
    )


def lane(source: str, source_id: str) -> str:
    """Messages about one order come one after the other, those about others meanwhile."""
    return f"order:{source}:{source_id}"


class Bell:
    """Rung after a commit that left work for the shops' worker; ringing it twice is ringing it once."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        """There is something to do."""
        self._rung.set()

    def clear(self) -> None:
        """Whoever works now sees all that was there before."""
        self._rung.clear()

    def wait(self, seconds: float) -> None:
        """Until it rings, or the time is up."""
        self._rung.wait(seconds)
