"""A front door that runs for one test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.frontdoor.running import House, running_house


@pytest.fixture
def house() -> Iterator[House]:
    """A real front door on a free loopback port."""
    with running_house() as running:
        yield running
