"""Append-only facts (redemptions, handovers): a fact once known stays; corrections are new facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from sync.core.canonical import canonical

Fact = TypeVar("Fact")


def merge(one: Mapping[str, Fact], other: Mapping[str, Fact]) -> dict[str, Fact]:
    """Union by id. Two facts under one id are a forgery: the one sorting lower stands everywhere."""
    merged = dict(one)
    for key, fact in other.items():
        rival = merged.setdefault(key, fact)
        if canonical(fact) < canonical(rival):
            merged[key] = fact
    return dict(sorted(merged.items()))
