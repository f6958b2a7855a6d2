"""What is true of orders: pure. `moves.py` has the one table of legal moves."""

from edge.orders.rules.intake import Shop
from edge.orders.rules.moves import MOVES, Move, legal_moves, next_steps
from edge.orders.rules.order import CLOSED, OPEN, Finish, Line, LineFacts, Order, State, Substitute
from edge.orders.rules.work import (
    finish_seconds_left,
    prep_seconds,
)

__all__ = [
    "CLOSED",
    "MOVES",
    "OPEN",
    "Finish",
    "Line",
    "LineFacts",
    "Move",
    "Order",
    "Shop",
    "State",
    "Substitute",
    "finish_seconds_left",
    "legal_moves",
    "next_steps",
    "prep_seconds",
]
