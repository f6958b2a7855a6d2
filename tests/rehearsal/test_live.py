"""The shop that lives on, on real processes: orders come and go, figures stay true, and a person may join in."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from edge.cli.demo_live import status_line
from edge.rehearsal import checks, trips
from edge.rehearsal.asking import Asks
from edge.rehearsal.day import Day, Person
from edge.rehearsal.hq_view import HqView
from edge.rehearsal.live import Live, Seen
from edge.rehearsal.opening import ZONE, Opening
from edge.rehearsal.people import Kiosk, Worker
from edge.rehearsal.stage import STORE_ID, Stage
from sync.doors.clock import SystemClock

pytestmark = pytest.mark.journey

SPEED, REAL_SECONDS = 60.0, 20.0


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    """HQ, front door and a store without a played day."""
    staff = [Person(f"s{n}", -600.0, 3600.0, []) for n in range(3)]
    day = Day(seed="none", opens_s=0, closes_s=3600, orders=[], staff=staff)
    built = Opening(tmp_path_factory.mktemp("live"), day).build()
    yield built
    built.close()
    assert not any(process.is_running for process in built.processes)


def a_person(stage: Stage) -> Worker:
    """Somebody at a tablet of their own, whom no actor knows."""
    asks = Asks(stage.links.board.removesuffix("/board"), ids=stage.ids, surprises=stage.surprises)
    kiosk = Kiosk(asks)
    kiosk.pair(stage.tell("devices.code", {}), "Visitor's tablet")
    worker = Worker(Person("you", 0, 0, []), kiosk)
    said = stage.tell("staff.add", {"name": "Visitor", "role": "picker"})
    worker.sign_in(said["staff_id"], said["pin"])
    return worker


def give_away_one(person: Worker) -> str:
    """Hand a ready order over at the desk, without a pass, before any actor does."""
    for card in person.board().cards.values():
        if person.order(card.ref).get("state") != "ready":
            continue
        person.bring_out(card.ref)
        if person.hand_over(card.ref, reason="Name and order number checked at the desk").is_fine:
            return str(card.ref)
    return ""


def test_the_shop_lives_and_a_person_may_join_in(stage):
    """Sixty seconds in each one: orders are received and handed over, one of them by a stranger's hand; all agrees."""
    live, stopped, seen = Live(stage, trips.load(None), speed=SPEED), threading.Event(), []
    clock, given = SystemClock(), []

    def watch(moment: Seen) -> None:
        seen.append((clock.monotonic(), moment))
        if not given and moment.ready and moment.handed_over:
            given.extend(filter(None, [give_away_one(person)]))
        if clock.monotonic() - seen[0][0] > REAL_SECONDS:
            stopped.set()

    person = a_person(stage)
    live.run(stopped, watch)
    (began, first), (ended, last) = seen[0], seen[-1]
    business_s = (last.now - first.now).total_seconds()
    assert 60 < business_s <= SPEED * (ended - began) + SPEED
    assert last.open + last.handed_over > first.open + first.handed_over
    live.play.look_for_foreign_hands()
    ends = {life.order_id: life.foreign_end for life in live.play.truth.lives.values()}
    assert [ends[one] for one in given] == ["handed_over"]
    stage.tempo.settle()
    day = last.now.astimezone(ZoneInfo(ZONE)).date().isoformat()
    figures = stage.kiosk.figures(day)
    assert checks.agree_so_far(live.play.truth, figures, stage.tempo.seconds) == []
    assert figures["orders"]["handed_over"] >= 2
    assert HqView(stage.hq_database, STORE_ID).in_doubt() >= 1
    assert [said for said in stage.surprises.seen if " answered 5" in said] == []


def test_an_order_of_ones_own_and_another_speed(stage):
    """Its pass opens; what is typed is done between two moments; the line can be cut and mended."""
    live, stopped = Live(stage, trips.load(None), speed=SPEED, first_day=2), threading.Event()
    links, speeds, lines = [], [], []

    def watch(moment: Seen) -> None:
        speeds.append(moment.speed)
        lines.append(moment.is_line_up)
        if {True, False} <= set(lines) and lines[-1]:
            stopped.set()

    live.wish(lambda: links.append(live.order_for_you()))
    live.change_speed(30.0)
    live.cut_or_mend()
    live.wish(lambda: live.wish(live.cut_or_mend))
    threading.Timer(25.0, stopped.set).start()
    live.run(stopped, watch)
    assert links[0].startswith("http://harbour-lane.localhost")
    assert speeds[-1] == 30.0
    assert (False in lines, lines[-1]) == (True, True)
    assert live.yours is not None
    assert live.yours.is_foreign


def test_the_status_line_says_it_all():
    """Business time, speed, line, orders, waits."""
    seen = Seen(
        now=datetime(2026, 11, 21, 2, 42, 10, tzinfo=UTC), speed=10.0, is_line_up=False, open=7,
        ready=4, here=1, handed_over=31, half=48.0, nine_in_ten=112.4,
    )  # fmt: skip
    assert status_line(seen) == (
        "Sat 11:42:10  x10  INTERNET CUT  7 open (4 ready, 1 here), 31 handed over"
        "  waits 0:48 half, 1:52 nine in ten"
    )
