"""What is done with notices: made by reactions, told on the pass until seen, forgotten after their time.

HQ alone will write to addresses; the store speaks through its own screens.
"""

from datetime import datetime

from edge.base.unit import Unit
from edge.messages import rules, store
from edge.messages.rules import Notice, NoticeKind, NoticeMade

ENDS = "notice_ends"


def tell(
    unit: Unit,
    order_id: str,
    kind: NoticeKind,
    *,
    at: datetime | None = None,
    may_promote: bool = False,
) -> Notice:
    """There is something to tell an order's customer, since `at`: once for each kind, only while it is true."""
    notice = rules.make(order_id, kind, at=min(at or unit.now, unit.now), may_promote=may_promote)
    if rules.is_good(notice, unit.now) and store.add(unit, notice):
        unit.set_timer(ENDS, f"{order_id}:{kind.value}", notice.good_until)
        event = NoticeMade(
            order_id=order_id, notice_kind=kind.value, notice_class=notice.notice_class.value
        )
        unit.record(event, by="system")
    return notice


def seen(unit: Unit, order_id: str, kind: NoticeKind) -> None:
    """The customer has it: it is not told again."""
    store.mark_sent(unit, order_id, kind)


def lapse(unit: Unit, ref: str) -> None:
    """The timer of a notice: its time is over, so it is forgotten, whatever the clock says later."""
    order_id, _, kind = ref.rpartition(":")
    store.forget(unit, order_id, NoticeKind(kind))
