"""Orders over the web: what staff do, by name, and every refusal in one shape."""

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest
from flask.testing import FlaskClient

from edge import http
from edge.acts.web import orders as order_acts
from edge.app import create_app
from edge.base.log import read_after
from edge.http import Caller
from edge.orders import actions, store, web
from edge.orders.memory import LastSteps
from edge.orders.rules import codes
from edge.products import store as products
from edge.products.rules import Product, ProductClass
from edge.profiles import store as profiles
from sync.core.errors import NotFound
from tests.world import open_edge

from .conftest import make_neutral

KEN = Caller(role=http.STAFF, id="ken", device_id="tablet-1")
COFFEE = Product(
    sku="SKU-061",
    gtin="",
    name_en="Flat white",
    name_ja="",
    aisle_order=900,
    price_minor=450,
    currency="JPY",
    prep_minutes=4,
    product_class=ProductClass.MADE_TO_ORDER,
)


def identify(request) -> Caller:
    """Whoever the test says it is."""
    role = request.headers.get("X-Role", "")
    return replace(KEN, role=role) if role else Caller()


@pytest.fixture
def edge(tmp_path) -> Iterator:
    """A store that sells coffee."""
    tables = [store.migrations, products.migrations, profiles.migrations]
    opened = open_edge(tmp_path, tables)
    opened.put_part(LastSteps())
    opened.write(lambda u: products.put(u, COFFEE, revision=0))
    yield opened
    opened.close()


@pytest.fixture
def staff(edge) -> FlaskClient:
    """A tablet with Ken at it."""
    app = create_app(edge)
    for bp in (web.bp, order_acts.bp):
        if bp.name not in app.blueprints:
            app.register_blueprint(bp)
    app.extensions["store_edge"] = http.Ports(edge, identify)
    client = app.test_client()
    client.environ_base["HTTP_X_ROLE"] = "staff"
    return client


def take(staff, *skus, **changes):
    """An order is taken at the till."""
    neutral = make_neutral(*skus, **{"token_hash": "", **changes})
    return staff.post("/api/v1/orders", json=msgspec.to_builtins(neutral))


def do(staff, taken, step, body=None, **headers):
    """Staff take a step with it."""
    return staff.post(
        f"/api/v1/orders/{taken['order_id']}/{step}", json=body or {}, headers=headers
    )


def refusal(answer) -> str:
    """The code of a refusal."""
    return answer.json["error"]["code"]


def test_an_order_lives_from_till_to_hand_over_the_web(staff) -> None:
    """Every step by the route that the screens use."""
    taken = take(staff, "SKU-001", "SKU-061").json
    assert (taken["number"], taken["state"], taken["finish"]) == ("A-01", "accepted", "waiting")
    assert do(staff, taken, "picking").json["picking_by"] == "ken"
    assert do(staff, taken, "picks", {"line_no": 1, "qty": 2}).json["state"] == "picked"
    assert do(staff, taken, "finish", {"state": "started"}).json["finish"] == "started"
    assert do(staff, taken, "staging", {"bin": "4", "bags": 2}).json["state"] == "staged"
    assert do(staff, taken, "finish", {"state": "done"}).json["state"] == "ready"
    assert do(staff, taken, "bringing").json["bringing_by"] == "ken"
    given = do(staff, taken, "handover", {"code": taken["handover_code"]})
    assert given.json["state"] == "handed_over"
    assert given.json["moves"] == []


def test_a_till_order_gets_its_pass_from_the_store(staff, edge) -> None:
    """The same pass again on a repeat; only its hash is kept, also in the kept answers."""
    body = msgspec.to_builtins(make_neutral(token_hash=""))
    key = {"Idempotency-Key": "till-1-000001"}
    first = staff.post("/api/v1/orders", json=body, headers=key)
    again = staff.post("/api/v1/orders", json=body, headers=key)
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    token = first.json["pass_token"]
    assert len(token) == 26
    with edge.read() as reader:
        kept = repr([tuple(row) for row in reader.rows("SELECT * FROM answers")])
        assert store.pass_opens(reader, codes.token_hash(token)) is not None
    assert token not in kept


def test_an_orders_customer_is_known_while_it_lives(staff, edge) -> None:
    """Name and order are written in one instant."""
    take(staff)
    with edge.read() as reader:
        assert profiles.load(reader, "c-1").display_name == "Ana K."


def test_the_same_key_gives_the_same_answer_and_one_effect(staff) -> None:
    """A tablet that lost the answer asks again."""
    taken = take(staff).json
    key = {"Idempotency-Key": "tablet-1-000017"}
    first = do(staff, taken, "picking", **key)
    assert do(staff, taken, "picking", **key).json == first.json
    assert refusal(do(staff, taken, "picks", {"line_no": 1, "qty": 1}, **key)) == "key_reused"


def test_staging_without_picks_is_refused_with_words(staff) -> None:
    """The planted fault skip-pick hears this."""
    taken = take(staff).json
    do(staff, taken, "picking")
    answer = do(staff, taken, "staging", {"bin": "4"})
    assert answer.status_code == 409
    assert refusal(answer) == "not_picked"
    assert "every line must be picked" in answer.json["error"]["message"]


def test_a_step_is_taken_back_over_the_web_once(staff):
    """The same key gives the same answer; another key hears that there is nothing left to undo."""
    order = take(staff, "SKU-001").json
    at = f"/api/v1/orders/{order['order_id']}"
    begun = staff.post(f"{at}/picking", json={}).json
    assert (begun["picking_by"], begun["state"]) == ("ken", "picking")
    key = {"Idempotency-Key": "undo-of-the-claim-1"}
    for _ in range(2):
        undone = staff.post(f"{at}/undo", json={}, headers=key)
        assert (undone.status_code, undone.json["state"]) == (200, "accepted")
    again = staff.post(f"{at}/undo", json={})
    assert (again.status_code, again.json["error"]["code"]) == (409, "nothing_to_undo")


def test_somebody_elses_order_is_taken_over_from_whom_it_is_named(staff, edge):
    """Meant for Mia's; it is Yuki's by now, so nothing is taken."""
    order = take(staff, "SKU-001").json
    at = f"/api/v1/orders/{order['order_id']}"
    edge.write(lambda u: actions.start_picking(u, order["order_id"], by="yuki"))
    refused = staff.post(f"{at}/picking", json={"take_over": True, "holder": "mia"})
    assert refused.json["error"]["code"] == "claim_moved_on"
    taken = staff.post(f"{at}/picking", json={"take_over": True, "holder": "yuki"})
    assert taken.json["picking_by"] == "ken"
    own = staff.post(f"{at}/picking", json={"take_over": True})
    assert own.json["error"]["code"] == "claim_is_yours"


@pytest.mark.parametrize("bags", [0, 21])
def test_bags_are_from_one_to_twenty(staff, bags):
    """More are a slip of the finger."""
    order = take(staff, "SKU-061").json
    body = {"bin": "4", "bags": bags}
    assert staff.post(f"/api/v1/orders/{order['order_id']}/staging", json=body).status_code == 422


def test_a_second_handover_is_refused_with_its_time(staff) -> None:
    """The planted fault double-handover hears this."""
    taken = take(staff, "SKU-061").json
    do(staff, taken, "picking")
    do(staff, taken, "finish", {"state": "started"})
    do(staff, taken, "finish", {"state": "done"})
    do(staff, taken, "staging", {"bin": "4"})
    do(staff, taken, "handover", {"override_reason": "knows her order"})
    again = do(staff, taken, "handover", {"code": taken["handover_code"]})
    assert refusal(again) == "already_handed_over"
    assert again.json["error"]["details"]["at"].startswith("2026-11-23")


def test_orders_are_listed_open_or_by_state(staff) -> None:
    """In walking order inside; unknown states are refused."""
    one = take(staff, "SKU-001", n=1).json
    take(staff, n=2)
    do(staff, one, "cancellation", {"reason": "asked"})
    assert [o["number"] for o in staff.get("/api/v1/orders").json["orders"]] == ["A-02"]
    gone = staff.get("/api/v1/orders?state=cancelled").json["orders"]
    assert [o["number"] for o in gone] == ["A-01"]
    assert refusal(staff.get("/api/v1/orders?state=lost")) == "wrong_field"


def test_buttons_are_offered_for_legal_steps_only(staff) -> None:
    """Nothing is on the screen that the store would refuse."""
    taken = take(staff).json
    assert taken["moves"] == ["start_picking", "cancel"]
    picking = do(staff, taken, "picking").json
    assert picking["moves"] == ["take_over", "pick", "cancel"]
    cancelled = do(staff, taken, "cancellation", {"reason": "asked"}).json
    assert cancelled["moves"] == []


def test_a_cancelled_order_with_goods_in_it_goes_back(staff) -> None:
    """Restocking is a step with a name, too."""
    taken = take(staff).json
    do(staff, taken, "picking")
    do(staff, taken, "picks", {"line_no": 1, "qty": 1})
    assert do(staff, taken, "cancellation", {"reason": "asked"}).json["moves"] == ["restock"]
    assert do(staff, taken, "restocking").json["state"] == "restocked"


def test_one_order_is_shown_and_an_unknown_one_is_not(staff) -> None:
    """404, in the one shape."""
    taken = take(staff).json
    assert staff.get(f"/api/v1/orders/{taken['order_id']}").json["number"] == "A-01"
    assert refusal(staff.get("/api/v1/orders/nowhere")) == "order_unknown"


@pytest.mark.parametrize(
    ("step", "body", "status"),
    [
        ("picks", {"line_no": 1}, 422),
        ("picks", {"line_no": 1, "qty": -1}, 422),
        ("picks", {"line_no": "1", "qty": 1}, 422),
        ("picks", {"line_no": 1, "qty": 1, "who": "mia"}, 422),
        ("staging", {}, 422),
        ("staging", {"bin": "x" * 21}, 422),
        ("finish", {"state": "half"}, 422),
        ("cancellation", {"reason": "  "}, 422),
        ("handover", {}, 422),
        ("handover", {"code": "x" * 101}, 422),
        ("handover", {"code": "nonsense!"}, 422),
    ],
)
def test_a_malformed_step_is_refused_and_changes_nothing(staff, edge, step, body, status) -> None:
    """Missing, wrong, unknown, too long."""
    taken = take(staff).json
    before = edge.log.durable_seq
    assert do(staff, taken, step, body).status_code == status
    assert edge.log.durable_seq == before


@pytest.mark.parametrize(
    "broken", [{"lines": []}, {"store_id": "mill-road"}, {"extra": 1}, {"currency": "yen"}]
)
def test_a_malformed_order_is_refused(staff, edge, broken) -> None:
    """Nothing of it is kept."""
    body = {**msgspec.to_builtins(make_neutral()), **broken}
    assert staff.post("/api/v1/orders", json=body).status_code == 422
    assert edge.log.durable_seq == 0


@pytest.mark.parametrize("step", ["picking", "picks", "staging", "finish", "handover", "bringing"])
def test_a_paired_screen_alone_takes_no_step(staff, step) -> None:
    """Every state change has a person's name behind it."""
    taken = take(staff).json
    staff.environ_base["HTTP_X_ROLE"] = "device"
    assert refusal(do(staff, taken, step)) == "sign_in_needed"


def test_a_till_needs_no_person_to_take_an_order(staff) -> None:
    """A paired device is enough; a stranger is not."""
    staff.environ_base["HTTP_X_ROLE"] = "device"
    assert take(staff).status_code == 201
    staff.environ_base["HTTP_X_ROLE"] = ""
    assert refusal(take(staff, n=2)) == "sign_in_needed"


def test_a_pass_opens_its_own_order_until_a_day_after_its_end(staff, edge) -> None:
    """Before, foreign and outlived passes answer alike: there is nothing here."""
    taken = take(staff).json
    with staff.application.app_context():
        assert web.owns(taken["pass_token"]) == taken["order_id"]
        for foreign in ("", "x", taken["pass_token"].lower(), taken["order_id"]):
            with pytest.raises(NotFound):
                web.owns(foreign)
        do(staff, taken, "cancellation", {"reason": "asked"})
        edge.clock.advance(minutes=24 * 60 - 1)
        assert web.owns(taken["pass_token"]) == taken["order_id"]
        edge.clock.advance(minutes=1)
        with pytest.raises(NotFound):
            web.owns(taken["pass_token"])
        edge.clock.advance(minutes=-60)
        with pytest.raises(NotFound):
            web.owns(taken["pass_token"])


def test_a_pass_that_nobody_opened_is_closed_by_its_timer(staff, edge) -> None:
    """Rung early it waits; rung in time it closes for good, once; an order that goes on keeps its pass."""
    taken, other = take(staff).json, take(staff, n=2).json
    do(staff, taken, "cancellation", {"reason": "asked"})

    def ring(order_id: str) -> None:
        edge.write(lambda unit: actions.pass_closes(unit, order_id))

    def opens(token: str) -> bool:
        with edge.read() as reader:
            return store.pass_opens(reader, codes.token_hash(token)) is not None

    ring(taken["order_id"])
    assert opens(taken["pass_token"])
    edge.clock.advance(minutes=24 * 60)
    for _ in range(2):
        ring(taken["order_id"])
        ring(other["order_id"])
    assert (opens(taken["pass_token"]), opens(other["pass_token"])) == (False, True)
    with edge.read() as reader:
        closed = [each for each in read_after(reader, 0) if each.kind == "pass_closed"]
    assert [each.aggregate_id for each in closed] == [taken["order_id"]]
