"""What the staff screens know of one order at one moment: the order, its customer's way, and the work left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from edge.arrivals.rules import Eta, Journey, Phase, Source
from edge.arrivals.rules.journey import shown_phase
from edge.orders.rules import Finish, Order, State
from edge.orders.rules.claims import has_lapsed
from edge.plan.rules import SHIPPED, Lane, Placed, alone
from edge.screens import planning

_BEGUN = {State.PICKING, State.PICKED, State.STAGED}


@dataclass(frozen=True)
class Known:
    """One open order with everything that decides where it stands on the board."""

    order: Order
    journey: Journey
    eta: Eta
    now: datetime
    customer: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    viewer: str = ""
    planned: Placed | None = None

    @cached_property
    def place(self) -> Placed:
        """The order's place in the plan; one that has none, as it would be by itself."""
        if self.planned is not None:
            return self.planned
        work = planning.work(self.order, self.journey, self.eta, self.now)
        return alone(work, SHIPPED, self.now)

    @property
    def needed_by(self) -> datetime:
        """When the next job at the order must be done."""
        return self.place.needed_by

    @property
    def start_by(self) -> datetime:
        """When the next job at the order must begin."""
        return self.place.start_by

    @property
    def lane(self) -> Lane:
        """What to do with the order next."""
        return self.place.lane

    @cached_property
    def phase(self) -> Phase:
        """Where the customer stands, as people should see it."""
        if self.order.is_open and self.journey.phase is Phase.SERVED:
            # The handover was undone: whoever had come is still here.
            return Phase.ARRIVED if self.journey.arrived_at else Phase.NONE
        lost = self.eta.is_signal_lost
        return shown_phase(self.journey, silent_seconds=1.0 if lost else None, patience=0.0)

    @property
    def is_begun(self) -> bool:
        """Whether somebody has begun to pick or to make."""
        return self.order.state in _BEGUN or self.order.finish is Finish.STARTED

    @property
    def is_here(self) -> bool:
        """Whether the customer is at the store."""
        return planning.here_at(self.order, self.journey) is not None

    @property
    def is_soft(self) -> bool:
        """Whether the arrival is only promised, or the signal was lost."""
        return self.eta.source is Source.PROMISED or self.eta.is_signal_lost

    @property
    def decided(self) -> int:
        """Shelf lines that were looked for."""
        return sum(line.is_decided for line in self.order.shelf_lines)

    @property
    def is_others(self) -> bool:
        """Whether somebody else than the viewer fetches it; an unknown viewer is nobody else."""
        holder = self.order.picking_by
        is_fetched = self.order.state in {State.PICKING, State.PICKED}
        return bool(self.viewer and holder) and is_fetched and holder != self.viewer

    @property
    def is_left(self) -> bool:
        """Whether somebody began to fetch it and let their time run out."""
        return has_lapsed(self.order, self.now)

    def person(self, staff_id: str) -> str:
        """The short name of somebody on the staff; "" when nobody has it."""
        return self.people.get(staff_id, staff_id)
