from __future__ import annotations

import gzip

import msgspec

from edge.rehearsal import trips
from edge.rehearsal.customers import Customer
from edge.rehearsal.day import PlannedOrder, small
from edge.rehearsal.trips import Sight, Trip
from edge.rehearsal.truth import Life


def planned(**changes) -> PlannedOrder:
    """A plain order that leaves at 1000."""
    return msgspec.structs.replace(
        small().orders[0], leaves_s=1000.0, turn_back_s=None, no_show=False, **changes
    )


def straight() -> Trip:
    """600 m in 600 s."""
    return Trip(600.0, tuple((t, Sight(600.0 - t, 10.0)) for t in range(0, 601, 10)))


def test_plain_ways_end_at_the_store():
    """Each begins away from it and comes to it."""
    for n in range(20):
        trip = trips.load(None).of(n / 20)
        assert trip.at(0).distance_m > 500
        assert trip.at(trip.arrival_t).distance_m < 60


def test_the_phone_knows_its_newest_fix():
    """Before the first fix it knows the first; after the last the last."""
    trip = straight()
    assert trip.at(-5).distance_m == 600
    assert trip.at(15).distance_m == 590
    assert trip.at(9999).distance_m == 0


def test_recorded_ways_become_distances(tmp_path):
    """Places are measured against the destination and then forgotten; a missing accuracy is a usual one."""
    row = {
        "dest": [52.0, 5.0],
        "arrival_t": 60,
        "points": [[0, 52.01, 5.0, 7], [60, 52.0, 5.0, None]],
        "user": "x",
    }
    path = tmp_path / "trips.jsonl.gz"
    path.write_bytes(gzip.compress(msgspec.json.encode(row) + b"\n"))
    trip = trips.load(path).of(0.5)
    assert abs(trip.at(0).distance_m - 1112) < 2
    assert trip.at(0).accuracy_m == 7
    assert (trip.at(60).distance_m, trip.at(60).accuracy_m) == (0.0, 12.0)


def test_a_customer_comes_when_the_way_is_done():
    """Leaving time plus the way's own time."""
    customer = Customer(Life(planned(), "1"), straight())
    assert customer.comes_s == 1600
    assert customer.way_at(1300) == 300


def test_who_turns_back_half_way_sets_out_again_later():
    """Out to the middle, home, and after the pause the whole way."""
    customer = Customer(Life(planned().__class__(**_fields(turn_back_s=900.0)), "1"), straight())
    assert customer.leaves_again_s == 1000 + 300 + 900
    assert [customer.way_at(1000 + t) for t in (0, 200, 300, 400, 600, 900)] == [
        0,
        200,
        300,
        200,
        0,
        0,
    ]
    assert customer.comes_s == 2200 + 600


def test_who_turns_back_is_home_before_they_set_out_again():
    """A pause shorter than the way home does not make anybody jump."""
    customer = Customer(Life(planned().__class__(**_fields(turn_back_s=10.0)), "1"), straight())
    assert customer.leaves_again_s == 1600


def _fields(**changes) -> dict[str, object]:
    return {**msgspec.structs.asdict(planned()), **changes}
