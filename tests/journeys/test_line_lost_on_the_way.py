"""The line is lost at each step of a journey, before the store heard of it or before its answer left: done once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sync.agent.line import wsgi_handler
from sync.protocol.relay import RelayRequest, RelayResponse
from tests.edge.acts.journey_world import TOKEN, JourneyWorld
from tests.edge.acts.native import ranges
from tests.frontdoor.running import House, running_house
from tests.netproxy import Uplink, uplink_to
from tests.world import HARBOUR_LANE

pytestmark = pytest.mark.journey
HOST = HARBOUR_LANE.public_host
STEPS = ("consent", "on-my-way", "ranges", "arrival", "withdrawal")


class Road:
    """A phone that sends again, with the same key, what was not answered; a line that can be cut."""

    def __init__(self, world: JourneyWorld, house: House, uplink: Uplink) -> None:
        self.world, self.house, self.uplink = world, house, uplink
        self.order = world.order()
        self.served_id = world.card(self.order).served_id
        self.done: list[str] = []
        self.cuts_after_the_work = False
        self._inner = wsgi_handler(world.http.application)
        self.line = house.open_line(self._handle, host=HOST, url=f"http://127.0.0.1:{uplink.port}")

    def _handle(self, request: RelayRequest) -> RelayResponse:
        answer = self._inner(request)
        self.done.append(request.path.rsplit("/", 1)[1])
        if self.cuts_after_the_work:
            self.uplink.cut()
        return answer

    def mend(self) -> None:
        """The line is back, as it comes back by itself."""
        self.cuts_after_the_work = False
        self.is_noticed()
        self.uplink.mend()
        assert self.line.wait_until_up(5)

    def is_noticed(self) -> None:
        """Both ends know that the line is down."""
        due = time.monotonic() + 5
        while self.line.status().is_up or self.house.door.lines.at(HOST):
            assert time.monotonic() < due, "nobody noticed the cut"
            time.sleep(0.01)

    def post(self, step: str) -> requests.Response:
        """One step, as the page sends it each time it tries."""
        bodies: dict[str, Any] = {
            "consent": {"answer": "yes", "served_id": self.served_id},
            "ranges": {"reports": [{"seq": 1, "t": 7.0, "distance_m": 900.0}]},
        }
        path, key = f"/p/{TOKEN}/{step}", {"Idempotency-Key": f"step-{step}"}
        return self.house.ask("POST", path, HOST, json=bodies.get(step, {}), headers=key)


@pytest.fixture
def road(tmp_path) -> Iterator[Road]:
    world = JourneyWorld(tmp_path)
    with running_house() as house, uplink_to(house.port) as uplink:
        yield Road(world, house, uplink)
    world.edge.close()


def facts(road: Road) -> dict[str, int]:
    """How often each thing that a customer does was written down."""
    kinds = road.world.kinds()
    told = ("consent_granted", "journey_started", "customer_arrived", "consent_withdrawn")
    return {kind: kinds.count(kind) for kind in told}


ONCE = {
    "consent_granted": 1,
    "journey_started": 1,
    "customer_arrived": 1,
    "consent_withdrawn": 1,
}


def test_a_line_that_is_down_before_each_step_delays_it(road):
    """The phone hears 503 and when to come back; what it sends then counts once."""
    for step in STEPS:
        road.uplink.cut()
        road.is_noticed()
        answer = road.post(step)
        assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
        road.mend()
        road.world.clock.advance(minutes=3)
        assert road.post(step).status_code == 200
        if step == "ranges":
            assert ranges(road.world, road.order) == [900]
    assert facts(road) == ONCE
    assert road.done == list(STEPS)


def test_an_answer_that_is_lost_at_each_step_is_given_again(road):
    """504 does not mean "not done": the same key gets the first answer, the same range is a repeated one."""
    for step in STEPS:
        road.cuts_after_the_work = True
        assert road.post(step).status_code in (502, 503, 504)
        road.mend()
        again = road.post(step)
        assert again.status_code == 200
        if step == "ranges":
            assert (again.json()["taken"], again.json()["ignored"]) == (0, ["repeated"])
            assert ranges(road.world, road.order) == [900]
        road.world.clock.advance(minutes=3)
    assert facts(road) == ONCE
