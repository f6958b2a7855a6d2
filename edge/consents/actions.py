"""What is done with consents: a yes, a no, a withdrawal at once, an end, and what HQ tells."""

from datetime import datetime, timedelta
from typing import Protocol

from edge.base.database import Rows
from edge.base.unit import Unit
from edge.consents import store
from edge.consents.rules import FACTS, NoticeOutdated, Purpose, Served, served
from edge.consents.rules.events import (
    ConsentExpired,
    ConsentGranted,
    ConsentRefused,
    ConsentWithdrawn,
)
from edge.consents.rules.receipt import Kept, State
from sync.core.merge.consent import Consent

TAP = "tap"
ENDS = "consent_ends"
GPC = "gpc"
HQ = "hq"


class Told(Protocol):
    """What HQ tells of one person and purpose."""

    customer_key: str
    purpose: str
    known: Consent


def card(
    rows: Rows,
    purpose: Purpose,
    *,
    order_id: str,
    customer_key: str,
    lang: str,
    now: datetime,
    pepper: bytes,
    gpc: bool = False,
    again: bool = False,
    minutes: int = served.MINUTES,
) -> Served | None:
    """The text to ask with, or None: granted, answered before, or the browser says "do not ask".

    `again` is for who looks for the card themselves after a no: nobody is asked twice unasked.
    """
    if gpc and FACTS[purpose].yields_to_gpc:
        return None
    if store.was_refused(rows, order_id, purpose) and not again:
        return None
    if store.stands(rows, purpose, order_id=order_id, customer_key=customer_key, now=now):
        return None
    known = store.newest_withdrawal(rows, customer_key, purpose)
    return served.serve(
        purpose, lang, order_id=order_id, known=known, now=now, pepper=pepper, minutes=minutes
    )


def next_card(
    rows: Rows,
    *,
    order_id: str,
    customer_key: str,
    lang: str,
    now: datetime,
    pepper: bytes,
    gpc: bool = False,
    minutes: int = served.MINUTES,
) -> Served | None:
    """The one card to show now: the distance first; what rests on it only once that was allowed."""
    for purpose in (Purpose.ARRIVAL_TIMING, Purpose.ADJACENT_OFFER):
        needs = FACTS[purpose].needs
        if all(store.allows(rows, each, order_id=order_id, now=now) for each in needs):
            shown = card(
                rows,
                purpose,
                order_id=order_id,
                customer_key=customer_key,
                lang=lang,
                now=now,
                pepper=pepper,
                gpc=gpc,
                minutes=minutes,
            )
            if shown is not None:
                return shown
    return None


def is_allowed(
    rows: Rows, purpose: Purpose, *, order_id: str, customer_key: str, now: datetime
) -> bool:
    """Whether this use is allowed now, with all that it rests on; what is not known is not allowed."""
    facts = FACTS[purpose]
    return all(
        store.stands(rows, each, order_id=order_id, customer_key=customer_key, now=now)
        for each in (purpose, *facts.needs)
    )


def grant(
    unit: Unit, shown: Served, *, order_id: str, customer_key: str, minutes: int, how: str = TAP
) -> str:
    """Take a yes to a text that was shown; returns the grant's id. The same yes twice is one."""
    if known := store.grant_of_served(unit, shown.served_id):
        return known
    purpose = shown.notice.purpose
    if store.newest_withdrawal(unit, customer_key, purpose) != shown.known:
        raise NoticeOutdated
    seen = store.withdrawals(unit, customer_key, purpose)
    is_for_one_order = FACTS[purpose].is_for_one_order
    kept = Kept(
        grant_id=unit.ids.uuid7(unit.now),
        customer_key=customer_key,
        purpose=purpose,
        order_id=order_id if is_for_one_order else "",
        granted_at=unit.now,
        expires_at=unit.now + timedelta(minutes=minutes) if is_for_one_order else None,
        notice_hash=shown.notice.text_hash,
        notice_version=shown.notice.name,
        lang=shown.notice.lang,
        value_offer=shown.notice.value_offer,
        served_id=shown.served_id,
        how=how,
        state=State.GIVEN,
    )
    store.keep_notice(unit, shown.notice)
    store.add_grant(unit, kept, seen)
    store.settle(unit, customer_key, purpose)
    if kept.expires_at:
        unit.set_timer(ENDS, order_id, kept.expires_at)
    unit.record(_granted(kept, shown, seen), by="customer")
    return kept.grant_id


def refuse(unit: Unit, shown: Served, *, order_id: str, customer_key: str) -> None:
    """Take a no: nothing is asked again, and what stood for this purpose does not stand any more."""
    purpose = shown.notice.purpose
    if not store.was_refused(unit, order_id, purpose):
        store.add_refusal(unit, order_id, purpose)
        unit.record(
            ConsentRefused(
                customer_key=customer_key,
                purpose=purpose.value,
                order_id=order_id,
                served_id=shown.served_id,
            ),
            by="customer",
        )
    if _stands(store.known(unit, customer_key, purpose)):
        withdraw(unit, purpose, customer_key=customer_key, order_id=order_id)


def withdraw(
    unit: Unit, purpose: Purpose, *, customer_key: str, order_id: str = "", how: str = TAP
) -> bool:
    """Take a permission back, now; False if nothing was there that had not been taken back before."""
    if order_id:
        store.add_refusal(unit, order_id, purpose)
    both = store.known(unit, customer_key, purpose)
    if both.withdrawals and not _stands(both):
        return False
    withdrawal_id = unit.ids.uuid7(unit.now)
    store.add_withdrawal(unit, withdrawal_id, customer_key=customer_key, purpose=purpose, how=how)
    store.settle(unit, customer_key, purpose)
    unit.record(
        ConsentWithdrawn(
            customer_key=customer_key,
            purpose=purpose.value,
            order_id=order_id,
            withdrawal_id=withdrawal_id,
            how=how,
        ),
        by="customer",
    )
    return True


def respect_gpc(unit: Unit, customer_key: str) -> None:
    """The browser says "do not use my data for more": every purpose that yields to it is withdrawn."""
    for purpose, facts in FACTS.items():
        if facts.yields_to_gpc:
            withdraw(unit, purpose, customer_key=customer_key, how=GPC)


def lapse(unit: Unit, order_id: str) -> None:
    """Time is up: what ran out is gone, so that a clock set back does not bring it back."""
    if next_at := store.drop_lapsed(unit, order_id):
        unit.set_timer(ENDS, order_id, next_at)


def end_for_order(unit: Unit, order_id: str) -> None:
    """The order is over, and with it all that was granted for it alone."""
    for purpose in store.end_for_order(unit, order_id):
        unit.record(ConsentExpired(order_id=order_id, purpose=purpose.value), by="system")


def apply_consent(unit: Unit, told: Told, *, origin: str = HQ) -> bool:
    """Join what HQ knows to what we know; returns whether anything was new."""
    both = store.known(unit, told.customer_key, told.purpose)
    ours = {each.grant_id for each in both.grants}
    fresh = [each for each in told.known.grants if each.grant_id not in ours]
    for each in fresh:
        store.add_foreign_grant(unit, each, customer_key=told.customer_key, purpose=told.purpose)
    gone = [each for each in told.known.withdrawals if each not in both.withdrawals]
    for withdrawal_id in gone:
        store.add_withdrawal(
            unit, withdrawal_id, customer_key=told.customer_key, purpose=told.purpose, how=origin
        )
        unit.record(
            ConsentWithdrawn(
                customer_key=told.customer_key,
                purpose=told.purpose,
                order_id="",
                withdrawal_id=withdrawal_id,
                how=origin,
            ),
            origin=origin,
        )
    if fresh or gone:
        store.settle(unit, told.customer_key, told.purpose)
    for order_id in {each.order_id for each in fresh if each.expires_at}:
        lapse(unit, order_id)
    return bool(fresh or gone)


def _stands(both: Consent) -> bool:
    return any(set(both.withdrawals) <= set(each.seen) for each in both.grants)


def _granted(kept: Kept, shown: Served, seen: tuple[str, ...]) -> ConsentGranted:
    return ConsentGranted(
        customer_key=kept.customer_key,
        purpose=kept.purpose.value,
        order_id=kept.order_id,
        grant_id=kept.grant_id,
        granted_at=kept.granted_at,
        expires_at=kept.expires_at,
        notice_version=kept.notice_version,
        notice_hash=kept.notice_hash,
        lang=kept.lang,
        value_offer=kept.value_offer,
        served_id=kept.served_id,
        shown_at=shown.shown_at,
        how=kept.how,
        seen=seen,
    )
