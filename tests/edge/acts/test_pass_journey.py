"""The pass on the way: yes and no, on my way, here, stop, and the receipt."""

from base64 import b64encode

import pytest

from edge.consents.rules import Purpose
from tests.edge.acts.journey_world import TOKEN, JourneyWorld, error_of


@pytest.fixture
def world(tmp_path):
    world = JourneyWorld(tmp_path)
    yield world
    world.edge.close()


def test_a_no_costs_one_tap_and_nothing_else(world):
    """The journey works with taps alone."""
    order = world.order()
    assert world.says("no", order).get_json() == {"answer": "no", "is_allowed": False}
    assert world.post("on-my-way").get_json()["phase"] == "en_route"
    world.clock.advance(minutes=10)
    assert world.post("arrival", {"bay": "3"}).get_json() == {
        "phase": "arrived",
        "bay": "3",
        "asks_again": False,
        "doubts": [],
    }


def test_both_taps_at_once_are_asked_again(world):
    """Saying "I am here" while setting out is not believed the first time."""
    world.on_the_way()
    assert world.post("arrival").get_json()["asks_again"] is True
    assert world.post("arrival").get_json()["phase"] == "arrived"


def test_here_from_five_kilometres_away_is_asked_again(world):
    """By the last range that was believed; said twice it counts, and the doubt is kept without the range."""
    order = world.on_the_way()
    world.reports(*(6_000.0 - 200.0 * n for n in range(8)))
    first = world.post("arrival", {"bay": "3"}).get_json()
    assert (first["asks_again"], first["doubts"]) == (True, ["impossible_lead"])
    assert world.post("arrival", {"bay": "3"}).get_json()["phase"] == "arrived"
    assert world.kinds()[-2:] == ["impossible_lead_noticed", "customer_arrived"]
    assert world.journey(order).doubts == ("impossible_lead",)


def test_a_range_that_is_old_enough_to_have_driven_since_asks_nothing(world):
    """A page that was hidden on the way is no reason for doubt."""
    world.on_the_way()
    world.reports(*(6_000.0 - 200.0 * n for n in range(8)))
    world.clock.advance(minutes=4)
    assert world.post("arrival").get_json()["phase"] == "arrived"


def test_the_same_key_gives_the_same_answer(world):
    """A post repeated after a lost answer does not arrive twice."""
    world.on_the_way()
    first = world.post("arrival", Idempotency_Key="arrival-0001")
    again = world.post("arrival", Idempotency_Key="arrival-0001")
    assert first.get_json() == again.get_json()
    assert "customer_arrived" not in world.kinds()


def test_a_forged_mark_is_no_yes(world):
    """Only a text that was shown can be answered."""
    world.order()
    answer = world.post("consent", {"answer": "yes", "served_id": "arrival_timing.1.en.0.0.abc"})
    assert error_of(answer) == "notice_unknown"


def test_a_foreign_token_is_nothing(world):
    """Unknown passes answer like unknown pages."""
    world.order()
    assert world.http.post("/p/WRONG/arrival", json={}).status_code == 404


def test_the_receipt_shows_what_was_said_and_what_became_of_it(world):
    """Given, then withdrawn, in the customer's own copy."""
    world.on_the_way()
    assert receipt(world)["records"][0]["state"] == "given"
    world.post("withdrawal")
    (record,) = receipt(world)["records"]
    assert record["state"] == "withdrawn"
    assert record["purpose"] == "arrival_timing"


def test_global_privacy_control_is_respected_on_the_way(world):
    """The browser's signal withdraws what yields to it, and leaves the trip alone."""
    order = world.order()
    shown = world.card(order, Purpose.ADJACENT_OFFER)
    world.post("consent", {"answer": "yes", "served_id": shown.served_id})
    answer = world.post(
        "consent", {"answer": "yes", "served_id": world.card(order).served_id}, Sec_GPC="1"
    )
    assert answer.get_json() == {"answer": "yes", "is_allowed": True}
    assert world.kinds().count("consent_withdrawn") == 4


def receipt(world):
    """The receipt as the phone gets it."""
    return world.http.get(f"/p/{TOKEN}/receipt").get_json()


def owntracks(world, body, password=TOKEN):
    """A native client posts."""
    basic = b64encode(f"A-01:{password}".encode()).decode()
    data = body if isinstance(body, bytes) else None
    return world.http.post(
        "/loc/owntracks",
        data=data,
        json=None if data is not None else body,
        headers={"Authorization": f"Basic {basic}"},
    )


def location(world, north=52.05, east=5.0, **more):
    return {
        "_type": "location",
        "lat": north,
        "lon": east,
        "acc": 12,
        "tst": int(world.clock.now().timestamp()),
        "batt": 80,
        "SSID": "home",
        **more,
    }


def taken(world, order):
    seen = world.memory.get(order.order_id, monotonic=world.clock.monotonic())
    return [round(one.distance_m) for one in seen.trail.reports] if seen else []


def test_a_native_client_is_turned_into_ranges(world):
    """A tenth of a degree is eleven kilometres; the position is not there any more."""
    order = world.on_the_way()
    assert owntracks(world, location(world)).data == b"[]"
    world.clock.advance(seconds=60)
    owntracks(world, [location(world, north=52.04), {"_type": "lwt", "tst": 1}])
    assert taken(world, order) == [5560, 4448]


def test_old_clients_send_strings_and_minus_one(world):
    """tst as text, acc -1: a number, and unknown."""
    order = world.on_the_way()
    tst = str(int(world.clock.now().timestamp()))
    assert owntracks(world, location(world, tst=tst, acc=-1, cog=-1, vel=-1)).status_code == 200
    assert taken(world, order) == [5560]


def test_coarse_and_stale_positions_move_nobody(world):
    """5 km of accuracy at the door, or yesterday's batch, is no arrival and no "near"."""
    order = world.on_the_way()
    owntracks(world, location(world, north=52.0, acc=5000))
    owntracks(world, location(world, north=52.0, tst=int(world.clock.now().timestamp()) - 3600))
    assert taken(world, order) == []
    assert "customer_near" not in world.kinds()


def test_after_a_withdrawal_the_client_gets_its_answer_and_nothing_is_kept(world):
    """It must let go of the position; so must we."""
    order = world.on_the_way()
    world.post("withdrawal")
    answer = owntracks(world, location(world))
    assert (answer.status_code, answer.data) == (200, b"[]")
    assert taken(world, order) == []


def test_a_zero_length_post_is_fine(world):
    """Clients do send it."""
    world.on_the_way()
    assert owntracks(world, b"").data == b"[]"
    assert owntracks(world, b"\n\n").data == b"[]"


@pytest.mark.parametrize(
    "body",
    [
        {"_type": "location", "lat": 52.0, "tst": 1},
        {"lat": 52.0, "lon": 5.0, "tst": 1},
        [[1]],
        "location",
        [{"_type": "lwt", "tst": 1}] * 201,
    ],
)
def test_what_is_no_message_is_refused(world, body):
    """A clear 4xx, nothing kept."""
    order = world.on_the_way()
    answer = owntracks(world, body)
    assert (answer.status_code, error_of(answer)) == (422, "not_owntracks")
    assert taken(world, order) == []


@pytest.mark.parametrize("lat", ["north", 91.0, True])
def test_a_message_that_cannot_be_used_is_let_go(world, lat):
    """Refused, the app would send it again for days."""
    order = world.on_the_way()
    assert owntracks(world, location(world, north=lat)).data == b"[]"
    assert taken(world, order) == []


def test_one_broken_message_does_not_hold_up_the_others(world):
    """Whatever is wrong with it."""
    order = world.on_the_way()
    assert owntracks(world, [{"lat": 52.0}, location(world), [1]]).data == b"[]"
    assert len(taken(world, order)) == 1


def test_broken_json_is_refused(world):
    """Also deep or truncated."""
    world.on_the_way()
    assert owntracks(world, b'{"_type": "loc').status_code == 400
    assert owntracks(world, b"x" * 70_000).status_code == 413


def test_without_the_pass_token_a_client_is_nobody(world):
    """Wrong, or no password at all."""
    world.order()
    assert owntracks(world, location(world), password="WRONG").status_code == 404
    assert world.http.post("/loc/owntracks", json={}).status_code == 401
