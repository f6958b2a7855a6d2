"""What was seen of a store and of its box: plain values, so that every check can be tried without either."""

from __future__ import annotations

from datetime import datetime

import msgspec


class ClockSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The machine's time. `state` is how it compares to HQ's ("" when nobody compared), jumps are since the start."""

    wall: datetime
    state: str = ""
    jumps: int = 0
    last_jump_seconds: float = 0.0
    newest_event_at: datetime | None = None
    set_by_network: bool | None = None


class DatabaseSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The store's file. `problem` is why it could not be read, `check` what quick_check said."""

    sqlite: str
    bytes: int = 0
    wal_bytes: int = 0
    check: str = ""
    problem: str = ""
    newer_migration: str = ""
    writer_busy_seconds: float | None = 0.0


class JobSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A daily job: when it is due next, and what it did last."""

    name: str
    next_at: datetime
    slot_at: datetime
    done_slot_at: datetime | None = None
    done_at: datetime | None = None
    note: str = ""


class SyncState(msgspec.Struct, frozen=True, kw_only=True):
    """How the store stands with HQ; `state` is the agent's own word, "" while the service is stopped."""

    enrolled_as: str = ""
    hq_url: str = ""
    state: str = ""
    sentence: str = ""
    is_up: bool = False
    seconds: float | None = None
    backlog: int = 0
    quarantined: int = 0
    unapplied: int = 0
    failed: int = 0


class NightSeen(msgspec.Struct, frozen=True):
    """The last comparison with HQ."""

    business_date: str
    is_equal: bool


class DrillSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The last restore drill."""

    at: datetime
    backup: str
    problem: str = ""


class StoreSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What the store itself knows: asked of the running service, or read from its files."""

    running: bool
    up_seconds: float = 0.0
    clock: ClockSeen
    database: DatabaseSeen
    name: str = ""
    public_host: str = ""
    has_pin: bool = False
    bays: int = 0
    managers: int = 0
    products: int = 0
    jobs: tuple[JobSeen, ...] = ()
    overdue_timers: int = 0
    sync: SyncState = SyncState()
    night: NightSeen | None = None
    drill: DrillSeen | None = None
    restored_from: str = ""
    memory: int = 0


class BackupSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The backups that there are."""

    folder: str
    count: int = 0
    newest: str = ""
    made_at: datetime | None = None
    on_same_disk: bool = True
    wanted_at: str = ""


class CertificateFileSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate for HTTPS in the store."""

    file: str
    names: tuple[str, ...] = ()
    not_before: datetime | None = None
    not_after: datetime | None = None
    fits_key: bool | None = None
    covers_host: bool = False
    is_trial: bool = False
    problem: str = ""


class PrinterSeen(msgspec.Struct, frozen=True):
    """The configured network printer; `problem` is why it does not answer."""

    address: str
    problem: str = ""


class BoxSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The machine, its files and what is beside it. Bytes, degrees Celsius, seconds."""

    home: str
    disk_free: int
    disk_total: int
    memory_free: int = 0
    memory_total: int = 0
    celsius: float | None = None
    throttled: int | None = None
    python: str = ""
    version: str = ""
    # None: there is no lock file here to compare with.
    unlike_lock: tuple[str, ...] | None = None
    open_to_others: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    cookies_secure: bool = True
    backup: BackupSeen
    certificate: CertificateFileSeen | None = None
    printer: PrinterSeen | None = None
    settings_problem: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a doctor looks at."""

    store: StoreSeen
    box: BoxSeen
