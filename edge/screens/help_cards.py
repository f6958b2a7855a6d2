"""Calls for help, as cards on the board: who comes is a person with a name."""

from __future__ import annotations

from collections.abc import Sequence

from edge.base import times
from edge.base.database import Rows
from edge.base.log import LoggedEvent
from edge.help import store as calls
from edge.help.rules import Call, Surface, Topic
from edge.locale import Words
from edge.orders import store as orders
from edge.screens.shown import Button, Card, Mark
from edge.staff import store as staff

PREFIX = "help:"


def cards(rows: Rows, _: Words) -> list[Card]:
    """Every call that nobody has taken."""
    return [_card(rows, call, _) for call in calls.open_calls(rows)]


def _card(rows: Rows, call: Call, _: Words) -> Card:
    return Card(
        ref=f"{PREFIX}{call.call_id}",
        kind="help",
        lane="out",
        rank=call.called_at.timestamp(),
        number=_number(rows, call),
        name=_about(call.topic, _),
        since=times.text(call.called_at),
        since_word=_("waiting"),
        is_new=True,
        opens=False,
        where=Mark(text=_place(rows, call, _), icon="place"),
        button=Button(
            label=_("I am coming"), url=f"/api/v1/help/{call.call_id}/answer", icon="walk"
        ),
    )


def _number(rows: Rows, call: Call) -> str:
    order = orders.find(rows, call.order_id) if call.order_id else None
    return order.number if order else "?"


def _place(rows: Rows, call: Call, _: Words) -> str:
    device = staff.device(rows, call.device_id) if call.device_id else None
    if device is not None:
        return device.name
    return _("on their phone") if call.surface is Surface.PASS else _("in the store")


def _about(topic: Topic, _: Words) -> str:
    return {
        Topic.ORDER: _("Asks about an order"),
        Topic.NUMBER: _("Knows only the order number"),
        Topic.PASS: _("Asks about an order"),
        Topic.PRODUCT: _("Cannot find something"),
        Topic.OFFER: _("Asks about an offer"),
        Topic.PAY: _("Wants to pay, or money back"),
        Topic.CARRY: _("Needs a hand with carrying"),
        Topic.COLLEAGUE: _("A colleague asks for help"),
    }.get(topic, _("Asks for somebody"))


def affected(fact: LoggedEvent) -> Sequence[str]:
    """The card of the call that a fact is about."""
    return [f"{PREFIX}{fact.aggregate_id}"]


REFRESHES = dict.fromkeys(("help_called", "help_answered", "help_lapsed"), affected)
