"""The words between the session and the world: what to send or how long to rest, and what came back."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """Where the sync of a store stands, by name."""

    NOT_ENROLLED = "not_enrolled"
    STARTING = "starting"
    SYNCING = "syncing"
    UP_TO_DATE = "up_to_date"
    LINE_DOWN = "line_down"
    HQ_BUSY = "hq_busy"
    REFUSED = "refused"
    FORKED = "forked"
    EPOCH_CLOSED = "epoch_closed"
    GAP_AT_HQ = "gap_at_hq"
    EVENT_TOO_LARGE = "event_too_large"
    HQ_IS_NEWER = "hq_is_newer"


SENTENCES = {
    State.NOT_ENROLLED: "This store is not enrolled at HQ yet.",
    State.STARTING: "Saying hello to HQ.",
    State.SYNCING: "Exchanging news with HQ.",
    State.UP_TO_DATE: "HQ knows everything that happened here.",
    State.LINE_DOWN: "HQ cannot be reached. The store works on; news is sent when the line is back.",
    State.HQ_BUSY: "HQ is busy and asked us to come back later.",
    State.REFUSED: "HQ refuses this store's requests. Somebody must look at it.",
    State.FORKED: "HQ knows another history of this store: it was restored or copied. "
    "Nothing is sent until somebody decides.",
    State.EPOCH_CLOSED: "HQ has replaced this computer by another. Enrol it again to go on.",
    State.GAP_AT_HQ: "HQ lost events that this store no longer keeps. Somebody must look at it.",
    State.EVENT_TOO_LARGE: "One event is too large for HQ. Somebody must look at it.",
    State.HQ_IS_NEWER: "HQ is too new for this version. Update this computer.",
}


@dataclass(frozen=True)
class Send:
    """Post this body (packed) and give the answer back under the same sequence."""

    path: str
    body: bytes
    nonce: str
    sequence: int


@dataclass(frozen=True)
class Rest:
    """Nothing to send for so many real seconds, unless somebody wakes us."""

    seconds: float


Step = Send | Rest


@dataclass(frozen=True)
class Answer:
    """What HQ said."""

    status: int
    body: bytes
    retry_after: float | None = None


@dataclass(frozen=True)
class Silence:
    """No answer: nobody knows whether HQ heard us."""

    reason: str
    timed_out: bool = False


Outcome = Answer | Silence


@dataclass(frozen=True)
class Status:
    """For the board's header and the rehearsal."""

    state: State = State.STARTING
    backlog: int = 0
    acked: int = 0
    safe_through: int = 0
    quarantined: int = 0
    # Real seconds since HQ last answered; None before it ever did.
    since_contact: float | None = None
    problem: str = ""
    settled: bool = False
    is_down: bool = field(default=False)

    @property
    def sentence(self) -> str:
        """The state in plain words; the key of its translations."""
        return SENTENCES[self.state]
