"""What is done with profiles: met with an order, told by HQ, forgotten when the last reason has gone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from edge.base.unit import Unit
from edge.profiles import rules, store
from edge.profiles.rules import Profile

PURGE = "profile_purge"
FROM_HQ = "hq"


class Told(Protocol):
    """What HQ tells of a person: fields, each with its `value`."""

    customer_key: str
    fields: Mapping[str, Any]
    revision: int


def meet(
    unit: Unit, customer_key: str, *, order_id: str, name: str, hold_until: datetime
) -> Profile:
    """An order came: its customer may be known until a day after it is over."""
    held = store.load(unit, customer_key)
    known = held or Profile(customer_key=customer_key)
    shown = rules.display_name(name) or known.display_name
    met = msgspec.structs.replace(known, display_name=shown)
    until = hold_until + rules.AFTER_VISIT
    if met != held:
        store.save(unit, met)
    if held is None:
        # Nobody known has reasons already, so none have to be asked for.
        store.give_reason(unit, customer_key, order_id, until)
        unit.set_timer(PURGE, customer_key, until)
    else:
        _because(unit, customer_key, order_id, until)
    return met


def visited(unit: Unit, order_id: str) -> None:
    """The order is over: its customer is known for one more day."""
    for customer_key in store.whose_reason(unit, order_id):
        _because(unit, customer_key, order_id, unit.now + rules.AFTER_VISIT)


def apply_profile(unit: Unit, told: Told) -> bool:
    """Take over what HQ tells; an older revision changes nothing."""
    known = store.load(unit, told.customer_key)
    if known is not None and known.revision >= told.revision:
        return False
    values = {name: written.value for name, written in told.fields.items()}
    fresh = rules.of_fields(told.customer_key, values, told.revision)
    if not fresh.display_name and known is not None:
        fresh = msgspec.structs.replace(fresh, display_name=known.display_name)
    store.save(unit, fresh)
    if not store.reasons(unit, told.customer_key):
        _because(unit, told.customer_key, FROM_HQ, unit.now + rules.AFTER_VISIT)
    return True


def purge(unit: Unit, customer_key: str) -> None:
    """The timer rang: forget the person if the last reason has gone, else look again when it will."""
    until = rules.keep_until(store.reasons(unit, customer_key))
    if until is not None and until > unit.now:
        unit.set_timer(PURGE, customer_key, until)
        return
    store.forget(unit, customer_key)


def _because(unit: Unit, customer_key: str, ref: str, until: datetime) -> None:
    store.give_reason(unit, customer_key, ref, until)
    unit.set_timer(
        PURGE, customer_key, rules.keep_until(store.reasons(unit, customer_key)) or until
    )
