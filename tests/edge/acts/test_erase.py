"""Erasing a customer: nothing that is left here leads to them, and what was sold stays sold."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from edge.acts.erase import ERASES, erase_customer
from edge.base import timers
from edge.jobs import Schedule, timer_work
from edge.offers import actions as offers
from edge.offers import store as offers_store
from edge.offers.rules import Texts, Wish
from edge.orders import actions as orders
from edge.orders import store as orders_store
from edge.profiles import store as profiles
from edge.sync_bindings import apply_page
from sync.protocol.wire import Change, Page
from tests.browser.scene import NOW, Evening

WISH = Wish(
    kind="bakery",
    texts={"en": Texts(title="Melon bread"), "ja": Texts(title="メロンパン")},
    price_minor=150,
    currency="JPY",
    starts_at=NOW,
    ends_at=NOW.replace(hour=23),
    limit=5,
    once_per_customer=True,
)


@pytest.fixture
def shop(tmp_path: Path):
    """Ana's order, with an offer that she took and a kind that she stopped."""
    made = Evening(tmp_path / "store")
    made.clock.set(NOW)
    made.ana = made.order("Ana M.", 20, "SKU-003")
    made.offer = made.write(lambda u: offers.make(u, WISH, by="setup"))
    made.write(
        lambda u: offers.redeem(
            u, made.offer.offer_id, surface="pass", shopper_key="customer-0", order_id=made.ana
        )
    )
    made.write(lambda u: offers.stop_kind(u, made.offer.offer_id, "customer-0"))
    yield made
    made.edge.close()


def left_of(shop, key: str = "customer-0") -> dict[str, int]:
    """Table.column -> rows that still name this person, wherever a column holds text."""
    found = {}
    with shop.edge.read() as reader:
        tables = [
            row["name"]
            for row in reader.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        for table in tables:
            if table in {"event_log", "events", "timers", "outbox"}:
                continue
            for column in reader.rows(f"SELECT name FROM pragma_table_info('{table}')"):
                name = column["name"]
                n = reader.row(f'SELECT count(*) AS n FROM "{table}" WHERE "{name}" = ?', (key,))[
                    "n"
                ]
                if n:
                    found[f"{table}.{name}"] = n
    return found


def page(tombstone_fields: dict) -> Page:
    body = {"customer_key": "customer-0", "fields": tombstone_fields, "revision": 3}
    change = Change(
        position=1,
        record_type="profile",
        record_id="customer-0",
        revision=3,
        body=msgspec.Raw(msgspec.json.encode(body)),
        tombstone=True,
    )
    return Page(generation="g1", position=1, head=1, changes=[change])


def test_an_erased_person_is_in_no_table_once_their_order_is_over(shop):
    """Their links go at once, their open order when it has ended; the redemption still counts."""
    assert set(left_of(shop)) >= {"stopped_kinds.customer_key", "redemptions.shopper_key"}
    shop.write(lambda u: erase_customer(u, "customer-0"))
    assert set(left_of(shop)) == {"orders.customer_key"}
    shop.write(lambda u: orders.cancel(u, shop.ana, reason="asked", by="ken"))
    shop.clock.advance(minutes=61)
    Schedule(shop.edge, timer_work=timer_work(shop.edge), jobs=[]).wake()
    assert left_of(shop) == {}
    with shop.edge.read() as reader:
        assert offers_store.load(reader, shop.offer.offer_id).left == 4
        assert orders_store.reason_of(reader, shop.ana, "cancel") == ""
        assert not [t for t in timers.due(reader, NOW.replace(year=2027)) if t.kind == ERASES]


def test_hq_says_whether_a_person_is_erased_or_only_gone(shop):
    """After a visit the store forgets the name and keeps the wish; after an erasure it keeps neither."""
    apply_page(shop.edge, page({}))
    assert set(left_of(shop)) >= {"stopped_kinds.customer_key", "redemptions.shopper_key"}
    with shop.edge.read() as reader:
        assert profiles.load(reader, "customer-0") is None
    word = {"value": True, "hlc": "", "store_id": "hq", "event_id": ""}
    apply_page(shop.edge, page({"erased": word}))
    assert set(left_of(shop)) == {"orders.customer_key"}


def test_another_person_is_not_touched(shop):
    """One name, one erasure."""
    before = left_of(shop)
    shop.write(lambda u: erase_customer(u, "customer-1"))
    shop.write(lambda u: erase_customer(u, ""))
    assert left_of(shop) == before
