"""Floor: events from one SQLite file over gzip and HTTP into another, durable at both ends, and nothing else.

No signature, no chain, no effects. `python push.py COUNT` prints events a second and bytes on the wire for each;
`python push.py COUNT URL` copies them into a bare table of that PostgreSQL instead.
"""

import gzip
import json
import random
import sqlite3
import sys
import time
import uuid
from pathlib import Path

import msgspec
import psycopg
import requests
from flask import Flask, Response, request

from tests.bench import shape
from tests.bench.processes import disk_folder, free_port, running

BATCH = 500
TABLE = "CREATE TABLE events (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)"


class Row(msgspec.Struct):
    """What the receiving end looks at."""

    seq: int
    body: msgspec.Raw


def opened(path: Path) -> sqlite3.Connection:
    """A database whose commits survive a power cut."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(TABLE)
    return connection


def receiver(path: Path) -> Flask:
    """Unpack, decode, insert, commit, answer."""
    app = Flask("floor", static_folder=None)
    connection, decoder = opened(path), msgspec.json.Decoder(list[Row])

    @app.post("/")
    def take() -> Response:
        rows = decoder.decode(gzip.decompress(request.get_data()))
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT OR IGNORE INTO events VALUES (?, ?)",
            [(row.seq, bytes(row.body).decode()) for row in rows],
        )
        connection.execute("COMMIT")
        return Response(b'{"ok":true}', mimetype="application/json")

    return app


def receiver_into_postgresql(url: str) -> Flask:
    """The same, by one COPY for each batch."""
    app = Flask("floor", static_folder=None)
    connection, decoder = (
        psycopg.connect(url, prepare_threshold=None),
        msgspec.json.Decoder(list[Row]),
    )
    connection.execute("DROP TABLE IF EXISTS bare")
    connection.execute("CREATE TABLE bare (seq BIGINT PRIMARY KEY, body TEXT NOT NULL)")
    connection.commit()

    @app.post("/")
    def take() -> Response:
        rows = decoder.decode(gzip.decompress(request.get_data()))
        with connection.cursor().copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row((row.seq, bytes(row.body).decode()))
        connection.commit()
        return Response(b'{"ok":true}', mimetype="application/json")

    return app


def fill(connection: sqlite3.Connection, count: int) -> None:
    """The events to send, with the envelope that a plain log would have."""
    chance = random.Random(7)
    rows = []
    for seq, (kind, _, at, body) in enumerate(shape.bodies(count), 1):
        whole = {
            "id": str(uuid.UUID(int=chance.getrandbits(128))),
            "store": "harbour-lane",
            "epoch": 1,
            "seq": seq,
            "hlc": f"{at:%s}.0",
            "kind": kind,
            "v": 1,
            "body": body,
        }
        rows.append((seq, json.dumps(whole, separators=(",", ":"))))
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO events VALUES (?, ?)", rows)
    connection.execute("CREATE TABLE cursor (seq INTEGER NOT NULL)")
    connection.execute("INSERT INTO cursor VALUES (0)")
    connection.execute("COMMIT")


def send(connection: sqlite3.Connection, port: int) -> int:
    """Send everything in batches; gives the bytes sent as bodies."""
    session, seq, sent = requests.Session(), 0, 0
    while rows := connection.execute(
        "SELECT seq, body FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (seq, BATCH)
    ).fetchall():
        packed = gzip.compress(f"[{','.join(body for _, body in rows)}]".encode(), 6, mtime=0)
        session.post(f"http://127.0.0.1:{port}/", data=packed, timeout=30).raise_for_status()
        seq, sent = rows[-1][0], sent + len(packed)
        connection.execute("UPDATE cursor SET seq = ?", (seq,))
    return sent


def serve(port: int, where: str) -> None:
    """The receiving end, on the same server as the product."""
    from gunicorn.app.base import BaseApplication

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
        def load_config(self) -> None:
            self.cfg.set("bind", f"127.0.0.1:{port}")
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", 1)
            self.cfg.set("loglevel", "warning")
            self.cfg.set("control_socket_disable", True)

        def load(self) -> Flask:
            if where.startswith("postgresql:"):
                return receiver_into_postgresql(where)
            return receiver(Path(where))

    Server().run()


def main(count: int, url: str = "") -> dict[str, float]:
    """One run."""
    with disk_folder() as folder:
        source = opened(folder / "edge.db")
        where = url or f"{folder}/hq.db"
        fill(source, count)
        port = free_port()
        with running(["-m", "tests.bench.floors.push", "serve", str(port), where], port):
            started = time.perf_counter()
            sent = send(source, port)
            took = time.perf_counter() - started
        source.close()
    return {"events_per_s": count / took, "bytes_per_event": sent / count}


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), sys.argv[3])
    else:
        print(json.dumps(main(int(sys.argv[1]), *sys.argv[2:])))
