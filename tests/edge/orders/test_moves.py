"""The table of legal moves: everything it does not hold is refused by name."""

from dataclasses import replace

import pytest

from edge.orders.rules import CLOSED, MOVES, Move, State, legal_moves, moves

PAIRS = [(move, state) for move in Move for state in State]


def test_every_move_stands_in_the_table() -> None:
    """No move exists beside the table."""
    assert set(MOVES) == set(Move)


def test_each_way_out_of_the_table_has_its_own_words() -> None:
    """Refusal codes are snake case, and their sentences name order and state."""
    for legal in MOVES.values():
        assert legal.refusal.code.replace("_", "").islower()
        said = legal.refusal(number="A-17", state="picking").message()
        assert "A-17" in said
        assert "picking" in said


@pytest.mark.parametrize(("move", "state"), PAIRS)
def test_a_move_is_done_or_refused_exactly_as_the_table_says(move, state, an_order) -> None:
    """All 140 pairs of move and state, without exception."""
    order = an_order(state=state)
    legal = MOVES[move]
    if state in legal.start:
        assert moves.after(order, move) is (legal.to or state)
        assert move in legal_moves(order)
    else:
        with pytest.raises(legal.refusal) as refused:
            moves.after(order, move)
        assert refused.value.details == {"number": order.number, "state": state.value}


def test_a_closed_order_can_only_be_put_back(an_order) -> None:
    """After the end there is no way on, except restocking what was not fetched."""
    for state in CLOSED:
        possible = legal_moves(replace(an_order(), state=state))
        expected = [Move.RESTOCK] if state in {State.CANCELLED, State.NO_SHOW} else []
        assert possible == expected


def test_no_order_can_be_handed_over_before_it_is_ready() -> None:
    """Skipping a step is refused by the store, not by the screen."""
    assert MOVES[Move.HAND_OVER].start == {State.READY}
