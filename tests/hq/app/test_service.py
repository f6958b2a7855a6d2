"""HQ as a service: commands by a private door, one HQ a folder, pokes after the commit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sync.doors.ids import SeededIds
from sync.hq.app.service import Service, ask
from sync.hq.base.lock import FolderInUse
from sync.hq.base.secret_files import SecretTooOpen, lines, store
from sync.protocol.relay import POKE_HEADER, poke_key
from tests.hq.world import OPENING, FixedClock, World, woo_order


@pytest.fixture
def front_door() -> Iterator[tuple[str, list[tuple[str, bytes]], threading.Semaphore]]:
    """Something that is poked and notes it."""
    poked: list[tuple[str, bytes]] = []
    heard = threading.Semaphore(0)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            poked.append((self.headers[POKE_HEADER], body))
            self.send_response(204)
            self.end_headers()
            heard.release()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", poked, heard
    server.shutdown()
    server.server_close()


def test_the_front_door_is_poked_for_each_store_with_news(
    tmp_path: Path, front_door: tuple[str, list[tuple[str, bytes]], threading.Semaphore]
) -> None:
    """With a key derived from the secret that both share."""
    url, poked, heard = front_door
    world = World(tmp_path, front_door_url=url)
    world.add_stores("harbour-lane")
    assert heard.acquire(timeout=5)
    world.add_shop()
    world.hook(woo_order())
    assert heard.acquire(timeout=5)
    world.close()
    assert {key for key, _ in poked} == {poke_key(world.hq.secret("line.key"))}
    assert {body for _, body in poked} == {b'{"store_id": "harbour-lane"}'}


def test_commands_go_to_the_running_hq_and_else_run_under_the_lock(tmp_path: Path) -> None:
    """The same words, the same answer."""
    world = World(tmp_path)
    world.close()
    words = {"name": "woo", "adapter": "woocommerce", "currency": "JPY", "lang": "en"}
    assert ask(world.settings, "add-source", words)["said"]["path"] == "/hooks/woo"
    service = Service(world.settings, clock=FixedClock(OPENING), ids=SeededIds(2))
    with pytest.raises(FolderInUse):
        Service(world.settings, clock=FixedClock(OPENING), ids=SeededIds(3))
    assert "said" in ask(world.settings, "add-api-key", {"name": "till"})
    assert (
        "no order source" in ask(world.settings, "add-source", {**words, "adapter": "x"})["error"]
    )
    assert "not done" in ask(world.settings, "add-source", {"name": 1})["error"]
    assert "does not know" in ask(world.settings, "fly", {})["error"]
    door = Path(world.settings.home) / "command.sock"
    assert door.stat().st_mode & 0o777 == 0o600
    service.stop()


def test_secrets_are_private_files_and_in_no_table(world: World) -> None:
    """Not in the database, and not readable by others."""
    folder = world.hq.home / "secrets"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"pass.key", "line.key", "woo"}
    everything = world.kept()
    for path in files:
        assert path.stat().st_mode & 0o777 == 0o600
        assert everything.count(path.read_bytes().strip()) == 1


def test_a_secret_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """And says what to do."""
    path = tmp_path / "secret"
    store(path, "abc")
    path.chmod(0o644)
    with pytest.raises(SecretTooOpen) as refused:
        lines(path)
    assert "chmod 600" in refused.value.message()
