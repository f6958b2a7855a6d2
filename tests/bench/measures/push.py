"""How fast a store's backlog reaches HQ, durable at both ends, and how many bytes it costs on the wire."""

import json
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import ClassVar

import msgspec

from edge.app import open_store
from edge.base.edge import Edge
from edge.base.unit import Unit
from edge.sync_bindings.service import SyncService
from sync.core.event import Event
from sync.doors.clock import SystemClock
from sync.doors.ids import SystemIds
from sync.hq.app import open_hq
from sync.hq.base.rows import Unit as HqUnit
from sync.hq.settings import Settings as HqSettings
from sync.hq.stores.actions import registry
from sync.hq.stores.rules import Store
from tests import postgres
from tests.bench import figure, shape
from tests.bench.counting import Counter
from tests.bench.figure import Figure, p50
from tests.bench.processes import ROOT, disk_folder, free_port, running

COUNT = 20_000
ROUNDS = 3
LEAST_PER_SECOND = 15_000.0
LEAST_PER_SECOND_POSTGRESQL = 12_000.0
MOST_BYTES = 110.0
AT_MOST_SECONDS = 120.0
UNIT_EVENTS = 500


class Noted(Event, frozen=True, kw_only=True):
    """An event of the measured shape."""

    aggregate: ClassVar[str] = "order_id"
    order_id: str
    customer_key: str
    slot: str
    lines: list[dict[str, str | int]]
    by: str
    till: int
    shelf: str
    note: str


class OrderAccepted(Noted, frozen=True, kw_only=True):
    """Folded by HQ as the real one."""


class OrderPicked(Noted, frozen=True, kw_only=True):
    """Folded by HQ as the real one."""


class OrderStaged(Noted, frozen=True, kw_only=True):
    """Folded by HQ as the real one."""


class OrderHandedOver(Noted, frozen=True, kw_only=True):
    """Folded by HQ as the real one."""


KINDS = {kind.kind: kind for kind in (OrderAccepted, OrderPicked, OrderStaged, OrderHandedOver)}


def measure() -> list[Figure]:
    """Floor and product in turns; the wire is counted in a run of its own, because counting takes time."""
    rates, floors = [], []
    for _ in range(ROUNDS):
        words = [sys.executable, "-m", "tests.bench.floors.push", str(COUNT)]
        floors.append(json.loads(subprocess.check_output(words, cwd=ROOT)))
        rates.append(one_push(is_counted=False)[0])
    wire = one_push(is_counted=True)[1]
    rate_floor = p50([each["events_per_s"] for each in floors])
    return [
        figure.at_least(
            "push_rate", p50(rates), "events/s", floor=rate_floor, least=LEAST_PER_SECOND
        ),
        figure.at_most(
            "push_wire", wire, "bytes/event", floor=floors[0]["bytes_per_event"], most=MOST_BYTES
        ),
    ]


def measure_postgresql() -> list[Figure]:
    """With HQ's tables on a PostgreSQL that syncs to the disk; floor: the same bytes, one bare COPY a batch."""
    rates, floors = [], []
    with postgres.server("fsync = on") as server:
        for _ in range(ROUNDS):
            bare, full = server.database(), server.database()
            url = server.url_of(bare).replace("+psycopg", "", 1)
            words = [sys.executable, "-m", "tests.bench.floors.push", str(COUNT), url]
            floors.append(json.loads(subprocess.check_output(words, cwd=ROOT))["events_per_s"])
            rates.append(one_push(is_counted=False, database_url=server.url_of(full))[0])
            for name in (bare, full):
                server.drop(name)
    return [
        figure.at_least(
            "push_postgres",
            p50(rates),
            "events/s",
            floor=p50(floors),
            least=LEAST_PER_SECOND_POSTGRESQL,
        )
    ]


def one_push(*, is_counted: bool, database_url: str = "") -> tuple[float, float]:
    """Events a second, and bytes on the wire (both ways) for each."""
    with disk_folder() as folder, Counter(port := free_port()) as counter:
        # A signature covers the address, so HQ is told under which one it is asked.
        url = f"http://127.0.0.1:{counter.port if is_counted else port}"
        code = _prepare_hq(HqSettings(home=str(folder / "hq"), database_url=database_url))
        given = {"PORT": str(port), "PUBLIC_URL": url, "DATABASE_URL": database_url}
        env = {f"STORE_EDGE_HQ_{name}": value for name, value in given.items()}
        with running(["-m", "edge", "hq", "serve", "--home", str(folder / "hq")], port, env):
            return _push(folder / "edge", url, code, counter)


def _prepare_hq(settings: HqSettings) -> str:
    hq = open_hq(settings, clock=SystemClock(), ids=SystemIds())
    store = Store(
        store_id="harbour-lane",
        code="HL",
        name="Harbour Lane",
        zone="Asia/Tokyo",
        public_host="harbour-lane.localhost",
    )

    def enrol(unit: HqUnit) -> str:
        registry.save_store(unit, store, feed=hq.feed)
        return registry.make_code(unit, store.store_id, real_now=hq.clock.wall())

    code: str = hq.write(enrol)
    hq.database.close()
    return code


def _push(home: Path, hq_url: str, code: str, counter: Counter) -> tuple[float, float]:
    edge = open_store(home)
    try:
        last = _fill(edge)
        sync = SyncService(edge)
        sync.enrol(hq_url, code)
        started = time.perf_counter()
        sync.start()
        deadline = started + AT_MOST_SECONDS
        while sync.status().acked < last and time.perf_counter() < deadline:
            time.sleep(0.002)
        took = time.perf_counter() - started
        status = sync.status()
        sync.stop()
        if status.acked < last or status.quarantined:
            raise RuntimeError(f"not all was taken: {status}")
        return last / took, counter.bytes / last
    finally:
        edge.close()


def _fill(edge: Edge) -> int:
    events = [msgspec.convert(body, KINDS[kind]) for kind, _, _, body in shape.bodies(COUNT)]

    def record(unit: Unit, some: list[Noted]) -> None:
        for event in some:
            unit.record(event, by=event.by)

    for start in range(0, COUNT, UNIT_EVENTS):
        edge.write(partial(record, some=events[start : start + UNIT_EVENTS]))
    return edge.log.durable_seq
