"""Real bodies of the native clients and OwnTracks' published schema cases, when the samples are given."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

import pytest

from edge.arrivals.rules import osmand, overland
from tests.edge.acts.journey_world import TOKEN, JourneyWorld
from tests.edge.acts.native import bearer
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


def test_real_requests_of_osmand_and_traccar_are_let_go(world, shared):
    """Queries and JSON of many years, with no fix, no time and towers: an empty 200, and nobody has moved."""
    for said in samples(shared, "osmand_requests.json"):
        if said.startswith("{"):
            raw = re.sub(r'"device_id":"\d+"', f'"device_id":"{TOKEN}"', said)
            kind = {"Content-Type": "application/json"}
            answer = world.http.post("/loc/osmand", data=raw, headers=kind)
        else:
            query = re.sub(r"\bid=\d+", f"id={TOKEN}", said.removeprefix("/?"))
            answer = world.http.get(f"/loc/osmand?{query}")
            as_form = world.http.post("/loc/osmand", data=dict(parse_qsl(query)))
            in_query = world.http.post(f"/loc/osmand?{query}")
            assert (as_form.status_code, in_query.status_code) == (200, 200)
        assert (answer.status_code, answer.data) == (200, b"")
    assert len(world.memory) == 0


def test_real_requests_are_read_with_their_axes_and_times(shared):
    """Every one with a fix is a place on earth at the time it says."""
    found = []
    for said in samples(shared, "osmand_requests.json"):
        given = json.loads(said) if said.startswith("{") else dict(parse_qsl(said[2:]))
        found += osmand.positions(given, received_t=0.0)
    assert [round(each.north) for each in found] == [37, 38, 42, 50, 60, 42, 41]
    assert [int(each.t) for each in found][2:5] == [1453920947, 1401873011, 1377177267]


def test_a_real_batch_of_overland_is_let_go(world, shared):
    """Of 2015, longitude first, an offset without a colon."""
    body = samples(shared, "overland_batch.json")
    answer = world.http.post("/loc/overland", json=body, headers=bearer(TOKEN))
    assert answer.data == b'{"result":"ok"}'
    (found,) = overland.positions(body)
    assert (round(found.north), round(found.east), found.t, found.accuracy_m) == (
        37,
        -122,
        1443711600.0,
        30.0,
    )
    assert len(world.memory) == 0
