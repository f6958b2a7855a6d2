"""How long a phone's distance takes until the store has decided what it means, and what it writes to disk."""

import json
import time

from tests.bench import figure, shop
from tests.bench.asking import Client
from tests.bench.figure import Figure, p50
from tests.bench.interleaved import EACH, ROUNDS, noop
from tests.bench.processes import written_bytes

MOST_TIMES = 2.0
# A phone for each round: one alone would be told that it reports too often.
TOKENS = [f"B3NCH000000000000000TRAV{n:02d}" for n in range(ROUNDS + 1)]
FAR_M = 5200


def measure() -> list[Figure]:
    """POST of one range report that changes no decision, over a request that does nothing."""
    nothing, decided = [], []
    with shop.open_shop() as store, noop() as floor:
        phone, written = _travelling(store), 0
        for n, token in enumerate(TOKENS):
            bodies = [_report(seq) for seq in range(EACH)]
            before = written_bytes(store.pid)
            took = phone.timed("POST", f"/p/{token}/ranges", bodies, status=200)
            after = written_bytes(store.pid)
            idle = floor.timed("POST", "/", bodies, status=200)
            if n:  # the first round warms both up
                decided += took
                nothing += idle
                written += after - before
        phone.close()
    return [
        figure.within(
            "range_report_p50", p50(decided), "ms", floor=p50(nothing), times=MOST_TIMES
        ),
        figure.at_most("range_report_written", float(written), "bytes", floor=0.0, most=0.0),
    ]


def _report(seq: int) -> bytes:
    report = {"seq": seq, "t": time.time(), "distance_m": FAR_M - seq, "accuracy_m": 12}
    return json.dumps({"reports": [report]}).encode()


def _travelling(store: shop.Shop) -> Client:
    """A connection on which every one of the passes said yes and is on the way."""
    desk, phone = shop.paired(store), Client(store.port)
    for n, token in enumerate(TOKENS, 1):
        desk.json("POST", "/api/v1/orders", shop.order(n, pass_token=token))
        served_id = phone.json("GET", f"/p/{token}/state")["consent"]["served_id"]
        phone.json("POST", f"/p/{token}/consent", {"answer": "yes", "served_id": served_id})
        phone.json("POST", f"/p/{token}/on-my-way", {})
    return phone
