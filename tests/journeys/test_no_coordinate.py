"""No coordinate anywhere: journeys by page and by every app, over a front door, with HQ beside it, then a search.

What is looked for are numbers that nobody would write by chance, in every shape they could be written in, in
every file of the store and of HQ, in what either logs, crashes included, and in every answer. Builds that leave
them behind are found.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from geopy.distance import great_circle

from edge.acts.receive_order import receive_order
from edge.app import create_app
from edge.arrivals.memory import RangeMemory
from edge.arrivals.rules.events import CustomerNear
from edge.base import store_record
from edge.base.edge import Edge
from edge.orders import actions as orders
from sync.agent.line import wsgi_handler
from sync.core.neutral import NeutralLine, NeutralOrder
from tests.agent.hq_world import World
from tests.edge.acts.native import CLIENTS, LETS_GO, sends
from tests.edge.arrivals import canaries
from tests.frontdoor.running import House, running_house
from tests.world import HARBOUR_LANE

pytestmark = pytest.mark.journey

HOST = HARBOUR_LANE.public_host
# Where the phone is at each app's first report; all within some kilometres of the store at 52, 5.
PLACES = {
    "owntracks": (52.0619347, 5.0217391),
    "overland": (52.0571863, 5.0198473),
    "osmand query": (52.0523918, 5.0176829),
    "osmand form": (52.0479386, 5.0158193),
    "traccar json": (52.0431729, 5.0139748),
}
CROSSED_AT = (52.0128643, 5.0081937)
NOWHERE = 91.7382916
PAGE_RANGES = (7654.321, 4567.891)
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def numbers() -> list[float]:
    """All that must not be found: each place, and its distance as the store works it out."""
    spots = [*PLACES.values(), CROSSED_AT]
    metres = [float(great_circle(each, (52.0, 5.0)).meters) for each in spots]
    return [*(each for spot in spots for each in spot), *metres, NOWHERE, *PAGE_RANGES]


class Way:
    """One customer on the road, a store, its line, and HQ."""

    def __init__(self, folder: Path, house: House, faulty: Callable[[Edge, Wsgi], Wsgi]) -> None:
        self.folder, self.house = folder, house
        self.world = World(folder)
        self.edge, self.clock = self.world.box.edge, self.world.clock
        self.edge.write(lambda unit: store_record.save(unit, HARBOUR_LANE))
        app = create_app(self.edge)
        app.wsgi_app = faulty(self.edge, app.wsgi_app)  # type: ignore[method-assign, assignment]
        house.open_line(wsgi_handler(app), host=HOST)
        self.heard: list[bytes] = []

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """A request over the road; its whole answer is searched in the end."""
        answer = self.house.ask(method, path, host=HOST, **more)
        self.heard += [answer.content, str(answer.headers).encode()]
        return answer

    def sets_out(self, n: int) -> str:
        """An order whose customer says yes and is on the way; its token."""
        token, now = f"W4Y000000000000000000000{n:02d}", self.clock.now()
        neutral = NeutralOrder(
            order_id=self.edge.ids.uuid7(now), source="till", source_id=str(n), shown_number="",
            store_id="harbour-lane", customer_key=f"c-{n}", customer_name="Ana K", promise_at=now + timedelta(hours=1),
            lines=[NeutralLine(line_no=1, sku="SKU-001", name="Rice", qty=1, unit_price_minor=900)],
            hold_until=now + timedelta(hours=5), token_hash=sha256(token.encode()).hexdigest(), placed_at=now,
            currency="JPY",
        )  # fmt: skip
        self.edge.write(
            lambda unit: receive_order(
                unit, neutral, shop=orders.shop_here(unit, self.edge), origin="edge"
            )
        )
        served = self.ask("GET", f"/p/{token}/state").json()["consent"]["served_id"]
        said = {"answer": "yes", "served_id": served}
        assert self.ask("POST", f"/p/{token}/consent", json=said).status_code == 200
        assert self.ask("POST", f"/p/{token}/on-my-way", json={}).status_code == 200
        return token

    def reports(self, client: str, token: str, north: float, east: float, **more: Any):
        """One position of an app, as it stands on the wire."""
        asked = sends(client, north, east, t=self.clock.now().timestamp(), secret=token, **more)
        path, query = asked.pop("path"), asked.pop("query_string", None)
        method = asked.pop("method")
        return self.ask(method, f"{path}?{urlencode(query)}" if query else path, **asked)

    def whole(self) -> None:
        """Every app, with errors, refusals and a crash; the page; a crossing; a withdrawal; sync to HQ."""
        for n, client in enumerate(CLIENTS):
            token, (north, east) = self.sets_out(n), PLACES[client]
            answer = self.reports(client, token, north, east)
            assert (answer.status_code, answer.content) == (200, LETS_GO[client])
            # Refused, or let go of: either way nothing of it may be kept.
            assert self.reports(client, token, NOWHERE, east).status_code in (200, 400, 422)
            assert self.reports(client, "NOBODY", north, east).status_code == 404
            self.clock.advance(seconds=30)
            self.crash(lambda c=client, t=token, p=(north, east): self.reports(c, t, *p))
            self.ask("POST", f"/p/{token}/withdrawal", json={})
            assert self.reports(client, token, north, east).content == LETS_GO[client]
        self.page(self.sets_out(50))
        self.rings(self.sets_out(51))
        self.world.box.settle()

    def crash(self, report: Callable[[], requests.Response]) -> None:
        """The store fails in the middle of a report, with the place in the words of the failure."""
        memory = self.edge.part(RangeMemory)

        def fails(_order_id: str, sighting: Any, **_more: Any) -> bool:
            raise ValueError(f"cannot keep {sighting} of {PLACES}")

        memory.note = fails  # type: ignore[method-assign]
        try:
            assert report().status_code == 500
        finally:
            del memory.note  # type: ignore[attr-defined]

    def page(self, token: str) -> None:
        """The pass reports ranges, one with a field that is not there, one with a place."""
        for seq, metres in enumerate(PAGE_RANGES):
            self.clock.advance(seconds=60)
            t = self.clock.now().timestamp()
            one: dict[str, Any] = {"seq": seq, "t": t, "distance_m": metres, "accuracy_m": 9.0}
            path = f"/p/{token}/ranges"
            assert self.ask("POST", path, json={"reports": [one]}).json()["taken"] == 1
            place = {"lat": NOWHERE, "lon": CROSSED_AT[1]}
            assert self.ask("POST", path, json={"reports": [one | place]}).status_code == 422

    def rings(self, token: str) -> None:
        """Transitions only: near is written down, and nothing of where."""
        for region in ("Pickup 3 km", "Pickup 150 m"):
            self.clock.advance(minutes=4)
            at = int(self.clock.now().timestamp())
            said = {"_type": "transition", "event": "enter", "desc": region, "lat": CROSSED_AT[0],
                    "lon": CROSSED_AT[1], "acc": 20, "tst": at, "wtst": 1}  # fmt: skip
            auth = ("A-01", token)
            assert self.ask("POST", "/loc/owntracks", json=said, auth=auth).content == b"[]"

    def found(self, logged: str) -> list[str]:
        """Wherever any of the numbers stands."""
        said = {"a log": logged.encode(), "an answer": b"\n".join(self.heard)}
        return [
            *canaries.in_folder(self.folder, numbers()),
            *(f"{where}: {n}" for where, text in said.items() for n in numbers()
              if canaries.hits(text, n)),
        ]  # fmt: skip


def as_it_is(_edge: Edge, inner: Wsgi) -> Wsgi:
    """Nothing planted."""
    return inner


def _seeing(inner: Wsgi, see: Callable[[bytes], object]) -> Wsgi:
    def handler(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"].seek(0)
        see(raw + b" " + environ.get("QUERY_STRING", "").encode())
        return inner(environ, start)

    return handler


def logs_what_it_gets(_edge: Edge, inner: Wsgi) -> Wsgi:
    """A build that somebody left in debug."""
    return _seeing(inner, lambda raw: logging.getLogger("edge.http").info("got %r", raw))


def keeps_what_it_gets(edge: Edge, inner: Wsgi) -> Wsgi:
    """A build that writes every body down, to look at it later, and deletes it at once."""

    def keep(raw: bytes) -> None:
        def work(unit: Any) -> None:
            unit.execute("CREATE TABLE IF NOT EXISTS bodies (body BLOB)")
            unit.execute("INSERT INTO bodies VALUES (?)", (raw,))

        with suppress(RuntimeError):
            edge.write(work)

    return _seeing(inner, keep)


def tells_hq(edge: Edge, inner: Wsgi) -> Wsgi:
    """A build whose events say more than they should."""

    def tell(raw: bytes) -> None:
        fact = CustomerNear(order_id=raw.decode("ascii", "replace")[:60])
        edge.write(lambda unit: unit.record(fact, by="customer"))

    return _seeing(inner, tell)


def says_it_again(_edge: Edge, inner: Wsgi) -> Wsgi:
    """A build that answers with what it was sent."""

    def handler(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"].seek(0)

        def noted(status: str, headers: list[tuple[str, str]], *problem: Any) -> Any:
            return start(
                status, [*headers, ("X-Debug", raw[:900].decode("ascii", "replace"))], *problem
            )

        return inner(environ, noted)

    return handler


@contextmanager
def a_way(folder: Path, faulty: Callable[[Edge, Wsgi], Wsgi]) -> Iterator[Way]:
    with running_house() as house:
        way = Way(folder, house, faulty)
        try:
            yield way
        finally:
            way.world.close()


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """What store, line, front door and HQ said; the test's own client is none of them."""
    ours = [each for each in caplog.records if not each.name.startswith("urllib3")]
    return "\n".join(caplog.handler.format(each) for each in ours)


def test_after_every_kind_of_journey_no_number_is_left(tmp_path, caplog):
    """Files of store and HQ with their WAL, logs, crash texts and answers."""
    caplog.set_level(logging.DEBUG)
    with a_way(tmp_path, as_it_is) as way:
        way.whole()
        said = logged(caplog)
        assert way.found(said) == []
    assert "failure" in said
    assert "ValueError" in said
    assert "/loc/osmand" in said
    assert "W4Y0000" not in said
    assert {"store.db", "hq.sqlite3"} <= {path.name for path in tmp_path.rglob("*")}
    assert canaries.in_folder(tmp_path, numbers()) == []


@pytest.mark.parametrize(
    ("faulty", "where"),
    [
        (logs_what_it_gets, "a log"),
        (keeps_what_it_gets, "store.db"),
        (tells_hq, "hq.sqlite3"),
        (says_it_again, "an answer"),
    ],
)
def test_a_build_that_leaves_them_behind_is_found(tmp_path, caplog, faulty, where):
    """The same search, the same journeys."""
    caplog.set_level(logging.DEBUG)
    with a_way(tmp_path, faulty) as way:
        token, (north, east) = way.sets_out(1), PLACES["owntracks"]
        way.reports("owntracks", token, north, east)
        way.world.box.settle()
        found = way.found(logged(caplog))
    assert [each for each in found if each.startswith(where)]
