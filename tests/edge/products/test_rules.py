"""A catalogue file is read whole, or refused with every row that is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.products.rules import (
    COLUMNS,
    CatalogueRefused,
    ProductClass,
    check_digit,
    is_gtin,
    read_catalogue,
)

HEADER = ",".join(COLUMNS)
RICE = "SKU-001,2044000000378,Rice,米,10,1480,0,shelf,ambient"
COFFEE = "SKU-061,2044000022578,Flat white,フラットホワイト,900,450,3,made_to_order,ambient"
DEMO = Path(__file__).parents[3] / "config" / "demo" / "products.csv"


def refused(*rows: str) -> str:
    """What a file of these rows is refused with."""
    with pytest.raises(CatalogueRefused) as no:
        read_catalogue("\n".join(rows), "JPY")
    return no.value.message()


def test_a_good_file_gives_its_products() -> None:
    """Also with the mark some spreadsheets put first, and with other line ends."""
    rice, coffee = read_catalogue("\ufeff" + f"{HEADER}\r\n{RICE}\r\n{COFFEE}", "JPY")
    assert (rice.sku, rice.name("ja-JP"), rice.name("en")) == ("SKU-001", "米", "Rice")
    assert (rice.price_minor, rice.currency, rice.prep_minutes) == (1480, "JPY", 0)
    assert (coffee.product_class, coffee.prep_minutes) == (ProductClass.MADE_TO_ORDER, 3)


def test_a_missing_name_falls_back_to_the_other_language() -> None:
    """Better an English name than none."""
    [rice] = read_catalogue(f"{HEADER}\n{RICE.replace('米', '')}", "JPY")
    assert rice.name("ja") == "Rice"


def test_the_columns_may_stand_in_any_order() -> None:
    """The header says which is which."""
    columns = list(reversed(COLUMNS))
    cells = list(reversed(RICE.split(",")))
    [rice] = read_catalogue(f"{','.join(columns)}\n{','.join(cells)}", "JPY")
    assert rice.gtin == "2044000000378"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (RICE.replace("SKU-001", ""), "row 2: sku is empty"),
        (RICE.replace("378", "379"), "row 2: gtin is '2044000000379'"),
        (RICE.replace("Rice", " "), "row 2: name_en is empty"),
        (RICE.replace("Rice", "x" * 121), "row 2: name_en is longer than 120"),
        (RICE.replace("1480", "14.80"), "row 2: price_minor is '14.80', not a whole number"),
        (RICE.replace("1480", "-1"), "row 2: price_minor is '-1'"),
        (RICE.replace("1480", "9" * 40), "row 2: price_minor"),
        (RICE.replace("1480", "１４８０"), "row 2: price_minor"),
        (RICE.replace("shelf", "fresh"), "row 2: class is 'fresh', not one of shelf, made_to"),
        (RICE.replace("ambient", "warm"), "row 2: zone is 'warm', not one of ambient, chilled"),
        (RICE.replace("1480,0", "1480,5"), "row 2: prep_minutes must be over 0 for made_to_order"),
        (COFFEE.replace("450,3", "450,0"), "row 2: prep_minutes must be over 0 for made_to_order"),
        (RICE + ",more", "row 2: has not 9 columns"),
        ("SKU-001,2044000000378", "row 2: has not 9 columns"),
        ('SKU-001,"204', "row 2: "),
    ],
)
def test_each_fault_names_its_row_and_what_is_allowed(row, said) -> None:
    """So that it can be mended without a guess."""
    assert said in refused(HEADER, row)


def test_all_faults_are_told_at_once() -> None:
    """Nobody mends a file row by row."""
    said = refused(HEADER, RICE.replace("shelf", "x"), COFFEE, RICE.replace("10,", "ten,"))
    assert "2 problems" in said
    assert "row 2:" in said
    assert "row 4:" in said


def test_a_sku_or_bar_code_twice_is_refused() -> None:
    """Which of the two should be sold?"""
    said = refused(HEADER, RICE, RICE)
    assert "sku SKU-001 stands in more than one row" in said
    assert "gtin 2044000000378 stands in more than one row" in said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([""], "columns missing: sku, gtin"),
        ([HEADER], "no products"),
        ([HEADER.replace("zone", "colour")], "columns missing: zone"),
        ([HEADER + ",colour", RICE + ",red"], "columns not known: colour"),
    ],
)
def test_a_file_with_a_wrong_header_or_nothing_in_it_is_refused(rows, said) -> None:
    """Row 1 is the header."""
    assert said in refused(*rows)
    assert "row 1" in refused(*rows)


@given(st.text("0123456789", min_size=7, max_size=13))
def test_the_check_digit_finds_every_single_wrong_digit(digits) -> None:
    """What GS1 made it for: a changed digit never passes."""
    right = digits + str(check_digit(digits))
    assert is_gtin(right) == (len(right) in {8, 12, 13, 14})
    for place, digit in enumerate(right):
        other = str((int(digit) + 3) % 10)
        assert not is_gtin(right[:place] + other + right[place + 1 :])


@pytest.mark.parametrize("gtin", ["4006381333931", "96385074", "036000291452"])
def test_known_bar_codes_are_right(gtin) -> None:
    """GTIN-13, GTIN-8 and GTIN-12, as printed in GS1's examples."""
    assert is_gtin(gtin)


@pytest.mark.parametrize("no_gtin", ["", "123", "40063813339３1", "4006381333932", "abcdefgh"])
def test_other_strings_are_no_bar_codes(no_gtin) -> None:
    """Wrong length, wrong digits, wrong check digit."""
    assert not is_gtin(no_gtin)


def test_the_invented_catalogue_is_right() -> None:
    """66 products: 60 on shelves in three zones, 6 made to order in 3 to 6 minutes."""
    products = read_catalogue(DEMO.read_text(encoding="utf-8"), "JPY")
    assert [p.sku for p in products] == [f"SKU-{n:03d}" for n in range(1, 67)]
    assert {p.zone for p in products[:60]} == {"ambient", "chilled", "frozen"}
    assert {p.product_class for p in products[:60]} == {ProductClass.SHELF}
    assert all(3 <= p.prep_minutes <= 6 for p in products[60:])
    assert all(p.gtin.startswith("2") and len(p.gtin) == 13 for p in products)
    assert all(p.name_ja for p in products)
