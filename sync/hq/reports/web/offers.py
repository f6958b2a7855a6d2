"""The page about offers: what was shown, added and redeemed across stores, with how sure each share is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request

from sync.hq import http
from sync.hq.base.rows import Reader
from sync.hq.http import Caller, Who
from sync.hq.reports.rules import offers
from sync.hq.reports.rules.offers import Taken
from sync.hq.reports.web.parts import ReportsParts

bp = http.blueprint("offers")

SPANS = (1, 7, 28)
_LATE = timedelta(days=1)


@http.page(bp, "/offers", who=Who.VIEWER, summary="What came of offers")
def show_offers(*, caller: Caller) -> str:
    """Each offer of the last days: how often it was shown, added and redeemed, and where."""
    hq = http.hq()
    with hq.read() as reader:
        found = _found(reader, _days())
        titles = hq.part(ReportsParts).offer_titles(reader)
        names = {each.store_id: each.name for each in hq.part(ReportsParts).stores(reader)}
    most = max((each.redeemed for each in found), default=0)
    return http.render(
        "hq_offers", found=found, titles=titles, names=names, days=_days(), spans=SPANS, most=most
    )


@http.page(bp, "/offers.csv", who=Who.VIEWER, summary="What came of offers, as CSV")
def export_offers(*, caller: Caller) -> Response:
    """One row an offer and store."""
    with http.hq().read() as reader:
        found = _found(reader, _days())
        titles = http.hq().part(ReportsParts).offer_titles(reader)
    names = ("offer", "title", "shown", "added", "redeemed", "share_low", "share_high")
    rows: list[tuple[Any, ...]] = [
        (
            each.offer_id,
            titles.get(each.offer_id, {}).get("en", ""),
            each.shown,
            each.added,
            each.redeemed,
            f"{each.low:.3f}" if each.shown else "",
            f"{each.high:.3f}" if each.shown else "",
        )
        for each in found
    ]
    return http.csv_file(f"offers-{_days()}-days.csv", names, rows)


def _found(reader: Reader, days: int) -> list[Taken]:
    parts, now = http.hq().part(ReportsParts), http.hq().clock.now()
    since = now - timedelta(days=days)
    return offers.of_events(
        {
            store.store_id: [
                event
                for event in parts.happened(
                    reader, store.store_id, offers.KINDS, since=since, until=now + _LATE
                )
                if event.at >= since
            ]
            for store in parts.stores(reader)
        }
    )


def _days() -> int:
    asked = request.args.get("days", "")
    return next((span for span in SPANS if str(span) == asked), SPANS[1])
