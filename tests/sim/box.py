"""A store's computer in the run: the real store on a real SQLite file, driven by the real session."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from edge import app, reactions
from edge.base import schema, sync_store
from edge.base.database import open_writer
from edge.base.edge import DATABASE_NAME, Edge
from edge.base.unit import Unit
from edge.settings import Settings
from edge.sync_bindings.disk import EdgeDisk
from sync.agent.enrolling import KEY_ID
from sync.agent.session import Session
from sync.agent.steps import Send
from sync.protocol import signature, wire
from sync.protocol.limits import pack
from tests.sim import sealing
from tests.sim.hq import URL, Headquarters, scratch
from tests.sim.machines import Image, Machine
from tests.sim.time_and_chance import SimClock, Time, chance, ids

T = TypeVar("T")
POLL_SECONDS = 30.0


class Row(NamedTuple):
    """An event as the store's log has it."""

    seq: int
    event_id: str
    kind: str
    aggregate_id: str
    origin: str
    body: dict[str, Any]


@cache
def fresh_image() -> Image:
    """The files of a store that has seen nothing."""
    folder = scratch()
    connection = open_writer(folder / DATABASE_NAME)
    schema.migrate(connection, [schema.migrations, *app.MIGRATIONS])
    connection.close()
    return Machine(folder, DATABASE_NAME).image()


class Box:
    """One computer that is, or was, a store. A clone is another box with the same store id."""

    def __init__(self, folder: Path, name: str, *, store_id: str, time: Time, seed: int) -> None:
        self.name, self.store_id, self._seed, self._lives = name, store_id, seed, 0
        self.machine = Machine(folder / name, DATABASE_NAME)
        self.clock = SimClock(time, self.machine)
        self._time = time
        self.is_up = False
        self.is_retired = False
        self.was_restored = False
        # Event ids in the order of this database's log, as far as they were seen to be committed.
        self.line: list[str] = []
        self.promised: list[str] = []
        self.backups: list[tuple[Image, list[str]]] = []
        self.waits_at = 0.0

    def start(self, image: Image | None = None) -> None:
        """A process begins, perhaps on other files."""
        if image is not None:
            self.machine.put_back(image)
        self._lives += 1
        self.machine.opened()
        settings = Settings(home=str(self.machine.folder), cookies_secure=False)
        chosen = ids(self._seed, self.name, self._lives)
        self.edge = Edge(settings, clock=self.clock, ids=chosen, migrations=app.MIGRATIONS)
        for part in app.PARTS:
            self.edge.put_part(part())
        self.edge.follow_at_once(reactions.at_once(self.edge, reactions.table(self.edge)))
        self.disk = EdgeDisk(self.edge)
        self.session = Session(self.disk, self.edge.ids.uniform, poll_seconds=POLL_SECONDS)
        self.is_up = True

    def stop(self) -> None:
        """The process ends; what its files hold is up to the caller."""
        self.is_up = False
        self.edge.close()

    def write(self, work: Callable[[Unit], T]) -> T:
        """Do something in the store; once this returns, somebody was told that it is done."""
        done = self.edge.write(work)
        self.observe(told=True)
        return done

    def observe(self, *, told: bool) -> list[Row]:
        """Events that were committed since last looked; `told` if somebody heard of them."""
        fresh = self.events_after(len(self.line))
        self.line += [row.event_id for row in fresh]
        if told:
            self.promised = list(self.line)
        return fresh

    def events_after(self, seq: int) -> list[Row]:
        """Events as the log has them."""
        found = self.rows(
            "SELECT seq, event_id, kind, aggregate_id, origin, body FROM events WHERE seq > ? ORDER BY seq",
            seq,
        )
        return [
            Row(**{**row, "body": msgspec.json.decode(row["body"]) if row["body"] else {}})
            for row in found
        ]

    def rows(self, sql: str, *params: Any) -> list[dict[str, Any]]:
        """What its tables say."""
        with self.edge.read() as reader:
            return [dict(row) for row in reader.rows(sql, params)]

    def signed(self, send: Send, *, key_id: str = "") -> dict[str, str]:
        """The headers with which a request goes out."""
        return sealing.sign(
            self._key(),
            key_id=key_id or self.disk.store_id(),
            url=URL + send.path,
            body=send.body,
            nonce=send.nonce,
            sequence=send.sequence,
            created=self.clock.wall(),
        )

    def enrol(self, hq: Headquarters) -> None:
        """Become the store: a code from HQ, a key of our own."""
        code = hq.command("enrol-store", store_id=self.store_id)["code"]
        shown = signature.public_text(self._key().public_key())
        asked = wire.Enrol(code=code, public_key=shown, epoch=self.edge.epoch)
        send = Send(wire.PATH + "enrol", pack(wire.encode(asked)), signature.NO_NONCE, 1)
        said = hq.call("POST", send.path, self.signed(send, key_id=KEY_ID), send.body)
        if said.status != 200:
            raise AssertionError(said.body)
        enrolled = msgspec.json.decode(said.body, type=wire.Enrolled)
        self.edge.write(lambda unit: sync_store.enrol(unit, enrolled.store_id))

    def _key(self) -> Ed25519PrivateKey:
        """Made on the device, and on its disk: a clone has it, a replaced computer has another."""
        path = self.machine.folder / "store-key.bin"
        if not path.exists():
            path.write_bytes(chance(self._seed, self.name, "key", self._lives).randbytes(32))
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
