"""What is done with people and devices. `at` is real time: sign-ins and codes know no stepped clock."""

import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from edge.base import times
from edge.base.unit import Unit
from edge.staff import rules, store
from edge.staff.rules import Device, DeviceCode, Kind, Person, Role, Session

_MEMORY_KIB = 19 * 1024
_HASHER = PasswordHasher(time_cost=2, memory_cost=_MEMORY_KIB, parallelism=1)


def pin_hash(pin: str, pepper: bytes) -> str:
    """What is kept of a PIN. Slow on purpose: never call it inside a unit."""
    return _HASHER.hash(_peppered(pin, pepper))


def pin_matches(kept: str, pin: str, pepper: bytes) -> bool:
    """Whether this is the PIN. Slow on purpose: never call it inside a unit."""
    try:
        return _HASHER.verify(kept, _peppered(pin, pepper))
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def nobodys_hash() -> str:
    """Checked when nobody of the given id works here, so that the answer takes as long."""
    return _HASHER.hash("nobody")


def add_person(unit: Unit, name: str, role: Role, *, pin_hash: str, by: str) -> Person:
    """Somebody works here from now on."""
    person = Person(
        staff_id=unit.ids.token(5), name=rules.good_name(name), role=role, pin_hash=pin_hash
    )
    store.put_person(unit, person)
    unit.record(rules.StaffAdded(staff_id=person.staff_id, role=role.value), by=by)
    return person


def change_pin(unit: Unit, staff_id: str, *, pin_hash: str, by: str) -> None:
    """Somebody has a new PIN; who is signed in by the old one is signed out."""
    person = _known(unit, staff_id)
    store.put_person(unit, replace(person, pin_hash=pin_hash, failures=0))
    unit.record(rules.StaffPinChanged(staff_id=staff_id), by=by)
    _sign_out_everywhere(unit, by=by, staff_id=staff_id)


def disable(unit: Unit, staff_id: str, *, by: str) -> None:
    """Somebody no longer works here; their sign-ins end with this commit."""
    person = _known(unit, staff_id)
    if person.role is Role.MANAGER and store.managers(unit) == [staff_id]:
        raise rules.LastManager
    store.put_person(unit, replace(person, is_active=False))
    unit.record(rules.StaffDisabled(staff_id=staff_id), by=by)
    _sign_out_everywhere(unit, by=by, staff_id=staff_id)


def unlock(unit: Unit, staff_id: str, *, by: str) -> None:
    """Forgive somebody's wrong PINs; who calls this also tells `memory.Tries`."""
    person = _known(unit, staff_id)
    store.put_person(unit, replace(person, failures=0))
    unit.record(rules.StaffUnlocked(staff_id=staff_id), by=by)


def sign_in(unit: Unit, staff_id: str, device_id: str, *, at: datetime) -> str:
    """A right PIN was given: the token of the new sign-in, of which only the hash is kept."""
    person = _known(unit, staff_id)
    token = unit.ids.token(rules.TOKEN_BYTES)
    store.forget_sessions_before(unit, at - timedelta(seconds=rules.ABSOLUTE_SECONDS))
    store.clear_failures(unit, staff_id, device_id)
    store.add_session(
        unit,
        Session(
            session_hash=rules.hashed(token),
            staff_id=person.staff_id,
            device_id=device_id,
            began_at=at,
            seen_at=at,
        ),
    )
    unit.record(rules.StaffSignedIn(staff_id=staff_id, device_id=device_id), by=staff_id)
    return token


def note_failure(unit: Unit, staff_id: str, device_id: str) -> None:
    """A wrong PIN was given."""
    known = store.person(unit, staff_id)
    store.count_failure(unit, staff_id, device_id)
    event = rules.SignInFailed(device_id=device_id, staff_id=known.staff_id if known else "")
    unit.record(event, by=device_id)


def sign_out(unit: Unit, session: Session, *, by: str) -> None:
    """A sign-in ends."""
    store.end_session(unit, session.session_hash)
    event = rules.StaffSignedOut(staff_id=session.staff_id, device_id=session.device_id)
    unit.record(event, by=by)


def make_code(unit: Unit, *, at: datetime, by: str, kind: Kind = Kind.OTHER) -> str:
    """A one-time code for one device of a kind, good for ten minutes; only its hash is kept."""
    code = unit.ids.token(rules.CODE_BYTES)
    made = DeviceCode(code_id=unit.ids.uuid7(unit.now), good_until=at + rules.CODE_LIFE, kind=kind)
    store.add_code(unit, rules.hashed(code), made)
    unit.record(rules.DeviceCodeMade(code_id=made.code_id), by=by)
    return rules.shown_code(code)


def pair(unit: Unit, code: str, name: str, *, at: datetime) -> tuple[Device, str]:
    """Trust the device that shows a good code: the device, and its token."""
    called = rules.good_name(name)
    kind = store.take_code(unit, rules.hashed(rules.typed_code(code)), at)
    if kind is None:
        raise rules.DeviceCodeWrong
    token = unit.ids.token(rules.TOKEN_BYTES)
    device = Device(
        device_id=unit.ids.uuid7(unit.now),
        name=called,
        paired_at=times.text(unit.now),
        kind=kind,
        seen_at=at,
    )
    store.add_device(unit, device, rules.hashed(token))
    unit.record(rules.DevicePaired(device_id=device.device_id), by=device.device_id)
    return device, token


def rename(unit: Unit, device_id: str, name: str, *, by: str) -> None:
    """Call a device otherwise."""
    _trusted(unit, device_id)
    store.rename_device(unit, device_id, rules.good_name(name))
    unit.record(rules.DeviceRenamed(device_id=device_id), by=by)


def unlock_device(unit: Unit, device_id: str, *, by: str) -> None:
    """Forgive the wrong PINs typed on a device; who calls this also tells `memory.Tries`."""
    _trusted(unit, device_id)
    store.clear_failures(unit, "", device_id)
    unit.record(rules.DeviceUnlocked(device_id=device_id), by=by)


def revoke(unit: Unit, device_id: str, *, by: str) -> None:
    """Trust a device no longer; sign-ins on it end with this commit."""
    if store.device(unit, device_id) is None:
        raise rules.DeviceUnknown(device_id=device_id)
    store.revoke_device(unit, device_id)
    unit.record(rules.DeviceRevoked(device_id=device_id), by=by)
    _sign_out_everywhere(unit, by=by, device_id=device_id)


def _trusted(unit: Unit, device_id: str) -> None:
    device = store.device(unit, device_id)
    if device is None or not device.is_active:
        raise rules.DeviceUnknown(device_id=device_id)


def _known(unit: Unit, staff_id: str) -> Person:
    person = store.person(unit, staff_id)
    if person is None or not person.is_active:
        raise rules.StaffUnknown(staff_id=staff_id)
    return person


def _sign_out_everywhere(unit: Unit, *, by: str, staff_id: str = "", device_id: str = "") -> None:
    for session in store.sessions(unit, staff_id=staff_id, device_id=device_id):
        sign_out(unit, session, by=by)


def _peppered(pin: str, pepper: bytes) -> str:
    return hmac.digest(pepper, b"pin:" + pin.encode(), "sha256").hex()
