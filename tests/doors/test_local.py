"""The private door of this machine: a line asks, a line answers, and nobody can break it for the others."""

from __future__ import annotations

import socket
import threading

import pytest

from sync.doors.local import LocalDoor, ask


def _answer(asked):
    if asked.get("say") == "oops":
        raise KeyError("oops")
    return {"said": asked.get("say")}


@pytest.fixture
def door(tmp_path):
    opened = LocalDoor(tmp_path / "door.sock", _answer, name="test-door")
    yield tmp_path / "door.sock"
    opened.close()


def test_a_line_is_answered_by_a_line(door):
    """In JSON, both ways."""
    assert ask(door, {"say": "hello"}, seconds=5) == {"said": "hello"}


def test_only_the_owner_may_knock(door):
    """The file is private to the user who runs the service."""
    assert door.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("line", [b"{", b"[1]", b'"x"', b"\xff"])
def test_rubbish_is_refused_in_words_and_the_door_stays_open(door, line):
    """One broken caller must not take the commands away from all others."""
    with socket.socket(socket.AF_UNIX) as knocking:
        knocking.settimeout(5)
        knocking.connect(str(door))
        knocking.sendall(line + b"\n")
        assert b"error" in knocking.recv(1000)
    assert ask(door, {"say": "still here"}, seconds=5) == {"said": "still here"}


def test_a_failing_answer_is_told_and_the_door_stays_open(door):
    """With the kind of the failure; the log has the rest."""
    assert ask(door, {"say": "oops"}, seconds=5) == {"error": "KeyError: 'oops'"}
    assert ask(door, {"say": "hello"}, seconds=5) == {"said": "hello"}


def test_a_caller_who_says_nothing_keeps_nobody_waiting(door):
    """Each caller has a thread of their own."""
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(str(door))
        assert ask(door, {"say": "hello"}, seconds=5) == {"said": "hello"}


def test_a_closed_door_leaves_no_file_and_no_thread(tmp_path):
    """Nobody listens: the asker is told so, and may do the work itself."""
    door = LocalDoor(tmp_path / "door.sock", _answer, name="closed-door")
    door.close()
    assert not (tmp_path / "door.sock").exists()
    assert "closed-door" not in {thread.name for thread in threading.enumerate()}
    assert ask(tmp_path / "door.sock", {}, seconds=5) is None
