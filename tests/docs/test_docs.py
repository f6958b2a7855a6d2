"""What is not described is red: settings, routes, refusals, events and record types."""

import re

import msgspec
import pytest
from flask import Flask

from edge import app
from sync.doors.clock import FixedClock
from sync.doors.ids import SeededIds
from sync.hq.app import create_app as create_hq
from sync.hq.settings import Settings as HqSettings
from tests import world
from tests.docs import tables

ROW = re.compile(r"^\| `(\w+)` \| `([^`]*)` \| (.{10,}) \|$", re.MULTILINE)


def _described_settings(heading: str) -> dict[str, str]:
    text = (tables.ROOT / "config" / "README.md").read_text()
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return {name: default for name, default, _ in ROW.findall(section)}


def _settings(heading: str) -> type[msgspec.Struct]:
    if heading == "HQ":
        from sync.hq.settings import Settings as OfHq

        return OfHq
    from edge.settings import Settings as OfStore

    return OfStore


@pytest.mark.parametrize("heading", ["The store", "HQ"])
def test_every_setting_is_described_with_its_default(heading):
    """By name, default and a sentence in config/README.md; a setting that is gone is gone there too."""
    assert _described_settings(heading) == tables.defaults(_settings(heading))


@pytest.mark.parametrize("path", tables.documents(), ids=lambda path: path.name)
def test_the_tables_say_what_the_code_says(path):
    """Run `python -m tests.docs.write` after adding a route, an event, a refusal or a record type."""
    assert path.read_text() == tables.filled(path.read_text())


@pytest.mark.parametrize("name", tables.TABLES)
def test_every_row_of_a_table_describes_its_thing(name):
    """A kind without a docstring, a route without a summary: an empty cell."""
    rows = tables.TABLES[name]().splitlines()[2:]
    assert [row for row in rows if re.search(r"\|\s*\|", row.split("|", 2)[2])] == []


@pytest.mark.parametrize("name", tables.TABLES)
def test_every_table_stands_in_a_document(name):
    """A table that nobody can read helps nobody."""
    assert any(f"<!-- table: {name} -->" in path.read_text() for path in tables.documents())


def _undescribed(app: Flask) -> list[str]:
    text = (tables.ROOT / "docs" / "api.md").read_text()
    described = set(re.findall(r"^\| (\w+) (?:\| )?`([^`]+)` \| .{5,} \|$", text, re.MULTILINE))
    asked = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    return sorted(f"{method} {path}" for method, path in asked - described)


def test_every_route_of_the_store_is_described(tmp_path):
    """Whatever the finished app answers, declared or not, stands in docs/api.md."""
    edge = world.open_edge(tmp_path, app.MIGRATIONS)
    try:
        assert _undescribed(app.create_app(edge)) == []
    finally:
        edge.close()


def test_every_route_of_hq_is_described(tmp_path):
    """The same for HQ."""
    settings = HqSettings(home=str(tmp_path))
    assert (
        _undescribed(create_hq(settings, clock=FixedClock(world.OPENING), ids=SeededIds(1))) == []
    )
