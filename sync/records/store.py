"""store (down): who a store is: names, public host, time zone, its pins, and the chain's other stores nearby."""

from __future__ import annotations

import msgspec

from sync.core.merge import revision
from sync.records.record import Direction, RecordType


class Bay(msgspec.Struct, frozen=True, kw_only=True):
    """A parking place for pickups: its number and its pin (degrees north and east)."""

    number: str
    north: float
    east: float


class Sister(msgspec.Struct, frozen=True, kw_only=True):
    """Another store of the chain: its code, names and pin, for whoever comes to the wrong one."""

    code: str
    name: str
    name_ja: str = ""
    north: float = 0.0
    east: float = 0.0


class Store(msgspec.Struct, frozen=True, kw_only=True):
    """A store as HQ describes it; `code` is the short name inside pickup codes."""

    store_id: str
    code: str
    name: str
    name_ja: str = ""
    time_zone: str = "UTC"
    currency: str = "JPY"
    public_host: str = "localhost"
    phone: str = ""
    north: float = 0.0
    east: float = 0.0
    bays: tuple[Bay, ...] = ()
    sisters: tuple[Sister, ...] = ()
    revision: int = 1


STORE = RecordType(
    name="store",
    shape=Store,
    direction=Direction.DOWN,
    merge=revision.merge,
    digest_fields=("revision", "code", "time_zone"),
)
