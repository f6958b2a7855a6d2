"""A line on which nothing moves any more, though nobody hung up: both sides notice, and it comes back by itself."""

from __future__ import annotations

import threading

import pytest
import requests

from sync.doors.clock import SystemClock
from sync.protocol import relay
from tests.frontdoor.running import HOST, SECRET, House, echo, running_house
from tests.netproxy import uplink_to

MOST_SECONDS = 15.0
# The suite plays it faster; what the real figures add up to is a sum.
SCALE = 0.1


def at_most(interval: float, timeout: float) -> tuple[float, float]:
    """When front door and store notice at the latest: see the comment in `sync/protocol/relay.py`."""
    return interval + 2 * timeout, interval + timeout


def test_the_figures_that_ship_add_up_to_fifteen_seconds_and_the_usual_ones_would_not():
    """On both sides; the pairs that were tried before would be too late."""
    assert max(at_most(relay.PING_INTERVAL_SECONDS, relay.PING_TIMEOUT_SECONDS)) <= MOST_SECONDS
    assert max(at_most(10, 5)) > MOST_SECONDS
    assert max(at_most(25, 20)) > MOST_SECONDS


def test_both_sides_notice_in_time_and_the_line_comes_back(monkeypatch):
    """All bytes are swallowed, in both directions; meanwhile a poke answers at once, and after it one is heard."""
    interval, timeout = (
        SCALE * each for each in (relay.PING_INTERVAL_SECONDS, relay.PING_TIMEOUT_SECONDS)
    )
    monkeypatch.setattr(relay, "PING_INTERVAL_SECONDS", interval)
    monkeypatch.setattr(relay, "PING_TIMEOUT_SECONDS", timeout)
    with running_house() as house, uplink_to(house.port) as uplink:
        poked = threading.Event()
        line = house.open_line(echo, url=f"http://127.0.0.1:{uplink.port}", poked=poked.set)
        clock = SystemClock()
        uplink.freeze()
        frozen_at = clock.monotonic()
        assert poke(house) < 1.0
        noticed: dict[str, float] = {}
        while len(noticed) < 2:
            waited = clock.monotonic() - frozen_at
            assert waited < SCALE * MOST_SECONDS + 1.0, f"not noticed in time: {noticed}"
            if not house.door.lines.at(HOST):
                noticed.setdefault("front door", waited)
            if not line.status().is_up:
                noticed.setdefault("store", waited)
            clock.sleep(0.01)
        uplink.mend()
        assert line.wait_until_up(10)
        assert house.ask("POST", "/p/x", data=b"back").content == b"back"
        poked.clear()
        poke(house)
        assert poked.wait(5)


@pytest.mark.journey
def test_with_the_figures_that_ship(house):
    """The same with the real pair: neither side is in doubt for longer than 15 s."""
    with uplink_to(house.port) as uplink:
        line = house.open_line(echo, url=f"http://127.0.0.1:{uplink.port}")
        clock = SystemClock()
        uplink.freeze()
        end = clock.monotonic() + MOST_SECONDS
        while line.status().is_up or house.door.lines.at(HOST):
            assert clock.monotonic() < end, "not noticed in time"
            clock.sleep(0.05)


def poke(house: House) -> float:
    """HQ pokes the store; how long the front door took to answer, in seconds."""
    clock = SystemClock()
    began = clock.monotonic()
    requests.post(
        house.url + relay.POKE_PATH,
        json={"store_id": "harbour-lane"},
        headers={relay.POKE_HEADER: relay.poke_key(SECRET)},
        timeout=10,
    ).raise_for_status()
    return clock.monotonic() - began
