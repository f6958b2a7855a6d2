"""A person is known by a short name, for a reason, and forgotten when it has gone."""

from datetime import timedelta

import pytest

from edge.base import timers
from edge.profiles import actions, rules, store
from sync.core.merge.fields import Written
from sync.records.profile import Profile as Told
from tests.world import OPENING, FixedClock, open_edge


@pytest.fixture
def clock():
    return FixedClock(OPENING)


@pytest.fixture
def edge(tmp_path, clock):
    edge = open_edge(tmp_path, [store.migrations], clock=clock)
    yield edge
    edge.close()


def meet(edge, order_id="o1", hours=4, name="Ana Maria Silva"):
    until = edge.clock.now() + timedelta(hours=hours)
    return edge.write(
        lambda unit: actions.meet(unit, "c1", order_id=order_id, name=name, hold_until=until)
    )


def ring(edge):
    with edge.read() as reader:
        waiting = timers.due(reader, edge.clock.now())
    for timer in waiting:
        edge.write(
            lambda unit, ref=timer.ref: (
                unit.clear_timer(actions.PURGE, ref),
                actions.purge(unit, ref),
            )
        )


def known(edge):
    with edge.read() as reader:
        return store.load(reader, "c1")


def told(revision=1, **fields):
    written = {
        name: Written(value=value, hlc="", store_id="hq", event_id="e")
        for name, value in fields.items()
    }
    return Told(customer_key="c1", fields=written, revision=revision)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Ana Maria Silva", "Ana S."),
        ("Ana S.", "Ana S."),
        ("Ana", "Ana"),
        ("  ", ""),
        ("佐藤 花子", "佐藤 花."),
    ],
)
def test_a_name_is_a_first_name_and_an_initial(given, shown):
    """More than that is nobody's business at the counter."""
    assert rules.display_name(given) == shown


def test_a_long_name_stays_within_its_limit():
    """80 characters at most."""
    assert len(rules.display_name("x" * 300 + " y")) <= 80


def test_an_order_makes_its_customer_known_until_a_day_after_its_hold(edge, clock):
    """The reason is the order; when it has gone the row goes."""
    assert meet(edge).display_name == "Ana S."
    clock.advance(minutes=27 * 60)
    ring(edge)
    assert known(edge)
    clock.advance(minutes=61)
    ring(edge)
    assert known(edge) is None


def test_after_the_visit_a_day_is_left(edge, clock):
    """Also when the hold would have been longer."""
    meet(edge, hours=48)
    edge.write(lambda unit: actions.visited(unit, "o1"))
    clock.advance(minutes=24 * 60 + 1)
    ring(edge)
    assert known(edge) is None


def test_a_second_order_keeps_the_customer_known(edge, clock):
    """The last reason counts."""
    meet(edge)
    meet(edge, order_id="o2", hours=60)
    edge.write(lambda unit: actions.visited(unit, "o1"))
    clock.advance(minutes=24 * 60 + 1)
    ring(edge)
    assert known(edge)
    clock.advance(minutes=61 * 60)
    ring(edge)
    assert known(edge) is None


def test_of_what_hq_tells_only_the_few_fields_are_kept(edge):
    """An address that came by mistake is not in the file."""
    edge.write(
        lambda unit: actions.apply_profile(
            unit,
            told(
                display_name="Ana Silva", flags=["vip", "a", "b", "c"], email="ana@example.invalid"
            ),
        )
    )
    assert known(edge).flags == ("vip", "a", "b")
    assert b"example.invalid" not in (edge.home / "store.db-wal").read_bytes()


def test_an_older_revision_changes_nothing(edge):
    """The feed may repeat itself."""
    edge.write(lambda unit: actions.apply_profile(unit, told(2, display_name="Ana Silva")))
    assert not edge.write(
        lambda unit: actions.apply_profile(unit, told(1, display_name="Old Name"))
    )
    with edge.read() as reader:
        assert list(store.digest_rows(reader)) == [("c1", [2])]
        assert store.names(reader, ["c1", "c9"]) == {"c1": "Ana S.", "c9": ""}


def test_a_profile_without_a_visit_goes_after_a_day(edge, clock):
    """Nobody is known for the sake of it."""
    edge.write(lambda unit: actions.apply_profile(unit, told(display_name="Ana Silva")))
    clock.advance(minutes=24 * 60 + 1)
    ring(edge)
    assert known(edge) is None


def test_malformed_fields_are_empty_not_fatal():
    """One bad record does not stop the feed."""
    odd = rules.of_fields("c1", {"display_name": 7, "flags": "x", "item_weights": [1]}, 1)
    assert (odd.display_name, odd.flags, odd.item_weights) == ("", (), {})
