"""A real HQ and a real store as processes of their own, on real clocks, to be killed and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from edge.rehearsal.processes import answers, ask_service, command, free_port
from sync.doors.ids import SystemIds
from tests.journeys.warm import Forked, Warm

READY_SECONDS = 30.0
# A build with a planted fault: callers hear "done" while the commit is still to come.
TELLS_TOO_EARLY = """
import time
from edge.base.writer import Writer
def commit(self, batch):
    done = []
    self._connection.execute("BEGIN IMMEDIATE")
    for waiting in batch:
        self._try_one(waiting, done, is_alone=False)
    for each in done:
        each.waiting.tell(each.result)
    time.sleep(0.05)
    self._connection.execute("COMMIT")
    for each in done:
        for call in each.calls:
            call()
    self.head.committed()
    self.head.tell()
Writer._commit = commit
from edge.cli import main
main()
"""


@dataclass
class Service:
    """One process of ours that can be killed and started again, on the same port and folder."""

    words: list[str]
    environment: dict[str, str]
    port: int
    log: Path
    code: str = ""
    process: subprocess.Popen[bytes] | Forked | None = None
    ready_seconds: list[float] = field(default_factory=list)

    def start(self, warm: Warm | None = None) -> None:
        """Start and wait until it answers; how long that took is kept, unless it was forked warm."""
        began = time.monotonic()
        if warm is None:
            self.process = self._launch()
        else:
            self.process = warm.start(self.words, self.environment, self.log)
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() - began < READY_SECONDS, self.log.read_text()[-3000:]
            time.sleep(0.02)
        if warm is None:
            self.ready_seconds.append(time.monotonic() - began)

    def _launch(self) -> subprocess.Popen[bytes]:
        launch = ["-c", self.code] if self.code else ["-m", "edge"]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *launch, *self.words],
                env={**os.environ, "PYTHONFAULTHANDLER": "1", **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill -9 of everything it is made of."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        # Its workers end at the same time, but not in the same microsecond, and until then they hold the folder.
        with suppress(ProcessLookupError):
            for _ in range(500):
                os.killpg(self.process.pid, 0)
                time.sleep(0.002)

    def stop(self) -> None:
        """End it politely."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(15)

    def _answers(self) -> bool:
        if not answers(self.port):
            return False
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=2).ok
        except requests.RequestException:
            return False


class Shop:
    """HQ, one enrolled store, a paired till and an API key at HQ."""

    def __init__(self, folder: Path, *, code: str = "") -> None:
        self.folder = folder
        hq_port, edge_port = free_port(), free_port()
        hq_home, store_home = folder / "hq", folder / "store"
        store_home.mkdir(parents=True)
        hq_url = f"http://127.0.0.1:{hq_port}"
        self.hq = Service(
            ["hq", "serve"],
            {
                "STORE_EDGE_HQ_HOME": str(hq_home),
                "STORE_EDGE_HQ_PORT": str(hq_port),
                "STORE_EDGE_HQ_PUBLIC_URL": hq_url,
                "STORE_EDGE_HQ_PASS_SCHEME": "http",
            },
            hq_port,
            folder / "hq.log",
        )
        self.edge = Service(
            ["serve"],
            {
                "STORE_EDGE_HOME": str(store_home),
                "STORE_EDGE_PORT": str(edge_port),
                "STORE_EDGE_HQ_URL": hq_url,
                "STORE_EDGE_POLL_SECONDS": "0.2",
                "STORE_EDGE_COOKIES_SECURE": "false",
            },
            edge_port,
            folder / "store.log",
            code=code,
        )
        self.ids = SystemIds()
        try:
            self.hq.start()
            self._enrol(hq_home, hq_url)
        except BaseException:
            self.close()
            raise

    def _enrol(self, hq_home: Path, hq_url: str) -> None:
        pin = {"label": "door", "north": 35.4, "east": 139.7}
        store = {
            "store_id": "harbour-lane",
            "code": "HL",
            "name": "Harbour Lane",
            "zone": "Asia/Tokyo",
            "public_host": "harbour-lane.localhost",
            "pin": pin,
            "bays": [],
        }
        ask_service(hq_home, "save-store", store)
        code = ask_service(hq_home, "enrol-store", {"store_id": "harbour-lane"})["code"]
        store_home = self.folder / "store"
        words = ["enrol", code, "--hq", hq_url, "--home", str(store_home)]
        command(words, environment={})
        self.edge.start()
        self.api_key = ask_service(hq_home, "add-api-key", {"name": "till"})["key"]
        pairing = ask_service(store_home, "devices.code", {})
        told = self.post_edge("/api/v1/devices", {"code": pairing, "name": "Till"}, token="")
        self.device_token = told["device_token"]
        self.wait_until(lambda: self.count("store/store.db", "store_record") == 1)

    def post_edge(self, path: str, body: dict[str, Any], token: str | None = None) -> Any:
        """A post of the till; the answer, or an exception when there is none."""
        bearer = self.device_token if token is None else token
        return self._post(self.edge.port, path, body, {"Authorization": f"Bearer {bearer}"})

    def post_hq(self, path: str, body: dict[str, Any], key: str) -> Any:
        """A post of a shop system at HQ."""
        headers = {"Authorization": f"Bearer {self.api_key}", "Idempotency-Key": key}
        return self._post(self.hq.port, path, body, headers)

    def new_order(self) -> dict[str, Any]:
        """A neutral order for the store's own API."""
        now = datetime.now(UTC)
        return {
            "order_id": self.ids.uuid7(now),
            "source": "till",
            "source_id": self.ids.token(8),
            "shown_number": "T-1",
            "store_id": "harbour-lane",
            "customer_key": self.ids.token(16),
            "customer_name": "Ana M.",
            "lines": [
                {"line_no": 1, "sku": "SKU-001", "name": "Rice", "qty": 1, "unit_price_minor": 300}
            ],
            "promise_at": (now + timedelta(hours=1)).isoformat(),
            "hold_until": (now + timedelta(hours=5)).isoformat(),
            "placed_at": now.isoformat(),
            "token_hash": "",
            "currency": "JPY",
        }

    def wait_until(self, true: Any, seconds: float = 30.0) -> None:
        """Wait for something that must come true."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it did not come true in time"
            time.sleep(0.05)

    def rows(self, file: str, sql: str) -> list[Any]:
        """Rows of a database, read beside its owner."""
        import sqlite3
        from contextlib import closing

        with closing(sqlite3.connect(f"file:{self.folder / file}?mode=ro", uri=True)) as reader:
            return reader.execute(sql).fetchall()

    def count(self, file: str, table: str) -> int:
        """How many rows a table has."""
        return int(self.rows(file, f"SELECT COUNT(*) FROM {table}")[0][0])

    def close(self) -> None:
        """End both processes."""
        self.edge.stop()
        self.hq.stop()

    def _post(self, port: int, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
        answer = requests.post(
            f"http://127.0.0.1:{port}{path}", json=body, headers=headers, timeout=10
        )
        assert answer.status_code < 300, (answer.status_code, answer.text)
        return answer.json()
