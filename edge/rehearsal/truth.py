"""The rehearsal's own log of what actors really did. It never asks the product."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge.rehearsal.day import PlannedOrder

HANDED_OVER, CANCELLED, NO_SHOW = "handed_over", "cancelled", "no_show"


@dataclass
class Life:
    """What really happened to one order; moments in seconds from opening."""

    planned: PlannedOrder
    shown_number: str
    is_sent: bool = False
    order_id: str = ""
    is_begun: bool = False
    is_being_made: bool = False
    # Somebody is outside with it, or on the way there.
    is_out: bool = False
    fetched_lines: set[int] = field(default_factory=set)
    staged_at: float | None = None
    finished_at: float | None = None
    came_at: float | None = None
    # The first moment at which the store accepted that the customer is here.
    seen_at: float | None = None
    given: list[tuple[float, str]] = field(default_factory=list)
    # When they were expected, as the store answered to each report: an instant in ISO form.
    expected: list[str] = field(default_factory=list)
    cancelled_at: float | None = None
    no_show_at: float | None = None
    # Somebody who is no actor had a hand in it: what they did, no actor knows. And how it then ended.
    is_foreign: bool = False
    foreign_end: str = ""

    @property
    def ready_at(self) -> float | None:
        """When the last of bags and made goods was there."""
        if self.staged_at is None or (self.planned.finish and self.finished_at is None):
            return None
        return max(self.staged_at, self.finished_at or self.staged_at)

    @property
    def end(self) -> str:
        """How it ended, or nothing yet."""
        if self.foreign_end or self.given:
            return self.foreign_end or HANDED_OVER
        if self.cancelled_at is not None:
            return CANCELLED
        return NO_SHOW if self.no_show_at is not None else ""

    @property
    def wait_s(self) -> float:
        """From the true arrival to the handover; never below 0."""
        return max(0.0, self.given[0][0] - (self.came_at or self.given[0][0]))

    @property
    def was_ready(self) -> bool:
        """Every bag staged and finished at the true arrival."""
        return self.ready_at is not None and self.ready_at <= (self.came_at or 0.0)

    @property
    def dwell_s(self) -> float:
        """From the last bag staged to the true arrival; never below 0."""
        return max(0.0, (self.came_at or 0.0) - (self.staged_at or 0.0))

    @property
    def was_fresh(self) -> bool:
        """Nothing made waited longer than it stays good."""
        finish = self.planned.finish
        if finish is None or self.finished_at is None:
            return finish is None
        return self.given[0][0] - self.finished_at <= finish.limit_s

    @property
    def was_unknown_on_arrival(self) -> bool:
        """The customer stood there before the store could know of the order: its line was cut."""
        return self.seen_at is not None and self.seen_at - (self.came_at or 0.0) > 1.0


@dataclass
class Truth:
    """All lives of a day, and what shoppers did."""

    lives: dict[str, Life] = field(default_factory=dict)
    redeemed: list[tuple[float, str]] = field(default_factory=list)
    refused_redemptions: int = 0
    add_ons: list[tuple[float, str]] = field(default_factory=list)
    reports_sent: int = 0
    reports_believed: int = 0
    cut_at: float | None = None
    mended_at: float | None = None

    @property
    def outage_s(self) -> float:
        """How long the uplink was really cut."""
        if self.cut_at is None or self.mended_at is None:
            return 0.0
        return self.mended_at - self.cut_at

    def handed_over(self) -> list[Life]:
        """Every order whose customer has it."""
        return [life for life in self.lives.values() if life.given]

    def count(self, end: str) -> int:
        """How many orders ended so; "" counts those still open."""
        return sum(life.end == end for life in self.lives.values() if life.is_sent)
