"""Each wall of the house is leaned on: what a contract forbids is planted, and must be caught by that contract."""

import itertools

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


@pytest.fixture(scope="module")
def sections(tmp_path_factory) -> dict[str, str]:
    """What each contract says of a house with all faults in it, by the contract's id."""
    house = tmp_path_factory.mktemp("faulty")
    small_house.build(house)
    by_module: dict[str, list[str]] = {}
    for _, module, source, _ in FAULTS:
        by_module.setdefault(module, []).append(source)
    for module, sources in by_module.items():
        small_house.plant(house, module, "\n".join(sources) + "\n")
    found = small_house.walls(house)
    assert found.returncode != 0
    names = {
        c["id"]: c["name"] for c in small_house.settings()["tool"]["importlinter"]["contracts"]
    }
    details = found.stdout.split("Broken contracts", 1)[1]
    return {id_: _section(details, name, set(names.values())) for id_, name in names.items()}


def _section(details: str, name: str, every: set[str]) -> str:
    lines = details.splitlines()
    if name not in lines:
        return ""
    rest = lines[lines.index(name) + 1 :]
    return "\n".join(itertools.takewhile(lambda line: line not in every, rest))


def test_a_house_without_a_fault_keeps_every_contract(tmp_path):
    """Empty rooms break nothing, so that what is found below is what was planted."""
    small_house.build(tmp_path)
    found = small_house.walls(tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("module", "source", "contract"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_planted_fault_breaks_its_contract(sections, module, source, contract):
    """A wall that nobody leaned on may be painted paper."""
    imported = source.removeprefix("import ")
    wanted = f"{module} -> {imported}" if source else f"- {module}"
    assert wanted in sections[contract]


def test_every_contract_has_a_planted_fault():
    """A new contract comes with a fault that proves it."""
    contracts = {c["id"] for c in small_house.settings()["tool"]["importlinter"]["contracts"]}
    assert contracts == {fault[3] for fault in FAULTS}
