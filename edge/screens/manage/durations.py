"""How long work takes here at this hour, as the plan expects it: learned from how many orders, and a fresh start."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from edge import http
from edge.base import store_record
from edge.base.unit import Unit
from edge.http import Caller
from edge.locale import Words
from edge.plan import actions, store
from edge.plan.rules import SHIPPED
from edge.plan.rules.learning import (
    BRING,
    MAKE,
    PICK,
    Learned,
    hour_name,
    orders_seen,
    pace_of,
)
from edge.screens.manage import csv_file, frame
from edge.screens.manage.frame import bp

HERE = "/manage/durations"
PLAIN_LINES = (1, 5, 10)
MIXED = {"ambient": 6, "chilled": 3, "frozen": 1}
CATALOGUE_S = 240.0


class Row(NamedTuple):
    """What is expected of one piece of work now, what ships, and from how many orders; seconds."""

    name: str
    now_s: float
    shipped_s: float
    orders: int


@http.page(bp, "/durations", who=http.MANAGER, summary="How long work takes here, as learned")
def durations(*, caller: Caller) -> Response:
    """Picking by lines at this hour, making and bringing out."""
    learned, hour, words = _asked(caller)
    return frame.page(
        caller,
        "manage_durations",
        here="today",
        rows=table(learned, hour, words),
        hour=f"{hour}:00–{hour + 1}:00",
        in_hour=orders_seen(learned, hour_name(hour)),
        orders=orders_seen(learned, PICK),
        spoken=lambda seconds: spoken(seconds, words),
        forgotten=request.args.get("forgotten", "") == "yes",
    )


@http.page(bp, "/durations.csv", who=http.MANAGER, summary="How long work takes here, as CSV")
def durations_csv(*, caller: Caller) -> Response:
    """The rows of the page, in seconds."""
    learned, hour, words = _asked(caller)
    rows = (
        (r.name, round(r.now_s), round(r.shipped_s), r.orders) for r in table(learned, hour, words)
    )
    return csv_file.answer("durations", ("what", "now_s", "shipped_s", "orders"), rows)


@http.page(
    bp,
    "/durations/forget",
    who=http.MANAGER,
    method="POST",
    summary="Forget how long work takes here, and start anew",
)
def forget_durations(*, caller: Caller) -> AnyResponse:
    """It cannot be taken back, so it is asked for twice; the log keeps the name."""
    frame.sure()

    def work(unit: Unit) -> str:
        actions.forget_learned(unit, by=caller.id)
        return "forgotten"

    http.edge().write(work, key=frame.key_of(caller, frame.typed()))
    return frame.to(HERE, forgotten="yes")


def table(learned: Learned, hour: int, _: Words) -> list[Row]:
    """What the plan reckons with at this hour, beside what ships."""
    pace, picks = pace_of(learned, hour), orders_seen(learned, PICK)
    plain = [
        (_.many("Pick %(n)s line and bag it", "Pick %(n)s lines and bag them", n), {"ambient": n})
        for n in PLAIN_LINES
    ]
    mixed = _(
        "Pick %(n)s lines, %(chilled)s chilled and %(frozen)s frozen among them",
        n=sum(MIXED.values()), chilled=MIXED["chilled"], frozen=MIXED["frozen"],
    )  # fmt: skip
    return [
        *(
            Row(name, pace.pick_seconds(lines), SHIPPED.pick_seconds(lines), picks)
            for name, lines in [*plain, (mixed, MIXED)]
        ),
        Row(
            _("Make what the catalogue gives 4 min for"),
            pace.make_seconds(CATALOGUE_S),
            CATALOGUE_S,
            orders_seen(learned, MAKE),
        ),
        Row(
            _("Bring out and hand over"),
            pace.bring_s,
            SHIPPED.bring_s,
            orders_seen(learned, BRING),
        ),
    ]


def spoken(seconds: float, _: Words) -> str:
    """40 s, 4 min 10 s: to five seconds, since nobody works by the second."""
    n = max(5, round(seconds / 5) * 5)
    if n < 60:
        return _("%(n)s s", n=n)
    return _("%(m)s min %(s)s s", m=n // 60, s=n % 60) if n % 60 else _("%(n)s min", n=n // 60)


def _asked(caller: Caller) -> tuple[Learned, int, Words]:
    edge = http.edge()
    with edge.read() as reader:
        hour = edge.clock.now().astimezone(store_record.load(reader).zone).hour
        return store.load_learned(reader), hour, frame.words_for(caller, reader)
