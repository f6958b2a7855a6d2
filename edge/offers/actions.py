"""What is done with offers. Each takes the unit first and never opens one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from edge.base.database import Rows
from edge.base.unit import Unit
from edge.offers import store
from edge.offers.rules import Offer, Outcome, QrCode, Redemption, Result, Wish, candidate
from edge.offers.rules import extra as extras
from edge.offers.rules import offer as rules
from edge.offers.rules import qr_code as codes
from edge.offers.rules import redemption as redeeming
from edge.offers.rules.events import (
    ExtraDone,
    ExtraDropped,
    ExtraStarted,
    OfferAccepted,
    OfferDeclined,
    OfferHonoured,
    OfferKindStopped,
    OfferRedeemed,
    OfferReleased,
    OfferShown,
)
from edge.offers.rules.extra import Extra, ExtraState
from edge.offers.rules.refusals import AlreadyUsed
from sync.core.gates import PULL_GATES
from sync.core.gates.decision import Decision, first_refusal
from sync.core.gates.facts import Customer, Moment

ENDS = "offer_ends"


def make(unit: Unit, wish: Wish, *, by: str) -> Offer:
    """Make an offer of this store, with a code to print."""
    offer, event = rules.make(wish, unit.ids.uuid7(unit.now))
    _keep(unit, offer)
    code_for(unit, codes.OFFER, offer.offer_id)
    unit.record(event, by=by)
    return offer


def change(unit: Unit, offer_id: str, wish: Wish, *, by: str) -> Offer:
    """Give an offer other contents; what was redeemed stays redeemed."""
    offer, event = rules.change(store.load(unit, offer_id), wish)
    _keep(unit, offer)
    unit.record(event, by=by)
    return offer


def stop(unit: Unit, offer_id: str, *, by: str) -> Offer:
    """End an offer now, whatever its dates say."""
    wish = store.load(unit, offer_id).wish
    return change(unit, offer_id, msgspec.structs.replace(wish, active=False), by=by)


def lapse(unit: Unit, offer_id: str) -> None:
    """The timer that notes an offer's end, so that a clock that is set back cannot revive it."""
    if ended := rules.end(store.load(unit, offer_id), unit.now):
        store.save(unit, ended[0])
        unit.record(ended[1], by="system")


def _keep(unit: Unit, offer: Offer) -> None:
    store.save(unit, offer)
    if offer.wish.active:
        unit.set_timer(ENDS, offer.offer_id, offer.wish.ends_at)
    else:
        unit.clear_timer(ENDS, offer.offer_id)


def apply_offer(unit: Unit, record: Mapping[str, Any]) -> None:
    """Take over an offer as HQ describes it; an older revision changes nothing."""
    offer_id, revision, wish = rules.read_record(record)
    held = store.find(unit, offer_id)
    if record.get("owner") == rules.STORE:
        _own_offer_told_back(unit, rules.own_again(offer_id, revision, wish), held)
        return
    offer = rules.from_hq(offer_id, revision, wish, held)
    if offer is None:
        return
    _keep(unit, offer)
    code_for(unit, codes.OFFER, offer.offer_id)
    unit.record(rules.told(offer), by="hq", origin="hq")


def _own_offer_told_back(unit: Unit, told: Offer, held: Offer | None) -> None:
    """After a restore: our own offer as we described it once. If we changed it since, we have the last word."""
    if held is None or held.revision < told.revision:
        _keep(unit, told)
        code_for(unit, codes.OFFER, told.offer_id)
    elif held.revision == told.revision and held.wish != told.wish:
        change(unit, held.offer_id, held.wish, by="system")


def redemption_told_back(unit: Unit, told: Mapping[str, Any]) -> None:
    """After a restore: a use of an offer that HQ knows of. It counts; its spoken code is lost."""
    store.add_told_back(unit, told)


def redeem(
    unit: Unit,
    offer_id: str,
    *,
    surface: str,
    shopper_key: str = "",
    order_id: str = "",
    by: str = "",
) -> Outcome:
    """Take one of an offer, if its window, its limit and its "once" allow. Paid at the desk."""
    offer = store.load(unit, offer_id)
    redeemed = store.redeemed_by(unit, shopper_key)
    declined = first_refusal(
        candidate(offer), Customer(redeemed=redeemed), Moment(now=unit.now), PULL_GATES
    )
    if declined:
        earlier = store.redemption_of(unit, offer_id, shopper_key)
        return Outcome(result=Result(declined.reason), redemption=earlier)
    redemption = Redemption(
        redemption_id=unit.ids.uuid7(unit.now),
        offer_id=offer_id,
        surface=surface,
        spoken_code=_fresh_spoken_code(unit),
        price_minor=offer.wish.price_minor,
        currency=offer.wish.currency,
        redeemed_at=unit.now,
        shopper_key=shopper_key,
        order_id=order_id,
    )
    return _take(unit, offer, redemption, by=by)


def _take(unit: Unit, offer: Offer, redemption: Redemption, *, by: str) -> Outcome:
    is_once = offer.wish.once_per_customer and redemption.shopper_key
    once_key = redemption.shopper_key if is_once else redemption.redemption_id
    if not store.redeem(unit, redemption, once_key=once_key):
        return Outcome(result=Result.SOLD_OUT)
    event = OfferRedeemed(
        redemption_id=redemption.redemption_id,
        offer_id=redemption.offer_id,
        order_id=redemption.order_id,
        surface=redemption.surface,
        price_minor=redemption.price_minor,
        currency=redemption.currency,
    )
    unit.record(event, by=by)
    return Outcome(result=Result.OK, redemption=redemption)


def _fresh_spoken_code(unit: Unit) -> str:
    while not store.is_spoken_code_free(unit, code := redeeming.spoken_code(unit.ids.token(5))):
        pass
    return code


def spoken(rows: Rows, typed: str) -> Redemption:
    """What a spoken code stands for, however it was typed; UnknownCode when nobody was given it."""
    return store.redemption_by_code(rows, redeeming.as_typed(typed))


def honour(unit: Unit, typed: str, *, by: str) -> Redemption:
    """Give out what a spoken code stands for: once. AlreadyUsed and UnknownCode say why not."""
    redemption = spoken(unit, typed)
    if not store.honour(unit, redemption.redemption_id):
        raise AlreadyUsed
    event = OfferHonoured(redemption_id=redemption.redemption_id, offer_id=redemption.offer_id)
    unit.record(event, by=by)
    return msgspec.structs.replace(redemption, honoured_at=unit.now)


def note_shown(unit: Unit, order_id: str, decision: Decision) -> None:
    """Keep a decision with its reasons, when it shows something else than before."""
    seen = store.offers_seen(unit, order_id)
    if seen == {shown.offer_id for shown in decision.shown}:
        return
    declined = Counter(reason for _, reason in decision.declined)
    shown = [msgspec.to_builtins(each) for each in decision.shown]
    store.save_decision(unit, order_id, shown, dict(declined))
    for each in decision.shown:
        if each.offer_id not in seen:
            unit.record(OfferShown(offer_id=each.offer_id, order_id=order_id, why=each.why.key))


def put_off(unit: Unit, offer_id: str, order_id: str) -> None:
    """The customer said "not now"."""
    store.load(unit, offer_id)
    if store.put_off(unit, order_id, offer_id):
        unit.record(OfferDeclined(offer_id=offer_id, order_id=order_id), by="customer")


def stop_kind(unit: Unit, offer_id: str, customer_key: str) -> None:
    """The customer wants no more offers of this one's kind."""
    kind = store.load(unit, offer_id).wish.kind
    if store.stop_kind(unit, customer_key, kind):
        unit.record(OfferKindStopped(customer_key=customer_key, offer_kind=kind), by="customer")


def code_for(unit: Unit, kind: str, ref: str) -> QrCode:
    """The printed code of a thing; made the first time it is asked for."""
    held = store.code_for(unit, kind, ref)
    if held:
        return held
    code = QrCode(code=unit.ids.token(5)[: codes.LENGTH], kind=kind, ref=ref)
    store.save_code(unit, code)
    return code


def add_extra(
    unit: Unit, redemption: Redemption, preparation_minutes: int, *, minutes_left: float
) -> Extra:
    """Give the staff one more task for an order, to be begun so that nobody waits for it."""
    extra = Extra(
        redemption_id=redemption.redemption_id,
        order_id=redemption.order_id,
        offer_id=redemption.offer_id,
        preparation_minutes=preparation_minutes,
        added_at=unit.now,
        start_by=extras.start_by(unit.now, minutes_left, preparation_minutes),
    )
    store.save_extra(unit, extra)
    event = OfferAccepted(
        offer_id=extra.offer_id, order_id=extra.order_id, redemption_id=extra.redemption_id
    )
    unit.record(event, by="customer")
    return extra


def move_extra(unit: Unit, redemption_id: str, to: ExtraState, *, by: str) -> Extra:
    """Begin an extra, or say that it is prepared."""
    extra = extras.move(store.load_extra(unit, redemption_id), to, by=by)
    store.save_extra(unit, extra)
    event = _MOVED[to](redemption_id=redemption_id, order_id=extra.order_id)
    unit.record(event, by=by)
    return extra


_MOVED = {
    ExtraState.STARTED: ExtraStarted,
    ExtraState.DONE: ExtraDone,
    ExtraState.DROPPED: ExtraDropped,
}


def drop_extras(unit: Unit, order_id: str) -> None:
    """Take an order's open extras off the board: it has ended."""
    for extra in store.extras_of(unit, order_id):
        if extra.state in extras.OPEN:
            move_extra(unit, extra.redemption_id, ExtraState.DROPPED, by="system")


def give_back(unit: Unit, order_id: str) -> None:
    """An order ended without a handover: what nobody began to make or gave out is free for somebody else."""
    begun = {
        each.redemption_id
        for each in store.extras_of(unit, order_id)
        if each.state in (ExtraState.STARTED, ExtraState.DONE)
    }
    for each in store.redemptions_with_order(unit, order_id):
        is_free = each.surface == redeeming.PASS and each.redemption_id not in begun
        if is_free and store.release(unit, each.redemption_id):
            event = OfferReleased(
                redemption_id=each.redemption_id, offer_id=each.offer_id, order_id=order_id
            )
            unit.record(event, by="system")
