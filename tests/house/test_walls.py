"""Each wall of the house is leaned on: what a contract forbids is planted, and must be caught by that contract."""

import pytest

from tests.house import small_house

FAULTS = [
    (
        "a feature uses another feature",
        "edge.orders.actions",
        "import edge.offers.store",
        "edge-stack",
    ),
    (
        "a feature's rule uses another feature's rule",
        "edge.orders.rules",
        "import edge.arrivals.rules",
        "edge-stack",
    ),
    ("a reaction reaches for a job", "edge.reactions", "import edge.jobs", "edge-stack"),
    ("a feature reaches up to an act", "edge.orders.web", "import edge.acts.redeem", "edge-stack"),
    ("the base knows a feature", "edge.base", "import edge.orders.rules", "edge-stack"),
    ("a module without a floor", "edge.utils", "", "edge-stack"),
    ("a room that no feature has", "edge.orders.utils", "", "edge-feature"),
    ("a rule reads the store", "edge.orders.rules", "import edge.orders.store", "edge-feature"),
    (
        "an action calls its own web",
        "edge.orders.actions",
        "import edge.orders.web",
        "edge-feature",
    ),
    (
        "memory reads the store",
        "edge.arrivals.memory",
        "import edge.arrivals.store",
        "edge-feature",
    ),
    (
        "an act calls another act",
        "edge.acts.redeem",
        "import edge.acts.withdraw",
        "acts-are-strangers",
    ),
    ("an act that is not listed", "edge.acts.refund", "", "acts-are-strangers"),
    (
        "a feature of HQ uses another",
        "sync.hq.orders.actions",
        "import sync.hq.stores.store",
        "hq-stack",
    ),
    ("HQ's base knows its web", "sync.hq.base", "import sync.hq.http", "hq-stack"),
    (
        "a shop system's adapter writes",
        "sync.hq.orders.sources.shop",
        "import sync.hq.orders.actions",
        "hq-feature",
    ),
    ("the agent uses HQ", "sync.agent", "import sync.hq.app", "sync-stack"),
    ("core knows a record type", "sync.core", "import sync.records", "sync-stack"),
    (
        "HQ uses an edge rule",
        "sync.hq.orders.actions",
        "import edge.orders.rules",
        "sync-never-edge",
    ),
    ("a rule reads the clock", "edge.orders.rules", "import time", "pure"),
    ("a rule asks the door", "edge.orders.rules", "import sync.doors", "pure"),
    ("a rule deep inside draws lots", "edge.arrivals.rules.eta", "import random", "pure"),
    ("core opens a database", "sync.core", "import sqlite3", "pure"),
    ("a rule of HQ speaks SQL", "sync.hq.orders.rules.doubt", "import sqlalchemy", "pure"),
    ("an action knows the wire", "edge.orders.actions", "import sync.records", "core-not-wire"),
    ("a screen knows the agent", "edge.screens", "import sync.agent", "core-not-wire"),
    ("SQL in web", "edge.orders.web", "import sqlite3", "sql-in-stores"),
    ("SQL in an act", "edge.acts.redeem", "import sqlite_utils", "sql-in-stores"),
    ("SQL in an action of HQ", "sync.hq.orders.actions", "import sqlalchemy", "sql-in-stores"),
    ("an action answers a request", "edge.orders.actions", "import flask", "http-at-the-rim"),
    ("a store calls out", "edge.orders.store", "import requests", "http-at-the-rim"),
    ("an act calls a feature's web", "edge.acts.redeem", "import edge.orders.web", "act-not-web"),
]


@pytest.fixture
def house(tmp_path):
    """A small house without a fault."""
    small_house.build(tmp_path)
    return tmp_path


def _broken(output: str) -> set[str]:
    names = {
        c["name"]: c["id"] for c in small_house.settings()["tool"]["importlinter"]["contracts"]
    }
    return {id_ for name, id_ in names.items() if f"{name} BROKEN" in output}


def test_a_house_without_a_fault_keeps_every_contract(house):
    """Empty rooms break nothing, so that a broken contract below is the planted fault's."""
    found = small_house.walls(house)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("module", "source", "contract"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_planted_fault_breaks_its_contract(house, module, source, contract):
    """A wall that nobody leaned on may be painted paper."""
    small_house.plant(house, module, source)
    found = small_house.walls(house)
    assert found.returncode != 0
    assert contract in _broken(found.stdout), found.stdout + found.stderr


def test_every_contract_has_a_planted_fault():
    """A new contract comes with a fault that proves it."""
    contracts = {c["id"] for c in small_house.settings()["tool"]["importlinter"]["contracts"]}
    assert contracts == {fault[3] for fault in FAULTS}
