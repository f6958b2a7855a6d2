"""What is remembered of people, devices and sign-ins: all SQL of this feature. Secrets only as hashes."""

import sqlite3
from datetime import datetime

from sqlite_utils import Database, Migrations

from edge.base import times
from edge.base.database import Rows
from edge.base.unit import Unit
from edge.staff.rules import CODE_LIFE, Device, DeviceCode, Kind, Person, Role, Session

migrations = Migrations("staff")


@migrations()
def people_devices_and_sign_ins(db: Database) -> None:
    """Names stand here and nowhere else; events carry staff ids."""
    db.execute(
        """CREATE TABLE staff (
             staff_id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL,
             pin_hash TEXT NOT NULL, is_active INTEGER NOT NULL, failures INTEGER NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE devices (
             device_id TEXT PRIMARY KEY, name TEXT NOT NULL, token_hash TEXT NOT NULL UNIQUE,
             paired_at TEXT NOT NULL, is_active INTEGER NOT NULL, failures INTEGER NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE device_codes (
             code_hash TEXT PRIMARY KEY, code_id TEXT NOT NULL, good_until TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """CREATE TABLE sessions (
             session_hash TEXT PRIMARY KEY, staff_id TEXT NOT NULL REFERENCES staff,
             device_id TEXT NOT NULL REFERENCES devices, began_at TEXT NOT NULL, seen_at TEXT NOT NULL
           ) STRICT, WITHOUT ROWID"""
    )


@migrations()
def kinds_and_last_seen(db: Database) -> None:
    """What each device is for, and when it last asked for something."""
    db.execute("ALTER TABLE devices ADD COLUMN kind TEXT NOT NULL DEFAULT 'other'")
    db.execute("ALTER TABLE devices ADD COLUMN seen_at TEXT")
    db.execute("ALTER TABLE device_codes ADD COLUMN kind TEXT NOT NULL DEFAULT 'other'")


def person(rows: Rows, staff_id: str) -> Person | None:
    """The person of this id, active or not."""
    row = rows.row("SELECT * FROM staff WHERE staff_id = ?", (staff_id,))
    return _person(row) if row else None


def people(rows: Rows) -> list[Person]:
    """Everybody who works here, by name."""
    found = rows.rows("SELECT * FROM staff WHERE is_active = 1 ORDER BY name, staff_id")
    return [_person(row) for row in found]


def managers(rows: Rows) -> list[str]:
    """The ids of everybody who may manage."""
    return [each.staff_id for each in people(rows) if each.role is Role.MANAGER]


def names(rows: Rows) -> dict[str, str]:
    """Staff id -> name, also of those who have left: history needs them."""
    return {row["staff_id"]: row["name"] for row in rows.rows("SELECT staff_id, name FROM staff")}


def put_person(unit: Unit, person: Person) -> None:
    """Write a person, new or changed."""
    unit.execute(
        """INSERT INTO staff VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (staff_id) DO UPDATE SET
             name = excluded.name, role = excluded.role, pin_hash = excluded.pin_hash,
             is_active = excluded.is_active, failures = excluded.failures""",
        (
            person.staff_id,
            person.name,
            person.role.value,
            person.pin_hash,
            int(person.is_active),
            person.failures,
        ),
    )


def count_failure(unit: Unit, staff_id: str, device_id: str) -> None:
    """One wrong PIN more, for the person and for the device; it survives a restart."""
    unit.execute("UPDATE staff SET failures = failures + 1 WHERE staff_id = ?", (staff_id,))
    unit.execute("UPDATE devices SET failures = failures + 1 WHERE device_id = ?", (device_id,))


def clear_failures(unit: Unit, staff_id: str, device_id: str) -> None:
    """A right PIN: counting begins anew."""
    unit.execute("UPDATE staff SET failures = 0 WHERE staff_id = ?", (staff_id,))
    unit.execute("UPDATE devices SET failures = 0 WHERE device_id = ?", (device_id,))


def device(rows: Rows, device_id: str) -> Device | None:
    """The device of this id, trusted or not."""
    row = rows.row("SELECT * FROM devices WHERE device_id = ?", (device_id,))
    return _device(row) if row else None


def device_by_token(rows: Rows, token_hash: str) -> Device | None:
    """The trusted device with this token."""
    row = rows.row("SELECT * FROM devices WHERE token_hash = ? AND is_active = 1", (token_hash,))
    return _device(row) if row else None


def devices(rows: Rows) -> list[Device]:
    """Every trusted device, by name."""
    found = rows.rows("SELECT * FROM devices WHERE is_active = 1 ORDER BY name, device_id")
    return [_device(row) for row in found]


def add_device(unit: Unit, device: Device, token_hash: str) -> None:
    """Remember a paired device."""
    unit.execute(
        """INSERT INTO devices (device_id, name, token_hash, paired_at, is_active, failures, kind, seen_at)
           VALUES (?, ?, ?, ?, 1, 0, ?, ?)""",
        (
            device.device_id,
            device.name,
            token_hash,
            device.paired_at,
            device.kind.value,
            times.text(device.seen_at) if device.seen_at else None,
        ),
    )


def rename_device(unit: Unit, device_id: str, name: str) -> None:
    """Call a device otherwise."""
    unit.execute("UPDATE devices SET name = ? WHERE device_id = ?", (name, device_id))


def saw_device(unit: Unit, device_id: str, at: datetime) -> None:
    """Note that a device asked for something, at this real time."""
    unit.execute("UPDATE devices SET seen_at = ? WHERE device_id = ?", (times.text(at), device_id))


def revoke_device(unit: Unit, device_id: str) -> None:
    """Trust a device no longer."""
    unit.execute("UPDATE devices SET is_active = 0 WHERE device_id = ?", (device_id,))


def add_code(unit: Unit, code_hash: str, made: DeviceCode) -> None:
    """Remember a one-time code."""
    unit.execute(
        "INSERT INTO device_codes (code_hash, code_id, good_until, kind) VALUES (?, ?, ?, ?)",
        (code_hash, made.code_id, times.text(made.good_until), made.kind.value),
    )


def open_code(rows: Rows, code_hash: str, at: datetime) -> DeviceCode | None:
    """A code that nobody has used and that is still good; None otherwise."""
    row = rows.row(
        "SELECT * FROM device_codes WHERE code_hash = ? AND good_until > ? AND good_until <= ?",
        (code_hash, times.text(at), times.text(at + CODE_LIFE)),
    )
    if row is None:
        return None
    return DeviceCode(
        code_id=row["code_id"], good_until=times.parse(row["good_until"]), kind=Kind(row["kind"])
    )


def take_code(unit: Unit, code_hash: str, at: datetime) -> Kind | None:
    """Use up a one-time code: the kind it was made for; None when it is unknown, used or over."""
    unit.execute("DELETE FROM device_codes WHERE good_until <= ?", (times.text(at),))
    # A code that is good for longer than codes are was made under another clock.
    found = open_code(unit, code_hash, at)
    if found is None:
        return None
    unit.execute("DELETE FROM device_codes WHERE code_hash = ?", (code_hash,))
    return found.kind


def session(rows: Rows, session_hash: str) -> Session | None:
    """The sign-in with this token, alive or not."""
    row = rows.row("SELECT * FROM sessions WHERE session_hash = ?", (session_hash,))
    return _session(row) if row else None


def sessions(rows: Rows, *, staff_id: str = "", device_id: str = "") -> list[Session]:
    """Sign-ins of a person, on a device, or all."""
    found = rows.rows(
        "SELECT * FROM sessions WHERE (? = '' OR staff_id = ?) AND (? = '' OR device_id = ?)",
        (staff_id, staff_id, device_id, device_id),
    )
    return [_session(row) for row in found]


def add_session(unit: Unit, session: Session) -> None:
    """Remember a sign-in."""
    unit.execute(
        "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)",
        (
            session.session_hash,
            session.staff_id,
            session.device_id,
            times.text(session.began_at),
            times.text(session.seen_at),
        ),
    )


def saw(unit: Unit, session_hash: str, at: datetime) -> None:
    """Note that a sign-in showed life."""
    unit.execute(
        "UPDATE sessions SET seen_at = ? WHERE session_hash = ?", (times.text(at), session_hash)
    )


def end_session(unit: Unit, session_hash: str) -> None:
    """Forget a sign-in."""
    unit.execute("DELETE FROM sessions WHERE session_hash = ?", (session_hash,))


def forget_sessions_before(unit: Unit, began_at: datetime) -> None:
    """Forget sign-ins that are over anyway."""
    unit.execute("DELETE FROM sessions WHERE began_at < ?", (times.text(began_at),))


def _person(row: sqlite3.Row) -> Person:
    return Person(
        staff_id=row["staff_id"],
        name=row["name"],
        role=Role(row["role"]),
        pin_hash=row["pin_hash"],
        is_active=bool(row["is_active"]),
        failures=row["failures"],
    )


def _device(row: sqlite3.Row) -> Device:
    return Device(
        device_id=row["device_id"],
        name=row["name"],
        paired_at=row["paired_at"],
        is_active=bool(row["is_active"]),
        failures=row["failures"],
        kind=Kind(row["kind"]),
        seen_at=times.parse(row["seen_at"]) if row["seen_at"] else None,
    )


def _session(row: sqlite3.Row) -> Session:
    return Session(
        session_hash=row["session_hash"],
        staff_id=row["staff_id"],
        device_id=row["device_id"],
        began_at=times.parse(row["began_at"]),
        seen_at=times.parse(row["seen_at"]),
    )
