"""Transitions only: two rings, and a range at a ring's radius for each crossing."""

import json
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

import pytest

from edge.arrivals.rules import owntracks, regions
from edge.arrivals.rules.position import Crossing


def test_only_our_own_rings_are_crossings():
    """A region of the customer's own, such as their home, is none of ours."""
    assert regions.crossing("Pickup 3 km", "enter") == Crossing(3_000.0, True)
    assert regions.crossing("Pickup 150 m", "leave") == Crossing(150.0, False)
    assert regions.crossing("Home", "leave") is None


@pytest.mark.parametrize(
    ("distance_m", "crossed", "range_m"),
    [
        (2_950.0, Crossing(3_000.0, True), 3_000.0),
        (3_080.0, Crossing(3_000.0, True), 3_000.0),
        (700.0, Crossing(3_000.0, True), 3_000.0),
        (90.0, Crossing(3_000.0, True), 150.0),
        (140.0, Crossing(150.0, True), 150.0),
        (220.0, Crossing(150.0, True), 150.0),
        (160.0, Crossing(150.0, False), 150.0),
        (3_200.0, Crossing(3_000.0, False), 3_000.0),
    ],
)
def test_a_crossing_is_a_range_at_a_ring_and_never_finer(distance_m, crossed, range_m):
    """Noticed late, the inner ring is as sure."""
    assert regions.coarse(distance_m, crossed) == range_m


@pytest.mark.parametrize(("is_live", "monitoring"), [(True, 2), (False, 0)])
def test_owntracks_is_set_up_by_a_link_with_both_rings(is_live, monitoring):
    """Live is its move mode; transitions only is its manual mode, which still watches regions."""
    link = owntracks.setup(
        "https://s.example/loc/owntracks",
        user="A-17",
        password="T",
        north=52.0,
        east=5.0,
        is_live=is_live,
    )
    assert link.startswith("owntracks:///config?inline=")
    said = json.loads(b64decode(parse_qs(urlsplit(link).query)["inline"][0]))
    assert (said["monitoring"], said["url"], said["password"]) == (
        monitoring,
        "https://s.example/loc/owntracks",
        "T",
    )
    assert [(each["desc"], each["rad"]) for each in said["waypoints"]] == [
        ("Pickup 3 km", 3_000.0),
        ("Pickup 150 m", 150.0),
    ]
