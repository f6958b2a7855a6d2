"""An HQ in the middle of a day, for looking at: three stores, a day's orders, doubts, nights, offers, people."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from sync.protocol import wire
from sync.protocol.batch import PushedEvent
from tests.hq.world import OPENING, PASSWORD, Box, World, event, pickup_line, woo_line, woo_order

PEOPLE = (
    ("sora", "Sora Ito", "admin"),
    ("mei", "Mei Lindqvist", "manager"),
    ("tomas", "Tomás Aguilar", "viewer"),
)
OTHERS = (("old-pier", "OP", "Old Pier Market", 35.52, 139.75),)
NAMES = (("Ana", "Kimura"), ("Ben", "Oda"), ("Chie", "Abe"), ("Leo", "Brandt"), ("Nora", "Vance"))
GOODS = (("SKU-003", "Rice & beans"), ("SKU-061", "Flat white"), ("SKU-012", "Oat milk 1 l"))
LATE = timedelta(hours=9)


def busy(home: Path, **settings: object) -> World:
    """The world at six in the evening (Tokyo), signed-in people aside."""
    world = World(home, **settings)
    world.add_stores()
    for store_id, code, name, north, east in OTHERS:
        world.command(
            "save-store", store_id=store_id, code=code, name=name, zone="Asia/Tokyo",
            public_host=f"{store_id}.localhost:8443",
            pin={"label": "door", "north": north, "east": east},
        )  # fmt: skip
    world.add_shop()
    for login, name, role in PEOPLE:
        world.command("add-person", login=login, name=name, role=role, password=PASSWORD)
    harbour, mill = world.box("harbour-lane", 1), world.box("mill-square", 2)
    harbour.hello()
    mill.hello()
    _day(world, harbour, count=42, seed=7)
    _day(world, mill, count=19, seed=11, first=2000)
    _nights(world, harbour, mill)
    world.clock.set(OPENING + LATE)
    _open_orders(world, harbour)
    _doubts(world)
    _health(world, harbour, mill)
    return world


def at(event_: PushedEvent, moment: datetime) -> PushedEvent:
    """The same event at another moment."""
    return msgspec.structs.replace(event_, at=moment.isoformat(timespec="microseconds"))


def _order(world: World, number: int, **changes: object) -> str:
    first, last = NAMES[number % len(NAMES)]
    lines = [woo_line(sku=sku, name=name) for sku, name in GOODS[: number % 3 + 1]]
    stamp = world.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
    said = woo_order(
        number,
        billing={"first_name": first, "last_name": last, "email": f"{first}@example.com".lower()},
        line_items=lines,
        date_created_gmt=stamp,
        date_modified_gmt=stamp,
        **changes,
    )
    return str(world.hook(said).json["order_id"])


def _life(order_id: str, number: str, chance: random.Random, begin: datetime) -> list[PushedEvent]:
    """All that one order went through at its store."""
    wait = chance.lognormvariate(3.9, 0.62) * (3.4 if chance.random() < 0.06 else 1)
    here = begin + timedelta(minutes=38 + chance.random() * 20)
    early = timedelta(minutes=2) if chance.random() < 0.9 else timedelta(seconds=-40)
    steps: list[tuple[datetime, str, dict[str, Any]]] = [
        (begin + timedelta(seconds=2), "order_received", {"number": number, "lines": 3, "revision": 1, "origin": "hq"}),
        (begin + timedelta(seconds=2), "order_accepted", {}),
        (begin + timedelta(minutes=9), "order_picking_started", {}),
        (begin + timedelta(minutes=10), "line_picked", {"line_no": 1, "qty": 2}),
        (begin + timedelta(minutes=12), "order_picked", {}),
        (begin + timedelta(minutes=13), "order_staged", {"bin": "B4", "bags": 2}),
        (begin + timedelta(minutes=18), "journey_started", {"mode": "car"}),
        (here - early, "order_ready", {}),
        (here, "customer_arrived", {"how": chance.choice(["tap", "kiosk", "bay"]), "evidence": True, "bay": ""}),
        (here + timedelta(seconds=wait), "order_handed_over", {"how": "scan"}),
    ]  # fmt: skip
    return [
        at(event(kind, order_id, order_id=order_id, **body), when) for when, kind, body in steps
    ]


def _day(world: World, box: Box, *, count: int, seed: int, first: int = 1000) -> None:
    chance = random.Random(seed)
    name = "Harbour Lane" if box.store_id == "harbour-lane" else "Mill Square"
    told: list[PushedEvent] = []
    for n in range(count):
        begin = OPENING + timedelta(minutes=30 + n * 420 / count + chance.random() * 8)
        world.clock.set(begin)
        order_id = _order(world, first + n, shipping_lines=[pickup_line(name)])
        told += _life(order_id, f"{'ABC'[n // 30]}-{n % 30 + 1}", chance, begin)
        told += _offers(order_id, n, begin + timedelta(minutes=20), chance)
    own = event("order_received", f"0199a000-0000-7000-8000-{seed:012d}", number="C-7",
                order_id=f"0199a000-0000-7000-8000-{seed:012d}", lines=2)  # fmt: skip
    told.append(at(own, OPENING + timedelta(hours=6)))
    box.push(*told)


def _offers(order_id: str, n: int, moment: datetime, chance: random.Random) -> list[PushedEvent]:
    offer_id = ("offer-crumble", "offer-onigiri", "offer-coffee")[n % 3]
    texts = {"offer-crumble": ("Warm apple crumble", "焼きたてアップルクランブル"),
             "offer-onigiri": ("Two grilled onigiri", "焼きおにぎり 2個"),
             "offer-coffee": ("Flat white for the way home", "お帰りのフラットホワイト")}  # fmt: skip
    found = []
    if n < 3:
        english, japanese = texts[offer_id]
        found.append(event(
            "offer_made", offer_id, offer_id=offer_id, owner="store", revision=1, offer_kind="fresh",
            sku="SKU-061", texts={"en": {"title": english}, "ja": {"title": japanese}},
            price_minor=390, was_minor=490, currency="JPY", starts_at=OPENING.isoformat(),
            ends_at=(OPENING + timedelta(days=2)).isoformat(), limit=40, once_per_customer=False,
            preparation_minutes=3, goes_with=[], active=True,
        ))  # fmt: skip
    found.append(
        event("offer_shown", offer_id, offer_id=offer_id, order_id=order_id, why="goes_with")
    )
    if chance.random() < 0.42:
        redemption = f"r-{order_id}"
        found += [
            event("offer_accepted", offer_id, offer_id=offer_id, order_id=order_id, redemption_id=redemption),
            event("offer_redeemed", redemption, redemption_id=redemption, offer_id=offer_id,
                  order_id=order_id, surface="pass", price_minor=390, currency="JPY"),
        ]  # fmt: skip
    return [at(each, moment) for each in found]


def _open_orders(world: World, box: Box) -> None:
    """Some that are still under way, one short of a line."""
    for n, last in enumerate((4, 6, 8)):
        order_id = _order(world, 1100 + n, shipping_lines=[pickup_line()])
        chance = random.Random(n)
        life = _life(order_id, f"C-{n + 11}", chance, world.clock.now() - timedelta(minutes=15))
        box.push(*life[:last])


def _doubts(world: World) -> None:
    for n, lines in enumerate(
        (
            [pickup_line("Old Peer", "35.5199, 139.7401")],
            [pickup_line("Harbor Ln. / North gate")],
            [
                {**pickup_line(), "meta_data": []},
                {"method_id": "flat_rate", "method_title": "Delivery"},
            ],
        )
    ):
        _order(world, 3001 + n, shipping_lines=lines)


def _nights(world: World, *boxes: Box) -> None:
    for box in boxes:
        for n, day in enumerate(("2026-11-20", "2026-11-21", "2026-11-22")):
            differs = box.store_id == "mill-square" and n == 2
            named = [
                wire.Difference(
                    table="order_status", record_id=_some_order(world, box), what="differs"
                )
            ]
            report = wire.NightReport(
                business_date=day, seq=box.seq, position=n, chain_equal=True,
                digests_equal=not differs, tables={"order": 40 + n, "consent": 18},
                differences=named if differs else [],
            )  # fmt: skip
            assert box.post("reconcile", report).status_code == 200


def _some_order(world: World, box: Box) -> str:
    found = [row for row in world.table("orders") if row["store_id"] == box.store_id]
    return str(found[3]["order_id"])


def _health(world: World, harbour: Box, mill: Box) -> None:
    now = world.clock.now()
    for box, skew, line, backup in (
        (harbour, 0.4, True, timedelta(hours=14)),
        (mill, -19.0, False, timedelta(days=3)),
    ):
        said = wire.StoreHealth(
            at=(now + timedelta(seconds=skew)).isoformat(), last_seq=box.seq + (0 if line else 14),
            version="0.1.0", sqlite="3.40.1", clock="synced", line_up=line, line_seconds=1250.0,
            disk_free=0.61, printer="Zebra ZD421, paper low" if line else "",
            backup_at=(now - backup).isoformat(), backup_said="checked",
        )  # fmt: skip
        assert box.post("health", said).status_code == 200
