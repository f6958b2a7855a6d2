"""Backups are whole, private and proved; a restore moves nothing away for good and stops where it must."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from edge.base import backup, drill, restore, schema, upkeep
from edge.base.backup import DamagedBackup, NoBackup
from edge.base.lock import FolderInUse
from edge.base.peek import peek
from edge.staff import actions, store
from edge.staff.rules import Role
from tests.world import OPENING, FixedClock, open_edge

KNOWN = schema.known((schema.migrations, store.migrations))


@pytest.fixture
def edge(tmp_path):
    opened = open_edge(tmp_path / "store", [store.migrations])
    yield opened
    opened.close()


@pytest.fixture
def into(tmp_path):
    return tmp_path / "backups"


def hire(edge, name="Ken"):
    edge.write(lambda unit: actions.add_person(unit, name, Role.PICKER, pin_hash="x", by="cli"))


def made(edge, into, **days):
    return backup.make(edge.home, into, now=OPENING + timedelta(**days), version="1")


def brought_back(home, chosen, known=KNOWN):
    return restore.restore(home, chosen, now=OPENING, known=known, end_now=("hold_ends",))


def drilled(chosen, scratch):
    return list(drill.prove(chosen, drill.lay_out(chosen, scratch)))


def test_a_backup_of_a_running_store_is_whole_and_private(edge, into):
    """Database, keys and checksums; nobody else may read any of it."""
    hire(edge)
    one = made(edge, into)
    backup.verify(one)
    assert one.manifest.seq == 1
    assert {"store.db", "pepper"} <= set(one.manifest.files)
    assert [file for file in into.rglob("*") if file.stat().st_mode & 0o077] == []
    assert backup.every(into) == [one]


def test_a_backup_holds_nothing_that_was_erased(edge, into):
    """Not even in free pages."""
    hire(edge, "Zacharias")
    edge.write(lambda unit: unit.execute("DELETE FROM staff"))
    assert b"Zacharias" not in made(edge, into).database.read_bytes()


def test_the_oldest_go_by_their_number_and_not_by_the_clock(edge, into):
    """A Pi that woke up in 1970 must not lose its newest backup."""
    names = [made(edge, into, days=day).name for day in (0, -20000, 1)]
    assert backup.prune(into, keep=2) == names[:1]
    assert [each.name for each in backup.every(into)] == names[1:]


def test_what_a_power_cut_left_unfinished_is_no_backup_and_is_swept(edge, into):
    """It has no manifest under its name yet."""
    (into / ".new-0001-x").mkdir(parents=True)
    (into / ".drill-x").mkdir()
    assert backup.every(into) == []
    made(edge, into)
    assert list(into.glob(".*")) == []


def test_two_backups_at_once_do_not_meet(edge, into):
    """The second is told."""
    with backup.one_at_a_time(into), pytest.raises(FolderInUse):
        made(edge, into)


def test_a_folder_that_cannot_be_made_is_said(edge, tmp_path):
    """The USB disk is not there, and something else is."""
    (tmp_path / "file").touch()
    with pytest.raises(NoBackup):
        made(edge, tmp_path / "file" / "backups")


def test_a_full_disk_is_said_before_anything_is_written(edge, into, monkeypatch):
    """With what is free and what is needed."""
    full = SimpleNamespace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(NoBackup, match="no_backup") as refused:
        made(edge, into)
    assert "1 MB free" in refused.value.message()


@pytest.mark.parametrize("name", ["store.db", "pepper"])
def test_one_flipped_bit_is_found(edge, into, name):
    """In any file, before anything is touched."""
    one = made(edge, into)
    file = one.folder / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    with pytest.raises(DamagedBackup) as refused:
        backup.verify(one)
    assert name in refused.value.message()


def test_a_restored_store_is_as_it_was_and_the_former_one_lies_aside(edge, into):
    """With what happened since; how much that is, is said."""
    hire(edge, "Ken")
    edge.write(lambda unit: unit.set_timer("hold_ends", "A-17", OPENING + timedelta(days=9)))
    one = made(edge, into)
    hire(edge, "Mio")
    edge.close()
    (edge.home / "pepper").write_bytes(b"other")
    done = brought_back(edge.home, one)
    assert done.left_behind == 1
    with peek(edge.home) as reader:
        assert [row["name"] for row in reader.rows("SELECT name FROM staff")] == ["Ken"]
        assert restore.restored(reader) == (one.name, OPENING)
        assert reader.row("SELECT due_at FROM timers")["due_at"].startswith("2026-11-23T00:00")
    assert (Path(done.aside) / "pepper").read_bytes() == b"other"
    assert (Path(done.aside) / "store.db").exists()
    assert (edge.home / "pepper").read_bytes() == (one.folder / "pepper").read_bytes()


def test_a_store_that_runs_is_not_restored(edge, into):
    """And stays as it is."""
    with pytest.raises(FolderInUse):
        brought_back(edge.home, made(edge, into))


def test_a_backup_of_a_newer_version_is_not_restored(edge, into, tmp_path):
    """It would be read wrongly; the version that made it is named."""
    one = made(edge, into)
    with pytest.raises(DamagedBackup) as refused:
        brought_back(tmp_path / "other", one, known=KNOWN - {min(KNOWN)})
    assert "update first" in refused.value.message()
    assert not (tmp_path / "other" / "store.db").exists()


def test_a_new_computer_takes_the_settings_too_and_an_old_one_keeps_its_own(edge, into, tmp_path):
    """A box has its own address."""
    (edge.home / "store-edge.toml").write_text("port = 1\n")
    one = made(edge, into)
    brought_back(tmp_path / "new", one)
    assert (tmp_path / "new" / "store-edge.toml").read_text() == "port = 1\n"
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "store-edge.toml").write_text("port = 2\n")
    assert brought_back(tmp_path / "old", one).aside == ""
    assert (tmp_path / "old" / "store-edge.toml").read_text() == "port = 2\n"


def test_a_drill_proves_every_event(edge, into, tmp_path):
    """And counts every table."""
    for _ in range(5):
        hire(edge)
    assert drilled(made(edge, into), tmp_path / "scratch") == [5]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE events SET body = replace(body, 'picker', 'manager') WHERE seq = 2", "event 2 says something else"),
        ("UPDATE events SET at = '2026-01-01T00:00:00+00:00' WHERE seq = 2", "event 2 breaks the chain"),
        ("UPDATE events SET seq = 9 WHERE seq = 3", "event 3 is missing"),
        ("DELETE FROM staff", "staff has 0 rows"),
    ],
)  # fmt: skip
def test_a_drill_finds_what_checksums_made_later_cannot(edge, into, tmp_path, damage, said):
    """Damage that was there before the checksum, or was hidden under a new one."""
    for _ in range(3):
        hire(edge)
    one = made(edge, into)
    with closing(sqlite3.connect(one.database)) as connection, connection:
        connection.execute(damage)
    files = {**one.manifest.files, "store.db": backup.digest(one.database)}
    hidden = backup.Backup(one.folder, msgspec.structs.replace(one.manifest, files=files))
    with pytest.raises(DamagedBackup) as refused:
        drilled(hidden, tmp_path / "scratch")
    assert said in refused.value.message()


def test_another_history_is_told_from_an_earlier_part_of_this_one(edge, into, tmp_path):
    """Both ways: the living log goes on where the backup ends, or it does not."""
    hire(edge)
    one = made(edge, into)
    hire(edge)
    with peek(edge.home) as reader:
        assert restore.is_prefix(reader, one)
    other = open_edge(tmp_path / "other", [store.migrations], seed=2)
    hire(other)
    with peek(other.home) as reader:
        assert not restore.is_prefix(reader, one)
    other.close()


def test_the_daily_backup_rests_when_nothing_happened(tmp_path):
    """And deletes the oldest when one is made."""
    clock = FixedClock(OPENING)
    edge = open_edge(tmp_path / "store", [store.migrations], clock=clock, backups_kept=1)
    assert "0 old ones deleted" in upkeep.make_backup(edge)
    assert "nothing happened" in upkeep.make_backup(edge)
    hire(edge)
    assert "1 old ones deleted" in upkeep.make_backup(edge)
    assert "too fresh" in upkeep.drill(edge)
    edge.close()


def test_old_logs_go_and_young_ones_stay(tmp_path):
    """By their age; the one being written is never touched."""
    edge = open_edge(
        tmp_path / "store", clock=FixedClock(OPENING), log_file="store.log", log_days=14
    )
    for name, age in (("store.log", 90), ("store.log.1", 1), ("store.log.2", 15)):
        (edge.home / name).touch()
        at = (OPENING - timedelta(days=age)).timestamp()
        os.utime(edge.home / name, (at, at))
    assert upkeep.forget_logs(edge) == "1 log files deleted"
    assert sorted(each.name for each in edge.home.glob("store.log*")) == [
        "store.log",
        "store.log.1",
    ]
    edge.close()
