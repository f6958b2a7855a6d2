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


@dataclass(frozen=True)
class SyncSeen:
    """All that the sync says of itself, for the page about it; `seconds` as in UplinkSeen."""

    state: str
    is_up: bool
    is_enrolled: bool
    seconds: float | None
    backlog: int
    acked: int
    position: int
    quarantined: int
    problem: str


def _nothing() -> UplinkSeen | None:
    return None


def _no_sync() -> SyncSeen | None:
    return None


def _no_night() -> str:
    return ""


class Uplink:
    """Asked by screens. Who drives the sync gives the answer; a store without HQ has none."""

    def __init__(self) -> None:
        self._look: Callable[[], UplinkSeen | None] = _nothing
        self._tell: Callable[[], SyncSeen | None] = _no_sync
        self._compare: Callable[[], str] = _no_night

    def answered_by(self, look: Callable[[], UplinkSeen | None]) -> None:
        """Say who knows: app.py gives the agent's own status."""
        self._look = look

    def seen(self) -> UplinkSeen | None:
        """How it stands now; None for a store that has no HQ."""
        return self._look()

    def explained_by(
        self, tell: Callable[[], SyncSeen | None], compare: Callable[[], str]
    ) -> None:
        """Say who tells more, and who compares with HQ when somebody asks for it now."""
        self._tell, self._compare = tell, compare

    def explained(self) -> SyncSeen | None:
        """All there is to say; None where no sync runs."""
        return self._tell()

    def compare(self) -> str:
        """Do the night's comparison now; returns what there is to say. Waits for HQ: never inside a unit."""
        return self._compare()
