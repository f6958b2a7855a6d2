"""Offers on the pass: only what can be ready before the customer comes, each with its reason."""

from __future__ import annotations

from edge.acts import decide_offers
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.locale import Words
from edge.offers import store as offers
from edge.offers.rules import Offer
from edge.products import store as products
from edge.screens.known import Known
from edge.screens.pass_shown import OfferCard
from sync.core.gates.decision import Why


def shown(rows: Rows, edge: Edge, known: Known, _: Words) -> list[OfferCard]:
    """What was taken, then what may still be taken."""
    order_id = known.order.order_id
    taken = [each.offer_id for each in offers.redemptions_with_order(rows, order_id)]
    cards = [_card(offers.load(rows, each), "", _, is_taken=True) for each in taken]
    decision = decide_offers.offered(rows, edge, order_id)
    for each in decision.shown:
        if each.offer_id not in taken:
            offer = offers.load(rows, each.offer_id)
            cards.append(_card(offer, _reason(rows, offer, each.why, _), _))
    return cards


def _card(offer: Offer, why: str, _: Words, *, is_taken: bool = False) -> OfferCard:
    wish = offer.wish
    minutes = wish.preparation_minutes
    return OfferCard(
        offer_id=offer.offer_id,
        title=offer.words(_.lang).title,
        price=_.money(wish.price_minor, wish.currency),
        instead_of=_.money(wish.was_minor, wish.currency) if wish.was_minor else "",
        fresh=_.many(
            "Fresh in %(n)s min, in time for you.", "Fresh in %(n)s min, in time for you.", minutes
        )
        if minutes
        else "",
        why=why,
        is_taken=is_taken,
    )


def _reason(rows: Rows, offer: Offer, why: Why, _: Words) -> str:
    if why.key == "goes_with_product":
        product = products.find(rows, why.params["sku"])
        if product:
            return _("It goes with %(product)s in your order.", product=product.name(_.lang))
    if why.key == "goes_with_class":
        zones = {
            "ambient": _("It goes with what you ordered."),
            "chilled": _("It goes with the chilled food you ordered."),
            "frozen": _("It goes with the frozen food you ordered."),
        }
        return zones.get(why.params["class"], zones["ambient"])
    return offer.words(_.lang).why or _("Everybody is offered it today.")
