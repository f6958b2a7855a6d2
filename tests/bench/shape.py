"""The events that the push figure is about: facts of orders with three lines, as hard to compress as real ones.

About 400 bytes of JSON each with their envelope: order, customer's pseudonym, slot, three lines, till, shelf, note.
Every event is about an order of its own, so that HQ has the most to do: 20,000 records to fold and keep.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
KINDS = ("order_accepted", "order_picked", "order_staged", "order_handed_over")


def bodies(count: int, seed: int = 20) -> Iterator[tuple[str, str, datetime, dict[str, Any]]]:
    """Kind, order id, instant and body of so many events, always the same ones."""
    chance = random.Random(seed)
    at = START
    for n in range(count):
        at += timedelta(milliseconds=chance.randrange(1, 4000))
        order_id = f"{chance.getrandbits(128):032x}"
        yield KINDS[n % len(KINDS)], order_id, at, body(chance, order_id, at)


def body(chance: random.Random, order_id: str, at: datetime) -> dict[str, Any]:
    """One event's body."""
    slot = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0) + timedelta(hours=2)
    return {
        "order_id": order_id,
        "customer_key": f"{chance.getrandbits(96):024x}",
        "slot": slot.isoformat(),
        "lines": [
            {"sku": f"SKU-{chance.randrange(1, 67):03d}", "qty": chance.randrange(1, 5)}
            for _ in range(3)
        ],
        "by": f"staff-{chance.randrange(1, 13)}",
        "till": chance.randrange(1, 9),
        "shelf": f"{chance.choice('ABCDEF')}{chance.randrange(1, 40)}",
        "note": f"{chance.getrandbits(48):012x}",
    }
