"""What goes wrong on the way: forged and flooded posts, clocks, restarts, a phone that sleeps for an hour."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from edge.arrivals.rules import Phase
from tests.edge.acts.journey_world import TOKEN, JourneyWorld, error_of
from tests.edge.acts.native import post, ranges


@pytest.fixture
def world(tmp_path):
    world = JourneyWorld(tmp_path)
    yield world
    world.edge.close()


def reported(world, seq, distance_m, *, ahead=0.0):
    """One report of the page, stamped by a clock that runs so many seconds ahead."""
    t = world.clock.now().timestamp() + ahead
    one = {"seq": seq, "t": t, "distance_m": distance_m, "accuracy_m": 10.0}
    return world.post("ranges", {"reports": [one]})


@pytest.mark.parametrize(
    "metres", ["-1", "-1e9", "1e9", "200001", "NaN", "Infinity", "1e999", '"5"']
)
def test_a_distance_that_is_none_is_refused(world, metres):
    """Below nought, beyond the country, not a number: a 4xx, nothing kept."""
    world.on_the_way()
    raw = f'{{"reports": [{{"seq": 1, "t": 1.0, "distance_m": {metres}}}]}}'
    kind = {"Content-Type": "application/json"}
    answer = world.http.post(f"/p/{TOKEN}/ranges", data=raw, headers=kind)
    assert answer.status_code in (400, 422)
    assert len(world.memory) == 0


@pytest.mark.parametrize("t", [-1, 1e12, "noon", None])
def test_a_time_that_is_none_is_refused(world, t):
    """Before 1970, beyond any calendar, in words."""
    world.on_the_way()
    raw = json.dumps({"reports": [{"seq": 1, "t": t, "distance_m": 5.0}]})
    kind = {"Content-Type": "application/json"}
    assert world.http.post(f"/p/{TOKEN}/ranges", data=raw, headers=kind).status_code == 422


def test_the_same_post_again_changes_nothing(world):
    """A replay, or a phone whose answer was lost."""
    order = world.on_the_way()
    body = {"reports": [{"seq": 1, "t": 5.0, "distance_m": 5_000.0}]}
    assert world.post("ranges", body).get_json()["taken"] == 1
    assert world.post("ranges", body).get_json()["taken"] == 0
    world.clock.advance(minutes=10)
    assert world.post("ranges", body).get_json()["taken"] == 0
    assert ranges(world, order) == [5000]


def test_fifty_posts_a_second_are_told_to_wait_and_the_newest_counts(world):
    """429 with a second to wait; nobody else is kept out, and taps still work."""
    order = world.on_the_way()
    said = []
    for n in range(1, 101):
        world.clock.advance(seconds=0.02)
        said.append(reported(world, n, 5_000.0 - n))
    refused = [each for each in said if each.status_code == 429]
    assert 30 < len(refused) < 70
    assert (refused[-1].headers["Retry-After"], error_of(refused[-1])) == ("1", "too_many_reports")
    assert ranges(world, order)[-1] <= 4_905
    assert world.post("arrival").status_code == 200


def test_range_nought_from_the_start_is_no_arrival(world):
    """Somebody sets out beside the store, or sends what they like: near, asked, never "here"."""
    order = world.on_the_way()
    for n in range(1, 8):
        world.clock.advance(seconds=5)
        answer = reported(world, n, 0.0)
    assert (answer.get_json()["phase"], answer.get_json()["is_likely_here"]) == ("near", True)
    assert world.journey(order).arrived_at is None
    assert "customer_arrived" not in world.kinds()


def test_a_restart_in_mid_journey_goes_on_from_the_next_report(tmp_path):
    """The memory is empty, the journey and the yes stand; a page and an app go on alike."""
    before = JourneyWorld(tmp_path)
    order = before.on_the_way()
    reported(before, 1, 5_000.0)
    before.edge.close()
    after = JourneyWorld(tmp_path)
    try:
        after.clock.set(before.clock.now())
        after.clock.advance(seconds=30)
        assert ranges(after, order) == []
        assert reported(after, 2, 4_700.0).get_json()["taken"] == 1
        after.clock.advance(seconds=30)
        post(after, "overland", 52.04)
        assert ranges(after, order) == [4700, 4448]
        assert after.journey(order).phase is Phase.EN_ROUTE
    finally:
        after.edge.close()


def test_a_phone_that_was_closed_for_an_hour_is_heard_again(world):
    """Its numbers go on; what it had queued before is too old, what it measures now is not."""
    order = world.on_the_way()
    reported(world, 1, 9_000.0)
    then = world.clock.now().timestamp()
    world.clock.advance(minutes=60)
    queued = {"seq": 2, "t": then + 15, "distance_m": 8_900.0, "accuracy_m": 10.0}
    assert world.post("ranges", {"reports": [queued]}).get_json()["ignored"] == ["stale"]
    shown = reported(world, 3, 2_000.0).get_json()
    assert (shown["taken"], shown["phase"]) == (1, "en_route")
    assert ranges(world, order) == [9000, 2000]


@pytest.mark.parametrize("step", [-3_600.0, 3_600.0])
def test_a_phone_whose_clock_is_set_goes_on(world, step):
    """Doubted for ten seconds, then believed."""
    world.on_the_way()
    reported(world, 1, 5_000.0)
    taken = []
    for n in range(2, 7):
        world.clock.advance(seconds=5)
        taken.append(reported(world, n, 5_000.0 - 40 * n, ahead=step).get_json()["taken"])
    assert taken == [0, 0, 1, 1, 1]


def test_the_stores_clock_may_be_set_on_the_way(world):
    """Back by half an hour: the trail begins anew, nobody crashes, and nobody has arrived."""
    order = world.on_the_way()
    world.clock.advance(minutes=40)
    reported(world, 1, 5_000.0)
    phone = world.clock.now().timestamp()
    world.clock.set(world.clock.now() - timedelta(minutes=30))
    taken = []
    for n in range(2, 7):
        world.clock.advance(seconds=5)
        one = {"seq": n, "t": phone + 5 * n, "distance_m": 5_000.0 - 40 * n}
        taken.append(world.post("ranges", {"reports": [one]}).get_json()["taken"])
    assert taken == [0, 0, 1, 1, 1]
    assert world.journey(order).arrived_at is None


def test_two_phones_with_one_pass_are_not_mixed(world):
    """The one that began is followed; the other's nearness makes nobody near."""
    order = world.on_the_way()
    for n in range(1, 12):
        world.clock.advance(seconds=5)
        reported(world, n, 8_000.0 - 50 * n)
        world.clock.advance(seconds=5)
        reported(world, n, 30.0)
    assert "customer_near" not in world.kinds()
    assert len(ranges(world, order)) == 11
