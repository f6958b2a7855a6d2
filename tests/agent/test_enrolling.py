"""Enrolment: one code, one box, a key that stays where it was made."""

import pytest
from click.testing import CliRunner

from edge.base import sync_store
from edge.cli import main
from edge.sync_bindings import enrolment
from sync.agent import keys
from sync.agent.enrolling import EnrolmentFailed
from sync.protocol.signature import public_text
from tests.agent.hq_world import STORE, HqServer
from tests.world import open_edge


@pytest.fixture
def hq(tmp_path):
    """An HQ that knows the store, but no box of it."""
    hq = HqServer(tmp_path / "hq")
    hq.command("save-store", **STORE)
    yield hq
    hq.stop()


@pytest.fixture
def edge(tmp_path):
    """A box that is nobody yet."""
    edge = open_edge(tmp_path / "edge", [sync_store.migrations])
    yield edge
    edge.close()


def code_of(hq):
    """A fresh one-time code."""
    return hq.command("enrol-store", store_id=STORE["store_id"])["code"]


def test_both_ends_show_the_same_six_digits(hq, edge):
    """Read aloud over the phone."""
    enrolled = enrolment.enrol(edge, hq.url, code_of(hq))
    assert enrolled.fingerprint == enrolment.own_fingerprint(edge)
    assert enrolled.name == "Harbour Lane"
    assert enrolment.hq_url(edge) == hq.url


def test_a_code_works_once(hq, edge):
    """And HQ's own sentence says why not again."""
    code = code_of(hq)
    enrolment.enrol(edge, hq.url, code)
    with pytest.raises(EnrolmentFailed) as refused:
        enrolment.enrol(edge, hq.url, code)
    assert "used" in refused.value.message()


@pytest.mark.parametrize("url", ["", "nowhere", "http://127.0.0.1:1"])
def test_without_an_hq_it_says_so(edge, url):
    """Nothing is remembered of a try that failed."""
    with pytest.raises(EnrolmentFailed):
        enrolment.enrol(edge, url, "ABCD-EFGH")
    with edge.read() as reader:
        assert sync_store.enrolled_as(reader) == ""


def test_the_key_is_made_once_and_only_the_service_can_read_it(edge):
    """0600, and the same key at the next try."""
    made = keys.make(edge.home)
    assert public_text(keys.make(edge.home).public_key()) == public_text(made.public_key())
    assert (edge.home / keys.FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_a_key_file_of_another_kind_is_not_taken(edge):
    """Somebody put a wrong file there."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    other = X25519PrivateKey.generate()
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (edge.home / keys.FILE_NAME).write_bytes(pem)
    with pytest.raises(TypeError, match="another kind"):
        keys.load(edge.home)


def test_one_command_does_it(hq, tmp_path):
    """`store-edge enrol --hq URL --code CODE`, with no service running."""
    words = ["enrol", "--hq", hq.url, "--code", code_of(hq), "--home", str(tmp_path / "box")]
    said = CliRunner().invoke(main, words)
    assert said.exit_code == 0, said.output
    assert "This box is Harbour Lane (harbour-lane) now." in said.output
    assert "six digits" in said.output


def test_the_command_says_what_is_wrong(tmp_path):
    """In words, with an exit code."""
    home = ["--home", str(tmp_path / "box")]
    assert "one-time code" in CliRunner().invoke(main, ["enrol", *home]).output
    said = CliRunner().invoke(main, ["enrol", "ABCD-EFGH", *home])
    assert said.exit_code == 1
    assert "say where HQ is" in said.output
