"""Real bodies of the OwnTracks client and its published schema cases, when the samples are given."""

from __future__ import annotations

import json

import pytest

from tests.edge.acts.journey_world import JourneyWorld
from tests.edge.acts.test_pass_journey import owntracks


@pytest.fixture
def world(tmp_path):
    world = JourneyWorld(tmp_path)
    world.on_the_way()
    yield world
    world.edge.close()


def samples(shared, name):
    return json.loads((shared / "data" / "borders" / "location" / name).read_text())


def body_of(case):
    raw = case["body"].get("_raw") if isinstance(case["body"], dict) else None
    return raw.encode() if raw is not None else case["body"]


def test_real_bodies_are_answered_and_yesterday_moves_nobody(world, shared):
    """Recorded years ago: the client may let go of them, and nothing is kept."""
    for body in samples(shared, "owntracks_http_bodies.json"):
        assert owntracks(world, body).data == b"[]"
    assert len(world.memory) == 0


def test_each_schema_case_gets_its_verdict(world, shared):
    """What the client's own schema refuses is a 4xx, what it allows is answered with an empty list."""
    wrong = []
    for case in samples(shared, "owntracks_schema_cases.json"):
        answer = owntracks(world, body_of(case))
        is_fine = answer.status_code == 200
        if is_fine != (case["expected"] == "success") or answer.status_code >= 500:
            wrong.append((case["case"], answer.status_code))
    assert wrong == []
