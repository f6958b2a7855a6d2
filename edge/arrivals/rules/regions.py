"""Transitions only, the most private way to be expected: two rings round the store, and an event at each.

A client that is set so tells when it enters or leaves a ring, and nothing on the way between. What follows
from it here is a range at a ring's radius; where in the ring the phone was is not even kept as a distance.
"""

from typing import NamedTuple

from edge.arrivals.rules.position import Crossing


class Region(NamedTuple):
    """A ring round the store, by the name that the client shows and sends."""

    name: str
    radius_m: float


REGIONS = (Region("Pickup 3 km", 3_000.0), Region("Pickup 150 m", 150.0))


def crossing(name: object, event: object) -> Crossing | None:
    """What an event at a region means; None when the region is one of the customer's own."""
    radius_m = next((each.radius_m for each in REGIONS if each.name == name), None)
    return None if radius_m is None else Crossing(radius_m, event == "enter")


def coarse(distance_m: float, crossed: Crossing) -> float:
    """The radius of the smallest ring that is sure: phones notice late, and are then further in."""
    inside = [each.radius_m for each in REGIONS if distance_m <= each.radius_m]
    return min([crossed.radius_m, *inside]) if crossed.is_inward else crossed.radius_m
