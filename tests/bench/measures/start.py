"""How long a store takes from exec to its first healthy answer: what a power cut costs the shop."""

import http.client
import time

from tests.bench import figure, shop
from tests.bench.figure import Figure, p50
from tests.bench.processes import disk_folder, free_port, running

TIMES = 7
MOST_SECONDS = 0.9


def measure() -> list[Figure]:
    """A store that was set up before, with its server; the floor is bare Flask-SocketIO on the same server."""
    took, floor = [], []
    with disk_folder() as home:
        shop.set_up(home)
        for n in range(TIMES + 1):
            port = free_port()
            command = ["-m", "edge", "serve", "--home", str(home)]
            seconds = _until_answer(command, port, "/healthz", shop.environment(port))
            bare_port = free_port()
            bare = ["tests/bench/floors/fan_out.py", str(bare_port)]
            bare_seconds = _until_answer(bare, bare_port, "/", {})
            if n:  # the first start fills the disk's cache
                took.append(seconds)
                floor.append(bare_seconds)
    return [figure.at_most("cold_start_p50", p50(took), "s", floor=p50(floor), most=MOST_SECONDS)]


def _until_answer(words: list[str], port: int, path: str, env: dict[str, str]) -> float:
    started = time.perf_counter()
    with running(words, port, env, is_waited_for=False):
        while True:
            try:
                asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                asked.request("GET", path)
                asked.getresponse().read()
            except OSError:
                time.sleep(0.005)
                continue
            finally:
                asked.close()
            return time.perf_counter() - started
