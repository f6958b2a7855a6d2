"""Numbers and times as clients write them: strings, milliseconds, dates, -1 for unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.arrivals.rules import osmand, overland, owntracks, position
from edge.arrivals.rules.position import Position
from sync.core.errors import Refusal

AT = 1_800_000_000.0


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (1_800_000_000, AT),
        ("1800000000", AT),
        (1_800_000_000_000, AT),
        ("1800000000862", AT + 0.862),
        ("2027-01-15T08:00:00Z", AT),
        ("2027-01-15T08:00:00.862Z", AT + 0.862),
        ("2027-01-15T01:00:00-0700", AT),
        ("2027-01-15T17:00:00+09:00", AT),
        ("2027-01-15 08:00:00", AT),
        ("0001-01-01T00:00:00+14:00", -62_135_647_200.0),
        ("yesterday", None),
        ("", None),
        (None, None),
        (True, None),
        ([], None),
        ("9999-99-99T00:00:00Z", None),
    ],
)
def test_a_time_is_read_in_every_way_that_clients_write_it(given, seconds):
    """Seconds, milliseconds, ISO with and without a zone or a colon in it."""
    assert position.instant(given) == seconds


@pytest.mark.parametrize(
    ("given", "value"),
    [(12, 12.0), ("12.5", 12.5), ("-1", -1.0), ("nan", None), ("1e999", None), (10**400, None),
     (True, None), ("north", None), (None, None), ({}, None)],
)  # fmt: skip
def test_a_number_may_be_a_string_and_must_be_finite(given, value):
    """As clients of 2015 send it."""
    assert position.number(given) == value


def test_below_nought_an_accuracy_is_unknown():
    """-1 in every one of the clients."""
    assert [position.accuracy(each) for each in (-1, "-1", 0, "30", None, "x")] == [
        None, None, 0.0, 30.0, None, None,
    ]  # fmt: skip


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
LIKELY = st.sampled_from(
    ["lat", "lon", "tst", "acc", "_type", "event", "wtst", "desc", "locations", "current",
     "properties", "geometry", "coordinates", "timestamp", "horizontal_accuracy", "id",
     "device_id", "location", "coords", "latitude", "longitude", "accuracy", "valid"]
)  # fmt: skip
VALUES = JSON | st.sampled_from(
    ["location", "transition", "enter", "52.0", 52.0, -1, 1_800_000_000, "52,5", [5.0, 52.0],
     "2027-01-15T08:00:00Z", {"latitude": 52.0, "longitude": 5.0}]
)  # fmt: skip
NESTED = st.recursive(
    st.dictionaries(LIKELY, VALUES, max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LIKELY, inner | VALUES),
    max_leaves=10,
)


@given(JSON | NESTED)
def test_whatever_comes_is_a_position_or_a_named_refusal(body):
    """No parser ever fails in another way, and what it believes lies on the earth."""
    given = body if isinstance(body, dict) else {"location": body}
    for read in (
        lambda: owntracks.positions(body),
        lambda: overland.positions(body),
        lambda: osmand.positions(given, received_t=AT),
    ):
        try:
            found = read()
        except Refusal:
            continue
        for each in found:
            assert isinstance(each, Position)
            assert position.in_the_world(each.north, each.east)
            assert each.accuracy_m is None or each.accuracy_m >= 0.0
    assert isinstance(osmand.device(given), str)
