"""Learning per store on recorded trips: fifty of them teach, the others are told their arrival.

In sample for the shipped figures, as in test_arrivals.py; what is judged here is what learning adds or spoils.
"""

from __future__ import annotations

import statistics
from random import Random

import pytest

from edge.arrivals.rules.forecast import Band
from edge.arrivals.rules.learned import EDGES_M, NOTHING, RANGES, Learned, Step, correct, step_of
from edge.arrivals.rules.learning import Foretold, Observation, learn
from tests.eval import replay

TEACH = 50
AT = {"hour": 10, "mode": ""}


@pytest.fixture(scope="module")
def trips(shared):
    """Every other trip: each report with its step, its forecast and what was truly left."""
    found = []
    for trip in replay.load(shared / "data" / "trips-dev.jsonl.gz")[::2]:
        sent = replay.reports(trip)
        bands = replay.forecasts(trip)
        found.append(
            [
                Foretold(step_of(report.distance_m), band, trip["arrival_t"] - t)
                for report, (t, band) in zip(sent, bands, strict=True)
            ]
        )
    return found


def handover(trip, late):
    """The means by step, as the memory keeps them."""
    steps: dict[Step, list[Foretold]] = {}
    for each in trip:
        steps.setdefault(each.step, []).append(each)
    means = (
        Foretold(
            step,
            Band(*(statistics.fmean(each.band[i] for each in said) for i in range(3))),
            statistics.fmean(each.seconds for each in said) + late,
        )
        for step, said in steps.items()
    )
    return Observation(10, "", tuple(means))


def a_store(trips, seed, late):
    """What fifty trips teach, and the trips of those who come later."""
    order = list(trips)
    Random(seed).shuffle(order)
    known: Learned = NOTHING
    for trip in order[:TEACH]:
        known = learn(known, handover(trip, late))
    return known, order[TEACH:]


def bias(trips, known, late, steps=RANGES):
    """The middle of the trips' mean errors in seconds, for reports from these steps."""
    errors = []
    for trip in trips:
        said = [each for each in trip if each.step in steps]
        if said:
            errors.append(
                statistics.fmean(
                    each.seconds + late - correct(each.band, known, step=each.step, **AT).p50
                    for each in said
                )
            )
    return statistics.median(errors)


def held(trips, known, late):
    """The share of reports inside the band, each trip counting once."""
    return statistics.fmean(
        statistics.fmean(
            band.p10 <= each.seconds + late <= band.p90
            for each in trip
            for band in (correct(each.band, known, step=each.step, **AT),)
        )
        for trip in trips
    )


@pytest.mark.parametrize("late", [0.0, 75.0])
def test_fifty_trips_teach_a_store_its_own_seconds(trips, late):
    """75 s planted, or none: near the door the middle error is within 15 s; the band still holds seven in ten."""
    assert len(EDGES_M) + 1 == len(RANGES)
    doors, everywhere, bands = [], [], []
    for seed in range(5):
        known, others = a_store(trips, seed, late)
        doors.append(bias(others, known, late, (Step.DOOR, Step.NEAR)))
        everywhere.append(bias(others, known, late))
        bands.append(held(others, known, late))
    for what, found in (("near the door", doors), ("all ranges", everywhere)):
        print(f"\n{late:.0f} s late, {what}: {[round(each) for each in found]} s")
    print(f"the band holds {[round(each, 2) for each in bands]}")
    assert max(map(abs, doors)) <= 15.0
    # A far forecast errs by minutes either way: fifty of them leave its middle less sure.
    assert abs(statistics.fmean(everywhere)) <= 45.0
    assert min(bands) >= 0.70
