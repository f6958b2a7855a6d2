"""HQ in the run: its real web application, asked through WSGI, over a real SQLite file."""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from flask import Flask

from sync.hq.app import commands, create_app, keeping
from sync.hq.app.create import open_hq
from sync.hq.base.hq import Hq
from sync.hq.base.sqlite import FILE_NAME
from sync.hq.orders.web.worker import ShopWorker
from sync.hq.settings import Settings
from sync.hq.stores.store import log
from tests.sim.machines import Image, Machine
from tests.sim.time_and_chance import SimClock, Time, ids

URL = "http://hq.test"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@dataclass(frozen=True)
class Said:
    """An answer of HQ's."""

    status: int
    headers: dict[str, str]
    body: bytes


def scratch() -> Path:
    """A folder in memory where there is one: a run makes thousands of commits."""
    return Path(
        tempfile.mkdtemp(prefix="store-edge-sim-", dir=MEMORY if MEMORY.is_dir() else None)
    )


def settings_of(folder: Path) -> Settings:
    """Settings of every HQ here."""
    return Settings(home=str(folder), public_url=URL, cookies_secure=False)


@cache
def prepared() -> tuple[Flask, Image]:
    """The web application, made once a process, and the files of an HQ that has seen nothing."""
    folder = scratch()
    machine = Machine(folder, FILE_NAME)
    clock = SimClock(Time(), machine)
    web = create_app(settings_of(folder), clock=clock, ids=ids("hq"))
    hq: Hq = web.extensions["hq"]
    hq.write(lambda unit: unit.execute("DELETE FROM facts WHERE name = 'generation'"))
    hq.database.close()
    image = machine.image()
    shutil.rmtree(folder)
    return web, image


class Headquarters:
    """HQ's machine and its one process."""

    def __init__(self, folder: Path, time: Time, seed: int) -> None:
        self.machine = Machine(folder / "hq", FILE_NAME)
        self.clock = SimClock(time, self.machine)
        self._seed, self._lives = seed, 0
        self._web, fresh = prepared()
        self.is_up = False
        self.start(fresh)

    def start(self, image: Image | None = None) -> None:
        """A process begins, perhaps on other files."""
        if image is not None:
            self.machine.put_back(image)
        self._lives += 1
        self.machine.opened()
        chosen = ids(self._seed, "hq", self._lives)
        self.hq = open_hq(settings_of(self.machine.folder), clock=self.clock, ids=chosen)
        self._web.extensions["hq"] = self.hq
        self._shops = ShopWorker(self.hq)
        self.is_up = True

    def stop(self) -> None:
        """The process ends; what its files hold is up to the caller."""
        self.is_up = False
        self.hq.database.close()

    def call(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Said:
        """One request through WSGI, in the real application."""
        started: list[Any] = []
        environ = _environ(method, path, headers, body)
        chunks = self._web.wsgi_app(environ, lambda *given: started.append(given))
        said = b"".join(chunks)
        status, lines = started[-1][0], started[-1][1]
        return Said(int(status[:3]), dict(lines), said)

    def command(self, name: str, /, **words: Any) -> Any:
        """A command as people at HQ give it."""
        return commands.COMMANDS[name](self.hq, words)

    def post(self, path: str, key: str, body: dict[str, Any]) -> Said:
        """A shop or a till talks to HQ's own API."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        return self.call("POST", path, headers, msgspec.json.encode(body))

    def work(self) -> None:
        """What HQ does by itself between requests: erasures."""
        self._shops.work()

    def rows(self, sql: str, **params: Any) -> list[dict[str, Any]]:
        """What its tables say."""
        with self.hq.read() as reader:
            return [dict(row) for row in reader.rows(sql, **params)]

    def change(self, sql: str, **params: Any) -> None:
        """An operator's hand in the database."""
        self.hq.write(lambda unit: unit.execute(sql, **params))

    def begin_generation(self) -> None:
        """What whoever restores HQ must do: its feed is another one from now on."""
        self.hq.write(keeping.begin_again)

    def confirm_backup(self) -> dict[tuple[str, str], int]:
        """What a backup of this moment holds, proved; the stores are told of it."""
        with self.hq.read() as reader:
            marks = log.proved(reader)
        keeping.confirm(self.hq, marks)
        return {(each.store_id, each.epoch): each.seq for each in marks}


def _environ(method: str, path: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    parts = urlsplit(path)
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "hq.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "hq.test",
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ["CONTENT_TYPE" if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ
