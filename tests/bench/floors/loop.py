"""Floor: look at one field of a thousand things. `python loop.py ROUNDS` prints the milliseconds of each round."""

import json
import sys
import time


class Thing:
    """Something with one field."""

    __slots__ = ("is_wanted",)

    def __init__(self) -> None:
        self.is_wanted = True


def main() -> None:
    """Time the loop."""
    things = [Thing() for _ in range(1000)]
    took = []
    for _ in range(int(sys.argv[1])):
        began = time.perf_counter()
        found = [thing for thing in things if thing.is_wanted]
        took.append((time.perf_counter() - began) * 1000)
        assert len(found) == 1000
    print(json.dumps(took))


if __name__ == "__main__":
    main()
