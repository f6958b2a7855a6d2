"""Recorded trips as ranges to a store at their end, or beside their middle, and what a phone would send of them."""

from __future__ import annotations

import hashlib
import math
import random
from itertools import pairwise

from edge.arrivals.rules.reports import RangeReport, Trail, follow
from tests.eval.replay import metres

FOLDS = 5
STAYS_SECONDS = 240.0
METRES_A_DEGREE = 111_195.0


def fold_of(user):
    """Which fifth of the people somebody belongs to: people stay whole."""
    return int(hashlib.sha256(f"fold:{user}".encode()).hexdigest(), 16) % FOLDS


def interval(d):
    """Seconds to the next report, as the harness has it."""
    return 60 if d > 8000 else 30 if d > 3000 else 15 if d > 1000 else 10 if d > 400 else 5


def sparser(d):
    """Half as many beyond a kilometre, as the page does."""
    return interval(d) * (2 if d > 1000 else 1)


def rounded(d):
    """As the phone rounds."""
    return float(round(d / 10) * 10 if d < 1000 else round(d / 50) * 50)


def ranges(trip, stays=STAYS_SECONDS):
    """(t, metres, accuracy) of every fix; who is recorded no longer stands about at the store."""
    found = [(t, metres(a, b, *trip["dest"]), accuracy) for t, a, b, accuracy in trip["points"]]
    rng, last = random.Random(trip["trip_id"]), found[-1]
    while found[-1][0] < trip["arrival_t"] + stays:
        stray = rng.gauss(0, 6)
        d = abs(stray) + abs(rng.gauss(0, 6)) if last[1] > 40 else max(0.0, last[1] + stray)
        found.append((found[-1][0] + 10, d, 10.0))
    return found


def passing(trip):
    """The same way past a store 30 to 80 m beside its middle; None where it is too short to be a way past."""
    points = [p for p in trip["points"] if p[0] <= trip["arrival_t"]]
    gone = [0.0]
    for p, q in pairwise(points):
        gone.append(gone[-1] + metres(p[1], p[2], q[1], q[2]))
    if gone[-1] < 2000:
        return None
    k = next(i for i, way in enumerate(gone) if way >= gone[-1] / 2)
    (_, a, b, _), (t, c, d, _) = points[max(0, k - 1)], points[k]
    aside = 30 + int(hashlib.sha256(trip["trip_id"].encode()).hexdigest()[:4], 16) % 51
    east = math.cos(math.radians(c))
    course = math.atan2((d - b) * east, c - a) + math.pi / 2
    store = (
        c + aside * math.cos(course) / METRES_A_DEGREE,
        d + aside * math.sin(course) / METRES_A_DEGREE / east,
    )
    return [(p[0], metres(p[1], p[2], *store), p[3]) for p in points if p[0] <= t + 600]


def sent(found, every=interval, *, first_every=None, far_m=None):
    """What is reported of these ranges: spaced by `every`, closer in the first minute, nothing beyond `far_m`."""
    out, due, first_t = [], -1.0, None
    for t, d, accuracy in found:
        if t < due:
            continue
        first_t = t if first_t is None else first_t
        wait = every(d)
        due = t + (min(wait, first_every) if first_every and t - first_t < 60 else wait)
        if far_m is None or d <= far_m:
            out.append((t, rounded(d), accuracy))
    return out


def trails(reported):
    """The trail after each report."""
    trail = Trail()
    for seq, one in enumerate(reported):
        trail = follow(trail, RangeReport(seq, *one))
        yield trail
