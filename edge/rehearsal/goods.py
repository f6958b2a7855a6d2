"""The invented catalogue of Harbour Lane, as the shop system and the store both know it."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

CATALOGUE = Path(__file__).parents[2] / "config" / "demo" / "products.csv"


class Goods:
    """Names and prices by sku."""

    @staticmethod
    def known() -> frozenset[str]:
        """Every sku."""
        return frozenset(_rows())

    @staticmethod
    def name(sku: str) -> str:
        """What the shop system calls it."""
        return _rows()[sku]["name_en"]

    @staticmethod
    def price(sku: str) -> int:
        """In yen."""
        return int(_rows()[sku]["price_minor"])

    @staticmethod
    def prep_seconds(sku: str) -> float:
        """How long making it is thought to take."""
        return 60.0 * int(_rows()[sku]["prep_minutes"])


@cache
def _rows() -> dict[str, dict[str, str]]:
    with CATALOGUE.open(encoding="utf-8", newline="") as file:
        return {row["sku"]: row for row in csv.DictReader(file)}
