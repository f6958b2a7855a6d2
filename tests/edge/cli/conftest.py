from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge.base import certificates
from tests.edge.cli import opened

NAMES = ["harbour-lane.localhost", "localhost", "127.0.0.1"]


@pytest.fixture(scope="package")
def running(tmp_path_factory):
    """One store, set up as an installer does it and serving; many tests ask it."""
    home = opened.set_up(tmp_path_factory.mktemp("installed") / "store")
    certificates.make_trial(home, NAMES, now=datetime.now(UTC))
    with opened.serving(home) as shop:
        yield shop
