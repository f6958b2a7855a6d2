"""HQ itself, as the web of its features sees it: settings, time, chance, database, feed, parts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from sync.core.answers import Key
from sync.doors.clock import Clock
from sync.doors.ids import Ids
from sync.hq.base import secret_files
from sync.hq.base.database import Database
from sync.hq.base.feed import Feed
from sync.hq.base.rows import Reader, Unit
from sync.hq.settings import Settings

T = TypeVar("T")


class Hq:
    """One per process; made by app.py, handed to every route."""

    def __init__(
        self, settings: Settings, *, clock: Clock, ids: Ids, database: Database, feed: Feed
    ) -> None:
        self.settings, self.clock, self.ids = settings, clock, ids
        self.database, self.feed = database, feed
        self._parts: dict[type, Any] = {}
        self._secrets: dict[str, bytes] = {}

    @property
    def home(self) -> Path:
        """The folder with HQ's database and secrets."""
        return Path(self.settings.home)

    def write(self, work: Callable[[Unit], T], key: Key | None = None, *, lane: str = "") -> Any:
        """Run `work(unit)` in one transaction. Without a lane it is alone; see base/lanes.py."""
        return self.database.write(work, key, lane=lane)

    def read(self) -> AbstractContextManager[Reader]:
        """A reader over one snapshot."""
        return self.database.read()

    def add_part(self, part: object) -> None:
        """Give the routes something that only app.py can put together."""
        self._parts[type(part)] = part

    def part(self, kind: type[T]) -> T:
        """What app.py put in."""
        found: T = self._parts[kind]
        return found

    def secret(self, name: str) -> bytes:
        """A secret of this HQ by name, from its own private file."""
        if name not in self._secrets:
            self._secrets[name] = secret_files.secret(self.home / "secrets" / name, self.ids)
        return self._secrets[name]
