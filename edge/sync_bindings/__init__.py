"""What travels: per record type, how it is applied here and which rows the nightly compares.

What goes up needs no row: every event is in the log, the whole log is pushed, and each record type in
sync/records names the kinds of events that HQ folds into it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from edge.acts.erase import erase_customer
from edge.acts.receive_order import receive_order
from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory
from edge.base import store_record, sync_store
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.store_record import StoreRecord, StoreUnknown
from edge.base.unit import Unit
from edge.consents import actions as consents
from edge.consents import store as consents_store
from edge.offers import actions as offers
from edge.offers import store as offers_store
from edge.orders import actions as orders
from edge.orders import store as orders_store
from edge.orders.rules import State
from edge.products import actions as products
from edge.products import store as products_store
from edge.products.rules import Product, ProductClass
from edge.profiles import actions as profiles
from edge.profiles import store as profiles_store
from sync.core.neutral import NeutralOrder
from sync.protocol.wire import Change, Page
from sync.records import RECORD_TYPES, RecordType
from sync.records.order_status import OrderStatus
from sync.records.product import Product as ProductRecord
from sync.records.redemption import Redemption
from sync.records.store import Store

HQ = "hq"

log = logging.getLogger("edge.sync")

DigestRow = tuple[str, Mapping[str, object] | list[object]]


def _nothing_gone(unit: Unit, record_id: str) -> None:
    """A type whose records are never deleted, only changed."""


@dataclass(frozen=True)
class Binding:
    """One record type at the edge. `rows` gives ids with the values of its digest fields."""

    apply: Callable[[Edge, Unit, Any], object] | None = None
    rows: Callable[[Rows], Iterable[DigestRow]] | None = None
    gone: Callable[[Unit, str], object] = _nothing_gone
    erased: Callable[[Unit, str], object] | None = None


def _order(edge: Edge, unit: Unit, told: NeutralOrder) -> None:
    receive_order(unit, told, shop=orders.shop_here(unit, edge), origin=HQ)


def _order_told_back(_edge: Edge, unit: Unit, told: OrderStatus) -> None:
    known = orders_store.ToldBack(told.order_id, told.number, State(told.state))
    orders.told_back(unit, known, told.reached)


def _redemption_told_back(_edge: Edge, unit: Unit, told: Redemption) -> None:
    offers.redemption_told_back(unit, msgspec.to_builtins(told))


def _product(_edge: Edge, unit: Unit, told: ProductRecord) -> None:
    product = Product(
        sku=told.sku,
        gtin=told.gtin,
        name_en=told.names.get("en", ""),
        name_ja=told.names.get("ja", ""),
        aisle_order=told.aisle_order,
        price_minor=told.price_minor,
        currency=told.currency,
        prep_minutes=told.preparation_minutes,
        age_check=told.age_check,
        product_class=ProductClass(told.product_class),
        zone=told.zone,
    )
    products.apply_product(unit, product, revision=told.revision)


def _offer(_edge: Edge, unit: Unit, told: msgspec.Struct) -> None:
    offers.apply_offer(unit, msgspec.to_builtins(told))


def _store(edge: Edge, unit: Unit, told: Store) -> None:
    store_record.save(unit, msgspec.convert(msgspec.to_builtins(told), StoreRecord))
    arrivals.tell_by_new_hours(unit, edge.part(RangeMemory))


def _store_rows(rows: Rows) -> Iterable[DigestRow]:
    try:
        here = store_record.load(rows)
    except StoreUnknown:
        return []
    return [(here.store_id, msgspec.structs.asdict(here))]


BINDINGS: Mapping[str, Binding] = {
    "order": Binding(_order, orders_store.digest_rows),
    "order_status": Binding(_order_told_back, orders_store.digest_rows),
    "product": Binding(_product, products_store.digest_rows),
    "offer": Binding(_offer, offers_store.offer_digest_rows),
    "redemption": Binding(_redemption_told_back, offers_store.redemption_digest_rows),
    "consent": Binding(
        lambda _, unit, told: consents.apply_consent(unit, told), consents_store.digest_rows
    ),
    "profile": Binding(
        lambda _, unit, told: profiles.apply_profile(unit, told),
        profiles_store.digest_rows,
        profiles_store.forget,
        erased=erase_customer,
    ),
    "store": Binding(_store, _store_rows),
}


def apply_page(edge: Edge, page: Page) -> None:
    """Apply a page of the feed and move the cursor, in one unit; with a bad change in it, one by one."""
    try:
        edge.write(lambda unit: _apply_all(edge, unit, page))
    except Exception:
        log.exception("a page of HQ's feed could not be applied as a whole")
        for change in page.changes:
            _apply_or_keep(edge, page.generation, change)
        edge.write(lambda unit: _moved(unit, page.generation, page.position))
    if any(change.record_type == "offer" for change in page.changes):
        _try_again(edge, "redemption")


def digest_rows(rows: Rows) -> dict[str, list[tuple[str, list[object]]]]:
    """The rows of every table that the nightly compares, with the values that both ends agree on."""
    return {
        name: [
            (record_id, _values(RECORD_TYPES[name], values)) for record_id, values in table(rows)
        ]
        for name, binding in BINDINGS.items()
        if (table := binding.rows) is not None
    }


def _apply_all(edge: Edge, unit: Unit, page: Page) -> None:
    for change in page.changes:
        _apply(edge, unit, change)
    _moved(unit, page.generation, page.position)


def _apply_or_keep(edge: Edge, generation: str, change: Change) -> None:
    """A change that cannot be applied waits visibly and holds up nothing else."""

    def apply(unit: Unit) -> None:
        _apply(edge, unit, change)
        _moved(unit, generation, change.position)

    try:
        edge.write(apply)
    except Exception as problem:
        log.exception("%s %s could not be applied", change.record_type, change.record_id)
        said = f"{type(problem).__name__}: {problem}"
        edge.write(lambda unit: _keep(unit, generation, change, said))


def _try_again(edge: Edge, record_type: str) -> None:
    """Records that waited, perhaps for what has just come; one that still cannot be applied waits on."""
    with edge.read() as reader:
        waiting = sync_store.unapplied_bodies(reader, record_type)
    for record_id, body in waiting.items():
        change = Change(
            position=0,
            record_type=record_type,
            record_id=record_id,
            revision=0,
            body=msgspec.Raw(body.encode()),
        )
        try:
            edge.write(lambda unit, change=change: _apply(edge, unit, change))  # type: ignore[misc]
        except Exception:
            log.exception("%s %s still cannot be applied", record_type, record_id)


def _keep(unit: Unit, generation: str, change: Change, problem: str) -> None:
    sync_store.keep_unapplied(
        unit,
        change.record_type,
        change.record_id,
        revision=change.revision,
        body=bytes(change.body).decode(),
        problem=problem,
    )
    _moved(unit, generation, change.position)


def _moved(unit: Unit, generation: str, position: int) -> None:
    sync_store.remember(unit, generation=generation, position=position)


def _apply(edge: Edge, unit: Unit, change: Change) -> None:
    binding = BINDINGS.get(change.record_type)
    if binding is None or binding.apply is None:
        raise ValueError("this store does not know such records")
    if change.tombstone and binding.erased and _says_erased(change):
        binding.erased(unit, change.record_id)
    elif change.tombstone:
        binding.gone(unit, change.record_id)
    else:
        binding.apply(edge, unit, RECORD_TYPES[change.record_type].read(bytes(change.body)))
    sync_store.applied(unit, change.record_type, change.record_id)


def _says_erased(change: Change) -> bool:
    """Whether a person asked to be forgotten, and not only the last reason to know them has gone."""
    try:
        return "erased" in msgspec.json.decode(bytes(change.body), type=_Fields).fields
    except msgspec.MsgspecError:
        return False


class _Fields(msgspec.Struct):
    fields: dict[str, Any] = {}


def _values(record_type: RecordType, values: Mapping[str, object] | list[object]) -> list[object]:
    if isinstance(values, Mapping):
        return [values[name] for name in record_type.digest_fields]
    return values
