"""How long it takes to decide which of a thousand offers stand beside an order, with a reason for each other one."""

import json
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

from sync.core.gates.decision import decide
from sync.core.gates.facts import Candidate, Customer, Moment
from tests.bench import figure
from tests.bench.figure import Figure, p50
from tests.bench.interleaved import ROUNDS
from tests.bench.processes import ROOT

OFFERS = 1000
EACH = 50
MOST_MS = 1.0
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NEEDS = frozenset({"arrival_timing", "adjacent_offer"})


def measure() -> list[Figure]:
    """Every gate over every offer; seven in ten do not go with the order, as in a real book."""
    book, ana, at = _book(), Customer(purposes=NEEDS), _moment()
    decided, floor = [], []
    for _ in range(ROUNDS):
        for _ in range(EACH):
            began = time.perf_counter()
            decide(book, ana, at)
            decided.append((time.perf_counter() - began) * 1000)
        words = [sys.executable, "tests/bench/floors/loop.py", str(EACH)]
        floor += json.loads(subprocess.check_output(words, cwd=ROOT))
    return [
        figure.at_most("offer_decision_p50", p50(decided), "ms", floor=p50(floor), most=MOST_MS)
    ]


def _book() -> list[Candidate]:
    chance = random.Random(7)
    skus = [f"SKU-{n:03d}" for n in range(1, 8)]
    return [
        Candidate(
            offer_id=f"offer-{n:04d}",
            kind="bakery",
            sku=f"SKU-1{n:04d}",
            active=True,
            starts_at=NOON - timedelta(hours=1),
            ends_at=NOON + timedelta(hours=1),
            left=5,
            once_per_customer=True,
            preparation_minutes=n % 30,
            goes_with=frozenset(chance.choices(skus, k=2)),
        )
        for n in range(OFFERS)
    ]


def _moment() -> Moment:
    return Moment(now=NOON, needs=NEEDS, order_skus=frozenset({"SKU-002"}), minutes_left=20)
