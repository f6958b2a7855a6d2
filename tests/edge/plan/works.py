"""Works for tests of the plan: values only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from edge.plan.rules import SHIPPED, Crew, Plan, Stage, Window, Work, make_plan

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes from now."""
    return NOW + timedelta(minutes=minutes)


def on_the_way(low: float, middle: float, high: float) -> Window:
    """A customer who is expected within a band of minutes."""
    return Window(at(low), at(middle), at(high))


def work(ref: str = "a", *, promise: float = 60, lines: int = 3, **more: Any) -> Work:
    """An order to pick, promised in an hour, of whose customer nothing was heard."""
    by_promise = Window(at(promise), at(promise), at(promise), is_known=False)
    plain = {"picking": Stage.WAITING, "coming": by_promise, "lines": {"ambient": lines}}
    return Work(ref=ref, promise_at=at(promise), **(plain | more))


def in_its_bin(ref: str = "a", **more: Any) -> Work:
    """An order whose bags are ready."""
    return work(ref, **({"picking": Stage.DONE, "lines": {}} | more))


def planned(*works: Work, people: int = 1, minutes: float = 0, **more: Any) -> Plan:
    """The plan for these, so many minutes from now."""
    return make_plan(works, SHIPPED, Crew(people), at(minutes), **more)
