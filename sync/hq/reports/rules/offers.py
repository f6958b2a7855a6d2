"""What came of offers, from the stores' logs: shown beside an order, added to it, redeemed in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from sync.core.measures import share
from sync.hq.reports.rules.event import Event

SHOWN, ADDED, REDEEMED = "offer_shown", "offer_accepted", "offer_redeemed"
KINDS = (SHOWN, ADDED, REDEEMED)


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """One offer over some days: of `shown` orders, `added` took it; `redeemed` counts every way, by store."""

    offer_id: str
    shown: int
    added: int
    redeemed: int
    by_store: dict[str, int]
    share: float | None
    low: float
    high: float


def of_events(by_store: Mapping[str, Iterable[Event]]) -> list[Taken]:
    """Each offer that was shown or redeemed, the most redeemed first."""
    shown: Counter[str] = Counter()
    added: Counter[str] = Counter()
    redeemed: dict[str, Counter[str]] = {}
    for store_id, events in by_store.items():
        seen: set[tuple[str, str]] = set()
        for event in events:
            if event.kind == REDEEMED:
                offer_id = str(event.body.get("offer_id", ""))
                redeemed.setdefault(offer_id, Counter())[store_id] += 1
                continue
            pair = (event.kind, f"{event.about} {event.body.get('order_id', '')}")
            if pair in seen:
                continue
            seen.add(pair)
            (shown if event.kind == SHOWN else added)[event.about] += 1
    every = {*shown, *added, *redeemed} - {""}
    found = [
        _taken(offer_id, shown[offer_id], added[offer_id], redeemed.get(offer_id, Counter()))
        for offer_id in every
    ]
    return sorted(found, key=lambda each: (-each.redeemed, -each.shown, each.offer_id))


def _taken(offer_id: str, shown: int, added: int, redeemed: Counter[str]) -> Taken:
    known = share(added, shown)
    return Taken(
        offer_id=offer_id,
        shown=shown,
        added=added,
        redeemed=sum(redeemed.values()),
        by_store=dict(redeemed.most_common()),
        share=known.middle,
        low=known.low,
        high=known.high,
    )
