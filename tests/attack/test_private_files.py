"""Nobody else on the machine reads what HQ keeps, whatever the folder around it allows."""

from __future__ import annotations

import os
from pathlib import Path

from tests.hq.world import World, woo_order


def test_no_file_of_hq_is_open_to_others_while_it_runs(tmp_path: Path) -> None:
    """The write-ahead log holds names and addresses as the database does, from the very first start."""
    home = tmp_path / "hq"
    before = os.umask(0o022)
    try:
        world = World(home)
        world.add_stores()
        world.add_shop()
        assert world.hook(woo_order(1001)).status_code == 200
        found = {
            each.name: each.stat().st_mode & 0o077 for each in home.rglob("*") if each.is_file()
        }
        world.close()
    finally:
        os.umask(before)
    assert {"hq.sqlite3", "hq.sqlite3-wal", "hq.sqlite3-shm"} <= set(found)
    assert {name for name, others in found.items() if others} == set()


def test_a_log_that_an_older_version_left_open_is_closed_at_the_next_start(tmp_path: Path) -> None:
    """Nobody has to know about it."""
    home = tmp_path / "hq"
    World(home).close()
    (home / "hq.sqlite3").chmod(0o644)
    world = World(home)
    assert (home / "hq.sqlite3-wal").stat().st_mode & 0o077 == 0
    world.close()
