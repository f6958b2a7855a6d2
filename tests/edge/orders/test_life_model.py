"""The order's life against a model: any sequence of wishes, on the real store."""

import itertools
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from edge.acts.hand_over import hand_over
from edge.base import log as event_log
from edge.orders import actions, store
from edge.orders.rules import CLOSED, MOVES, State
from edge.orders.rules.events import OrderEvent
from sync.core.errors import Refusal
from sync.core.event import event_kinds
from tests.world import OPENING, FixedClock, open_edge

from .conftest import CATALOGUE, make_neutral

SKUS = st.lists(st.sampled_from(["SKU-001", "SKU-002", "SKU-061"]), min_size=1, max_size=3)
WAYS = {(frm, legal.to) for legal in MOVES.values() for frm in legal.start if legal.to}

STATE_OF = {
    kind.kind: State(kind.reaches)
    for kind in event_kinds(OrderEvent)
    if issubclass(kind, OrderEvent) and kind.reaches
}


class OrderLife(RuleBasedStateMachine):
    """Staff, customers, HQ and the clock do whatever they like; the store keeps to its table."""

    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FixedClock(OPENING)
        self.edge = open_edge(Path(self.folder.name), [store.migrations], clock=self.clock)
        with self.edge.read() as reader:
            self.shop = actions.shop_here(reader, self.edge)
        self.seen: dict[str, State] = {}
        self.given: dict[str, int] = {}

    def teardown(self) -> None:
        """Close the store."""
        self.edge.close()
        self.folder.cleanup()

    def wish(self, work) -> bool:
        """Try something; a refusal must leave the log as it was."""
        before = self.edge.log.durable_seq
        try:
            self.edge.write(work)
        except Refusal:
            assert self.edge.log.durable_seq == before
            return False
        return True

    @rule(target=orders, skus=SKUS)
    def come_in(self, skus):
        """HQ sends a new order."""
        n = len(self.seen) + 1
        neutral = make_neutral(*skus, n=n)
        self.wish(
            lambda u: actions.apply_order(u, neutral, CATALOGUE, shop=self.shop, origin="hq")
        )
        self.seen[neutral.order_id] = State.RECEIVED
        return neutral

    @rule(order=orders, revision=st.integers(1, 3), cancelled=st.booleans())
    def come_again(self, order, revision, cancelled):
        """HQ sends it again, changed or called off."""
        again = make_neutral(
            *(line.sku for line in order.lines),
            n=int(order.order_id[-12:]),
            revision=revision,
            cancelled=cancelled,
        )
        self.wish(lambda u: actions.apply_order(u, again, CATALOGUE, shop=self.shop, origin="hq"))

    @rule(order=orders, by=st.sampled_from(["ken", "mia"]))
    def start_picking(self, order, by):
        """Somebody sets out."""
        self.wish(lambda u: actions.start_picking(u, order.order_id, by=by))

    @rule(order=orders, line_no=st.integers(1, 4), qty=st.integers(0, 3))
    def pick(self, order, line_no, qty):
        """Somebody finds something."""
        self.wish(lambda u: actions.pick(u, order.order_id, line_no, qty, by="ken"))

    @rule(order=orders)
    def do_all_there_is_to_do(self, order):
        """Somebody works the order through, from wherever it stands."""
        self.wish(lambda u: actions.start_picking(u, order.order_id, by="ken"))
        for line in order.lines:
            self.wish(lambda u, n=line.line_no: actions.pick(u, order.order_id, n, 2, by="ken"))
        self.wish(lambda u: actions.start_finish(u, order.order_id, by="mia"))
        self.wish(lambda u: actions.finish(u, order.order_id, by="mia"))
        self.wish(lambda u: actions.stage(u, order.order_id, order.order_id[-3:], by="ken"))

    @rule(order=orders, verb=st.sampled_from([actions.start_finish, actions.finish]))
    def make(self, order, verb):
        """Somebody makes coffee."""
        self.wish(lambda u: verb(u, order.order_id, by="mia"))

    @rule(order=orders)
    def stage(self, order):
        """Somebody puts it into a bin."""
        self.wish(lambda u: actions.stage(u, order.order_id, order.order_id[-3:], by="ken"))

    @rule(order=orders, override=st.booleans())
    def hand_over(self, order, override):
        """The customer is there."""
        with self.edge.read() as reader:
            kept = store.load(reader, order.order_id)
        how = {"override_reason": "x"} if override else {"code": actions.code_of(kept, self.shop)}
        if self.wish(lambda u: hand_over(u, order.order_id, by="ken", shop=self.shop, **how)):
            assert kept.state is State.READY
            self.given[order.order_id] = self.given.get(order.order_id, 0) + 1

    @rule(order=orders, verb=st.sampled_from(["cancel", "restock", "bring_out"]))
    def do_otherwise(self, order, verb):
        """Somebody calls it off, puts it back or brings it out."""
        more = {"reason": "asked"} if verb == "cancel" else {}
        self.wish(lambda u: getattr(actions, verb)(u, order.order_id, by="ken", **more))

    @rule(order=orders, hours=st.integers(0, 9))
    def time_passes(self, order, hours):
        """And a timer may go off."""
        self.clock.advance(minutes=60 * hours)
        self.wish(lambda u: actions.hold_ended(u, order.order_id))

    @invariant()
    def states_follow_the_table(self):
        """The log of each order walks along the table, and the row is where the log ends."""
        with self.edge.read() as reader:
            for order_id in self.seen:
                walked = [
                    STATE_OF[kind]
                    for kind in (e.kind for e in event_log.of_aggregate(reader, order_id))
                    if kind in STATE_OF
                ]
                kept = store.load(reader, order_id)
                assert all(way in WAYS for way in itertools.pairwise(walked))
                assert walked[-1] is kept.state

    @invariant()
    def nothing_is_given_twice(self):
        """One handover an order, at most."""
        assert all(times == 1 for times in self.given.values())

    @invariant()
    def open_numbers_differ(self):
        """Two open orders never share a public number."""
        with self.edge.read() as reader:
            numbers = [order.number for order in store.open_orders(reader)]
        assert len(set(numbers)) == len(numbers)

    @invariant()
    def ready_means_complete(self):
        """All looked for, all made, in a bin; and what is closed has no open row."""
        with self.edge.read() as reader:
            for order in store.open_orders(reader):
                assert order.state not in CLOSED
                if order.state is State.READY:
                    assert order.all_decided
                    assert order.bin
                    assert order.finish.value in {"none", "done"}


TestOrderLife = OrderLife.TestCase
TestOrderLife.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
