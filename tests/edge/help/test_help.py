"""Calling staff: one card a caller, taken by one person with a name."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from edge import http
from edge.app import create_app
from edge.base import log as event_log
from edge.base import timers
from edge.help import actions, store, web
from edge.help.rules import CallClosed, CallState, CallUnknown, Surface, Topic
from edge.http import Caller
from sync.core.errors import NotFound
from tests.world import open_edge

KIOSK = Caller(role=http.DEVICE, id="kiosk-1", device_id="kiosk-1")


@pytest.fixture
def edge(tmp_path) -> Iterator:
    """A quiet store."""
    opened = open_edge(tmp_path, [store.migrations])
    yield opened
    opened.close()


def call(edge, device_id="kiosk-1", order_id="", topic=Topic.PRODUCT):
    """Somebody asks."""
    return edge.write(
        lambda u: actions.call_staff(
            u, Surface.KIOSK, topic, device_id=device_id, order_id=order_id
        )
    )


def open_calls(edge) -> list:
    """What stands on the board."""
    with edge.read() as reader:
        return store.open_calls(reader)


def kinds(edge) -> list[str]:
    """What the log says."""
    with edge.read() as reader:
        return [event.kind for event in event_log.read_after(reader, 0)]


def test_a_call_stands_on_the_board_until_somebody_comes(edge) -> None:
    """By name: the log knows who came."""
    asked = call(edge)
    assert open_calls(edge) == [asked]
    answered = edge.write(lambda u: actions.answer(u, asked.call_id, by="ken"))
    assert (answered.state, answered.answered_by) == (CallState.ANSWERED, "ken")
    assert open_calls(edge) == []
    assert kinds(edge) == ["help_called", "help_answered"]


def test_pressing_again_is_the_same_call(edge) -> None:
    """Ten presses are one card; another kiosk is another."""
    first = call(edge)
    assert call(edge, topic=Topic.OTHER) == first
    assert call(edge, "kiosk-2") != first
    assert len(open_calls(edge)) == 2


def test_after_an_answer_a_new_press_is_a_new_call(edge) -> None:
    """Somebody else may stand there now."""
    first = call(edge)
    edge.write(lambda u: actions.answer(u, first.call_id, by="ken"))
    assert call(edge).call_id != first.call_id


def test_two_people_do_not_run_for_one_call(edge) -> None:
    """The second hears that it is taken."""
    asked = call(edge)
    edge.write(lambda u: actions.answer(u, asked.call_id, by="ken"))
    with pytest.raises(CallClosed):
        edge.write(lambda u: actions.answer(u, asked.call_id, by="mia"))


def test_an_unknown_call_cannot_be_answered(edge) -> None:
    """Nothing is written."""
    with pytest.raises(CallUnknown):
        edge.write(lambda u: actions.answer(u, "nowhere", by="ken"))
    assert kinds(edge) == []


def test_a_call_that_nobody_took_lapses_after_half_an_hour(edge) -> None:
    """It leaves the board, and the log says that nobody came."""
    asked = call(edge)
    edge.write(lambda u: actions.lapse(u, asked.call_id))
    assert len(open_calls(edge)) == 1
    edge.clock.advance(minutes=30)
    with edge.read() as reader:
        [timer] = timers.due(reader, edge.clock.now())
    assert (timer.kind, timer.ref) == (actions.LAPSES, asked.call_id)
    edge.write(lambda u: actions.lapse(u, asked.call_id))
    edge.write(lambda u: actions.lapse(u, asked.call_id))
    assert open_calls(edge) == []
    assert kinds(edge) == ["help_called", "help_lapsed"]


@pytest.fixture
def browser(edge):
    """A kiosk's browser, and a phone with the pass GOOD."""
    app = create_app(edge)
    if web.bp.name not in app.blueprints:
        app.register_blueprint(web.bp)

    def identify(request) -> Caller:
        role = request.headers.get("X-Role", "")
        return (
            replace(KIOSK, role=role, id="ken" if role == http.STAFF else "kiosk-1")
            if role
            else Caller()
        )

    def owns(token: str) -> str:
        if token != "GOOD":
            raise NotFound
        return "order-1"

    app.extensions["store_edge"] = http.Ports(edge, identify, owns)
    return app.test_client()


def test_a_kiosk_calls_and_sees_that_somebody_comes(browser) -> None:
    """Without names: everybody reads a kiosk."""
    device, staff = {"X-Role": "device"}, {"X-Role": "staff"}
    asked = browser.post(
        "/api/v1/help", json={"surface": "kiosk", "topic": "order"}, headers=device
    )
    assert asked.status_code == 201
    url = f"/api/v1/help/{asked.json['call_id']}"
    assert not browser.get(url, headers=device).json["is_answered"]
    assert browser.post(f"{url}/answer", json={}, headers=device).status_code == 401
    assert browser.post(f"{url}/answer", json={}, headers=staff).status_code == 200
    shown = browser.get(url, headers=device).json
    assert shown["is_answered"]
    assert "ken" not in str(shown)


def test_a_customer_calls_from_the_pass(browser, edge) -> None:
    """The card knows the order; a foreign pass calls nobody."""
    assert browser.post("/p/GOOD/help", json={}).status_code == 201
    [asked] = open_calls(edge)
    assert (asked.order_id, asked.surface) == ("order-1", Surface.PASS)
    assert browser.post("/p/BAD/help", json={}).status_code == 404


@pytest.mark.parametrize("body", [{"surface": "roof"}, {"topic": "love"}, {"who": "me"}])
def test_a_malformed_call_is_refused(browser, body) -> None:
    """Unknown surfaces, topics and fields."""
    answer = browser.post("/api/v1/help", json=body, headers={"X-Role": "device"})
    assert answer.status_code == 422
