"""The store manager's pages: the day, offers, people, devices, consents, sheets to print, and the sync."""

from edge.screens.manage import (
    consents,
    devices,
    durations,
    foresight,
    people,
    sheets,
    sync,
    today,
)
from edge.screens.manage.frame import bp

__all__ = [
    "bp",
    "consents",
    "devices",
    "durations",
    "foresight",
    "people",
    "sheets",
    "sync",
    "today",
]
