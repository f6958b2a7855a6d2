from __future__ import annotations

import msgspec
import pytest

from edge.rehearsal import day as days
from edge.rehearsal.agenda import Agenda


def test_our_own_day_has_enough_of_everything():
    """At least forty orders, some with made goods, some shared, some never fetched, all inside the day."""
    day = days.small()
    assert len(day.orders) >= 40
    for kind in (
        lambda one: one.finish,
        lambda one: one.shares_location,
        lambda one: one.no_show,
        lambda one: one.double_tap,
        lambda one: one.turn_back_s,
        lambda one: one.cancel_s,
    ):
        assert any(kind(one) for one in day.orders)
        assert not all(kind(one) for one in day.orders)
    assert all(0 <= one.leaves_s <= day.closes_s for one in day.orders)


def test_the_same_seed_gives_the_same_day():
    """Byte for byte; another seed another day."""
    first, again, other = (msgspec.json.encode(days.small(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_day_survives_its_file(tmp_path):
    """What is written is what is read."""
    path = tmp_path / "day.json"
    path.write_bytes(msgspec.json.encode(days.small()))
    assert days.load(path) == days.small()


def test_a_recorded_day_is_read(shared):
    """The workload that every policy is measured by."""
    day = days.load(shared / "eval" / "day-1.json")
    assert len(day.orders) == 170
    assert len(day.staff) == 6


def test_a_file_that_is_no_day_is_refused(tmp_path):
    """By the name of what is missing."""
    path = tmp_path / "day.json"
    path.write_text('{"seed": 1, "opens_s": 0}')
    with pytest.raises(msgspec.ValidationError, match="closes_s"):
        days.load(path)


def test_somebody_at_another_duty_is_not_free():
    """On shift and not busy; the end of a duty is when they look up again."""
    person = days.Person("s0", 0, 1000, [(100, 200), (950, 1000)])
    assert [person.is_free(at) for at in (-1, 0, 100, 199, 200, 999, 1000)] == [
        False, True, False, False, True, False, False,
    ]  # fmt: skip
    assert person.frees() == [0, 200]


def test_the_agenda_keeps_time_and_within_a_moment_the_order_of_putting_down():
    """A heap with a memory for order."""
    agenda, seen = Agenda(), []
    for at_s, name in ((5, "b"), (1, "a"), (5, "c")):
        agenda.at(at_s, lambda _at, name=name: seen.append(name), quiet=name == "c")
    quiet = []
    while len(agenda):
        at_s, happening, is_quiet = agenda.take()
        happening(at_s)
        quiet.append(is_quiet)
    assert seen == ["a", "b", "c"]
    assert quiet == [False, False, True]
