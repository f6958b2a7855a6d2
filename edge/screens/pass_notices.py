"""What the pass points out: notices that are still true, until their customer has seen them."""

from __future__ import annotations

from edge.base import store_record
from edge.base.database import Rows
from edge.consents import store as consents
from edge.consents.rules import Purpose
from edge.locale import Words
from edge.messages import store as messages
from edge.messages.rules import NoticeKind, may_be_told
from edge.orders.rules import State
from edge.screens.known import Known
from edge.screens.pass_shown import NoticeShown


def shown(rows: Rows, known: Known, _: Words) -> list[NoticeShown]:
    """Newest first; what the order no longer bears out is left unsaid, whatever the clock says."""
    order, now = known.order, known.now
    waiting = messages.untold(rows, order.order_id, now)
    if not waiting:
        return []
    hour = now.astimezone(store_record.load(rows).zone).hour
    may_promote = consents.stands(
        rows, Purpose.MESSAGES, order_id=order.order_id, customer_key=order.customer_key, now=now
    )
    return [
        NoticeShown(kind=each.kind.value, text=text, at=_.near(each.made_at, now))
        for each in waiting
        if may_be_told(each, now, hour=hour, may_promote=may_promote)
        and (text := _text(each.kind, known, _))
    ]


def _text(kind: NoticeKind, known: Known, _: Words) -> str:
    """The words of a notice; "" when it is not true any more."""
    order = known.order
    until = _.near(order.hold_until, known.now)
    is_waiting = order.state is State.READY and not known.is_here
    is_changed = any(line.is_short or line.substitute for line in order.lines)
    true = {
        NoticeKind.READY: (is_waiting, _("Your order is ready.")),
        NoticeKind.HOLD_ENDS: (
            is_waiting,
            _("We keep your order until %(time)s only.", time=until),
        ),
        NoticeKind.SHORT: (
            is_changed and order.is_open and order.state not in {State.ACCEPTED, State.PICKING},
            _("Something in your order is different. It stands below."),
        ),
        NoticeKind.CANCELLED: (
            order.state is State.CANCELLED,
            _("Your order was cancelled. Nothing is kept for you."),
        ),
        NoticeKind.NO_SHOW: (
            order.state is State.NO_SHOW,
            _("The time for your order is over. Call us, if you still want it."),
        ),
    }
    is_true, text = true.get(kind, (False, ""))
    return text if is_true else ""
