"""Screens hear of every change once, by number; whoever is not a paired screen of ours hears nothing."""

from __future__ import annotations

import pytest

from edge import http
from edge.app import create_app
from edge.base.readings import Readings
from edge.http.caller import Caller, Ports
from edge.live import NAMESPACE, Live
from edge.screens.screen import Screen
from edge.staff.rules import DeviceRevoked
from sync.core.event import Event
from tests.world import open_edge


class LampLit(Event, frozen=True, kw_only=True):
    """A fact for these tests."""

    aggregate = "lamp_id"
    lamp_id: str


class FanTurned(Event, frozen=True, kw_only=True):
    """Another one, that the screen does not show."""

    aggregate = "fan_id"
    fan_id: str


def cards(rows, edge, lang, refs):
    return {ref: {"ref": ref, "lang": lang} for ref in refs}


LAMPS = Screen(
    "lamps",
    refreshes={"lamp_lit": lambda fact: [fact.aggregate_id]},
    cards=cards,
    readings={"heat": lambda edge, lang, ref: {"ref": ref, "degrees": 40}},
)
ORIGIN = {"Origin": "http://localhost", "Host": "localhost"}
BOARD = Caller(role=http.DEVICE, id="board-1", device_id="board-1")
KNOWN = {"yes": BOARD, "screen": Caller(role=http.SCREEN, id="kiosk-1", device_id="kiosk-1")}


@pytest.fixture
def edge(tmp_path):
    opened = open_edge(tmp_path / "store", sockets=3)
    opened.put_part(Readings())
    yield opened
    opened.close()


@pytest.fixture
def live(edge):
    live = Live(edge, [LAMPS])
    app = create_app(edge)
    app.extensions["store_edge"] = Ports(
        edge, lambda request: KNOWN.get(request.headers.get("X-Paired", "yes"), Caller())
    )
    live.install(app)
    live.app = app
    yield live
    live.stop()


def connect(live, **headers):
    return live.socketio.test_client(live.app, namespace=NAMESPACE, headers={**ORIGIN, **headers})


def catch_up(screen, after=0, lang="en", name="lamps"):
    question = {"screen": name, "after": after, "lang": lang}
    return screen.emit("catch_up", question, namespace=NAMESPACE, callback=True)


def light(edge, *names):
    for name in names:
        edge.write(lambda unit, name=name: unit.record(LampLit(lamp_id=name)))


def heard(screen):
    return [each["args"][0] for each in screen.get_received(NAMESPACE) if each["name"] == "event"]


def test_a_change_reaches_every_screen_that_shows_it_in_its_language(live, edge):
    """Numbered, with the cards it changed."""
    english, japanese = connect(live), connect(live)
    catch_up(english)
    catch_up(japanese, lang="ja")
    light(edge, "porch")
    live.follow(0)
    assert heard(english) == [
        {"seq": 1, "kind": "lamp_lit", "cards": {"porch": {"ref": "porch", "lang": "en"}}}
    ]
    assert heard(japanese)[0]["cards"]["porch"]["lang"] == "ja"


def test_a_screen_that_comes_back_gets_all_after_the_number_it_last_saw(live, edge):
    """Nothing is missed, nothing comes twice."""
    screen = connect(live)
    light(edge, "porch", "hall", "attic")
    missed = catch_up(screen, after=1)["events"]
    assert [each["seq"] for each in missed] == [2, 3]
    assert catch_up(screen, after=3) == {"events": [], "seq": 3}


def test_a_screen_is_not_left_behind_by_what_does_not_concern_it(live, edge):
    """It hears how far the log has come, so it need not reload after a busy hour elsewhere."""
    screen = connect(live)
    for _ in range(5):
        edge.write(lambda unit: unit.record(FanTurned(fan_id="f")))
    assert catch_up(screen, after=0) == {"events": [], "seq": 5}


@pytest.mark.parametrize("after", [99, -1000])
def test_a_screen_from_another_time_is_told_to_reload(live, edge, after):
    """A number we never gave, or one too far back."""
    light(edge, "porch")
    assert catch_up(connect(live), after=after) == {"reload": True}


@pytest.mark.parametrize(
    "question", [None, 7, {}, {"screen": "lamps"}, {"screen": 1, "after": "x"}]
)
def test_a_question_that_makes_no_sense_is_answered_with_reload(live, question):
    """No exception, no room."""
    screen = connect(live)
    assert screen.emit("catch_up", question, namespace=NAMESPACE, callback=True) == {
        "reload": True
    }


def test_an_unknown_screen_is_told_to_reload(live):
    """Nobody listens in on rooms that are not screens."""
    assert catch_up(connect(live), name="orders") == {"reload": True}


@pytest.mark.parametrize(
    "headers",
    [{"X-Paired": "no"}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}],
)
def test_who_is_not_a_paired_screen_of_ours_gets_no_socket(live, headers):
    """Unpaired, foreign, sandboxed, or no page at all."""
    assert not connect(live, **headers).is_connected(NAMESPACE)


def test_a_screen_among_customers_hears_nothing_of_the_board(live, edge):
    """Its socket is welcome, but to that screen it is as good as unknown."""
    kiosk = connect(live, **{"X-Paired": "screen"})
    assert kiosk.is_connected(NAMESPACE)
    assert catch_up(kiosk) == {"reload": True}
    light(edge, "hall")
    live.follow(0)
    assert heard(kiosk) == []


@pytest.mark.parametrize("gone_at", [ValueError, KeyError])
def test_a_screen_that_asked_and_was_gone_ends_no_thread(live, monkeypatch, gone_at):
    """Its page was loaded anew in between, or in the very moment; the next one is served."""

    def gone(_room):
        raise gone_at("sid is not connected to requested namespace")

    screen = connect(live)
    with monkeypatch.context() as patch:
        patch.setattr("edge.live.join_room", gone)
        assert catch_up(screen) == {"reload": True}
    assert catch_up(screen) == {"events": [], "seq": 0}


def test_sockets_are_capped_before_they_starve_the_web(live):
    """The fourth of three gets 503, and a free place is given again."""
    screens = [connect(live) for _ in range(3)]
    with live.app.test_client().get(
        "/socket.io/?EIO=4&transport=websocket", headers=ORIGIN
    ) as answer:
        assert answer.status_code == 503
    screens[0].disconnect(NAMESPACE)
    assert not live.is_full


def test_a_revoked_device_loses_its_sockets(live):
    """At once, not at the next reload."""
    screen = connect(live)
    live.drop_device("board-1")
    assert not screen.is_connected(NAMESPACE)


def test_revoking_a_device_closes_its_sockets_from_the_log(live, edge):
    """The follower does it, outside any request, so that nobody has to think of it."""
    connect(live)
    edge.write(lambda unit: unit.record(DeviceRevoked(device_id="board-1")))
    live.follow(0)
    assert live.open_sockets == 0


def test_who_connects_hears_the_readings_that_changed_before(live, edge):
    """They are in no log that could be asked for; asking again on the same line repeats nothing."""
    edge.part(Readings).touch("heat", "porch")
    screen = connect(live)
    catch_up(screen)
    heard = [each for each in screen.get_received(NAMESPACE) if each["name"] == "reading"]
    assert [each["args"][0]["ref"] for each in heard] == ["porch"]
    catch_up(screen)
    assert [each for each in screen.get_received(NAMESPACE) if each["name"] == "reading"] == []


def test_readings_are_sent_as_their_whole_present_value(live, edge):
    """Not stored, not numbered."""
    screen = connect(live)
    catch_up(screen)
    live._send_changed(LAMPS, "en", {("heat", "porch"), ("unknown", "x")})
    assert [each["args"][0] for each in screen.get_received(NAMESPACE)] == [
        {"name": "heat", "ref": "porch", "value": {"ref": "porch", "degrees": 40}}
    ]
