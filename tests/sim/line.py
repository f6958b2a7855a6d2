"""The line between a store and HQ: what becomes of one request, by the faults that are at work."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from sync.agent.steps import Answer, Silence
from tests.sim.faults import Fault

PATIENCE_SECONDS = 15.0
PROXY_PAGES = (Answer(502, b"<html>Bad gateway</html>"), Answer(200, b"<html>Sign in</html>"))


class Fate(NamedTuple):
    """When (in seconds from now) a request arrives at HQ, if ever, and what the store hears, if anything."""

    arrives: tuple[float, ...] = (0.02,)
    # Heard instead of HQ's answer, and when; None: the answer, `back` seconds after HQ gave it.
    hears: Silence | Answer | None = None
    hears_after: float = PATIENCE_SECONDS
    back: float = 0.02
    # The share of the answer that comes through.
    kept: float = 1.0
    flips: int = -1


def fate(faults: Sequence[Fault], who: int, now: float, *, size: int, dice: random.Random) -> Fate:
    """The first fault that strikes decides."""
    for fault in faults:
        if fault.hits(who, fault.kind, now) and fault.kind in _FATES:
            if fault.kind == "slow":
                return _slow(fault.amount, size, dice)
            if dice.random() < fault.amount:
                return _FATES[fault.kind](dice, size)
    return Fate()


def _slow(bytes_a_second: float, size: int, dice: random.Random) -> Fate:
    takes = size / bytes_a_second
    if dice.random() < 0.3:
        return Fate(arrives=(), hears=Silence("stalled", timed_out=True))
    if takes > PATIENCE_SECONDS:
        return Fate(arrives=(takes,), hears=Silence("too slow", timed_out=True))
    return Fate(arrives=(takes,))


def _late(dice: random.Random, size: int) -> Fate:
    after = dice.uniform(1, 40)
    if after < PATIENCE_SECONDS:
        return Fate(arrives=(after,))
    return Fate(arrives=(after,), hears=Silence("late", timed_out=True))


def _busy(dice: random.Random, size: int) -> Fate:
    error = {"error": {"code": "busy", "message": "later", "details": {}}}
    said = Answer(dice.choice([429, 503]), msgspec.json.encode(error), dice.choice([None, 3.0]))
    return Fate(arrives=(), hears=said, hears_after=0.05)


_FATES = {
    "cut": lambda dice, size: Fate((), Silence("cut"), dice.uniform(0.01, 3)),
    "lost": lambda dice, size: Fate((), Silence("lost", timed_out=True)),
    "reply_lost": lambda dice, size: Fate(hears=Silence("reply lost"), hears_after=3.0),
    "twice": lambda dice, size: Fate(arrives=(0.02, 0.02 + dice.uniform(0, 20))),
    "late": _late,
    "half_open": lambda dice, size: Fate((), Silence("half open", timed_out=True)),
    "slow": lambda dice, size: Fate(),
    "cut_short": lambda dice, size: Fate(kept=dice.random()),
    "flipped": lambda dice, size: Fate(flips=dice.randrange(8 * size)),
    "proxy": lambda dice, size: Fate((), dice.choice(PROXY_PAGES), 0.1),
    "busy": _busy,
}
