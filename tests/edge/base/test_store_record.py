"""The store's own record: read once, known to every unit, and new at once when it changes."""

from __future__ import annotations

import msgspec
import pytest

from edge.base import store_record
from edge.base.store_record import Sister, StoreRecord, StoreUnknown
from tests.world import open_edge

HERE = StoreRecord(store_id="harbour-lane", code="HL", name="Harbour Lane")


def renamed(name: str, revision: int = 2) -> StoreRecord:
    return msgspec.structs.replace(HERE, name=name, revision=revision)


@pytest.fixture
def edge(tmp_path):
    opened = open_edge(tmp_path / "store")
    opened.write(lambda unit: store_record.save(unit, HERE))
    yield opened
    opened.close()


def name_now(edge) -> str:
    return edge.write(lambda unit: store_record.load(unit).name)


def test_units_ask_the_database_once(edge):
    """The second unit knows what the first one read."""
    name_now(edge)
    said: list[str] = []
    edge._writer._connection.set_trace_callback(said.append)
    assert name_now(edge) == "Harbour Lane"
    edge._writer._connection.set_trace_callback(None)
    assert not [words for words in said if "store_record" in words]


def test_a_change_is_seen_in_its_own_unit_and_in_the_next(edge):
    """Nobody works with yesterday's name."""
    name_now(edge)

    def change(unit):
        store_record.save(unit, renamed("Quay"))
        return store_record.load(unit).name

    assert (edge.write(change), name_now(edge)) == ("Quay", "Quay")


def test_a_change_that_is_undone_was_never_known(edge):
    """A unit that read its own change and failed leaves nothing in memory either."""

    def fails(unit):
        store_record.save(unit, renamed("Quay"))
        assert store_record.load(unit).name == "Quay"
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        edge.write(fails)
    assert name_now(edge) == "Harbour Lane"


def test_a_store_without_a_record_says_so_until_it_has_one(edge):
    """That there is none is not remembered."""
    edge.write(lambda unit: unit.execute("DELETE FROM store_record"))
    edge.write(lambda unit: unit.forget_kept("store_record"))
    for _ in range(2):
        with pytest.raises(StoreUnknown):
            name_now(edge)
    edge.write(lambda unit: store_record.save(unit, HERE))
    assert name_now(edge) == "Harbour Lane"


def test_a_sister_store_is_called_by_its_name_with_how_far_it_is(edge):
    """Its pin stays in the one table of places; a code that nobody told us of is all we can say."""
    old_street = Sister(code="OS", name="Old Street", name_ja="旧通り店", north=52.03, east=5.0)
    here = msgspec.structs.replace(HERE, north=52.0, east=5.0, sisters=(old_street,), revision=2)
    edge.write(lambda unit: store_record.save(unit, here))
    with edge.read() as reader:
        known = store_record.load(reader)
    assert known == here
    assert store_record.called(known, "OS") == "Old Street 旧通り店 (3.3 km)"
    assert store_record.called(known, "XX") == "XX"
