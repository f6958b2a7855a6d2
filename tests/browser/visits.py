"""Where one has to go to have seen every page of a store, in every state that it can show."""

from __future__ import annotations

from dataclasses import dataclass

from edge import reactions
from edge.http.routes import Declared, declared
from edge.offers import actions as offers
from edge.offers import store as offers_store
from edge.orders import actions as orders
from edge.orders import store as orders_store
from tests.browser.scene import Evening, Served

# Files and addresses that only lead on; everything else with a GET is a page.
FILES = (".csv", ".png", ".svg", ".pdf", "/metrics", "/loc/osmand")


@dataclass(frozen=True)
class Visit:
    """A page by its route, who looks at it by the size, and what is tapped before it is looked at."""

    endpoint: str
    path: str
    taps: tuple[str, ...] = ()
    shows: str = "main"


def pages() -> set[str]:
    """The endpoints of all pages that are registered."""
    return {each.endpoint for each in declared() if is_page(each)}


def is_page(route: Declared) -> bool:
    """Whether somebody can open it in a browser and gets HTML."""
    return route.html and route.method == "GET" and not route.path.endswith(FILES)


def unvisited(registered: set[str]) -> list[str]:
    """Pages that no visit leads to."""
    return sorted(
        registered - {each.endpoint for trip in TRIPS.values() for each in trip.values()}
    )


_OUT, _PICK = '[data-lane="out"]', '[data-lane="pick"]'
STAFF = {
    "board": Visit("board.get_page", "/board", (), "#board article"),
    "board, all later ones": Visit("board.get_page", "/board", (".more",), "#board article"),
    "board, handing over": Visit("board.get_page", "/board", (f"{_OUT} .btn.line",), "#ask[open]"),
    "board, without code": Visit(
        "board.get_page",
        "/board",
        (f"{_OUT} .btn.line", "#ask summary"),
        "#ask[open] [name=override_reason]",
    ),
    "board, an order": Visit("board.get_page", "/board#{order:Hana O.}", (), "#detail h2"),
    "board, taking over": Visit(
        "board.get_page", "/board#{order:Hana O.}", (".next .tall",), "#ask[open]"
    ),
    "board, picking": Visit(
        "board.get_page", "/board#{order:Oluwaseun-Bartholomew A.}", (), "#detail .ln"
    ),
    "board, a substitute": Visit(
        "board.get_page",
        "/board#{order:Oluwaseun-Bartholomew A.}",
        (".sides .btn >> nth=1",),
        "#ask .options .btn",
    ),
    "board, a word at the foot": Visit("board.get_page", "/board", ("#call",), ".toast"),
    "board, into a bin": Visit(
        "board.get_page", "/board#{order:Ben C.}", (".next .tall",), "#ask[open]"
    ),
    "board, cancelling": Visit(
        "board.get_page", "/board#{order:Sofia R.}", (".next .pair .btn >> nth=-1",), "#detail"
    ),
    "signin": Visit("signin.get_sign_in", "/signin", (), "[data-staff]"),
    "signin, the PIN": Visit("signin.get_sign_in", "/signin", ("[data-staff] >> nth=0",), ".pad"),
    "home": Visit("signin.get_home", "/", (), "main"),
    "pair": Visit("signin.get_pair", "/pair", (), "form"),
}
KIOSK = {
    "kiosk": Visit("kiosk.get_page", "/kiosk", (), ".khome"),
    **{
        f"kiosk, {view}": Visit(
            "kiosk.get_page", "/kiosk", (f'[data-go="{view}"]',), f'[data-view="{view}"] h1'
        )
        for view in ("checkin", "offers", "find", "help")
    },
    "kiosk, large": Visit("kiosk.get_page", "/kiosk", ("#larger", '[data-go="checkin"]'), ".keys"),
    "kiosk, found": Visit(
        "kiosk.get_page",
        "/kiosk?keys=latin",
        ('[data-go="find"]', ".typing [data-char=M]", ".typing [data-char=I]"),
        "#found li",
    ),
    "kiosk, a wrong code": Visit(
        "kiosk.get_page",
        "/kiosk",
        ('[data-go="checkin"]', *['.krow [data-char="0"]'] * 8),
        "#more",
    ),
    "kiosk, help comes": Visit(
        "kiosk.get_page", "/kiosk", ('[data-go="help"]', '[data-help="carry"]'), "#done-title"
    ),
}
DISPLAY = {"display": Visit("display.get_page", "/display", (), "#ready li")}
_PASS = "pickup_pass.get_shown"
PHONE = {
    "pass, waiting": Visit(_PASS, "/p/{pass:Leo B.}"),
    "pass, asked": Visit(_PASS, "/p/{pass:Leo B.}", ("js:ask",), "#ask[open]"),
    "pass, help": Visit(_PASS, "/p/{pass:Leo B.}", ('[data-open="help"]',), "#help[open]"),
    "pass, what is known": Visit(
        _PASS, "/p/{pass:Tomasz K.}", ('[data-open="known"]',), "#known[open]"
    ),
    "pass, an app": Visit("pass_apps.get_shown", "/p/{pass:Tomasz K.}/apps"),
    "pass, an app by hand": Visit(
        "pass_apps.get_shown",
        "/p/{pass:Leo B.}/apps",
        ("summary >> nth=0", "summary >> nth=1", "summary >> nth=2"),
    ),
    "pass, which bay": Visit(_PASS, "/p/{pass:Leo B.}", ('[data-open="here"]',), "#here[open]"),
    "pass, bright": Visit(_PASS, "/p/{pass:Leo B.}", (".tk-code",), "#bright[open]"),
    "pass, on the way": Visit(_PASS, "/p/{pass:Tomasz K.}"),
    "pass, on the way without sharing": Visit(_PASS, "/p/{pass:Hana O.}"),
    "pass, asked about offers": Visit(_PASS, "/p/{pass:Priyanka S.}"),
    "pass, here": Visit(_PASS, "/p/{pass:Ana M.}"),
    "pass, being brought": Visit(_PASS, "/p/{pass:Jonas W.}"),
    "pass, ready, one thing missing": Visit(_PASS, "/p/{pass:Kai N.}", (), ".notice"),
    "pass, done": Visit(_PASS, "/p/{pass:Nora V.}"),
    "pass, cancelled": Visit(_PASS, "/p/{pass:Ida P.}"),
    "pass, not fetched": Visit(_PASS, "/p/{pass:Lou Q.}"),
    "a bay": Visit("qr.get_page", "/q/{sign:bay/3}"),
    "a bay, a wrong code": Visit(
        "qr.get_page",
        "/q/{sign:bay/3}",
        ("wait:#mine .btn", "#byhand summary", "fill:[name=pass]:00000000", ".typed .btn"),
        ".refusal",
    ),
    "a bay, back": Visit("qr.get_back_to_place", "/q/{sign:bay/3}/here"),
    "a door": Visit("qr.get_page", "/q/{sign:door/1}"),
    "an offer": Visit("qr.get_page", "/q/{offer:0}"),
    "an offer, taken": Visit("qr.get_page", "/q/{offer:1}", (".redeem .btn",), ".redeem.taken"),
    "an offer, back": Visit("qr.get_back", "/q/{offer:1}/redeem"),
    "an offer that is over": Visit("qr.get_page", "/q/{offer:2}"),
    "a product": Visit("qr.get_page", "/q/{sign:product/SKU-003}"),
    "a printed code": Visit("qr.get_printed", "/Q/{sign:product/SKU-010}"),
    "an unknown code": Visit("qr.get_page", "/q/00000000"),
    "an unknown pass": Visit(_PASS, "/p/" + "x" * 43),
    "nothing": Visit("", "/nowhere"),
    "not signed in": Visit("", "/manage"),
}
DESK = {
    "today": Visit("manage.get_today", "/manage"),
    "orders": Visit("manage.get_orders", "/manage/orders?which=over_two_minutes"),
    "no orders": Visit("manage.get_orders", "/manage/orders?day=2026-01-01"),
    "definitions": Visit("manage.get_definitions", "/manage/definitions"),
    "arrivals": Visit("manage.get_arrivals", "/manage/arrivals"),
    "arrivals, forgetting": Visit("manage.get_arrivals", "/manage/arrivals", (".c summary",)),
    "durations": Visit("manage.get_durations", "/manage/durations"),
    "offers": Visit("offers_form.get_listed", "/manage/offers"),
    "offers, wrong": Visit("offers_form.get_listed", "/manage/offers", ("js:send",), ".fault"),
    "offers, ending one": Visit("offers_form.get_listed", "/manage/offers", ("td summary",)),
    "an offer": Visit("offers_form.get_opened", "/manage/offers/{offer_id}"),
    "its preview": Visit("offers_form.get_preview", "/manage/offers/{offer_id}/preview"),
    "people": Visit("manage.get_people", "/manage/people"),
    "people, ending one": Visit("manage.get_people", "/manage/people", ("td summary >> nth=0",)),
    "people, a new PIN": Visit(
        "manage.get_people",
        "/manage/people",
        ("fill:[name=name]:Aiko", "form:has([name=name]) .btn.solid"),
        ".once",
    ),
    "devices": Visit("manage.get_devices", "/manage/devices"),
    "devices, a code": Visit(
        "manage.get_devices", "/manage/devices", ("main form.row button",), ".pairing"
    ),
    "consents": Visit("manage.get_consents", "/manage/consents"),
    "sheets": Visit("manage.get_sheets", "/manage/sheets?find=a"),
    "sheets, shown": Visit(
        "manage.get_sheets",
        "/manage/sheets",
        ('[name="pick"] >> nth=0', "#choose button.solid"),
        ".paper",
    ),
    "sync": Visit("manage.get_sync", "/manage/sync"),
}
TRIPS = {"tablet": STAFF, "wall": DISPLAY, "kiosk": KIOSK, "phone": PHONE, "desk": DESK}


def more_states(e: Evening) -> None:
    """Orders that the evening does not have: in work, cancelled, not fetched, one thing missing and told so."""
    ken = e.staff["Ken S."]
    _until_a_substitute_is_allowed(e, e.orders["Oluwaseun-Bartholomew A."], ken)
    e.pick(e.orders["Ben C."], by="Ken S.")
    e.write(lambda u: orders.cancel(u, e.orders["Ida P."], reason="Entered twice", by=ken))
    e.write(
        lambda u: u.execute(
            "UPDATE orders SET state = 'no_show', is_open = 0 WHERE order_id = ?",
            (e.orders["Lou Q."],),
        )
    )
    _one_missing(e, e.orders["Kai N."], ken)
    _an_offer_that_is_over(e)


def _an_offer_that_is_over(e: Evening) -> None:
    with e.edge.read() as reader:
        wish = offers_store.load_all(reader)[0].wish
    made = e.write(lambda u: offers.make(u, wish, by="setup"))
    e.write(lambda u: offers.stop(u, made.offer_id, by="setup"))


def _until_a_substitute_is_allowed(e: Evening, order_id: str, by: str) -> None:
    e.write(lambda u: orders.start_picking(u, order_id, by=by))
    with e.edge.read() as reader:
        wanted = orders_store.load(reader, order_id).pick_list
    for line in wanted:
        if line.substitute_allowed:
            return
        e.write(lambda u, line=line: orders.pick(u, order_id, line.line_no, line.qty, by=by))


def _one_missing(e: Evening, order_id: str, ken: str) -> None:
    seq = reactions.react(e.edge, reactions.table(e.edge), 0)
    e.write(lambda u: orders.start_picking(u, order_id, by=ken))
    with e.edge.read() as reader:
        first, *others = orders_store.load(reader, order_id).pick_list
    e.write(lambda u: orders.pick(u, order_id, first.line_no, 0, by=ken))
    for line in others:
        e.write(lambda u, line=line: orders.pick(u, order_id, line.line_no, line.qty, by=ken))
    e.write(lambda u: orders.stage(u, order_id, "18", bags=1, by=ken))
    reactions.react(e.edge, reactions.table(e.edge), seq)


class Addresses:
    """Fills the holes of a visit's path."""

    def __init__(self, served: Served) -> None:
        self._scene = served.scene
        with served.scene.edge.read() as reader:
            found = sorted(offers_store.load_all(reader), key=lambda each: not each.stands)
            self._offers = [each.offer_id for each in found]

    def of(self, path: str) -> str:
        """The path with the evening's own tokens and codes in it."""
        before, _, rest = path.partition("{")
        if not rest:
            return path
        hole, _, after = rest.partition("}")
        return before + self._filled(hole) + after

    def _filled(self, hole: str) -> str:
        kind, _, name = hole.partition(":")
        if kind == "offer_id":
            return self._offers[0]
        if kind == "offer":
            return self._code("offer", self._offers[int(name)])
        if kind == "sign":
            return self._code(*name.split("/"))
        return self._scene.tokens[name] if kind == "pass" else self._scene.orders[name]

    def _code(self, kind: str, ref: str) -> str:
        return self._scene.write(lambda u: offers.code_for(u, kind, ref)).code
