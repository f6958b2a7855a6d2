"""Calls at shops: taken on with a lease, finished in the unit that uses the answer, or put back with a wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec

from sync.hq.base.rows import Unit
from sync.hq.orders.actions.fetched import complete, show_waiting
from sync.hq.orders.actions.intake import Intake
from sync.hq.orders.rules.calls import Call, CallFailed, Shop, needs_eyes, next_try
from sync.hq.orders.rules.draft import NEVER, Draft, Ignored
from sync.hq.orders.store import calls, orders, shops
from sync.hq.orders.store import intake as sources

# A shop that refuses our token is not asked again for each of its orders.
REFUSED_HOLD = timedelta(minutes=2)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A call that is ours for the time of its lease, with how its shop is reached."""

    call: Call
    shop: Shop
    adapter: str


def begin(unit: Unit, *, holder: str, most: int) -> list[Job]:
    """Take on what is due. A call of a shop that is gone is dropped."""
    jobs = []
    for call in calls.claim(unit, holder=holder, most=most):
        source = sources.source(unit, call.source)
        if source is None:
            calls.drop(unit, call.source, call.source_id, call.kind)
            continue
        shop = shops.of_source(unit, call.source)
        jobs.append(Job(call=_with_refs(unit, call), shop=shop, adapter=source.adapter))
    return jobs


def finish(unit: Unit, job: Job, read: Draft | Ignored | None, *, intake: Intake) -> bool:
    """Use the answer, if it is still wanted; says whether it was."""
    call = job.call
    if not calls.still_mine(unit, call):
        calls.let_go(unit, call)
        return False
    source = sources.source(unit, call.source)
    if call.kind == "fetch" and read is not None and source is not None:
        complete(unit, read, source_id=call.source_id, source=source, intake=intake)
        calls.drop(unit, call.source, call.source_id, call.kind)
    else:
        done = msgspec.structs.replace(
            call,
            state="done",
            known=None,
            problem="",
            due_at=unit.now,
            leased_by="",
            leased_until=NEVER,
        )
        calls.save(unit, done)
    shops.save_health(unit, shops.Health(source=call.source, answered_at=unit.now))
    return True


def fail(
    unit: Unit, job: Job, failed: CallFailed, *, jitter: float, intake: Intake
) -> Call | None:
    """Put a call back. After a while without an answer a person sees the order as far as it is known."""
    call = job.call
    if not calls.still_mine(unit, call):
        calls.let_go(unit, call)
        return None
    after = next_try(call, failed.problem, now=unit.now, seconds=failed.seconds, jitter=jitter)
    calls.save(unit, after)
    before = shops.health(unit, call.source)
    hold = timedelta(seconds=failed.seconds or 0)
    if failed.is_refusal:
        hold = REFUSED_HOLD
    held = msgspec.structs.replace(
        before, hold_until=max(before.hold_until, unit.now + hold), problem=failed.problem
    )
    shops.save_health(unit, held)
    source = sources.source(unit, call.source)
    if needs_eyes(after, now=unit.now) and source is not None and after.known is not None:
        show_waiting(unit, after.known, source=source, intake=intake)
    return after


def tell_ready(
    unit: Unit, store_id: str, order_ids: Sequence[str], *, wake: Callable[[], None]
) -> None:
    """A store says "ready": the shop hears of it once, if it was set up to hear."""
    for order in filter(None, (orders.by_id(unit, each) for each in order_ids)):
        shop = shops.of_source(unit, order.source)
        is_told = shop.write_back != "off" and order.store_id == store_id and not order.cancelled
        if is_told and calls.find(unit, order.source, order.source_id, "ready") is None:
            call = Call(
                source=order.source,
                source_id=order.source_id,
                kind="ready",
                due_at=unit.now,
                first_at=unit.now,
                known=Draft(source_id=order.source_id),
            )
            calls.save(unit, call)
            unit.after_commit(wake)


def _with_refs(unit: Unit, call: Call) -> Call:
    """What the shop calls the order's parts, as it was said last."""
    if call.kind == "fetch" or call.known is None:
        return call
    order = orders.by_source(unit, call.source, call.source_id)
    refs = shops.refs(unit, order.order_id) if order else ()
    return msgspec.structs.replace(call, known=msgspec.structs.replace(call.known, refs=refs))
