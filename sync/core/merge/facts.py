"""Append-only facts (redemptions, handovers): what is known stays; corrections are new facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from sync.core.canonical import canonical

Fact = TypeVar("Fact")


def merge(one: Mapping[str, Fact], other: Mapping[str, Fact]) -> dict[str, Fact]:
    """Union by id. Of two facts under one id (a forgery) the lower one stands everywhere."""
    merged = dict(one)
    for key, fact in other.items():
        rival = merged.setdefault(key, fact)
        if canonical(fact) < canonical(rival):
            merged[key] = fact
    return dict(sorted(merged.items()))
