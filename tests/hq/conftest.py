"""An HQ of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hq.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """HQ with two stores and a web shop."""
    made = World(tmp_path / "hq")
    made.add_stores()
    made.add_shop()
    yield made
    made.close()
