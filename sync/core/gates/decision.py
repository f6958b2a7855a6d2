"""Which offers somebody sees, and why: pure, shared by the store and by HQ's dry run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sync.core.gates import GATES
from sync.core.gates.facts import ANY_ORDER, Candidate, Customer, Declined, Gate, Moment

MOST_SHOWN = 3


class Why(msgspec.Struct, frozen=True):
    """The reason in the shopper's words: a key of the catalogues and what fills its holes. Never free text."""

    key: str
    params: dict[str, str] = {}


class Shown(msgspec.Struct, frozen=True):
    """One offer to show, with its reason."""

    offer_id: str
    why: Why


class Decision(msgspec.Struct, frozen=True):
    """At most three offers, and for every other one the first gate that declined it."""

    shown: tuple[Shown, ...]
    declined: tuple[tuple[str, str], ...]


def first_refusal(
    offer: Candidate, customer: Customer, at: Moment, gates: Sequence[Gate] = GATES
) -> Declined | None:
    """The answer of the first gate that does not let this offer pass."""
    answers = (gate.declines((offer,), customer, at).get(offer.offer_id) for gate in gates)
    return next((answer for answer in answers if answer), None)


def decide(offers: Iterable[Candidate], customer: Customer, at: Moment) -> Decision:
    """Sort out what passes every gate, best first, at most one offer for each sku."""
    passed = list(offers)
    reasons: dict[str, str] = {}
    for gate in GATES:
        if declined := gate.declines(passed, customer, at):
            reasons |= {offer_id: refusal.reason for offer_id, refusal in declined.items()}
            passed = [offer for offer in passed if offer.offer_id not in declined]
    return Decision(_best(passed, at), tuple(reasons.items()))


def _best(passed: list[Candidate], at: Moment) -> tuple[Shown, ...]:
    chosen: dict[str, Candidate] = {}
    for offer in sorted(passed, key=lambda offer: _rank(offer, at)):
        chosen.setdefault(offer.sku or offer.offer_id, offer)
        if len(chosen) == MOST_SHOWN:
            break
    return tuple(Shown(offer.offer_id, why(offer, at)) for offer in chosen.values())


def _rank(offer: Candidate, at: Moment) -> tuple[int, int, int, str]:
    """What goes with more of the order comes first; then what is quicker to make; then a fixed order."""
    skus = len(offer.goes_with & at.order_skus)
    classes = len(offer.goes_with & at.order_classes)
    return (-skus, -classes, offer.preparation_minutes, offer.offer_id)


def why(offer: Candidate, at: Moment) -> Why:
    """The one thing in this order that made the choice."""
    if skus := offer.goes_with & at.order_skus:
        return Why("goes_with_product", {"sku": min(skus)})
    if classes := offer.goes_with & at.order_classes:
        return Why("goes_with_class", {"class": min(classes)})
    return Why("goes_with_any_order" if ANY_ORDER in offer.goes_with else "for_everyone")
