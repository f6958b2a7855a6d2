"""Every native client: a position becomes a range and is gone, and the client lets go of it whatever we think of it."""

from __future__ import annotations

import gzip
import json
import logging
from datetime import timedelta

import pytest
from msgspec.structs import replace

from edge.arrivals.rules import RangeReport, Trail, expect
from edge.arrivals.rules.reports import follow
from edge.http.limits import UNKNOWN_PASS
from edge.orders import actions as orders
from tests.edge.acts.journey_world import TOKEN, JourneyWorld, error_of
from tests.edge.acts.native import CLIENTS, LETS_GO, basic, bearer, crosses, post, ranges, sends


@pytest.fixture
def world(tmp_path):
    world = JourneyWorld(tmp_path)
    yield world
    world.edge.close()


NORTH = 52.0512345
each_client = pytest.mark.parametrize("client", CLIENTS)


def lets_go(answer, client) -> bool:
    return (answer.status_code, answer.data) == (200, LETS_GO[client])


@each_client
def test_a_position_becomes_a_range(world, client):
    """A twentieth of a degree is five and a half kilometres; the axes are not mixed up."""
    order = world.on_the_way()
    assert lets_go(post(world, client, 52.05), client)
    world.clock.advance(seconds=60)
    post(world, client, 52.04, acc=-1)
    assert ranges(world, order) == [5560, 4448]


@each_client
def test_numbers_may_be_strings(world, client):
    """As old clients, queries and forms have them."""
    order = world.on_the_way()
    assert lets_go(post(world, client, "52.05", "5.0", acc="12"), client)
    assert ranges(world, order) == [5560]


@each_client
def test_coming_near_is_noticed(world, client):
    """The last four hundred metres, as from the page."""
    world.on_the_way()
    for north in (52.009, 52.006, 52.003):
        world.clock.advance(seconds=30)
        post(world, client, north)
    assert world.kinds().count("customer_near") == 1


@each_client
def test_coarse_stale_and_future_positions_move_nobody(world, client):
    """5 km of accuracy, an hour ago, in 1970, tomorrow: answered, and nothing kept."""
    order, now = world.on_the_way(), world.clock.now().timestamp()
    assert lets_go(post(world, client, 52.0, acc=5_000), client)
    for t in (now - 3_600, 1_000.0, now + 86_400):
        assert lets_go(post(world, client, 52.0, t=t), client)
    assert ranges(world, order) == []
    assert "customer_near" not in world.kinds()


@each_client
def test_after_a_withdrawal_the_client_lets_go_and_nothing_is_kept(world, client):
    """An error would make it send the same for days."""
    order = world.on_the_way()
    post(world, client, 52.05)
    world.post("withdrawal")
    assert lets_go(post(world, client, 52.04), client)
    assert (ranges(world, order), len(world.memory)) == ([], 0)


@each_client
def test_without_a_yes_or_a_start_nothing_is_kept(world, client):
    """The app may be set up before the customer has said anything."""
    order = world.order()
    assert lets_go(post(world, client, 52.05), client)
    world.says("yes", order)
    assert lets_go(post(world, client, 52.05), client)
    assert len(world.memory) == 0


@each_client
def test_after_the_end_the_client_lets_go(world, client):
    """Called off or handed over: the pass still answers for a day, and nothing is kept."""
    order = world.on_the_way()
    post(world, client, 52.05)
    world.edge.write(lambda unit: orders.cancel(unit, order.order_id, reason="test", by="ken"))
    world.react()
    assert lets_go(post(world, client, 52.04), client)
    assert len(world.memory) == 0


@each_client
def test_a_wrong_secret_is_nobody_and_none_must_sign_in(world, client):
    """404 like any pass that nobody has, 401 without one."""
    world.on_the_way()
    assert post(world, client, 52.05, secret="WRONG").status_code == 404
    assert post(world, client, 52.05, secret="").status_code == 401
    assert len(world.memory) == 0


@each_client
def test_off_the_earth_is_let_go(world, client):
    """Refused, it would come again for ever; nothing is kept, and not a digit of it is in the answer."""
    world.on_the_way()
    assert lets_go(post(world, client, 91.2345678), client)
    assert len(world.memory) == 0


@each_client
def test_days_after_the_pickup_the_client_still_lets_go(world, client):
    """An app that nobody switched off: no error that makes it try again, and no guess of a pass."""
    order = world.on_the_way()
    world.edge.write(lambda unit: orders.cancel(unit, order.order_id, reason="test", by="ken"))
    world.react()
    world.clock.advance(minutes=60 * 24 * 3)
    for _ in range(UNKNOWN_PASS.a_minute + 1):
        assert lets_go(post(world, client, 52.04), client)
    assert post(world, client, 52.05, secret="WRONG").status_code == 404
    assert len(world.memory) == 0


@each_client
def test_a_flood_is_told_to_wait_and_the_newest_is_let_in(world, client):
    """Fifty at once: some taken, then 429 with a second to wait, after which the newest counts."""
    order = world.on_the_way()
    answers = []
    for _ in range(50):
        world.clock.advance(seconds=0.02)
        answers.append(post(world, client, 52.05))
    refused = [each for each in answers if each.status_code == 429]
    assert 5 < len(refused) < 25
    assert (refused[-1].headers["Retry-After"], error_of(refused[-1])) == ("1", "too_many_reports")
    world.clock.advance(seconds=1)
    assert lets_go(post(world, client, 52.0495), client)
    assert ranges(world, order)[-1] == 5504


@each_client
def test_an_old_queue_is_not_counted_against_the_pace(world, client):
    """Hours without a signal: the whole queue is let go at once, and the fresh end of it counts."""
    order, now = world.on_the_way(), world.clock.now().timestamp()
    for n in range(200):
        assert lets_go(post(world, client, 52.3, t=now - 9_000 + n), client)
    assert lets_go(post(world, client, 52.05), client)
    assert ranges(world, order) == [5560]


@pytest.mark.parametrize(
    ("path", "headers"),
    [("/loc/owntracks", basic(TOKEN)), ("/loc/overland", bearer(TOKEN)), (f"/loc/osmand?id={TOKEN}", {})],
)  # fmt: skip
def test_an_empty_post_is_fine(world, path, headers):
    """Clients do send them."""
    world.on_the_way()
    for body in (b"", b"\n\n"):
        assert world.http.post(path, data=body, headers=headers).status_code == 200
    assert len(world.memory) == 0


@pytest.mark.parametrize("client", ["owntracks", "overland", "traccar json"])
def test_a_body_may_come_packed_and_a_bomb_does_not_grow(world, client):
    """gzip is read up to the route's limit."""
    order = world.on_the_way()
    asked = sends(client, 52.05, t=world.clock.now().timestamp())
    said = json.dumps(asked.pop("json")).encode()
    headers = {**asked.pop("headers", {}), "Content-Encoding": "gzip"}
    assert lets_go(
        world.http.open(**asked, data=gzip.compress(said), headers=headers, mimetype="x/y"), client
    )
    assert ranges(world, order) == [5560]
    bomb = gzip.compress(b" " * 20_000_000)
    assert world.http.open(**asked, data=bomb, headers=headers).status_code == 413
    assert world.http.open(**asked, data=said, headers=headers).status_code == 400


def test_a_shuffled_batch_is_followed_in_its_own_order(world):
    """Overland's queue, in any order, with the newest beside it."""
    order, now = world.on_the_way(), world.clock.now().timestamp()
    batch = [
        sends("overland", 52.05 - 0.001 * n, t=now - 40 + 10 * n)["json"]["locations"][0]
        for n in range(5)
    ]
    body = {"locations": [batch[2], batch[0], batch[3], batch[1]], "current": batch[4]}
    answer = world.http.post("/loc/overland", json=body, headers=bearer(TOKEN))
    assert lets_go(answer, "overland")
    assert ranges(world, order) == [5560, 5449, 5337, 5226, 5115]


def test_transitions_only_are_two_rings_and_no_way_between(world):
    """The outer ring, the inner one: near, but never "here"; out again: on the way."""
    order = world.on_the_way()
    assert crosses(world, "enter", "Pickup 3 km").data == b"[]"
    assert ranges(world, order) == [3000]
    world.clock.advance(minutes=6)
    crosses(world, "enter", "Pickup 150 m", north=52.001)
    assert ranges(world, order) == [3000, 150]
    assert world.kinds().count("customer_near") == 1
    world.clock.advance(minutes=4)
    crosses(world, "leave", "Pickup 3 km", north=52.03)
    assert world.kinds()[-1] == "customer_not_near"


def test_silence_between_two_rings_is_no_lost_signal(world):
    """Twenty minutes after the outer ring nothing is wrong; after a range that is reported live it would be."""
    order = world.on_the_way()
    crosses(world, "enter", "Pickup 3 km")
    seen = world.memory.get(order.order_id, monotonic=world.clock.monotonic())
    now = world.clock.now()
    later, live = now + timedelta(minutes=20), RangeReport(1, now.timestamp(), 3_000.0)
    assert not expect(world.journey(order), seen, now, later).is_signal_lost
    lost = replace(seen, trail=follow(Trail(), live))
    assert expect(world.journey(order), lost, now, later).is_signal_lost


def test_a_customers_own_region_is_a_position_like_any_other(world):
    """Its name is not looked at."""
    order = world.on_the_way()
    crosses(world, "leave", "Home", north=52.05)
    assert ranges(world, order) == [5560]


def test_after_a_restart_in_mid_journey_the_next_report_goes_on(world):
    """Ranges are gone with the memory; journey and consent are not."""
    order = world.on_the_way()
    post(world, "owntracks", 52.05)
    world.memory.drop(order.order_id)
    world.clock.advance(minutes=2)
    assert lets_go(post(world, "owntracks", 52.04), "owntracks")
    assert ranges(world, order) == [4448]


def test_a_phone_and_its_page_may_both_report(world):
    """One way, whoever tells of it."""
    order = world.on_the_way()
    for n in range(3):
        world.reports(5_000.0 - 400 * n, every=15.0)
        world.clock.advance(seconds=15)
        post(world, "overland", 52.0432 - 0.0036 * n)
    assert ranges(world, order) == [5000, 4804, 4600, 4403, 4200, 4003]


def test_no_log_shows_a_query(world, caplog):
    """The secret and the place stand in it; the log says the route and nothing more, also of a failure."""
    caplog.set_level(logging.DEBUG)
    world.on_the_way()
    post(world, "osmand query", NORTH)
    post(world, "osmand query", NORTH + 50)

    def fails(*_args, **_more):
        raise ValueError(f"{NORTH} of {TOKEN}")

    world.memory.note = fails
    world.clock.advance(seconds=10)
    assert post(world, "osmand query", NORTH).status_code == 500
    said = caplog.text
    assert "failure" in said
    assert "/loc/osmand" in said
    assert "ValueError" in said
    assert not [each for each in (TOKEN, "0512345", "id=", "lat=") if each in said]
