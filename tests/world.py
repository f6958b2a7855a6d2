"""A small world for tests: a store on a temporary folder, a clock that moves when told, ids from a seed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from flask import Flask
from flask.testing import FlaskClient
from sqlite_utils import Migrations

from edge.base import store_record
from edge.base.edge import Edge
from edge.base.store_record import Bay, StoreRecord
from edge.settings import Settings
from sync.doors.clock import FixedClock
from sync.doors.ids import SeededIds

OPENING = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
HARBOUR_LANE = StoreRecord(
    store_id="harbour-lane",
    code="HL",
    name="Harbour Lane",
    name_ja="港通り店",
    time_zone="Asia/Tokyo",
    currency="JPY",
    public_host="harbour-lane.localhost",
    phone="050-0000-0000",
    north=52.0,
    east=5.0,
    bays=(Bay(number="1", north=52.0, east=5.0), Bay(number="3", north=52.0001, east=5.0)),
)


def open_edge(
    home: Path,
    migrations: Iterable[Migrations] = (),
    *,
    clock: FixedClock | None = None,
    seed: int = 1,
    **settings: object,
) -> Edge:
    """An open store that knows who it is; close it when done."""
    chosen = msgspec.convert({"home": str(home), "cookies_secure": False, **settings}, Settings)
    edge = Edge(
        chosen, clock=clock or FixedClock(OPENING), ids=SeededIds(seed), migrations=migrations
    )
    edge.write(lambda unit: store_record.save(unit, HARBOUR_LANE))
    return edge


def client_of(app: Flask) -> FlaskClient:
    """A client that speaks to the app in this process."""
    app.testing = False
    return app.test_client()


__all__ = ["HARBOUR_LANE", "OPENING", "FixedClock", "client_of", "open_edge"]
