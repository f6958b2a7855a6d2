"""create_app and Store: the only place where the real parts meet."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

import msgspec
from flask import Blueprint, Flask, Response

from edge import http, jobs, reactions, settings
from edge.acts.web import check_in, journey, osmand, overland, owntracks
from edge.acts.web import offers as offer_acts
from edge.acts.web import orders as order_acts
from edge.arrivals import store as arrivals_store
from edge.arrivals.memory import RangeMemory, ReportPace, TypedTries
from edge.base import sync_store
from edge.base.edge import Edge
from edge.base.following import Follower
from edge.base.gauges import Gauges, LogCounter
from edge.base.readings import Readings
from edge.base.service import Command, Service
from edge.base.uplink import SyncSeen, Uplink, UplinkSeen
from edge.consents import store as consents_store
from edge.consents.rules.notices import refuse_altered
from edge.health import web as health_web
from edge.help import store as help_store
from edge.help import web as help_web
from edge.http import errors, guard, limits, openapi, pages
from edge.http.packed import Packed
from edge.http.web import Web
from edge.jobs import Schedule
from edge.live import Live
from edge.messages import store as messages_store
from edge.messages import web as messages_web
from edge.offers import store as offers_store
from edge.offers import web as offers_web
from edge.offers.memory import Book
from edge.orders import store as orders_store
from edge.orders import web as orders_web
from edge.orders.memory import LastSteps
from edge.plan import store as plan_store
from edge.plan.memory import LastPlan, Timings
from edge.products import store as products_store
from edge.products import web as products_web
from edge.profiles import store as profiles_store
from edge.screens import (
    board,
    display,
    figures,
    home_screen,
    kiosk,
    manage,
    metrics,
    offers_form,
    pass_apps,
    pickup_pass,
    qr,
    signin,
)
from edge.screens.screen import Screen
from edge.staff import store as staff_store
from edge.staff import web as staff_web
from edge.staff.memory import Presence, ShownOnce, Tries
from edge.sync_bindings.service import SyncService, nightly
from sync.agent.line import LONGEST_PAUSE_SECONDS, Line, NoFrontDoor, NoTicket, Way, wsgi_handler
from sync.agent.steps import State, Status
from sync.core import shapes
from sync.doors import control
from sync.doors.clock import Clock
from sync.doors.ids import Ids, SystemIds

# The tables of each feature, in the order in which they come to be.
MIGRATIONS = (
    sync_store.migrations,
    staff_store.migrations,
    profiles_store.migrations,
    orders_store.migrations,
    products_store.migrations,
    arrivals_store.migrations,
    plan_store.migrations,
    consents_store.migrations,
    offers_store.migrations,
    help_store.migrations,
    messages_store.migrations,
)
# What lives in memory only.
PARTS: tuple[Callable[[], object], ...] = (
    Readings,
    RangeMemory,
    ReportPace,
    TypedTries,
    Book,
    Tries,
    Presence,
    LastSteps,
    LastPlan,
    Timings,
    ShownOnce,
    Uplink,
    Gauges,
    LogCounter,
)
BLUEPRINTS: tuple[Blueprint, ...] = (
    staff_web.bp,
    orders_web.bp,
    orders_web.on_pass,
    messages_web.bp,
    products_web.bp,
    offers_web.bp,
    order_acts.bp,
    offer_acts.bp,
    journey.bp,
    check_in.bp,
    owntracks.bp,
    overland.bp,
    osmand.bp,
    board.bp,
    figures.bp,
    pickup_pass.bp,
    pass_apps.bp,
    home_screen.bp,
    qr.bp,
    manage.bp,
    offers_form.bp,
    kiosk.bp,
    display.bp,
    signin.bp,
    help_web.bp,
    health_web.bp,
    metrics.bp,
)
SCREENS: tuple[Screen, ...] = (board.SCREEN, display.SCREEN)


def open_store(
    home: Path,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Edge:
    """The store in `home`, under its lock, with every feature's tables and memories."""
    refuse_altered()
    edge = Edge(
        settings.load(home, environment),
        clock=clock or control.clock_for(environment),
        ids=ids or SystemIds(),
        migrations=MIGRATIONS,
    )
    for part in PARTS:
        edge.put_part(part())
    edge.put_part(SyncService(edge))
    edge.part(Uplink).answered_by(lambda: _uplink(edge.part(SyncService).status()))
    edge.part(Uplink).explained_by(lambda: _explained(edge), lambda: nightly(edge))
    with edge.read() as reader:
        edge.part(RangeMemory).put_learned(arrivals_store.load_learned(reader))
    readings = edge.part(Readings)
    edge.part(RangeMemory).on_change(lambda order_id: edge.part(LastPlan).outdate())
    edge.part(RangeMemory).on_change(lambda order_id: readings.touch("eta", order_id))
    return edge


def create_app(edge: Edge) -> Flask:
    """The web application of one open store."""
    shapes.make_ready()
    app = Web("store-edge", static_folder=None, template_folder=None)
    app.extensions["store_edge"] = http.Ports(
        edge, staff_web.identify, orders_web.owns, staff_web.known_as
    )
    pages.install(app)
    guard.install(app)
    errors.install(app)
    limits.install(app)
    app.add_url_rule("/openapi.json", "openapi", _openapi)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.wsgi_app = Packed(app.wsgi_app)  # type: ignore[method-assign, assignment]
    return app


class Store:
    """A running store: its web, its screens, and everything that works beside them."""

    def __init__(self, home: Path, commands: Mapping[str, Command] | None = None) -> None:
        self._commands = commands or {}
        self.edge = open_store(home)
        self.app = create_app(self.edge)
        self.live = Live(self.edge, SCREENS)
        self.live.install(self.app)
        self.reactions: Follower = reactions.follower(self.edge, reactions.table(self.edge))
        self.schedule = Schedule(
            self.edge,
            timer_work=jobs.timer_work(self.edge),
            jobs=jobs.daily(self.edge.settings, nightly),
        )
        self.edge.put_part(self.schedule)
        self.sync = self.edge.part(SyncService)
        self.line = Line(
            self._find_ways,
            handle=wsgi_handler(self.app),
            poked=self.sync.poke,
            clock=self.edge.clock,
            ids=self.edge.ids,
            longest_pause_seconds=1.0 if control.is_rehearsal() else LONGEST_PAUSE_SECONDS,
        )
        self.edge.put_part(self.line)
        gauges = self.edge.part(Gauges)
        gauges.give("open_sockets", lambda: self.live.open_sockets)
        gauges.give("line_up", lambda: self.line.status().is_up)
        logging.getLogger().addHandler(self.edge.part(LogCounter))
        self._service: Service | None = None
        self._control: control.Control | None = None

    def start(self) -> None:
        """Begin to work. Nothing here waits for the network."""
        self.reactions.start()
        self.live.start()
        self.sync.start()
        self.line.start()
        self._service = Service(self.edge, self._commands)
        self._control = control.open_control(
            self.edge.clock, wake=self.schedule.wake, rest=self.rest, settle=self.settle
        )
        if self._control is None:
            self.schedule.start()

    def stop(self) -> None:
        """Stop in the opposite order; what was accepted is finished."""
        for door in (self._control, self._service):
            if door is not None:
                door.close()
        self.schedule.stop()
        # The line may be waiting for a ticket from the sync.
        self.sync.stop()
        self.line.stop()
        self.live.stop()
        self.reactions.stop()
        self.edge.close()
        logging.getLogger().removeHandler(self.edge.part(LogCounter))

    def rest(self) -> None:
        """Return when nothing is open in this store: all followed, all due done. For the rehearsal."""
        while not self._is_quiet():
            self.edge.clock.sleep(0.001)

    def settle(self) -> None:
        """Return when nothing is open between store and HQ either. For the rehearsal."""
        self.rest()
        self.sync.settle()
        while not self._is_quiet():
            self.sync.settle()

    def _is_quiet(self) -> bool:
        return (
            self.edge.open_units == 0
            and self.reactions.is_caught_up()
            and self.schedule.wake() == 0
            and self.reactions.is_caught_up()
        )

    def _find_ways(self) -> list[Way]:
        given = self.sync.agent.line_ticket()
        if given is None:
            raise NoTicket("HQ gives no ticket for the line now")
        # Our own setting names where; each ticket is for one door, so all of them are tried there.
        ours = self.edge.settings.front_door_url
        ways = [Way(ours or given.url, given.ticket)]
        ways += [Way(ours or each.url, each.ticket) for each in given.others]
        if not ways[0].url:
            raise NoFrontDoor("HQ has no front door")
        return ways


def _uplink(status: Status) -> UplinkSeen | None:
    """What screens may know of the sync; nothing for a store that has not met its HQ yet."""
    if status.state is State.NOT_ENROLLED or (status.since_contact is None and not status.is_down):
        return None
    return UplinkSeen(not status.is_down, status.since_contact, status.backlog)


def _explained(edge: Edge) -> SyncSeen:
    status = edge.part(SyncService).status()
    with edge.read() as reader:
        position = sync_store.place(reader)["position"]
    return SyncSeen(
        state=status.state.value,
        is_up=not status.is_down,
        is_enrolled=status.state is not State.NOT_ENROLLED,
        seconds=status.since_contact,
        backlog=status.backlog,
        acked=status.acked,
        position=int(position),
        quarantined=status.quarantined,
        problem=status.problem,
    )


def _openapi() -> Response:
    document = openapi.document(version("store-edge"))
    return Response(msgspec.json.encode(document), mimetype="application/json")
