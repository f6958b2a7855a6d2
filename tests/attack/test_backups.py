"""Backups that somebody tampered with, and restores that are cut off: nothing outside is touched, no half opens."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge.app import MIGRATIONS
from edge.base import backup, restore, schema
from edge.base.backup import Backup, DamagedBackup
from edge.base.edge import DATABASE_NAME, RestoreCutOff
from tests.attack.edge_world import EdgeWorld
from tests.world import OPENING

KNOWN = schema.known((schema.migrations, *MIGRATIONS))
EVIL = b"evil"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """A backup of a store with orders."""
    folder = tmp_path_factory.mktemp("backed-up")
    world = EdgeWorld(folder / "store")
    made = backup.make(folder / "store", folder / "into", now=OPENING, version="1")
    world.close()
    return made


def tampered(good: Backup, folder: Path, change: Callable[[Path, dict[str, Any]], None]) -> Backup:
    """A copy of the backup after somebody had their hands on it."""
    copy = folder / "stick" / "0001"
    shutil.copytree(good.folder, copy)
    said = json.loads((copy / backup.MANIFEST).read_bytes())
    change(copy, said)
    (copy / backup.MANIFEST).write_text(json.dumps(said))
    [found] = backup.every(folder / "stick")
    return found


def into(home: Path, chosen: Backup) -> restore.Restored:
    """Restore it."""
    return restore.restore(home, chosen, now=OPENING, known=KNOWN, end_now=())


def _named(name: str) -> Callable[[Path, dict[str, Any]], None]:
    def change(copy: Path, said: dict[str, Any]) -> None:
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(EVIL)
        said["files"][name] = hashlib.sha256(EVIL).hexdigest()

    return change


def _linked(copy: Path, said: dict[str, Any]) -> None:
    secret = copy.parent.parent / "secret"
    secret.write_bytes(EVIL)
    (copy / "pepper").unlink()
    (copy / "pepper").symlink_to(secret)
    said["files"]["pepper"] = hashlib.sha256(EVIL).hexdigest()


def _empty(copy: Path, said: dict[str, Any]) -> None:
    said["files"] = {}


def _no_database(copy: Path, said: dict[str, Any]) -> None:
    (copy / DATABASE_NAME).write_bytes(EVIL * 1000)
    said["files"][DATABASE_NAME] = hashlib.sha256(EVIL * 1000).hexdigest()


def _without_a_file(copy: Path, said: dict[str, Any]) -> None:
    (copy / "pepper").unlink()


CHANGES = {
    "beside it": _named("../evil.txt"),
    "deep outside": _named("tls/../../../evil.txt"),
    "hidden": _named(".bashrc"),
    "in the folder of the log": _named("log/edge.log"),
    "a link": _linked,
    "no files": _empty,
    "no database": _no_database,
    "a file is gone": _without_a_file,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_a_tampered_backup_is_refused_and_writes_nothing(
    good: Backup, tmp_path: Path, change: Callable[[Path, dict[str, Any]], None]
) -> None:
    """Also when its checksums were made to fit; it can still be listed, with its size."""
    chosen = tampered(good, tmp_path, change)
    assert chosen.size() >= 0
    home = tmp_path / "home"
    with pytest.raises(DamagedBackup):
        into(home, chosen)
    assert [each.name for each in home.iterdir()] == ["lock"]


def _all_but(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pull the plug before the rename, link or deletion of this number."""
    left = [number]

    def cut(real: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*given: Any, **more: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return real(*given, **more)

        return instead

    for name in ("rename", "replace", "unlink", "hardlink_to"):
        monkeypatch.setattr(Path, name, cut(getattr(Path, name)))


def test_a_restore_that_is_cut_off_leaves_the_old_store_or_says_so_and_can_be_run_again(
    good: Backup, tmp_path: Path
) -> None:
    """At whatever step: never an empty store, never half of each, and the former one is kept."""
    said = set()
    for number in range(40):
        home = tmp_path / str(number)
        shutil.copytree(good.folder, home)
        (home / backup.MANIFEST).unlink()
        (home / "pepper").write_text("ab" * 32)
        with pytest.MonkeyPatch.context() as patch:
            _all_but(number, patch)
            try:
                into(home, good)
            except KeyboardInterrupt:
                was_cut = True
            else:
                was_cut = False
        said.add(_opened(home))
        again = into(home, good) if was_cut else None
        assert (home / "pepper").read_bytes() == (good.folder / "pepper").read_bytes()
        former = [each / "pepper" for each in home.glob("before-restore-*")]
        assert "ab" * 32 in {each.read_text() for each in former if each.exists()}, (number, again)
        if not was_cut:
            break
        shutil.rmtree(home)
    assert said == {"old", "cut off", "new"}


def _opened(home: Path) -> str:
    """What a start makes of the folder."""
    from edge.app import open_store

    try:
        store = open_store(home, environment={})
    except RestoreCutOff:
        return "cut off"
    try:
        with store.read() as reader:
            assert reader.row("SELECT 1 FROM orders") is not None
            found = restore.restored(reader)
    finally:
        store.close()
    return "new" if found else "old"
