"""Floor: 4 KiB overwritten and made durable, in milliseconds each. `python fdatasync.py FOLDER TIMES` prints a list."""

import json
import os
import sys
import time
from pathlib import Path

PAGE = b"x" * 4096


def main(folder: str, times: int) -> list[float]:
    """How long each took."""
    path = Path(folder) / "fdatasync.floor"
    took = []
    with path.open("w+b", buffering=0) as file:
        file.write(PAGE)
        os.fsync(file.fileno())
        for _ in range(times):
            started = time.perf_counter()
            os.pwrite(file.fileno(), PAGE, 0)
            os.fdatasync(file.fileno())
            took.append(1000 * (time.perf_counter() - started))
    path.unlink()
    return took


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]))))
