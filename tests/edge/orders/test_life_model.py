"""The order's life against a model: any sequence of wishes, on the real store."""

import itertools
import tempfile
from dataclasses import replace
from functools import reduce
from pathlib import Path

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from edge.acts.hand_over import hand_over
from edge.base import log as event_log
from edge.orders import actions, store
from edge.orders.memory import LastSteps
from edge.orders.rules import CLOSED, MOVES, Move, State, Substitute
from edge.orders.rules.events import OrderEvent
from sync.core.errors import Refusal
from sync.core.event import event_kinds
from sync.records import order_status
from sync.records.record import Heard
from tests.world import OPENING, FixedClock, open_edge

from .conftest import CATALOGUE, make_neutral

SKUS = st.lists(st.sampled_from(["SKU-001", "SKU-002", "SKU-061"]), min_size=1, max_size=3)
WAYS = {(frm, legal.to) for legal in MOVES.values() for frm in legal.start if legal.to}

STATE_OF = {
    kind.kind: State(kind.reaches)
    for kind in event_kinds(OrderEvent)
    if issubclass(kind, OrderEvent) and kind.reaches
}


PEOPLE = st.sampled_from(["ken", "mia"])


def what_counts(happened):
    """The log without the steps that were taken back, and without their corrections."""
    gone = set()
    for event in happened:
        if event.kind == "order_step_undone":
            gone |= {*range(event.body["first_seq"], event.body["last_seq"] + 1), event.seq}
    return [event for event in happened if event.seq not in gone]


class OrderLife(RuleBasedStateMachine):
    """Staff, customers, HQ and the clock do whatever they like; the store keeps to its table."""

    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = FixedClock(OPENING)
        self.edge = open_edge(Path(self.folder.name), [store.migrations], clock=self.clock)
        self.steps = LastSteps()
        self.edge.put_part(self.steps)
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

    def step(self, move, order, verb, *args, by, **more) -> bool:
        """Somebody tries something at a screen, which remembers it."""
        doing = actions.Doing(order.order_id, move, by)
        return self.wish(
            actions.noted(
                self.edge, doing, lambda u: verb(u, order.order_id, *args, by=by, **more)
            )
        )

    def loaded(self, order):
        with self.edge.read() as reader:
            return store.load(reader, order.order_id)

    @rule(target=orders, skus=SKUS)
    def come_in(self, skus):
        """HQ sends a new order."""
        n = len(self.seen) + 1
        neutral = make_neutral(*skus, n=n)
        neutral = msgspec.structs.replace(
            neutral,
            lines=[msgspec.structs.replace(x, substitute_allowed=True) for x in neutral.lines],
        )
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

    @rule(order=orders, by=PEOPLE)
    def start_picking(self, order, by):
        """Somebody sets out."""
        self.step(Move.START_PICKING, order, actions.start_picking, by=by)

    @rule(order=orders, by=PEOPLE, holder=st.sampled_from(["", "ken", "mia"]))
    def take_over(self, order, by, holder):
        """Somebody goes on with what the other began."""
        self.step(Move.TAKE_OVER, order, actions.take_over, by=by, holder=holder)

    @rule(order=orders, line_no=st.integers(1, 4), qty=st.integers(0, 3), by=PEOPLE)
    def pick(self, order, line_no, qty, by):
        """Somebody finds something, and only who has the order may say so."""
        if self.step(Move.PICK, order, actions.pick, line_no, qty, by=by):
            assert self.loaded(order).picking_by == by

    @rule(order=orders, line_no=st.integers(1, 4), by=PEOPLE)
    def scan(self, order, line_no, by):
        """Somebody scans one more."""
        self.step(Move.PICK, order, actions.count_one, line_no, by=by)

    @rule(order=orders, line_no=st.integers(1, 4), found=st.integers(0, 2), by=PEOPLE)
    def substitute(self, order, line_no, found, by):
        """Somebody puts in something dearer instead; the customer never pays more for it."""
        dear = Substitute(sku="SKU-009", name="dear", qty=1, unit_price_minor=900)
        before = self.loaded(order).total_minor
        if self.step(
            Move.SUBSTITUTE, order, actions.substitute, line_no, dear, found=found, by=by
        ):
            assert self.loaded(order).total_minor <= sum(x.qty * 300 for x in order.lines)
        else:
            assert self.loaded(order).total_minor == before

    @rule(order=orders, by=PEOPLE)
    def undo(self, order, by):
        """Somebody takes back what they did last: the order is as it was, and nobody else can."""
        step = self.steps.of(order.order_id)
        before = self.loaded(order)
        if self.wish(lambda u: actions.undo(u, self.edge, order.order_id, by=by)):
            back = self.loaded(order)
            assert (step.by, step.after) == (by, before)
            assert replace(back, code_spent=step.before.code_spent) == step.before
            assert self.clock.monotonic() - step.at < 60
            if before.state is State.HANDED_OVER:
                self.given[order.order_id] -= 1

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
        move = {actions.start_finish: Move.START_FINISH, actions.finish: Move.FINISH}[verb]
        self.step(move, order, verb, by="mia")

    @rule(order=orders, place=st.sampled_from(["4", "5"]), by=PEOPLE)
    def stage(self, order, place, by):
        """Somebody puts it into a bin, of which there are few."""
        self.step(Move.STAGE, order, actions.stage, place, by=by)

    @rule(order=orders, override=st.booleans())
    def hand_over(self, order, override):
        """The customer is there."""
        with self.edge.read() as reader:
            kept = store.load(reader, order.order_id)
        how = {"override_reason": "x"} if override else {"code": actions.code_of(kept, self.shop)}
        if self.step(Move.HAND_OVER, order, hand_over, by="ken", shop=self.shop, **how):
            assert kept.state is State.READY
            assert override or not kept.code_spent
            self.given[order.order_id] = self.given.get(order.order_id, 0) + 1

    @rule(order=orders, verb=st.sampled_from(["cancel", "restock", "bring_out"]))
    def do_otherwise(self, order, verb):
        """Somebody calls it off, puts it back or brings it out."""
        more = {"reason": "asked"} if verb == "cancel" else {}
        self.step(Move(verb), order, getattr(actions, verb), by="ken", **more)

    @rule(order=orders, minutes=st.sampled_from([0.5, 2, 11, 60, 540]))
    def time_passes(self, order, minutes):
        """Claims and undo windows run out, and a timer may go off."""
        self.clock.advance(minutes=minutes)
        self.wish(lambda u: actions.hold_ended(u, order.order_id))

    @invariant()
    def states_follow_the_table(self):
        """The log of each order walks along the table, and the row is where the log ends."""
        with self.edge.read() as reader:
            for order_id in self.seen:
                happened = event_log.of_aggregate(reader, order_id)
                walked = [STATE_OF[e.kind] for e in what_counts(happened) if e.kind in STATE_OF]
                kept = store.load(reader, order_id)
                assert all(way in WAYS for way in itertools.pairwise(walked))
                assert walked[-1] is kept.state
                came = {each.state for each in store.milestones(reader, order_id)}
                assert came == {state.value for state in walked}

    @invariant()
    def hq_follows(self):
        """What HQ folds from the log is the state of the row: the night finds nothing."""
        with self.edge.read() as reader:
            for order_id in self.seen:
                heard = [
                    Heard(
                        store_id="s",
                        seq=e.seq,
                        event_id=e.event_id,
                        kind=e.kind,
                        aggregate_id=order_id,
                        at=str(e.at),
                        body=e.body,
                    )
                    for e in event_log.of_aggregate(reader, order_id)
                    if e.kind in order_status.ORDER_STATUS.kinds
                ]
                folded = reduce(order_status.fold, heard, None)
                assert folded.state == store.load(reader, order_id).state.value
                assert folded.revision == heard[-1].seq

    @invariant()
    def every_bin_holds_one_order(self):
        """Also after a handover was undone."""
        with self.edge.read() as reader:
            bins = [order.bin for order in store.open_orders(reader) if order.bin]
        assert len(set(bins)) == len(bins)

    @invariant()
    def nothing_is_given_twice(self):
        """One handover an order, at most."""
        assert set(self.given.values()) <= {0, 1}

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
