"""Runs of the simulator write in their caller's thread; whatever is tested next in this process does not."""

import pytest

from tests.sim import seeds


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    seeds.make_ready()
    yield
    seeds.make_undone()
