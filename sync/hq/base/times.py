"""Instants as HQ's database keeps them: text whose order is time order."""

from sync.core.instants import parse, text

__all__ = ["parse", "text"]
