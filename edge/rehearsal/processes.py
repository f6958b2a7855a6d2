"""The real processes of a rehearsal: started by the same command line that people use, ended by their id."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from edge.base.service import SOCKET_NAME
from sync.doors.clock import SystemClock

START_SECONDS = 30.0
STOP_SECONDS = 10.0
_LOOK_SECONDS = 0.02


class DidNotStart(Exception):
    """A process ended, or was not there in time; its last words are the message."""


class CommandFailed(Exception):
    """A command of ours ended with a refusal; what it said is the message."""


class Process:
    """One of ours, with a log file of its own."""

    def __init__(
        self, name: str, words: list[str], *, environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self._words, self._environment, self._log = words, environment, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, is_up: Callable[[], bool]) -> None:
        """Start it and wait until it is up."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "edge", *self._words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(self._environment),
                start_new_session=True,
            )
        self._wait(is_up)

    def ask_to_end(self) -> None:
        """Tell it that its time has come, and do not wait."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """End it, politely first."""
        self.ask_to_end()
        if self._process is None:
            return
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def is_running(self) -> bool:
        """Whether it still runs."""
        return self._process is not None and self._process.poll() is None

    def last_words(self, lines: int = 12) -> str:
        """The end of its log."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def _wait(self, is_up: Callable[[], bool]) -> None:
        clock = SystemClock()
        end = clock.monotonic() + START_SECONDS
        while not is_up():
            if not self.is_running or clock.monotonic() > end:
                self.stop()
                raise DidNotStart(f"{self.name} did not start:\n{self.last_words()}")
            clock.sleep(_LOOK_SECONDS)


def command(words: list[str], *, environment: Mapping[str, str], given: str = "") -> str:
    """Run a command of ours to its end and return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "edge", *words],
        input=given,
        capture_output=True,
        text=True,
        env=_environment(environment),
        timeout=60,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(
            f"store-edge {' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}"
        )
    return done.stdout.strip()


def ask_service(home: Path, name: str, words: Mapping[str, object]) -> Any:
    """Run a command of a store or of HQ through its private socket, as the command line does."""
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(START_SECONDS)
        asking.connect(str(home / SOCKET_NAME))
        with asking.makefile("rwb") as lines:
            lines.write(msgspec.json.encode({"command": name, "words": dict(words)}) + b"\n")
            lines.flush()
            answer: dict[str, Any] = msgspec.json.decode(lines.readline())
    if "error" in answer:
        raise CommandFailed(f"{name}: {answer['error']}")
    return answer["said"]


def free_port() -> int:
    """A loopback port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether somebody listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def listens(path: Path) -> bool:
    """Whether somebody listens on a socket of the file system; the file alone says nothing yet."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("STORE_EDGE_")
    }
    return {**inherited, **ours, "PYTHONUNBUFFERED": "1"}
