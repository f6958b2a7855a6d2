"""What happens after what: one table, from a fact to what follows it.

In a running store it follows in the commit of the fact itself, which saves a commit and leaves no moment in between.
What could not, because it failed or because something older still waits, follows a moment later. Either way the
cursor moves in the same transaction, so its effect in the database happens exactly once. A reaction that fails is
logged and kept for inspection; its neighbours still run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence

from edge.acts.learn_arrival import judge_arrival, learn_arrival
from edge.acts.learn_durations import BROUGHT_FROM, MADE, MADE_FROM, UNDONE, learn_durations
from edge.acts.warn_of_hold import warn_of_hold
from edge.acts.withdraw import forget_without_consent
from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory
from edge.base import log as event_log
from edge.base.edge import Edge
from edge.base.following import Follower
from edge.base.log import LoggedEvent
from edge.base.unit import Unit
from edge.base.writer import Follows
from edge.consents import actions as consents
from edge.messages import actions as messages
from edge.messages.rules import NoticeKind
from edge.offers import actions as offers
from edge.orders import actions as orders
from edge.plan.memory import Timings
from edge.profiles import actions as profiles

Reaction = Callable[[Unit, LoggedEvent], object]
Table = Mapping[str, Sequence[Reaction]]

READER = "reactions"
BATCH = 200

log = logging.getLogger("edge.reactions")


def table(edge: Edge) -> Table:
    """What follows what: the whole of it."""
    memory, timings = edge.part(RangeMemory), edge.part(Timings)

    def close_journey(unit: Unit, fact: LoggedEvent) -> None:
        arrivals.end(unit, fact.aggregate_id, memory, why=_WHY_IT_ENDED[fact.kind])

    def end_consents(unit: Unit, fact: LoggedEvent) -> None:
        consents.end_for_order(unit, fact.aggregate_id)

    def forget_in_a_day(unit: Unit, fact: LoggedEvent) -> None:
        profiles.visited(unit, fact.aggregate_id)

    def drop_extras(unit: Unit, fact: LoggedEvent) -> None:
        offers.drop_extras(unit, fact.aggregate_id)

    def tell_customer(unit: Unit, fact: LoggedEvent) -> None:
        messages.tell(unit, fact.aggregate_id, _NOTICES[fact.kind], at=fact.at)

    def learn_from_arrival(unit: Unit, fact: LoggedEvent) -> None:
        learn_arrival(unit, fact.aggregate_id, memory, monotonic=edge.clock.monotonic())

    def judge_eta(unit: Unit, fact: LoggedEvent) -> None:
        judge_arrival(unit, fact.aggregate_id, memory, monotonic=edge.clock.monotonic())

    over = [close_journey, end_consents, drop_extras, forget_in_a_day, _close_pass_in_a_day]
    # Before the extras are dropped: which of them were begun decides what goes back.
    missed = [_give_back, *over, tell_customer]
    return {
        # Before the journey is closed, and its ranges with it.
        "order_handed_over": [learn_from_arrival, *over, _learn_durations(timings)],
        "order_cancelled": missed,
        "order_no_show": missed,
        **{kind: [_note_moment(timings)] for kind in (MADE_FROM, MADE, BROUGHT_FROM)},
        "order_step_undone": [_note_undone(timings)],
        "order_ready": [tell_customer, _warn_before_hold_ends],
        "line_short_picked": [tell_customer],
        "line_substituted": [tell_customer],
        "customer_arrived": [judge_eta],
        "customer_not_near": [_by_memory(arrivals.note_turn, memory)],
        "consent_withdrawn": [_by_memory(forget_without_consent, memory)],
    }


def _note_moment(timings: Timings) -> Reaction:
    def reaction(unit: Unit, fact: LoggedEvent) -> None:
        unit.after_commit(lambda: timings.note(fact.aggregate_id, fact.kind, fact.at, by=fact.by))

    return reaction


def _note_undone(timings: Timings) -> Reaction:
    def reaction(unit: Unit, fact: LoggedEvent) -> None:
        if what := UNDONE.get(fact.body.get("move", "")):
            unit.after_commit(lambda: timings.note(fact.aggregate_id, what, None))

    return reaction


def _learn_durations(timings: Timings) -> Reaction:
    def reaction(unit: Unit, fact: LoggedEvent) -> None:
        if (noted := timings.noted(fact.aggregate_id)) is not None:
            learn_durations(unit, fact.aggregate_id, noted, fact.at)
            unit.after_commit(lambda: timings.taught(fact.aggregate_id))

    return reaction


def _by_memory(
    follows: Callable[[Unit, str, RangeMemory], object], memory: RangeMemory
) -> Reaction:
    def reaction(unit: Unit, fact: LoggedEvent) -> None:
        follows(unit, fact.aggregate_id, memory)

    reaction.__name__ = follows.__name__
    return reaction


def _give_back(unit: Unit, fact: LoggedEvent) -> None:
    offers.give_back(unit, fact.aggregate_id)


def _close_pass_in_a_day(unit: Unit, fact: LoggedEvent) -> None:
    orders.pass_closes(unit, fact.aggregate_id)


def _warn_before_hold_ends(unit: Unit, fact: LoggedEvent) -> None:
    warn_of_hold(unit, fact.aggregate_id)


_NOTICES = {
    "order_ready": NoticeKind.READY,
    "order_cancelled": NoticeKind.CANCELLED,
    "order_no_show": NoticeKind.NO_SHOW,
    "line_short_picked": NoticeKind.SHORT,
    "line_substituted": NoticeKind.SHORT,
}
_WHY_IT_ENDED = {
    "order_handed_over": "served",
    "order_cancelled": "cancelled",
    "order_no_show": "no_show",
}


def follower(edge: Edge, followed_by: Table) -> Follower:
    """Let reactions follow facts: at once from now on, and by this thread from where it last stopped."""
    with edge.read() as reader:
        start_at = event_log.cursor(reader, READER)
    edge.follow_at_once(at_once(edge, followed_by))
    return Follower(READER, edge, lambda seq: react(edge, followed_by, seq), start_at=start_at)


def at_once(edge: Edge, followed_by: Table) -> Follows:
    """What follows a unit's facts in its own commit, unless something older must be followed first."""

    def follows(unit: Unit, since: int) -> Callable[[], None] | None:
        if not edge.log.fresh_kinds(since) & followed_by.keys():
            return None
        earlier = edge.log.kinds_between(event_log.cursor(unit, READER), since)
        if earlier is None or earlier & followed_by.keys():
            return None
        return lambda: _react_within(unit, followed_by, since)

    return follows


def _react_within(unit: Unit, followed_by: Table, seq: int) -> None:
    while facts := event_log.read_after(unit, seq, kinds=followed_by):
        for fact in facts:
            for reaction in followed_by[fact.kind]:
                reaction(unit, fact)
        seq = facts[-1].seq
    event_log.move_cursor(unit, READER, unit.seq)


def react(edge: Edge, followed_by: Table, seq: int) -> int:
    """React to what happened after `seq`; returns how far it came."""
    newest = edge.log.durable_seq
    kinds = edge.log.kinds_beyond(seq)
    if kinds is not None and not kinds & followed_by.keys():
        return newest
    with edge.read() as reader:
        # What followed at once needs no follower.
        seq = max(seq, event_log.cursor(reader, READER))
        happened = event_log.read_after(reader, seq, limit=BATCH)
    quiet_until = seq
    for fact in happened:
        if reactions := followed_by.get(fact.kind):
            _react_to(edge, reactions, fact)
            seq = fact.seq
        quiet_until = fact.seq
    if quiet_until > seq and len(happened) == BATCH:
        edge.write(lambda unit: event_log.move_cursor(unit, READER, quiet_until))
    return quiet_until


def _react_to(edge: Edge, reactions: Sequence[Reaction], fact: LoggedEvent) -> None:
    def all_at_once(unit: Unit) -> None:
        if event_log.cursor(unit, READER) >= fact.seq:
            return
        for reaction in reactions:
            reaction(unit, fact)
        event_log.move_cursor(unit, READER, fact.seq)

    try:
        edge.write(all_at_once)
    except Exception:
        log.exception(
            "a reaction to %s (seq %s) failed; trying them one by one", fact.kind, fact.seq
        )
        _one_by_one(edge, reactions, fact)


def _one_by_one(edge: Edge, reactions: Sequence[Reaction], fact: LoggedEvent) -> None:
    for reaction in reactions:
        try:
            edge.write(lambda unit, reaction=reaction: reaction(unit, fact))  # type: ignore[misc]
        except Exception as problem:
            log.exception("reaction %s to seq %s failed", reaction.__name__, fact.seq)
            name, said = reaction.__name__, repr(problem)
            edge.write(
                lambda unit, name=name, said=said: event_log.keep_failure(  # type: ignore[misc]
                    unit, fact.seq, reader=name, problem=said
                )
            )
    edge.write(lambda unit: event_log.move_cursor(unit, READER, fact.seq))
