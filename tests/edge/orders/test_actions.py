"""Orders on a real store: state, event, milestone and timer stand or fall together."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from edge.base import log as event_log
from edge.base import timers
from edge.orders import actions, store
from edge.orders.memory import LastSteps
from edge.orders.rules import Move, State
from edge.orders.rules.refusals import BinIsTaken, NotPicked, OrderUnknown, WrongStoreOrder
from tests.world import OPENING, FixedClock, open_edge

from .conftest import CATALOGUE, make_neutral


class Shop:
    """A store that takes orders."""

    def __init__(self, home, **settings) -> None:
        self.clock = FixedClock(OPENING)
        self.edge = open_edge(home, [store.migrations], clock=self.clock, **settings)
        self.edge.put_part(LastSteps())
        with self.edge.read() as reader:
            self.shop = actions.shop_here(reader, self.edge)

    def take(self, neutral=None, origin="hq", **changes):
        """An order comes in."""
        order = neutral or make_neutral(**changes)
        return self.edge.write(
            lambda u: actions.apply_order(u, order, CATALOGUE, shop=self.shop, origin=origin)
        )

    def do(self, verb, order, *args, by="ken", **more):
        """Somebody does something with an order."""
        return self.edge.write(lambda u: verb(u, order.order_id, *args, by=by, **more))

    def bring_to_ready(self, order):
        """Fetch and stage all of it."""
        self.do(actions.start_picking, order)
        for line in order.shelf_lines:
            self.do(actions.pick, order, line.line_no, line.qty)
        return self.do(actions.stage, order, "4", bags=2)

    def kinds(self) -> list[str]:
        """What the log says, in order."""
        with self.edge.read() as reader:
            return [event.kind for event in event_log.read_after(reader, 0)]

    def loaded(self, order):
        """The order as it is kept."""
        with self.edge.read() as reader:
            return store.load(reader, order.order_id)

    def timers(self, at) -> list[str]:
        """Which holds end until then."""
        with self.edge.read() as reader:
            return [timer.ref for timer in timers.due(reader, at)]


@pytest.fixture
def shop(tmp_path) -> Iterator[Shop]:
    """A store; closed afterwards."""
    made = Shop(tmp_path)
    yield made
    made.edge.close()


def test_an_order_from_hq_is_numbered_and_accepted(shop) -> None:
    """The first of the day is A-01; the store takes it on by itself."""
    order = shop.take()
    assert (order.number, order.state) == ("A-01", State.ACCEPTED)
    assert shop.kinds() == ["order_received", "order_accepted"]
    assert shop.loaded(order) == order


def test_a_store_may_prefer_to_accept_by_hand(tmp_path) -> None:
    """With auto_accept off, somebody has to say yes."""
    shop = Shop(tmp_path, auto_accept=False)
    order = shop.take()
    assert order.state is State.RECEIVED
    assert shop.do(actions.accept, order).state is State.ACCEPTED
    shop.edge.close()


def test_what_hq_told_us_is_marked_as_its_own(shop) -> None:
    """So that it is not sent back; what the store did of itself is its own."""
    shop.take(origin="hq")
    with shop.edge.read() as reader:
        origins = [event.origin for event in event_log.read_after(reader, 0)]
    assert origins == ["hq", "edge"]


def test_the_same_order_twice_is_once(shop) -> None:
    """Pulls repeat; the store does not."""
    first = shop.take()
    assert shop.take() == first
    assert len(shop.kinds()) == 2


def test_an_order_for_another_store_leaves_nothing(shop) -> None:
    """It is refused, and the log stays empty."""
    with pytest.raises(WrongStoreOrder):
        shop.take(store_id="mill-road")
    assert shop.kinds() == []


def test_numbers_walk_on_and_begin_anew_each_store_day(shop) -> None:
    """Yesterday's open order keeps its number, and today leaves it out."""
    assert shop.take(n=1).number == "A-01"
    assert shop.take(n=2).number == "A-02"
    shop.clock.advance(minutes=24 * 60)
    assert shop.take(n=3).number == "A-03"


def test_a_closed_orders_number_is_free_the_next_day(shop) -> None:
    """But not on the same day: people remember what was called."""
    shop.do(actions.cancel, shop.take(n=1), reason="asked")
    assert shop.take(n=2).number == "A-02"
    shop.clock.advance(minutes=24 * 60)
    assert shop.take(n=3).number == "A-01"


def test_an_open_order_is_found_by_what_is_called_out(shop) -> None:
    """And a closed one is not."""
    order = shop.take()
    with shop.edge.read() as reader:
        found = store.by_number(reader, "A-01")
    assert found == order
    shop.do(actions.cancel, order, reason="asked")
    with shop.edge.read() as reader:
        assert store.by_number(reader, "A-01") is None


def test_two_open_orders_never_share_a_bin(shop) -> None:
    """However its name is typed; once the first is handed over, the bin is free again."""
    first = shop.bring_to_ready(shop.take())
    second = shop.take(make_neutral("SKU-003", n=2))
    second = shop.do(actions.start_picking, second)
    for line in second.shelf_lines:
        second = shop.do(actions.pick, second, line.line_no, line.qty)
    with pytest.raises(BinIsTaken):
        shop.do(actions.stage, second, f" {first.bin.lower()} ")
    shop.do(actions.hand_over, first, how="scan")
    assert shop.do(actions.stage, second, first.bin).bin == first.bin


def test_bins_of_the_day_that_hold_nothing_are_offered(shop) -> None:
    """A bin that is in use, also by an order of yesterday, is not."""
    order = shop.bring_to_ready(shop.take())
    with shop.edge.read() as reader:
        assert store.free_bins(reader, order.store_day, limit=9) == []
    shop.do(actions.hand_over, order, how="scan")
    with shop.edge.read() as reader:
        assert store.free_bins(reader, order.store_day, limit=9) == [order.bin]


def test_an_order_is_found_by_its_pass(shop) -> None:
    """By the hash of the token: the token itself is not kept."""
    order = shop.take()
    with shop.edge.read() as reader:
        assert store.pass_opens(reader, order.token_hash) == (order.order_id, None)
        assert store.pass_opens(reader, "f" * 64) is None
        assert store.pass_opens(reader, "") is None


def test_every_state_is_noted_with_its_time_and_name(shop) -> None:
    """The figures of the day are made of these."""
    order = shop.take()
    shop.clock.advance(minutes=5)
    shop.bring_to_ready(order)
    with shop.edge.read() as reader:
        noted = {m.state: (m.at - OPENING, m.by) for m in store.milestones(reader, order.order_id)}
        of_day = store.milestones_of_day(reader, order.store_day)
    assert noted["accepted"] == (timedelta(0), "system")
    assert noted["ready"] == (timedelta(minutes=5), "ken")
    assert [m.state for m in of_day[:2]] == ["received", "accepted"]


def test_a_refused_move_leaves_no_trace(shop) -> None:
    """Skipping the picks is refused, and nothing is written."""
    order = shop.take()
    before = shop.kinds()
    with pytest.raises(NotPicked):
        shop.do(actions.stage, order, "4")
    assert shop.kinds() == before
    assert shop.loaded(order) == order


def test_nothing_can_be_done_with_an_unknown_order(shop) -> None:
    """Neither by staff nor by a timer."""
    with pytest.raises(OrderUnknown):
        shop.edge.write(lambda u: actions.accept(u, "nowhere", by="ken"))
    assert shop.edge.write(lambda u: actions.hold_ended(u, "nowhere")) is None


def test_a_no_show_follows_when_the_hold_ends(shop) -> None:
    """The timer was set when the order came in."""
    order = shop.bring_to_ready(shop.take())
    assert shop.timers(order.hold_until - timedelta(seconds=1)) == []
    assert shop.timers(order.hold_until) == [order.order_id]
    shop.clock.set(order.hold_until)
    gone = shop.edge.write(lambda u: actions.hold_ended(u, order.order_id))
    assert gone.state is State.NO_SHOW
    assert shop.timers(order.hold_until + timedelta(days=9)) == []
    assert shop.do(actions.restock, gone).state is State.RESTOCKED


def test_an_order_the_store_never_finished_is_no_no_show(shop) -> None:
    """It stays on the board; once ready it gets a hold of its own."""
    order = shop.take()
    shop.clock.set(order.hold_until)
    assert shop.edge.write(lambda u: actions.hold_ended(u, order.order_id)) is None
    ready = shop.bring_to_ready(order)
    assert ready.hold_until == shop.clock.now() + timedelta(minutes=30)
    assert shop.timers(ready.hold_until) == [order.order_id]


def test_a_hold_that_goes_off_early_is_set_again(shop) -> None:
    """A clock that jumped back and forth makes no no-shows."""
    order = shop.bring_to_ready(shop.take())
    assert shop.edge.write(lambda u: actions.hold_ended(u, order.order_id)) is None
    assert shop.timers(order.hold_until) == [order.order_id]


def test_a_closed_order_has_no_timer(shop) -> None:
    """Nobody is woken for what is over."""
    order = shop.take()
    shop.do(actions.cancel, order, reason="asked")
    assert shop.timers(order.hold_until + timedelta(days=9)) == []


def test_a_later_revision_moves_the_end_of_the_hold(shop) -> None:
    """And its timer with it."""
    order = shop.take()
    later = order.hold_until + timedelta(hours=1)
    shop.take(revision=2, hold_until=later)
    assert shop.timers(later - timedelta(seconds=1)) == []
    assert shop.timers(later) == [order.order_id]


def test_changed_lines_replace_the_old_ones(shop) -> None:
    """Kept as HQ now tells them."""
    shop.take()
    changed = shop.take(make_neutral("SKU-061", revision=2))
    assert [line.sku for line in shop.loaded(changed).lines] == ["SKU-061"]


def test_a_cancellation_that_crosses_the_handover_is_told_as_a_fact(shop) -> None:
    """The handover stands; HQ learns that its cancellation came too late."""
    order = shop.bring_to_ready(shop.take())
    shop.do(actions.hand_over, order, how="scan")
    after = shop.take(revision=2, cancelled=True)
    assert after.state is State.HANDED_OVER
    assert shop.kinds()[-1] == "cancel_refused"


def test_an_order_cancelled_before_we_ever_saw_it_is_kept_as_cancelled(shop) -> None:
    """Nothing HQ knows is unknown here."""
    order = shop.take(cancelled=True)
    assert order.state is State.CANCELLED
    assert shop.kinds() == ["order_received", "order_cancelled"]


def test_the_reason_of_a_cancellation_is_kept_apart_from_the_log(shop) -> None:
    """Words can be erased, the log cannot."""
    order = shop.take()
    shop.do(actions.cancel, order, reason="Ana called")
    with shop.edge.read() as reader:
        assert store.reason_of(reader, order.order_id, Move.CANCEL) == "Ana called"
        text = repr(event_log.read_after(reader, 0))
    assert "Ana" not in text


def test_the_log_never_holds_a_name(shop) -> None:
    """Neither the customer's nor the goods'."""
    shop.bring_to_ready(shop.take())
    with shop.edge.read() as reader:
        text = repr(event_log.read_after(reader, 0))
    assert "Ana" not in text
    assert "name of" not in text


def test_open_orders_come_oldest_promise_first(shop) -> None:
    """And closed ones not at all; they are listed by their state."""
    late = shop.take(n=1, promise_at=OPENING + timedelta(hours=6))
    soon = shop.take(n=2, promise_at=OPENING + timedelta(hours=4))
    gone = shop.take(n=3)
    gone = shop.do(actions.cancel, gone, reason="asked")
    with shop.edge.read() as reader:
        assert store.open_orders(reader) == [soon, late]
        assert store.in_state(reader, State.CANCELLED) == [gone]
        assert len(store.of_day(reader, late.store_day)) == 3


def test_taking_over_is_a_fact_with_a_name(shop) -> None:
    """Mia goes on with what Ken began."""
    order = shop.take()
    shop.do(actions.start_picking, order)
    taken = shop.do(actions.take_over, order, by="mia", holder="ken")
    assert taken.picking_by == "mia"
    assert shop.kinds()[-1] == "order_picking_taken_over"


def test_making_is_a_task_of_its_own(shop) -> None:
    """Started, done, and the order is ready when it is staged too."""
    order = shop.take(make_neutral("SKU-001", "SKU-061"))
    shop.do(actions.start_finish, order)
    shop.do(actions.finish, order)
    assert shop.bring_to_ready(order).state is State.READY
    assert shop.do(actions.bring_out, order).bringing_by == "ken"
