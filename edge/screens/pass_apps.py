"""How an app of the customer's own is set up to report: a page for those who ask, one link or three fields for each."""

from __future__ import annotations

import msgspec

from edge import http
from edge.arrivals.rules import overland, owntracks
from edge.base import store_record
from edge.base.store_record import StoreRecord
from edge.consents import store as consents
from edge.consents.rules import Purpose
from edge.http import Caller
from edge.orders import store as orders

bp = http.blueprint("pass_apps")


class AppsView(msgspec.Struct, kw_only=True):
    """Addresses, the secret (the pass's own token), and links that fill them in."""

    number: str
    back: str
    is_sharing: bool
    token: str
    owntracks_url: str
    overland_url: str
    osmand_url: str
    transitions_link: str
    live_link: str
    overland_link: str


@http.page(bp, "/p/<token>/apps", who=http.PASS, summary="How to let an app report the distance")
def shown(token: str, *, caller: Caller) -> str:
    """Reached from "What we know and how to stop"; says what is sent, what is kept and how to end it."""
    edge = http.edge()
    with edge.read() as reader:
        here = store_record.load(reader)
        number = orders.load(reader, caller.order_id).number
        allowed = consents.allows(
            reader, Purpose.ARRIVAL_TIMING, order_id=caller.order_id, now=edge.clock.now()
        )
    name = here.name_ja if caller.lang == "ja" and here.name_ja else here.name
    view = _view(here, token, number, is_sharing=allowed)
    return http.render("pass_apps", view=view, store_name=name)


def _view(here: StoreRecord, token: str, number: str, *, is_sharing: bool) -> AppsView:
    # An app reports from the road, so it is told the public name, wherever this page was opened.
    base = f"https://{here.public_host}/loc"
    owntracks_url, overland_url = f"{base}/owntracks", f"{base}/overland"

    def link(*, is_live: bool) -> str:
        return owntracks.setup(
            owntracks_url,
            user=number,
            password=token,
            north=here.north,
            east=here.east,
            is_live=is_live,
        )

    return AppsView(
        number=number,
        back=f"/p/{token}",
        is_sharing=is_sharing,
        token=token,
        owntracks_url=owntracks_url,
        overland_url=overland_url,
        osmand_url=f"{base}/osmand",
        transitions_link=link(is_live=False),
        live_link=link(is_live=True),
        overland_link=overland.setup(overland_url, token=token),
    )
