"""How store and HQ stand to each other: the line, what waits, what is stuck, and every night's comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.base import log as event_log
from edge.base import sync_store, timers
from edge.base.uplink import SyncSeen, Uplink
from edge.http import Caller
from edge.locale import Words
from edge.screens.manage import csv_file, frame, health
from edge.screens.manage.frame import bp
from edge.screens.manage.health import NightRead

HERE = "/manage/sync"


@http.page(bp, "/sync", who=http.MANAGER, summary="How store and HQ stand to each other")
def sync(*, caller: Caller) -> Response:
    """The line, the log, what is stuck, and the nights."""
    edge = http.edge()
    with edge.read() as reader:
        words = frame.words_for(caller, reader)
        nights = [health.read_night(kept) for kept in sync_store.nights(reader)]
        view: dict[str, Any] = {
            "unapplied": sync_store.unapplied(reader),
            "failures": event_log.failures(reader),
            "owed": sync_store.night_owed(reader),
            "nightly": timers.last_done(reader, "nightly"),
            "last_seq": edge.log.durable_seq,
        }
    seen = edge.part(Uplink).explained()
    return frame.page(
        caller,
        "manage_sync",
        here="sync",
        seen=seen,
        sentence=sentence(seen, words),
        age=lambda seconds: frame.age(seconds, words),
        nights=nights,
        night=nights[0] if nights else None,
        ran=request.args.get("ran", ""),
        clock_state=edge.log.clock_state,
        nightly_at=edge.settings.nightly_at,
        **view,
    )


@http.page(
    bp, "/sync/nightly", who=http.MANAGER, method="POST", summary="Compare store and HQ now"
)
def nightly(*, caller: Caller) -> AnyResponse:
    """The night's own comparison, at once; without a line it is made up for at the next contact."""
    http.edge().part(Uplink).compare()
    return frame.to(HERE, ran="yes")


@http.page(bp, "/nights.csv", who=http.MANAGER, summary="Every night's comparison, as CSV")
def nights_csv(*, caller: Caller) -> Response:
    """A line a night and table, with the rows that differ."""
    with http.edge().read() as reader:
        nights = [health.read_night(kept) for kept in sync_store.nights(reader)]
    head = ("night", "compared_at", "chain_equal", "table", "rows", "differences")
    return csv_file.answer("nights", head, (row for night in nights for row in _lines(night)))


@http.page(bp, "/stuck.csv", who=http.MANAGER, summary="Work that is stuck, as CSV")
def stuck_csv(*, caller: Caller) -> Response:
    """Records of HQ's that could not be taken over, and what could not follow a fact."""
    with http.edge().read() as reader:
        records, failed = sync_store.unapplied(reader), event_log.failures(reader)
    rows = [
        *((each.record_type, each.record_id, each.problem) for each in records),
        *((each.kind, str(each.seq), each.problem) for each in failed),
    ]
    return csv_file.answer("stuck", ("what", "which", "problem"), rows)


def sentence(seen: SyncSeen | None, _: Words) -> str:
    """The state of the sync in plain words."""
    said: Mapping[str, str] = {
        "starting": _("Saying hello to HQ."),
        "syncing": _("Exchanging news with HQ."),
        "up_to_date": _("HQ knows everything that happened here."),
        "line_down": _(
            "HQ cannot be reached. The store works on; what happens is kept and sent when the line is back."
        ),
        "hq_busy": _("HQ is busy and asked us to come back later."),
        "refused": _("HQ refuses this store's requests. Call whoever looks after your HQ."),
        "forked": _(
            "HQ knows another history of this store: it was restored or copied. Nothing is sent until somebody decides."
        ),
        "epoch_closed": _("HQ has replaced this computer by another. Enrol it again to go on."),
        "gap_at_hq": _(
            "HQ lost events that this store no longer keeps. Call whoever looks after your HQ."
        ),
        "event_too_large": _("One event is too large for HQ. Call whoever looks after your HQ."),
        "hq_is_newer": _("HQ is too new for this version. Update this computer."),
    }
    nobody = _("This store has no HQ. Everything works; nothing is sent anywhere.")
    return said.get(seen.state, nobody) if seen else nobody


def _lines(night: NightRead) -> list[tuple[csv_file.Cell, ...]]:
    return [
        (
            night.business_date,
            night.at,
            "yes" if night.chain_equal else "no",
            table,
            rows,
            " ".join(f"{each.record_id}:{each.what}" for each in night.differing(table)),
        )
        for table, rows in night.tables.items()
    ]
