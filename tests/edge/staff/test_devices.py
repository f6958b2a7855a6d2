"""Pairing devices by a one-time code, and trusting them no longer."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from edge.http.caller import FRONT_DOOR, VIA_FLAG
from edge.staff import actions, store

from .conftest import refusal


def pair(desk, code, name="Tablet", **more):
    """Try to pair a new device."""
    browser = desk.app.test_client()
    return browser.post("/api/v1/devices", json={"code": code, "name": name}, **more)


def test_a_code_has_eighty_bits_of_chance(desk) -> None:
    """Sixteen signs in fours, and no two alike."""
    codes = {desk.code() for _ in range(20)}
    assert len(codes) == 20
    assert all(len(code.replace("-", "")) == 16 for code in codes)


def test_a_good_code_pairs_one_device(desk) -> None:
    """Once: the second device with it is refused."""
    code = desk.code()
    assert pair(desk, code).status_code == 201
    assert refusal(pair(desk, code)) == "device_code_wrong"
    assert desk.kinds().count("device_paired") == 1


def test_of_two_devices_with_one_code_exactly_one_is_paired(desk) -> None:
    """Also at the same moment."""
    code = desk.code()
    with ThreadPoolExecutor(6) as crowd:
        answers = [each.status_code for each in crowd.map(lambda _: pair(desk, code), range(6))]
    assert sorted(answers) == [201] + [401] * 5


def test_a_code_is_typed_with_slips(desk) -> None:
    """Lower case, without its dashes, O for 0."""
    code = desk.code().replace("-", "").lower().replace("0", "o")
    assert pair(desk, code).status_code == 201


def test_a_code_is_good_for_ten_minutes(desk) -> None:
    """And then as unknown as any other."""
    code = desk.code()
    desk.clock.advance(minutes=10)
    assert refusal(pair(desk, code)) == "device_code_wrong"
    assert pair(desk, code).json == pair(desk, "0000-0000-0000-0000").json


@pytest.mark.parametrize("name", ["", " ", "x" * 41])
def test_a_device_needs_a_name_and_a_refused_one_keeps_the_code(desk, name) -> None:
    """The code is not used up by a slip."""
    code = desk.code()
    assert refusal(pair(desk, code, name)) == "name_missing"
    assert pair(desk, code).status_code == 201


def test_nothing_is_paired_over_the_front_door(desk) -> None:
    """Devices stand in the store."""
    answer = pair(desk, desk.code(), environ_overrides={VIA_FLAG: FRONT_DOOR})
    assert answer.status_code in {401, 404}


def test_a_revoked_device_is_a_stranger_with_the_commit(desk, tablet) -> None:
    """And whoever was signed in on it is out."""
    desk.sign_in(tablet)
    with desk.edge.read() as reader:
        [device] = store.devices(reader)
    desk.edge.write(lambda u: actions.revoke(u, device.device_id, by="cli"))
    assert refusal(tablet.get("/api/v1/staff")) == "sign_in_needed"
    with desk.edge.read() as reader:
        assert store.sessions(reader) == []
        assert store.devices(reader) == []


@pytest.mark.parametrize("token", ["", "wrong", "A" * 26, "x" * 5000])
def test_an_invented_token_is_a_stranger(desk, tablet, token) -> None:
    """In the cookie or in the header."""
    browser = desk.app.test_client()
    headers = {"Authorization": f"Bearer {token}"}
    assert refusal(browser.get("/api/v1/staff", headers=headers)) == "sign_in_needed"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "x"}, 422),
        ({"code": 1, "name": "x"}, 422),
        ({"code": "x", "name": "x", "role": "manager"}, 422),
        ({"code": "x" * 65, "name": "x"}, 422),
    ],
)
def test_a_malformed_pairing_is_refused(desk, body, status) -> None:
    """Unknown fields too: nobody pairs themselves a role."""
    assert desk.app.test_client().post("/api/v1/devices", json=body).status_code == status
