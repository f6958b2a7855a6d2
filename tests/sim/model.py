"""The plain truth beside the run: the set of events, and what follows from them by rules written down a second time.

Nothing here imports a rule of the product: two people who read the same specification should come to the same folds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from sync.agent.steps import Send
from sync.protocol.limits import unpack
from tests.sim.box import Box, Row
from tests.sim.hq import Said

if TYPE_CHECKING:
    from tests.sim.run import Run

STATE_OF = {
    "order_received": "received",
    "order_accepted": "accepted",
    "order_picking_started": "picking",
    "order_picked": "picked",
    "order_staged": "staged",
    "order_ready": "ready",
    "order_handed_over": "handed_over",
    "order_cancelled": "cancelled",
    "order_no_show": "no_show",
    "order_restocked": "restocked",
}
_AT_THE_END = {
    "handed_over": (),
    "restocked": (),
    "cancelled": ("restocked",),
    "no_show": ("restocked", "handed_over"),
}
# What says that a state is another one than the steps so far would make it.
CORRECTIONS = ("order_step_undone", "order_told_back")
_REDEEMED, _HONOURED, _RELEASED = "offer_redeemed", "offer_honoured", "offer_released"
_GRANTED, _WITHDRAWN = "consent_granted", "consent_withdrawn"
CONSENTS = (_GRANTED, _WITHDRAWN)


class Violation(AssertionError):
    """An invariant does not hold."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}")
        self.name = name


@dataclass
class Folded:
    """What a store's events say of each thing, and which of them have no place."""

    states: dict[str, str] = field(default_factory=dict)
    redemptions: dict[str, str] = field(default_factory=dict)
    grants: dict[str, set[str]] = field(default_factory=dict)
    withdrawals: dict[str, set[str]] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    _parked: set[str] = field(default_factory=set)

    def take(self, rows: Iterable[Row], *, refused: frozenset[str] = frozenset()) -> Folded:
        """Every event in its order; one that has no place holds up its own thing only."""
        for row in rows:
            if row.event_id in refused or not self._has_place(row):
                self.waiting.add(row.event_id)
                self._parked.add(row.aggregate_id)
        return self

    def _has_place(self, row: Row) -> bool:
        if row.kind in CONSENTS:
            return self._consent(row)
        if row.kind == CORRECTIONS[0]:
            return self._correction(row)
        is_known = row.kind in STATE_OF or row.kind in (_REDEEMED, _HONOURED, _RELEASED)
        if not is_known:
            # Kinds that are folded elsewhere, or not at all: their order matters to nobody here.
            return not (
                row.aggregate_id in self._parked and row.kind in ("offer_made", "offer_changed")
            )
        if row.aggregate_id in self._parked:
            return False
        return self._state(row) if row.kind in STATE_OF else self._redemption(row)

    def _correction(self, row: Row) -> bool:
        if row.aggregate_id in self._parked or row.aggregate_id not in self.states:
            return False
        is_stale = row.body["move"] == "restored" and self.states[row.aggregate_id] in _AT_THE_END
        if not is_stale or row.body["state"] in _AT_THE_END:
            self.states[row.aggregate_id] = row.body["state"]
        return True

    def _state(self, row: Row) -> bool:
        state, before = STATE_OF[row.kind], self.states.get(row.aggregate_id)
        if before is not None and state not in _AT_THE_END.get(before, (state,)):
            return False
        self.states[row.aggregate_id] = state
        return True

    def _redemption(self, row: Row) -> bool:
        before = self.redemptions.get(row.aggregate_id)
        if row.kind == _REDEEMED:
            self.redemptions.setdefault(row.aggregate_id, "redeemed")
            return True
        if before is None or (row.kind == _RELEASED and before == "honoured"):
            return False
        self.redemptions[row.aggregate_id] = (
            "honoured" if row.kind == _HONOURED or before == "honoured" else "released"
        )
        return True

    def _consent(self, row: Row) -> bool:
        key = f"{row.body['customer_key']}:{row.body['purpose']}"
        if row.kind == _WITHDRAWN:
            self.withdrawals.setdefault(key, set()).add(row.body["withdrawal_id"])
        else:
            self.grants.setdefault(key, set()).add(row.body["grant_id"])
        return True


class Model:
    """What was done, whatever became of it on the way."""

    def __init__(self) -> None:
        # Store -> event id -> event, of every computer that ever was that store.
        self.facts: dict[str, dict[str, Row]] = {}
        # Store, epoch -> the highest seq that HQ said it holds since it was restored last.
        self.acknowledged: dict[tuple[str, str], int] = {}
        # Events that nobody has any more, because a disk went back or away before HQ had them.
        self.lost_at_edge: set[str] = set()
        self.arrived: dict[str, dict[str, None]] = {}
        self._taken: dict[tuple[str, str], int] = {}
        # Store, epoch -> the highest seq that any proved backup of HQ holds.
        self.safe: dict[tuple[str, str], int] = {}
        self.hq_was_restored = False
        self.requests: dict[str, list[float]] = {}
        self._seen: dict[str, int] = {}

    def backed_up(self, marks: Mapping[tuple[str, str], int]) -> None:
        """A backup of HQ was proved."""
        for key, seq in marks.items():
            self.safe[key] = max(seq, self.safe.get(key, 0))

    def hq_went_back(self, run: Run) -> None:
        """HQ is as it was: what it holds came in the order in which it says."""
        self.arrived = {}
        for row in run.hq.rows("SELECT store_id, event_id FROM events ORDER BY received_at, seq"):
            self.arrived.setdefault(row["store_id"], {})[row["event_id"]] = None
        self._taken = {
            (row["store_id"], row["epoch"]): row["seq"]
            for row in run.hq.rows("SELECT store_id, epoch, seq FROM epochs")
        }

    def heard(self, box: Box) -> None:
        """Look what a store's log says since the last look."""
        known = self.facts.setdefault(box.store_id, {})
        for row in box.events_after(self._seen.get(box.name, 0)):
            if len(box.line) >= row.seq:
                known.setdefault(row.event_id, row)
                self._seen[box.name] = row.seq

    def went_back(self, run: Run, box: Box, kept: list[str]) -> None:
        """A store was restored: what HQ does not hold of its later events, nobody has any more."""
        held = (
            {row["event_id"] for row in run.hq.rows("SELECT event_id FROM events")}
            if run.hq.is_up
            else set()
        )
        gone = set(box.line) - set(kept)
        elsewhere = {each for other in run.boxes if other is not box for each in other.line}
        self.lost_at_edge.update(gone - held - elsewhere)
        self._seen[box.name] = 0
        box.was_restored = True

    def answered(self, run: Run, box: Box, send: Send, said: Said) -> None:
        """HQ said what it holds: from now on it must."""
        if said.status == 200 and send.path.endswith("/push"):
            mark = msgspec.json.decode(said.body)["watermark"]["seq"]
            key = (box.store_id, msgspec.json.decode(unpack(send.body))["epoch"])
            self.acknowledged[key] = max(mark, self.acknowledged.get(key, 0))
            self._arrived(run, *key)

    def _arrived(self, run: Run, store_id: str, epoch: str) -> None:
        """Events of a store come in the order in which HQ took them, whichever computer sent them."""
        came = self.arrived.setdefault(store_id, {})
        rows = run.hq.rows(
            "SELECT event_id FROM events WHERE store_id = :id AND epoch = :epoch AND seq > :seq ORDER BY seq",
            id=store_id, epoch=epoch, seq=self._taken.get((store_id, epoch), 0),
        )  # fmt: skip
        came.update(dict.fromkeys(row["event_id"] for row in rows))
        self._taken[store_id, epoch] = self._taken.get((store_id, epoch), 0) + len(rows)


def by_id(rows: Iterable[Mapping[str, Any]], name: str) -> dict[str, Mapping[str, Any]]:
    """Rows by one of their columns."""
    return {str(row[name]): row for row in rows}
