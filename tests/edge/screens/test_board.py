"""The board as a whole: what it holds, what refreshes which card, what a scan means, and its figures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge.app import create_app
from edge.arrivals.rules import How
from edge.base import log as event_log
from edge.base.uplink import Uplink, UplinkSeen
from edge.help import actions as help_actions
from edge.help.rules import Surface, Topic
from edge.orders import actions as orders
from edge.orders import store as orders_store
from edge.orders.rules import codes
from edge.products import store as products
from edge.reactions import react, table
from edge.screens import board, figures
from tests.browser.scene import NOW, Evening
from tests.world import client_of


@pytest.fixture
def shop(tmp_path):
    """A store with one order that is ready and one that is not."""
    scene = Evening(tmp_path / "store")
    scene.stage(scene.order("Ana M.", 10, "SKU-003", "SKU-021"), "4")
    scene.order("Leo B.", 90, "SKU-020", "SKU-024")
    scene.clock.set(NOW)
    yield scene
    scene.edge.close()


@pytest.fixture
def tablet(shop):
    """A signed-in tablet."""
    client = client_of(create_app(shop.edge))
    for name, value in shop.cookies.items():
        client.set_cookie(name, value)
    return client


def seen(shop, lang="en"):
    with shop.edge.read() as reader:
        return board.view(reader, shop.edge, lang, seq=shop.edge.log.durable_seq)


def test_every_open_order_has_one_card(shop):
    """And each stands in the lane of what to do next."""
    lanes = {card.name: card.lane for card in seen(shop).cards.values()}
    assert lanes == {"Ana M.": "ready", "Leo B.": "later"}


def test_the_board_knows_the_newest_event_in_it(shop, tablet):
    """A screen that asks for all after this number misses nothing."""
    assert tablet.get("/api/v1/board").json["as_of_seq"] == shop.edge.log.durable_seq


def test_an_unpaired_screen_sees_no_names(shop):
    """The page leads to the door, the data says who must sign in."""
    stranger = client_of(create_app(shop.edge))
    assert stranger.get("/board").headers["Location"].startswith("/pair")
    answer = stranger.get("/api/v1/board")
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "sign_in_needed")


def test_each_fact_of_an_order_refreshes_its_card(shop):
    """Every kind of event that the orders and the journeys of this day made is in the table."""
    shop.arrive(shop.orders["Ana M."], How.KIOSK)
    with shop.edge.read() as reader:
        facts = event_log.read_after(reader, 0, limit=500)
    touched = {fact.kind for fact in facts if fact.aggregate_id in shop.orders.values()}
    assert touched <= set(board.SCREEN.refreshes)
    for fact in facts:
        if fact.kind == "customer_arrived":
            assert board.SCREEN.refreshes[fact.kind](fact) == [shop.orders["Ana M."]]


def test_an_order_that_ended_leaves_the_board_and_counts(shop):
    """Its card is gone, and the header's waits come with the same number."""
    ana = shop.orders["Ana M."]
    shop.arrive(ana, How.KIOSK)
    shop.clock.advance(seconds=41)
    shop.write(lambda unit: orders.hand_over(unit, ana, how="scan", by="ken"))
    with shop.edge.read() as reader:
        now = board.cards(reader, shop.edge, "en", [ana, board.WAITS])
    assert now[ana] is None
    assert (now[board.WAITS].handed_over, now[board.WAITS].p50) == (1, 41.0)


def test_the_board_asks_again_when_work_must_begin(shop):
    """An order in Later comes to Pick now by time alone: the view says when."""
    later = next(card for card in seen(shop).cards.values() if card.lane == "later")
    with shop.edge.read() as reader:
        shown = board.view(reader, shop.edge, "en", seq=0)
    assert shown.refresh_at <= (NOW + timedelta(minutes=5)).isoformat(timespec="microseconds")
    shop.clock.advance(minutes=89)
    assert seen(shop).cards[later.ref].lane == "pick"


def test_a_call_for_help_is_a_card_that_rings(shop):
    """It stands with the arrivals, until somebody with a name comes."""
    shop.write(
        lambda unit: help_actions.call_staff(unit, Surface.KIOSK, Topic.PRODUCT, device_id="k1")
    )
    card = next(card for card in seen(shop).cards.values() if card.kind == "help")
    assert (card.lane, card.is_new, card.opens) == ("out", True, False)


def test_a_scanned_pass_opens_its_order_and_hands_it_over(shop, tablet):
    """From anywhere on the board; the step itself is taken by its own route."""
    ana = shop.orders["Ana M."]
    code = codes.handover_code(shop.edge.pepper, codes.token_hash(shop.tokens["Ana M."]))
    meaning = tablet.post("/api/v1/board/scans", json={"text": f"SE.HL.{code}"}).json
    assert meaning["open"] == ana
    assert meaning["button"]["url"] == f"/api/v1/orders/{ana}/handover"
    done = tablet.post(meaning["button"]["url"], json=meaning["button"]["body"])
    assert (done.status_code, done.json["state"]) == (200, "handed_over")


def test_a_scanned_item_is_picked_in_the_open_order_only(shop, tablet):
    """One of it; without an order at hand it is said by name what was scanned."""
    leo = shop.orders["Leo B."]
    shop.write(lambda unit: orders.start_picking(unit, leo, by=shop.staff["Ken S."]))
    meaning = tablet.post("/api/v1/board/scans", json={"text": "SKU-024", "open": leo}).json
    done = tablet.post(meaning["button"]["url"], json=meaning["button"]["body"])
    counted = {line["sku"]: line["counted"] for line in done.json["lines"]}
    assert counted == {"SKU-020": 0, "SKU-024": 1}
    shop.write(lambda unit: orders.cancel(unit, leo, reason="asked", by="ken"))
    refused = tablet.post("/api/v1/board/scans", json={"text": "SKU-024"})
    assert refused.json["error"]["code"] == "item_without_order"


def test_a_scanned_item_finds_the_one_order_its_picker_has(shop, tablet):
    """Nobody has to open it first."""
    leo = shop.orders["Leo B."]
    shop.write(lambda unit: orders.start_picking(unit, leo, by=shop.staff["Ken S."]))
    meaning = tablet.post("/api/v1/board/scans", json={"text": "SKU-024"}).json
    assert (meaning["open"], meaning["button"]["body"]) == (leo, {"text": "SKU-024"})


def test_a_wrong_item_is_refused_in_words(shop, tablet):
    """What was scanned, and what the order wants."""
    leo = shop.orders["Leo B."]
    shop.write(lambda unit: orders.start_picking(unit, leo, by=shop.staff["Ken S."]))
    meaning = tablet.post("/api/v1/board/scans", json={"text": "SKU-003", "open": leo}).json
    refused = tablet.post(meaning["button"]["url"], json=meaning["button"]["body"])
    assert refused.json["error"]["code"] == "wrong_item"
    assert refused.json["error"]["message"].startswith("Wrong item. You scanned ")


@pytest.mark.parametrize("text", ["A-01", "a1", "4", "C1"])
def test_a_bag_or_a_full_bin_opens_its_order(shop, tablet, text):
    """The number on the bag, the bin, or the place of what must stay cold."""
    ana = shop.orders["Ana M."]
    shop.write(lambda u: u.execute("UPDATE orders SET cold_bin = 'C1' WHERE order_id = ?", (ana,)))
    meaning = tablet.post("/api/v1/board/scans", json={"text": text}).json
    assert (meaning["open"], meaning["button"]) == (ana, None)


def test_who_lost_an_order_hears_who_has_it(shop, tablet):
    """By first name, not by a number."""
    leo = shop.orders["Leo B."]
    shop.write(lambda unit: orders.start_picking(unit, leo, by=shop.staff["Yuki T."]))
    refused = tablet.post(f"/api/v1/orders/{leo}/scans", json={"text": "SKU-024"})
    assert refused.json["error"]["message"].startswith("Yuki is picking order A-02.")


def test_the_undo_bar_is_the_signed_in_persons_last_step(shop, tablet):
    """What it was, for how long, and the request that takes it back."""
    leo = shop.orders["Leo B."]
    assert tablet.get("/api/v1/board").json["undo"] is None
    tablet.post(f"/api/v1/orders/{leo}/picking", json={})
    shop.clock.advance(seconds=6)
    bar = tablet.get("/api/v1/board").json["undo"]
    assert (bar["text"], bar["seconds_left"]) == ("A-02 is yours", 54.0)
    undone = tablet.post(bar["button"]["url"], json={})
    assert (undone.status_code, undone.json["state"]) == (200, "accepted")
    assert tablet.get("/api/v1/board").json["undo"] is None


def test_the_undo_bar_names_the_order_of_a_line(shop, tablet):
    """By the time it is read, another order may stand on the screen."""
    leo = shop.orders["Leo B."]
    tablet.post(f"/api/v1/orders/{leo}/picking", json={})
    tablet.post(f"/api/v1/orders/{leo}/picks", json={"line_no": 1, "qty": 0})
    said = tablet.get("/api/v1/board").json["undo"]["text"]
    assert said.startswith("A-02 · ")
    assert said.endswith("noted as short")


def test_an_undone_handover_stands_in_bring_out_again(shop, tablet):
    """The customer is still there; sharing that ended stays ended."""
    ana = shop.orders["Ana M."]
    shop.arrive(ana, How.KIOSK)
    code = codes.handover_code(shop.edge.pepper, codes.token_hash(shop.tokens["Ana M."]))
    given = tablet.post(f"/api/v1/orders/{ana}/handover", json={"code": code})
    react(shop.edge, table(shop.edge), 0)
    assert given.json["state"] == "handed_over"
    tablet.post(f"/api/v1/orders/{ana}/undo", json={})
    assert seen(shop).cards[ana].lane == "out"
    with shop.edge.read() as reader:
        assert board.waits(reader, shop.edge).handed_over == 0
    again = tablet.post(f"/api/v1/orders/{ana}/handover", json={"code": code})
    assert again.json["error"]["code"] == "code_spent"
    told = tablet.post(f"/api/v1/orders/{ana}/handover", json={"override_reason": "wrong bag"})
    assert told.json["state"] == "handed_over"


def test_a_claim_that_ran_out_is_said_on_the_card_by_time_alone(shop, tablet):
    """And the board asks again at that moment."""
    leo = shop.orders["Leo B."]
    shop.write(lambda unit: orders.start_picking(unit, leo, by=shop.staff["Yuki T."]))
    with shop.edge.read() as reader:
        shown = board.view(reader, shop.edge, "en", seq=0)
    shop.clock.advance(minutes=10)
    assert shown.refresh_at <= shop.clock.now().isoformat(timespec="microseconds")
    card = seen(shop).cards[leo]
    assert (card.big, card.who) == ("Yuki had it until 18:01", "")


def test_substitutes_are_offered_from_nearby_or_by_name(shop, tablet):
    """With what the customer pays: never more than for what they ordered."""
    leo = shop.orders["Leo B."]
    at = f"/api/v1/board/orders/{leo}/lines/2/substitutes"
    near = tablet.get(at).json["options"]
    with shop.edge.read() as reader:
        price = orders_store.load(reader, leo).line(2).unit_price_minor
        prices = [products.find(reader, each["value"]).price_minor for each in near]
    assert len(prices) > 2
    assert prices == sorted(prices, key=lambda each: abs(each - price))
    assert "SKU-024" not in [each["value"] for each in near]
    found = tablet.get(f"{at}?q=SKU-003").json["options"]
    assert [each["value"] for each in found] == ["SKU-003"]
    assert found[0]["note"].startswith("customer pays ¥")


def test_a_scanned_bin_stages_the_picked_order(shop, tablet):
    """Whatever is written on the bin; how many bags there are is asked once."""
    leo = shop.orders["Leo B."]
    shop.pick(leo, by="Ken S.")
    meaning = tablet.post("/api/v1/board/scans", json={"text": "B-12", "open": leo}).json
    assert (meaning["button"]["asks"], meaning["button"]["body"]) == ("bin", {"bin": "B-12"})


def test_the_line_is_said_to_be_down_with_what_is_kept(shop, tablet):
    """Since when, and how many changes wait here; a store without HQ says nothing."""
    assert tablet.get("/api/v1/board/line").json["line"] is None
    shop.edge.part(Uplink).answered_by(lambda: UplinkSeen(is_up=False, seconds=1020.0, backlog=14))
    line = tablet.get("/api/v1/board/line").json["line"]
    assert (line["is_up"], line["kept"]) == (False, 14)
    assert line["contact_at"].startswith("2026-11-22T08:34:00")


def test_the_figures_of_a_day_tell_waits_by_both_clocks(shop):
    """Claimed from the tap, proved from the scan."""
    ana = shop.orders["Ana M."]
    shop.arrive(ana, How.TAP)
    shop.clock.advance(seconds=100)
    shop.arrive(ana, How.KIOSK)
    shop.clock.advance(seconds=41)
    shop.write(lambda unit: orders.hand_over(unit, ana, how="scan", by="ken"))
    with shop.edge.read() as reader:
        day = figures.figures(reader, shop.edge)
    assert (day.orders.received, day.orders.handed_over, day.orders.open) == (2, 1, 1)
    assert (day.wait_s.p50, day.wait_by_evidence_s.p50) == (141.0, 41.0)
    assert (day.wait_s.under_120s, day.wait_by_evidence_s.under_120s) == (0, 1)
    assert day.ready_on_arrival == 1
    row = next(row for row in day.rows if row.order_id == ana)
    assert (row.state, row.wait_s) == ("handed_over", 141.0)


def test_percentiles_are_the_nearest_rank():
    """Ten waits: the fifth and the ninth; none: nothing to say."""
    ten = figures.spread(float(n) for n in range(1, 11))
    assert (ten.p50, ten.p90, ten.count) == (5.0, 9.0, 10)
    assert figures.spread([None]).p50 is None


def test_the_header_tells_the_same_waits_as_the_days_figures(shop):
    """Two ways to ask, one answer."""
    with shop.edge.read() as reader:
        short = figures.waits_today(reader, shop.edge.clock.now())
        assert short == figures.figures(reader, shop.edge).wait_s


def test_whoever_is_signed_in_is_told_what_to_do_next(shop):
    """The card with its button and the reason; nothing for a screen without anybody, or with hands full."""
    yuki = shop.staff["Yuki T."]

    def upcoming(by):
        with shop.edge.read() as reader:
            return board.view(reader, shop.edge, "en", seq=0, by=by).next

    told = upcoming(yuki)
    assert told.choice in {"here", "comes", "due", "ahead"}
    assert told.ref in seen(shop).cards
    assert told.button is not None
    assert upcoming("") is None
    leo = shop.orders["Leo B."]
    shop.write(lambda unit: orders.start_picking(unit, leo, by=yuki))
    assert upcoming(yuki) is None
