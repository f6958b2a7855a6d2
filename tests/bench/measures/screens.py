"""From a commit until the last of fifty screens has it, and what fifty screens cost in memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import figure, shop
from tests.bench.asking import Client
from tests.bench.figure import Figure, p50
from tests.bench.processes import free_port, rss_mb, running
from tests.bench.screens import Screens

SCREENS = 50
ROUNDS = 40
MOST_TIMES = 1.5
MOST_MB = 12.0


def measure() -> list[Figure]:
    """Somebody begins to pick an order; the floor sends the very same message."""
    took, floor = [], []
    with _stamped_shop() as (store, stamps), _bare() as (bare, bare_screens):
        staff = shop.signed_in(store)
        ids = [shop.order(n)["order_id"] for n in range(ROUNDS + 1)]
        for n in range(ROUNDS + 1):
            staff.json("POST", "/api/v1/orders", shop.order(n))
        idle = rss_mb(store.pid)
        screens = Screens(store.port, SCREENS, staff.headers)
        screens.ask("catch_up", {"screen": "board", "after": 0, "lang": "en"})
        for order_id in ids:
            staff.json("POST", f"/api/v1/orders/{order_id}/picking", {})
            at, text = screens.last_of(order_id)
            took.append(1000 * (at - _newest(stamps)))
            began = bare.json("POST", "/", json.loads(text.partition(",")[2])[1])
            floor.append(1000 * (bare_screens.last_of(order_id)[0] - began))
        more = rss_mb(store.pid) - idle
        screens.close()
    fanned, bare_ms = p50(took[1:]), p50(floor[1:])
    return [
        figure.within("commit_to_last_screen_p50", fanned, "ms", floor=bare_ms, times=MOST_TIMES),
        figure.at_most("memory_of_50_screens", more, "MB", floor=_bare_cost(), most=MOST_MB),
    ]


@contextmanager
def _stamped_shop() -> Iterator[tuple[shop.Shop, Path]]:
    with shop.open_shop(words=("-m", "tests.bench.stamped", "{home}/commits")) as store:
        yield store, store.home / "commits"


def _newest(stamps: Path) -> float:
    return float(stamps.read_text().splitlines()[-1].split()[1])


@contextmanager
def _bare() -> Iterator[tuple[Client, Screens]]:
    port = free_port()
    with running(["tests/bench/floors/fan_out.py", str(port)], port):
        client, screens = Client(port), Screens(port, SCREENS)
        yield client, screens
        screens.close()
        client.close()


def _bare_cost() -> float:
    """MB that as many screens cost bare Flask-SocketIO."""
    port = free_port()
    with running(["tests/bench/floors/fan_out.py", str(port)], port) as pid:
        first: Any = Screens(port, 1)
        idle = rss_mb(pid)
        others = Screens(port, SCREENS - 1)
        cost = rss_mb(pid) - idle
        first.close()
        others.close()
    return cost
