"""HQ as a running service: web, the private door for commands, the rehearsal's clock, the folder's lock.

Over SQLite one process writes, so commands come to it through a private door of the machine: {"command", "words"}
asks, {"said"} or {"error"} answers. Over PostgreSQL there may be several workers, and a command works beside them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from sync.doors import control, local
from sync.doors.clock import Clock
from sync.doors.ids import Ids, SystemIds
from sync.doors.local import LocalDoor
from sync.hq.app import commands
from sync.hq.app.create import create_app, open_hq
from sync.hq.app.poking import Poker
from sync.hq.base.hq import Hq
from sync.hq.base.lock import FolderLock
from sync.hq.orders.web.worker import ShopWorker
from sync.hq.people import actions as people
from sync.hq.settings import Settings

SOCKET_NAME = "command.sock"
ANSWER_SECONDS = 60.0
SETTLE_STEP_SECONDS = 0.001


class Service:
    """Everything that runs in one worker.

    `start` names the start of HQ that all its workers belong to. A worker whose `lock` is held by the process
    above it takes none.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        ids: Ids,
        start: str = "",
        is_locked: bool = False,
    ) -> None:
        self.lock = None if is_locked else FolderLock(_made(Path(settings.home)))
        self.app: Flask = create_app(settings, clock=clock, ids=ids)
        self.hq: Hq = self.app.extensions["hq"]
        self._door = (
            None
            if settings.database_url
            else LocalDoor(self.hq.home / SOCKET_NAME, self._run, name="commands")
        )
        self._control = control.open_control(clock, wake=lambda: None, settle=self._settle)
        this_start = start or ids.token()
        self._shops = ShopWorker(self.hq)
        self._shops.start()
        self.setup_code: str | None = self.hq.write(
            lambda unit: people.print_setup_code(unit, this_start)
        )

    def stop(self) -> None:
        """Finish what waits and let go of everything."""
        self._shops.stop()
        if self._door is not None:
            self._door.close()
        if self._control is not None:
            self._control.close()
        self.hq.database.close()
        if self.lock is not None:
            self.lock.release()

    def _run(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        return commands.run(self.hq, str(asked.get("command")), asked.get("words", {}))

    def _settle(self) -> None:
        poker = self.hq.part(Poker)
        while self.hq.database.writer.open_units or poker.open_pokes:
            self.hq.clock.sleep(SETTLE_STEP_SECONDS)


def ask(settings: Settings, name: str, words: Mapping[str, Any]) -> dict[str, Any]:
    """Run a command: in the running HQ when there is one, else here, under the folder's lock."""
    if settings.database_url:
        return _run_here(settings, name, words)
    asked = {"command": name, "words": dict(words)}
    answer = local.ask(Path(settings.home) / SOCKET_NAME, asked, seconds=ANSWER_SECONDS)
    return _run_here(settings, name, words) if answer is None else answer


def _run_here(settings: Settings, name: str, words: Mapping[str, Any]) -> dict[str, Any]:
    home = _made(Path(settings.home))
    lock = None if settings.database_url else FolderLock(home)
    hq = open_hq(settings, clock=control.clock_for(), ids=SystemIds())
    try:
        return commands.run(hq, name, words)
    finally:
        hq.part(Poker).finish()
        hq.database.close()
        if lock is not None:
            lock.release()


def _made(home: Path) -> Path:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home
