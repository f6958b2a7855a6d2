from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from edge.cli.frontdoor import command
from sync.frontdoor import server
from sync.frontdoor.settings import FrontDoorSettings


@pytest.fixture
def secret_file(tmp_path):
    """A good secret in a file of its own."""
    path = tmp_path / "secret"
    path.write_text("5e" * 32)
    path.chmod(0o600)
    return path


def refused(*arguments: str, **environment: str) -> str:
    """What the command says when it does not start."""
    result = CliRunner().invoke(command, ["serve", *arguments], env=environment)
    assert result.exit_code != 0
    return result.output


def test_a_secret_that_others_may_read_is_refused(secret_file):
    """With the command that mends it."""
    secret_file.chmod(0o644)
    assert f"chmod 600 {secret_file}" in refused("--secret-file", str(secret_file))


def test_a_file_without_a_secret_is_refused(secret_file):
    """Something else lies there."""
    secret_file.write_text("hello")
    assert "64 hex digits" in refused("--secret-file", str(secret_file))


def test_wrong_settings_are_refused_by_name(secret_file):
    """A wrong key and a wrong value both name themselves and what is allowed."""
    given = ("--secret-file", str(secret_file))
    assert "STORE_EDGE_FRONTDOOR_PROT is not known; allowed are" in refused(
        *given, STORE_EDGE_FRONTDOOR_PROT="1"
    )
    assert "0<=x<=65535" in refused(*given, STORE_EDGE_FRONTDOOR_PORT="70000")


def test_one_of_several_doors_must_know_which_it_is(secret_file):
    """An own address that is not in the list, a list without one, and what is no address at all."""
    given = ("--secret-file", str(secret_file), "--doors", "http://a:1,http://b:1")
    assert "--own-url must be one of --doors" in refused(*given)
    assert "--own-url must be one of --doors" in refused(*given, "--own-url", "http://c:1")
    assert "is no address" in refused(*given[:2], "--doors", "a:1", "--own-url", "a:1")


def test_a_real_process_starts_and_stops_when_told(secret_file):
    """SIGTERM ends it cleanly, and it says nothing but that."""
    code = "from edge.cli.frontdoor import command; command()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "serve", "--secret-file", str(secret_file), "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    assert "front door listens on" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode in {0, -signal.SIGTERM}


def test_answers_do_not_wait_for_the_callers_acknowledgement(secret_file):
    """Every accepted connection sends at once: otherwise each answer would take 40 ms longer."""
    made = server.make_server(FrontDoorSettings(secret=b"x" * 32, port=0))
    with server.listen(made) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
