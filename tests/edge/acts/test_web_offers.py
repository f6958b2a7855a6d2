"""Redeeming at the kiosk, checking at the desk, answering on the pass: over HTTP, with its refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from edge import http
from edge.acts import decide_offers
from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory
from edge.consents import actions as consents
from edge.offers import store
from edge.orders import actions as orders
from edge.orders.rules import LineFacts, Order
from tests.edge.acts.offer_world import make_wish, neutral_order
from tests.edge.shelf import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """A store with a shelf."""
    made = Shelf(tmp_path)
    yield made
    made.edge.close()


@pytest.fixture
def ana(shelf: Shelf) -> Order:
    """A customer on her way who said yes to a suggestion; her pass is ANA."""
    edge = shelf.edge
    neutral = neutral_order(1, ("SKU-001",))
    with edge.read() as reader:
        shop = orders.shop_here(reader, edge)
    facts = {"SKU-001": LineFacts(zone="ambient")}
    order = edge.write(
        lambda unit: orders.apply_order(unit, neutral, facts, shop=shop, origin="hq")
    )
    whose = {"order_id": order.order_id, "customer_key": order.customer_key}
    for purpose in decide_offers.NEEDS:
        with edge.read() as reader:
            card = consents.card(
                reader, purpose, lang="en", now=shelf.clock.now(), pepper=edge.pepper, **whose
            )
        edge.write(lambda unit, card=card: consents.grant(unit, card, minutes=240, **whose))
    memory = edge.part(RangeMemory)
    edge.write(lambda unit: arrivals.start(unit, order.order_id, memory, by="customer"))
    shelf.passes["ANA"] = order.order_id
    return order


def test_a_manager_makes_lists_and_changes_offers(shelf: Shelf) -> None:
    """The same body that is read is shown."""
    mia = shelf.as_(http.MANAGER)
    wish = msgspec.to_builtins(make_wish())
    key = {"Idempotency-Key": "make-0001"}
    made = mia.post("/api/v1/offers", json=wish, headers=key)
    assert made.status_code == 201
    assert mia.post("/api/v1/offers", json=wish, headers=key).json == made.json
    offer_id = made.json["offer_id"]
    assert [each["offer_id"] for each in mia.get("/api/v1/offers").json["offers"]] == [offer_id]
    changed = mia.put(f"/api/v1/offers/{offer_id}", json={**wish, "price_minor": 250})
    assert (changed.json["revision"], changed.json["wish"]["price_minor"]) == (2, 250)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"price_minor": "300"}, 422),
        ({"price_minor": -1}, 422),
        ({"surprise": 1}, 422),
        ({"ends_at": "2020-01-01T00:00:00Z"}, 422),
        ({"starts_at": "2026-11-23T00:00:00"}, 422),
        ({"texts": {"en": {"title": "Only English"}}}, 422),
        ({"goes_with": ["x" * 65]}, 422),
    ],
)
def test_a_wrong_offer_is_refused_and_nothing_is_made(
    shelf: Shelf, body: dict[str, object], status: int
) -> None:
    """In the one error shape."""
    mia = shelf.as_(http.MANAGER)
    wish = msgspec.to_builtins(make_wish())
    refused = mia.post("/api/v1/offers", json={**wish, **body})
    assert refused.status_code == status
    assert set(refused.json["error"]) == {"code", "message", "details"}
    assert mia.get("/api/v1/offers").json["offers"] == []


def test_who_is_not_a_manager_makes_no_offer(shelf: Shelf) -> None:
    """Nor does a stranger redeem at a screen."""
    wish = msgspec.to_builtins(make_wish())
    assert shelf.phone.post("/api/v1/offers", json=wish).status_code == 401
    assert shelf.as_(http.STAFF).post("/api/v1/offers", json=wish).status_code == 403
    offer = shelf.offer()
    taken = shelf.phone.post(
        f"/api/v1/offers/{offer.offer_id}/redemptions", json={"surface": "kiosk"}
    )
    assert taken.status_code == 401
    assert shelf.used(offer) == 0


def test_only_what_can_be_had_now_is_on_offer_today(shelf: Shelf) -> None:
    """Not what is over, not what is sold out, not what has not begun."""
    kiosk = shelf.as_(http.DEVICE, "kiosk-1")
    now = shelf.clock.now()
    running = shelf.offer()
    shelf.offer(limit=1, sku="SKU-070", once_per_customer=False)
    shelf.offer(active=False)
    shelf.offer(starts_at=now.replace(hour=5))
    for each in kiosk.get("/api/v1/offers/today").json["offers"]:
        if each["left"] == 1:
            kiosk.post(f"/api/v1/offers/{each['offer_id']}/redemptions", json={"surface": "kiosk"})
    (shown,) = kiosk.get("/api/v1/offers/today").json["offers"]
    assert shown["offer_id"] == running.offer_id
    assert len(shown["code"]) == 8


def test_the_kiosk_gives_a_code_and_the_desk_honours_it_once(shelf: Shelf) -> None:
    """Looked at, given out, and refused the second time."""
    kiosk, desk = shelf.as_(http.DEVICE, "kiosk-1"), shelf.as_(http.STAFF, "ken")
    offer = shelf.offer()
    given = kiosk.post(
        f"/api/v1/offers/{offer.offer_id}/redemptions", json={"surface": "kiosk", "visit": "v1"}
    )
    assert given.status_code == 201
    said = given.json["said"]
    assert desk.get(f"/api/v1/redemptions/{said}").json["honoured_at"] is None
    assert desk.post(f"/api/v1/redemptions/{said}/honour", json={}).json["honoured_at"]
    again = desk.post(f"/api/v1/redemptions/{said}/honour", json={})
    assert (again.status_code, again.json["error"]["code"]) == (409, "already_used")
    forged = desk.post("/api/v1/redemptions/ZZZZZZ/honour", json={})
    assert (forged.status_code, forged.json["error"]["code"]) == (404, "unknown_code")


def test_a_replayed_tap_gets_the_first_answer_and_another_body_is_refused(shelf: Shelf) -> None:
    """The key stands for one request, also when that was refused."""
    kiosk = shelf.as_(http.DEVICE, "kiosk-1")
    offer = shelf.offer(limit=1)
    path, key = f"/api/v1/offers/{offer.offer_id}/redemptions", {"Idempotency-Key": "tap-0001"}
    body = {"surface": "kiosk", "visit": "v1"}
    first = kiosk.post(path, json=body, headers=key)
    assert kiosk.post(path, json=body, headers=key).json == first.json
    other = kiosk.post(path, json={"surface": "desk"}, headers=key)
    assert (other.status_code, other.json["error"]["code"]) == (409, "key_reused")
    late = kiosk.post(path, json={**body, "visit": "v2"}, headers={"Idempotency-Key": "tap-0002"})
    assert (late.status_code, late.json["error"]["code"]) == (409, "sold_out")
    assert shelf.used(offer) == 1


def test_one_visit_at_the_kiosk_is_one_person(shelf: Shelf) -> None:
    """Once per customer holds until the kiosk forgets who stood there."""
    kiosk, offer = shelf.as_(http.DEVICE, "kiosk-1"), shelf.offer()
    path = f"/api/v1/offers/{offer.offer_id}/redemptions"
    codes = [
        kiosk.post(path, json={"surface": "kiosk", "visit": visit}).status_code
        for visit in ("v1", "v1", "v2")
    ]
    assert codes == [201, 409, 201]


def test_an_offer_on_the_pass_is_added_put_off_or_stopped(shelf: Shelf, ana: Order) -> None:
    """Three answers; each is taken once."""
    coffee, cake = shelf.offer(), shelf.offer(sku="SKU-070", kind="cake")
    added = shelf.phone.post(f"/p/ANA/offers/{coffee.offer_id}", json={"answer": "add"})
    assert len(added.json["said"]) == 7
    again = shelf.phone.post(f"/p/ANA/offers/{coffee.offer_id}", json={"answer": "add"})
    assert again.json == added.json
    for answer in ("not_now", "stop_kind"):
        said = shelf.phone.post(f"/p/ANA/offers/{cake.offer_id}", json={"answer": answer})
        assert said.status_code == 200
    with shelf.edge.read() as reader:
        assert store.stopped_kinds(reader, ana.customer_key) == {"cake"}
        (extra,) = store.open_extras(reader)
    ken = shelf.as_(http.STAFF, "ken")
    assert [each["order_id"] for each in ken.get("/api/v1/extras").json["extras"]] == [
        ana.order_id
    ]
    done = ken.post(f"/api/v1/extras/{extra.redemption_id}", json={"state": "done"})
    assert done.json["state"] == "done"


def test_a_forged_pass_answers_nothing(shelf: Shelf, ana: Order) -> None:
    """Unknown and foreign passes answer alike."""
    offer = shelf.offer()
    refused = shelf.phone.post(f"/p/BEN/offers/{offer.offer_id}", json={"answer": "add"})
    assert refused.status_code == 404
    wrong = shelf.phone.post(f"/p/ANA/offers/{offer.offer_id}", json={"answer": "maybe"})
    assert wrong.status_code == 422
    unknown = shelf.phone.post("/p/ANA/offers/no-such", json={"answer": "add"})
    assert unknown.json["error"]["code"] == "unknown_offer"
    assert shelf.used(offer) == 0
