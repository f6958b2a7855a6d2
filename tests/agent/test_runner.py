"""The agent's thread: it settles, it says how things stand, and nothing stops it for good."""

import threading

import pytest

from sync.agent import runner
from sync.agent.runner import Agent
from sync.agent.session import Session
from sync.agent.steps import Answer, State
from sync.doors.clock import SystemClock
from tests.agent.fakes import FakeHq, Line, MemoryDisk


class Running:
    """An agent over an HQ in memory."""

    def __init__(self):
        self.disk, self.hq = MemoryDisk(), FakeHq()
        self.line = Line(self.hq)
        session = Session(self.disk, lambda low, high: high, poll_seconds=30, longest_wait=30)
        self.agent = Agent(session, self.line, SystemClock())
        self.agent.start()


@pytest.fixture
def running():
    """Started, and stopped again."""
    running = Running()
    yield running
    running.agent.stop()


def test_settle_returns_when_nothing_is_left(running):
    """Log pushed, feed read."""
    running.disk.happen(300)
    running.hq.tell("o1")
    status = running.agent.settle()
    assert status.state is State.UP_TO_DATE
    assert status.settled
    assert running.hq.links == running.disk.links
    assert running.disk.records == {"o1": 1}


def test_settle_returns_when_the_line_is_down_and_tries_anew_when_asked_again(running):
    """Without waiting the back-off out."""
    running.agent.settle()
    running.line.faults.extend(["lost"] * 2)
    assert running.agent.settle().state is State.LINE_DOWN
    running.line.faults.clear()
    running.disk.happen(1)
    assert running.agent.settle().state is State.UP_TO_DATE


def test_a_nudge_pushes_what_happened(running):
    """The log has grown."""
    running.agent.settle()
    running.disk.happen(1)
    done = threading.Event()
    push = running.hq._push
    running.hq._push = lambda pushed: (push(pushed), done.set())[0]
    running.agent.nudge()
    assert done.wait(5)


def test_a_poke_pulls_what_is_new(running):
    """HQ has news."""
    running.agent.settle()
    running.hq.tell("o1")
    done = threading.Event()
    apply_page = running.disk.apply_page
    running.disk.apply_page = lambda page: (apply_page(page), done.set())
    running.agent.poke()
    assert done.wait(5)


def test_a_fault_of_our_own_on_the_way_is_only_a_lost_request(running):
    """A session without an outcome would wait for ever."""
    running.agent.settle()
    send = running.line.send

    def broken(each):
        running.line.send = send
        raise RuntimeError("no such cable")

    running.line.send = broken
    running.disk.happen(1)
    status = running.agent.settle()
    assert status.state is State.LINE_DOWN
    assert "no such cable" in status.problem
    assert running.agent.settle().state is State.UP_TO_DATE


def test_a_disk_that_fails_once_is_asked_again(running, monkeypatch):
    """A full disk in mid-pull: the page comes again."""
    monkeypatch.setattr(runner, "STUMBLE_SECONDS", 0.01)
    running.agent.settle()
    apply_page = running.disk.apply_page

    def full(page):
        running.disk.apply_page = apply_page
        raise OSError("disk full")

    running.disk.apply_page = full
    running.hq.tell("o1")
    running.agent.settle()
    running.agent.settle()
    assert running.disk.records == {"o1": 1}


def test_the_night_compares_by_the_agent(running):
    """Asked from another thread; the report comes back."""
    running.hq.tell("o1")
    report = running.agent.compare("2026-11-22")
    assert report.digests_equal
    assert running.disk.reports == [report]


def test_the_night_is_owed_while_the_line_is_down(running):
    """None now; done after the next contact."""
    running.agent.settle()
    running.line.faults.extend(["lost"] * 2)
    assert running.agent.compare("2026-11-22") is None
    running.line.faults.clear()
    running.agent.settle()
    assert [report.business_date for report in running.disk.reports] == ["2026-11-22"]


def test_status_and_settle_end_when_the_agent_stops(running):
    """Nobody is kept waiting by a service that stops."""
    gate = threading.Event()
    running.line.send = lambda send: (gate.wait(5), Answer(503, b""))[1]
    waiting = threading.Thread(target=running.agent.settle)
    waiting.start()
    gate.set()
    running.agent.stop()
    waiting.join(5)
    assert not waiting.is_alive()
