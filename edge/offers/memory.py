"""The book of offers as the gates read it, kept for as long as nothing in it has changed."""

from __future__ import annotations

from collections.abc import Callable

from sync.core.gates.facts import Candidate


class Book:
    """One immutable page at a time: the candidates of one version of the book."""

    def __init__(self) -> None:
        self._page: tuple[int, tuple[Candidate, ...]] = (-1, ())

    def at(self, version: int, read: Callable[[], tuple[Candidate, ...]]) -> tuple[Candidate, ...]:
        """The candidates of this version; `read` is asked only when another one is held."""
        held_version, held = self._page
        if held_version == version:
            return held
        fresh = read()
        self._page = (version, fresh)
        return fresh
