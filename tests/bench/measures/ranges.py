"""How long a phone's distance takes until the store has decided what it means, and what it writes to disk."""

import json
import time

from tests.bench import figure, shop
from tests.bench.asking import Client
from tests.bench.figure import Figure, p50
from tests.bench.interleaved import EACH, ROUNDS, noop
from tests.bench.processes import written_bytes

MOST_TIMES = 2.0
TOKEN = "B3NCH0000000000000000TRAVE"
FAR_M = 5200


def measure() -> list[Figure]:
    """POST of one range report that changes no decision, over a request that does nothing."""
    nothing, decided = [], []
    with shop.open_shop() as store, noop() as floor:
        phone = _travelling(store)
        path, seq, written = f"/p/{TOKEN}/ranges", 0, 0
        for n in range(ROUNDS + 1):
            bodies = [_report(seq := seq + 1) for _ in range(EACH)]
            before = written_bytes(store.pid)
            took = phone.timed("POST", path, bodies, status=200)
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
    """The phone of a customer who said yes and is on the way."""
    shop.paired(store).json("POST", "/api/v1/orders", shop.order(1, pass_token=TOKEN))
    phone = Client(store.port)
    shown = phone.json("GET", f"/p/{TOKEN}/state")
    phone.json(
        "POST",
        f"/p/{TOKEN}/consent",
        {"answer": "yes", "served_id": shown["consent"]["served_id"]},
    )
    phone.json("POST", f"/p/{TOKEN}/on-my-way", {})
    return phone
