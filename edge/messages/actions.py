"""What is done with notices. Reactions make them; nothing sends them yet, and HQ alone will write to addresses."""

from edge.base.unit import Unit
from edge.messages import rules, store
from edge.messages.rules import Notice, NoticeKind, NoticeMade


def tell(unit: Unit, order_id: str, kind: NoticeKind, *, may_promote: bool = False) -> Notice:
    """There is something to tell the customer of an order; once for each kind."""
    notice = rules.make(order_id, kind, at=unit.now, may_promote=may_promote)
    if store.add(unit, notice):
        event = NoticeMade(
            order_id=order_id, notice_kind=kind.value, notice_class=notice.notice_class.value
        )
        unit.record(event, by="system")
    return notice
