"""The small pictures of a day: ready on arrival, how wrong the expected arrivals were, what offers were taken. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from edge.locale import Words
from edge.offers.rules import Offer
from edge.screens.figures import OrderRow, spread, was_ready
from sync.core.measures import Share, share

SOON_SECONDS = 120.0
BAR_MINUTES = 2
FARTHEST_BAR = 5
MOST_DOTS = 120
MOST_OFFERS = 5
READY, SOON, LATE = "ready", "soon", "late"


class Ready(NamedTuple):
    """Of the handed-over orders whose customer's arrival is known: how many were ready, soon, late then."""

    of: int
    ready: int
    soon: int
    late: int
    dots: list[str]


class Bar(NamedTuple):
    """A column of the histogram: its left edge and height in percent, and whether it is near the truth."""

    x: float
    height: float
    is_near: bool
    said: str


class EtaErrors(NamedTuple):
    """How wrong the expected arrivals were: half were off by less than `half` (text), columns of two minutes."""

    total: int
    half: str
    bars: list[Bar]
    by_source: list[tuple[str, int]]


class OfferBar(NamedTuple):
    """An offer's share of orders, its interval, in percent of the drawing."""

    offer_id: str
    title: str
    share: Share
    percent: str
    said: str


def ready(rows: Sequence[OrderRow]) -> Ready:
    """Each handed-over order with a known arrival, the good ones first."""
    states = sorted(
        (_ready_state(row) for row in rows if row.wait_s is not None),
        key=(READY, SOON, LATE).index,
    )
    return Ready(
        of=len(states),
        ready=states.count(READY),
        soon=states.count(SOON),
        late=states.count(LATE),
        dots=states if len(states) <= MOST_DOTS else [],
    )


def _ready_state(row: OrderRow) -> str:
    if was_ready(row):
        return READY
    if row.ready_at is None or row.arrived_at is None:
        return LATE
    return SOON if (row.ready_at - row.arrived_at).total_seconds() <= SOON_SECONDS else LATE


def eta_errors(rows: Sequence[OrderRow], _: Words) -> EtaErrors:
    """Columns from "5 or more early" to "5 or more late"; the middle one is "within a minute"."""
    errors = [row.eta_error_s / 60 for row in rows if row.eta_error_s is not None]
    places = range(-FARTHEST_BAR, FARTHEST_BAR + 1)
    counts = dict.fromkeys(places, 0)
    for error in errors:
        counts[max(-FARTHEST_BAR, min(FARTHEST_BAR, round(error / BAR_MINUTES)))] += 1
    tallest = max(counts.values(), default=0) or 1
    half = spread(abs(error) for error in errors).p50
    sources = sorted({row.eta_from for row in rows if row.eta_error_s is not None})
    return EtaErrors(
        total=len(errors),
        half="–" if half is None else _("±%(n)s min", n=f"{half:.1f}"),
        bars=[
            Bar(
                x=round(100 * (place + FARTHEST_BAR) / len(places), 2),
                height=round(100 * counts[place] / tallest, 1),
                is_near=abs(place) <= 1,
                said=_.many("%(n)s order", "%(n)s orders", counts[place]),
            )
            for place in places
        ],
        by_source=[(each, sum(row.eta_from == each for row in rows)) for each in sources],
    )


def offer_bars(
    offers: Sequence[Offer], shown: Mapping[str, int], added: Mapping[str, int], _: Words
) -> list[OfferBar]:
    """The offers that were shown most, with how often they were added to the order they stood beside."""
    seen = sorted(
        (each for each in offers if shown.get(each.offer_id)), key=lambda o: -shown[o.offer_id]
    )
    return [
        _offer_bar(each, share(added.get(each.offer_id, 0), shown[each.offer_id]), _)
        for each in seen[:MOST_OFFERS]
    ]


def _offer_bar(offer: Offer, taken: Share, _: Words) -> OfferBar:
    said = _(
        "%(taken)s of %(shown)s; between %(low)s and %(high)s %% with 90 %% certainty",
        taken=taken.taken,
        shown=taken.shown,
        low=round(100 * taken.low),
        high=round(100 * taken.high),
    )
    percent = f"{round(100 * (taken.middle or 0.0))} %"
    return OfferBar(offer.offer_id, offer.words(_.lang).title, taken, percent, said)
