"""Fit the figures of edge/arrivals/rules/figures.py from recorded trips: run by hand, offline.

Fitted on 405 trips of 26 people. With each fifth of the people held out of fit and offsets: the middle is off by
186 / 109 / 59 s at 10 / 5 / 2 minutes, the 80 % band holds 0.82 of all reports (0.81 to 0.88 by range), pinball 56.7;
first minute only: 347 / 243 / 167 s, 0.82 (0.73 below 300 m). docs/arrivals.md has the rest. To do the same again:

usage: python tests/eval/fit_arrivals.py TRIPS.jsonl.gz [--write FILE] [--without-fold K]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from edge.arrivals.rules import forecast
from edge.arrivals.rules.features import features
from tests.eval import fit_door, net, ways
from tests.eval.replay import load

QUANTILES = (0.1, 0.5, 0.9)
# A forecast read off so many minutes before the arrival counts one over so many seconds more.
READ_OFF = {10: 500.0, 5: 150.0, 2: 80.0}
FIRST_MINUTE = 150.0
SEEDS = 3
INNER_FOLDS = 3
SHRINK = 0.7
VARIANTS = (
    (1.0, {}),
    (0.5, {"every": ways.sparser}),
    (0.5, {"every": ways.sparser, "first_every": 15}),
    (0.25, {"every": ways.sparser, "first_every": 15, "far_m": 10_000.0}),
)


def rows_of(trip):
    """(features, seconds left, seconds since the first, metres, weight) of every report of every variant."""
    before = [one for one in ways.ranges(trip, 0.0) if one[0] < trip["arrival_t"]]
    for weight, how in VARIANTS:
        trails = list(ways.trails(ways.sent(before, **how)))
        for trail in trails:
            t = trail.last.t
            left, seen = trip["arrival_t"] - t, t - trail.first_t
            yield features(trail), left, seen, trail.last.distance_m, weight, len(trails)


def extra(left, seen, first_of_trail):
    """Which rows are read off at 10, 5 and 2 minutes (`middle`) and at the end of the first minute (`whole`)."""
    middle, whole = np.zeros(len(left)), np.zeros(len(left))
    ends = [*np.flatnonzero(first_of_trail)[1:], len(left)]
    marked = {minutes: [] for minutes in (*READ_OFF, "first")}
    for start, end in zip(np.flatnonzero(first_of_trail), ends, strict=True):
        for minutes in READ_OFF:
            known = np.flatnonzero(left[start:end] >= 60 * minutes)
            marked[minutes] += [start + known[-1]] if len(known) else []
        marked["first"].append(start + np.flatnonzero(seen[start:end] <= 60)[-1])
    for minutes, seconds in READ_OFF.items():
        middle[marked[minutes]] += 1 / seconds / max(1, len(marked[minutes]))
    whole[marked["first"]] = 1 / FIRST_MINUTE / len(marked["first"])
    return middle, whole


def table(trips):
    """All rows: samples for the network, ranges, and the person's number in `trips` order."""
    found = [(i, row) for i, trip in enumerate(trips) for row in rows_of(trip)]
    X, left, seen, metres, weight, n = (
        np.array(v) for v in zip(*(row for _, row in found), strict=True)
    )
    middle, whole = extra(left, seen, seen == 0.0)
    samples = net.Samples(X, left, weight / n, middle, whole)
    return samples, metres, np.array([i for i, _ in found]), weight == 1.0


def networks(samples, seeds, recipe):
    """Several networks as one."""
    scale = net.scale_of(samples.X)
    return scale, net.joined([net.fit(samples, scale, recipe, seed) for seed in range(seeds)])


def weighted_quantile(v, w, q):
    """The q-quantile of v under weights w."""
    k = np.argsort(v)
    c = np.cumsum(w[k]) / w.sum()
    return float(v[k][min(len(k) - 1, np.searchsorted(c, q))])


def offsets(samples, metres, fold, real, recipe):
    """How far early and late lie off by range band, from predictions for people held out; the middle stays."""
    off = np.zeros((len(samples.y), 3))
    for k in range(INNER_FOLDS):
        scale, one = networks(samples.of(fold != k), 1, recipe)
        _, out = net.outputs(one, net.scaled(samples.X[fold == k], scale))
        off[fold == k] = np.log(samples.y[fold == k] + forecast.SOFT_SECONDS)[:, None] - net.logs(
            out
        )
    band = np.array([forecast.band_of(d) for d in metres])
    found = np.zeros((len(forecast.BANDS_M) + 1, 3))
    for b in range(len(found)):
        i = (band == b) & real
        for k in (0, 2):
            found[b, k] = SHRINK * weighted_quantile(off[i, k], samples.w[i] ** 0.5, QUANTILES[k])
    return found


def fit(trips, recipe):
    """All figures, with offsets from people held out of each inner fit."""
    samples, metres, trip, real = table(trips)
    people = sorted({t["user"] for t in trips}, key=lambda user: (ways.fold_of(user), user))
    fold = np.array([people.index(t["user"]) % INNER_FOLDS for t in trips])[trip]
    scale, whole = networks(samples, SEEDS, recipe)
    far = (metres > 10_000) & real
    left = [t["arrival_t"] for t in trips]
    return {
        "MEANS": scale[0], "SPREADS": scale[1],
        "DIRECT": np.c_[whole["b"], whole["W0"].T], "HIDDEN": np.c_[whole["b1"], whole["W1"].T],
        "BENT": whole["W2"].T, "OFFSETS": offsets(samples, metres, fold, real, recipe),
        "FAR_SECONDS": [weighted_quantile(samples.y[far], samples.w[far], q) for q in QUANTILES],
        "TAP_SECONDS": [float(np.quantile(left, q)) for q in QUANTILES], "DOOR": fit_door.fit(trips),
    }  # fmt: skip


def written(figures):
    """The module text: numbers only."""

    def row(values, indent):
        numbers = [f"{v:.4g}" for v in values]
        lines = [", ".join(numbers[i : i + 10]) for i in range(0, len(numbers), 10)]
        return "(" + f",\n{indent} ".join(lines) + ")"

    text = '"""Fitted figures of the arrival forecast, written by tests/eval/fit_arrivals.py."""\n\n# fmt: off\n'
    for name, values in figures.items():
        if np.ndim(values) == 2:
            body = "".join(f"    {row(v, '    ')},\n" for v in values)
            text += f"{name}: tuple[tuple[float, ...], ...] = (\n{body})\n"
        else:
            kind = (
                "tuple[float, float, float]" if name.endswith("_SECONDS") else "tuple[float, ...]"
            )
            text += f"{name}: {kind} = (\n    {row(values, '    ')[1:-1]},\n)\n"
    return text


def main():
    """Fit and, if asked, write."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("trips")
    ap.add_argument("--write")
    ap.add_argument("--without-fold", type=int)
    a = ap.parse_args()
    trips = load(a.trips)
    if a.without_fold is not None:
        trips = [t for t in trips if ways.fold_of(t["user"]) != a.without_fold]
    text = written(fit(trips, net.Recipe()))
    Path(a.write).write_text(text) if a.write else print(text)


if __name__ == "__main__":
    main()
