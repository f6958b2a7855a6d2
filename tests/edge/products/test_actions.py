"""The catalogue on a real store: taken over whole, searched in two languages."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edge.base import log as event_log
from edge.base.edge import Edge
from edge.cli.products import take_over
from edge.products import actions, store
from edge.products.rules import Product
from sync.core.catalogue import COLUMNS, CatalogueRefused
from tests.world import open_edge

DEMO = (Path(__file__).parents[3] / "config" / "demo" / "products.csv").read_text("utf-8")
RICE = Product(
    sku="SKU-001",
    gtin="2044000000378",
    name_en="Rice",
    name_ja="米",
    aisle_order=1,
    price_minor=1480,
    currency="JPY",
)


@pytest.fixture
def edge(tmp_path) -> Iterator[Edge]:
    """A store without products."""
    opened = open_edge(tmp_path, [store.migrations])
    yield opened
    opened.close()


@pytest.fixture
def stocked(edge) -> Edge:
    """A store with the invented catalogue."""
    take_over(edge, DEMO)
    return edge


def found(edge: Edge, text: str) -> list[str]:
    """The skus that are found for these words."""
    with edge.read() as reader:
        return [product.sku for product in store.search(reader, text)]


def test_a_catalogue_is_taken_over_and_counted(edge) -> None:
    """The event says how many there are, and how many of them are news."""
    first = take_over(edge, DEMO)
    again = take_over(edge, DEMO)
    assert (first.products, first.changed) == (66, 66)
    assert (again.products, again.changed) == (66, 0)


def test_one_wrong_row_leaves_the_catalogue_as_it_was(stocked) -> None:
    """No half catalogue, no event."""
    before = stocked.log.durable_seq
    broken = DEMO.replace("Soba noodles", "Cheaper soba").replace(
        ",shelf,frozen", ",shelf,cold", 1
    )
    with pytest.raises(CatalogueRefused):
        take_over(stocked, broken)
    assert stocked.log.durable_seq == before
    assert found(stocked, "cheaper") == []


def test_a_changed_price_is_one_change(stocked) -> None:
    """Everything else stays."""
    changed = take_over(stocked, DEMO.replace(",1480,", ",1380,"))
    assert changed.changed == 1
    with stocked.read() as reader:
        assert store.find(reader, "SKU-001").price_minor == 1380


@pytest.mark.parametrize(
    ("text", "sku"),
    [
        ("miso", "SKU-006"),
        ("MISO white", "SKU-006"),
        ("SKU-017", "SKU-017"),
        ("2044000000378", "SKU-001"),
        ("オリーブオイル エキストラ", "SKU-016"),
        ("牛乳", "SKU-043"),
        ("アイス クリ 抹茶", "SKU-060"),
    ],
)
def test_products_are_found_by_any_piece_of_their_names(stocked, text, sku) -> None:
    """English or Japanese, also words of two signs, also sku and bar code."""
    assert found(stocked, text) == [sku]


def test_search_follows_every_change(stocked) -> None:
    """A renamed product is found by its new name only."""
    take_over(stocked, DEMO.replace("White miso", "Golden paste"))
    assert found(stocked, "white miso") == []
    assert found(stocked, "golden paste") == ["SKU-006"]


@pytest.mark.parametrize(
    "odd", ['"', '" OR "', "NEAR(", "*", "%", "_", "sku:", "^abc", "'; --", "!", "\x00zzz"]
)
def test_odd_words_find_nothing_and_break_nothing(stocked, odd) -> None:
    """Search words are words, never search language."""
    assert set(found(stocked, odd)) <= {"SKU-031"}


def test_no_words_show_the_whole_walk(stocked) -> None:
    """In aisle order, up to a screenful or two."""
    assert found(stocked, "  ")[:2] == ["SKU-001", "SKU-002"]
    assert len(found(stocked, "")) == store.MOST_FOUND


def test_an_older_word_of_hq_changes_nothing(edge) -> None:
    """Revisions only grow; the same again is silent."""
    assert edge.write(lambda u: actions.apply_product(u, RICE, revision=2))
    cheaper = replace(RICE, price_minor=1)
    assert not edge.write(lambda u: actions.apply_product(u, cheaper, revision=1))
    assert not edge.write(lambda u: actions.apply_product(u, RICE, revision=2))
    assert edge.write(lambda u: actions.apply_product(u, cheaper, revision=3))
    with edge.read() as reader:
        kinds = [(e.kind, e.origin) for e in event_log.read_after(reader, 0)]
        digest = dict(store.digest_rows(reader))
    assert kinds == [("product_changed", "hq")] * 2
    assert digest == {"SKU-001": {"revision": 3, "price_minor": 1}}


def test_products_are_found_by_what_a_scanner_reads(stocked) -> None:
    """By bar code; an empty one finds nobody."""
    with stocked.read() as reader:
        assert store.by_gtin(reader, "2044000000378").sku == "SKU-001"
        assert store.by_gtin(reader, "") is None
        assert set(store.of_skus(reader, ["SKU-001", "SKU-999"])) == {"SKU-001"}
        assert store.of_skus(reader, []) == {}


def test_the_header_of_the_file_is_the_documented_one() -> None:
    """The invented catalogue shows the columns."""
    assert DEMO.splitlines()[0] == ",".join(COLUMNS)
