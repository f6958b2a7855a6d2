"""Scenarios that need more than faults by the clock: what happens when, told step by step."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from edge.acts.hand_over import hand_over
from edge.base.unit import Unit
from edge.consents import actions as consents
from edge.consents.rules import Purpose
from edge.offers import actions as offers
from edge.offers.rules.events import OfferHonoured
from edge.orders import actions as orders
from sync.hq.app import commands
from tests.sim.box import Box
from tests.sim.faults import Fault
from tests.sim.model import Violation
from tests.sim.run import Run
from tests.sim.work import BY, a_wish

PURPOSE = Purpose.PURCHASE_OFFERS
SOON = 90.0


def wait(run: Run, seconds: float = SOON) -> None:
    """Let time pass."""
    run.run_until(run.time.seconds + seconds)


def cut(run: Run, number: int, seconds: float) -> None:
    """A store's line is down for so long."""
    run.faults.append(Fault(run.time.seconds, "cut", number, lasts=seconds, amount=1.0))


def order_for(run: Run, box: Box, who: str) -> str:
    """A shop sends an order of this person for that store; its id there."""
    number = f"story-{len(run.trace)}"
    body = {
        "source_id": number,
        "store": f"Store {box.store_id}",
        "currency": "JPY",
        "lines": [{"sku": "MILK", "name": "Milk", "qty": 1}],
        "buyer": {"first_name": "Ana", "ref": who},
    }
    run.work._send(number, body)
    wait(run)
    return str(box.rows("SELECT order_id FROM orders ORDER BY id DESC LIMIT 1")[0]["order_id"])


def person_of(box: Box, order_id: str) -> str:
    """The pseudonym of an order's customer."""
    return str(
        box.rows("SELECT customer_key FROM orders WHERE order_id = ?", order_id)[0]["customer_key"]
    )


def yes(run: Run, box: Box, order_id: str) -> None:
    """The customer allows."""
    key = person_of(box, order_id)
    run.do(box, lambda: run.work.says_yes(box, PURPOSE, order_id, key))


def no(run: Run, box: Box, order_id: str) -> None:
    """The customer takes it back."""
    key = person_of(box, order_id)
    work = partial(consents.withdraw, purpose=PURPOSE, customer_key=key)
    run.do(box, lambda: f"no {box.write(work)}")


def is_allowed(box: Box, order_id: str) -> bool:
    """Whether the store would use what it knows."""
    now, key = box.clock.now(), person_of(box, order_id)
    with box.edge.read() as reader:
        return consents.is_allowed(reader, PURPOSE, order_id=order_id, customer_key=key, now=now)


def _must(holds: object, name: str, text: str) -> None:
    if not holds:
        raise Violation(name, text)


def killed_over_an_answer(run: Run) -> None:
    """6: the process dies at each statement of what follows HQ's answer."""
    [box, *_] = run.boxes
    for left in range(14):
        offer_id = f"hq-offer-{left % 2}"
        run.work.publish(offer_id, price=100 + left)
        run.do(box, partial(run.work.take_order, box, random.Random(left)))
        run.run_until(run.time.seconds + 0.03)
        if box.is_up:
            box.machine.fuse = left
        wait(run, 40)


def no_at_one_older_yes_at_other(run: Run) -> None:
    """25: B's yes is older, but comes later and with the larger stamp."""
    a, b, *_ = run.boxes
    here, there = order_for(run, a, "ana"), order_for(run, b, "ana")
    cut(run, 0, 200)
    cut(run, 1, 300)
    b.clock.off_by = 3600.0
    yes(run, b, there)
    wait(run, 5)
    no(run, a, here)
    wait(run, 400)
    _must(not is_allowed(a, here), "S10", "A allows against its own no")
    _must(not is_allowed(b, there), "S10", "B allows against A's no")


def yes_and_no_in_every_order(run: Run) -> None:
    """26: whoever is heard first, and whatever comes twice."""
    a, b, *_ = run.boxes
    for case in range(4):
        who = f"person-{case}"
        here, there = order_for(run, a, who), order_for(run, b, who)
        run.faults.append(Fault(run.time.seconds, "twice", lasts=300, amount=1.0))
        cut(run, case % 2, 120)
        cut(run, 1 - case % 2, 60)
        first, second = (yes, no) if case < 2 else (no, yes)
        first(run, a, here)
        second(run, b, there)
        wait(run, 300)
        _must(not is_allowed(a, here), "S10", f"A allows, case {case}")
        _must(not is_allowed(b, there), "S10", f"B allows, case {case}")


def cancel_crosses_handover(run: Run) -> None:
    """36: the shop cancels while the goods are given out and the line is down."""
    box = run.boxes[0]
    order_id = order_for(run, box, "ana")
    for _ in range(4):
        run.do(box, partial(run.work.go_on_with, box, order_id))
    cut(run, 0, 120)
    number = max(run.work._orders)
    body = {**run.work._orders[number], "cancelled": True}
    run.work._send(number, {**body, "modified_at": run.time.true_now.isoformat()})

    def give(unit: Unit) -> object:
        shop = orders.shop_here(unit, box.edge)
        return hand_over(unit, order_id, override_reason="known", by=BY, shop=shop)

    run.do(box, lambda: f"gives {bool(box.write(give))}")
    wait(run, 300)
    [row] = box.rows("SELECT state FROM orders WHERE order_id = ?", order_id)
    _must(row["state"] == "handed_over", "S13", f"what was given out is {row['state']}")


def poison_is_mended(run: Run) -> None:
    """39: an event that HQ could not apply, good ones behind it and beside it; then it is tried again."""
    box = run.boxes[0]
    wish = a_wish(run.time, price=100, limit=3)
    offer = box.write(lambda unit: offers.make(unit, wish, by=BY))
    first = OfferHonoured(redemption_id="r-1", offer_id=offer.offer_id)
    box.write(lambda unit: unit.record(first))
    run.do(box, lambda: run.work.take_order(box, random.Random(1)))
    wait(run)
    _must(
        len(run.hq.rows("SELECT 1 AS n FROM quarantine")) == 1,
        "S15",
        "the poison is not in quarantine",
    )
    states = run.hq.rows("SELECT body FROM folded WHERE record_type = 'order_status'")
    _must(states, "S15", "what has nothing to do with it waits")
    commands.COMMANDS["retry-waiting"](run.hq.hq, {})
    _must(
        len(run.hq.rows("SELECT 1 AS n FROM quarantine")) == 1,
        "S15",
        "what still cannot be applied is gone",
    )


def swizzle(run: Run) -> None:
    """45: lines go down one by one and come back in another order, while every store compares its night."""
    run.plan()
    for number, box in enumerate(run.boxes):
        run.at(60.0 + 10 * number, partial(_compare, run, box))
        length = 30.0 * (len(run.boxes) - number)
        run.faults.append(Fault(60.0 + 5 * number, "cut", number, lasts=length, amount=1.0))
    wait(run, 240)


def night_during_sales(run: Run) -> None:
    """48: the comparison runs while orders come and go; it mends nothing that is well."""
    run.plan()
    for box in run.boxes:
        for at in range(20, 230, 15):
            run.at(float(at), partial(_compare, run, box))
    wait(run, 240)


def _compare(run: Run, box: Box) -> None:
    if box.is_up:
        box.session.compare("2026-11-22")
        run.look(box)


def changed_by_hand(run: Run) -> None:
    """49: somebody changes one row at HQ; the night names it, and the log shows what is true."""
    box = run.boxes[0]
    run.do(box, lambda: run.work.take_order(box, random.Random(1)))
    wait(run)
    change: Callable[[str, str], object] = partial(_swap, run)
    change('"state":"accepted"', '"state":"cancelled"')
    comparing = box.session.compare("2026-11-23")
    run.look(box)
    wait(run)
    named = [each.table for each in comparing.report.differences] if comparing.report else []
    _must(named == ["order_status"], "S9", f"the night names {named}")
    change('"state":"cancelled"', '"state":"accepted"')


def _swap(run: Run, before: str, after: str) -> None:
    run.hq.change(
        "UPDATE folded SET body = replace(body, :before, :after) WHERE record_type = 'order_status'",
        before=before, after=after,
    )  # fmt: skip


def _sell(run: Run, box: Box, count: int) -> None:
    for number in range(count):
        run.do(box, partial(run.work.take_order, box, random.Random(len(run.trace) + number)))


def _back_to(run: Run, box: Box, number: int) -> None:
    """The store goes back to one of its backups, and works on without a line."""
    cut(run, 0, 60)
    fault = Fault(run.time.seconds, "restore", 0, amount=number / len(box.backups))
    run.strike(fault)
    wait(run, 10)


def restored(run: Run) -> None:
    """12: what HQ has stays, what the store sold since is sent under its own ids."""
    box = run.boxes[0]
    order_id = order_for(run, box, "ana")
    run.back_up()
    for _ in range(5):
        run.do(box, partial(run.work.go_on_with, box, order_id))
    _sell(run, box, 2)
    wait(run)
    _back_to(run, box, 0)
    _sell(run, box, 3)
    wait(run, 300)
    [row] = box.rows("SELECT state FROM orders WHERE order_id = ?", order_id)
    _must(row["state"] == "handed_over", "S13", f"an order that was given out is {row['state']}")
    lost = box.rows("SELECT order_id FROM orders_told_back")
    _must(len(lost) == 2, "S2", f"{len(lost)} orders of the till are known to be lost")


def restored_to_as_many(run: Run) -> None:
    """13: both logs have the same length, and are not the same."""
    box = run.boxes[0]
    run.back_up()
    _sell(run, box, 3)
    wait(run)
    length = len(box.line)
    _back_to(run, box, 0)
    _sell(run, box, 3)
    _must(len(box.line) == length, "S5", "the story is told wrongly")
    wait(run, 300)
    _must(
        len(run.hq.rows("SELECT 1 AS n FROM epochs")) == len(run.boxes) + 1, "S5", "nobody noticed"
    )


def restored_twice(run: Run) -> None:
    """14: the image is of an epoch that is over; somebody enrols the box, and it goes on."""
    box = run.boxes[0]
    run.back_up()
    for _ in range(2):
        _sell(run, box, 2)
        wait(run)
        _back_to(run, box, 0)
        _sell(run, box, 1)
        wait(run, 200)


def both_restored(run: Run) -> None:
    """20: HQ goes back, and the store goes back further."""
    box = run.boxes[0]
    run.back_up()
    _sell(run, box, 2)
    wait(run)
    run.back_up()
    _sell(run, box, 2)
    wait(run)
    run.strike(Fault(run.time.seconds, "hq_restore", amount=0.99))
    _back_to(run, box, 0)
    _sell(run, box, 3)
    wait(run, 300)
