"""More than a line may carry at once: who waits, in which order, for how long, and what the rest is told."""

from __future__ import annotations

import asyncio
import concurrent.futures
import hashlib
import threading
from datetime import UTC, datetime

import pytest

from sync.doors.clock import SystemClock
from sync.frontdoor import lines
from sync.frontdoor.lines import Line
from sync.frontdoor.refusals import StoreBusy, StoreUnreachable
from sync.protocol import relay
from sync.protocol.relay import RelayRequest, RelayResponse, Ticket
from tests.frontdoor.running import HOST, House, echo
from tests.netproxy import uplink_to

PLACES, ROOM = relay.IN_FLIGHT_LIMIT, relay.QUEUE_LIMIT


def a_line() -> Line:
    exp = int(datetime(2026, 11, 23, tzinfo=UTC).timestamp())
    return Line("sid", Ticket(store_id="harbour-lane", public_host=HOST, exp=exp, nonce="n"))


async def coming(line: Line, how_many: int) -> list[asyncio.Task]:
    """So many requests, one after the other, each as far as it gets by itself."""
    tasks = [asyncio.create_task(line.turn()) for _ in range(how_many)]
    await asyncio.sleep(0)
    return tasks


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's turn is over because this machine is slow today."""
    monkeypatch.setattr(lines, "QUEUE_SECONDS", 20.0)
    monkeypatch.setattr(lines, "RELAY_TIMEOUT_SECONDS", 40.0)


# -- one line, without a network --


def test_who_came_first_gets_the_next_place_and_nobody_slips_in() -> None:
    """Three wait; a place is given back, and somebody comes in the same moment."""

    async def run() -> None:
        line = a_line()
        held = [await line.turn() for _ in range(PLACES)]
        first, second, third = await coming(line, 3)
        line.leave(held.pop())
        (late,) = await coming(line, 1)
        assert [each.done() for each in (first, second, third, late)] == [True] + [False] * 3
        line.leave(first.result())
        line.leave(held.pop())
        await asyncio.sleep(0)
        assert [each.done() for each in (second, third, late)] == [True, True, False]
        assert len(line.waiting) == PLACES
        line.leave(held.pop())
        await late

    asyncio.run(run())


def test_the_room_to_wait_is_bounded() -> None:
    """64 wait, the next one is refused at once and leaves nothing behind."""

    async def run() -> None:
        line = a_line()
        held = [await line.turn() for _ in range(PLACES)]
        waiting = await coming(line, ROOM)
        assert line.is_full
        with pytest.raises(StoreBusy):
            await line.turn()
        for each in held:
            line.leave(each)
        for each in waiting:
            line.leave(await each)
        assert (line.waiting, line.queue, line.is_full) == (set(), {}, False)

    asyncio.run(run())


def test_a_wait_ends_by_itself_and_its_turn_goes_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Too late is "busy"; a place given back afterwards is not lost on those who left."""
    monkeypatch.setattr(lines, "QUEUE_SECONDS", 0.02)

    async def run() -> None:
        line = a_line()
        held = [await line.turn() for _ in range(PLACES)]
        gone = await coming(line, 3)
        said = await asyncio.gather(*gone, return_exceptions=True)
        assert [type(each) for each in said] == [StoreBusy] * 3
        assert line.queue == {}
        line.leave(held.pop())
        assert len(line.waiting) == PLACES - 1
        await line.turn()

    asyncio.run(run())


def test_who_hangs_up_while_waiting_keeps_no_place() -> None:
    """Cancelled in the queue: the next in it is served."""

    async def run() -> None:
        line = a_line()
        held = [await line.turn() for _ in range(PLACES)]
        gone, stays = await coming(line, 2)
        gone.cancel()
        await asyncio.sleep(0)
        line.leave(held.pop())
        await stays
        assert len(line.waiting) == PLACES
        assert line.queue == {}

    asyncio.run(run())


def test_a_line_that_ends_sends_everybody_away_with_the_right_words() -> None:
    """Who had no turn was never asked for: unreachable. Who had one may have been served: reset."""

    async def run() -> None:
        line = a_line()
        held = [await line.turn() for _ in range(PLACES)]
        waiting = await coming(line, 5)
        line.lost()
        said = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(each) for each in said] == [StoreUnreachable] * 5
        assert {type(each.exception()) for each in held} == {ConnectionResetError}
        with pytest.raises(StoreUnreachable):
            await line.turn()

    asyncio.run(run())


def test_a_line_that_let_one_down_makes_nobody_wait_longer_than_its_patience() -> None:
    """A suspect line: half of its one second at most."""

    async def run() -> None:
        line = a_line()
        line.is_suspect = True
        for _ in range(PLACES):
            await line.turn()
        clock = SystemClock()
        began = clock.monotonic()
        with pytest.raises(StoreBusy):
            await line.turn()
        assert 0.4 < clock.monotonic() - began < 0.95

    asyncio.run(run())


# -- a real front door --


def _until(holds, seconds: float = 15) -> None:
    clock = SystemClock()
    end = clock.monotonic() + seconds
    while not holds():
        assert clock.monotonic() < end, "waited in vain"
        clock.sleep(0.005)


def fill(house: House, pool: concurrent.futures.Executor, how_many: int) -> list:
    """So many posts with a body each, all of them on the line or waiting for it."""

    def post(body: bytes):
        return body, house.ask("POST", "/p/x", data=body)

    held = [pool.submit(post, f"body {n}".encode() * 50) for n in range(how_many)]
    line = house.door.lines.of("harbour-lane")
    _until(lambda: len(line.waiting) + len(line.queue) == how_many)
    return held


@pytest.mark.usefixtures("patient")
def test_eighty_at_once_are_all_answered_and_the_next_is_told_to_come_back(house: House) -> None:
    """16 under way, 64 waiting, 503 with Retry-After at once; afterwards each has its own answer."""
    go_on = threading.Event()

    def slow(request: RelayRequest) -> RelayResponse:
        go_on.wait(30)
        digest = hashlib.sha256(request.body).hexdigest()
        return RelayResponse(status=200, headers=[("x-digest", digest)], body=request.body[::-1])

    house.open_line(slow)
    with concurrent.futures.ThreadPoolExecutor(PLACES + ROOM) as pool:
        held = fill(house, pool, PLACES + ROOM)
        line = house.door.lines.of("harbour-lane")
        assert (len(line.waiting), len(line.queue)) == (PLACES, ROOM)
        refused = house.ask("GET", "/p/x")
        go_on.set()
        for body, answer in (each.result() for each in held):
            assert answer.status_code == 200
            assert answer.content == body[::-1]
            assert answer.headers["x-digest"] == hashlib.sha256(body).hexdigest()
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert refused.json()["error"]["code"] == "store_busy"
    assert (line.waiting, line.queue) == (set(), {})


@pytest.mark.usefixtures("patient")
def test_a_line_that_dies_empties_the_queue_at_once(house: House) -> None:
    """In words: those under way hear that it may have been done, those who waited that the line is down."""
    clock, go_on = SystemClock(), threading.Event()

    def stuck(_request: RelayRequest) -> RelayResponse:
        go_on.wait(30)
        return RelayResponse(status=200)

    with uplink_to(house.port) as uplink, concurrent.futures.ThreadPoolExecutor(30) as pool:
        house.open_line(stuck, url=f"http://127.0.0.1:{uplink.port}")
        held = fill(house, pool, PLACES + 8)
        cut_at = clock.monotonic()
        uplink.cut()
        codes = [each.result()[1].json()["error"]["code"] for each in held]
        took = clock.monotonic() - cut_at
        go_on.set()
    assert sorted(codes) == ["no_answer"] * PLACES + ["store_unreachable"] * 8
    assert took < 8


def test_the_time_spent_waiting_is_taken_off_the_stores_time(house: House) -> None:
    """The store is told what is left of the patience, so that nobody works for somebody who has gone."""
    told, go_on = [], threading.Event()

    def note(request: RelayRequest) -> RelayResponse:
        go_on.wait(4)
        told.append(request.deadline_ms)
        return RelayResponse(status=200)

    house.open_line(note)
    with concurrent.futures.ThreadPoolExecutor(PLACES + 1) as pool:
        held = fill(house, pool, PLACES + 1)
        SystemClock().sleep(0.2)
        go_on.set()
        assert [each.result()[1].status_code for each in held] == [200] * (PLACES + 1)
    most = 1000 * relay.RELAY_TIMEOUT_SECONDS
    assert min(told) <= most - 200
    assert max(told) > most - 200


def test_a_request_for_a_line_that_ended_while_its_body_came_is_refused_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is sent to a connection that is known to be gone."""
    from sync.frontdoor import asgi

    line = house.open_line(echo)
    read = asgi.read_body

    def hang_up() -> None:
        line.stop()
        _until(lambda: house.door.lines.of("harbour-lane") is None)

    async def slowly(scope, receive):
        body = await read(scope, receive)
        await asyncio.to_thread(hang_up)
        return body

    monkeypatch.setattr(asgi, "read_body", slowly)
    answer = house.ask("POST", "/p/x", data=b"x")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_unreachable")
