"""A trial authority: never overwritten, good for this store only, renewed in time."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest

from edge.base import certificates
from tests.world import OPENING

NAMES = ["harbour-lane.example", "10.0.0.5"]


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


def test_the_authority_counts_for_this_store_only(home, tmp_path):
    """A certificate for another site, signed by the same key, is refused by who checks it."""
    (tmp_path / "tls").mkdir()
    for name in ("ca.pem", "ca-key.pem"):
        (tmp_path / "tls" / name).write_bytes((home / "tls" / name).read_bytes())
    certificates.sign(tmp_path, ["bank.example"], now=OPENING)
    assert _verified(home / "tls" / "certificate.pem", home).returncode == 0
    assert "permitted subtree" in _verified(tmp_path / "tls" / "certificate.pem", home).stderr


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


def _verified(certificate, home):
    return subprocess.run(
        ["openssl", "verify", "-attime", str(int(OPENING.timestamp())), "-CAfile", str(home / "tls" / "ca.pem"), str(certificate)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
