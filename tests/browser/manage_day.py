"""A day's handovers behind the evening, for the manager's pages: 60 orders with waits, forecasts and offers shown.

Written straight into the tables that the figures are read from: playing sixty orders through takes too long.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random

import msgspec

from edge.arrivals import store as arrivals_store
from edge.arrivals.rules import (
    NOTHING,
    EtaError,
    Journey,
    Learned,
    Level,
    Phase,
    Seen,
    Source,
)
from edge.base import sync_store, times
from edge.offers import store as offers_store
from edge.staff import store as staff_store
from edge.staff.rules import Device, Kind
from tests.browser.scene import NOW, Evening

DONE = 60
PROBLEM = "ValidationError: Object missing required field `price_minor`"


def a_days_figures(e: Evening, seed: int = 5) -> None:
    """Orders of the day that were handed over, the newest night's report, a record that waits."""
    chance = Random(seed)
    now = e.clock.now()
    for place in range(DONE):
        # Two rushes, at noon and before the evening.
        hour = chance.choice((1.6, 2.4, 2.9, 3.3, 4.2, 6.1, 7.2, 7.9, 8.3)) + chance.gauss(0, 0.35)
        came = NOW - timedelta(hours=8.85) + timedelta(hours=min(8.6, max(0.3, hour)))
        _handed_over(e, place, came, chance)
    e.clock.set(now)
    e.write(_night)
    _devices(e)
    e.write(
        lambda unit: sync_store.keep_unapplied(
            unit, "product", "SKU-090", revision=3, body="{}", problem=PROBLEM
        )
    )
    _shown(e, chance)
    e.write(_learned)


def _handed_over(e: Evening, place: int, came, chance: Random) -> None:
    wait = min(240.0, 20 + chance.expovariate(1 / 42.0))
    e.clock.set(came - timedelta(minutes=40))
    order_id = e.order(f"Guest {place}", 0, "SKU-003")
    ready = came + timedelta(minutes=chance.choice((-14, -11, -9, -6, -5, -3, -2, -2, 1, 3)))
    handed = came + timedelta(seconds=wait)

    def work(unit) -> None:
        unit.execute(
            "UPDATE orders SET state = 'handed_over', is_open = 0 WHERE order_id = ?", (order_id,)
        )
        for state, at in (("staged", ready), ("ready", ready), ("handed_over", handed)):
            unit.execute(
                "UPDATE orders SET course = json_set(course, '$.' || ?, json_array(?, '')) WHERE order_id = ?",
                (state, times.text(at), order_id),
            )
        evidence = came + timedelta(seconds=min(wait, 12)) if place % 3 else None
        arrivals_store.save(
            unit,
            Journey(
                order_id, Phase.SERVED, started_at=came - timedelta(minutes=15), arrived_at=came,
                arrived_how="tap", evidence_at=evidence, ended_at=handed,
            ),
        )  # fmt: skip
        source = Source.LIVE if place % 4 else Source.TAP
        arrivals_store.keep_eta_error(unit, order_id, EtaError(chance.gauss(20, 130), source))

    e.write(work)


def _learned(unit) -> None:
    """Fifty-three handovers of a store whose pin is a minute and a quarter too near."""
    seen = {
        "under_100_m": (53, 72.0, -2.0, 18.0, 0.86), "under_300_m": (53, 78.0, 4.0, 34.0, 0.83),
        "under_1_km": (51, 84.0, 9.0, 71.0, 0.80), "under_3_km": (44, 96.0, 14.0, 130.0, 0.79),
        "under_8_km": (27, 132.0, 31.0, 215.0, 0.77), "over_8_km": (6, -140.0, -170.0, 410.0, 0.83),
        "far": (3, 800.0, 700.0, 900.0, 0.66), "tap": (53, -180.0, -24.0, 240.0, 0.81),
        "promise": (60, -410.0, -35.0, 330.0, 0.82), "morning": (11, 88.0, 12.0, 80.0, 0.82),
        "midday": (19, 104.0, 28.0, 96.0, 0.79), "afternoon": (14, 70.0, -8.0, 70.0, 0.86),
        "evening": (9, 61.0, -15.0, 65.0, 0.89),
    }  # fmt: skip
    levels = {"site": Level(53, 74.0, 60.0), "promise": Level(60, -375.0, 9_000.0)}
    rows = Learned(levels, {name: Seen(*each) for name, each in seen.items()})
    arrivals_store.save_learned(unit, NOTHING, rows)


def _night(unit) -> None:
    tables = {
        "order": 412, "order_status": 412, "product": 60, "offer": 9, "redemption": 96,
        "consent": 1038, "profile": 31, "store": 1,
    }  # fmt: skip
    for back in range(1, 6):
        equal = back != 3
        day = (NOW - timedelta(days=back)).date().isoformat()
        differences = (
            [] if equal else [{"table": "order", "record_id": "order-07", "what": "missing_at_hq"}]
        )
        report = {
            "step": "report", "business_date": day, "seq": 9000 - 900 * back,
            "position": 700 - 90 * back, "chain_equal": True, "digests_equal": equal,
            "tables": tables, "differences": differences,
        }  # fmt: skip
        text = msgspec.json.encode(report).decode()
        sync_store.keep_night(unit, day, text, is_equal=equal)


def _devices(e: Evening) -> None:
    with e.edge.read() as reader:
        tablet = staff_store.devices(reader)[0]
    wall = e.clock.wall()

    def work(unit) -> None:
        unit.execute("UPDATE devices SET kind = 'board' WHERE device_id = ?", (tablet.device_id,))
        for name, kind, minutes in (
            ("Kiosk at the door", Kind.KIOSK, 1),
            ("Screen over the desk", Kind.DISPLAY, 2),
            ("Scanner, cold room", Kind.TILL, 190),
        ):
            seen = wall - timedelta(minutes=minutes)
            device = Device(
                device_id=f"device-{kind}",
                name=name,
                paired_at=times.text(seen),
                kind=kind,
                seen_at=seen,
            )
            staff_store.add_device(unit, device, f"hash-{kind}")
        unit.execute("UPDATE staff SET failures = 6 WHERE name = 'Mo A.'")

    e.write(work)


def _shown(e: Evening, chance: Random) -> None:
    with e.edge.read() as reader:
        book = offers_store.load_all(reader)

    def work(unit) -> None:
        for place, order_id in enumerate(e.orders.values(), 1):
            shown = [
                {"offer_id": offer.offer_id, "why": {"key": "for_everyone"}}
                for offer in book
                if chance.random() < 0.8
            ]
            offers_store.save_decision(unit, order_id, shown, {})
            if place % 5 == 0 and shown:
                unit.execute(
                    """INSERT INTO redemptions
                         (redemption_id, offer_id, surface, spoken_code, price_minor, currency,
                          redeemed_at, shopper_key, order_id, once_key)
                       VALUES (?, ?, 'pass', ?, 680, 'JPY', ?, '', ?, ?)""",
                    (
                        f"r-{place}", shown[0]["offer_id"], f"C{place:05d}",
                        times.text(e.clock.now()), order_id, f"r-{place}",
                    ),
                )  # fmt: skip

    e.write(work)
