"""A store to measure: its folder, its server as a process of its own, a paired screen and a signed-in person."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.bench.asking import Client
from tests.bench.processes import ROOT, disk_folder, free_port, running

WHO = {
    "store-id": "harbour-lane",
    "code": "HL",
    "name": "Harbour Lane",
    "public-host": "harbour-lane.localhost",
}
PIN = "246802"


@dataclass(frozen=True)
class Shop:
    """A running store."""

    home: Path
    port: int
    pid: int


def command(*words: str) -> str:
    """What a `store-edge` command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "edge", *words],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"store-edge {' '.join(words)}: {done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def open_shop(words: Sequence[str] = ("-m", "edge"), **settings: str) -> Iterator[Shop]:
    """A store on a disk folder of its own, running until the end of the block; `words` start its command line."""
    with disk_folder() as home:
        set_up(home)
        with serving(home, words, **settings) as shop:
            yield shop


@contextmanager
def serving(home: Path, words: Sequence[str] = ("-m", "edge"), **settings: str) -> Iterator[Shop]:
    """The store in this folder, running until the end of the block."""
    port = free_port()
    start = [word.format(home=home) for word in words]
    env = environment(port, **settings)
    with running([*start, "serve", "--home", str(home)], port, env) as pid:
        _wait_until_open(port)
        yield Shop(home, port, pid)


def set_up(home: Path) -> None:
    """The folder of a store that can be served."""
    command("init", "--home", str(home), *(f"--{key}={value}" for key, value in WHO.items()))


def environment(port: int, **settings: str) -> dict[str, str]:
    """The settings of a measured store."""
    given = {"PORT": str(port), "COOKIES_SECURE": "false", "LOG_LEVEL": "WARNING", **settings}
    return {f"STORE_EDGE_{name}": value for name, value in given.items()}


def _wait_until_open(port: int) -> None:
    """The port listens a moment before the store behind it is open."""
    client = Client(port)
    client.ask("GET", "/healthz")
    client.close()


def paired(shop: Shop) -> Client:
    """A client with the rights of a paired screen."""
    code = command("devices", "code", "--home", str(shop.home)).split()[-1]
    client = Client(shop.port)
    token = client.json("POST", "/api/v1/devices", {"code": code, "name": "bench"})["device_token"]
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def signed_in(shop: Shop) -> Client:
    """A paired screen at which somebody is signed in."""
    command("staff", "add", "Ken", "--role", "picker", "--pin", PIN, "--home", str(shop.home))
    client = paired(shop)
    (ken,) = client.json("GET", "/api/v1/staff")["staff"]
    answer = client.json("POST", "/api/v1/sessions", {"staff_id": ken["staff_id"], "pin": PIN})
    client.headers["X-Staff-Session"] = answer["session_token"]
    return client


def order(n: int, *, pass_token: str = "") -> dict[str, Any]:
    """One neutral order of three lines, like any other."""
    now = datetime.now(UTC)
    lines = [
        {
            "line_no": k,
            "sku": f"SKU-{(7 * n + k) % 66 + 1:03d}",
            "name": "Soup",
            "qty": k,
            "unit_price_minor": 300,
        }
        for k in (1, 2, 3)
    ]
    return {
        "order_id": f"{n:08x}-0000-7000-8000-{n:012x}",
        "source": "bench",
        "source_id": str(n),
        "shown_number": str(n),
        "store_id": WHO["store-id"],
        "customer_key": f"customer-{n}",
        "customer_name": "Ana K",
        "lines": lines,
        "promise_at": (now + timedelta(hours=1)).isoformat(),
        "hold_until": (now + timedelta(hours=5)).isoformat(),
        "token_hash": sha256(pass_token.encode()).hexdigest() if pass_token else "",
        "placed_at": now.isoformat(),
        "currency": "JPY",
    }
