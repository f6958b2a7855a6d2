"""What a handed-over order teaches of how long work takes; and what teaches nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from edge import http, reactions
from edge.acts.hand_over import hand_over
from edge.arrivals import actions as arrivals
from edge.arrivals.rules import How
from edge.base import log as event_log
from edge.orders import actions as orders
from edge.orders.rules import LineFacts, Move
from edge.plan import store
from edge.plan.rules.learning import BRING, MAKE, PICK, orders_seen
from tests.edge.acts.test_hand_over import neutral_order
from tests.edge.shelf import Shelf

COFFEE = {"SKU-062": LineFacts(made_to_order=True, prep_seconds=240)}


class Day:
    """A shop whose reactions run, and one order after the other."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf, self.edge, self.clock = shelf, shelf.edge, shelf.clock
        reactions.follower(self.edge, reactions.table(self.edge))
        self.orders = 0

    def comes(self) -> str:
        """An order with one shelf line and a coffee."""
        self.orders += 1
        neutral = neutral_order(self.orders)
        coffee = type(neutral.lines[0])(
            line_no=2, sku="SKU-062", name="coffee", qty=1, unit_price_minor=450
        )
        neutral.lines.append(coffee)
        with self.edge.read() as reader:
            shop = orders.shop_here(reader, self.edge)
        self.edge.write(lambda u: orders.apply_order(u, neutral, COFFEE, shop=shop, origin="hq"))
        return neutral.order_id

    def does(self, order_id: str, move: Move, work, *, after: float = 0) -> None:
        """Somebody takes a step, so many seconds after the last one."""
        self.clock.advance(seconds=after)
        step = orders.Doing(order_id, move, "ken")
        self.edge.write(orders.noted(self.edge, step, work))

    def picks(self, order_id: str, *, by: str = "ken", after: float = 100) -> None:
        """From setting out to the bin."""
        self.does(
            order_id, Move.START_PICKING, lambda u: orders.start_picking(u, order_id, by="ken")
        )
        self.edge.write(lambda u: orders.pick(u, order_id, 1, 1, by="ken"))
        self.stages(order_id, by=by, after=after)

    def stages(self, order_id: str, *, by: str = "ken", after: float = 0) -> None:
        """Into its own bin."""
        self.does(
            order_id,
            Move.STAGE,
            lambda u: orders.stage(u, order_id, f"B{self.orders}", by=by),
            after=after,
        )

    def stands_here(self, order_id: str) -> None:
        """The customer taps "I am here"."""
        said = arrivals.Said(How.TAP)
        self.edge.write(lambda u: arrivals.arrive(u, order_id, said, seen=None))

    def makes_and_gives(self, order_id: str, *, here: bool = True) -> None:
        """The coffee in five minutes, out in one."""
        self.does(
            order_id, Move.START_FINISH, lambda u: orders.start_finish(u, order_id, by="ken")
        )
        self.does(order_id, Move.FINISH, lambda u: orders.finish(u, order_id, by="ken"), after=300)
        if here:
            self.stands_here(order_id)
        self.does(order_id, Move.BRING_OUT, lambda u: orders.bring_out(u, order_id, by="ken"))
        self.gives(order_id, after=60)

    def gives(self, order_id: str, *, after: float = 0) -> None:
        """By a named override."""
        with self.edge.read() as reader:
            shop = orders.shop_here(reader, self.edge)
        self.does(
            order_id,
            Move.HAND_OVER,
            lambda u: hand_over(u, order_id, by="ken", shop=shop, override_reason="Name checked"),
            after=after,
        )

    def seen(self) -> list[int]:
        """From how many orders picking, making and bringing out were learned."""
        with self.edge.read() as reader:
            learned = store.load_learned(reader)
        return [orders_seen(learned, name) for name in (PICK, MAKE, BRING)]


@pytest.fixture
def day(tmp_path) -> Iterator[Day]:
    """A shop that is closed afterwards."""
    shelf = Shelf(tmp_path)
    yield Day(shelf)
    shelf.edge.close()


def test_a_handover_teaches_once_how_long_each_part_took(day):
    """Also when it is taken back and done again."""
    order_id = day.comes()
    day.picks(order_id)
    assert day.seen() == [0, 0, 0]
    day.makes_and_gives(order_id)
    assert day.seen() == [1, 1, 1]
    day.edge.write(lambda u: orders.undo(u, day.edge, order_id, by="ken"))
    day.gives(order_id)
    assert day.seen() == [1, 1, 1]


def test_waiting_at_the_kerb_is_no_work(day):
    """Who went out three minutes early teaches nothing of how long it takes to bring an order out."""
    order_id = day.comes()
    day.picks(order_id)
    day.does(order_id, Move.START_FINISH, lambda u: orders.start_finish(u, order_id, by="ken"))
    day.does(order_id, Move.FINISH, lambda u: orders.finish(u, order_id, by="ken"), after=300)
    day.does(order_id, Move.BRING_OUT, lambda u: orders.bring_out(u, order_id, by="ken"))
    day.clock.advance(minutes=3)
    day.stands_here(order_id)
    day.gives(order_id, after=30)
    assert day.seen() == [1, 1, 0]


def test_a_lesson_whose_unit_failed_is_taught_when_it_is_tried_again(day, monkeypatch):
    """What is noted in memory is spent only after the commit."""
    order_id = day.comes()
    day.picks(order_id)
    kept = store.save_learned
    with monkeypatch.context() as patched:
        patched.setattr(store, "save_learned", _fails_once(kept))
        day.makes_and_gives(order_id)
    assert day.seen() == [0, 0, 0]
    reactions.react(day.edge, reactions.table(day.edge), 0)
    assert day.seen() == [1, 1, 1]


def _fails_once(work):
    tries = iter([True])

    def once(*given):
        if next(tries, False):
            raise OSError
        return work(*given)

    return once


def test_a_step_that_was_taken_back_is_not_counted(day):
    """The time to the bin ends when it was really put there; a making that was undone was none."""
    order_id = day.comes()
    day.picks(order_id, after=20)
    day.edge.write(lambda u: orders.undo(u, day.edge, order_id, by="ken"))
    day.stages(order_id, after=100)
    day.does(order_id, Move.START_FINISH, lambda u: orders.start_finish(u, order_id, by="ken"))
    day.edge.write(lambda u: orders.undo(u, day.edge, order_id, by="ken"))
    day.clock.advance(minutes=50)
    day.makes_and_gives(order_id)
    with day.edge.read() as reader:
        learned = store.load_learned(reader)
    assert learned[MAKE].sums == (300 / 240,)
    assert learned[PICK].sums[-4] == pytest.approx(120, rel=0.1)


def test_a_claim_kept_over_night_and_a_change_of_hands_teach_nothing(day):
    """How long it lay is not how long it took."""
    for after, by in ((12 * 3600, "ken"), (100, "yuki")):
        order_id = day.comes()
        day.picks(order_id, after=after, by=by)
        day.makes_and_gives(order_id)
    assert day.seen()[0] == 0


def test_the_manager_forgets_it_by_name_and_it_outlives_a_restart(day):
    """What was learned lies in the database; the log says who had it forgotten, and how much that was."""
    order_id = day.comes()
    day.picks(order_id)
    day.makes_and_gives(order_id)
    page = day.shelf.as_(http.MANAGER, "mia")
    assert '<td class="n">1</td>' in page.get("/manage/durations").text
    assert page.post("/manage/durations/forget").status_code == 422
    assert day.seen() == [1, 1, 1]
    assert page.post("/manage/durations/forget", data={"sure": "yes"}).status_code == 303
    assert day.seen() == [0, 0, 0]
    with day.edge.read() as reader:
        (fact,) = event_log.read_after(reader, 0, kinds=["durations_forgotten"])
    assert (fact.by, fact.body["orders"]) == ("mia", 1)
