"""Fit the figures of edge/arrivals/rules/figures.py from recorded trips: run by hand, offline.

Fitted on 405 trips of 26 people. With each fifth of the people held out of fit and offsets:
MAE 200 / 117 / 85 s at 10 / 5 / 2 minutes, 80 % band holds 0.81 of all reports (0.78 to 0.82 by
range); first minute only: 354 / 244 / 165 s, 0.81. In sample: 186 / 111 / 80 s.

usage: python tests/eval/fit_arrivals.py TRIPS.jsonl.gz [--write FILE] [--folds]
"""

import argparse
import gzip
import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from edge.arrivals.rules import forecast, reports

QUANTILES = (0.1, 0.5, 0.9)
FOLDS = 5


def interval(d, factor=1.0):
    """Seconds to the next report, as in the design's table."""
    base = 60 if d > 8000 else 30 if d > 3000 else 15 if d > 1000 else 10 if d > 400 else 5
    return base * factor if d > 1000 else base


def great_circle(a, b, c, d):
    """Metres between two points."""
    p1, p2 = math.radians(a), math.radians(c)
    x = math.sin((p2 - p1) / 2) ** 2
    x += math.cos(p1) * math.cos(p2) * math.sin(math.radians(d - b) / 2) ** 2
    return 2 * 6371008.8 * math.asin(min(1.0, math.sqrt(x)))


def rounded(d):
    """As the phone rounds."""
    return float(round(d / 10) * 10 if d < 1000 else round(d / 50) * 50)


def as_reported(trip, factor=1.0, far_m=None):
    """(t, distance, accuracy) as the page would send them before the arrival."""
    out, due = [], -1.0
    for t, lat, lon, accuracy in trip["points"]:
        if t >= trip["arrival_t"]:
            break
        d = great_circle(lat, lon, *trip["dest"])
        if t >= due:
            due = t + interval(d, factor)
            if far_m is None or d <= far_m:
                out.append((t, rounded(d), accuracy))
    return out


def fold_of(user):
    """People stay whole."""
    return int(hashlib.sha256(f"fold:{user}".encode()).hexdigest(), 16) % FOLDS


def rows(trips, factors=(1.0, 2.0), first_minute=2.0):
    """Features, seconds left, weight, person and range of every report of every trip."""
    X, y, w, fold, D, real = [], [], [], [], [], []
    variants = [(f, None) for f in factors] + [(1.0, 10_000.0)]
    for trip in trips:
        for n, (factor, far_m) in enumerate(variants):
            if far_m and trip["start_range_m"] < far_m:
                continue
            sent = as_reported(trip, factor, far_m)
            trail = reports.Trail()
            for i, one in enumerate(sent):
                trail = reports.follow(trail, reports.RangeReport(i, *one))
                X.append(forecast.features(trail))
                y.append(trip["arrival_t"] - one[0])
                early = first_minute if one[0] - sent[0][0] <= 60 else 1.0
                w.append((1.0 if n == 0 else 0.5) * early / len(sent))
                fold.append(fold_of(trip["user"]))
                D.append(one[1])
                real.append(n == 0)
    return [np.array(v) for v in (X, y, w, fold, D, real)]


def pinball_fit(X, z, w, q, ridge):
    """Weighted linear quantile regression by reweighting."""
    keep = np.eye(X.shape[1]) * ridge
    keep[0, 0] = 0.0
    w = w / w.mean()
    b = np.linalg.solve((X * w[:, None]).T @ X + keep, (X * w[:, None]).T @ z)
    for _ in range(80):
        r = z - X @ b
        ww = w * np.where(r > 0, q, 1 - q) / np.maximum(np.abs(r), 0.02)
        b = np.linalg.solve((X * ww[:, None]).T @ X + keep, (X * ww[:, None]).T @ z)
    return b


def scaled(X):
    """Mean and spread, with the constant left alone."""
    mu, sd = X.mean(0), X.std(0) + 1e-9
    mu[0], sd[0] = 0.0, 1.0
    return mu, sd


def fit_weights(X, z, w, ridge):
    """One row of weights a quantile, in the units of the features."""
    mu, sd = scaled(X)
    W = []
    for q in QUANTILES:
        b = pinball_fit((X - mu) / sd, z, w, q, ridge) / sd
        b[0] = b[0] - float((b * mu).sum())
        W.append(b)
    return np.array(W)


def weighted_quantile(v, w, q):
    """The q-quantile of v under weights w."""
    k = np.argsort(v)
    c = np.cumsum(w[k]) / w.sum()
    return float(v[k][min(len(k) - 1, np.searchsorted(c, q))])


def offsets(P, z, w, *, D, real, shrink):
    """Conformal offsets by range band from predictions made for people held out."""
    band = np.array([forecast.band_of(d) for d in D])
    out = []
    for b in range(len(forecast.BANDS_M) + 1):
        i = (band == b) & real
        out.append(
            [weighted_quantile(z[i] - P[i, k], w[i], q) * shrink for k, q in enumerate(QUANTILES)]
        )
    return out


def fit(trips, ridge=1.0, shrink=0.8, first_minute=2.0):
    """The figures, with offsets from people held out of each fold's fit."""
    X, y, w, fold, D, real = rows(trips, first_minute=first_minute)
    z = np.log(y + forecast.SOFT_SECONDS)
    P = np.zeros((len(z), 3))
    for k in range(FOLDS):
        if (fold == k).any():
            W = fit_weights(X[fold != k], z[fold != k], w[fold != k], ridge)
            P[fold == k] = X[fold == k] @ W.T
    far = (D > 10_000) & real
    return {
        "WEIGHTS": fit_weights(X, z, w, ridge).tolist(),
        "OFFSETS": offsets(P, z, w, D=D, real=real, shrink=shrink),
        "FAR_SECONDS": [weighted_quantile(y[far], w[far], q) for q in QUANTILES],
        "TAP_SECONDS": [float(np.quantile([t["arrival_t"] for t in trips], q))
                        for q in QUANTILES],
    }  # fmt: skip


def written(figures):
    """The module text: numbers only."""

    def row(values):
        numbers = [f"{v:.6g}" for v in values]
        lines = [", ".join(numbers[i : i + 8]) for i in range(0, len(numbers), 8)]
        return "(" + ",\n     ".join(lines) + ")"

    def rows_of(name, values, kind):
        return f"{name}: {kind} = (\n" + "".join(f"    {row(v)},\n" for v in values) + ")\n"

    text = (
        '"""Fitted figures of the arrival forecast, written by tests/eval/fit_arrivals.py."""\n\n'
    )
    text += "# fmt: off\n"
    text += rows_of("WEIGHTS", figures["WEIGHTS"], "tuple[tuple[float, ...], ...]")
    text += rows_of("OFFSETS", figures["OFFSETS"], "tuple[tuple[float, float, float], ...]")
    for name in ("FAR_SECONDS", "TAP_SECONDS"):
        text += f"{name}: tuple[float, float, float] = {row(figures[name])}\n"
    return text


def main():
    """Fit and, if asked, write."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("trips")
    ap.add_argument("--write")
    ap.add_argument("--without-fold", type=int)
    ap.add_argument("--ridge", type=float, default=1.0)
    ap.add_argument("--shrink", type=float, default=0.8)
    ap.add_argument("--first-minute", type=float, default=2.0)
    a = ap.parse_args()
    with gzip.open(a.trips, "rt") as lines:
        trips = [json.loads(line) for line in lines]
    if a.without_fold is not None:
        trips = [t for t in trips if fold_of(t["user"]) != a.without_fold]
    text = written(fit(trips, a.ridge, a.shrink, a.first_minute))
    Path(a.write).write_text(text) if a.write else print(text)


if __name__ == "__main__":
    main()
