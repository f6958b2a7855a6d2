"""One evening in the invented shop, so that browsers and cameras have something to look at.

It is 17:51 in the store. Ana waits at bay 3, Jonas at the door, two customers are on the way, work is late.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import msgspec
from werkzeug.serving import make_server

from edge import app as wiring
from edge.acts.receive_order import receive_order
from edge.arrivals import actions as arrivals
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules import How, RangeReport, Sighting, Trail
from edge.arrivals.rules.forecast import forecast
from edge.arrivals.rules.reports import follow
from edge.base.edge import Edge
from edge.base.readings import Readings
from edge.consents import actions as consents
from edge.consents.rules import Purpose, served
from edge.offers import actions as offers
from edge.offers.rules import Texts, Wish
from edge.orders import actions as orders
from edge.orders import store as orders_store
from edge.orders.rules import codes
from edge.plan.memory import LastPlan
from edge.products import actions as products
from edge.products import rules as product_rules
from edge.rehearsal.uplink import Uplink
from edge.staff import actions as staff
from edge.staff.rules import Role
from sync.core.neutral import NeutralLine, NeutralOrder
from tests.world import FixedClock, open_edge

NOW = datetime(2026, 11, 22, 8, 51, tzinfo=UTC)
CATALOGUE = Path(__file__).parents[2] / "config" / "demo" / "products.csv"
PIN = "246802"
PEOPLE = ("Ken S.", "Yuki T.", "Mo A.")


class Evening:
    """The store with its scene, and the names by which tests find what they need."""

    def __init__(self, home: Path) -> None:
        self.clock = FixedClock(NOW - timedelta(minutes=50))
        self.edge: Edge = open_edge(home, wiring.MIGRATIONS, clock=self.clock)
        for part in wiring.PARTS:
            self.edge.put_part(part())
        readings = self.edge.part(Readings)
        self.memory.on_change(lambda order_id: self.edge.part(LastPlan).outdate())
        self.memory.on_change(lambda order_id: readings.touch("eta", order_id))
        self.orders: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.cookies: dict[str, str] = {}
        self._people()
        self._goods()

    @property
    def memory(self) -> RangeMemory:
        return self.edge.part(RangeMemory)

    def write(self, work):
        return self.edge.write(work)

    def order(self, name: str, minutes: int, *skus: str, age: bool = False) -> str:
        """An order promised in so many minutes after the scene's now."""
        order_id = self.edge.ids.uuid7(self.clock.now())
        token = codes.pass_token(self.edge.pepper, order_id)
        lines = [
            NeutralLine(
                line_no=place,
                sku=sku,
                name=sku,
                qty=1 + place % 3 // 2,
                unit_price_minor=300,
                age_check=age and place == 1,
                substitute_allowed=place == 2,
            )
            for place, sku in enumerate(skus, 1)
        ]
        promise = NOW + timedelta(minutes=minutes)
        neutral = NeutralOrder(
            order_id=order_id,
            source="web",
            source_id=order_id,
            shown_number=f"10{len(self.orders):02d}",
            store_id="harbour-lane",
            customer_key=f"customer-{len(self.orders)}",
            customer_name=name,
            lines=lines,
            promise_at=promise,
            hold_until=promise + timedelta(hours=4),
            token_hash=codes.token_hash(token),
            placed_at=self.clock.now(),
            currency="JPY",
        )
        self.write(
            lambda u: receive_order(u, neutral, shop=orders.shop_here(u, self.edge), origin="hq")
        )
        self.orders[name], self.tokens[name] = order_id, token
        return order_id

    def pick(self, order_id: str, lines: int = 99, by: str = "Yuki T.") -> None:
        who = self.staff[by]
        self.write(lambda u: orders.start_picking(u, order_id, by=who))
        with self.edge.read() as reader:
            wanted = orders_store.load(reader, order_id).pick_list[:lines]
        for line in wanted:
            self.write(
                lambda u, line=line: orders.pick(u, order_id, line.line_no, line.qty, by=who)
            )

    def stage(self, order_id: str, bin_code: str, bags: int = 2) -> None:
        self.pick(order_id)
        self.write(
            lambda u: orders.stage(u, order_id, bin_code, bags=bags, by=self.staff["Yuki T."])
        )

    def set_out(self, order_id: str) -> None:
        self.write(lambda u: arrivals.start(u, order_id, self.memory, by="customer"))

    def arrive(self, order_id: str, how: How, bay: str = "") -> None:
        self.write(lambda u: arrivals.arrive(u, order_id, arrivals.Said(how, bay), seen=None))

    def share(self, order_id: str, purpose: Purpose = Purpose.ARRIVAL_TIMING) -> None:
        def work(unit):
            order = orders_store.load(unit, order_id)
            known = consents.store.newest_withdrawal(unit, order.customer_key, purpose)
            shown = served.serve(
                purpose, "en", order_id=order_id, known=known, now=unit.now, pepper=b""
            )
            consents.grant(
                unit, shown, order_id=order_id, customer_key=order.customer_key, minutes=240
            )

        self.write(work)

    def come_from(self, order_id: str, metres: float, metres_per_s: float) -> None:
        """A trail of reports, the newest six seconds ago."""
        trail = Trail()
        for seq in range(12):
            behind = (11 - seq) * 20.0
            report = RangeReport(seq, seq * 20.0, metres + behind * metres_per_s, 20.0)
            trail = follow(trail, report)
        sighting = Sighting(trail, forecast(trail), self.clock.now() - timedelta(seconds=6))
        self.memory.note(
            order_id, sighting, monotonic=self.clock.monotonic(), drops=self.memory.drops
        )

    def _people(self) -> None:
        hashed = staff.pin_hash(PIN, self.edge.pepper)
        self.staff = {}
        for name in PEOPLE:
            role = Role.MANAGER if name == PEOPLE[0] else Role.PICKER
            person = self.write(
                lambda u, n=name, r=role: staff.add_person(u, n, r, pin_hash=hashed, by="setup")
            )
            self.staff[name] = person.staff_id
        self.clock.set(NOW - timedelta(minutes=5))
        code = self.write(lambda u: staff.make_code(u, at=self.clock.wall(), by="setup"))
        device, token = self.write(
            lambda u: staff.pair(u, code, "Tablet at the desk", at=self.clock.wall())
        )
        for name in reversed(PEOPLE):
            session = self.write(
                lambda u, n=name: staff.sign_in(
                    u, self.staff[n], device.device_id, at=self.clock.wall()
                )
            )
        self.cookies = {"store_edge_device": token, "store_edge_session": session}
        self.clock.set(NOW - timedelta(minutes=50))

    def _goods(self) -> None:
        read = product_rules.read_catalogue(CATALOGUE.read_text(encoding="utf-8"), "JPY")
        self.write(lambda u: products.import_products(u, read, by="setup"))


def evening(home: Path) -> Evening:
    """The scene as the pictures show it."""
    e = Evening(home)
    ana = e.order("Ana M.", 0, "SKU-003", "SKU-021", "SKU-041")
    jonas = e.order("Jonas W.", 5, "SKU-004", "SKU-009", age=True)
    priya = e.order("Priyanka S.", 14, "SKU-010", "SKU-011")
    tomasz = e.order("Tomasz K.", 19, *(f"SKU-{n:03d}" for n in (2, 7, 15, 22, 33, 48)))
    mei = e.order("Mei L.", 14, "SKU-018", "SKU-019")
    e.order("Fatima A.", 2, *(f"SKU-{n:03d}" for n in (1, 5, 12, 30, 31, 44, 50, 51, 52, 13, 14)))
    e.order("Oluwaseun-Bartholomew A.", 6, *(f"SKU-{n:03d}" for n in (34, 35, 36, 37)))
    hana = e.order(
        "Hana O.", 18, *(f"SKU-{n:03d}" for n in (8, 9, 1, 6, 35, 36, 50, 51)), age=True
    )
    for place, name in enumerate(("Leo B.", "Sofia R.", "Kai N.", "Ida P.", "Lou Q.", "Ben C.")):
        e.order(name, 39 + 15 * place, "SKU-020", "SKU-024")
    emil, ruth = e.order("Emil J.", 20, "SKU-003"), e.order("Ruth D.", 25, "SKU-036", "SKU-050")
    nora = e.order("Nora V.", -3, "SKU-003", "SKU-010")
    for order_id, place in ((ana, "4"), (jonas, "1"), (priya, "7"), (mei, "9"), (emil, "2")):
        e.stage(order_id, place)
    e.stage(ruth, "C1", 1)
    e.stage(nora, "3")
    e.clock.set(NOW - timedelta(minutes=6))
    for order_id in (nora, priya, tomasz, ana):
        e.share(order_id)
        e.set_out(order_id)
    e.set_out(hana)
    e.pick(tomasz, 4)
    e.pick(hana, 3)
    e.clock.set(NOW - timedelta(seconds=160))
    e.arrive(nora, How.TAP)
    e.clock.set(NOW - timedelta(seconds=119))
    e.write(lambda u: orders.bring_out(u, nora, by=e.staff["Ken S."]))
    e.write(lambda u: orders.hand_over(u, nora, how="scan", by=e.staff["Ken S."]))
    e.clock.set(NOW - timedelta(seconds=29))
    e.arrive(ana, How.BAY, "3")
    e.clock.set(NOW - timedelta(seconds=12))
    e.arrive(jonas, How.DOOR)
    e.write(lambda u: orders.bring_out(u, jonas, by=e.staff["Ken S."]))
    e.clock.set(NOW)
    e.come_from(priya, 1100, 6.0)
    e.come_from(tomasz, 3600, 8.0)
    e.come_from(hana, 5200, 8.0)
    _offers(e, tomasz)
    return e


def _offers(e: Evening, order_id: str) -> None:
    e.share(order_id, Purpose.ADJACENT_OFFER)
    chowder = Wish(
        kind="hot",
        texts={
            "en": Texts(title="Clam chowder, hot, two cups", why="It warms the way home."),
            "ja": Texts(title="クラムチャウダー 2カップ", why="帰り道に温かく。"),
        },
        price_minor=680,
        was_minor=820,
        currency="JPY",
        starts_at=NOW - timedelta(hours=3),
        ends_at=NOW + timedelta(hours=2),
        limit=14,
        preparation_minutes=4,
        goes_with=("SKU-007",),
    )
    melon = msgspec.structs.replace(
        chowder,
        kind="bakery",
        texts={
            "en": Texts(title="Melon bread, still warm", body="Out of the oven at 17:30."),
            "ja": Texts(title="焼きたてメロンパン", body="17時30分の焼き上がりです。"),
        },
        price_minor=150,
        was_minor=190,
        limit=6,
        preparation_minutes=0,
        goes_with=(),
        once_per_customer=True,
    )
    for wish in (chowder, melon):
        e.write(lambda u, wish=wish: offers.make(u, wish, by="setup"))


class Served:
    """The scene behind a real server, and behind a wire that can be cut and mended."""

    def __init__(self, scene: Evening) -> None:
        self.scene = scene
        app = wiring.create_app(scene.edge)
        self._live = wiring.Live(scene.edge, wiring.SCREENS)
        self._live.install(app)
        self._live.start()
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self._wire = Uplink("127.0.0.1", self._server.server_port)
        self.url = f"http://localhost:{self._wire.start()}"

    def cut(self) -> None:
        """As if the store's computer had no power: connections end, nothing answers."""
        self._wire.cut()

    def mend(self) -> None:
        self._wire.mend()

    def close(self) -> None:
        self._wire.stop()
        self._server.shutdown()
        self._server.server_close()
        self._live.stop()
        self.scene.edge.close()


@contextmanager
def serving(scene: Evening) -> Iterator[Served]:
    """The scene behind a real server on a free port."""
    served = Served(scene)
    try:
        yield served
    finally:
        served.close()
