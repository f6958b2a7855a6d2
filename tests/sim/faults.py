"""Faults are data: when, what, to whom, for how long. So a failing run can be told with the fewest of them."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass

EVERYBODY = -1
LINE = (
    "cut", "lost", "reply_lost", "twice", "late", "half_open", "slow", "cut_short", "flipped",
    "proxy", "busy",
)  # fmt: skip
EDGE = ("kill", "power_cut", "disk_full", "restart")
AT_HQ = ("hq_kill", "hq_power_cut", "hq_disk_full", "hq_restart")
CLOCKS = ("clock_off", "clock_1970", "clock_stands", "clock_year_ahead", "hq_clock_off")
POISON = ("poison", "poison_consent")
HISTORY = ("restore", "clone", "replace")
# A log that HQ forgot the fork of needs a person, and a restored HQ its clock: they are not mixed by chance.
BACK = ("hq_restore",)
KINDS = (*LINE, *EDGE, *AT_HQ, *CLOCKS, *POISON, *HISTORY, *BACK)


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. `who` numbers a store; `amount` is the kind's own: statements, seconds, share."""

    at: float
    kind: str
    who: int = EVERYBODY
    lasts: float = 0.0
    amount: float = 0.0

    def hits(self, who: int, kind: str, now: float) -> bool:
        """Whether it is at work at a store's line now."""
        is_theirs = self.who in (EVERYBODY, who)
        return self.kind == kind and is_theirs and self.at <= now < self.at + self.lasts

    def said(self) -> str:
        """For people; a scenario can be written with it."""
        named = {name: value for name, value in asdict(self).items() if name not in ("at", "kind")}
        given = ", ".join(f"{name}={value}" for name, value in named.items())
        return f"Fault({self.at}, {self.kind!r}, {given})"


def swarm(dice: random.Random, *, stores: int, seconds: float) -> list[Fault]:
    """Some kinds of fault, some of each: a run in which everything fails finds less than one in which a few do."""
    kinds = [kind for kind in KINDS if dice.random() < 0.35]
    if set(kinds) & set(BACK):
        kinds = [kind for kind in kinds if kind not in (*HISTORY, "hq_clock_off")]
    found = [
        _one(dice, kind, stores=stores, seconds=seconds)
        for kind in kinds
        for _ in range(dice.randrange(1, 4))
    ]
    return sorted(found, key=lambda each: each.at)


def _one(dice: random.Random, kind: str, *, stores: int, seconds: float) -> Fault:
    amounts = {
        "kill": float(dice.randrange(60)),
        "hq_kill": float(dice.randrange(120)),
        "slow": dice.choice([500.0, 2000.0, 20_000.0]),
        "clock_off": dice.choice([-86_400.0, -3600.0, -61.0, 61.0, 3600.0, 86_400.0]),
        "hq_clock_off": dice.choice([-600.0, 600.0]),
        "restore": dice.random(),
        "hq_restore": dice.random(),
    }
    share = dice.choice([0.3, 0.6, 1.0])
    everybody = dice.random() < 0.3
    return Fault(
        at=round(dice.uniform(0, seconds), 2),
        kind=kind,
        who=EVERYBODY if everybody and kind in LINE else dice.randrange(stores),
        lasts=round(dice.uniform(5, seconds / 3), 1),
        amount=amounts.get(kind, share),
    )
