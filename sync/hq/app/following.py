"""What follows, in the same transaction, from an order that is sent and from what a store's log says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sync.core.merge.consent import standing_grant
from sync.hq.base import facts
from sync.hq.base.feed import Feed
from sync.hq.base.rows import Reader, Unit
from sync.hq.consents import actions as consents
from sync.hq.consents import store as consent_rows
from sync.hq.orders.actions import calls
from sync.hq.orders.rules.intake import HqOrder
from sync.hq.orders.store import orders, taken
from sync.hq.orders.store.found import OVER
from sync.hq.profiles import actions as profiles
from sync.hq.profiles.rules import PURPOSE
from sync.hq.stores.store import log, registry
from sync.records import Heard

Changed = Mapping[tuple[str, str], Any]


class Following:
    """The rows of "what after what" at HQ."""

    def __init__(self, feed: Feed, wake_shops: Callable[[], None]) -> None:
        self._feed, self._wake_shops = feed, wake_shops

    def order_sent(self, unit: Unit, order: HqOrder) -> None:
        """The store hears of each yes and no of its customer, and what they like, if they gave their leave."""
        unit.hold(_person(order.customer_key))
        if order.cancelled:
            return
        consents.tell(unit, order.customer_key, store_id=order.store_id, feed=self._feed)
        if not has_leave(unit, order.customer_key):
            return
        known = orders.of_customer(unit, order.customer_key)
        bought = [[line.sku for line in each.lines] for each in known]
        profiles.tell(
            unit, order.customer_key, store_id=order.store_id, orders=bought, feed=self._feed
        )

    def refused(self, reader: Reader, store_id: str, heard: Sequence[Heard]) -> Mapping[int, str]:
        """What this store has no right to say."""
        return consents.refused(reader, store_id, heard, may_speak=orders.may_speak_for)

    def heard(self, unit: Unit, store_id: str, changed: Changed) -> None:
        """Consents spread; people whose order is over are forgotten; leave withdrawn is leave withdrawn."""
        taken.save(unit, [each for ref, each in changed.items() if ref[0] == taken.RECORD_TYPE])
        over = [
            record_id
            for (record_type, record_id), record in changed.items()
            if record_type == "order_status" and record.state in OVER
        ]
        customers = orders.customers_of(unit, over)
        spoken = {
            record.customer_key for (kind, _), record in changed.items() if kind == "consent"
        }
        # What is decided about a person here must not cross with another store's word, or a new order.
        unit.hold(*map(_person, spoken.union(customers)))
        consents.spread(unit, store_id, changed, feed=self._feed, knowing=who_knows)
        people = [
            record.customer_key
            for (record_type, _), record in changed.items()
            if record_type == "consent" and record.purpose == PURPOSE
        ]
        without = [person for person in people if not has_leave(unit, person)]
        profiles.take_back(unit, without, feed=self._feed)
        done = orders.without_open_orders(unit, store_id, customers, over_states=OVER)
        profiles.forget(unit, done, store_id=store_id, feed=self._feed)
        calls.tell_ready(unit, store_id, _ready(changed), wake=self._wake_shops)

    def person_erased(
        self, unit: Unit, customer_key: str, store_ids: Collection[str], request_id: str
    ) -> None:
        """Nothing that they allowed stands any more, and no store keeps their name."""
        unit.hold(_person(customer_key))
        concerned = {*store_ids, *who_knows(unit, customer_key)}
        consents.withdraw_all(
            unit, customer_key, f"erasure:{request_id}", store_ids=concerned, feed=self._feed
        )
        profiles.erase(unit, customer_key, store_ids=store_ids, feed=self._feed)


def _ready(changed: Changed) -> list[str]:
    return [
        record_id
        for (record_type, record_id), record in changed.items()
        if record_type == "order_status" and record.state == "ready"
    ]


def _person(customer_key: str) -> str:
    return f"person:{customer_key}"


def who_knows(reader: Reader, customer_key: str) -> set[str]:
    """Stores with an order of this person, or with a yes or no of theirs: an erasure leaves only the latter.

    An HQ that went back to a backup has forgotten orders, so it cannot know: every store hears.
    """
    if facts.first_revision(reader) > 1:
        return set(registry.ids(reader))
    return (
        orders.stores_knowing(reader, customer_key)
        | consent_rows.stores_speaking(reader, customer_key)
        | log.stores_waiting(reader, customer_key)
    )


def has_leave(unit: Unit, customer_key: str) -> bool:
    """Whether past orders of this person may be used now."""
    known = consent_rows.known(unit, f"{customer_key}:{PURPOSE}")
    return known is not None and standing_grant(known[0].known, unit.now) is not None
