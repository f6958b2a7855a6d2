"""What customers said yes and no to, in numbers: nobody's name stands here."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response

from edge import http
from edge.consents import store
from edge.consents.rules import Purpose
from edge.consents.store import Counted
from edge.http import Caller
from edge.locale import Words
from edge.screens.manage import csv_file, frame
from edge.screens.manage.frame import bp

NOBODY = Counted(0, 0, 0, 0)


class PurposeRow(NamedTuple):
    """One purpose, what it means, and its numbers; `share` is yes of all answers, in percent, None without any."""

    purpose: str
    name: str
    what: str
    counted: Counted
    share: int | None


@http.page(bp, "/consents", who=http.MANAGER, summary="Consents in numbers")
def consents(*, caller: Caller) -> Response:
    """By purpose; no names."""
    return frame.page(caller, "manage_consents", here="consents", rows=_rows(caller))


@http.page(bp, "/consents.csv", who=http.MANAGER, summary="Consents in numbers, as CSV")
def consents_csv(*, caller: Caller) -> Response:
    """What the page shows."""
    head = ("purpose", "said_yes", "said_no", "taken_back", "stands_now")
    rows = ((row.purpose, row.counted.granted, *row.counted[1:]) for row in _rows(caller))
    return csv_file.answer("consents", head, rows)


def _rows(caller: Caller) -> list[PurposeRow]:
    edge = http.edge()
    with edge.read() as reader:
        words = frame.words_for(caller, reader)
        counted = store.counted(reader, edge.clock.now())
    return [_row(each, counted.get(each, NOBODY), words) for each in Purpose]


def _row(purpose: Purpose, counted: Counted, _: Words) -> PurposeRow:
    names = {
        Purpose.ARRIVAL_TIMING: (
            _("Timing the arrival"),
            _("The phone sends its distance, so that the order is ready on time."),
        ),
        Purpose.PURCHASE_OFFERS: (
            _("Offers from past purchases"),
            _("What was bought before may choose what is offered."),
        ),
        Purpose.ADJACENT_OFFER: (
            _("Offers beside the order"),
            _("Up to three offers that can be ready with this order."),
        ),
        Purpose.MESSAGES: (_("Messages"), _("The chain may write to them.")),
        Purpose.STATISTICS: (_("Statistics"), _("Times of visits may be counted.")),
    }
    answers = counted.granted + counted.refused
    share = round(100 * counted.granted / answers) if answers else None
    return PurposeRow(purpose.value, *names[purpose], counted=counted, share=share)
