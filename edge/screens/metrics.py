"""`/metrics`: the store in numbers for Prometheus. Nothing in it is about a person, and no label comes from outside.

It answers the machine itself and paired devices; a scraper on the network is paired as a screen is and sends its
token. Numbers are looked up when somebody asks, so that nothing is counted on the way of an order.
"""

from __future__ import annotations

import platform
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from flask import Response, request

from edge import http
from edge.base.edge import DATABASE_NAME, Edge
from edge.base.gauges import Gauges, LogCounter
from edge.base.uplink import Uplink
from edge.health import store as health
from edge.http import DEVICE, PUBLIC, Caller
from edge.orders import store as orders
from sync.core.errors import NotFound

if TYPE_CHECKING:
    from prometheus_client.core import Metric

bp = http.blueprint("metrics")

Sample = tuple[tuple[str, ...], float]


@dataclass(frozen=True)
class Number:
    """One metric: what it is called, what it means, its labels, and how it is found."""

    name: str
    kind: str
    meaning: str
    find: Callable[[Edge], Iterable[Sample]]
    labels: tuple[str, ...] = ()


def _one(find: Callable[[Edge], float | None]) -> Callable[[Edge], Iterable[Sample]]:
    def found(edge: Edge) -> Iterable[Sample]:
        value = find(edge)
        return [] if value is None else [((), value)]

    return found


def _given(name: str) -> Callable[[Edge], Iterable[Sample]]:
    return _one(lambda edge: edge.part(Gauges).value(name))


def _about(edge: Edge) -> Iterable[Sample]:
    told = (version("store-edge"), health.SQLITE, platform.python_version())
    return [(told, 1.0)]


def _orders(edge: Edge) -> Iterable[Sample]:
    with edge.read() as reader:
        states = Counter(order.state.value for order in orders.open_orders(reader))
    return [((state,), float(count)) for state, count in sorted(states.items())]


def _jobs(edge: Edge) -> Iterable[Sample]:
    with edge.read() as reader:
        done = health.jobs_done(reader)
    return [((job,), at.timestamp()) for job, at in sorted(done.items())]


def _records(edge: Edge) -> Iterable[Sample]:
    counts = edge.part(LogCounter).counts
    return [((level.lower(),), float(count)) for level, count in sorted(counts.items())]


def _sync(find: Callable[[Any], float | None]) -> Callable[[Edge], Iterable[Sample]]:
    def found(edge: Edge) -> float | None:
        told = edge.part(Uplink).explained()
        return find(told) if told is not None and told.is_enrolled else None

    return _one(found)


def _waiting(edge: Edge) -> float:
    with edge.read() as reader:
        return float(sum(health.waiting(reader)))


def _night(edge: Edge) -> float | None:
    with edge.read() as reader:
        last = health.night(reader)
    return None if last is None else float(last.is_equal)


def _bytes(which: int) -> Callable[[Edge], Iterable[Sample]]:
    return _one(lambda edge: float(health.file_bytes(edge.home / DATABASE_NAME)[which]))


NUMBERS: tuple[Number, ...] = (
    Number(
        "store_edge_info",
        "gauge",
        "Always 1; which versions run",
        _about,
        ("version", "sqlite", "python"),
    ),
    Number(
        "store_edge_http_requests",
        "counter",
        "Requests answered since the start",
        _given("http_requests"),
    ),
    Number(
        "store_edge_open_sockets",
        "gauge",
        "Screens that are connected now",
        _given("open_sockets"),
    ),
    Number(
        "store_edge_line_up",
        "gauge",
        "1 while the line to the front door is up",
        _given("line_up"),
    ),
    Number(
        "store_edge_events",
        "counter",
        "Events in the log of this store",
        _one(lambda edge: float(edge.log.durable_seq)),
    ),
    Number(
        "store_edge_open_orders",
        "gauge",
        "Orders that are not over yet, by state",
        _orders,
        ("state",),
    ),
    Number(
        "store_edge_open_units",
        "gauge",
        "Units of work that wait for the writer",
        _one(lambda edge: float(edge.open_units)),
    ),
    Number(
        "store_edge_writer_busy_seconds",
        "gauge",
        "How long the commit under way has taken",
        _one(lambda edge: edge.writer_busy_seconds),
    ),
    Number(
        "store_edge_uplink_up",
        "gauge",
        "1 while HQ answers",
        _sync(lambda told: float(told.is_up)),
    ),
    Number(
        "store_edge_uplink_silent_seconds",
        "gauge",
        "Seconds since HQ last answered",
        _sync(lambda told: told.seconds),
    ),
    Number(
        "store_edge_backlog_events",
        "gauge",
        "Events that HQ has not confirmed yet",
        _sync(lambda told: float(told.backlog)),
    ),
    Number(
        "store_edge_quarantined_events",
        "gauge",
        "Events of this store that wait at HQ for a person",
        _sync(lambda told: float(told.quarantined)),
    ),
    Number(
        "store_edge_waiting",
        "gauge",
        "Records that could not be applied and reactions that failed",
        _one(_waiting),
    ),
    Number(
        "store_edge_night_equal",
        "gauge",
        "1 when the last comparison with HQ found no difference",
        _one(_night),
    ),
    Number(
        "store_edge_job_done_timestamp_seconds",
        "gauge",
        "When each daily job was last done",
        _jobs,
        ("job",),
    ),
    Number("store_edge_database_bytes", "gauge", "Size of the database", _bytes(0)),
    Number("store_edge_wal_bytes", "gauge", "Size of its write-ahead log", _bytes(1)),
    Number(
        "store_edge_disk_free_bytes",
        "gauge",
        "Free bytes on the disk of the home folder",
        _one(lambda edge: float(shutil.disk_usage(edge.home).free)),
    ),
    Number(
        "store_edge_log_records",
        "counter",
        "Log records since the start, by level",
        _records,
        ("level",),
    ),
)


@http.page(bp, "/metrics", who=PUBLIC, summary="The store in numbers, for Prometheus")
def metrics(*, caller: Caller) -> Response:
    """For the machine itself and for paired devices; everybody else finds nothing here."""
    if not caller.is_on_lan or not (caller.may(DEVICE) or _is_this_machine()):
        raise NotFound
    # Loaded when somebody first asks: most stores are never scraped.
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.process_collector import ProcessCollector

    registry = CollectorRegistry()
    registry.register(_Collected(http.edge()))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_this_machine() -> bool:
    """A proxy on this machine speaks for somebody else, and says so."""
    if request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded"):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


class _Collected:
    """All numbers of the table, found now."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def collect(self) -> Iterable[Metric]:
        """See prometheus_client.registry.Collector."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        for each in NUMBERS:
            family = CounterMetricFamily if each.kind == "counter" else GaugeMetricFamily
            metric = family(each.name, each.meaning, labels=each.labels)
            for labels, value in each.find(self._edge):
                metric.add_metric(labels, value)
            yield metric
