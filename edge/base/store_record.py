"""Who this store is: its names, its public host, its time zone, and the pins of the store and its bays."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from edge.base.database import Rows
from edge.base.pins import metres
from edge.base.unit import Unit
from sync.core.errors import Refusal

_KEPT = "store_record"


class StoreUnknown(Refusal):
    """The store has no record of itself yet."""

    code = "store_unknown"
    status = 503
    sentence = "This store is not set up yet. Run `store-edge init` or `store-edge enrol` first."


class Bay(msgspec.Struct, frozen=True, kw_only=True):
    """A parking place for pickups: its number and its pin (degrees north and east)."""

    number: str
    north: float
    east: float


class Sister(msgspec.Struct, frozen=True, kw_only=True):
    """Another store of the chain nearby: its code, its names, and its pin."""

    code: str
    name: str
    name_ja: str = ""
    north: float = 0.0
    east: float = 0.0


class StoreRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The store as HQ describes it. `code` is the short name inside pickup codes, such as HL."""

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

    @property
    def zone(self) -> ZoneInfo:
        """The store's own time zone."""
        return ZoneInfo(self.time_zone)


class _Doc(msgspec.Struct):
    store_id: str
    code: str
    name: str
    name_ja: str
    time_zone: str
    currency: str
    public_host: str
    phone: str
    sisters: dict[str, tuple[str, str]] = {}


def load(rows: Rows) -> StoreRecord:
    """This store; StoreUnknown before it was set up."""
    if isinstance(rows, Unit):
        # Nearly every unit asks, and hardly any changes it.
        return rows.kept(_KEPT, lambda: _read(rows))
    return _read(rows)


def time_zone(rows: Rows) -> str:
    """The store's time zone; UTC before it was set up."""
    try:
        return load(rows).time_zone
    except StoreUnknown:
        return "UTC"


def _read(rows: Rows) -> StoreRecord:
    row = rows.row("SELECT revision, doc FROM store_record")
    if row is None:
        raise StoreUnknown
    doc = msgspec.json.decode(row["doc"], type=_Doc)
    pins = rows.rows("SELECT kind, label, pin_north, pin_east FROM places ORDER BY label")
    here = next((pin for pin in pins if pin["kind"] == "store"), None)
    names = doc.sisters
    own = msgspec.structs.asdict(doc)
    own.pop("sisters")
    return StoreRecord(
        **own,
        revision=row["revision"],
        north=here["pin_north"] if here else 0.0,
        east=here["pin_east"] if here else 0.0,
        bays=tuple(
            Bay(number=pin["label"], north=pin["pin_north"], east=pin["pin_east"])
            for pin in pins
            if pin["kind"] == "bay"
        ),
        sisters=tuple(
            Sister(
                code=pin["label"],
                name=names[pin["label"]][0],
                name_ja=names[pin["label"]][1],
                north=pin["pin_north"],
                east=pin["pin_east"],
            )
            for pin in pins
            if pin["kind"] == "sister"
        ),
    )


def save(unit: Unit, record: StoreRecord) -> None:
    """Take over the store's record; an older revision than the one we have changes nothing."""
    held = unit.row("SELECT store_id, revision FROM store_record")
    if held is not None and held["revision"] > record.revision:
        return
    own = {name: getattr(record, name) for name in _Doc.__struct_fields__}
    doc = _Doc(**{**own, "sisters": {s.code: (s.name, s.name_ja) for s in record.sisters}})
    unit.forget_kept(_KEPT)
    unit.execute("DELETE FROM store_record")
    unit.execute(
        "INSERT INTO store_record VALUES (?, ?, ?)",
        (record.store_id, record.revision, msgspec.json.encode(doc).decode()),
    )
    unit.execute("DELETE FROM places")
    unit.execute(
        "INSERT INTO places VALUES (?, 'store', '', ?, ?)",
        (record.store_id, record.north, record.east),
    )
    pins = [("bay", bay.number, bay.north, bay.east) for bay in record.bays]
    pins += [("sister", each.code, each.north, each.east) for each in record.sisters]
    for kind, label, north, east in pins:
        unit.execute(
            "INSERT INTO places VALUES (?, ?, ?, ?, ?)",
            (f"{kind}:{label}", kind, label, north, east),
        )


def called(here: StoreRecord, code: str) -> str:
    """Another store of the chain as people know it, with how far it is from here; its code where we know no more."""
    found = next((each for each in here.sisters if each.code == code), None)
    if found is None:
        return code
    names = " ".join(name for name in (found.name, found.name_ja) if name)
    away = metres((here.north, here.east), (found.north, found.east))
    return f"{names} ({away / 1000:.1f} km)"
