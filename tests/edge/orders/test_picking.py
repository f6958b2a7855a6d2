"""Line by line: what is counted, what goes in instead, what the customer pays, and what nobody may do silently."""

from dataclasses import replace

import pytest

from edge.orders.rules import LineFacts, Move, State, Substitute, life, next_steps
from edge.orders.rules import refusals as no

from .conftest import NOON

OAT = Substitute(sku="SKU-009", name="Oat drink", qty=1, unit_price_minor=360)


@pytest.fixture
def fetching(an_order):
    """Two lines of two, at 300 each, the first of which may be substituted."""
    order, _ = life.start_picking(an_order(), by="ken")
    first, *_ = order.lines
    return order.with_line(replace(first, substitute_allowed=True))


def kinds(events):
    return [event.kind for event in events]


def test_three_scans_pick_a_line_of_three(fetching) -> None:
    """Each is a fact of its own, and only the last one decides the line."""
    order = fetching.with_line(replace(fetching.line(1), qty=3))
    told = []
    for _ in range(3):
        order, events = life.count_one(order, 1)
        told += kinds(events)
    assert told == ["line_counted", "line_counted", "line_picked"]
    assert (order.line(1).picked_qty, order.state) == (3, State.PICKING)


def test_a_scan_too_many_is_refused_by_name(fetching) -> None:
    """The basket would hold more than was ordered."""
    order, _ = life.pick(fetching, 1, 2)
    with pytest.raises(no.LineComplete) as refused:
        life.count_one(order, 1)
    assert refused.value.details["qty"] == 2


def test_tapping_a_complete_line_again_is_refused(fetching) -> None:
    """A second tap is a mistake, and says so."""
    order, _ = life.pick(fetching, 1, 2)
    with pytest.raises(no.LineComplete):
        life.pick(order, 1, 2)


def test_what_turns_up_after_a_short_pick_is_counted_on(fetching) -> None:
    """Found behind the others: the line was short of two, then of one, then of none."""
    order, _ = life.pick(fetching, 1, 0)
    order, once = life.count_one(order, 1)
    order, twice = life.count_one(order, 1)
    assert kinds(once + twice) == ["line_short_picked", "line_picked"]
    assert not order.line(1).is_short


def test_a_substitute_costs_at_most_what_was_ordered(fetching) -> None:
    """The dearer one at the ordered price, the cheaper one at its own."""
    dear, _ = life.substitute(fetching, 1, OAT, found=1)
    assert dear.line(1).substitute.unit_price_minor == 300
    cheap, _ = life.substitute(fetching, 1, replace(OAT, unit_price_minor=250), found=1)
    assert (fetching.total_minor, dear.total_minor, cheap.total_minor) == (1200, 1200, 1150)
    assert not cheap.line(1).is_short


def test_a_substitute_for_some_leaves_the_others_short(fetching) -> None:
    """None found, one put in, one missing; the customer pays for one."""
    order, events = life.substitute(fetching, 1, OAT)
    assert (order.line(1).given_qty, order.line(1).is_short) == (1, True)
    assert (kinds(events), order.total_minor) == (["line_substituted"], 900)


@pytest.mark.parametrize(
    ("line_no", "changes", "found", "refusal"),
    [
        (2, {}, 0, no.SubstituteNotAllowed),
        (1, {"sku": "SKU-001"}, 0, no.SubstituteIsTheSame),
        (1, {"qty": 3}, 0, no.TooManyPicked),
        (1, {}, 2, no.TooManyPicked),
        (1, {"qty": 0}, 0, no.TooManyPicked),
        (9, {}, 0, no.LineUnknown),
    ],
)
def test_a_substitute_that_nobody_asked_for_is_refused(
    fetching, line_no, changes, found, refusal
) -> None:
    """Not allowed, the same thing, too many, none, or for no line at all."""
    with pytest.raises(refusal):
        life.substitute(fetching, line_no, replace(OAT, **changes), found=found)


def test_an_order_of_which_nothing_was_found_waits_for_a_person(fetching) -> None:
    """It cannot go into a bin, and nobody cancels it silently: that is a button with a reason."""
    order, _ = life.pick(fetching, 1, 0)
    order, _ = life.pick(order, 2, 0)
    assert order.state is State.PICKED
    with pytest.raises(no.NothingToStage):
        life.stage(order, "4", bags=1, at=NOON)
    assert Move.STAGE not in next_steps(order)
    assert Move.CANCEL in next_steps(order)
    found, _ = life.count_one(order, 1)
    assert Move.STAGE in next_steps(found)


def test_what_is_cold_may_lie_in_a_place_of_its_own(fetching) -> None:
    """Bin 4 and the cold shelf, in two bags."""
    order, _ = life.pick(fetching, 1, 2)
    order, _ = life.pick(order, 2, 2)
    assert order.needs_cold
    staged, events = life.stage(order, "4", bags=2, cold_bin=" C1 ", at=NOON)
    assert (staged.bin, staged.cold_bin, events[0].cold_bin) == ("4", "C1", "C1")


def test_the_walk_ends_at_the_freezer(an_order) -> None:
    """Aisles first, then the cold wall, then what melts, whatever their places are."""
    order = an_order("SKU-002", "SKU-001")
    frozen = replace(
        order.line(1), line_no=3, sku="ICE", facts=LineFacts(zone="frozen", aisle_order=1)
    )
    order = replace(order, lines=(*order.lines, frozen))
    assert [line.sku for line in order.pick_list] == ["SKU-001", "SKU-002", "ICE"]


def test_taking_over_is_no_step_for_whoever_has_it(fetching) -> None:
    """The board offers it to others only."""
    assert Move.TAKE_OVER not in next_steps(fetching, by="ken")
    assert Move.TAKE_OVER in next_steps(fetching, by="mia")
