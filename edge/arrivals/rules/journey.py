"""Where a customer stands, and what a report, a tap or a scan makes of it."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from edge.arrivals.rules import doubts
from edge.arrivals.rules.door import is_likely_here
from edge.arrivals.rules.doubts import Doubted
from edge.arrivals.rules.events import (
    CustomerArrived,
    CustomerNear,
    CustomerNotNear,
    DoubleTapNoticed,
    ImpossibleLeadNoticed,
    JourneyEnded,
    JourneyStarted,
)
from edge.arrivals.rules.reports import Trail
from sync.core.errors import Refusal
from sync.core.event import Event

DOUBLE_TAP_SECONDS = 90
SAME_START_SECONDS = 300
CLOSING_AGAIN_M = 300.0
# A first "I am here" with one of these is asked again.
ASKED = frozenset({Doubted.DOUBLE_TAP, Doubted.IMPOSSIBLE_LEAD})


class Phase(StrEnum):
    """Where the customer stands. `signal_lost` is shown, never stored: silence is no fact."""

    NONE = "none"
    EN_ROUTE = "en_route"
    NEAR = "near"
    ARRIVED = "arrived"
    SERVED = "served"
    SIGNAL_LOST = "signal_lost"
    TURNED_AWAY = "turned_away"


TRAVELLING = frozenset({Phase.EN_ROUTE, Phase.NEAR, Phase.TURNED_AWAY})

# The table of legal moves: from where each step may be taken, and where it leads.
MOVES: dict[str, tuple[frozenset[Phase], Phase]] = {
    "start": (frozenset({Phase.NONE}) | TRAVELLING, Phase.EN_ROUTE),
    "come_near": (frozenset({Phase.EN_ROUTE, Phase.TURNED_AWAY}), Phase.NEAR),
    "move_off": (frozenset({Phase.NEAR}), Phase.EN_ROUTE),
    "turn_away": (frozenset({Phase.EN_ROUTE, Phase.NEAR}), Phase.TURNED_AWAY),
    "come_back": (frozenset({Phase.TURNED_AWAY}), Phase.EN_ROUTE),
    "arrive": (frozenset({Phase.NONE}) | TRAVELLING, Phase.ARRIVED),
    "serve": (frozenset({Phase.NONE, Phase.ARRIVED}) | TRAVELLING, Phase.SERVED),
    "give_up": (frozenset({Phase.NONE, Phase.ARRIVED}) | TRAVELLING, Phase.NONE),
    "lapse": (TRAVELLING, Phase.NONE),
}


class JourneyOver(Refusal):
    """The order was handed over, or the journey ended: nothing more is reported for it."""

    code = "journey_over"
    status = 409
    sentence = "This trip is over. Nothing more is sent."


class How(StrEnum):
    """How an arrival became known."""

    TAP = "tap"
    BAY = "bay"
    KIOSK = "kiosk"
    DOOR = "door"
    STAFF = "staff"


class Ring(msgspec.Struct, frozen=True):
    """Near begins inside `near_m`; it ends only beyond `off_m`, so that a jitter changes nothing."""

    near_m: float = 400.0
    off_m: float = 600.0


class Journey(msgspec.Struct, frozen=True):
    """One customer's way to one order: what is stored of it, without ranges."""

    order_id: str
    phase: Phase = Phase.NONE
    mode: str = ""
    started_at: datetime | None = None
    near_at: datetime | None = None
    arrived_at: datetime | None = None
    arrived_how: str = ""
    evidence_at: datetime | None = None
    bay: str = ""
    doubts: tuple[Doubted, ...] = ()
    likely_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def has_arrived(self) -> bool:
        """At the store, by claim or evidence."""
        return self.phase is Phase.ARRIVED

    @property
    def proof_at(self) -> datetime | None:
        """The earliest proof that the customer was here: a scan, staff, or ranges that stood still; else None."""
        if self.arrived_at is None:
            return None
        proofs = [at for at in (self.evidence_at, self.likely_at) if at is not None]
        return min(proofs, default=None)

    @property
    def best_evidence_at(self) -> datetime | None:
        """When the customer came, by the second clock: the earliest proof, else the claim."""
        return self.proof_at or self.arrived_at

    @property
    def is_doubtful(self) -> bool:
        """Whether "I am here" was said when it can hardly have been so."""
        return not ASKED.isdisjoint(self.doubts)

    @property
    def asks_again(self) -> bool:
        """Whether "I am here" was said and is believed only when it is said once more."""
        return self.is_doubtful and not self.has_arrived

    @property
    def is_over(self) -> bool:
        """Served, or given up."""
        return self.ended_at is not None


Step = tuple[Journey, list[Event]]


def start(journey: Journey, at: datetime, *, mode: str = "") -> Step:
    """The customer sets out, or sets out again after turning back."""
    _refuse_when_over(journey)
    if not may(journey, "start") or _just_started(journey, at):
        return journey, []
    begun = Journey(journey.order_id, Phase.EN_ROUTE, mode=mode, started_at=at)
    return begun, [JourneyStarted(order_id=journey.order_id, mode=mode)]


def advance(journey: Journey, trail: Trail, ring: Ring, at: datetime) -> Step:
    """What the newest believed report makes of the journey; most reports change nothing."""
    if journey.phase not in TRAVELLING or trail.last is None or trail.last.distance_m is None:
        return journey, []
    order_id, distance_m = journey.order_id, trail.last.distance_m
    slack_m = min(40.0, 0.5 * (trail.last.accuracy_m or 0.0))
    if distance_m <= ring.near_m + slack_m and may(journey, "come_near"):
        near = _moved(journey, "come_near", near_at=at)
        return _looks(_standing(near, trail, at), None), [CustomerNear(order_id=order_id)]
    if distance_m > ring.off_m + slack_m and may(journey, "move_off"):
        off = _moved(journey, "move_off", near_at=None, likely_at=None)
        return _looks(off, Doubted.PASSED_BY), [CustomerNotNear(order_id=order_id)]
    if may(journey, "turn_away") and _has_turned(trail, distance_m):
        away = _looks(_moved(journey, "turn_away"), Doubted.TURNED_BACK)
        return away, [CustomerNotNear(order_id=order_id)]
    if may(journey, "come_back") and _is_closing(trail, distance_m):
        return _looks(_moved(journey, "come_back"), None), []
    return _standing(journey, trail, at), []


def arrive(
    journey: Journey, at: datetime, *, how: How, bay: str = "", is_impossible: bool = False
) -> Step:
    """The customer says or shows that they are here; a scan turns an earlier claim into evidence.

    `is_impossible`: the phone was farther away than anybody drives in that time (doubts.is_impossible_lead).
    """
    _refuse_when_over(journey)
    evidence = how in (How.KIOSK, How.DOOR, How.STAFF)
    noticed, told = _noticed(journey, at, is_claim=not evidence, is_impossible=is_impossible)
    if told and not evidence:
        return noticed, told
    news = not journey.has_arrived or (evidence and journey.evidence_at is None)
    if not news and bay in ("", journey.bay):
        return journey, []
    bay = bay or journey.bay
    arrived = replace(
        noticed,
        phase=Phase.ARRIVED,
        arrived_at=journey.arrived_at or at,
        arrived_how=journey.arrived_how or how.value,
        evidence_at=journey.evidence_at or (at if evidence else None),
        doubts=doubts.without(noticed.doubts, _settled(evidence=evidence)),
        bay=bay,
    )
    fact = CustomerArrived(order_id=journey.order_id, how=how.value, evidence=evidence, bay=bay)
    return arrived, [*told, fact]


def end(journey: Journey, at: datetime, *, why: str) -> Step:
    """Handed over, cancelled or a no-show: nothing follows."""
    verb = "serve" if why == "served" else "give_up"
    if journey.is_over or not may(journey, verb):
        return journey, []
    ended = _moved(journey, verb, ended_at=at)
    return ended, [JourneyEnded(order_id=journey.order_id, why=why)]


def lapse(journey: Journey, at: datetime) -> Step:
    """Two hours on the way: nobody is expected any more, but they may set out again."""
    if not may(journey, "lapse"):
        return journey, []
    return Journey(journey.order_id), [JourneyEnded(order_id=journey.order_id, why="too_long")]


def forget_range(journey: Journey) -> Step:
    """After a withdrawal: what the ranges told is not known any more; taps and scans still are."""
    known = replace(
        journey, doubts=doubts.without(journey.doubts, doubts.BY_RANGE), likely_at=None
    )
    if journey.phase is Phase.TURNED_AWAY:
        return _moved(known, "come_back"), []
    if journey.phase is not Phase.NEAR:
        return known, []
    off = _moved(known, "move_off", near_at=None)
    return off, [CustomerNotNear(order_id=journey.order_id)]


def may(journey: Journey, verb: str) -> bool:
    """Whether the table of moves allows this step from here."""
    return journey.phase in MOVES[verb][0]


def is_double_tap(journey: Journey, at: datetime) -> bool:
    """Said "I am here" right after "on my way", and nothing shows them near."""
    if journey.phase is not Phase.EN_ROUTE or journey.started_at is None:
        return False
    return at - journey.started_at < timedelta(seconds=DOUBLE_TAP_SECONDS)


def shown_phase(journey: Journey, *, silent_seconds: float | None, patience: float) -> Phase:
    """The phase for people: travelling and silent for too long is `signal_lost`."""
    is_silent = silent_seconds is not None and silent_seconds > patience
    if is_silent and journey.phase in (Phase.EN_ROUTE, Phase.NEAR):
        return Phase.SIGNAL_LOST
    return journey.phase


def _moved(journey: Journey, verb: str, **changes: datetime | None) -> Journey:
    return replace(journey, phase=MOVES[verb][1], **changes)


def _looks(journey: Journey, now: Doubted | None) -> Journey:
    return replace(journey, doubts=doubts.on_the_way(journey.doubts, now))


def _standing(journey: Journey, trail: Trail, at: datetime) -> Journey:
    """Note when the ranges first looked like somebody standing at the store: evidence of a time, not an arrival."""
    if journey.phase is not Phase.NEAR or journey.likely_at or not is_likely_here(trail):
        return journey
    return replace(journey, likely_at=at)


def _noticed(
    journey: Journey, at: datetime, *, is_claim: bool, is_impossible: bool
) -> tuple[Journey, list[Event]]:
    """The first doubt about an arrival, noted once: who says it again is believed, and the doubt stays to be seen."""
    if journey.has_arrived or journey.is_doubtful:
        return journey, []
    noticed: tuple[Doubted, Event]
    if is_impossible:
        noticed = Doubted.IMPOSSIBLE_LEAD, ImpossibleLeadNoticed(order_id=journey.order_id)
    elif is_claim and is_double_tap(journey, at):
        noticed = Doubted.DOUBLE_TAP, DoubleTapNoticed(order_id=journey.order_id)
    else:
        return journey, []
    doubt, fact = noticed
    return replace(journey, doubts=doubts.with_one(journey.doubts, doubt)), [fact]


def _settled(*, evidence: bool) -> frozenset[Doubted]:
    """What an arrival answers: how the way looked; and if the store saw it itself, also the hasty tap."""
    return doubts.OF_THE_WAY | {Doubted.DOUBLE_TAP} if evidence else doubts.OF_THE_WAY


def _just_started(journey: Journey, at: datetime) -> bool:
    if journey.phase not in (Phase.EN_ROUTE, Phase.NEAR) or journey.started_at is None:
        return False
    return at - journey.started_at < timedelta(seconds=SAME_START_SECONDS)


def _has_turned(trail: Trail, distance_m: float) -> bool:
    # Within the last kilometre, or closing, nobody turns away: most reports need no look back.
    is_closing = len(trail.reports) < 2 or distance_m <= (trail.reports[-2].distance_m or 0.0)
    if is_closing or distance_m <= 1_000.0:
        return False
    closest_m = min(one.distance_m or 0.0 for one in trail.reports)
    return distance_m > 1.5 * closest_m + 1_000.0


def _is_closing(trail: Trail, distance_m: float) -> bool:
    farthest_m = max(one.distance_m or 0.0 for one in trail.reports)
    return farthest_m - distance_m > CLOSING_AGAIN_M


def _refuse_when_over(journey: Journey) -> None:
    if journey.is_over:
        raise JourneyOver
