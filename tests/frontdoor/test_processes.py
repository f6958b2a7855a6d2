"""Two front doors as real processes: one is killed, and stores and phones go on at the other."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import requests

from sync.agent.line import Line, Way
from sync.doors.clock import SystemClock
from sync.doors.ids import SystemIds
from sync.protocol import spread
from sync.protocol.relay import RelayRequest, RelayResponse, mint_ticket
from tests.bench.processes import free_port, running

SECRET = bytes.fromhex("5e" * 32)
STORES = 6
RECONNECT_SECONDS = 6.0


@pytest.fixture
def doors(tmp_path: Path):
    """Addresses and process ids of two front doors that know of each other."""
    secret = tmp_path / "line.key"
    secret.write_text(SECRET.hex())
    secret.chmod(0o600)
    ports = [free_port(), free_port()]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    words = [
        "-m",
        "edge",
        "frontdoor",
        "serve",
        "--secret-file",
        str(secret),
        "--doors",
        ",".join(urls),
    ]
    with (
        running([*words, "--own-url", urls[0], "--port", str(ports[0])], ports[0]) as first,
        running([*words, "--own-url", urls[1], "--port", str(ports[1])], ports[1]) as second,
    ):
        yield dict(zip(urls, (first, second), strict=True))


def a_store(number: int, doors: list[str]) -> Line:
    """A store with a name of its own, which answers with that name."""
    host = f"store-{number}.example"

    def ways() -> list[Way]:
        def ticket(door: str) -> str:
            return mint_ticket(
                SECRET, store_id=f"store-{number}", public_host=host, now=SystemClock().wall(),
                nonce=SystemIds().token(), door=spread.door_name(door),
            )  # fmt: skip

        return [Way(door, ticket(door)) for door in spread.in_order(host, doors)]

    def answer(request: RelayRequest) -> RelayResponse:
        return RelayResponse(status=200, body=host.encode() + request.body)

    line = Line(
        ways, handle=answer, poked=lambda: None, clock=SystemClock(), ids=SystemIds(),
        longest_pause_seconds=1.0,
    )  # fmt: skip
    line.start()
    return line


def is_answered(door: str, number: int) -> bool:
    host = f"store-{number}.example"
    said = requests.post(f"{door}/p/x", b"!", headers={"Host": host}, timeout=8)
    return said.content == f"{host}!".encode()


def test_a_door_is_killed_and_its_stores_and_phones_go_on_at_the_other(doors):
    """Through either door to every store before; within one reconnect to every store after."""
    stores = [a_store(number, list(doors)) for number in range(STORES)]
    try:
        assert all(store.wait_until_up(10) for store in stores)
        owners = [spread.in_order(f"store-{n}.example", doors)[0] for n in range(STORES)]
        assert all(is_answered(door, n) for door in doors for n in range(STORES))
        dies = owners[0]
        (left,) = set(doors) - {dies}
        os.kill(doors[dies], signal.SIGKILL)
        stay = [n for n in range(STORES) if owners[n] == left]
        assert all(is_answered(left, n) for n in stay), "those next door notice nothing"
        clock = SystemClock()
        end = clock.monotonic() + RECONNECT_SECONDS
        while not all(is_answered(left, n) for n in range(STORES)):
            assert clock.monotonic() < end, "a store did not move on in time"
            clock.sleep(0.05)
    finally:
        for store in stores:
            store.stop()
