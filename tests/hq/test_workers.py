"""Four workers of HQ over PostgreSQL, as real processes: nothing lost, nothing doubled, nothing let in twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import psycopg
import pytest
import requests

from sync.hq.app.service import ask
from sync.hq.settings import Settings
from sync.protocol import wire
from sync.protocol.batch import Batch
from sync.protocol.limits import pack
from tests.bench.processes import family, free_port
from tests.hq.world import SECRET, STORES, Box, event, pickup_line, signature, woo_order

pytestmark = [pytest.mark.postgres, pytest.mark.journey]
WORKERS = 4
BATCHES, EVENTS = 12, 10
ORDERS = 24


@dataclass
class Chain:
    """HQ as processes, and what its parts need to know of each other."""

    settings: Settings
    process: subprocess.Popen[bytes]
    said: Path

    @property
    def client(self) -> Any:
        """Posts as Flask's test client does; each time anew, so that any worker may get it."""
        return SimpleNamespace(post=self.post)

    def post(self, path: str, *, data: Any, headers: dict[str, str] | None = None) -> Any:
        """One request on a connection of its own."""
        answer = requests.post(
            self.settings.public_url + path, data=data, headers={**(headers or {}), "Connection": "close"},
            timeout=30, allow_redirects=False,
        )  # fmt: skip
        return SimpleNamespace(
            status_code=answer.status_code, data=answer.content, text=answer.text,
            json=answer.json() if "json" in answer.headers.get("Content-Type", "") else None,
        )  # fmt: skip

    def command(self, name: str, /, **words: object) -> dict[str, Any]:
        """What the command line does, beside the running workers."""
        answer = ask(self.settings, name, words)
        assert "said" in answer, answer
        said: dict[str, Any] = answer["said"]
        return said

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Straight from the database."""
        with psycopg.connect(self.settings.database_url.replace("+psycopg", "")) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(params=["postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """SQLite has one worker."""
    said: str = request.param
    return said


@pytest.fixture
def running(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """HQ with two stores and a web shop, served by four workers."""
    port = free_port()
    settings = Settings(
        home=str(tmp_path / "hq"), database_url=database_url, public_url=f"http://127.0.0.1:{port}",
        cookies_secure=False, port=port, threads=8, database_connections=6,
    )  # fmt: skip
    given = {
        "DATABASE_URL": database_url, "PUBLIC_URL": settings.public_url, "PORT": str(port), "THREADS": "8",
        "COOKIES_SECURE": "false", "DATABASE_CONNECTIONS": "6", "HOME": settings.home,
    }  # fmt: skip
    env = {**os.environ, **{f"STORE_EDGE_HQ_{name}": value for name, value in given.items()}}
    words = [sys.executable, "-m", "edge", "hq", "serve", "--workers", str(WORKERS)]
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(words, env=env, stdout=said, stderr=said)
    chain = Chain(settings, process, tmp_path / "said")
    try:
        _until(lambda: _is_well(settings.public_url))
        yield chain
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _is_well(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=5).ok
    except requests.RequestException:
        return False


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Telling(threading.Thread):
    """A store that pushes its log and reads its feed, through whatever happens to the worker that answers it."""

    def __init__(self, chain: Chain, store_id: str) -> None:
        super().__init__()
        self.box = Box(chain, store_id, seed=len(store_id))  # type: ignore[arg-type]
        assert (
            self.box.enrol(chain.command("enrol-store", store_id=store_id)["code"]).status_code
            == 200
        )
        self.batches = [
            self.box.batch(
                *(event("order_accepted", f"{store_id}-{n}-{k}") for k in range(EVENTS))
            )
            for n in range(BATCHES)
        ]
        self.position, self.taken, self.replays = 0, [], Counter[int]()
        self.is_enough = threading.Event()

    def run(self) -> None:
        """Push everything, then read until it is told that there is no more."""
        done = 0
        while done < len(self.batches) or not self.is_enough.is_set():
            done = self._session(done)
        self._session(done)

    def _session(self, done: int) -> int:
        """One session, until something goes wrong or nothing is left; says how many batches are there."""
        try:
            answer = self.box.hello()
            done = msgspec.json.decode(answer.data, type=wire.Welcome).watermark.seq // EVENTS
            while done < len(self.batches):
                self._push(self.batches[done])
                self._pull()
                done += 1
            self._pull()
        except (requests.RequestException, AssertionError, msgspec.MsgspecError):
            return done
        return done

    def _push(self, batch: Batch) -> None:
        answer = self.box.post("push", batch)
        assert answer.status_code == 200

    def _pull(self) -> None:
        page = self.box.pull(self.position)
        self.taken += [(change.record_type, change.record_id) for change in page.changes]
        self.position = page.position

    def replay(self, times: int) -> Counter[int]:
        """The same signed request many times at once."""
        self.box.hello()
        body = pack(wire.encode(wire.Pull(generation=self.box.generation, position=0)))
        headers = self.box.signed("pull", body)
        return _at_once(lambda: self.box.send("pull", body, headers).status_code, times)


def _at_once(ask_one: Callable[[], int], times: int) -> Counter[int]:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(ask_one())) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(found)


def _shop(chain: Chain, numbers: range) -> None:
    """Sends each order twice, as shops do; a message without an answer is sent again."""
    names = [store["name"] for store in STORES.values()]
    for n in numbers:
        body = msgspec.json.encode(woo_order(n, shipping_lines=[pickup_line(str(names[n % 2]))]))
        headers = {
            "X-WC-Webhook-Signature": signature(body, SECRET),
            "X-WC-Webhook-Resource": "order",
        }
        left = 2
        while left:
            try:
                left -= chain.post("/hooks/woo", data=body, headers=headers).status_code < 300
            except requests.RequestException:
                continue


def test_four_workers_lose_nothing_and_double_nothing(running: Chain) -> None:
    """Two stores push and read, three senders tell of orders at once, and one worker is killed in the middle."""
    for store_id, known in STORES.items():
        running.command(
            "save-store", store_id=store_id, code=known["code"], name=known["name"], zone="Asia/Tokyo",
            public_host=f"{store_id}.localhost",
        )  # fmt: skip
    running.command(
        "add-source", name="woo", adapter="woocommerce", currency="JPY", lang="en", secret=SECRET
    )
    stores = [Telling(running, store_id) for store_id in STORES]
    # Two senders tell of the same orders at the same time.
    ranges = (range(ORDERS // 2), range(ORDERS // 2), range(ORDERS // 2, ORDERS))
    shops = [threading.Thread(target=_shop, args=(running, each)) for each in ranges]
    for thread in (*stores, *shops):
        thread.start()
    _until(lambda: running.rows("SELECT count(*) FROM events")[0][0] > BATCHES)
    os.kill(family(running.process.pid)[1], signal.SIGKILL)
    for thread in shops:
        thread.join(60)
    for store in stores:
        store.is_enough.set()
        store.join(60)
        assert not store.is_alive()

    orders = running.rows("SELECT order_id, store_id FROM orders")
    assert len(orders) == ORDERS
    for store in stores:
        sent = {
            ("order", order_id) for order_id, store_id in orders if store_id == store.box.store_id
        }
        assert sorted(store.taken) == sorted({*sent, ("store", store.box.store_id)})
        [(seq, chain, count)] = running.rows(
            "SELECT max(epochs.seq), max(epochs.chain), count(*) FROM epochs JOIN events USING (store_id, epoch)"
            f" WHERE store_id = '{store.box.store_id}'"
        )
        assert (seq, chain, count) == (
            BATCHES * EVENTS,
            store.batches[-1].last_chain,
            BATCHES * EVENTS,
        )
    assert running.rows("SELECT count(*) FROM quarantine") == [(0,)]
    assert stores[0].replay(8) == {200: 1, 409: 7}
    _guessing_is_slow_whoever_is_asked(running)
    assert running.said.read_bytes().count(b"first start:") == 1


def _guessing_is_slow_whoever_is_asked(running: Chain) -> None:
    running.command(
        "add-person", login="ann", name="Ann", role="admin", password="correct horse battery"
    )
    form, origin = {"login": "ann", "password": "wrong"}, {"Origin": running.settings.public_url}
    answers = _at_once(lambda: running.post("/sign-in", data=form, headers=origin).status_code, 12)
    # A busy machine may need longer than the first waits of one and two seconds.
    assert set(answers) == {401, 429}
    assert answers[401] <= 3
