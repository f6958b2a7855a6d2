"""Offers on other screens: beside an order on the pass, and as tasks on the board."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from edge.acts.decide_offers import offered
from edge.base import store_record, times
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.log import LoggedEvent
from edge.locale import Words
from edge.offers import store as offers
from edge.offers.rules import Offer
from edge.offers.rules.extra import Extra, ExtraState
from edge.orders import store as orders
from edge.products import store as products
from edge.screens.known import Known
from edge.screens.pass_shown import OfferCard
from edge.screens.shown import Button, Card, Mark, Slack
from sync.core.gates.decision import Why


def pass_offers(rows: Rows, edge: Edge, known: Known, _: Words) -> list[OfferCard]:
    """What the customer added, and what can still be ready before they come, each with its reason."""
    order_id = known.order.order_id
    taken = {each.offer_id for each in offers.redemptions_with_order(rows, order_id)}
    cards = [_pass_card(rows, offers.load(rows, each), _, is_taken=True) for each in sorted(taken)]
    for shown in offered(rows, edge, order_id).shown:
        if shown.offer_id not in taken:
            offer = offers.load(rows, shown.offer_id)
            cards.append(_pass_card(rows, offer, _, why=shown.why))
    return cards


def _pass_card(
    rows: Rows, offer: Offer, _: Words, *, why: Why | None = None, is_taken: bool = False
) -> OfferCard:
    wish, words = offer.wish, offer.words(_.lang)
    minutes = wish.preparation_minutes
    return OfferCard(
        offer_id=offer.offer_id,
        title=words.title,
        price=_.money(wish.price_minor, wish.currency),
        instead_of=_.money(wish.was_minor, wish.currency) if wish.was_minor else "",
        fresh=_("Made for you: ready when you arrive.") if minutes else "",
        why=_why(rows, why, _) if why else "",
        is_taken=is_taken,
    )


def _why(rows: Rows, why: Why, _: Words) -> str:
    """The stored reason in the customer's words."""
    if why.key == "goes_with_product":
        product = products.find(rows, why.params["sku"])
        if product:
            return _("It goes with %(product)s on your order.", product=product.name(_.lang))
    if why.key in ("goes_with_product", "goes_with_class"):
        return _("It goes with your order.")
    return _("It is for everyone this week.")


def redemptions(rows: Rows, day: str) -> int:
    """How many offers were redeemed on a store day."""
    zone = store_record.load(rows).zone
    begin = datetime.fromisoformat(day).replace(tzinfo=zone)
    return offers.redemptions_count(rows, begin, begin + timedelta(days=1))


def extra_cards(rows: Rows, _: Words) -> list[Card]:
    """Extras that somebody still has to prepare."""
    return [card for extra in offers.open_extras(rows) if (card := _extra_card(rows, extra, _))]


def _extra_card(rows: Rows, extra: Extra, _: Words) -> Card | None:
    order = orders.find(rows, extra.order_id)
    offer = offers.find(rows, extra.offer_id)
    if order is None or offer is None or not order.is_open:
        return None
    return Card(
        ref=extra.redemption_id,
        lane="pick",
        rank=(extra.start_by or extra.added_at).timestamp(),
        number=order.number,
        name=offer.words(_.lang).title,
        kind="task",
        opens=False,
        big=_("Being made") if extra.state is ExtraState.STARTED else _("Extra to make"),
        slack=_slack(extra, _),
        facts=[_.many("%(n)s minute", "%(n)s minutes", extra.preparation_minutes)],
        flags=[Mark(text=_("Pays at the desk"), icon="tag")],
        who=extra.by,
        button=_extra_button(extra, _),
    )


def _slack(extra: Extra, _: Words) -> Slack | None:
    if extra.start_by is None:
        return None
    return Slack(at=times.text(extra.start_by), before=_("{n} min left"), after=_("{n} min late"))


def _extra_button(extra: Extra, _: Words) -> Button:
    is_started = extra.state is ExtraState.STARTED
    return Button(
        label=_("Made") if is_started else _("Begin"),
        url=f"/api/v1/extras/{extra.redemption_id}",
        body={"state": ExtraState.DONE if is_started else ExtraState.STARTED},
        icon="check" if is_started else "arrow",
        done=_("Noted"),
    )


def _redemption(fact: LoggedEvent) -> Sequence[str]:
    return [str(fact.body["redemption_id"])]


_KINDS = ("offer_accepted", "extra_started", "extra_done", "extra_dropped")
EXTRA_REFRESHES: Mapping[str, Callable[[LoggedEvent], Sequence[str]]] = dict.fromkeys(
    _KINDS, _redemption
)
