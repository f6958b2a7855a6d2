"""Overland's batches: longitude first, metres a second, -1 for unknown, and a queue that may be long."""

from urllib.parse import parse_qs, urlsplit

import pytest

from edge.arrivals.rules import overland
from edge.arrivals.rules.overland import NotOverland
from edge.arrivals.rules.position import Position

AT = 1_800_000_000.0


def point(east=5.0, north=52.0, **properties):
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [east, north]},
        "properties": {"timestamp": "2027-01-15T08:00:00Z", "speed": -1, **properties},
    }


def test_longitude_comes_first():
    """As everywhere in GeoJSON; the rest of the properties says nothing to us."""
    body = {"locations": [point(horizontal_accuracy=30, wifi="home", battery_level=0.8)]}
    assert overland.positions(body) == [Position(52.0, 5.0, AT, 30.0)]


def test_beside_a_long_queue_the_newest_point_counts_too():
    """`current` is not one of the batch."""
    now = point(north=52.1, timestamp="2027-01-15T08:00:05Z", horizontal_accuracy=-1)
    body = {"locations": [point()], "current": now, "trip": {"distance": 7}}
    assert [each.t for each in overland.positions(body)] == [AT, AT + 5]
    assert overland.positions(body)[1].accuracy_m is None


def test_visits_pauses_and_trips_say_nothing_of_now():
    """They are stamped with the time of telling."""
    body = {"locations": [point(action="visit"), point(type="trip"), point()]}
    assert len(overland.positions(body)) == 1


def test_a_broken_point_does_not_hold_up_a_queue():
    """Refused, the whole batch would come again for ever."""
    for broken in (point(timestamp="soon"), {"type": "Feature"}, 7):
        assert len(overland.positions({"locations": [broken, point()]})) == 1


@pytest.mark.parametrize(
    "broken",
    [
        point(timestamp=None),
        point(east=52.0, north=-122.0),
        point(east=181.0),
        point(east=None),
        point(north=float("nan")),
    ],
)
def test_a_point_that_cannot_be_used_is_let_go(broken):
    """Also alone, and with the axes in the wrong order where that can be seen."""
    assert overland.positions({"locations": [broken]}) == []


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"locations": {}},
        {"locations": [7]},
        {"locations": [{"type": "Feature"}]},
        {"locations": [{**point(), "geometry": {"coordinates": [5.0]}}]},
        {"locations": [point()] * 1_002},
    ],
)
def test_what_is_no_batch_is_refused_by_name(body):
    """It is nothing that the app sends."""
    with pytest.raises(NotOverland):
        overland.positions(body)


def test_nothing_is_fine():
    """An empty batch is one."""
    assert overland.positions({"locations": []}) == []


def test_the_app_is_set_up_by_a_link():
    """Address and token; the app knows no more."""
    link = urlsplit(overland.setup("https://s.example/loc/overland", token="T&=1"))
    assert (link.scheme, link.netloc) == ("overland", "setup")
    assert parse_qs(link.query)["url"] == ["https://s.example/loc/overland"]
    assert parse_qs(link.query)["token"] == ["T&=1"]
