"""The invariants S1 to S18 (docs/sync.md), asked at every step where that is cheap, and all of them at the end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sync.agent.disk import Remembered
from sync.agent.steps import Send
from sync.core import chain
from sync.protocol.limits import MAX_BATCH_PACKED, MAX_PACKED
from tests.sim.model import CORRECTIONS, STATE_OF, Folded, Violation

if TYPE_CHECKING:
    from sync.agent.comparing import Comparing
    from tests.sim.box import Box
    from tests.sim.run import Run

MOST_REQUESTS_IN_TEN_SECONDS = 60


def _must(holds: object, name: str, text: str) -> None:
    if not holds:
        raise Violation(name, text)


# ---- at every step ----


def of_request(run: Run, box: Box, send: Send) -> None:
    """S17: what a session asks for is bounded, whatever it is answered."""
    _must(
        len(send.body) <= max(MAX_BATCH_PACKED, MAX_PACKED),
        "S17",
        f"{len(send.body)} bytes at once",
    )
    recent = [at for at in run.model.requests.get(box.name, []) if at > run.time.seconds - 10]
    run.model.requests[box.name] = [*recent, run.time.seconds]
    _must(
        len(recent) < MOST_REQUESTS_IN_TEN_SECONDS,
        "S17",
        f"{box.name} asks {len(recent)} times in 10 s",
    )


def of_place(run: Run, box: Box, before: Remembered) -> None:
    """S8: the cursor never goes back within a feed. S16: nobody says "all is told" while something is not."""
    after = box.disk.remembered()
    safe = run.model.safe.get((box.store_id, box.edge.epoch), 0)
    _must(
        after.safe_through <= safe,
        "S7",
        f"{box.name} is told that {after.safe_through} are safe, {safe} are",
    )
    if after.generation == before.generation:
        _must(after.position >= before.position, "S8", f"{box.name}: the feed cursor went back")
    status = box.session.status(box.clock.monotonic())
    is_stopped = box.session._view.stopped is not None
    _must(
        not (status.settled and status.backlog and not is_stopped),
        "S16",
        f"{box.name} rests on a backlog",
    )


def of_box(run: Run, box: Box) -> None:
    """S10, S11 and S13, in one store's own tables."""
    for row in _standing(box):
        known = box.rows(
            "SELECT withdrawal_id FROM consent_withdrawals WHERE customer_key = ? AND purpose = ?",
            row["who"], row["purpose"],
        )  # fmt: skip
        unseen = {each["withdrawal_id"] for each in known} - set(json.loads(row["seen"]))
        _must(not unseen, "S10", f"{box.name} allows {row['purpose']} against a withdrawal")
    # A store that was restored has forgotten what it gave: until leases come, only one that was not is bound.
    over = (
        []
        if box.was_restored
        else box.rows(
            "SELECT o.offer_id, count(*) AS used FROM offers o JOIN redemptions r USING (offer_id)"
            " WHERE r.released_at IS NULL GROUP BY 1 HAVING count(*) > o.limit_count"
        )
    )
    _must(not over, "S11", f"{box.name} gave more than it had: {over}")


def _standing(box: Box) -> list[dict[str, Any]]:
    return box.rows(
        "SELECT s.customer_key AS who, s.purpose, g.seen FROM consent_standing s"
        " JOIN consent_grants g USING (grant_id)"
    )


def of_restart(run: Run, box: Box) -> None:
    """S1: what somebody was told is done is there after the crash, in its place."""
    now = [row.event_id for row in box.events_after(0)]
    _must(
        now[: len(box.promised)] == box.promised, "S1", f"{box.name} lost events it had promised"
    )
    box.line, box.promised = now, now


def of_hq_restart(run: Run, *, restored: bool) -> None:
    """S2: what HQ acknowledged is there after its crash; after a restore it may be less, and the stores know."""
    marks = {
        (row["store_id"], row["epoch"]): row["seq"]
        for row in run.hq.rows("SELECT store_id, epoch, seq FROM epochs")
    }
    if restored:
        run.model.hq_went_back(run)
        run.model.acknowledged = {key: marks.get(key, 0) for key in run.model.acknowledged}
    for key, seq in run.model.acknowledged.items():
        _must(
            marks.get(key, 0) >= seq,
            "S2",
            f"HQ acknowledged {seq} of {key[0]}, holds {marks.get(key, 0)}",
        )


# ---- at the end ----


def at_the_end(run: Run) -> None:
    """Everything, once all has healed."""
    for box in run.boxes:
        drained(run, box)
    for store_id in sorted({box.store_id for box in run.boxes}):
        _logs(run, store_id)
        _folds(run, store_id)
    for box, comparing in _compared(run):
        of_box(run, box)
        _legal(box)
        _same_facts(run, box, comparing)
    _consents(run)
    _feeds(run)


def drained(run: Run, box: Box) -> None:
    """S16: with faults over, queues drain."""
    if box.is_retired:
        return
    status = box.session.status(box.clock.monotonic())
    _must(
        status.settled and status.backlog == 0,
        "S16",
        f"{box.name}: {status.state} {status.problem}, {status.backlog} unsent",
    )


def _logs(run: Run, store_id: str) -> None:
    """S2, S4, S5, S6: HQ holds the log, as a prefix with the right chain, and one epoch is open."""
    epochs = run.hq.rows(
        "SELECT * FROM epochs WHERE store_id = :id ORDER BY opened_at, is_open", id=store_id
    )
    _must(sum(row["is_open"] for row in epochs) <= 1, "S6", f"{store_id} has several open epochs")
    held: list[str] = []
    for epoch in epochs:
        rows = run.hq.rows(
            "SELECT seq, event_id, chain FROM events WHERE store_id = :id AND epoch = :epoch ORDER BY seq",
            id=store_id, epoch=epoch["epoch"],
        )  # fmt: skip
        _must(
            [row["seq"] for row in rows] == list(range(1, epoch["seq"] + 1)),
            "S4",
            f"{store_id} has a gap at HQ",
        )
        end = bytes(rows[-1]["chain"]).hex() if rows else chain.genesis(epoch["epoch"]).hex()
        _must(
            end == epoch["chain"],
            "S5",
            f"{store_id}: the watermark's chain is not that of its last event",
        )
        ids = [row["event_id"] for row in rows]
        _must(len(ids) == len(set(ids)), "S3", f"{store_id} has an event twice in one epoch")
        held += ids
    missing = set(run.model.facts.get(store_id, {})) - set(held) - run.model.lost_at_edge
    _must(not missing, "S2", f"{store_id}: {len(missing)} events never came to HQ")


def _folds(run: Run, store_id: str) -> None:
    """S3 and S15: HQ's tables are the fold of the set of events; what is not applied is in quarantine."""
    facts = run.model.facts.get(store_id, {})
    came = run.model.arrived.get(store_id, {})
    refused = _waiting(run, store_id, "a grant of somebody%")
    model = Folded().take((facts[each] for each in came if each in facts), refused=refused)
    states = {key: each["state"] for key, each in _folded(run, store_id, "order_status").items()}
    _must(
        states == model.states,
        "S3",
        f"{store_id}: order states at HQ {_differ(states, model.states)}",
    )
    taken = {key: _use(each) for key, each in _folded(run, store_id, "redemption").items()}
    _must(
        taken == model.redemptions,
        "S3",
        f"{store_id}: redemptions {_differ(taken, model.redemptions)}",
    )
    waiting = _waiting(run, store_id, "%")
    _must(
        waiting == model.waiting,
        "S15",
        f"{store_id}: in quarantine {_differ(waiting, model.waiting)}",
    )


def _folded(run: Run, store_id: str, record_type: str) -> dict[str, Any]:
    rows = run.hq.rows(
        "SELECT record_id, body FROM folded WHERE store_id = :id AND record_type = :type",
        id=store_id, type=record_type,
    )  # fmt: skip
    return {row["record_id"]: json.loads(row["body"]) for row in rows}


def _waiting(run: Run, store_id: str, reason: str) -> frozenset[str]:
    rows = run.hq.rows(
        "SELECT e.event_id FROM quarantine q JOIN events e USING (store_id, epoch, seq)"
        " WHERE q.store_id = :id AND q.reason LIKE :reason", id=store_id, reason=reason,
    )  # fmt: skip
    return frozenset(row["event_id"] for row in rows)


def _use(redemption: dict[str, Any]) -> str:
    if redemption.get("honoured_at"):
        return "honoured"
    return "released" if redemption.get("released_at") else "redeemed"


def _legal(box: Box) -> None:
    """S13: orders go ways that orders can go. S14: stamps never go back, whatever the clock did."""
    stamps = [row["hlc"] for row in box.rows("SELECT hlc FROM events ORDER BY seq")]
    _must(stamps == sorted(set(stamps)), "S14", f"{box.name}: its stamps went back")
    given: dict[str, int] = {}
    last: dict[str, str] = {}
    for row in box.events_after(0):
        state = row.body.get("state") if row.kind in CORRECTIONS else STATE_OF.get(row.kind)
        if state is None:
            continue
        is_given = row.kind == "order_handed_over"
        given[row.aggregate_id] = given.get(row.aggregate_id, 0) + is_given
        before = last.get(row.aggregate_id)
        is_step = row.kind not in CORRECTIONS
        is_over = before in ("handed_over", "restocked")
        _must(not (is_step and is_over), "S13", f"{row.kind} after {before}")
        last[row.aggregate_id] = state
    _must(max(given.values(), default=0) <= 1, "S13", "an order was handed over twice")
    states = {
        row["order_id"]: row["state"] for row in box.rows("SELECT order_id, state FROM orders")
    }
    wrong = {key: state for key, state in last.items() if states.get(key, state) != state}
    _must(not wrong, "S13", f"{box.name}: the table and the log do not agree: {wrong}")


def _compared(run: Run) -> list[tuple[Box, Comparing]]:
    """All stores compare their night with HQ."""
    asked = [(box, box.session.compare("2026-11-23")) for box in run.boxes if not box.is_retired]
    for box, _ in asked:
        run.look(box)
    end = run.time.seconds + 300
    while run.time.seconds < end and not all(each.is_over for _, each in asked):
        run.run_until(run.time.seconds + 1)
    return asked


def _same_facts(run: Run, box: Box, comparing: Comparing) -> None:
    """S9: the night finds nothing, by both ends' own computation."""
    report = comparing.report
    _must(
        report is not None and comparing.is_over,
        "S9",
        f"{box.name}: the comparison did not come to an end",
    )
    assert report is not None
    _must(report.chain_equal, "S5", f"{box.name}: the chains differ at event {report.seq}")
    excused = [each for each in report.differences if _is_excused(run, box, each)]
    rest = [each for each in report.differences if each not in excused]
    named = ", ".join(f"{each.table} {each.record_id[-8:]} {each.what}" for each in rest)
    _must(
        report.digests_equal or (excused and not rest),
        "S9",
        f"{box.name}: {named or 'counts differ'}",
    )


def _is_excused(run: Run, box: Box, difference: Any) -> bool:
    """What waits in quarantine is not applied at HQ: it is named there, and waits for a person.

    What HQ took in or published after the backup it went back to is at the stores only: the night says so.
    """
    of_hq = ("order", "offer", "product", "profile", "consent")
    is_gone = difference.what == "missing_at_hq" or difference.table in ("order", "consent")
    if run.model.hq_was_restored and difference.table in of_hq and is_gone:
        return True
    return difference.record_id.split(":")[0] in _waiting_things(run, box.store_id)


def _waiting_things(run: Run, store_id: str) -> set[str]:
    rows = run.hq.rows("SELECT aggregate_id FROM quarantine WHERE store_id = :id", id=store_id)
    return {row["aggregate_id"] for row in rows}


def _consents(run: Run) -> None:
    """S10: HQ knows every withdrawal that any store ever recorded, and so does every store that knows the person."""
    merged = Folded()
    for facts in run.model.facts.values():
        merged.take(row for key, row in facts.items() if key not in run.model.lost_at_edge)
    at_hq = {
        row["record_id"]: json.loads(row["body"])
        for row in run.hq.rows("SELECT record_id, body FROM consents")
    }
    for key, withdrawals in merged.withdrawals.items():
        known = set(at_hq.get(key, {}).get("known", {}).get("withdrawals", ()))
        _must(withdrawals <= known, "S10", f"HQ does not know {withdrawals - known} of {key}")
    for box in run.boxes:
        forged = _waiting_things(run, box.store_id)
        for row in [] if box.is_retired else _standing(box):
            if row["who"] in forged:
                continue
            known = set(
                at_hq.get(f"{row['who']}:{row['purpose']}", {})
                .get("known", {})
                .get("withdrawals", ())
            )
            unseen = known - set(json.loads(row["seen"]))
            _must(
                not unseen,
                "S10",
                f"{box.name} allows {row['purpose']} after a withdrawal elsewhere",
            )


def _feeds(run: Run) -> None:
    """S8: each store has taken its feed to the end, and nothing of it waits unapplied."""
    for box in run.boxes:
        if box.is_retired:
            continue
        waits = box.rows("SELECT record_type, record_id, problem FROM sync_unapplied")
        _must(not waits, "S8", f"{box.name} could not apply {waits}")


def _differ(one: Any, other: Any) -> str:
    if isinstance(one, dict):
        keys = sorted(key for key in {*one, *other} if one.get(key) != other.get(key))
        return ", ".join(f"{key[-8:]}: {one.get(key)} / {other.get(key)}" for key in keys[:5])
    return f"only there {sorted(one - other)[:5]}, only in the model {sorted(other - one)[:5]}"
