"""What the customer is told of lines that came out otherwise than ordered, and what they pay for the order now."""

from __future__ import annotations

from edge.locale import Words
from edge.orders.rules import Line, State
from edge.screens.known import Known
from edge.screens.pass_shown import Row

# While somebody still looks for things, what is missing may turn up.
_STILL_LOOKING = {State.RECEIVED, State.ACCEPTED, State.PICKING}


def changes(known: Known, _: Words) -> list[Row]:
    """Each line that is short or has a substitute, in words: what is missing and what replaced it."""
    if known.order.state in _STILL_LOOKING:
        return []
    changed = [line for line in known.order.lines if line.is_short or line.substitute]
    return [Row(word=_name(known, line), value=_said(known, line, _)) for line in changed]


def total(known: Known, _: Words) -> str:
    """The sum as it is now, beside what was ordered, if it is less; "" when nothing changed it."""
    order = known.order
    if order.state in _STILL_LOOKING:
        return ""
    ordered = sum(line.qty * line.unit_price_minor for line in order.lines)
    now, before = (_.money(each, order.currency) for each in (order.total_minor, ordered))
    if order.total_minor == ordered:
        return _("The sum stays %(now)s.", now=now)
    return _("The sum is now %(now)s, not %(before)s.", now=now, before=before)


def _said(known: Known, line: Line, _: Words) -> str:
    said = []
    if line.substitute:
        other = line.substitute
        said.append(
            _(
                "Instead: %(qty)s × %(name)s, %(price)s each, never more than you ordered it for.",
                qty=other.qty,
                name=known.names.get(other.sku, other.name),
                price=_.money(other.unit_price_minor, known.order.currency),
            )
        )
    if line.is_short:
        missing = line.qty - line.given_qty
        said.append(
            _.many(
                "%(n)s missing: you do not pay for it.",
                "%(n)s missing: you do not pay for them.",
                missing,
            )
        )
    return " ".join(said)


def _name(known: Known, line: Line) -> str:
    return known.names.get(line.sku, line.name)
