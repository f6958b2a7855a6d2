"""What an operator is told of the sync, in words, for machines, and by the exit code."""

from __future__ import annotations

import json
import sqlite3

import pytest
from click.testing import CliRunner

from edge.cli import hq_watching, main
from edge.cli import sync as tools
from tests.agent.hq_world import World
from tests.edge.cli.opened import set_up, store_edge


@pytest.fixture
def world(tmp_path):
    """An HQ with one enrolled store."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def hq_says(world, monkeypatch):
    """Run a command of `store-edge hq` against this world's HQ."""
    from sync.hq.app import commands

    monkeypatch.setattr(
        hq_watching,
        "ask",
        lambda home, name, words: commands.run(world.hq.hq, name, words)["said"],
    )
    return lambda *words: CliRunner().invoke(main, ["hq", *words, "--home", "none"])


def test_a_store_in_touch_holds_nothing_back_and_is_equal(world):
    """Where it stands, then news, then the comparison with each table."""
    world.order_at_hq(1)
    told = tools.exchange(world.box.edge, {})
    assert (told["state"], told["waiting_to_be_sent"]) == ("up_to_date", 0)
    assert told["acknowledged"] == told["events"] > 0
    assert len(told["fingerprint"]) == 6
    compared = tools.compare(world.box.edge, {})
    assert (compared["equal"], compared["differences"]) == (True, [])
    assert tools.stand(world.box.edge, {})["last_night_equal"] is True


def test_a_row_that_somebody_changed_at_hq_is_named_with_a_cause(world):
    """The planted fault: an operator's hand in the database."""
    world.order_at_hq(1)
    world.box.settle()
    world.hq.change(
        "UPDATE folded SET body = replace(body, 'accepted', 'ready') WHERE record_type = 'order_status'"
    )
    compared = tools.compare(world.box.edge, {})
    assert compared["equal"] is False
    assert {each["table"] for each in compared["differences"]} == {"order_status"}
    assert {each["what"] for each in compared["differences"]} <= set(tools._CAUSES)


def test_without_a_line_the_comparison_is_owed(world):
    """Neither equal nor not: exit code 2."""
    world.box.wire.is_cut = True
    compared = tools.compare(world.box.edge, {})
    assert compared["equal"] is None
    assert "compared after the next contact" in compared["said"]
    assert tools.stand(world.box.edge, {})["night_owed"]


def test_a_store_without_hq_is_well_and_its_log_is_proved(tmp_path):
    """Nothing to exchange is no fault; the proof needs no HQ."""
    home = set_up(tmp_path / "store")
    store_edge(home, "staff", "add", "Ann", "--role", "manager")
    status = store_edge(home, "sync", "status")
    assert status.exit_code == 0
    assert "not enrolled" in status.output
    assert store_edge(home, "sync", "reconcile").exit_code == 2
    proved = store_edge(home, "sync", "verify", "--json")
    assert json.loads(proved.stdout)["whole"] is True
    assert proved.exit_code == 0


def test_a_changed_event_fails_the_proof_by_its_number(tmp_path):
    """One word of one event; SQLite's own check is content with it."""
    home = set_up(tmp_path / "store")
    store_edge(home, "staff", "add", "Ann", "--role", "manager")
    with sqlite3.connect(home / "store.db") as database:
        database.execute("UPDATE events SET by = 'somebody' WHERE seq = 1")
    database.close()
    answer = store_edge(home, "sync", "verify")
    assert answer.exit_code == 1
    assert "event 1 breaks the chain" in answer.output


def test_hq_names_the_store_that_needs_somebody(world, hq_says):
    """Contact, backlog, clock and night of each, and a bad exit code while one is in trouble."""
    world.box.settle()
    told = json.loads(hq_says("stores", "--json").stdout)
    assert [each["store_id"] for each in told] == ["harbour-lane"]
    assert told[0]["contact"] == "in_touch"
    world.hq.clock.advance(minutes=20)
    lost = hq_says("stores")
    assert lost.exit_code == 1
    assert "LOST" in lost.output


def test_what_waits_at_hq_is_listed_with_its_reason(world, hq_says):
    """Nothing at first; then the event and why."""
    assert hq_says("quarantine").output == "Nothing waits.\n"
    world.hq.change(
        "INSERT INTO quarantine VALUES ('harbour-lane', 'e', 7, 'o1', 'order_ready', 'planted', 0,"
        " '2026-11-23T00:00:00+00:00')"
    )
    told = hq_says("quarantine", "harbour-lane")
    assert told.exit_code == 1
    assert "harbour-lane event 7: order_ready of o1" in told.output
    assert "planted" in told.output
