"""A scanned item and a substitute: an order and the catalogue in one instant."""

from __future__ import annotations

import msgspec
import pytest

from edge.acts import fetch
from edge.orders import actions, store
from edge.orders.rules import State
from edge.orders.rules import refusals as no
from edge.products import store as products
from edge.products.rules import Product, ProductClass, ProductUnknown
from tests.edge.orders.conftest import CATALOGUE, make_neutral
from tests.world import open_edge

COMMON = {"aisle_order": 1, "currency": "JPY"}
GOODS = [
    Product(sku="SKU-001", gtin="4912345678904", name_en="Rice", name_ja="米", price_minor=300, **COMMON),
    Product(sku="SKU-002", gtin="", name_en="Oat drink", name_ja="", price_minor=300, **COMMON),
    Product(sku="SKU-009", gtin="00000012", name_en="Barista oat", name_ja="", price_minor=360, **COMMON),
    Product(
        sku="SKU-018", gtin="", name_en="Oat stout", name_ja="", price_minor=300, age_check=True, **COMMON
    ),
    Product(
        sku="SKU-061", gtin="", name_en="Coffee", name_ja="", price_minor=450, prep_minutes=4,
        product_class=ProductClass.MADE_TO_ORDER, **COMMON,
    ),
]  # fmt: skip


@pytest.fixture
def edge(tmp_path):
    """A store with a small catalogue."""
    opened = open_edge(tmp_path, [store.migrations, products.migrations])
    for each in GOODS:
        opened.write(lambda u, each=each: products.put(u, each, revision=0))
    yield opened
    opened.close()


@pytest.fixture
def order(edge):
    """Two of rice, two of the oat drink (or of something like it), in Ken's hands."""
    neutral = make_neutral("SKU-001", "SKU-002")
    lines = [msgspec.structs.replace(x, substitute_allowed=x.line_no == 2) for x in neutral.lines]
    neutral = msgspec.structs.replace(neutral, lines=lines)
    with edge.read() as reader:
        shop = actions.shop_here(reader, edge)
    edge.write(lambda u: actions.apply_order(u, neutral, CATALOGUE, shop=shop, origin="hq"))
    return edge.write(lambda u: actions.start_picking(u, neutral.order_id, by="ken"))


def scan(edge, order, text, lang="en"):
    seen = fetch.Scanned(text, lang)
    return edge.write(lambda u: fetch.count_scanned(u, order.order_id, seen, by="ken"))


def put_in(edge, order, line_no, product, **more):
    instead = fetch.Instead(line_no, product, **more)
    return edge.write(lambda u: fetch.substitute(u, order.order_id, instead, by="ken"))


@pytest.mark.parametrize("text", ["SKU-001", "4912345678904", "04912345678904"])
def test_a_scan_counts_one_by_sku_or_bar_code(edge, order, text) -> None:
    """Also with the zeros that some scanners put before a code."""
    assert scan(edge, order, text).line(1).counted == 1


def test_a_wrong_item_is_refused_with_both_names_and_changes_nothing(edge, order) -> None:
    """What was scanned, and what the order wants next, in the reader's language."""
    before = edge.log.durable_seq
    with pytest.raises(no.WrongItem) as refused:
        scan(edge, order, "00000012", lang="ja")
    assert refused.value.details == {"scanned": "Barista oat", "expected": "米"}
    assert edge.log.durable_seq == before


def test_a_code_nobody_knows_is_refused_with_what_is_wanted(edge, order) -> None:
    """It may be a bag, a bin, or another shop's own label."""
    with pytest.raises(no.ItemUnknown) as refused:
        scan(edge, order, "9999999999994")
    assert refused.value.details["expected"] == "Rice"


def test_a_third_of_two_is_refused(edge, order) -> None:
    """The line is complete: put it back."""
    scan(edge, order, "SKU-001")
    scan(edge, order, "SKU-001")
    with pytest.raises(no.LineComplete):
        scan(edge, order, "SKU-001")


def test_scanning_is_for_who_has_the_order(edge, order) -> None:
    """Mia hears whose it is."""
    with pytest.raises(no.AlreadyPickedByAnother):
        edge.write(
            lambda u: fetch.count_scanned(u, order.order_id, fetch.Scanned("SKU-001"), by="mia")
        )


def test_a_substitute_fills_what_was_not_found_at_the_lower_price(edge, order) -> None:
    """One oat drink was there; one barista oat goes in for the price of the other."""
    scan(edge, order, "SKU-001")
    scan(edge, order, "SKU-001")
    done = put_in(edge, order, 2, "00000012", found=1)
    assert (done.line(2).substitute.name, done.line(2).substitute.qty) == ("Barista oat", 1)
    assert (done.state, done.total_minor) == (State.PICKED, 1200)


def test_what_is_no_substitute_is_refused_by_name(edge, order) -> None:
    """Unknown, made to order, or where the customer said no."""
    with pytest.raises(ProductUnknown):
        put_in(edge, order, 2, "SKU-777")
    with pytest.raises(no.SubstituteIsMade):
        put_in(edge, order, 2, "SKU-061")
    with pytest.raises(no.SubstituteNotAllowed):
        put_in(edge, order, 1, "SKU-009")
    with pytest.raises(no.LineUnknown):
        put_in(edge, order, 7, "SKU-009")


def test_beer_never_goes_in_for_milk(edge, order) -> None:
    """Nobody asked this customer's age; for a line that asks it anyway, it may."""
    with pytest.raises(no.SubstituteAsksAge):
        put_in(edge, order, 2, "SKU-018")
    edge.write(lambda u: u.execute("UPDATE order_lines SET age_check = 1 WHERE line_no = 2"))
    assert put_in(edge, order, 2, "SKU-018").line(2).substitute.sku == "SKU-018"
