"""OsmAnd and Traccar: a query, a form or JSON, with times and places in half a dozen shapes."""

import pytest

from edge.arrivals.rules import osmand
from edge.arrivals.rules.osmand import NotOsmAnd
from edge.arrivals.rules.position import Position

NOW = 1_900_000_000.0
AT = 1_800_000_000.0
PLACE = {"lat": "52.0", "lon": "5.0"}


def read(**given):
    return osmand.positions(given, received_t=NOW)


@pytest.mark.parametrize(
    "said", ["1800000000", "1800000000000", "2027-01-15T08:00:00Z", "2027-01-15 08:00:00"]
)
def test_a_time_comes_in_four_shapes(said):
    """All of the same moment."""
    assert read(**PLACE, timestamp=said, speed="40", hdop="6.0") == [Position(52.0, 5.0, AT)]


def test_without_a_time_it_is_of_now():
    """As the protocol has it."""
    assert read(**PLACE, accuracy="12")[0] == Position(52.0, 5.0, NOW, 12.0)


def test_a_place_may_be_one_field():
    """location=lat,lon."""
    assert read(location="52.0,5.0")[0][:2] == (52.0, 5.0)


@pytest.mark.parametrize(
    "given",
    [
        {"cell": "257,02,16,2224", "wifi": "00-14-22-01-23-45,-80"},
        {**PLACE, "valid": "false"},
        {"lat": "0", "lon": "0.0"},
        {"batt": "87"},
        {"location": {"event": "heartbeat"}},
    ],
)
def test_without_a_fix_nothing_is_said(given):
    """Cell towers and networks are not looked at."""
    assert read(**given) == []


@pytest.mark.parametrize(
    "given",
    [
        {"lat": "52.0"},
        {"lat": "91", "lon": "5"},
        {"lat": "NaN", "lon": "5"},
        {"lat": "north", "lon": "5"},
        {"location": "52.0"},
        {"location": {"coords": {"latitude": 52.0, "longitude": 5.0}}},
        {**PLACE, "timestamp": "soon"},
    ],
)
def test_a_position_that_cannot_be_used_is_let_go(given):
    """Half a place, no place on earth, no time: refused, it would come again for ever."""
    assert read(**given) == []


@pytest.mark.parametrize("given", [{"location": 7}, {"location": {"coords": []}}])
def test_what_is_no_message_of_the_clients_is_refused_by_name(given):
    """No client sends it."""
    with pytest.raises(NotOsmAnd):
        read(**given)


def test_the_newer_client_sends_json():
    """Unknown fields and -1 as ever."""
    coords = {"latitude": 52.0, "longitude": 5.0, "accuracy": -1, "speed": -1, "heading": -1}
    location = {"timestamp": "2027-01-15T08:00:00.000Z", "coords": coords, "mock": True}
    assert read(device_id="x", location=location) == [Position(52.0, 5.0, AT)]


def test_the_device_is_named_in_three_ways():
    """And not at all."""
    said = [{"id": "a"}, {"deviceid": "b"}, {"device_id": "c"}, {"device_id": 7}, {}, {"id": []}]
    assert [osmand.device(each) for each in said] == ["a", "b", "c", "7", "", ""]
