"""A trial authority: never overwritten, good for this store only, renewed in time."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import pytest

from edge.base import certificates
from tests.world import OPENING

NAMES = ["harbour-lane.example", "10.0.0.5", "203.0.113.7"]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    certificates.make_trial(folder, NAMES, now=OPENING)
    return folder


def test_what_is_made_belongs_together(home):
    """The certificate names the store and its address, and its key is its own."""
    folder = home / "tls"
    seen = certificates.read(folder / "certificate.pem", folder / "key.pem")
    assert set(seen.names) == set(NAMES)
    assert seen.fits_key
    assert seen.not_after - seen.not_before <= timedelta(days=398)
    assert certificates.read(folder / "certificate.pem", folder / "ca-key.pem").fits_key is False


def test_every_file_is_private(home):
    """Keys above all."""
    assert {file.stat().st_mode & 0o777 for file in (home / "tls").iterdir()} == {0o600}


def test_a_second_time_nothing_is_made(home):
    """Whoever trusts the authority need not do it again."""
    before = {file: file.read_bytes() for file in (home / "tls").iterdir()}
    assert certificates.make_trial(home, NAMES, now=OPENING) == []
    assert {file: file.read_bytes() for file in (home / "tls").iterdir()} == before


def test_the_authority_counts_for_this_store_only(tmp_path):
    """A certificate for another site, signed by the same key, is refused by who trusts it."""
    now = datetime.now(UTC)
    certificates.make_trial(tmp_path, NAMES, now=now)
    assert _trusted(tmp_path, "harbour-lane.example") == ""
    assert _trusted(tmp_path, "10.0.0.5") == ""
    assert _trusted(tmp_path, "203.0.113.7") == ""
    certificates.sign(tmp_path, ["bank.example"], now=now)
    assert "permitted subtree" in _trusted(tmp_path, "bank.example")


def test_it_is_renewed_a_month_before_its_end_and_not_before(home):
    """With the names that it has."""
    end = certificates.read(home / "tls" / "certificate.pem").not_after
    assert not certificates.renew_trial(home, now=end - timedelta(days=31))
    assert certificates.renew_trial(home, now=end - timedelta(days=29))
    seen = certificates.read(home / "tls" / "certificate.pem")
    assert seen.not_after > end
    assert set(seen.names) == set(NAMES)


def test_a_certificate_from_elsewhere_is_left_alone(tmp_path):
    """Without an authority of ours there is nothing to sign with."""
    assert not certificates.renew_trial(tmp_path, now=OPENING)


@pytest.mark.parametrize(
    ("host", "is_covered"),
    [
        ("a.example", True),
        ("A.EXAMPLE", True),
        ("b.shop.example", True),
        ("b.example", False),
        ("x.b.shop.example", False),
    ],
)
def test_names_are_compared_as_browsers_do(host, is_covered):
    """A star stands for one label."""
    assert certificates.covers(["a.example", "*.shop.example"], host) is is_covered


def _trusted(home, host) -> str:
    """Why a phone that trusts the authority refuses this host; "" when it does not."""
    folder = home / "tls"
    phone = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    store = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    store.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    asks = phone.wrap_bio(down, up, server_hostname=host)
    answers = store.wrap_bio(up, down, server_side=True)
    for side in (asks, answers, asks):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLCertVerificationError as refused:
            return refused.verify_message
    return ""
