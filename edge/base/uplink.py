"""The way to HQ as screens may know it: up or down, for how long, and what waits here meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class UplinkSeen:
    """How the way to HQ stands; `seconds` are real ones since HQ last answered, None before it ever did."""

    is_up: bool
    seconds: float | None = None
    backlog: int = 0


def _nothing() -> UplinkSeen | None:
    return None


class Uplink:
    """Asked by screens. Who drives the sync gives the answer; a store without HQ has none."""

    def __init__(self) -> None:
        self._look: Callable[[], UplinkSeen | None] = _nothing

    def answered_by(self, look: Callable[[], UplinkSeen | None]) -> None:
        """Say who knows: app.py gives the agent's own status."""
        self._look = look

    def seen(self) -> UplinkSeen | None:
        """How it stands now; None for a store that has no HQ."""
        return self._look()
