"""The table of what travels: nothing is forgotten at either end of it."""

import pytest

from edge.sync_bindings import BINDINGS
from sync.core.event import event_kinds
from sync.records import RECORD_TYPES
from tests.docs.tables import load_everything


def test_every_record_type_is_bound():
    """A type without a row would be kept unapplied for ever."""
    assert set(BINDINGS) == set(RECORD_TYPES)


@pytest.mark.parametrize("name", sorted(RECORD_TYPES))
def test_what_comes_down_is_applied_and_every_table_is_compared(name):
    """Down types have an action, as have those that are told back after a restore; the nightly sees every type."""
    binding = BINDINGS[name]
    assert binding.apply is not None
    assert binding.rows is not None


@pytest.mark.parametrize("name", sorted(RECORD_TYPES))
def test_what_hq_folds_is_what_the_store_says(name):
    """A kind that no feature records any more would leave HQ blind."""
    load_everything()
    said = {kind.kind for kind in event_kinds() if kind.__module__.startswith("edge.")}
    assert set(RECORD_TYPES[name].kinds) <= said
