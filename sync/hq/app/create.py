"""create_app: settings, clock and chance in; a web application with everything in its place out."""

from __future__ import annotations

import logging
from pathlib import Path

from flask import Flask

from sync.core import shapes
from sync.doors.clock import Clock
from sync.doors.ids import Ids
from sync.hq import http
from sync.hq.app import ports, ready
from sync.hq.app.following import Following
from sync.hq.app.poking import Poker
from sync.hq.base import audit, facts, schema
from sync.hq.base.database import Database
from sync.hq.base.feed import Feed
from sync.hq.base.hq import Hq
from sync.hq.consents import store as consents
from sync.hq.offers import store as offers
from sync.hq.orders import store as orders
from sync.hq.orders.store import orders as order_rows
from sync.hq.orders.web import api, hooks, shops, workbench
from sync.hq.orders.web import pages as order_pages
from sync.hq.orders.web.parts import Bell
from sync.hq.people import store as people
from sync.hq.people.web import everybody, own, signing_in
from sync.hq.products import store as products
from sync.hq.profiles import store as profiles
from sync.hq.reports import store as reports
from sync.hq.reports.web import nights, waits
from sync.hq.reports.web import offers as offers_report
from sync.hq.settings import Settings
from sync.hq.stores import store as stores
from sync.hq.stores.web import pages as store_pages
from sync.hq.stores.web import sync
from sync.protocol import spread

log = logging.getLogger("hq")

MIGRATIONS = (
    schema.migrations,
    audit.migrations,
    people.migrations,
    stores.migrations,
    orders.migrations,
    orders.shop_migrations,
    products.migrations,
    offers.migrations,
    consents.migrations,
    profiles.migrations,
    reports.migrations,
)
BLUEPRINTS = (
    signing_in.bp,
    everybody.bp,
    own.bp,
    hooks.bp,
    api.bp,
    order_pages.bp,
    workbench.bp,
    shops.bp,
    store_pages.bp,
    sync.bp,
    nights.bp,
    waits.bp,
    offers_report.bp,
    ready.bp,
)


def open_hq(settings: Settings, *, clock: Clock, ids: Ids) -> Hq:
    """HQ without its web: database, feed and ports, for the service and for the command line."""
    home = Path(settings.home)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    database = Database(settings, clock=clock, ids=ids, migrations=MIGRATIONS)
    poker = Poker(spread.listed(settings.front_door_url), clock)
    hq = Hq(settings, clock=clock, ids=ids, database=database, feed=Feed(poker.poke))
    poker.secret = hq.secret("line.key")
    hq.add_part(poker)
    hq.add_part(http.Counts(waiting=order_rows.count_waiting))
    hq.add_part(http.Doors(signing_in.identify, api.identify, sync.identify))
    bell = Bell()
    hq.add_part(bell)
    following = Following(hq.feed, bell.ring)
    hq.add_part(ports.orders(following))
    hq.add_part(ports.stores(following, hq.feed))
    hq.add_part(ports.reporting())
    hq.secret("pass.key")
    hq.write(facts.generation)
    return hq


def create_app(settings: Settings, *, clock: Clock, ids: Ids) -> Flask:
    """HQ's web application, ready to be served."""
    shapes.make_ready()
    hq = open_hq(settings, clock=clock, ids=ids)
    app = Flask("sync.hq", template_folder=str(http.KIOSK_UI), static_folder=None)
    http.install(app, hq)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
