"""Real processes for measuring: started from words, found by port, ended by their own id."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 30


def free_port() -> int:
    """A TCP port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_up_when_ended() -> None:
    """SIGTERM ends this process as Ctrl-C does: its folders go and what it started ends with it."""

    def leave(_number: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.exit(143)

    signal.signal(signal.SIGTERM, leave)


@contextmanager
def disk_folder() -> Iterator[Path]:
    """A folder on the disk of this work tree: the machine's temporary folder may be memory, which proves nothing."""
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "var", prefix="bench-") as name:
        yield Path(name)


@contextmanager
def running(
    words: list[str],
    port: int,
    env: Mapping[str, str] | None = None,
    *,
    is_waited_for: bool = True,
) -> Iterator[int]:
    """A server as a process of its own, listening on `port`; gives its process id."""
    process = subprocess.Popen(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, "MALLOC_ARENA_MAX": "2", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        if is_waited_for:
            _wait_for(port, process)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not listen within {START_SECONDS} s")


def family(pid: int) -> list[int]:
    """A process and all its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in family(int(child)))]


def rss_mb(pid: int) -> float:
    """Resident memory of a process and its children, in MB."""
    return sum(_status_kb(member, "VmRSS") for member in family(pid)) * 1024 / 1e6


def written_bytes(pid: int) -> int:
    """Bytes that a process and its children caused to be written to a disk."""
    total = 0
    for member in family(pid):
        lines = Path(f"/proc/{member}/io").read_text().splitlines()
        total += int(dict(line.split(": ") for line in lines)["write_bytes"])
    return total


def _status_kb(pid: int, key: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1])
    return 0
