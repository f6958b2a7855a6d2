"""A clock a year ahead or behind, and jumps: nothing that ended comes back, and a night is a night."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from edge.jobs import Job, Schedule, timer_work
from tests.attack.edge_world import EdgeWorld, refusal
from tests.world import OPENING, FixedClock, open_edge

YEAR = timedelta(days=365)


@pytest.fixture
def nights(tmp_path):
    clock = FixedClock(OPENING)
    edge = open_edge(tmp_path / "store", clock=clock)
    ran: list[str] = []
    job = Job("nightly", "03:30", lambda _: ran.append("night") or "")
    yield clock, Schedule(edge, timer_work={}, jobs=[job]), ran
    edge.close()


@pytest.mark.parametrize("jump", [YEAR, -YEAR, timedelta(hours=-6), timedelta(days=3)])
def test_a_jump_and_back_repeats_no_night_and_silences_none(nights, jump) -> None:
    """At most one more run for the time that was never lived; tomorrow's night is done as ever."""
    clock, plan, ran = nights
    plan.wake()
    assert len(ran) == 1
    clock.set(OPENING + jump)
    for _ in range(3):
        plan.wake()
    clock.set(OPENING + timedelta(minutes=1))
    plan.wake()
    assert len(ran) == 1 + (jump > timedelta(days=1))
    ran.clear()
    clock.set(OPENING + timedelta(days=1))
    for _ in range(3):
        plan.wake()
    assert len(ran) == 1


def say_yes(world: EdgeWorld, token: str) -> None:
    shown = world.ask("front_door", "GET", f"/p/{token}/state").json
    answer = {"answer": "yes", "served_id": shown["consent"]["served_id"]}
    body = json.dumps(answer).encode()
    assert world.send("front_door", "POST", f"/p/{token}/consent", body).status_code == 200
    assert world.send("front_door", "POST", f"/p/{token}/on-my-way", b"{}").status_code == 200


def report(world: EdgeWorld, token: str, seq: int) -> str:
    one = {"seq": seq, "t": world.clock.now().timestamp(), "distance_m": 900, "accuracy_m": 10}
    body = json.dumps({"reports": [one]}).encode()
    answer = world.send("front_door", "POST", f"/p/{token}/ranges", body)
    return "taken" if answer.status_code == 200 else refusal(answer)


@pytest.mark.parametrize("back", [timedelta(0), -YEAR, timedelta(minutes=5)])
def test_a_withdrawn_consent_is_not_revived_by_any_clock(world: EdgeWorld, back) -> None:
    """Yes, withdrawn, and then the clock goes where the yes was young."""
    token = world.ana["pass_token"]
    say_yes(world, token)
    assert report(world, token, 1) == "taken"
    world.send("front_door", "POST", f"/p/{token}/withdrawal", b"{}")
    world.clock.set(OPENING + back)
    assert report(world, token, 2) == "consent_needed"


def test_a_consent_that_ended_is_not_revived_by_a_clock_set_back(world: EdgeWorld) -> None:
    """It ended while the store watched: setting the clock back an hour later does not bring it back."""
    token = world.ana["pass_token"]
    say_yes(world, token)
    plan = Schedule(world.edge, timer_work=timer_work(world.edge), jobs=[])
    world.clock.set(OPENING + timedelta(hours=4, minutes=1))
    plan.wake()
    assert report(world, token, 2) != "taken"
    world.clock.set(OPENING + timedelta(minutes=30))
    world.send("front_door", "POST", f"/p/{token}/on-my-way", b"{}")
    assert report(world, token, 3) == "consent_needed"


def test_a_served_question_of_another_time_counts_for_nothing(world: EdgeWorld) -> None:
    """A card shown now is answered a year later, or a year before it was shown."""
    token = world.ana["pass_token"]
    shown = world.ask("front_door", "GET", f"/p/{token}/state").json["consent"]["served_id"]
    body = json.dumps({"answer": "yes", "served_id": shown}).encode()
    for jump in (timedelta(hours=1), -YEAR, timedelta(hours=-1)):
        world.clock.set(OPENING + jump)
        answer = world.send("front_door", "POST", f"/p/{token}/consent", body)
        assert answer.status_code == 409, (jump, answer.text)
    world.clock.set(OPENING + timedelta(minutes=1))
    assert world.send("front_door", "POST", f"/p/{token}/consent", body).status_code == 200


def test_a_pairing_code_of_another_time_counts_for_nothing(world: EdgeWorld) -> None:
    """Real time that went back a year does not make an old note good again."""
    from edge.staff import actions as staff

    at = world.clock.wall()
    code = world.edge.write(lambda u: staff.make_code(u, at=at, by="cli"))
    body = json.dumps({"code": code, "name": "Tablet"}).encode()
    for jump in (-YEAR, YEAR):
        world.clock.set(OPENING + jump)
        assert world.send("nobody", "POST", "/api/v1/devices", body).status_code == 401
