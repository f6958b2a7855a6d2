"""A small network for three quantiles, fitted with numpy alone: a linear part and one layer of tanh.

Its outputs are the log of the middle guess and how far the early and the late one lie from it. The loss is the
pinball loss in seconds and in logs, with more weight on what is read off 10, 5 and 2 minutes before the arrival
and at the end of the first minute. Noise on the scaled features keeps it from learning its people by heart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from edge.arrivals.rules import forecast

QUANTILES = np.array([0.1, 0.5, 0.9], np.float32)
TYPICAL_SECONDS = 55.0


class Recipe(NamedTuple):
    """How a network is fitted."""

    hidden: int = 12
    steps: int = 300
    rate: float = 0.01
    decay: float = 3e-3
    noise: float = 0.3
    share: float = 0.25


class Samples(NamedTuple):
    """Features (n, p), seconds left (n), a report's weight (n), and more weight on the middle and on all three (n)."""

    X: np.ndarray
    y: np.ndarray
    w: np.ndarray
    middle: np.ndarray
    whole: np.ndarray

    def of(self, chosen):
        """Some of them."""
        return Samples(*(column[chosen] for column in self))


def softplus(x):
    """log(1 + e^x), for any x."""
    return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)


def sigmoid(x):
    """The slope of softplus."""
    return 1.0 / (1.0 + np.exp(-x))


def scale_of(X):
    """Middle and spread of each feature."""
    return X.mean(0), X.std(0) + 1e-9


def scaled(X, scale):
    """As the forecast scales them: nothing lies farther out than the limit."""
    return np.clip((X - scale[0]) / scale[1], -forecast.MOST_SPREADS, forecast.MOST_SPREADS)


def outputs(net, Z):
    """Hidden values and the three outputs."""
    hidden = np.tanh(Z @ net["W1"] + net["b1"])
    return hidden, Z @ net["W0"] + hidden @ net["W2"] + net["b"]


def logs(out):
    """Logs of early, middle and late seconds, softened as the forecast does."""
    middle = np.clip(out[:, 0], 1.0, 9.5)
    late = np.minimum(middle + softplus(out[:, 2]), 10.5)
    return np.stack([middle - softplus(out[:, 1]), middle, late], 1)


def start(Z, z, w, recipe, rng):
    """Least squares for the middle; the hidden layer counts for nothing yet."""
    n, p = Z.shape
    X = np.c_[np.ones(n), Z].astype(float)
    b = np.linalg.solve((X * w[:, None]).T @ X + 1e-4 * np.eye(p + 1), (X * w[:, None]).T @ z)
    net = {
        "W0": np.zeros((p, 3)), "b": np.array([b[0], -0.2, -0.2]),
        "W1": rng.normal(0, p**-0.5, (p, recipe.hidden)), "b1": rng.normal(0, 0.5, recipe.hidden),
        "W2": np.zeros((recipe.hidden, 3)),
    }  # fmt: skip
    net["W0"][:, 0] = b[1:]
    return {key: value.astype(np.float32) for key, value in net.items()}


def slopes(net, Z, y, *, by_seconds, by_logs, decay):
    """The gradient of the weighted pinball loss, with weights held small."""
    hidden, out = outputs(net, Z)
    L = logs(out)
    E = np.exp(L)
    over = (E - forecast.SOFT_SECONDS > y[:, None]) - QUANTILES
    G = over * (by_seconds * E + by_logs[:, None])
    dO = np.stack([G.sum(1), -G[:, 0] * sigmoid(out[:, 1]), G[:, 2] * sigmoid(out[:, 2])], 1)
    dH = (dO @ net["W2"].T) * (1 - hidden * hidden)
    return {
        "W0": Z.T @ dO + decay * net["W0"], "b": dO.sum(0), "W1": Z.T @ dH + decay * net["W1"],
        "b1": dH.sum(0), "W2": hidden.T @ dO + decay * net["W2"],
    }  # fmt: skip


def fit(samples, scale, recipe, seed):
    """One network by Adam on random parts of the samples, its rate falling to nothing."""
    rng = np.random.default_rng(seed)
    Z = scaled(samples.X, scale).astype(np.float32)
    y, w = samples.y.astype(np.float32), samples.w / samples.w.sum()
    net = start(Z, np.log(y + forecast.SOFT_SECONDS), w, recipe, rng)
    by_seconds = np.repeat((w / TYPICAL_SECONDS + samples.whole)[:, None], 3, 1)
    by_seconds[:, 1] += samples.middle
    by_seconds, by_logs = by_seconds / recipe.share, 3.0 * w / recipe.share
    mean = {key: np.zeros_like(value) for key, value in net.items()}
    square = {key: np.zeros_like(value) for key, value in net.items()}
    for step in range(1, recipe.steps + 1):
        some = rng.choice(len(y), int(len(y) * recipe.share), replace=False)
        noisy = Z[some] + recipe.noise * rng.standard_normal((len(some), Z.shape[1]), np.float32)
        weights = {"by_seconds": by_seconds[some], "by_logs": by_logs[some]}
        slope = slopes(net, noisy, y[some], **weights, decay=recipe.decay)
        falling = 0.52 + 0.5 * np.cos(np.pi * step / recipe.steps)
        rate = recipe.rate * min(1.0, step / 20) * falling
        for key, value in slope.items():
            mean[key] = 0.9 * mean[key] + 0.1 * value
            square[key] = 0.99 * square[key] + 0.01 * value**2
            move = mean[key] / (1 - 0.9**step) / (np.sqrt(square[key] / (1 - 0.99**step)) + 1e-7)
            net[key] = (net[key] - rate * move).astype(np.float32)
    return net


def joined(nets):
    """Several networks as one: their outputs are averaged, their hidden layers stand side by side."""
    n = len(nets)
    return {
        "W0": sum(net["W0"] for net in nets) / n, "b": sum(net["b"] for net in nets) / n,
        "W1": np.concatenate([net["W1"] for net in nets], 1),
        "b1": np.concatenate([net["b1"] for net in nets]),
        "W2": np.concatenate([net["W2"] for net in nets]) / n,
    }  # fmt: skip
