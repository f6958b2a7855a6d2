"""How many bytes one order's life writes to the disk: what wears out a small computer's card."""

import subprocess
import sys

from tests.bench import figure, life, shop
from tests.bench.figure import Figure, p50
from tests.bench.processes import ROOT, written_bytes

LIVES = 25
ROUNDS = 4
MOST_TIMES = 1.3


def measure() -> list[Figure]:
    """Eight requests of people, with all that follows them, over eight commits of three rows."""
    written, floor = [], []
    with shop.open_shop() as store:
        staff = shop.signed_in(store)
        for n in range(ROUNDS + 1):
            before = written_bytes(store.pid)
            for k in range(LIVES):
                life.play(staff, LIVES * n + k)
            if n:  # the first round fills the journal for the first time
                written.append((written_bytes(store.pid) - before) / LIVES / 1024)
                words = [
                    sys.executable,
                    "tests/bench/floors/commits.py",
                    str(store.home),
                    str(LIVES),
                ]
                floor.append(float(subprocess.check_output(words, cwd=ROOT)) / 1024)
        staff.close()
    return [
        figure.within(
            "disk_per_order_life", p50(written), "KiB", floor=p50(floor), times=MOST_TIMES
        )
    ]
