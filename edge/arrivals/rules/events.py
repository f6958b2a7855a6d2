"""What happens on the way to the store: facts without ranges."""

from typing import ClassVar

from sync.core.event import Event


class JourneyStarted(Event, frozen=True, kw_only=True):
    """The customer tapped "on my way"."""

    aggregate: ClassVar[str] = "order_id"

    order_id: str
    mode: str = ""


class CustomerNear(Event, frozen=True, kw_only=True):
    """The customer came inside the near ring; taken back by itself when they leave it."""

    aggregate: ClassVar[str] = "order_id"

    order_id: str


class CustomerNotNear(Event, frozen=True, kw_only=True):
    """The customer left the near ring, turned away, or withdrew what told us so."""

    aggregate: ClassVar[str] = "order_id"

    order_id: str


class DoubleTapNoticed(Event, frozen=True, kw_only=True):
    """The taps "on my way" and "I am here" came together: the second is believed when said again."""

    aggregate: ClassVar[str] = "order_id"

    order_id: str


class ImpossibleLeadNoticed(Event, frozen=True, kw_only=True):
    """Said or shown to be here sooner than anybody drives from where the phone was last: a tap is asked again."""

    aggregate: ClassVar[str] = "order_id"

    order_id: str


class CustomerArrived(Event, frozen=True, kw_only=True):
    """The customer is at the store: a claim by tap, or evidence by a scan here or by staff."""

    aggregate: ClassVar[str] = "order_id"

    order_id: str
    how: str
    evidence: bool
    bay: str = ""


class JourneyEnded(Event, frozen=True, kw_only=True):
    """Nothing more is expected of this journey; `why` is served, cancelled, no_show or too_long."""

    aggregate: ClassVar[str] = "order_id"

    order_id: str
    why: str


class LearningForgotten(Event, frozen=True, kw_only=True):
    """A manager had the store forget what it had learnt of its own `what` from so many handovers."""

    aggregate: ClassVar[str] = "what"

    what: str
    handovers: int
