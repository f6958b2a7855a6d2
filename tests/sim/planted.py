"""Mistakes that others made, put into our own code one at a time: each must be caught, or the runs prove nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

import edge.base.edge as edge_module
import edge.sync_bindings as bindings
from edge.base import database as edge_database
from edge.base import sync_store, times
from edge.consents import store as consent_rows
from edge.offers import actions as offers
from edge.offers import store as offer_rows
from edge.offers.store import redemptions
from edge.sync_bindings import disk
from sync.agent import session, talks
from sync.agent.pace import Pace
from sync.agent.session import Session
from sync.agent.view import View
from sync.core import hlc
from sync.hq.app import following, keeping, ports
from sync.hq.base import facts, sqlite
from sync.hq.consents import actions as consents
from sync.hq.offers import actions as offer_deeds
from sync.hq.products import actions as product_deeds
from sync.hq.stores.actions import folding, taking
from sync.hq.stores.store import log
from tests.sim import seeds
from tests.sim.faults import Fault

MOST_SEEDS = 40

Plant = Callable[["Pot"], None]


class Pot:
    """Where a mistake is planted, and taken out again."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def put(self, owner: Any, name: str, mistake: Any) -> Any:
        """Put a mistake in the place of something; what was there is given back to be used."""
        right = owner.__dict__[name] if isinstance(owner, type) else getattr(owner, name)
        self._before.append((owner, name, right))
        setattr(owner, name, mistake)
        return right

    def empty(self) -> None:
        """As it was."""
        for owner, name, right in reversed(self._before):
            setattr(owner, name, right)


@dataclass(frozen=True)
class Bug:
    """A mistake: what it is, how it is planted, and faults under which it should show, beside the seeds' own."""

    name: str
    plant: Plant
    faults: tuple[Fault, ...] = ()


BUGS: list[Bug] = []


def bug(*faults: Fault) -> Callable[[Plant], Plant]:
    """Register a mistake; its docstring is what is printed."""

    def register(plant: Plant) -> Plant:
        BUGS.append(Bug(plant.__name__, plant, faults))
        return plant

    return register


@contextmanager
def planted(chosen: Bug) -> Iterator[None]:
    """The mistake is in the product as long as this lasts."""
    pot = Pot()
    chosen.plant(pot)
    try:
        yield
    finally:
        pot.empty()


def catch(chosen: Bug) -> tuple[seeds.Result | None, int]:
    """The first seed that catches it, and how many were played."""
    with planted(chosen):
        for count, seed in enumerate(range(1, MOST_SEEDS + 1), start=1):
            stores = seeds.stores_of(seed)
            faults = sorted([*seeds.faults_of(seed, stores), *chosen.faults], key=lambda f: f.at)
            result = seeds.play(seed, faults=faults)
            if not result.is_good:
                return result, count
    return None, MOST_SEEDS


def main() -> int:
    """Plant each and say which seed caught it; 1 if one survives, or if seed 1 fails without any."""
    survivors = 0
    for each in BUGS:
        caught, count = catch(each)
        said = (each.plant.__doc__ or "").strip().split("\n")[0]
        survivors += caught is None
        found = (
            f"seed {caught.seed} after {count}: {caught.problem[:90]}" if caught else "SURVIVES"
        )
        print(f"{each.name:28} {said}\n{'':28} {found}", flush=True)
    print(f"{len(BUGS) - survivors} of {len(BUGS)} planted bugs caught")
    return 1 if survivors else 0


# ---- consent ----


@bug()
def consent_by_clock(pot: Pot) -> None:
    """A yes counts when it is newer than the last no (last writer wins)."""

    def settle(unit: Any, customer_key: str, purpose: str) -> None:
        unit.execute(
            "DELETE FROM consent_standing WHERE customer_key = ? AND purpose = ?",
            (customer_key, purpose),
        )
        row = unit.row(
            "SELECT MAX(at) AS at FROM consent_withdrawals WHERE customer_key = ? AND purpose = ?",
            (customer_key, purpose),
        )
        for grant in consent_rows.known(unit, customer_key, purpose).grants:
            if times.text(grant.granted_at) > (row["at"] or ""):
                unit.execute(
                    "INSERT INTO consent_standing VALUES (?, ?, ?, ?, ?)",
                    (grant.order_id, purpose, customer_key, grant.grant_id, consent_rows.NEVER),
                )

    pot.put(consent_rows, "settle", settle)


@bug()
def newest_consent_replaces(pot: Pot) -> None:
    """HQ keeps what the last store said of a person instead of the union."""
    pot.put(consents, "merge", lambda _before, heard: heard)


@bug()
def no_is_known_by_its_id(pot: Pot) -> None:
    """One no to several purposes is kept for the first of them only (it was so here)."""
    right = consent_rows.add_withdrawal

    def add(unit: Any, withdrawal_id: str, **more: Any) -> bool:
        known = unit.row(
            "SELECT 1 FROM consent_withdrawals WHERE withdrawal_id = ?", (withdrawal_id,)
        )
        return False if known else right(unit, withdrawal_id, **more)

    pot.put(consent_rows, "add_withdrawal", add)


@bug()
def no_told_to_others_only(pot: Pot) -> None:
    """Who says yes without having heard of a no elsewhere never hears of it (it was so here)."""
    pot.put(consents, "told_body", lambda *_: "")
    pot.put(consents, "tell", lambda *_, **__: None)
    pot.put(following.consents, "_spread_one", _spread_to_others_only)


def _spread_to_others_only(
    unit: Any, store_id: str, record_id: str, heard: Any, **ports: Any
) -> None:
    before = consents.store.known(unit, record_id)
    union = consents.merge(before[0], heard) if before else heard
    if before and union == before[0]:
        return
    revision = before[1] + 1 if before else 1
    consents.store.save(unit, record_id, union, revision=revision)
    body = consents.RECORD_TYPES["consent"].text(union).decode()
    others = ports["knowing"](unit, heard.customer_key) - {store_id}
    ports["feed"].append(
        unit, consents._rows(record_id, body, revision=revision, store_ids=others)
    )


# ---- what is on the disk ----


@bug(*(Fault(at, "power_cut", who=0) for at in (60.0, 100.0, 140.0, 180.0, 220.0)))
def store_does_not_sync(pot: Pot) -> None:
    """The store says "done" before its disk has it (synchronous=NORMAL)."""
    right = edge_database.open_writer

    def open_writer(path: Any) -> Any:
        connection = right(path)
        connection.execute("PRAGMA synchronous=NORMAL")
        return connection

    pot.put(edge_module, "open_writer", open_writer)


@bug(*(Fault(at, "hq_power_cut") for at in (60.0, 120.0, 180.0)))
def hq_does_not_sync(pot: Pot) -> None:
    """HQ acknowledges before its disk has it (as a broker does that flushes now and then)."""
    lazy = tuple(each.replace("=FULL", "=NORMAL") for each in sqlite._WRITER_PRAGMAS)
    pot.put(sqlite, "_WRITER_PRAGMAS", lazy)


@bug(*(Fault(at, "hq_kill", amount=float(n)) for n, at in enumerate(range(20, 230, 10))))
def watermark_moved_later(pot: Pot) -> None:
    """HQ moves its watermark in a transaction of its own, after that of the events."""
    right = log.move_mark
    waiting: list[Callable[[Any], None]] = []

    def move_mark(unit: Any, at: Any, *, seq: int, chain: str) -> None:
        waiting.append(lambda later: right(later, at, seq=seq, chain=chain))

    answered = taking.admit

    def admit(unit: Any, *words: Any, **more: Any) -> None:
        while waiting:
            waiting.pop(0)(unit)
        answered(unit, *words, **more)

    pot.put(log, "move_mark", move_mark)
    pot.put(taking, "admit", admit)


@bug(*(Fault(at, "kill", who=n % 3, amount=float(n)) for n, at in enumerate(range(20, 230, 7))))
def cursor_before_page(pot: Pot) -> None:
    """The store moves its place in the feed, and then applies the page."""
    right = bindings.apply_page

    def apply_page(edge: Any, page: Any) -> None:
        edge.write(
            lambda unit: sync_store.remember(
                unit, generation=page.generation, position=page.position
            )
        )
        right(edge, page)

    pot.put(disk, "apply_page", apply_page)


@bug(*(Fault(at, "poison", who=n % 3) for n, at in enumerate(range(20, 200, 30))))
def poison_is_dropped(pot: Pot) -> None:
    """An event that HQ cannot apply is passed over without a trace."""
    pot.put(log, "quarantine", lambda unit, rows: None)


@bug(*(Fault(at, "poison", who=n % 3) for n, at in enumerate(range(20, 100, 20))))
def poison_stops_the_store(pot: Pot) -> None:
    """After one event that cannot be applied nothing of that store is applied any more."""
    right = folding.Folding._keep_out

    class Everything(set[str]):
        def __contains__(self, _thing: object) -> bool:
            return True

    def keep_out(self: Any, heard: Any, reason: str, *, parked: bool) -> None:
        right(self, heard, reason, parked=parked)
        self.parked = Everything(self.parked)

    pot.put(folding.Folding, "_keep_out", keep_out)


# ---- what is said on the line ----


@bug(Fault(20.0, "lost", lasts=60.0, amount=0.6))
def silence_is_consent(pot: Pot) -> None:
    """A push that was not answered counts as taken."""

    def lost(self: Any) -> None:
        self._view.acked = self._packed.after + self._packed.size

    pot.put(talks.Pushing, "lost", lost)


@bug(Fault(20.0, "cut", lasts=60.0, amount=1.0))
def nobody_looks_again(pot: Pot) -> None:
    """After trouble no timer is armed: events wait, and nothing is under way."""

    def stumble(self: Any, state: Any, problem: str, now: float, **_: Any) -> None:
        self._trouble, self._problem, self._not_before = state, problem, 1e12

    pot.put(Session, "_stumble", stumble)


@bug(Fault(20.0, "busy", lasts=60.0, amount=1.0))
def tries_without_rest(pot: Pot) -> None:
    """After trouble it is tried again at once, for ever."""
    pot.put(Pace, "wait", lambda self, retry_after=None: 0.0)


@bug()
def quiet_means_done(pot: Pot) -> None:
    """A store that has pulled everything says so, though it has not pushed everything."""
    pot.put(View, "backlog", property(lambda self: 0))


@bug(Fault(30.0, "clock_1970", who=0), Fault(60.0, "clock_off", who=1, amount=-86_400.0))
def clocks_may_go_back(pot: Pot) -> None:
    """Stamps follow the machine's clock, also when it goes back."""
    pot.put(hlc, "tick", lambda last, now_ms: hlc.Hlc(now_ms, 0))


# ---- limits ----


@bug()
def limit_is_not_asked(pot: Pot) -> None:
    """The last one of an offer is given to whoever asks."""
    right = redemptions.redeem

    def redeem(unit: Any, redemption: Any, *, once_key: str) -> bool:
        unit.execute(
            "UPDATE offers SET limit_count = limit_count + 1 WHERE offer_id = ?",
            (redemption.offer_id,),
        )
        taken = right(unit, redemption, once_key=once_key)
        unit.execute(
            "UPDATE offers SET limit_count = limit_count - 1 WHERE offer_id = ?",
            (redemption.offer_id,),
        )
        return taken

    pot.put(offer_rows, "redeem", redeem)
    pot.put(offers, "first_refusal", lambda *_: None)


@bug()
def page_loses_its_last_change(pot: Pot) -> None:
    """A page of the feed is applied without its last change."""
    right = bindings._apply_all

    def apply_all(edge: Any, unit: Any, page: Any) -> None:
        right(edge, unit, msgspec.structs.replace(page, changes=page.changes[:-1]))

    pot.put(bindings, "_apply_all", apply_all)


# ---- histories ----

_HQ_GOES_BACK = Fault(150.0, "hq_restore", amount=0.3)
_STORE_GOES_BACK = (Fault(130.0, "restore", who=0), Fault(150.0, "restore", who=1))


@bug(_HQ_GOES_BACK)
def cursor_at_one_end(pot: Pot) -> None:
    """The store believes its own mark of what HQ has, whatever HQ says."""
    right = View.acknowledged

    def acknowledged(self: Any, mark: Any, safe_through: int) -> None:
        if mark.seq >= self.acked:
            right(self, mark, safe_through)

    pot.put(View, "acknowledged", acknowledged)


@bug(_HQ_GOES_BACK)
def generation_is_ignored(pot: Pot) -> None:
    """After a restore of HQ the feed is read on from where it was."""
    pot.put(facts, "begin_generation", lambda unit: facts.REVISIONS_AHEAD)


@bug(_HQ_GOES_BACK)
def revisions_begin_again(pot: Pot) -> None:
    """A restored HQ counts the revisions of what it owns on from where the backup left them."""
    for owner in (keeping.feed, keeping.products, keeping.offers, keeping.registry):
        pot.put(owner, "lift", lambda unit, by: None)
    pot.put(facts, "first_revision", lambda reader: 1)
    for owner in (offer_deeds, product_deeds):
        pot.put(owner, "first_revision", lambda reader: 1)


@bug()
def safe_without_a_backup(pot: Pot) -> None:
    """HQ says "safe" of what it has, not of what a proved backup has."""
    right = taking.PushReply

    def reply(**said: Any) -> Any:
        return right(**{**said, "safe_through": said["watermark"].seq})

    pot.put(taking, "PushReply", reply)


@bug(*_STORE_GOES_BACK)
def fork_is_ignored(pot: Pot) -> None:
    """A store that HQ knows more of goes on behind HQ's mark."""

    def agrees(self: Any, mark: Any) -> bool:
        return True

    pot.put(View, "agrees", agrees)


@bug(*_STORE_GOES_BACK)
def fork_is_sent_under_new_ids(pot: Pot) -> None:
    """Events that are sent again after a fork are taken for new ones."""
    pot.put(disk.epochs, "original_id", lambda event_id, link: "")


@bug(*_STORE_GOES_BACK)
def forgotten_is_not_told_back(pot: Pot) -> None:
    """A restored store goes on without what it forgot."""
    pot.put(ports, "tell_back", lambda *_, **__: 0)


@bug(Fault(60.0, "clone", who=0), Fault(80.0, "clone", who=1))
def numbers_are_text(pot: Pot) -> None:
    """A store counts out the request numbers that a copy of it used (it was so here)."""
    pot.put(session, "_number", lambda value: value if isinstance(value, int) else 0)
