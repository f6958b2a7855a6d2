"""A real front door on a loopback port, and real store lines that call in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import requests
import uvicorn

from sync.agent.line import Line, Way
from sync.doors.clock import SystemClock
from sync.doors.ids import SystemIds
from sync.frontdoor.app import FrontDoor
from sync.frontdoor.server import make_server
from sync.frontdoor.settings import FrontDoorSettings
from sync.protocol.relay import RelayRequest, RelayResponse, mint_ticket
from tests.bench.processes import free_port

SECRET = b"a secret that HQ and front door share"
HOST = "harbour-lane.example"


@dataclass
class House:
    """A running front door with whatever lines the test opened."""

    server: uvicorn.Server
    door: FrontDoor
    port: int
    thread: threading.Thread
    lines: list[Line] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the front door listens."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """As when the process ends: every connection with it."""
        self.server.should_exit = True
        self.thread.join(10)

    def ticket(self, store_id: str = "harbour-lane", host: str = HOST, door: str = "") -> str:
        """A fresh ticket, as HQ would make it; `door` is the name of the only one that may take it."""
        return mint_ticket(
            SECRET,
            store_id=store_id,
            public_host=host,
            now=SystemClock().wall(),
            nonce=SystemIds().token(),
            door=door,
        )

    def open_line(
        self,
        handle: Callable[[RelayRequest], RelayResponse],
        *,
        store_id: str = "harbour-lane",
        host: str = HOST,
        url: str | None = None,
        poked: Callable[[], None] = lambda: None,
    ) -> Line:
        """A store that calls in and is up."""
        line = Line(
            lambda: [Way(url or self.url, self.ticket(store_id, host))],
            handle=handle,
            poked=poked,
            clock=SystemClock(),
            ids=SystemIds(),
            longest_pause_seconds=0.2,
        )
        self.lines.append(line)
        line.start()
        assert line.wait_until_up(5)
        return line

    def ask(self, method: str, path: str, host: str = HOST, **more: object) -> requests.Response:
        """A phone's request to the public name."""
        headers = {"Host": host, **more.pop("headers", {})}  # type: ignore[dict-item]
        return requests.request(
            method,
            self.url + path,
            headers=headers,
            timeout=10,
            allow_redirects=False,
            **more,  # type: ignore[arg-type]
        )


@contextmanager
def running_house(
    port: int = 0, doors: Sequence[str] = (), *, trusted_proxy: str = ""
) -> Iterator[House]:
    """A front door that runs for one test; one of several when `doors` names them all."""
    own = f"http://127.0.0.1:{port}" if doors else ""
    settings = FrontDoorSettings(
        secret=SECRET, port=port, doors=tuple(doors), own_url=own, trusted_proxy=trusted_proxy
    )
    server = make_server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    port = _port_of(server, thread)
    door = server.config.loaded_app
    while not isinstance(door, FrontDoor):
        door = door.app
    running = House(server, door, port, thread)
    try:
        yield running
    finally:
        for line in running.lines:
            line.stop()
        running.close()


def _port_of(server: uvicorn.Server, thread: threading.Thread) -> int:
    while not server.started:
        thread.join(0.01)
        assert thread.is_alive(), "the front door did not start"
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


@contextmanager
def running_street(how_many: int) -> Iterator[list[House]]:
    """Several front doors that know of each other."""
    ports = [free_port() for _ in range(how_many)]
    doors = [f"http://127.0.0.1:{port}" for port in ports]
    with ExitStack() as stack:
        yield [stack.enter_context(running_house(port, doors)) for port in ports]


def echo(request: RelayRequest) -> RelayResponse:
    """A store that answers with what it got."""
    return RelayResponse(
        status=200, headers=[("content-type", "application/octet-stream")], body=request.body
    )
