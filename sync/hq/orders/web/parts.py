"""What the routes about orders are given by app.py, and what they make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sync.hq.base.hq import Hq
from sync.hq.base.rows import Reader, Unit
from sync.hq.orders.actions.intake import Intake
from sync.hq.orders.rules.intake import HqOrder
from sync.hq.orders.rules.route import KnownStore


@dataclass(frozen=True)
class OrdersParts:
    """Ports of the orders feature."""

    stores: Callable[[Reader], list[KnownStore]]
    sent: Callable[[Unit, HqOrder], None]


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
    )
