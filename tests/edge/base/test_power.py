"""Kill -9 in the middle of work: whatever was told "done" is there, and the log has no hole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from edge.base import log
from tests.world import open_edge

WRITES_FOR_EVER = """
import os, sys, threading
from pathlib import Path
from tests.world import open_edge
from sync.core.event import Event
class ParcelMoved(Event, frozen=True, kw_only=True):
    aggregate = "parcel_id"
    parcel_id: str
edge = open_edge(Path(sys.argv[1]), seed=int(sys.argv[2]))
def work(name):
    number = 0
    while True:
        number += 1
        if {early}: os.write(1, f"{{name}}-{{number}}\\n".encode())
        edge.write(lambda unit: unit.record(ParcelMoved(parcel_id=f"{{name}}-{{number}}")))
        if not {early}: os.write(1, f"{{name}}-{{number}}\\n".encode())
for name in "abcd":
    threading.Thread(target=work, args=(f"{{sys.argv[2]}}{{name}}",)).start()
"""


def killed_after(home: Path, run: int, lines: int, *, early: bool) -> set[str]:
    """What a writing process had been told when it was killed."""
    code = WRITES_FOR_EVER.format(early=early)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(home), str(run)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    told = {process.stdout.readline().strip() for _ in range(lines)}
    os.kill(process.pid, signal.SIGKILL)
    told |= {line.strip() for line in process.stdout if line.endswith("\n")}
    process.stdout.close()
    process.wait()
    return told


def kept_in(home: Path) -> list[str]:
    edge = open_edge(home)
    with edge.read() as reader:
        events = log.read_after(reader, 0, limit=100_000)
        assert [each.seq for each in events] == list(range(1, len(events) + 1))
        assert reader.row("PRAGMA quick_check")[0] == "ok"
    edge.close()
    return [each.aggregate_id for each in events]


def test_what_was_told_survives_ten_kills(tmp_path):
    """Ten kills of a store with four busy writers: nothing told is lost, nothing doubled."""
    told: set[str] = set()
    for run in range(10):
        told |= killed_after(tmp_path / "store", run, 60, early=False)
    kept = kept_in(tmp_path / "store")
    assert told <= set(kept)
    assert len(kept) == len(set(kept))


def test_a_build_that_tells_before_its_commit_is_caught(tmp_path):
    """The same check on a planted fault: telling first must lose something."""
    lost: set[str] = set()
    for run in range(5):
        told = killed_after(tmp_path / f"store{run}", run, 40, early=True)
        lost |= told - set(kept_in(tmp_path / f"store{run}"))
    assert lost


@pytest.mark.parametrize("name", ["store.db", "pepper", "lock"])
def test_files_belong_to_the_service_user_alone(tmp_path, name):
    """Secrets and orders are nobody else's to read."""
    open_edge(tmp_path / "store").close()
    assert (tmp_path / "store" / name).stat().st_mode & 0o077 == 0
