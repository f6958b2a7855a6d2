"""What is true of a call for help: somebody asks, somebody with a name comes, or it lapses."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sync.core.errors import Refusal
from sync.core.event import Event

LAPSES_AFTER = timedelta(minutes=30)


class Surface(StrEnum):
    """Where somebody asked."""

    KIOSK = "kiosk"
    PASS = "pass"
    BOARD = "board"
    DISPLAY = "display"
    DESK = "desk"


class Topic(StrEnum):
    """What it is about, so that the right person comes with the right thing."""

    ORDER = "order"
    NUMBER = "number"
    PASS = "pass"
    PRODUCT = "product"
    OFFER = "offer"
    PAY = "pay"
    CARRY = "carry"
    COLLEAGUE = "colleague"
    CALL = "call"
    OTHER = "other"


class CallState(StrEnum):
    """Open until somebody comes or nobody waits any more."""

    OPEN = "open"
    ANSWERED = "answered"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call for help; from a paired device, or from the pass of an order."""

    call_id: str
    surface: Surface
    topic: Topic
    device_id: str
    order_id: str
    called_at: datetime
    state: CallState = CallState.OPEN
    answered_by: str = ""


class HelpCalled(Event, frozen=True, kw_only=True):
    """Somebody asks for a person."""

    aggregate: ClassVar[str] = "call_id"
    call_id: str
    surface: str
    topic: str
    order_id: str = ""
    device_id: str = ""


class HelpAnswered(Event, frozen=True, kw_only=True):
    """Somebody on the staff comes."""

    aggregate: ClassVar[str] = "call_id"
    call_id: str


class HelpLapsed(Event, frozen=True, kw_only=True):
    """Nobody came in time; the call is off the board and in the figures."""

    aggregate: ClassVar[str] = "call_id"
    call_id: str


class CallUnknown(Refusal):
    """No call of this id."""

    code = "call_unknown"
    status = 404
    sentence = "There is no such call for help."


class CallClosed(Refusal):
    """Somebody else comes already, or the call is long over."""

    code = "call_closed"
    status = 409
    sentence = "This call is closed: somebody has taken it, or it is long over."


def answer(call: Call, *, by: str) -> Call:
    """Take a call: one person comes."""
    if call.state is not CallState.OPEN:
        raise CallClosed
    return replace(call, state=CallState.ANSWERED, answered_by=by)


def lapse(call: Call, at: datetime) -> Call:
    """Close a call that nobody took; a younger or closed one stays as it is."""
    if call.state is not CallState.OPEN or at < call.called_at + LAPSES_AFTER:
        return call
    return replace(call, state=CallState.LAPSED)
