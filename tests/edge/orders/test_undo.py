"""The last step taken back: by who took it, within a minute, while nothing has happened since."""

import pytest

from edge.base import log as event_log
from edge.orders import actions, store
from edge.orders.memory import MOST_STEPS, LastSteps
from edge.orders.rules import MOVES, Move, State
from edge.orders.rules import refusals as no
from edge.orders.rules import undo as undoing

from .conftest import make_neutral
from .test_actions import Shop


@pytest.fixture
def shop(tmp_path):
    """A store whose screens remember steps."""
    opened = Shop(tmp_path)
    yield opened
    opened.edge.close()


def step(shop, move, verb, order, *args, by="ken", **more):
    """As a screen does it."""
    doing = actions.Doing(order.order_id, move, by)
    work = actions.noted(shop.edge, doing, lambda u: verb(u, order.order_id, *args, by=by, **more))
    return shop.edge.write(work)


def undo(shop, order, by="ken"):
    return shop.edge.write(lambda u: actions.undo(u, shop.edge, order.order_id, by=by))


def staged(shop):
    """In bin 4 and ready, by a step that can be taken back."""
    order = shop.take()
    shop.do(actions.start_picking, order)
    for line in order.shelf_lines:
        shop.do(actions.pick, order, line.line_no, line.qty)
    return step(shop, Move.STAGE, actions.stage, order, "4")


def given(shop, how="scan"):
    return step(shop, Move.HAND_OVER, actions.hand_over, staged(shop), how=how)


def test_an_undone_step_leaves_the_order_as_it_was_and_the_log_longer(shop) -> None:
    """The correction names the events it undoes; nothing is taken out of the chain."""
    order = staged(shop)
    before = shop.kinds()
    assert undo(shop, order).state is State.PICKED
    with shop.edge.read() as reader:
        last = event_log.of_aggregate(reader, order.order_id)[-1]
        undone = event_log.read_after(reader, last.body["first_seq"] - 1, limit=2)
        came = [each.state for each in store.milestones(reader, order.order_id)]
    assert shop.kinds() == [*before, "order_step_undone"]
    assert [event.kind for event in undone] == ["order_staged", "order_ready"]
    assert (last.body["state"], last.body["no_longer"]) == ("picked", ["staged", "ready"])
    assert "ready" not in came


def test_not_here_by_mistake_can_be_taken_back(shop) -> None:
    """The line is open again, and so is the order."""
    order = shop.take()
    shop.do(actions.start_picking, order)
    shop.do(actions.pick, order, 1, 2)
    short = step(shop, Move.PICK, actions.pick, order, 2, 0)
    assert short.state is State.PICKED
    back = undo(shop, short)
    assert (back.state, back.line(2).picked_qty) == (State.PICKING, None)


def test_after_a_minute_it_is_too_late(shop) -> None:
    """Real seconds: a stepped clock makes no difference."""
    order = staged(shop)
    shop.clock.set(shop.clock.now().replace(year=2030))
    shop.clock.advance(seconds=59)
    undo(shop, order)
    order = step(shop, Move.STAGE, actions.stage, order, "4")
    shop.clock.advance(seconds=60)
    with pytest.raises(undoing.UndoTooLate):
        undo(shop, order)


def test_only_who_did_it_can_take_it_back(shop) -> None:
    """And they are named."""
    order = staged(shop)
    with pytest.raises(undoing.UndoNotYours) as refused:
        undo(shop, order, by="mia")
    assert refused.value.details["step_by"] == "ken"


def test_somebody_else_did_something_since(shop) -> None:
    """Mia brings it: Ken's staging is no longer the last step."""
    order = staged(shop)
    step(shop, Move.BRING_OUT, actions.bring_out, order, by="mia")
    with pytest.raises(undoing.UndoNotYours):
        undo(shop, order)


def test_the_shop_called_it_off_since(shop) -> None:
    """What HQ said stands."""
    order = staged(shop)
    shop.take(make_neutral(revision=2, cancelled=True))
    with pytest.raises(undoing.UndoAfterCancel):
        undo(shop, order)


def test_the_shop_changed_the_times_since(shop) -> None:
    """A step is not taken back over something newer."""
    order = staged(shop)
    shop.take(make_neutral(revision=2))
    with pytest.raises(undoing.UndoOvertaken):
        undo(shop, order)


def test_there_is_nothing_to_undo_twice(shop) -> None:
    """Nor at an order nobody touched."""
    order = staged(shop)
    undo(shop, order)
    for each in (order, shop.take(make_neutral(n=2))):
        with pytest.raises(undoing.NothingToUndo):
            undo(shop, each)


def test_a_cancellation_stays(shop) -> None:
    """Its customer was told."""
    order = step(shop, Move.CANCEL, actions.cancel, shop.take(), reason="asked")
    with pytest.raises(undoing.UndoNotPossible):
        undo(shop, order)


def test_an_undone_handover_opens_the_order_again(shop) -> None:
    """With its bin and its hold; the code that was scanned stays spent."""
    order = given(shop)
    assert order.order_id not in shop.timers(order.hold_until)
    back = undo(shop, order)
    assert (back.state, back.bin, back.code_spent) == (State.READY, "4", True)
    assert order.order_id in shop.timers(order.hold_until)
    assert shop.loaded(back) == back


def test_a_handover_by_word_spends_no_code(shop) -> None:
    """The pass was never scanned."""
    assert not undo(shop, given(shop, how="override")).code_spent


def test_a_handover_cannot_come_back_into_a_bin_that_was_given_on(shop) -> None:
    """Two orders in one bin end with the wrong bag in somebody's hand."""
    order = given(shop)
    other = shop.take(make_neutral(n=2))
    shop.do(actions.start_picking, other)
    for line in other.shelf_lines:
        shop.do(actions.pick, other, line.line_no, line.qty)
    shop.do(actions.stage, other, "4")
    with pytest.raises(no.BinIsTaken):
        undo(shop, order)


def test_what_the_customer_said_of_the_pickup_stands(shop) -> None:
    """They have it, and said how it was."""
    order = given(shop)
    shop.edge.write(lambda u: actions.rate(u, order.order_id, 3))
    with pytest.raises(undoing.UndoOvertaken):
        undo(shop, order)


def test_a_step_that_failed_is_not_remembered(shop) -> None:
    """A refusal leaves the step before it as the last one."""
    order = staged(shop)
    with pytest.raises(no.NotPicked):
        step(shop, Move.STAGE, actions.stage, order, "5")
    assert undo(shop, order).state is State.PICKED


def test_the_table_says_what_can_be_undone() -> None:
    """What others were told of, or what the store does by itself, cannot."""
    stays = {move for move, legal in MOVES.items() if not legal.undo}
    assert stays == {
        *(Move.ACCEPT, Move.COMPLETE_PICK, Move.MARK_READY),
        *(Move.CANCEL, Move.NO_SHOW, Move.RESTOCK),
    }


def test_steps_are_remembered_for_a_bounded_number_of_orders(shop) -> None:
    """The oldest go; what somebody did last is found while it can be taken back."""
    order, steps = staged(shop), LastSteps()
    first = shop.edge.part(LastSteps).of(order.order_id)
    for n in range(MOST_STEPS + 5):
        after = undoing.replace(first.after, order_id=f"o{n}")
        steps.keep(undoing.replace(first, after=after, at=float(n)))
    assert steps.of("o4") is None
    assert steps.of("o5") is not None
    newest = float(MOST_STEPS + 4)
    assert steps.newest_by("ken", at=newest).after.order_id == f"o{MOST_STEPS + 4}"
    assert steps.newest_by("mia", at=newest) is None
    assert steps.newest_by("ken", at=newest + 60) is None
