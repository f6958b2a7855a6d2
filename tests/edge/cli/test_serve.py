"""Serving: never a store without a name, on the port that is said, over TLS where there is a certificate."""

from __future__ import annotations

import socket
import ssl
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import requests

from edge import settings
from edge.app import open_store
from edge.base import certificates, sync_store
from edge.cli import tls
from sync.hq import settings as hq_settings
from tests.edge.cli.conftest import NAMES
from tests.edge.cli.opened import set_up, store_edge


def test_a_folder_without_a_store_is_not_served(tmp_path):
    """It says which command sets one up, and makes nothing."""
    said = store_edge(tmp_path / "empty", "serve")
    assert said.exit_code == 1
    assert "store-edge init --home" in said.output
    assert not (tmp_path / "empty").exists()


def test_a_folder_that_was_never_finished_is_not_served(tmp_path):
    """A database without a store in it counts as none."""
    (tmp_path / "store.db").write_bytes(b"")
    assert "holds no store yet" in store_edge(tmp_path, "serve").output


def test_a_store_that_was_just_enrolled_is_served_before_its_own_record_came(
    tmp_path, monkeypatch
):
    """HQ's feed brings the record, and only a serving store reads the feed: nothing else needs to be set."""
    home = tmp_path / "store"
    edge = open_store(home)
    edge.write(lambda unit: sync_store.enrol(unit, "harbour-lane"))
    edge.close()
    served: list[object] = []

    def serve(server):
        served.append(server)

    monkeypatch.setattr("edge.cli.server.Server.run", serve)
    said = store_edge(home, "serve")
    assert (said.exit_code, said.output, len(served)) == (0, "", 1)


def test_the_environment_says_where_hq_is(tmp_path):
    """STORE_EDGE_HQ_URL is the store's own setting, although HQ's begin in the same way; HQ passes over it."""
    told = {"STORE_EDGE_HQ_URL": "https://hq.example", "STORE_EDGE_HQ_PORT": "8000"}
    assert settings.load(tmp_path, told).hq_url == "https://hq.example"
    assert hq_settings.load(tmp_path, told).port == 8000


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ('certificate_file = "tls/none.pem"', "init --local-ca"),
        ('certificate_file = "store-edge.toml"', "cannot be used"),
        ('bind = "192.0.2.1"', "cannot be listened on"),
        ('bimd = "127.0.0.1"', "is not known"),
    ],
)
def test_what_keeps_a_store_from_serving_is_said_with_its_remedy(tmp_path, setting, said):
    """In a sentence, not in a traceback."""
    home = set_up(tmp_path / "store")
    (home / "store-edge.toml").write_text(f"port = 0\n{setting}\n")
    answer = store_edge(home, "serve")
    assert answer.exit_code == 1
    assert said in answer.output
    assert "Traceback" not in answer.output


def test_a_taken_port_is_said(tmp_path):
    """With the setting that chooses another."""
    home = set_up(tmp_path / "store")
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        (home / "store-edge.toml").write_text(f"port = {taken.getsockname()[1]}\n")
        assert "choose another" in store_edge(home, "serve").output


def test_the_same_pages_are_served_plain_and_over_tls(running):
    """Plain on the loopback, TLS for phones in the store; port 0 says which port it became."""
    assert requests.get(f"{running.url}/signin", timeout=5).ok
    assert requests.get(f"{running.https}/signin", timeout=5, verify=running.ca).ok


def test_a_stranger_who_opens_a_connection_and_is_silent_holds_up_nobody(running):
    """Neither before the handshake nor in the middle of it."""
    where = urlsplit(running.https)
    with (
        closing(socket.create_connection((where.hostname, where.port))),
        closing(socket.create_connection((where.hostname, where.port))) as halfway,
    ):
        halfway.sendall(b"\x16\x03\x01")
        assert requests.get(f"{running.https}/healthz", timeout=3, verify=running.ca).ok


def test_old_tls_is_refused(running):
    """Nothing below 1.2."""
    folder = running.home / "tls"
    context = tls.load(folder / "certificate.pem", folder / "key.pem").context()
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_a_renewed_certificate_counts_from_the_next_connection_on(running):
    """Without a restart; a half-written one leaves the old one in use."""

    def served() -> bytes | None:
        where = urlsplit(running.https)
        context = ssl.create_default_context(cafile=running.ca)
        with (
            closing(socket.create_connection((where.hostname, where.port), timeout=5)) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
        ):
            return secured.getpeercert(binary_form=True)

    before = served()
    file = running.home / "tls" / "certificate.pem"
    whole = file.read_bytes()
    file.write_bytes(b"-----BEGIN")
    assert served() == before
    file.write_bytes(whole)
    certificates.sign(running.home, NAMES, now=datetime.now(UTC))
    assert served() != before


def test_the_log_is_a_file_of_its_own_user(running):
    """As the settings say, and nobody else may read it."""
    log = running.home / "log" / "store.log"
    assert log.exists()
    assert log.stat().st_mode & 0o077 == 0


def test_the_init_system_hears_that_the_store_is_open_and_lives(running):
    """READY once it serves, WATCHDOG as long as the writer does."""
    assert running.init_system.recv(64) == b"READY=1"
    assert running.init_system.recv(64) == b"WATCHDOG=1"
