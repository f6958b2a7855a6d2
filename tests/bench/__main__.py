"""`make bench [MEASURES="name ..."]`: one JSON line for each figure, each beside its floor from the same run.

A floor is what the machine can do at all: a separate script in floors/, interleaved with the measure, so that a busy
disk or a slow hour moves both. What counts is the ratio.
"""

import sys
import traceback
from collections.abc import Callable

from tests.bench.figure import Figure
from tests.bench.measures import (
    accept,
    board,
    closed,
    disk,
    memory,
    offers,
    polling,
    push,
    ranges,
    screens,
    start,
)
from tests.bench.processes import clean_up_when_ended

MEASURES: dict[str, Callable[[], list[Figure]]] = {
    "accept": accept.measure,
    "ranges": ranges.measure,
    "push": push.measure,
    "push_postgres": push.measure_postgresql,
    "polling": polling.measure,
    "memory": memory.measure,
    "offers": offers.measure,
    "screens": screens.measure,
    "start": start.measure,
    "disk": disk.measure,
    "closed": closed.measure,
    "board": board.measure,
}


def main(names: list[str]) -> int:
    """Run the named measures, or all; 1 when a figure does not hold or a measure broke."""
    is_ok = True
    for name in names or MEASURES:
        try:
            figures = MEASURES[name]()
        except Exception:  # noqa: BLE001 - the other figures are still worth having
            traceback.print_exc()
            is_ok = False
            continue
        for figure in figures:
            print(figure.line(), flush=True)
            is_ok = is_ok and figure.ok
    return 0 if is_ok else 1


if __name__ == "__main__":
    clean_up_when_ended()
    sys.exit(main(sys.argv[1:]))
