"""Whether a store grows slow: taking an order and reading the board with 100,000 closed orders behind it."""

import json

from tests.bench import figure, seeding, shop
from tests.bench.figure import Figure, p50
from tests.bench.interleaved import EACH

CLOSED = 100_000
OPEN = 30
ROUNDS = 12
MOST_TIMES = 1.2


def measure() -> list[Figure]:
    """The floor is the same store with nothing behind it, in turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    read: tuple[list[float], list[float]] = ([], [])
    with seeding.old_shop(CLOSED) as old, seeding.old_shop(0) as new:
        clients = [shop.paired(store) for store in (old, new)]
        for client in clients:
            for n in range(OPEN):
                client.json("POST", "/api/v1/orders", shop.order(n))
        for n in range(ROUNDS + 1):
            bodies = [json.dumps(shop.order(1000 * (n + 1) + k)).encode() for k in range(EACH)]
            for client, take, look in zip(clients, taken, read, strict=True):
                takes = client.timed("POST", "/api/v1/orders", bodies, status=201)
                looks = client.timed("GET", "/api/v1/board", [b""] * 3, status=200)
                if n:  # the first round warms both up
                    take.extend(takes)
                    look.extend(looks)
    return [
        figure.within(name, p50(values[0]), "ms", floor=p50(values[1]), times=MOST_TIMES)
        for name, values in (("accept_after_100000", taken), ("board_after_100000", read))
    ]
