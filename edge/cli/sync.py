"""`store-edge sync`: how store and HQ stand to each other, and what an operator can do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from edge.base import facts, sync_store
from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.peek import peek
from edge.base.proof import LogDamaged, prove_log
from edge.cli.service import home_option, needs_a_store, run
from edge.sync_bindings import enrolment
from edge.sync_bindings.service import SyncService, nightly
from sync.agent.steps import SENTENCES, State
from sync.protocol.wire import NightReport

json_option = click.option("--json", "as_json", is_flag=True, help="for machines")


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How the sync stands; `silent_seconds` are real ones since HQ last answered, None before it ever did."""

    state: str
    sentence: str
    store_id: str
    hq_url: str
    fingerprint: str
    events: int
    acknowledged: int
    waiting_to_be_sent: int
    safe_through: int
    feed_position: int
    not_applied_here: int
    not_applied_at_hq: int
    silent_seconds: float | None
    problem: str
    last_night: str
    last_night_equal: bool | None
    night_owed: str


@click.group(name="sync")
def command() -> None:
    """How store and HQ stand to each other: look, exchange news now, prove the log, compare."""


@command.command()
@home_option
@json_option
def status(home: Path, *, as_json: bool) -> None:
    """Say where the sync stands. Exit code 0: well, 1: HQ is not reached or something waits for a person."""
    _told(msgspec.convert(run(home, "sync.status", {}), Standing), as_json=as_json)


@command.command()
@home_option
@json_option
def now(home: Path, *, as_json: bool) -> None:
    """Exchange news with HQ now, and say how it went. Exit code as of `status`."""
    _told(msgspec.convert(run(home, "sync.now", {}), Standing), as_json=as_json)


@command.command()
@home_option
@json_option
def verify(home: Path, *, as_json: bool) -> None:
    """Count the chain of the store's whole log out again. Exit code 0: whole, 1: damaged.

    It reads the file beside the running service, and changes nothing.
    """
    needs_a_store(home)
    proved, problem = 0, ""
    with peek(home) as reader:
        epoch, total = _epoch(reader), sync_store.last_link(reader, "")[0]
        first = sync_store.first_kept(reader)
        with click.progressbar(
            length=max(1, total - first + 1), label="proving events", file=sys.stderr
        ) as bar:
            try:
                for so_far in prove_log(reader, epoch):
                    bar.update(so_far - proved)
                    proved = so_far
            except LogDamaged as damage:
                problem = str(damage)
    said = f"The log is damaged: {problem}." if problem else f"All {proved} events are proved."
    told = {"whole": not problem, "events": proved, "problem": problem}
    click.echo(_json(told) if as_json else said)
    if problem and not as_json:
        click.echo(
            "Make it good from a backup: store-edge restore. HQ holds what was sent before."
        )
    sys.exit(bool(problem))


@command.command()
@home_option
@json_option
def reconcile(home: Path, *, as_json: bool) -> None:
    """Compare store and HQ now, as the night does. Exit code 0: equal, 1: not equal, 2: HQ is not reached."""
    told = run(home, "sync.reconcile", {})
    click.echo(_json(told) if as_json else told["said"])
    for each in [] if as_json else told["differences"]:
        click.echo(f"  {each['table']} {each['record_id']}: {_CAUSES[each['what']]}")
    sys.exit({True: 0, False: 1, None: 2}[told["equal"]])


_CAUSES = {
    "differs": "both have it, and it says something else. One of the two was changed outside of the log.",
    "missing_at_hq": "the store has it, HQ has not. Look whether it waits: store-edge hq quarantine.",
    "missing_at_edge": "HQ has it, the store has not. Look whether it could not be applied: store-edge sync status.",
}


def stand(edge: Edge, words: Mapping[str, Any]) -> Any:
    """What the service knows of its sync."""
    service = edge.part(SyncService)
    seen = service.status()
    with edge.read() as reader:
        state, sentence = _state(reader, service)
        place, nights = sync_store.place(reader), sync_store.nights(reader, limit=1)
        told = Standing(
            state=state,
            sentence=sentence,
            store_id=sync_store.enrolled_as(reader),
            hq_url=facts.get(reader, "hq_url") or edge.settings.hq_url,
            fingerprint=enrolment.own_fingerprint(edge) if sync_store.enrolled_as(reader) else "",
            events=edge.log.events_of_epoch,
            acknowledged=int(place["acked"]),
            waiting_to_be_sent=seen.backlog,
            safe_through=int(place["safe_through"]),
            feed_position=int(place["position"]),
            not_applied_here=len(sync_store.unapplied(reader)),
            not_applied_at_hq=seen.quarantined,
            silent_seconds=seen.since_contact,
            problem=seen.problem,
            last_night=nights[0].business_date if nights else "",
            last_night_equal=nights[0].is_equal if nights else None,
            night_owed=sync_store.night_owed(reader),
        )
    return msgspec.to_builtins(told)


def _state(rows: Rows, service: SyncService) -> tuple[str, str]:
    """A name and a sentence; a service that does not run knows nothing of HQ."""
    if not sync_store.enrolled_as(rows):
        return State.NOT_ENROLLED.value, SENTENCES[State.NOT_ENROLLED]
    if not service.is_running:
        return (
            "stopped",
            "The store's service is stopped. To exchange news once: store-edge sync now.",
        )
    state = service.status().state
    return state.value, SENTENCES[state]


def exchange(edge: Edge, words: Mapping[str, Any]) -> Any:
    """Settle, then say how it stands."""
    with _running(edge) as service:
        service.settle()
        return stand(edge, words)


def compare(edge: Edge, words: Mapping[str, Any]) -> dict[str, Any]:
    """The night's own comparison: a sentence, whether all is equal (None: HQ was not reached), each difference."""
    with _running(edge):
        said = nightly(edge)
    told: dict[str, Any] = {
        "said": f"{said[:1].upper()}{said[1:]}.",
        "equal": None,
        "differences": [],
    }
    with edge.read() as reader:
        owed, kept = sync_store.night_owed(reader), sync_store.nights(reader, limit=1)
        is_enrolled = bool(sync_store.enrolled_as(reader))
    if owed or not kept or not is_enrolled:
        return told
    report = msgspec.json.decode(kept[0].report, type=NightReport)
    return {
        **told,
        "equal": kept[0].is_equal,
        "differences": msgspec.to_builtins(report.differences),
    }


@contextmanager
def _running(edge: Edge) -> Iterator[SyncService]:
    """The service's sync; in a stopped store, one that runs for this command only."""
    service = edge.part(SyncService)
    if service.is_running:
        yield service
        return
    service.start()
    try:
        yield service
    finally:
        service.stop()


def _epoch(reader: Rows) -> str:
    return facts.get(reader, "epoch") or ""


def _told(standing: Standing, *, as_json: bool) -> None:
    click.echo(_json(standing) if as_json else _in_words(standing))
    waits = standing.not_applied_here or standing.last_night_equal is False
    is_well = standing.state in {State.UP_TO_DATE, State.SYNCING, State.NOT_ENROLLED}
    sys.exit(0 if is_well and not waits else 1)


def _in_words(told: Standing) -> str:
    if not told.store_id:
        return f"{told.sentence}\nIt holds {told.events} events. Enrol it: store-edge enrol CODE --hq URL"
    night = {None: "not compared yet", True: "equal", False: "NOT equal"}[told.last_night_equal]
    digits = told.fingerprint
    lines = [
        told.sentence,
        "",
        f"store       {told.store_id}, key {digits[:3]} {digits[3:]}",
        f"HQ          {told.hq_url}, {_ago(told.silent_seconds)}",
        f"events      {told.events} here, {told.acknowledged} at HQ, {told.waiting_to_be_sent} waiting",
        f"backed up   through {told.safe_through} by a verified backup of HQ",
        f"news        taken up to {told.feed_position}",
        f"last night  {told.last_night or '-'} {night}",
    ]
    if told.night_owed:
        lines.append(
            f"owed        the comparison of {told.night_owed} follows at the next contact"
        )
    if told.not_applied_here or told.not_applied_at_hq:
        lines.append(
            f"stuck       {told.not_applied_here} here, {told.not_applied_at_hq} at HQ (see /manage/sync)"
        )
    if told.problem:
        lines.append(f"problem     {told.problem}")
    return "\n".join(lines)


def _ago(seconds: float | None) -> str:
    if seconds is None:
        return "which has not answered since the start"
    return f"which answered {seconds:.0f} s ago"


def _json(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
