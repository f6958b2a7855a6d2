"""Handing over, on a real store: by scan, by typed code, by a named override, and once only."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from edge.acts.hand_over import hand_over
from edge.base import log as event_log
from edge.orders import actions, store
from edge.orders.rules import Move, State, codes
from edge.orders.rules import handover_refusals as no
from edge.orders.rules.refusals import NotReady, OrderUnknown, ReasonMissing
from sync.core.errors import Refusal
from sync.core.neutral import NeutralLine, NeutralOrder
from tests.world import OPENING, FixedClock, open_edge


class Counter:
    """A desk with one store behind it."""

    def __init__(self, home) -> None:
        self.clock = FixedClock(OPENING)
        self.edge = open_edge(home, [store.migrations], clock=self.clock)
        with self.edge.read() as reader:
            self.shop = actions.shop_here(reader, self.edge)

    def order(self, n: int = 1, *, until: str = "ready"):
        """An order that came in, and was fetched and staged unless told otherwise."""
        neutral = neutral_order(n)
        write = self.edge.write
        order = write(lambda u: actions.apply_order(u, neutral, {}, shop=self.shop, origin="hq"))
        if until == "ready":
            write(lambda u: actions.start_picking(u, order.order_id, by="ken"))
            write(lambda u: actions.pick(u, order.order_id, 1, 1, by="ken"))
            order = write(lambda u: actions.stage(u, order.order_id, str(n), by="ken"))
        return order

    def code(self, order) -> str:
        """What the pass shows."""
        return actions.code_of(order, self.shop)

    def hand_over(self, order, **how):
        """Try to give the order out."""
        return self.edge.write(
            lambda u: hand_over(u, order.order_id, by="ken", shop=self.shop, **how)
        )

    def events(self, kind: str) -> list:
        """What the log says of this kind."""
        with self.edge.read() as reader:
            return event_log.read_after(reader, 0, kinds=[kind])


def neutral_order(n: int) -> NeutralOrder:
    """One line, promised in an hour, kept for five."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return NeutralOrder(
        order_id=f"0192f0c0-0000-7000-8000-{n:012d}",
        source="till",
        source_id=str(n),
        shown_number=str(n),
        store_id="harbour-lane",
        customer_key=f"c-{n}",
        customer_name="Ana K.",
        lines=[NeutralLine(line_no=1, sku="SKU-001", name="rice", qty=1, unit_price_minor=300)],
        promise_at=at + timedelta(hours=1),
        hold_until=at + timedelta(hours=5),
        token_hash=f"{n:064x}",
        placed_at=at,
        currency="JPY",
    )


@pytest.fixture
def counter(tmp_path) -> Iterator[Counter]:
    """A desk; its store is closed afterwards."""
    made = Counter(tmp_path)
    yield made
    made.edge.close()


def test_the_pass_in_the_customers_hand_gets_the_goods(counter) -> None:
    """Scanned as a QR code, the order is handed over by the person at the desk."""
    order = counter.order()
    given = counter.hand_over(order, code=codes.qr_payload("HL", counter.code(order)))
    assert given.state is State.HANDED_OVER
    [event] = counter.events("order_handed_over")
    assert (event.by, event.body["how"]) == ("ken", "scan")


def test_the_eight_characters_may_be_typed_with_slips(counter) -> None:
    """Lower case, a blank in the middle, O for 0."""
    order = counter.order()
    code = counter.code(order)
    typed = f"{code[:4]} {code[4:]}".lower().replace("0", "o")
    assert counter.hand_over(order, code=typed).state is State.HANDED_OVER


def test_an_override_keeps_who_and_why_apart_from_the_log(counter) -> None:
    """The event says override and by whom; the words stay in a table that can be erased."""
    order = counter.order()
    counter.hand_over(order, override_reason="phone is dead, knows her order")
    [event] = counter.events("order_handed_over")
    assert event.body == {"order_id": order.order_id, "how": "override"}
    with counter.edge.read() as reader:
        assert store.reason_of(reader, order.order_id, Move.HAND_OVER).startswith("phone is dead")


@pytest.mark.parametrize("how", [{}, {"code": "01234567", "override_reason": "both"}])
def test_neither_code_nor_reason_or_both_is_refused(counter, how) -> None:
    """It must be clear on what the goods were given."""
    with pytest.raises(no.CodeOrOverride):
        counter.hand_over(counter.order(), **how)


def test_an_unknown_code_is_refused(counter) -> None:
    """Well-formed, but nobody's."""
    with pytest.raises(no.CodeUnknown):
        counter.hand_over(counter.order(), code="ZZZZZZZZ")


def test_an_unreadable_code_is_refused(counter) -> None:
    """A coupon is not a pass."""
    with pytest.raises(no.CodeUnreadable):
        counter.hand_over(counter.order(), code="https://example.org/coupon")


def test_a_pass_of_another_store_is_refused_by_its_name(counter) -> None:
    """The pass itself says where it belongs."""
    order = counter.order()
    with pytest.raises(no.CodeForAnotherStore):
        counter.hand_over(order, code=codes.qr_payload("MR", counter.code(order)))


def test_the_pass_of_another_customer_is_refused(counter) -> None:
    """Bags are not mixed up."""
    mine, other = counter.order(1), counter.order(2)
    with pytest.raises(no.CodeForAnotherOrder):
        counter.hand_over(mine, code=counter.code(other))


def test_the_same_pass_twice_says_when_the_goods_were_given(counter) -> None:
    """Single use, also by override."""
    order = counter.order()
    counter.hand_over(order, code=counter.code(order))
    for how in ({"code": counter.code(order)}, {"override_reason": "says she got nothing"}):
        with pytest.raises(no.AlreadyHandedOver) as refused:
            counter.hand_over(order, **how)
        assert refused.value.details["at"] == OPENING.isoformat()
    assert len(counter.events("order_handed_over")) == 1


def test_the_pass_of_a_cancelled_order_is_refused(counter) -> None:
    """The customer hears that it was cancelled, not that it is unknown."""
    order = counter.order()
    counter.edge.write(lambda u: actions.cancel(u, order.order_id, reason="asked", by="ken"))
    with pytest.raises(no.OrderWasCancelled):
        counter.hand_over(order, code=counter.code(order))


def test_after_the_hold_the_pass_needs_a_person_who_overrides(counter) -> None:
    """The clock alone does not send a customer away whose bag still lies in the bin."""
    order = counter.order()
    counter.clock.set(order.hold_until)
    with pytest.raises(no.HoldEnded):
        counter.hand_over(order, code=counter.code(order))
    given = counter.hand_over(order, override_reason="one minute late")
    assert given.state is State.HANDED_OVER


def test_the_pass_of_a_no_show_is_refused(counter) -> None:
    """Once the goods go back to the shelves."""
    order = counter.order()
    counter.clock.set(order.hold_until)
    counter.edge.write(lambda u: actions.hold_ended(u, order.order_id))
    for how in ({"code": counter.code(order)}, {"override_reason": "please"}):
        with pytest.raises(no.OrderWasNotFetched):
            counter.hand_over(order, **how)


def test_an_order_that_is_not_ready_is_not_handed_over(counter) -> None:
    """Neither by code nor by override: half an order helps nobody."""
    order = counter.order(until="accepted")
    for how in ({"code": counter.code(order)}, {"override_reason": "in a hurry"}):
        with pytest.raises(NotReady):
            counter.hand_over(order, **how)


def test_an_override_of_blanks_is_no_reason(counter) -> None:
    """It counts as none at all."""
    with pytest.raises((no.CodeOrOverride, ReasonMissing)):
        counter.hand_over(counter.order(), override_reason="   ")


def test_an_order_of_nowhere_is_unknown(counter) -> None:
    """Whatever the code."""
    order = counter.order()
    with pytest.raises(OrderUnknown):
        counter.edge.write(
            lambda u: hand_over(
                u, "nowhere", code=counter.code(order), by="ken", shop=counter.shop
            )
        )


def test_a_refused_handover_changes_nothing(counter) -> None:
    """No event, no state, no milestone."""
    order = counter.order()
    before = counter.edge.log.durable_seq
    with pytest.raises(no.CodeUnknown):
        counter.hand_over(order, code="ZZZZZZZZ")
    with counter.edge.read() as reader:
        assert store.load(reader, order.order_id) == order
    assert counter.edge.log.durable_seq == before


def test_of_many_handovers_at_once_exactly_one_wins(counter) -> None:
    """Eight scanners, twenty orders: each bag leaves once, and the seven others hear when."""
    for n in range(1, 21):
        order = counter.order(n)
        together = Barrier(8)

        def scan(order=order, together=together) -> str:
            together.wait()
            try:
                counter.hand_over(order, code=counter.code(order))
            except Refusal as refusal:
                return refusal.code
            return "given"

        with ThreadPoolExecutor(8) as desks:
            answers = sorted(each.result() for each in [desks.submit(scan) for _ in range(8)])
        assert answers == ["already_handed_over"] * 7 + ["given"]
    assert len(counter.events("order_handed_over")) == 20
