"""Tickets for a store's own line: which front doors it may call in at, its own first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sync.hq.settings import Settings
from sync.hq.stores.rules import Store
from sync.protocol import relay, spread
from sync.protocol.wire import LineWay


def ways(
    settings: Settings, secret: bytes, store: Store, *, now: datetime, nonce: Callable[[], str]
) -> list[LineWay]:
    """At least one way, in the order in which the store should try them; its address is "" without a front door.

    Each ticket is for its own door only. With one address before all of them (a load balancer, or none named)
    any door takes it: the doors then find each other's stores.
    """

    def way(url: str, door: str = "") -> LineWay:
        ticket = relay.mint_ticket(
            secret,
            store_id=store.store_id,
            public_host=store.public_host,
            now=now,
            nonce=nonce(),
            door=door,
        )
        return LineWay(ticket=ticket, url=url)

    doors = spread.in_order(store.public_host, spread.listed(settings.front_door_url))
    if len({settings.line_at(door) for door in doors}) <= 1:
        return [way(settings.line_at(doors[0] if doors else ""))]
    return [
        way(settings.line_at(door), spread.door_name(door)) for door in doors[: relay.WAYS_LIMIT]
    ]
