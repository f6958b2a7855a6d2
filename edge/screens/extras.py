"""What customers added to their orders, as tasks on the board."""

from __future__ import annotations

from collections.abc import Sequence

from edge.base import times
from edge.base.database import Rows
from edge.base.log import LoggedEvent
from edge.locale import Words
from edge.offers import store as offers
from edge.offers.rules.extra import Extra, ExtraState
from edge.orders import store as orders
from edge.screens.planning import EXTRA
from edge.screens.shown import Button, Card, Mark, Slack


def cards(rows: Rows, _: Words) -> list[Card]:
    """Every extra that still has to be prepared."""
    return [_card(rows, extra, _) for extra in offers.open_extras(rows)]


def _card(rows: Rows, extra: Extra, _: Words) -> Card:
    order = orders.load(rows, extra.order_id)
    offer = offers.load(rows, extra.offer_id)
    begun = extra.state is ExtraState.STARTED
    rank = (extra.start_by or extra.added_at).timestamp()
    return Card(
        ref=f"{EXTRA}{extra.redemption_id}",
        kind="task",
        lane="pick",
        rank=rank,
        number=order.number,
        name=offer.words(_.lang).title,
        big=_("Being made") if begun else _("Added on the way"),
        slack=None if begun else _slack(extra, _),
        opens=False,
        flags=[
            Mark(text=_("Added"), icon="gift", said=_("Added by the customer, paid at the desk"))
        ],
        facts=[_("%(n)s min to make", n=extra.preparation_minutes)],
        button=step(extra, _),
    )


def _slack(extra: Extra, _: Words) -> Slack | None:
    if extra.start_by is None:
        return None
    return Slack(at=times.text(extra.start_by), before=_("{n} min left"), after=_("{n} min late"))


def step(extra: Extra, _: Words) -> Button:
    """Begin to make it, or say that it is made."""
    url = f"/api/v1/extras/{extra.redemption_id}"
    if extra.state is ExtraState.STARTED:
        return Button(label=_("Made"), url=url, body={"state": "done"}, icon="check")
    return Button(label=_("Start making"), url=url, body={"state": "started"})


def affected(fact: LoggedEvent) -> Sequence[str]:
    """The task that a fact about an extra touches."""
    return [f"{EXTRA}{fact.body.get('redemption_id', fact.aggregate_id)}"]


REFRESHES = dict.fromkeys(
    ("offer_accepted", "extra_started", "extra_done", "extra_dropped"), affected
)
