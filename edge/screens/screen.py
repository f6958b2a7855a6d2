"""What a live screen declares: which facts change which of its cards, and how a card is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from edge.base.database import Rows
from edge.base.edge import Edge
from edge.base.log import LoggedEvent
from edge.http import DEVICE

Affected = Callable[[LoggedEvent], Sequence[str]]


@dataclass(frozen=True)
class Screen:
    """A screen that lives: its name, what refreshes it, its cards and its readings.

    `refreshes`: event kind -> refs of the cards that the fact touches.
    `cards(rows, edge, lang, refs)`: the cards now, ref -> view, or None where the card is gone.
    `readings`: reading name -> (edge, lang, ref) -> its whole current value, with its own time.
    `who` may listen: a screen among customers hears only what it may also ask for.
    """

    name: str
    refreshes: Mapping[str, Affected]
    cards: Callable[[Rows, Edge, str, Sequence[str]], dict[str, Any]]
    readings: Mapping[str, Callable[[Edge, str, str], Any]] = field(default_factory=dict)
    who: str = DEVICE
