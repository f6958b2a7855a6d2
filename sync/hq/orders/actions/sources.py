"""Setting up where orders come from: shop systems with secrets, machines with keys."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sync.hq.base import secret_files
from sync.hq.base.rows import Unit
from sync.hq.orders.rules.intake import SourceUnknown
from sync.hq.orders.sources import SOURCES
from sync.hq.orders.store import intake
from sync.hq.orders.store.intake import SourceRow


def add_source(unit: Unit, source: SourceRow) -> SourceRow:
    """Let a shop system send orders."""
    if source.adapter not in SOURCES:
        raise SourceUnknown
    intake.save_source(unit, source)
    return source


def secret_path(home: Path, name: str) -> Path:
    """The file with a source's secrets, newest first; two while they rotate."""
    return home / "secrets" / "sources" / name


def keep_secret(home: Path, name: str, secret: str) -> None:
    """Make `secret` the newest one of a source; the one before it counts until the next change."""
    path = secret_path(home, name)
    before = secret_files.lines(path)[:1] if path.exists() else []
    secret_files.store(path, "\n".join([secret, *(old for old in before if old != secret)]))


def add_api_key(unit: Unit, name: str) -> str:
    """A key for a machine that sends neutral orders; shown once."""
    key = unit.ids.token(20)
    intake.add_api_key(unit, key_hash(key), name)
    return key


def key_hash(key: str) -> str:
    """What is kept of an API key."""
    return hashlib.sha256(key.encode()).hexdigest()
