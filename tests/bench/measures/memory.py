"""How much memory an idle store takes, with its server: nobody asks it anything."""

import subprocess
import sys
import time

from tests.bench import figure
from tests.bench.figure import Figure
from tests.bench.processes import rss_mb
from tests.bench.shop import open_shop

MOST_MB = 90.0
SETTLE_SECONDS = 3.0


def measure() -> list[Figure]:
    """Resident memory of the server's processes, over that of Python doing nothing."""
    bare = float(
        subprocess.check_output([sys.executable, "tests/bench/floors/python.py"], text=True)
    )
    with open_shop() as shop:
        time.sleep(SETTLE_SECONDS)
        resident = rss_mb(shop.pid)
    return [figure.at_most("idle_edge_rss", resident, "MB", floor=bare, most=MOST_MB)]
