"""What a check says: how bad it is, what was seen, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import msgspec


class Level(StrEnum):
    """From well to broken. OFF is what nobody switched on; it is no fault."""

    FINE = "fine"
    OFF = "off"
    WARNING = "warning"
    BROKEN = "broken"


class Finding(msgspec.Struct, frozen=True):
    """One check's answer; `todo` is a command or a sentence, empty when there is nothing to do."""

    check: str
    level: Level
    said: str
    todo: str = ""


def fine(check: str, said: str) -> Finding:
    """All is well."""
    return Finding(check, Level.FINE, said)


def off(check: str, said: str, todo: str = "") -> Finding:
    """Not switched on, and what is missing without it."""
    return Finding(check, Level.OFF, said, todo)


def warning(check: str, said: str, todo: str) -> Finding:
    """The store works, and somebody should look at this soon."""
    return Finding(check, Level.WARNING, said, todo)


def broken(check: str, said: str, todo: str) -> Finding:
    """Something people count on does not work now."""
    return Finding(check, Level.BROKEN, said, todo)


def exit_code(findings: Iterable[Finding]) -> int:
    """0 when all is well, 1 with warnings, 2 when something is broken."""
    levels = {each.level for each in findings}
    return 2 if Level.BROKEN in levels else int(Level.WARNING in levels)
