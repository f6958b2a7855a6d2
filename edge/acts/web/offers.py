"""Redeeming an offer at a screen or at the desk, and answering one on the pass."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from edge import http
from edge.acts import decide_offers
from edge.acts.accept_offer import accept_offer
from edge.acts.redeem import redeem
from edge.base.unit import Unit
from edge.http import Caller
from edge.offers import actions
from edge.offers.rules import Outcome, form_key
from edge.offers.rules.redemption import as_said
from edge.offers.rules.shown import RedemptionShown, show_redemption
from edge.orders import actions as orders_actions
from edge.orders import store as orders

bp = http.blueprint("offer_acts")

Scanned = Annotated[str, Meta(max_length=200)]


class RedemptionBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where somebody redeems, and what they show: the printed code, their pass, or nothing.

    `visit` is the screen's own name for the person before it; without it and without a pass each try is somebody new.
    """

    surface: Literal["kiosk", "desk"]
    qr: Scanned = ""
    pass_code: Scanned = ""
    visit: Scanned = ""


class AnswerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer says to an offer on the pass."""

    answer: Literal["add", "not_now", "stop_kind"]


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it; `said` is the code to say at the desk after "add"."""

    answer: str
    said: str = ""


@http.route(
    bp,
    "POST",
    "/api/v1/offers/<offer_id>/redemptions",
    who=http.SCREEN,
    reads=RedemptionBody,
    answers=RedemptionShown,
    status=201,
    summary="Redeem an offer at the kiosk or at the desk",
)
def redemption(offer_id: str, *, body: RedemptionBody, caller: Caller) -> RedemptionShown:
    """Answers a code to say at the desk; each refusal says which of the closed list it was."""
    edge = http.edge()
    shopper = (
        form_key.shopper_key(edge.pepper, offer_id, f"{caller.device_id}:{body.visit}")
        if body.visit
        else ""
    )

    def work(unit: Unit) -> Outcome:
        return redeem(
            unit,
            offer_id,
            shop=orders_actions.shop_here(unit, edge),
            surface=body.surface,
            scanned=body.qr,
            pass_scanned=body.pass_code,
            shopper_key=shopper,
            by=caller.id,
        )

    return show_redemption(_outcome(edge.write(work, key=caller.key)).or_refusal())


def _outcome(answer: Any) -> Outcome:
    """What the writer answers: the outcome, or its JSON when a key was given."""
    return (
        answer if isinstance(answer, Outcome) else msgspec.convert(answer, Outcome, strict=False)
    )


@http.route(
    bp,
    "POST",
    "/p/<token>/offers/<offer_id>",
    who=http.PASS,
    reads=AnswerBody,
    answers=Answered,
    summary="Answer an offer on the pass",
)
def answer(token: str, offer_id: str, *, body: AnswerBody, caller: Caller) -> Answered:
    """Add it to the order, not now, or no more of this kind."""
    edge = http.edge()

    def work(unit: Unit) -> Answered:
        order = orders.load(unit, caller.order_id)
        if body.answer == "add":
            beside = decide_offers.beside(unit, edge, order, unit.now)
            added = accept_offer(unit, offer_id, order, beside)
            return Answered(answer=body.answer, said=as_said(added.spoken_code))
        if body.answer == "not_now":
            actions.put_off(unit, offer_id, order.order_id)
        else:
            actions.stop_kind(unit, offer_id, order.customer_key)
        return Answered(answer=body.answer)

    return edge.write(work, key=caller.key)
