"""The store reads the phone: evidence of the arrival, refused with the reason when it is not."""

import pytest
from msgspec.structs import replace

from edge.base import store_record
from edge.orders import actions as orders
from tests.edge.acts.journey_world import JourneyWorld, error_of


@pytest.fixture
def world(tmp_path):
    world = JourneyWorld(tmp_path)
    yield world
    world.edge.close()


def test_the_kiosk_reads_the_pass_of_a_phone_that_was_never_online(world):
    """No tap, no consent, no line: the scan alone is the arrival."""
    order = world.order()
    answer = world.kiosk({"scan": f"SE.HL.{world.code(order)}"})
    assert answer.status_code == 200
    shown = answer.get_json()
    assert (shown["number"], shown["customer"], shown["phase"]) == (
        order.number,
        "Ana K.",
        "arrived",
    )
    assert world.journey(order).evidence_at == world.clock.now()


def test_scanning_twice_is_arriving_once(world):
    """The second scan answers the same and says nothing new."""
    order = world.order()
    first = world.kiosk({"code": world.code(order)}).get_json()
    world.clock.advance(minutes=3)
    assert world.kiosk({"code": world.code(order).lower()}).get_json() == first
    assert world.kinds().count("customer_arrived") == 1


def test_a_pass_of_another_store_is_named_so(world):
    """Which store is right, and how far: the reason helps more than "no"."""
    order = world.order()
    with world.edge.read() as reader:
        here = store_record.load(reader)
    old = store_record.Sister(
        code="OS", name="Old Street", north=here.north + 0.03, east=here.east
    )
    told = replace(here, sisters=(old,), revision=here.revision + 1)
    world.edge.write(lambda unit: store_record.save(unit, told))
    answer = world.kiosk({"scan": f"SE.OS.{world.code(order)}"})
    assert error_of(answer) == "code_for_another_store"
    said = answer.get_json()["error"]["message"]
    assert said == f"This pass is for another store: Old Street (3.3 km). This is {here.name}."


def test_a_pass_of_an_order_that_is_over_is_refused(world):
    """Cancelled, or kept too long."""
    order = world.order()
    world.clock.advance(minutes=6 * 60)
    assert error_of(world.kiosk({"code": world.code(order)})) == "hold_ended"
    world.edge.write(lambda unit: orders.cancel(unit, order.order_id, reason="x", by="ken"))
    assert error_of(world.kiosk({"code": world.code(order)})) == "order_was_cancelled"


def test_number_and_initial_need_a_person_at_the_desk(world):
    """A number is called out in the store; it proves nothing at a kiosk."""
    order = world.order()
    body = {"number": order.number, "initial": "a", "at": "desk"}
    assert error_of(world.kiosk(body)) in ("forbidden", "sign_in_needed")
    assert world.kiosk(body, staff=True).status_code == 200
    wrong = {"number": order.number, "initial": "B", "at": "desk"}
    assert error_of(world.kiosk(wrong, staff=True)) == "not_this_person"


def test_five_wrong_codes_make_a_kiosk_wait(world):
    """Guessing is slow; a real pass is still scanned at once."""
    order = world.order()
    for n in range(5):
        assert error_of(world.kiosk({"code": f"0000000{n}"})) == "code_unknown"
    answer = world.kiosk({"code": world.code(order)})
    assert (answer.status_code, error_of(answer)) == (429, "too_many_tries")
    assert world.kiosk({"scan": f"SE.HL.{world.code(order)}"}).status_code == 200
    world.clock.advance(seconds=121)
    assert world.kiosk({"code": world.code(order)}).status_code == 200


def test_rubbish_is_refused_by_name(world):
    """Nothing typed, or nothing readable."""
    world.order()
    assert error_of(world.kiosk({"code": "hello"})) == "code_unreadable"
    assert error_of(world.kiosk({})) == "code_unknown"


def test_an_unpaired_screen_checks_nobody_in(world):
    """Devices are known by name."""
    world.order()
    assert world.http.post("/api/v1/check-in", json={"code": "x"}).status_code == 401


def test_staff_say_that_they_see_the_customer(world):
    """The sixth way: no phone, no code, only somebody's eyes; it is evidence by who is signed in."""
    order = world.order()
    path = f"/api/v1/orders/{order.order_id}/arrival"
    kiosk = world.http.post(path, json={}, headers={"X-Test-Device": "kiosk"})
    assert error_of(kiosk) in ("forbidden", "sign_in_needed")
    answer = world.http.post(path, json={}, headers={"X-Test-Device": "staff"})
    assert (answer.status_code, answer.get_json()["phase"]) == (200, "arrived")
    known = world.journey(order)
    assert (known.arrived_how, known.evidence_at) == ("staff", world.clock.now())


def test_a_pass_that_is_scanned_while_its_phone_is_far_away_is_doubted_aloud(world):
    """Somebody else may hold a picture of it: believed, and said to whoever reads the board."""
    order = world.on_the_way()
    world.reports(5_000.0)
    shown = world.kiosk({"code": world.code(order)}).get_json()
    assert (shown["phase"], shown["doubts"]) == ("arrived", ["impossible_lead"])
    assert world.journey(order).doubts == ("impossible_lead",)


def test_ranges_whose_consent_ran_out_ask_nobody_again(world):
    """What may not be used any more raises no doubt, also before the timer has forgotten it."""
    order = world.order()
    world.says("yes", order)
    world.clock.advance(minutes=239)
    world.post("on-my-way")
    world.reports(5_000.0)
    world.clock.advance(seconds=60)
    assert world.kiosk({"code": world.code(order)}).get_json()["doubts"] == []


@pytest.mark.parametrize("at", ["kiosk", "door", "desk"])
def test_whatever_reads_the_pass_is_evidence_from_there(world, at):
    """Kiosk, door scanner and desk each leave their name."""
    order = world.order()
    who = at == "desk"
    world.kiosk({"scan": f"SE.HL.{world.code(order)}", "at": at}, staff=who)
    assert world.journey(order).arrived_how == {"desk": "staff"}.get(at, at)
    assert world.journey(order).evidence_at is not None
