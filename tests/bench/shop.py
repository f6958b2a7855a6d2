"""A store to measure: its folder, its server as a process of its own, a paired screen and a signed-in person."""

import subprocess
import sys
from collections.abc import Iterator
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
def open_shop(**settings: str) -> Iterator[Shop]:
    """A store on a disk folder of its own, running until the end of the block."""
    with disk_folder() as home:
        command("init", "--home", str(home), *(f"--{key}={value}" for key, value in WHO.items()))
        port = free_port()
        given = {"PORT": str(port), "COOKIES_SECURE": "false", "LOG_LEVEL": "WARNING", **settings}
        env = {f"STORE_EDGE_{name}": value for name, value in given.items()}
        with running(["-m", "edge", "serve", "--home", str(home)], port, env) as pid:
            _wait_until_open(port)
            yield Shop(home, port, pid)


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
