"""Fit DOOR of figures.py: is somebody standing at the store? A logistic regression on arrivals and drives past.

Reports of the last minute before an arrival are left out: "near" may be said then, and need not.
"""

from __future__ import annotations

import numpy as np

from edge.arrivals.rules import door
from tests.eval import ways

RIDGE = 10.0
# Of drives past one in six or so looks like an arrival; a higher bar costs recall at 30 seconds.
BAR = 0.5


def signs_of(reported, since=0.0, until=1e9):
    """The signs after each report near the store between two times."""
    near = [
        door.signs(trail)
        for trail in ways.trails(reported)
        if since <= trail.last.t <= until and trail.last.distance_m <= door.FARTHEST_M
    ]
    return np.array(near)


def cases(trip):
    """(signs, is here, weight) of one trip: before, at the store, and of a store that it only passes."""
    at = trip["arrival_t"]
    found = ways.sent(ways.ranges(trip))
    past = ways.passing(trip)
    weight = 1.0 if trip["mode"] == "vehicle" else 0.3
    yield signs_of(found, until=at - 60.0), 0.0, 2.0
    yield signs_of(found, since=at, until=at + 75.0), 1.0, 1.0
    if past:
        yield signs_of(ways.sent(past)), 0.0, weight


def rows(trips):
    """All cases of all trips: each counts as much as it has weight, however many reports it has."""
    X, y, w = [], [], []
    for trip in trips:
        for signs, here, weight in cases(trip):
            if len(signs):
                X.append(signs)
                y += [here] * len(signs)
                w += [weight / len(signs)] * len(signs)
    return np.concatenate(X), np.array(y), np.array(w)


def fit(trips):
    """The weights of the signs; more than zero together means "likely here"."""
    X, y, w = rows(trips)
    mu, sd = X.mean(0), X.std(0) + 1e-9
    mu[0], sd[0] = 0.0, 1.0
    Z, w = (X - mu) / sd, w / w.mean()
    keep = np.eye(Z.shape[1]) * RIDGE
    keep[0, 0] = 1e-6
    b = np.zeros(Z.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-Z @ b))
        b -= np.linalg.solve(
            (Z * (w * p * (1 - p))[:, None]).T @ Z + keep, Z.T @ (w * (p - y)) + keep @ b
        )
    b[0] -= BAR
    b = b / sd
    b[0] -= float((b * mu).sum())
    return b
