"""What is true of people and devices: PINs, delays after wrong ones, how long a sign-in lasts."""

import hashlib
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sync.core import base32
from sync.core.errors import Refusal
from sync.core.event import Event

SHORTEST_PIN = 6
LONGEST_PIN = 12
LONGEST_DELAY_SECONDS = 300.0
DEVICE_LOCK_AFTER = 10
IDLE_SECONDS = 10 * 60.0
ABSOLUTE_SECONDS = 12 * 3600.0
FRESH_PIN_SECONDS = 5 * 60.0
CODE_LIFE = timedelta(minutes=10)
CODE_BYTES = 10
TOKEN_BYTES = 16


class Role(StrEnum):
    """What somebody may do: fetch and hand over, or also decide on offers and people."""

    PICKER = "picker"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works here; `failures` counts wrong PINs since the last right one."""

    staff_id: str
    name: str
    role: Role
    pin_hash: str
    is_active: bool = True
    failures: int = 0


class Kind(StrEnum):
    """What a device is for, as the manager said who let it in; OTHER when nobody said."""

    BOARD = "board"
    KIOSK = "kiosk"
    DISPLAY = "display"
    TILL = "till"
    OTHER = "other"


# These stand in the customers' room: what they may ask for names no customer.
AMONG_CUSTOMERS = frozenset({Kind.KIOSK, Kind.DISPLAY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A paired screen or scanner; `seen_at` is when it last asked for something, to some minutes."""

    device_id: str
    name: str
    paired_at: str
    is_active: bool = True
    failures: int = 0
    kind: Kind = Kind.OTHER
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """A one-time code that is still good, without the code itself."""

    code_id: str
    good_until: datetime
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A sign-in, with the real times of its beginning and of its last sign of life."""

    session_hash: str
    staff_id: str
    device_id: str
    began_at: datetime
    seen_at: datetime


class StaffAdded(Event, frozen=True, kw_only=True):
    """Somebody was given a PIN and a role."""

    aggregate: ClassVar[str] = "staff_id"
    staff_id: str
    role: str


class StaffPinChanged(Event, frozen=True, kw_only=True):
    """Somebody has a new PIN; their sign-ins ended."""

    aggregate: ClassVar[str] = "staff_id"
    staff_id: str


class StaffDisabled(Event, frozen=True, kw_only=True):
    """Somebody no longer works here; their sign-ins ended."""

    aggregate: ClassVar[str] = "staff_id"
    staff_id: str


class StaffUnlocked(Event, frozen=True, kw_only=True):
    """Somebody's wrong PINs were forgiven: the next try need not wait."""

    aggregate: ClassVar[str] = "staff_id"
    staff_id: str


class StaffSignedIn(Event, frozen=True, kw_only=True):
    """Somebody signed in on a device."""

    aggregate: ClassVar[str] = "staff_id"
    staff_id: str
    device_id: str


class StaffSignedOut(Event, frozen=True, kw_only=True):
    """Somebody signed out, or was signed out."""

    aggregate: ClassVar[str] = "staff_id"
    staff_id: str
    device_id: str


class SignInFailed(Event, frozen=True, kw_only=True):
    """A wrong PIN; `staff_id` is empty when nobody of that id works here."""

    aggregate: ClassVar[str] = "device_id"
    device_id: str
    staff_id: str


class DeviceCodeMade(Event, frozen=True, kw_only=True):
    """A one-time code was made with which one device can be paired."""

    aggregate: ClassVar[str] = "code_id"
    code_id: str


class DevicePaired(Event, frozen=True, kw_only=True):
    """A device was paired by a one-time code."""

    aggregate: ClassVar[str] = "device_id"
    device_id: str


class DeviceRenamed(Event, frozen=True, kw_only=True):
    """A device is called otherwise; names stand in its table only."""

    aggregate: ClassVar[str] = "device_id"
    device_id: str


class DeviceUnlocked(Event, frozen=True, kw_only=True):
    """The wrong PINs that were typed on a device were forgiven."""

    aggregate: ClassVar[str] = "device_id"
    device_id: str


class DeviceRevoked(Event, frozen=True, kw_only=True):
    """A device is no longer trusted; sign-ins on it ended."""

    aggregate: ClassVar[str] = "device_id"
    device_id: str


class PinWrong(Refusal):
    """Wrong PIN, or nobody of that id: one answer for both."""

    code = "pin_wrong"
    status = 401
    sentence = "That was not right. Please try again."


class PinNotFresh(Refusal):
    """Who works here is decided only by somebody who has just shown who they are."""

    code = "pin_not_fresh"
    status = 403
    sentence = "For this, please give your PIN again. Nothing was changed."


class TooSoon(Refusal):
    """The delay after a wrong PIN is not over."""

    code = "too_soon"
    status = 429
    sentence = "Please wait {seconds} seconds before the next try."


class DeviceLocked(Refusal):
    """Too many wrong PINs on one device, whoever's they were."""

    code = "device_locked"
    status = 429
    sentence = "Too many wrong tries on this device. It opens again in {seconds} seconds."


class PinTooSimple(Refusal):
    """A PIN that is guessed first."""

    code = "pin_too_simple"
    status = 422
    sentence = "A PIN has 6 to 12 digits, not all the same and not in a row."


class NameMissing(Refusal):
    """A person or device without a name."""

    code = "name_missing"
    status = 422
    sentence = "A name of at most 40 characters is needed."


class StaffUnknown(Refusal):
    """Nobody of this id works here."""

    code = "staff_unknown"
    status = 404
    sentence = "Nobody here has the id {staff_id}."


class LastManager(Refusal):
    """Without a manager nobody could let anybody in again."""

    code = "last_manager"
    status = 409
    sentence = "This is the only manager. Make somebody else a manager first."


class DeviceUnknown(Refusal):
    """No device of this id is paired."""

    code = "device_unknown"
    status = 404
    sentence = "No device here has the id {device_id}."


class DeviceCodeWrong(Refusal):
    """Unknown, used or expired: one answer for all three."""

    code = "device_code_wrong"
    status = 401
    sentence = "This code is not good any more. Ask a manager for a new one."


def delay_seconds(failures: int) -> float:
    """How long a person waits after this many wrong PINs: 1, 2, 4 ... at most 300 seconds."""
    return min(LONGEST_DELAY_SECONDS, 2.0 ** (failures - 1)) if failures > 0 else 0.0


def device_delay_seconds(failures: int) -> float:
    """How long a device rests after this many wrong PINs on it."""
    return LONGEST_DELAY_SECONDS if failures >= DEVICE_LOCK_AFTER else 0.0


def good_pin(pin: str) -> str:
    """The PIN, if it is not one of those that are guessed first."""
    digits = pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(pin)} if digits else {0}
    if steps <= {0} or steps in ({1}, {9}):
        raise PinTooSimple
    return pin


def pin_from(chance: bytes) -> str:
    """Six digits out of at least eight chance bytes, never too simple."""
    number = int.from_bytes(chance, "big")
    for turn in range(1000):
        pin = f"{(number + turn * 7919) % 1_000_000:06d}"
        try:
            return good_pin(pin)
        except PinTooSimple:
            continue
    raise PinTooSimple


def good_name(name: str) -> str:
    """A name that fits on a button."""
    if not 1 <= len(name.strip()) <= 40:
        raise NameMissing
    return name.strip()


def hashed(secret: str) -> str:
    """What is kept of a token or code with enough chance in it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def shown_code(code: str) -> str:
    """A one-time code in groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def typed_code(text: str) -> str:
    """A one-time code as it was meant."""
    return base32.normalise(text.strip())


def is_fresh(pin_age_seconds: float) -> bool:
    """Whether the PIN was given so short a time ago that nobody else stands there now."""
    return pin_age_seconds <= FRESH_PIN_SECONDS


def must_be_fresh(pin_age_seconds: float) -> None:
    """PinNotFresh when the PIN was given too long ago."""
    if not is_fresh(pin_age_seconds):
        raise PinNotFresh


def is_alive(session: Session, now: datetime) -> bool:
    """Whether a sign-in still stands at this real time; a clock that went back ends it."""
    idle = (now - session.seen_at).total_seconds()
    age = (now - session.began_at).total_seconds()
    return 0 <= idle < IDLE_SECONDS and 0 <= age < ABSOLUTE_SECONDS
