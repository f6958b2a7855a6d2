"""No range and no coordinate reaches the disk or a log: planted numbers are looked for in every shape."""

import json
import logging

import pytest

from tests.edge.acts.journey_world import JourneyWorld
from tests.edge.acts.test_pass_journey import location, owntracks
from tests.edge.arrivals import canaries

RANGES = [7654.321, 4567.891, 2345.679, 398.137, 123.457]
NORTH, EAST = 52.0123457, 5.0217391
PIN_OF_BAY_3 = 52.0001


@pytest.fixture
def world(tmp_path):
    world = JourneyWorld(tmp_path)
    yield world
    world.edge.close()


@pytest.mark.parametrize("shape", canaries.shapes(RANGES[0]))
def test_the_scan_finds_a_number_in_every_shape(tmp_path, shape):
    """Without this the next test proves nothing."""
    planted = b"some" + canaries.shapes(RANGES[0])[shape] + b"thing"
    (tmp_path / "file").write_bytes(planted)
    assert canaries.in_folder(tmp_path, RANGES)


def test_no_range_or_coordinate_is_ever_written(world, caplog):
    """A whole trip by page and by native client, near and away, stopped: nothing of it in file or log."""
    caplog.set_level(logging.DEBUG)
    world.on_the_way()
    world.reports(*RANGES, every=60.0)
    world.clock.advance(minutes=5)
    owntracks(world, location(world, north=NORTH, east=EAST))
    owntracks(world, location(world, north=NORTH, east=999))
    world.post("ranges", {"reports": [{"seq": "x", "t": 1, "distance_m": RANGES[0]}]})
    world.post("withdrawal")
    world.reports(RANGES[-1])
    assert canaries.in_folder(world.edge.home, [*RANGES, NORTH, EAST]) == []
    said = json.dumps([record.getMessage() for record in caplog.records]).encode()
    assert [n for n in (*RANGES, NORTH, EAST) if canaries.hits(said, n)] == []


def test_the_file_does_hold_what_is_meant_to_be_there(world):
    """The scan looks at the right files: a bay's own pin is found in its named table."""
    world.on_the_way()
    found = canaries.in_folder(world.edge.home, [PIN_OF_BAY_3])
    assert any(line.startswith("store.db") and "float64 big" in line for line in found)


def test_no_table_has_a_column_for_a_place_or_a_range(world):
    """But the one table of the store's own pins."""
    with world.edge.read() as reader:
        tables = [
            row["name"]
            for row in reader.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        columns = {
            (table, row["name"])
            for table in tables
            for row in reader.rows("SELECT name FROM pragma_table_info(?)", (table,))
        }
    words = (
        "lat",
        "lon",
        "lng",
        "coord",
        "geo",
        "north",
        "east",
        "distance",
        "range",
        "accuracy",
        "eta",
    )
    suspects = {
        (table, column)
        for table, column in columns
        if any(part in words for part in column.split("_"))
    }
    assert suspects == {("places", "pin_north"), ("places", "pin_east")}
