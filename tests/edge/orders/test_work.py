"""How long what is made to order takes."""

from edge.orders.rules import (
    Finish,
    finish_seconds_left,
    prep_seconds,
)


def test_making_counts_until_it_is_done(an_order) -> None:
    """Also while somebody is at it."""
    order = an_order("SKU-001", "SKU-061")
    assert prep_seconds(order) == 240
    assert finish_seconds_left(order) == 240
    assert finish_seconds_left(an_order("SKU-061", finish=Finish.DONE)) == 0
