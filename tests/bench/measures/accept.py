"""How long a client waits until its order is taken in and would survive a power cut."""

import json

from tests.bench import figure, shop
from tests.bench.figure import Figure, p50
from tests.bench.interleaved import EACH, ROUNDS, fdatasync, noop

MOST_TIMES = 3.0


def measure() -> list[Figure]:
    """POST of a neutral order of three lines, over a request that does nothing plus one durable page."""
    nothing, synced, accepted = [], [], []
    with shop.open_shop() as store, noop() as floor:
        client = shop.paired(store)
        for n in range(ROUNDS + 1):
            bodies = [json.dumps(shop.order(1000 * n + k)).encode() for k in range(EACH)]
            took = client.timed("POST", "/api/v1/orders", bodies, status=201)
            idle = floor.timed("POST", "/", bodies, status=200)
            if n:  # the first round warms both up
                accepted += took
                nothing += idle
                synced += fdatasync(store.home)
        client.close()
    limit = p50(nothing) + p50(synced)
    return [
        figure.within("durable_accept_p50", p50(accepted), "ms", floor=limit, times=MOST_TIMES)
    ]
