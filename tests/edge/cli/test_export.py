"""Tables leave as files: listed ones, without secrets, without formulas, while the store runs."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from contextlib import closing

import pytest

from edge.app import MIGRATIONS
from edge.base.exporting import NEVER, TABLES, harmless
from edge.staff import actions
from edge.staff.rules import Role
from tests.edge.cli.opened import store_edge
from tests.world import open_edge

SECRET = re.compile(r"token|pin_hash|secret|salt|pepper|once_key|code_tag")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    edge = open_edge(tmp_path_factory.mktemp("export") / "store", MIGRATIONS)
    for name in ("Ken", "=HYPERLINK(1)"):
        edge.write(
            lambda unit, name=name: actions.add_person(
                unit, name, Role.PICKER, pin_hash="hidden", by="cli"
            )
        )
    edge.close()
    return edge.home


def schema(home):
    with closing(sqlite3.connect(home / "store.db")) as connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {
            name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            for name in names
        }


def test_every_table_is_listed_or_never_leaves(home):
    """A new table needs a word in edge/base/exporting.py: what it is, and whether it is about people."""
    assert sorted(set(schema(home)) - set(TABLES) - NEVER) == []
    assert set(TABLES) - set(schema(home)) == set()


def test_no_secret_column_leaves(home):
    """By its name; each listed column that stays here really is there."""
    for name, columns in schema(home).items():
        if name in TABLES:
            without = set(TABLES[name].without)
            assert without <= set(columns), name
            assert {each for each in columns if SECRET.search(each)} <= without, name


def test_a_table_as_csv(home):
    """With a header; what a spreadsheet would take for a formula is defused; people are named as such."""
    said = store_edge(home, "export", "staff", "--csv")
    rows = list(csv.DictReader(said.stdout.splitlines()))
    assert {row["name"] for row in rows} == {"Ken", "'=HYPERLINK(1)"}
    assert "pin_hash" not in rows[0]
    assert "hidden" not in said.output
    assert "personal data" in said.stderr


def test_a_table_as_json(home):
    """One object a line, text as it is."""
    said = store_edge(home, "export", "staff", "--json")
    assert {json.loads(line)["name"] for line in said.stdout.splitlines()} == {
        "Ken",
        "=HYPERLINK(1)",
    }


def test_a_file_is_for_its_owner_alone(home, tmp_path):
    """Also one that others could read before; and it says how much is in it."""
    (tmp_path / "events.csv").touch(mode=0o644)
    said = store_edge(home, "export", "events", "--out", str(tmp_path / "events.csv"))
    assert "2 rows of events" in said.stderr
    assert (tmp_path / "events.csv").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["sessions", "nowhere", "staff; DROP TABLE staff"])
def test_what_is_not_listed_does_not_leave(home, name):
    """In words."""
    said = store_edge(home, "export", name)
    assert said.exit_code == 1
    assert "export --list" in said.output


def test_the_list_says_what_is_about_people(home):
    """Every table, with what it is."""
    lines = store_edge(home, "export", "--list").output.splitlines()
    assert len(lines) == len(TABLES)
    assert any(line.startswith("profiles") and "personal" in line for line in lines)


def test_a_running_store_is_exported_beside_its_service(running):
    """Nothing waits for it."""
    assert "harbour-lane" in store_edge(running.home, "export", "store_record").output


@pytest.mark.parametrize("value", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1"])
def test_formulas_are_defused_and_numbers_are_not(value):
    """OWASP's list."""
    assert harmless(value) == f"'{value}"
    assert harmless(-1) == -1
