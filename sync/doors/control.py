"""The rehearsal's control channel: a conductor tells every process the time, over a socket of the machine.

It exists only when STORE_EDGE_REHEARSAL names a socket; without it business time is the machine's own.
One JSON line asks, one answers: {"op": "step", "now": "..."} sets the clock, does what is due and answers once
nothing is open in this process; {"op": "tick", "now": "..."} does the same and also waits until nothing is open
between processes; {"op": "settle"} only waits.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sync.doors.clock import Clock, SteppedClock, SystemClock
from sync.doors.local import LocalDoor

VARIABLE = "STORE_EDGE_REHEARSAL"
START_VARIABLE = "STORE_EDGE_REHEARSAL_START"

Settle = Callable[[], None]
Wake = Callable[[], object]


def clock_for(environment: Mapping[str, str] = os.environ) -> Clock:
    """The machine's clock, or in a rehearsal one that the conductor steps."""
    if VARIABLE not in environment:
        return SystemClock()
    return SteppedClock(datetime.fromisoformat(environment[START_VARIABLE]))


def is_rehearsal(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a conductor holds the time."""
    return VARIABLE in environment


class Control:
    """Listens for the conductor. `wake` does what is due now; `rest` returns when nothing is open in this
    process, `settle` when nothing is open at all.
    """

    def __init__(
        self, path: Path, clock: SteppedClock, *, wake: Wake, rest: Settle, settle: Settle
    ) -> None:
        self._clock = clock
        self._wake = wake
        self._rest = rest
        self._settle = settle
        self._door = LocalDoor(path, self._answer, name="control")

    def close(self) -> None:
        """Stop listening."""
        self._door.close()

    def _answer(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if asked["op"] in {"tick", "step"}:
            self._clock.set(datetime.fromisoformat(asked["now"]))
            self._wake()
        (self._rest if asked["op"] == "step" else self._settle)()
        return {"ok": True, "open": 0}


def open_control(
    clock: Clock,
    *,
    wake: Wake,
    settle: Settle,
    rest: Settle | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Control | None:
    """The control channel of this process in a rehearsal; None otherwise."""
    if VARIABLE not in environment or not isinstance(clock, SteppedClock):
        return None
    return Control(
        Path(environment[VARIABLE]), clock, wake=wake, rest=rest or settle, settle=settle
    )
