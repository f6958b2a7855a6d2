"""How long 200 phones on the road wait for their pass, through the front door and the store's own line."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from edge.screens.pickup_pass import POLL_SECONDS
from sync.hq.app.service import ask
from sync.hq.settings import Settings
from tests.bench import figure, phones, shop
from tests.bench.asking import Client
from tests.bench.figure import Figure
from tests.bench.processes import disk_folder, free_port, running

PHONES = 200
TIMES = 4
MOST_MS = 300.0
UP_SECONDS = 30.0


@dataclass(frozen=True)
class Road:
    """Where phones ask: at the front door, or (for the floor) at the store itself."""

    door_port: int
    store_port: int
    host: str
    tokens: Sequence[str]


def measure() -> list[Figure]:
    """p95 of a poll, over the same phones asking the store directly: what the way through the front door costs."""
    with _road() as road:
        poll = partial(
            phones.poll, host=road.host, tokens=road.tokens, every=POLL_SECONDS, times=TIMES
        )
        straight = asyncio.run(poll(road.store_port))
        through = asyncio.run(poll(road.door_port))
    if through.answers[304] < through.answers[200]:
        raise RuntimeError(f"little changed, yet passes were sent anew: {through.answers}")
    return [
        figure.at_most(
            "polling_p95", _p95(through.took), "ms", floor=_p95(straight.took), most=MOST_MS
        )
    ]


@contextmanager
def _road() -> Iterator[Road]:
    """HQ, its front door and a store with 200 orders, as processes; HQ hands the ticket for the line."""
    hq_port, door_port, store_port = (free_port() for _ in range(3))
    host = f"harbour-lane.localhost:{door_port}"
    hq_url, door_url = (f"http://127.0.0.1:{port}" for port in (hq_port, door_port))
    with disk_folder() as folder:
        hq, store = Settings(home=str(folder / "hq")), folder / "store"
        code = _new_store(hq, host)
        store.mkdir(mode=0o700)
        (store / "store-edge.toml").write_text(f'hq_url = "{hq_url}"\n')
        said = {
            "PORT": hq_port,
            "PUBLIC_URL": hq_url,
            "FRONT_DOOR_URL": door_url,
            "LINE_URL": door_url,
        }
        hq_env = {f"STORE_EDGE_HQ_{name}": str(value) for name, value in said.items()}
        secret = str(folder / "hq" / "secrets" / "line.key")
        door = [
            "-m",
            "edge",
            "frontdoor",
            "serve",
            "--secret-file",
            secret,
            "--port",
            str(door_port),
        ]
        with (
            running(["-m", "edge", "hq", "serve", "--home", hq.home], hq_port, hq_env),
            running(door, door_port),
        ):
            shop.command("enrol", code, "--home", str(store))
            serve = ["-m", "edge", "serve", "--home", str(store)]
            with running(serve, store_port, shop.environment(store_port)) as pid:
                shop._wait_until_open(store_port)
                tokens = _passes(shop.Shop(store, store_port, pid))
                _wait_for_line(door_port, host, tokens[0])
                yield Road(door_port, store_port, host, tokens)


def _new_store(hq: Settings, host: str) -> str:
    words = {
        "store_id": "harbour-lane", "code": "HL", "name": "Harbour Lane", "zone": "Asia/Tokyo",
        "public_host": host,
    }  # fmt: skip
    Path(hq.home).mkdir(mode=0o700)
    for command in ("save-store", "enrol-store"):
        answer = ask(hq, command, words)
        if "error" in answer:
            raise RuntimeError(answer["error"])
    return str(answer["said"]["code"])


def _passes(store: shop.Shop) -> list[str]:
    """An order for each phone."""
    till = shop.paired(store)
    tokens = [f"B3NCH{n:016d}P0111NG"[:26] for n in range(PHONES)]
    for n, token in enumerate(tokens):
        till.json("POST", "/api/v1/orders", shop.order(n, pass_token=token))
    till.close()
    return tokens


def _wait_for_line(port: int, host: str, token: str) -> None:
    deadline = time.monotonic() + UP_SECONDS
    client = Client(port, {"Host": host})
    while client.ask("GET", f"/p/{token}/state")[0] != 200:
        if time.monotonic() > deadline:
            raise RuntimeError("the store's line did not come up")
        time.sleep(0.2)
    client.close()


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]
