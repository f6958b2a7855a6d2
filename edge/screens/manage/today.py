"""The day at a glance: waits as a picture, what was ready, how good the forecasts were, and what is wrong now."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.base.database import Rows
from edge.http import Caller
from edge.locale import Words
from edge.offers import store as offers
from edge.screens import figures
from edge.screens.figures import Figures, OrderRow
from edge.screens.manage import cards, csv_file, frame, health, waits
from edge.screens.manage.frame import bp
from sync.core.measures import SHORT_WAIT_SECONDS

OFFERS_OVER = timedelta(days=28)
# Which rows of the day a number stands for.
CHOICES = ("all", "handed_over", "over_two_minutes", "not_ready", "eta", "open", "unfetched")


@http.page(bp, "", who=http.MANAGER, summary="The day at a glance, for managers")
def today(*, caller: Caller) -> Response:
    """Today, or another day as `?day=2026-11-22`."""
    edge = http.edge()
    with edge.read() as reader:
        words = frame.words_for(caller, reader)
        day = figures.figures(reader, edge, figures.asked_day(request.args.get("day", "")))
        is_today = day.store_day == _local(edge.clock.now(), reader)
        rows = health.health(reader, edge, words)
        view = {
            **_day(day, words),
            "offer_bars": _offers(reader, day.as_of, words),
            "health": rows,
            "problems": [row for row in rows if row.state == health.WARN],
            "night": health.newest_night(reader),
        }
    return frame.page(caller, "manage_today", here="today", is_today=is_today, **view)


@http.page(bp, "/orders", who=http.MANAGER, summary="The orders behind a day's figures")
def orders(*, caller: Caller) -> Response:
    """All of a day, or those that one number stands for: `?day=...&which=over_two_minutes`."""
    day, words = _asked(caller)
    which = _which()
    view = {
        **_day(day, words),
        "rows": chosen(day.rows, which),
        "which": which,
        "choices": _names(words),
    }
    return frame.page(caller, "manage_orders", here="today", spoken=waits.spoken, **view)


@http.page(
    bp, "/orders.csv", who=http.MANAGER, summary="The orders behind a day's figures, as CSV"
)
def orders_csv(*, caller: Caller) -> Response:
    """The same rows as on the page; nobody's name."""
    day, _words = _asked(caller)
    head = [name for name in OrderRow.__struct_fields__ if name != "order_id"]
    rows = ([getattr(row, name) for name in head] for row in chosen(day.rows, _which()))
    return csv_file.answer(f"orders-{day.store_day}", head, rows)


@http.page(bp, "/definitions", who=http.MANAGER, summary="What each figure means")
def definitions(*, caller: Caller) -> Response | AnyResponse:
    """One sentence a figure, as they stand in the code that counts."""
    return frame.page(caller, "manage_definitions", here="today")


def chosen(rows: list[OrderRow], which: str) -> list[OrderRow]:
    """The rows that a number stands for."""
    keeps: dict[str, Any] = {
        "all": lambda row: True,
        "handed_over": lambda row: row.wait_s is not None,
        "over_two_minutes": lambda row: (row.wait_s or 0.0) >= SHORT_WAIT_SECONDS,
        "not_ready": lambda row: row.wait_s is not None and not figures.was_ready(row),
        "eta": lambda row: row.eta_error_s is not None,
        "open": lambda row: row.state not in _ENDED,
        "unfetched": lambda row: row.state in ("no_show", "restocked"),
    }
    return [row for row in rows if keeps[which](row)]


_ENDED = frozenset({"handed_over", "cancelled", "no_show", "restocked"})


def _which() -> str:
    asked = request.args.get("which", "all")
    return asked if asked in CHOICES else "all"


def _names(_: Words) -> list[tuple[str, str]]:
    names = (
        _("All orders"),
        _("Handed over, arrival known"),
        _("Waited 2 minutes or more"),
        _("Not ready when the customer came"),
        _("With a forecast to judge"),
        _("Still open"),
        _("Not fetched"),
    )
    return list(zip(CHOICES, names, strict=True))


def _asked(caller: Caller) -> tuple[Figures, Words]:
    edge = http.edge()
    with edge.read() as reader:
        day = figures.figures(reader, edge, figures.asked_day(request.args.get("day", "")))
        return day, frame.words_for(caller, reader)


def _local(now: datetime, rows: Rows) -> str:
    return now.astimezone(health.here(rows).zone).date().isoformat()


def _day(day: Figures, words: Words) -> dict[str, Any]:
    this = date.fromisoformat(day.store_day)
    return {
        "day": day,
        "day_before": (this - timedelta(days=1)).isoformat(),
        "day_after": (this + timedelta(days=1)).isoformat(),
        "picture": waits.picture(day.rows, words),
        "ready": cards.ready(day.rows),
        "eta": cards.eta_errors(day.rows, words),
        "longest": max((row.wait_s for row in day.rows if row.wait_s is not None), default=None),
        "short": waits.short,
    }


def _offers(rows: Rows, now: datetime, words: Words) -> list[cards.OfferBar]:
    since = now - OFFERS_OVER
    return cards.offer_bars(
        offers.load_all(rows),
        offers.times_shown(rows, since),
        offers.times_added(rows, since),
        words,
    )
