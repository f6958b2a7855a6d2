"""A real HQ over loopback HTTP and a real store on a folder, in this process; the test holds both clocks."""

from __future__ import annotations

import threading
from pathlib import Path

import requests
from werkzeug.serving import WSGIRequestHandler, make_server

from edge import app
from edge.base import following
from edge.base.edge import Edge
from edge.settings import Settings as EdgeSettings
from edge.sync_bindings import enrolment
from edge.sync_bindings.service import SyncService
from sync.agent.steps import Silence
from sync.doors.clock import FixedClock
from sync.doors.ids import SeededIds
from sync.hq.app import commands, create_app
from sync.hq.settings import Settings as HqSettings
from tests.world import OPENING

# Followers look for their end this often; a test stops many stores.
following.WAIT_SECONDS = 0.02

STORE = {
    "store_id": "harbour-lane",
    "code": "HL",
    "name": "Harbour Lane",
    "name_ja": "港通り店",
    "zone": "Asia/Tokyo",
    "public_host": "harbour-lane.localhost",
}


class _Quiet(WSGIRequestHandler):
    def log(self, type, message, *args):  # noqa: A002 - werkzeug's name
        pass


class HqServer:
    """HQ on a port of its own; `restart` keeps folder and port."""

    def __init__(self, home: Path):
        self.home = home
        self.port = 0
        self.clock = FixedClock(OPENING)
        self.starts = 0
        self.start()

    def start(self):
        self.starts += 1
        self._server = make_server(
            "127.0.0.1", self.port, _nothing, threaded=True, request_handler=_Quiet
        )
        self.port = self._server.server_port
        settings = HqSettings(home=str(self.home), public_url=self.url, cookies_secure=False)
        web = create_app(settings, clock=self.clock, ids=SeededIds(100 + self.starts))
        self.hq = web.extensions["hq"]
        self._server.app = web
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.hq.database.close()

    def restart(self):
        self.stop()
        self.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def command(self, name, /, **words):
        said = commands.run(self.hq, name, words)
        assert "said" in said, said
        return said["said"]

    def rows(self, sql, **params):
        with self.hq.read() as reader:
            return [dict(row) for row in reader.rows(sql, **params)]

    def change(self, sql, **params):
        """An operator's hand in the database."""
        self.hq.write(lambda unit: unit.execute(sql, **params))


class Wire:
    """The line: carries to HQ, or fails as told; keeps what was sent."""

    def __init__(self, transport):
        self._transport = transport
        self.sent = []
        self.faults = []
        self.is_cut = False

    def send(self, send):
        self.sent.append(send)
        fault = self.faults.pop(0) if self.faults else ""
        if self.is_cut or fault == "lost":
            return Silence("cut")
        answer = self._transport.send(send)
        if fault == "twice":
            self._transport.send(send)
        return Silence("reply lost") if fault == "reply_lost" else answer


class StoreBox:
    """A store with its sync service; `restart` keeps the folder."""

    def __init__(self, home: Path, hq: HqServer, clock: FixedClock):
        self.home, self.hq, self.clock = home, hq, clock
        self.starts = 0
        self.start()

    def start(self):
        self.starts += 1
        settings = EdgeSettings(home=str(self.home), cookies_secure=False, poll_seconds=30.0)
        self.edge = Edge(
            settings, clock=self.clock, ids=SeededIds(self.starts), migrations=app.MIGRATIONS
        )
        for part in app.PARTS:
            self.edge.put_part(part())
        self.service = SyncService(self.edge)
        self.wire = Wire(self.service.agent._transport)
        self.service.agent._transport = self.wire
        self.edge.put_part(self.service)
        self.service.start()

    def stop(self):
        self.service.stop()
        self.edge.close()

    def restart(self):
        self.stop()
        self.start()

    def enrol(self):
        code = self.hq.command("enrol-store", store_id=STORE["store_id"])["code"]
        return enrolment.enrol(self.edge, self.hq.url, code)

    def settle(self):
        return self.service.settle()

    def rows(self, sql, *params):
        with self.edge.read() as reader:
            return [dict(row) for row in reader.rows(sql, params)]


class World:
    """One HQ, one enrolled store."""

    def __init__(self, folder: Path):
        self.clock = FixedClock(OPENING)
        self.hq = HqServer(folder / "hq")
        self.hq.command("save-store", **STORE)
        self.key = self.hq.command("add-api-key", name="till")["key"]
        self.box = StoreBox(folder / "edge", self.hq, self.clock)
        self.box.enrol()
        self.box.settle()

    def order_at_hq(self, number: int, **more):
        """A neutral order over HQ's own API; the answer."""
        body = {
            "source_id": str(number),
            "store": STORE["name"],
            "currency": "JPY",
            "lines": [{"sku": "SKU-001", "name": "Milk", "qty": 2, "unit_price_minor": 240}],
            "buyer": {"first_name": "Ana", "last_name": "Silva", "ref": f"b{number}"},
            **more,
        }
        answer = requests.post(
            f"{self.hq.url}/api/v1/orders",
            json=body,
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=10,
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    def close(self):
        self.box.stop()
        self.hq.stop()


def _nothing(environ, start_response):
    start_response("503 Starting", [])
    return []
