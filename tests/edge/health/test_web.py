"""`/healthz` says whether orders can be saved; `/metrics` is for this machine and for paired devices."""

from __future__ import annotations

import logging
import re
import shutil
import threading
from types import SimpleNamespace

import pytest

from edge import app as app_module
from edge.base.gauges import Gauges, LogCounter
from edge.health.web import look
from edge.http import caller
from edge.screens import metrics
from edge.staff import actions
from tests.docs import tables
from tests.world import OPENING, FixedClock, client_of, open_edge


@pytest.fixture(scope="module")
def edge(tmp_path_factory):
    clock = FixedClock(OPENING)
    opened = open_edge(tmp_path_factory.mktemp("health"), app_module.MIGRATIONS, clock=clock)
    for part in app_module.PARTS:
        opened.put_part(part())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(edge):
    return client_of(app_module.create_app(edge))


def shown(text: str) -> set[str]:
    return set(re.findall(r"^# TYPE (store_edge\w+) ", text, re.MULTILINE))


def test_a_store_that_works_says_so_to_anybody(client):
    """And nothing else."""
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"ok": True, "writer": True, "database": True, "disk": True}


def test_a_full_disk_is_not_ready(client, monkeypatch):
    """Alive, and of no use for a new order."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["disk"] is False


def test_a_writer_that_hangs_or_has_ended_is_not_ready(tmp_path):
    """Both are seen without writing anything."""
    clock = FixedClock(OPENING)
    edge = open_edge(tmp_path, clock=clock)
    inside, go_on = threading.Event(), threading.Event()

    def hang(unit):
        inside.set()
        go_on.wait(10)

    writing = threading.Thread(target=lambda: edge.write(hang))
    writing.start()
    inside.wait(10)
    clock.advance(seconds=60)
    assert not look(edge).writer
    go_on.set()
    writing.join()
    assert look(edge).writer
    edge.close()
    assert not look(edge).writer


def test_a_file_that_does_not_answer_is_not_ready(tmp_path):
    """The disk is gone, or it is no database any more."""
    edge = open_edge(tmp_path)
    edge.close()
    for file in edge.home.glob("store.db*"):
        file.unlink()
    assert not look(edge).database


def test_every_number_is_shown_and_described(client, edge):
    """What the table names, and nothing else; the docs hold the same table."""
    edge.part(Gauges).give("open_sockets", lambda: 3)
    text = client.get("/metrics").text
    assert "store_edge_open_sockets 3.0" in text
    named = {
        f"{each.name}_total" if each.kind == "counter" else each.name for each in metrics.NUMBERS
    }
    assert shown(text) == named
    assert "process_resident_memory_bytes" in text
    described = (tables.ROOT / "docs" / "install.md").read_text()
    assert [each.name for each in metrics.NUMBERS if f"`{each.name}" not in described] == []


def test_errors_in_the_log_are_counted(client, edge):
    """By level."""
    counter = edge.part(LogCounter)
    counter.handle(logging.makeLogRecord({"levelname": "ERROR"}))
    assert 'store_edge_log_records_total{level="error"} 1.0' in client.get("/metrics").text


@pytest.mark.parametrize(
    ("environ", "headers"),
    [
        ({"REMOTE_ADDR": "192.168.0.7"}, {}),
        ({"REMOTE_ADDR": ""}, {}),
        ({}, {"X-Forwarded-For": "203.0.113.9"}),
        ({}, {"Forwarded": "for=203.0.113.9"}),
        ({caller.VIA_FLAG: caller.FRONT_DOOR}, {}),
    ],
)
def test_a_stranger_finds_no_metrics(client, environ, headers):
    """On the network, behind a proxy, or through the front door."""
    answer = client.get("/metrics", environ_overrides=environ, headers=headers)
    assert answer.status_code == 404
    assert "store_edge" not in answer.text


def test_a_paired_device_on_the_network_may_scrape(client, edge):
    """With its token, as any screen."""
    code = edge.write(lambda unit: actions.make_code(unit, at=edge.clock.wall(), by="cli"))
    paired = client.post("/api/v1/devices", json={"code": code, "name": "Prometheus"}).json
    answer = client.get(
        "/metrics",
        environ_overrides={"REMOTE_ADDR": "192.168.0.7"},
        headers={"Authorization": f"Bearer {paired['device_token']}"},
    )
    assert answer.status_code == 200
