"""A catalogue file is read whole, or refused with every row that is wrong."""

import pytest

from edge.products.rules import read_catalogue as at_the_store
from sync.core.catalogue import COLUMNS, CatalogueRefused, ProductClass, read_rows
from sync.hq.products.rules import read_catalogue as at_hq

HEADER = ",".join(COLUMNS)
RICE = "SKU-001,2044000000378,Rice,米,10,1480,0,shelf,ambient"
COFFEE = "SKU-061,2044000022578,Flat white,フラットホワイト,900,450,3,made_to_order,ambient"


def refused(*rows: str) -> str:
    """What a file of these rows is refused with."""
    with pytest.raises(CatalogueRefused) as no:
        read_rows("\n".join(rows))
    return no.value.message()


def test_a_good_file_gives_its_products() -> None:
    """Also with the mark some spreadsheets put first, and with other line ends."""
    rice, coffee = read_rows("\ufeff" + f"{HEADER}\r\n{RICE}\r\n{COFFEE}")
    assert (rice.sku, rice.name_ja, rice.name_en) == ("SKU-001", "米", "Rice")
    assert (rice.price_minor, rice.prep_minutes) == (1480, 0)
    assert (coffee.product_class, coffee.prep_minutes) == (ProductClass.MADE_TO_ORDER, 3)


def test_the_columns_may_stand_in_any_order() -> None:
    """The header says which is which."""
    columns = list(reversed(COLUMNS))
    cells = list(reversed(RICE.split(",")))
    [rice] = read_rows(f"{','.join(columns)}\n{','.join(cells)}")
    assert rice.gtin == "2044000000378"


def test_what_a_row_need_not_say_may_be_left_out() -> None:
    """What is made has no place on a shelf, and what is on a shelf takes no time; a price is always said."""
    rows = read_rows(f"{HEADER}\n{RICE.replace('1480,0', '1480,')}\n{COFFEE.replace('900', '')}")
    assert [(row.aisle_order, row.prep_minutes) for row in rows] == [(10, 0), (0, 3)]
    assert "price_minor is ''" in refused(HEADER, RICE.replace("1480", ""))


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
        (RICE + ",more", "row 2: has not as many cells as the first row"),
        ("SKU-001,2044000000378", "row 2: has not as many cells as the first row"),
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


@pytest.mark.parametrize("read", [at_the_store, at_hq], ids=["store", "HQ"])
def test_store_and_hq_take_and_refuse_the_same_files(read) -> None:
    """A file that one of them takes is taken by the other, with the same skus and prices."""
    products = read("\ufeff" + f"{HEADER}\n{RICE}\n{COFFEE}", "JPY")
    assert [(x.sku, x.price_minor, x.currency) for x in products] == [
        ("SKU-001", 1480, "JPY"),
        ("SKU-061", 450, "JPY"),
    ]
    with pytest.raises(CatalogueRefused):
        read(f"{HEADER}\n{RICE.replace('378', '379')}", "JPY")


@pytest.mark.parametrize(("said", "asked"), [("yes", True), ("no", False), ("", False)])
def test_whose_age_is_asked_may_stand_in_a_column_of_its_own(said, asked):
    """A file from before that column is read as ever; a word that is neither yes nor no is refused."""
    [row] = read_rows(f"{HEADER},age_check\n{RICE},{said}\n")
    assert row.age_check is asked
    assert "age_check is 'perhaps', not yes or no" in refused(
        f"{HEADER},age_check", f"{RICE},perhaps"
    )
