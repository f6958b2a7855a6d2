"""The pass: readable without script, honest about what is shared, and gone when it is over."""

from __future__ import annotations

import re

import pytest

from edge.app import create_app
from edge.arrivals.rules import How
from edge.base import qr
from edge.consents.rules import Purpose
from edge.orders import actions as orders
from edge.orders import store
from edge.orders.rules import Move, Substitute, codes
from edge.reactions import react, table
from tests.browser.scene import NOW, Evening, evening
from tests.world import client_of


@pytest.fixture
def shop(tmp_path):
    scene = Evening(tmp_path / "store")
    scene.order("Ana M.", 20, "SKU-003", "SKU-021")
    scene.clock.set(NOW)
    yield scene
    scene.edge.close()


@pytest.fixture
def phone(shop):
    return client_of(create_app(shop.edge))


def path(shop, name="Ana M."):
    return f"/p/{shop.tokens[name]}"


def state(shop, phone, **headers):
    return phone.get(f"{path(shop)}/state", headers=headers)


def test_the_pass_reads_without_script(shop, phone):
    """State, promise, number and code stand in the page itself."""
    page = phone.get(path(shop)).text
    code = codes.handover_code(shop.edge.pepper, codes.token_hash(shop.tokens["Ana M."]))
    for text in ("We have your order", "18:11", f"{code[:4]} {code[4:]}"):
        assert text in page
    assert "<noscript>" in page


def test_the_pass_carries_no_inline_script_or_style(shop, phone):
    """So that the strict content policy holds."""
    page = phone.get(path(shop)).text
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page)
    assert "default-src 'self'" in phone.get(path(shop)).headers["Content-Security-Policy"]


def test_the_pass_is_not_kept_by_strangers(shop, phone):
    """Personal pages are not stored on the way, and an unknown token is nothing."""
    assert phone.get(path(shop)).headers["Cache-Control"] == "no-store"
    assert phone.get(f"/p/{'0' * 26}").status_code == 404


def test_everything_a_pass_loads_is_small(shop, phone):
    """Below 80 kB with all its files: it opens on a slow phone."""
    page = phone.get(path(shop))
    files = set(re.findall(r'(?:src|href)="(/p/assets/[^"#]+)', page.text))
    files |= {f"/p/assets/shared/{name}.js" for name in ("api", "dom")}
    files |= {f"/p/assets/screens/pass/{name}.js" for name in ("plan", "sent")}
    total = len(page.data)
    for each in files:
        with phone.get(each) as answer:
            total += len(answer.data)
    assert total < 80_000


def test_nothing_changed_is_said_in_one_line(shop, phone):
    """304 while the state is the same; another page when it is not."""
    first = state(shop, phone)
    again = state(shop, phone, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    shop.stage(shop.orders["Ana M."], "4")
    changed = state(shop, phone, **{"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, changed.json["state"]) == (200, "ready")
    assert changed.json["page"] != first.json["page"]


def test_the_card_shows_the_notice_word_for_word(shop, phone):
    """What is answered is what was shown: the text comes from the consents, not from the screen."""
    told = state(shop, phone).json["consent"]
    page = phone.get(path(shop)).text
    assert (told["answer"], f'data-served="{told["served_id"]}"' in page) == ("", True)
    assert "Share your distance for this trip?" in page
    assert page.count('class="btn paper" type="button" data-consent=') == 2


def test_a_plan_is_given_only_to_who_said_yes_and_set_out(shop, phone):
    """Without both, the phone has nothing to obey and not even the pin to measure to."""
    ana = shop.orders["Ana M."]
    assert state(shop, phone).json["plan"] is None
    shop.share(ana)
    assert state(shop, phone).json["plan"] is None
    shop.set_out(ana)
    told = state(shop, phone).json
    assert told["plan"]["steps"][0]["beyond_m"] == 8000
    assert told["store"] == {"north": 52.0, "east": 5.0}
    shop.clock.advance(minutes=121)
    assert state(shop, phone).json["plan"] is None, "after two hours, whatever the phone does"
    shop.clock.advance(minutes=-121)
    phone.post(f"{path(shop)}/withdrawal", json={})
    assert state(shop, phone).json["plan"] is None


def test_a_live_arrival_is_said_in_minutes_with_the_orders_times(shop, phone):
    """About so many minutes away, and the offer to stop beside it."""
    ana = shop.orders["Ana M."]
    shop.share(ana)
    shop.set_out(ana)
    shop.come_from(ana, 4000, 8.0)
    page = phone.get(path(shop)).text
    assert re.search(r"About \d+ min away", page)
    assert "data-stop" in page


def test_a_customer_without_consent_is_served_just_the_same(shop, phone):
    """The promise instead of minutes; the same code, the same "I am here"."""
    ana = shop.orders["Ana M."]
    shop.set_out(ana)
    page = phone.get(path(shop)).text
    assert "We expect you" in page
    assert 'data-open="here"' in page


def test_an_offer_has_its_reason_and_three_answers(tmp_path):
    """It goes with something in the order, and its kind can be stopped."""
    scene = evening(tmp_path / "store")
    try:
        phone = client_of(create_app(scene.edge))
        page = phone.get(f"/p/{scene.tokens['Tomasz K.']}").text
        assert "Clam chowder" in page
        assert "It goes with Kombu and bonito dashi in your order." in page
        for answer in ("add", "not_now", "stop_kind"):
            assert f'data-answer="{answer}"' in page
    finally:
        scene.edge.close()


def test_the_next_question_waits_for_the_first_yes(shop, phone):
    """One card at a time; the second stands in the page and is as easy to refuse."""
    ana = shop.orders["Ana M."]
    assert "See one thing" not in phone.get(path(shop)).text
    shop.share(ana, Purpose.ARRIVAL_TIMING)
    shop.set_out(ana)
    page = phone.get(path(shop)).text
    assert "See one thing that can be ready with your order?" in page


def test_what_was_not_found_is_not_counted(shop, phone):
    """The customer reads how many things are in the bags, not how many were wished for."""

    def items() -> int:
        return int(re.search(r"(\d+) items?\b", phone.get(path(shop)).text)[1])

    ana, wished = shop.orders["Ana M."], items()
    shop.write(lambda unit: orders.start_picking(unit, ana, by="ken"))
    shop.write(lambda unit: orders.pick(unit, ana, line_no=1, qty=0, by="ken"))
    assert 0 < items() < wished


def test_what_is_missing_and_what_replaced_it_is_said_in_words(shop, phone):
    """Once everything was looked for: what is not there costs nothing, what goes in instead never more."""
    ana, ken = shop.orders["Ana M."], shop.staff["Ken S."]
    shop.write(lambda unit: orders.start_picking(unit, ana, by=ken))
    with shop.edge.read() as reader:
        lines = store.load(reader, ana).pick_list
    shop.write(lambda unit: orders.pick(unit, ana, lines[0].line_no, 0, by=ken))
    assert "What changed in your order" not in phone.get(path(shop)).text
    for line in lines[1:]:
        if line.substitute_allowed:
            other = Substitute(sku="SKU-018", name="x", qty=line.qty, unit_price_minor=280)
            shop.write(lambda u, n=line.line_no: orders.substitute(u, ana, n, other, by=ken))  # noqa: B023 - run at once
        else:
            shop.write(lambda u, x=line: orders.pick(u, ana, x.line_no, x.qty, by=ken))
    page = phone.get(path(shop)).text
    assert "1 missing: you do not pay for it." in page
    assert re.search(r"Instead: \d × [^<]+, ¥280 each", page)
    assert re.search(r"The sum is now ¥\d+, not ¥\d+\.", page)


def test_after_a_handover_that_was_undone_the_code_is_not_shown(shop, phone):
    """It is spent: the pass asks for the number instead, and the sharing that ended stays ended."""
    ana, ken = shop.orders["Ana M."], shop.staff["Ken S."]
    shop.share(ana)
    shop.stage(ana, "4")
    shop.arrive(ana, How.TAP)
    doing = orders.Doing(ana, Move.HAND_OVER, ken)
    give = orders.noted(shop.edge, doing, lambda u: orders.hand_over(u, ana, how="scan", by=ken))
    shop.write(give)
    react(shop.edge, table(shop.edge), 0)
    shop.write(lambda unit: orders.undo(unit, shop.edge, ana, by=ken))
    page, now = phone.get(path(shop)).text, state(shop, phone).json
    assert 'class="qr"' not in page
    assert "Your code was used. Say your order number." in page
    assert (now["is_over"], now["consent"]["answer"], now["plan"]) == (False, "withdrawn", None)


def test_after_the_handover_there_is_a_receipt_and_no_code(shop, phone):
    """The wait, what was kept (nothing), and one tap for a smile."""
    ana = shop.orders["Ana M."]
    shop.share(ana)
    shop.stage(ana, "4")
    shop.arrive(ana, How.TAP)
    shop.clock.advance(seconds=41)
    shop.write(lambda unit: orders.hand_over(unit, ana, how="scan", by="ken"))
    page = phone.get(path(shop)).text
    assert "Thank you, Ana" in page
    assert "41 s" in page
    assert 'class="qr"' not in page
    assert state(shop, phone).json["is_over"] is True


def test_one_tap_says_how_it_was_and_the_first_answer_stands(shop, phone):
    """Only after the handover; then the question is gone."""
    ana, smile = shop.orders["Ana M."], f"{path(shop)}/smile"
    early = phone.post(smile, json={"score": 3})
    assert (early.status_code, early.json["error"]["code"]) == (409, "not_handed_over_yet")
    shop.stage(ana, "4")
    shop.write(lambda unit: orders.hand_over(unit, ana, how="scan", by="ken"))
    assert "How was it?" in phone.get(path(shop)).text
    assert phone.post(smile, json={"score": 5}).status_code == 422
    assert phone.post(smile, json={"score": 3}).json == {"score": 3}
    assert phone.post(smile, json={"score": 1}).json == {"score": 3}
    assert "How was it?" not in phone.get(path(shop)).text


def test_the_pass_speaks_the_language_it_is_asked_for(shop, phone):
    """By link, and from then on by cookie."""
    assert "ご注文を承りました" in phone.get(f"{path(shop)}?lang=ja").text
    assert "ご注文を承りました" in phone.get(path(shop)).text


def test_the_code_is_drawn_with_its_quiet_zone():
    """Four light squares on every side, as scanners need."""
    symbol = qr.draw("SE.HL.7KQ4M2XD")
    columns = [int(x) for x in re.findall(r"M(\d+) ", qr.path(symbol))]
    assert (min(columns), symbol.modules) == (4, 29)
