"""Store and HQ together: what happened on one side is known on the other, whatever the line does."""

import datetime as dt
import json

import msgspec
import pytest
import requests

from edge.acts.receive_order import receive_order
from edge.base import store_record, sync_store
from edge.consents import actions as consents
from edge.consents.rules import Purpose
from edge.offers import actions as offers
from edge.offers.rules import Texts, Wish
from edge.orders import actions as orders
from edge.sync_bindings.service import nightly
from sync.agent import keys
from sync.agent.steps import State
from sync.core.neutral import NeutralLine, NeutralOrder
from sync.protocol.signature import sign
from sync.records import RECORD_TYPES
from tests.agent.hq_world import StoreBox, World


@pytest.fixture
def world(tmp_path):
    """An HQ with one enrolled store."""
    world = World(tmp_path)
    yield world
    world.close()


def lan_order(world, number):
    """An order taken in the store itself."""
    now = world.clock.now()
    order = NeutralOrder(
        order_id=world.box.edge.ids.uuid7(now), source="till", source_id=str(number), shown_number="",
        store_id="harbour-lane", customer_key=f"walk-in-{number}", customer_name="Ben T",
        lines=[NeutralLine(line_no=1, sku="SKU-002", name="Rice", qty=1, unit_price_minor=900)],
        promise_at=now + dt.timedelta(hours=1), hold_until=now + dt.timedelta(hours=5), token_hash="",
        placed_at=now, currency="JPY",
    )  # fmt: skip
    edge = world.box.edge
    edge.write(
        lambda unit: receive_order(unit, order, shop=orders.shop_here(unit, edge), origin="edge")
    )
    return order.order_id


def statuses(world):
    """Order id -> state, as HQ folded it."""
    found = world.hq.rows("SELECT record_id, body FROM folded WHERE record_type = 'order_status'")
    return {row["record_id"]: json.loads(row["body"])["state"] for row in found}


def logs_agree(world):
    """HQ holds the store's log, event by event."""
    ours = world.box.rows("SELECT seq, event_id, kind FROM events ORDER BY seq")
    theirs = world.hq.rows("SELECT seq, event_id, kind FROM events ORDER BY seq")
    return ours == theirs


def test_an_enrolled_store_learns_who_it_is(world):
    """The store record comes down the feed; the key stays in a file of the service."""
    with world.box.edge.read() as reader:
        assert store_record.load(reader).name == "Harbour Lane"
        assert sync_store.enrolled_as(reader) == "harbour-lane"
    key_file = world.box.home / keys.FILE_NAME
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert world.box.service.status().state is State.UP_TO_DATE


def test_an_order_at_hq_comes_to_the_store_and_its_life_goes_back_up(world):
    """Webhook or API -> feed -> store -> log -> HQ's view."""
    taken = world.order_at_hq(1)
    world.box.settle()
    [order] = world.box.rows("SELECT order_id, state, number FROM orders")
    assert order["order_id"] == taken["order_id"]
    world.box.settle()
    assert statuses(world) == {order["order_id"]: "accepted"}
    edge = world.box.edge
    edge.write(lambda unit: orders.start_picking(unit, order["order_id"], by="ken"))
    edge.write(lambda unit: orders.pick(unit, order["order_id"], 1, 2, by="ken"))
    world.box.settle()
    assert statuses(world) == {order["order_id"]: "picked"}
    assert logs_agree(world)


def test_an_order_taken_in_the_store_is_known_at_hq_without_a_name(world):
    """Pseudonymous keys only."""
    order_id = lan_order(world, 1)
    world.box.settle()
    assert statuses(world)[order_id] == "accepted"
    everything = json.dumps(world.hq.rows("SELECT * FROM events"), default=str)
    assert "Ben" not in everything
    assert "Rice" not in everything


def test_a_cancellation_at_hq_reaches_the_store(world):
    """HQ asks, the store decides and answers."""
    world.order_at_hq(1)
    world.box.settle()
    world.order_at_hq(1, cancelled=True, modified_at=(world.clock.now()).isoformat())
    world.box.settle()
    world.box.settle()
    assert set(statuses(world).values()) == {"cancelled"}


@pytest.mark.parametrize("fault", ["lost", "reply_lost", "twice"])
def test_faults_of_the_line_lose_and_double_nothing(world, fault):
    """Each request in turn is lost, or its reply, or it comes twice (the copy is refused as a replay)."""
    for number in range(6):
        lan_order(world, number)
        world.order_at_hq(number)
        world.box.wire.faults.append(fault)
        world.box.settle()
    for _ in range(3):
        world.box.settle()
    assert len(statuses(world)) == 12
    assert logs_agree(world)
    assert world.hq.rows("SELECT COUNT(*) AS n FROM quarantine") == [{"n": 0}]


def test_hq_restarted_and_the_store_restarted(world):
    """Nothing that was acknowledged is asked for again; everything arrives once."""
    lan_order(world, 1)
    world.box.settle()
    world.hq.restart()
    lan_order(world, 2)
    world.box.settle()
    world.box.restart()
    lan_order(world, 3)
    world.order_at_hq(4)
    world.box.settle()
    world.box.settle()
    assert len(statuses(world)) == 4
    assert logs_agree(world)


def test_with_the_line_cut_the_store_works_and_catches_up(world):
    """And it says how things stand, meanwhile."""
    world.box.wire.is_cut = True
    for number in range(5):
        lan_order(world, number)
    status = world.box.settle()
    assert status.state is State.LINE_DOWN
    assert status.backlog == 10
    assert statuses(world) == {}
    world.box.wire.is_cut = False
    assert world.box.settle().state is State.UP_TO_DATE
    assert len(statuses(world)) == 5


def test_a_replayed_request_has_no_effect(world):
    """The very same bytes and signature, later."""
    lan_order(world, 1)
    world.box.settle()
    for send in list(world.box.wire.sent):
        answer = world.box.wire._transport.send(send)
        code = msgspec.json.decode(answer.body)["error"]["code"]
        assert (answer.status, code) in {(409, "sequence_seen"), (401, "unknown_session")}
    assert logs_agree(world)
    lan_order(world, 2)
    world.box.settle()
    assert logs_agree(world)


def test_a_forged_request_is_refused(world):
    """Another key under the store's name, and no signature at all."""
    last = world.box.wire.sent[-1]
    url = world.hq.url + last.path
    stranger = keys.make(world.box.home.parent)
    forged = sign(
        stranger, key_id="harbour-lane", url=url, body=last.body, nonce=last.nonce,
        sequence=last.sequence + 10, created=world.clock.now(),
    )  # fmt: skip
    for headers in (forged, {"Content-Type": "application/json", "Content-Encoding": "gzip"}):
        answer = requests.post(url, data=last.body, headers=headers, timeout=10)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "signature_refused"


def test_a_poison_event_parks_only_its_own_thing(world):
    """Handed over twice: the second has no place. It is kept at HQ, and other orders go on."""
    first, second = lan_order(world, 1), lan_order(world, 2)
    from edge.orders.rules.events import OrderAccepted, OrderHandedOver

    edge = world.box.edge
    for _ in range(2):
        edge.write(lambda unit: unit.record(OrderHandedOver(order_id=first, how="scan"), by="ken"))
    edge.write(lambda unit: unit.record(OrderAccepted(order_id=first), by="ken"))
    edge.write(lambda unit: orders.start_picking(unit, second, by="ken"))
    status = world.box.settle()
    assert status.quarantined == 2
    assert statuses(world) == {first: "handed_over", second: "picking"}
    assert logs_agree(world)
    waiting = world.hq.rows("SELECT aggregate_id, parked FROM quarantine ORDER BY seq")
    assert [(row["aggregate_id"], row["parked"]) for row in waiting] == [(first, 0), (first, 1)]


def test_a_record_that_cannot_be_applied_waits_visibly_and_stops_nothing(world):
    """An order routed to another store, in the middle of a page."""
    world.order_at_hq(1)
    world.order_at_hq(2)
    world.hq.change(
        "UPDATE feed SET body = replace(body, '\"harbour-lane\"', '\"elsewhere\"')"
        " WHERE record_type = 'order' AND position = (SELECT MIN(position) FROM feed WHERE record_type = 'order')"
    )
    world.box.settle()
    assert len(world.box.rows("SELECT 1 FROM orders")) == 1
    with world.box.edge.read() as reader:
        [waiting] = sync_store.unapplied(reader)
    assert waiting.record_type == "order"
    assert "WrongStoreOrder" in waiting.problem


def test_products_and_offers_come_down(world):
    """The catalogue and HQ's own offers."""
    world.hq.command(
        "import-products", currency="JPY",
        text="sku,gtin,name_en,name_ja,aisle_order,price_minor,prep_minutes,class,zone\n"
        "SKU-001,,Milk,牛乳,10,240,0,shelf,chilled\nSKU-050,,Latte,ラテ,900,420,4,made_to_order,ambient\n",
    )  # fmt: skip
    world.hq.command("publish-offer", **OFFER)
    world.box.settle()
    assert len(world.box.rows("SELECT 1 FROM products")) == 2
    assert len(world.box.rows("SELECT 1 FROM offers")) == 1
    with world.box.edge.read() as reader:
        assert sync_store.unapplied(reader) == []


OFFER = {
    "offer_id": "019ac1f0-0000-7000-8000-0000000000f1", "offer_kind": "bakery", "price_minor": 180,
    "currency": "JPY", "starts_at": "2026-11-22T00:00:00Z", "ends_at": "2026-11-29T15:00:00Z",
    "texts": {"en": {"title": "Melon bread"}, "ja": {"title": "メロンパン"}},
}  # fmt: skip


def a_day(world):
    """A little of everything."""
    test_products_and_offers_come_down(world)
    world.order_at_hq(1)
    lan_order(world, 2)
    say_yes_and_no(world)
    redeem_an_offer_of_ours(world)
    world.box.settle()
    world.box.settle()


def say_yes_and_no(world):
    """A customer allows two things and takes one of them back."""
    edge, whose = world.box.edge, {"order_id": "o1", "customer_key": "c1"}
    for purpose in (Purpose.ARRIVAL_TIMING, Purpose.PURCHASE_OFFERS):
        with edge.read() as reader:
            shown = consents.card(
                reader, purpose, **whose, lang="en", now=edge.clock.now(), pepper=edge.pepper
            )
        edge.write(lambda unit, shown=shown: consents.grant(unit, shown, **whose, minutes=60))
    edge.write(lambda unit: consents.withdraw(unit, Purpose.PURCHASE_OFFERS, **whose))


def redeem_an_offer_of_ours(world):
    """Made in the store, changed, used twice."""
    texts = {"en": Texts(title="Soup"), "ja": Texts(title="スープ")}
    now = world.clock.now()
    wish = Wish(
        kind="hot", texts=texts, price_minor=300, currency="JPY", limit=5,
        starts_at=now, ends_at=now + dt.timedelta(hours=9),
    )  # fmt: skip
    edge = world.box.edge
    offer = edge.write(lambda unit: offers.make(unit, wish, by="mio"))
    cheaper = msgspec.structs.replace(wish, price_minor=280)
    edge.write(lambda unit: offers.change(unit, offer.offer_id, cheaper, by="mio"))
    for _ in range(2):
        taken = edge.write(lambda unit: offers.redeem(unit, offer.offer_id, surface="kiosk"))
        assert taken.redemption is not None


def test_the_night_finds_both_ends_equal(world):
    """Chains, and tables computed on each side from its own rows."""
    a_day(world)
    assert nightly(world.box.edge).startswith("equal at event")
    with world.box.edge.read() as reader:
        [night] = sync_store.nights(reader)
    assert night.is_equal
    report = json.loads(night.report)
    assert report["tables"]["order"] == report["tables"]["order_status"] == 2
    assert report["tables"]["product"] == report["tables"]["offer"] == 2
    assert report["tables"]["consent"] == report["tables"]["redemption"] == 2
    assert set(report["tables"]) == set(RECORD_TYPES)
    assert world.hq.rows("SELECT COUNT(*) AS n FROM nights") == [{"n": 1}]


def test_the_night_names_a_row_that_somebody_flipped_at_hq(world):
    """The proof that the check can fail."""
    a_day(world)
    order_id = min(statuses(world))
    world.hq.change(
        "UPDATE folded SET body = replace(body, '\"accepted\"', '\"handed_over\"')"
        " WHERE record_type = 'order_status' AND record_id = :id",
        id=order_id,
    )
    said = nightly(world.box.edge)
    assert said.startswith("not equal")
    assert f"order_status {order_id} differs" in said


def test_the_night_is_made_up_for_when_the_line_was_cut(world):
    """Owed over a restart, and done after the next contact."""
    a_day(world)
    world.box.wire.is_cut = True
    assert nightly(world.box.edge).startswith("HQ cannot be reached")
    world.box.restart()
    world.box.settle()
    with world.box.edge.read() as reader:
        assert [night.is_equal for night in sync_store.nights(reader)] == [True]
        assert sync_store.night_owed(reader) == ""


def test_another_box_that_enrols_shuts_the_first_one_out(world, tmp_path):
    """Replaced hardware: one open epoch per store."""
    other = StoreBox(tmp_path / "other", world.hq, world.clock)
    try:
        other.enrol()
        assert other.settle().state is State.UP_TO_DATE
        lan_order(world, 1)
        assert world.box.settle().state in {State.REFUSED, State.EPOCH_CLOSED}
        assert statuses(world) == {}
    finally:
        other.stop()
